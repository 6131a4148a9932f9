"""What a sheet is: columns, each with its title, what it means, how its values look, and how it is read of a record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from handlers.spool import Spooled
from scoring.instants import Instant
from scoring.model import Model
from scoring.record import Record

Value: TypeAlias = str | float | None
"""What stands in a cell; an instant is given as microseconds, None leaves the cell empty."""

Look: TypeAlias = Literal["text", "words", "tier", "score", "change", "percent", "number", "money", "date", "moment"]
"""How the values of a column look: `words` are long and wrapped, `change` has its sign."""

UNSCORED = "Unscored"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: `width` is in characters."""

    title: str
    meaning: str
    look: Look
    width: float
    get: Callable[[Record], Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a row for each record; its first `frozen` columns stay in sight."""

    name: str
    columns: tuple[Column, ...]
    records: Spooled
    frozen: int = 1


def account_columns(model: Model) -> Iterable[Column]:
    """Give the columns that every sheet begins with."""
    tiers = ", ".join(f"{name} from {floor:g}" for name, floor in model.tiers)
    unknown = "Unknown: too little is known to say. Unscored: nothing that the model weighs is known."
    yield Column("Account", "The customer's name; its id where no name is known.", "text", 34, name)
    yield Column("Tier", f"{tiers}. {unknown}", "tier", 11, tier)


def name(record: Record) -> str:
    """Give an account's name; its id where none is known."""
    return record.score.account_name or record.score.account_id


def tier(record: Record) -> str:
    """Give an account's tier in a word."""
    return record.score.tier or UNSCORED


def instant(value: Instant | None) -> Value:
    """Give an instant as a cell has it."""
    return None if value is None else float(value)
