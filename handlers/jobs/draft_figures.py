"""Figures that somebody changes one by one: written into the files of figures, then judged by their own loader."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from json import dumps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from config.draft import load_draft
from config.errors import ConfigError, Problem
from config.loader import Config
from config.yaml_edit import Place, values_in, with_texts

Edits: TypeAlias = Mapping[str, str]
"""What is to stand there, by the name of a figure, such as `thresholds.coverage_floor`."""

OFFERED = ("weights", "thresholds")
_NOTHING = frozenset({"null", "~", ""})
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_LONGEST = 40
_FILE_OF = {name: f"{name}.yaml" for name in OFFERED}
_LEFT_OUT = ("lower_is_better", "segments")
"""Not offered: what a metric means, and what decides what is measured."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the loader refuses: its own sentence, and the figures that it is about (none: the files as a whole)."""

    said: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that was tried: its figures that differ, the files' texts with them, and its config, or what is wrong."""

    edits: Edits
    texts: Mapping[str, str]
    config: Config | None
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True)
class Figures:
    """The figures of a folder that may be changed one by one, as its files have them."""

    directory: Path
    texts: Mapping[str, str]
    values: Edits = field(default_factory=dict)

    def changed(self, asked: Edits) -> dict[str, str]:
        """Leave of what is asked for only what is offered and says something else than the files."""
        return {name: said.strip() for name, said in asked.items() if name in self.values and self._differs(name, said)}

    def _differs(self, name: str, said: str) -> bool:
        return written(said) != written(self.values[name])

    def drafted(self, asked: Edits) -> Drafted:
        """Write what is asked for into the files, and have them judged."""
        edits = self.changed(asked)
        texts = {file: self._text(file, edits) for file in sorted({_FILE_OF[_stem(name)] for name in edits})}
        with TemporaryDirectory(prefix="healthscore-draft-") as folder:
            for file, text in {**self.texts, **texts}.items():
                (Path(folder) / file).write_bytes(text.encode())
            try:
                return Drafted(edits, texts, load_draft(Path(folder), self.directory))
            except ConfigError as error:
                return Drafted(edits, texts, None, tuple(self._wrong(error.problems)))

    def _text(self, file: str, edits: Edits) -> str:
        mine = {_place(name): written(said) for name, said in edits.items() if _FILE_OF[_stem(name)] == file}
        return with_texts(self.texts[file], mine)

    def _wrong(self, problems: Iterable[Problem]) -> Iterator[Wrong]:
        for problem in problems:
            stem = Path(problem.file).stem
            whole = f"{stem}.{problem.place}"
            names = tuple(name for name in self.values if name == whole or name.startswith(f"{whole}."))
            yield Wrong(f"{stem}.yaml: {str(problem).partition(': ')[2]}", names)


def figures_of(directory: Path) -> Figures:
    """Read the figures of a folder that may be changed one by one; a value left empty is given as nothing."""
    texts = {file: (directory / file).read_bytes().decode() for file in _FILE_OF.values()}
    values = {
        ".".join((name, *place)): "" if said in _NOTHING else said
        for name, file in _FILE_OF.items()
        for place, said in values_in(texts[file]).items()
        if not set(place) & set(_LEFT_OUT)
    }
    return Figures(directory, texts, values)


def written(said: str) -> str:
    """Write what somebody typed as YAML does: a number, nothing, or else a text, which the loader then refuses."""
    said = said.strip()[:_LONGEST]
    if said in _NOTHING:
        return "null"
    return _plain(said) if _NUMBER.fullmatch(said) else dumps(said)


def _plain(said: str) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    text = f"{Decimal(said):f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short.lstrip("+") if short not in ("-0", "-", "") else "0"


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _place(name: str) -> Place:
    return tuple(name.split(".")[1:])
