"""Phrases by which a customer's message is read, a file a language: `phrases/en.yaml` and its like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from config.errors import ConfigError, Problem
from config.kinds import Strict
from config.plain_yaml import read_yaml
from config.reading import read_table
from scoring.categories import Category

FOLDER = "phrases"

Guard: TypeAlias = Literal["negated", "question", "past", "third_party", "hypothetical", "settled"]
Strength: TypeAlias = Literal["strong", "usual", "weak"]
_Patterns: TypeAlias = tuple[str, ...]
_Text = Annotated[str, Field(min_length=1)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


@dataclass(frozen=True, slots=True)
class GuardWords:
    """Patterns that take a match's meaning away: earlier in its clause, behind it there, in its sentence, anywhere.

    With `mark` a sentence that ends with a question mark does so, too; with `mark_clause` its last clause alone.
    """

    before: _Patterns = ()
    after: _Patterns = ()
    sentence: _Patterns = ()
    message: _Patterns = ()
    mark: bool = False
    mark_clause: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say something: a sentence that has one of the patterns `any`, and all else that is asked.

    `beside` and `unless` look at the whole sentence, `not_near` at the match and a few words around it, `message` and
    `unless_message` at the whole message; of `beside` and `message` one pattern is enough. `despite` names guards
    that do not stop the rule.
    """

    id: str
    category: Category
    any: _Patterns
    beside: _Patterns = ()
    message: _Patterns = ()
    unless: _Patterns = ()
    not_near: _Patterns = ()
    unless_message: _Patterns = ()
    despite: tuple[Guard, ...] = ()
    strength: Strength = "usual"


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is known of one language: how words are written out, classes of words, guards, rules."""

    language: str
    exact: Mapping[str, str]
    endings: Mapping[str, str]
    abbreviations: frozenset[str]
    breaks: frozenset[str]
    classes: Mapping[str, str]
    guards: Mapping[Guard, GuardWords]
    rules: tuple[Rule, ...]
    version: str
    letters: Mapping[str, str] = field(default_factory=dict)
    no_names: frozenset[str] = frozenset()


class _GuardForm(Strict):
    before: list[_Text] = Field(default_factory=list)
    after: list[_Text] = Field(default_factory=list)
    sentence: list[_Text] = Field(default_factory=list)
    message: list[_Text] = Field(default_factory=list)
    mark: bool = False
    mark_clause: bool = False


class _RuleForm(Strict):
    id: _Id
    any: Annotated[list[_Text], Field(min_length=1)]
    beside: list[_Text] = Field(default_factory=list)
    message: list[_Text] = Field(default_factory=list)
    unless: list[_Text] = Field(default_factory=list)
    not_near: list[_Text] = Field(default_factory=list)
    unless_message: list[_Text] = Field(default_factory=list)
    despite: list[Guard] = Field(default_factory=list)
    strength: Strength = "usual"


class PhrasesFile(Strict):
    """A file of phrases; rules stand under their category."""

    exact: dict[str, str] = Field(default_factory=dict)
    endings: dict[str, str] = Field(default_factory=dict)
    letters: dict[str, str] = Field(default_factory=dict)
    abbreviations: str = ""
    breaks: str = ""
    no_names: str = ""
    classes: dict[str, str]
    guards: dict[Guard, _GuardForm]
    rules: dict[Category, list[_RuleForm]]


def phrases_version(directory: Path, language: str) -> str:
    """Name the state of the phrases of a language, without reading them. Raises ConfigError where there are none."""
    path = directory / FOLDER / f"{language}.yaml"
    try:
        return sha256(path.read_bytes()).hexdigest()[:8]
    except OSError as error:
        raise ConfigError(
            [Problem(str(path), "the file", "not there", "expected the phrases of a language")]
        ) from error


def load_phrases(directory: Path, language: str) -> Phrases:
    """Load the phrases of a language from a folder of figures.

    Raises ConfigError with every problem of the file.
    """
    path = directory / FOLDER / f"{language}.yaml"
    table = read_table(PhrasesFile, path)
    return Phrases(
        language=language,
        exact=table.exact,
        endings=table.endings,
        abbreviations=frozenset(table.abbreviations.split()),
        breaks=frozenset(table.breaks.split()),
        classes=table.classes,
        guards={name: _guard(form) for name, form in table.guards.items()},
        rules=tuple(_rule(category, form) for category, forms in table.rules.items() for form in forms),
        version=phrases_version(directory, language),
        letters=table.letters,
        no_names=frozenset(table.no_names.split()),
    )


def _guard(form: _GuardForm) -> GuardWords:
    return GuardWords(
        tuple(form.before), tuple(form.after), tuple(form.sentence), tuple(form.message), form.mark, form.mark_clause
    )


def _rule(category: Category, form: _RuleForm) -> Rule:
    said = {name: value for name, value in form.model_dump().items() if name not in {"id", "strength"}}
    return Rule(form.id, category, strength=form.strength, **{name: tuple(value) for name, value in said.items()})


def load_common_words(directory: Path) -> Mapping[str, frozenset[str]]:
    """Load the common words of each language from a folder of figures.

    Raises ConfigError with every problem of the file.
    """
    raw, problems = read_yaml(directory / FOLDER / "languages.yaml")
    if problems or not isinstance(raw, dict) or not all(isinstance(words, str) for words in raw.values()):
        place = str(directory / FOLDER / "languages.yaml")
        raise ConfigError(problems or [Problem(place, "", "", "expected a line of words for each language")])
    return {str(language): frozenset(words.split()) for language, words in raw.items()}
