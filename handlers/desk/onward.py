"""Where somebody wanted to go before they had to sign in: a page of the desk, and nothing else."""

from urllib.parse import urlsplit

HOME = "/"
_MOST = 1_000
_NEVER = ("/login", "/callback", "/logout", "/signed-out")


def own_path(asked: str) -> str:
    r"""Give an address of our own as it was asked for, or that of the portfolio where it may lead elsewhere.

    Browsers take `//host`, `/\host` and what has a control character in it for other sites.
    """
    is_plain = asked.isascii() and asked.isprintable() and "\\" not in asked and " " not in asked
    if len(asked) > _MOST or not is_plain or not asked.startswith("/") or asked.startswith("//"):
        return HOME
    try:
        parts = urlsplit(asked)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path.startswith(_NEVER):
        return HOME
    return asked
