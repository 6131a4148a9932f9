"""Every config that a test of the figures loads is compiled, too: what is read back is the same value."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from config import from_files
from config.compiled import decoded, encoded
from config.loader import Config
from config.plain_yaml import Plain


@pytest.fixture(autouse=True)
def compiled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold what a compiled config says beside what its files say."""
    read = from_files.read_config

    def read_both(directory: Path, draft: Path | None, changes: Mapping[str, Plain]) -> Config:
        config = read(directory, draft, changes)
        again = decoded(encoded(config))
        assert again == config
        assert told(again) == told(config)
        return config

    monkeypatch.setattr(from_files, "read_config", read_both)


def told(value: Any) -> Any:  # noqa: ANN401 - whatever a config holds
    """Say all that a value is: the order of what it names, and of each figure the type: 1 is not 1.0 here."""
    if is_dataclass(value):
        return type(value).__name__, [(one.name, told(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, Mapping):
        return [(key, told(member)) for key, member in value.items()]
    if isinstance(value, tuple):
        return tuple(map(told, value))
    return sorted(value) if isinstance(value, frozenset) else (type(value).__name__, value)
