"""What pages load: style, script and font, under an address that has their hash, so that browsers keep them."""

from functools import cache
from hashlib import blake2b
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def version() -> str:
    """Give the hash of all that pages load."""
    digest = blake2b(digest_size=6)
    for file in sorted(STATIC.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def address(name: str) -> str:
    """Give the address of a file."""
    return f"/static/{version()}/{name}"
