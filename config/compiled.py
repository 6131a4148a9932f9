"""Figures in a plain form, written when a bundle is made: to read them takes neither pydantic nor YAML.

They stand beside the files that they came from, with a digest of those: of other files they are never read. In a
bundle the program beside them wrote them; a program that people change says of itself which one it is (`program`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

import scoring
from config.alerts import ALERTS
from config.guards import GUARDS
from config.loader import DEFAULT_DIRECTORY, FILES, Config, load_config
from config.repairs import REPAIRS
from config.retention import RETENTION
from config.words import WORDS

COMPILED = "compiled.json"
FORM = 2
"""How the figures are written; another form is not read."""

READ = (*FILES, GUARDS, REPAIRS, ALERTS, WORDS, RETENTION)
"""The files that a config is made of."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A config as it is written: in which form, by which program, of files of which digest, with its own."""

    form: int
    program: str
    digest: str
    own: str
    config: msgspec.Raw


def bundled_config(directory: Path, program: str = "") -> Config:
    """Give the config of a folder as it was compiled; from its files where it was not, or where they are others since.

    Raises ConfigError with every problem of the files.
    """
    return read_compiled(directory, program) or load_config(directory)


def read_compiled(directory: Path, program: str = "") -> Config | None:
    """Read the config that a program compiled of exactly the files of a folder.

    None where there is none, or where it was damaged.
    """
    try:
        written = msgspec.json.decode((directory / COMPILED).read_bytes(), type=_Compiled)
        is_of_these = written == _written(program, directory, written.config)
        return decoded(written.config) if is_of_these else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def compile_config(directory: Path, program: str = "") -> None:
    """Write the config of a folder beside its files. Raises ConfigError with every problem of the files."""
    (directory / COMPILED).write_bytes(compiled(directory, program))


def compiled(directory: Path, program: str = "") -> bytes:
    """Give the config of a folder as it is written beside its files: the same bytes of the same files."""
    return msgspec.json.encode(_written(program, directory, msgspec.Raw(encoded(load_config(directory)))))


def _written(program: str, directory: Path, config: msgspec.Raw) -> _Compiled:
    return _Compiled(FORM, program, digest_of(directory), sha256(config).hexdigest(), config)


def encoded(config: Config) -> bytes:
    """Write a config as JSON, the same bytes of the same figures; what is named keeps its order."""
    return msgspec.json.encode(_plain(config))


def decoded(text: bytes | msgspec.Raw) -> Config:
    """Read a config back; raises msgspec.DecodeError where the text is none."""
    return msgspec.json.decode(text, type=Config)


def digest_of(directory: Path) -> str:
    """Give the SHA-256 of the files that the config of a folder is made of, and of which of them there are."""
    digest = sha256()
    for name in READ:
        path = directory / name
        if path.exists():
            digest.update(f"{name} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def this_program() -> str:
    """Say which program this is: a digest of the names, sizes and times of what makes a config of files."""
    digest = sha256()
    for package in (DEFAULT_DIRECTORY, Path(scoring.__file__).parent):
        for path in sorted(package.rglob("*.py")):
            told = path.stat()
            digest.update(f"{path} {told.st_size} {told.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a config holds
    """Write a value in what JSON has; what is no part of its equality is left out."""
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.compare}
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return sorted(value) if isinstance(value, frozenset) else value


def folders_in(directory: Path) -> Iterator[Path]:
    """Find the folders of figures in a folder, itself among them."""
    for weights in sorted(directory.rglob(FILES[0])):
        if all((weights.parent / name).exists() for name in FILES):
            yield weights.parent
