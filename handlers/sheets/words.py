"""Words in cells: yes and no, tags, and those of helpdesks in the words of the support role."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, get_args

from handlers.sheets.cells import Cell, CellError, is_empty, text_of
from scoring.words import folded

Between: TypeAlias = Literal["comma", "blank"]
BETWEEN: tuple[Between, ...] = get_args(Between)
"""What stands between tags: commas, semicolons, bars and lines, or blanks."""

_YES = frozenset("true yes y 1 x ja oui si sí wahr vrai verdadero sim".split())
_NO = frozenset("false no n 0 nein non falsch faux falso não nao".split())
_BETWEEN = re.compile(r"[,;|\n]+")
_BRACKETS = re.compile(r"\[.*\]|\{.*\}", re.DOTALL)

_OPEN = (
    "open, opened, reopened, re-opened, new, in progress, work in progress, active, working, assigned, unassigned, "
    "escalated, investigating, to do, waiting on us, waiting for support, offen, neu, in bearbeitung, ouvert, nouveau, "
    "abierto, nuevo, aberto, aperto"
)
_SNOOZED = (
    "snoozed, pending, hold, on hold, on-hold, waiting, waiting on customer, waiting on contact, waiting for customer, "
    "pending customer, awaiting reply, waiting on third party, wartend, en attente, pendiente, pendente, in attesa"
)
_CLOSED = (
    "closed, solved, resolved, done, archived, completed, geschlossen, gel\u00f6st, erledigt, ferm\u00e9, r\u00e9solu, "
    "cerrado, resuelto, fechado, resolvido, chiuso, risolto"
)
STATES: Mapping[str, str] = {
    **dict.fromkeys(_OPEN.split(", "), "open"),
    **dict.fromkeys(_SNOOZED.split(", "), "snoozed"),
    **dict.fromkeys(_CLOSED.split(", "), "closed"),
}
"""What helpdesks call the states of a conversation; one that waits for anybody is not closed."""

PRIORITIES: Mapping[str, str] = {
    "normal": "medium",
    "true": "priority",
    "yes": "priority",
    "false": "not_priority",
    "no": "not_priority",
    "not priority": "not_priority",
    "critical": "urgent",
    "highest": "urgent",
    **dict.fromkeys(("p0", "p1", "sev0", "sev1", "sev 0", "sev 1", "blocker", "emergency"), "urgent"),
    **dict.fromkeys(("p2", "sev2", "sev 2", "major"), "high"),
    **dict.fromkeys(("p3", "moderate", "standard"), "medium"),
    **dict.fromkeys(("p4", "p5", "minor", "lowest", "trivial"), "low"),
}
"""What helpdesks call priorities, where they do not call them as Intercom does."""

BEGUN_BY: Mapping[str, str] = {
    "customer": "customer_initiated",
    "user": "customer_initiated",
    "contact": "customer_initiated",
    "lead": "customer_initiated",
    "visitor": "customer_initiated",
    "end-user": "customer_initiated",
    "customer initiated": "customer_initiated",
    "inbound": "customer_initiated",
    "admin": "admin_initiated",
    "teammate": "admin_initiated",
    "agent": "admin_initiated",
    "admin initiated": "admin_initiated",
    "outbound": "admin_initiated",
    "bot": "operator_initiated",
    "operator": "operator_initiated",
    "workflow": "operator_initiated",
    "operator initiated": "operator_initiated",
    "automated": "automated",
    "automation": "automated",
    "campaign": "campaigns_initiated",
}
"""Who began a conversation, as helpdesks call them."""


_SCALES: tuple[Mapping[str, int], ...] = (
    {"terrible": 1, "bad": 2, "ok": 3, "okay": 3, "great": 4, "amazing": 5},
    {"bad": 1, "good": 5},
    {"very dissatisfied": 1, "dissatisfied": 2, "neutral": 3, "satisfied": 4, "very satisfied": 5},
)
"""Ratings in words, as helpdesks have them; where one has two words alone, they are the ends of the scale."""

UNRATED = frozenset({"offered", "unoffered", "not offered", "not rated", "no rating", "unrated"})
"""What says that nobody rated."""


def read_yes_no(cell: Cell) -> bool:
    """Read a yes or a no."""
    word = folded(text_of(cell))
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError("expected yes or no, true or false, 1 or 0")


def between_of(cells: Iterable[Cell]) -> Between | None:
    """Say what stands between tags in a column; None where nothing tells one tag of two words from two tags."""
    texts = [text_of(cell) for cell in cells if not is_empty(cell)]
    return "comma" if any(_BETWEEN.search(_inner(text)) for text in texts) else None


def ratings_of(cells: Iterable[Cell]) -> Mapping[str, int]:
    """Give what the words of a column of ratings mean: by the scales that have all that any has, where those agree."""
    words = {folded(text_of(cell)) for cell in cells} & {word for scale in _SCALES for word in scale}
    fit = [scale for scale in _SCALES if words <= scale.keys()]
    return {word: fit[0][word] for word in words if len({scale[word] for scale in fit}) == 1}


def read_tags(cell: Cell, between: Between | None = None) -> tuple[str, ...]:
    """Read tags, in brackets or not. CellError where one tag of two words may be two tags."""
    inner = _inner(text_of(cell))
    if between is None and len(inner.split()) > 1 and not _BETWEEN.search(inner):
        raise CellError("it may be one tag or several: say tags: comma or tags: blank in the file of columns")
    parts = inner.split() if between == "blank" else _BETWEEN.split(inner)
    return tuple(tag for one in parts if (tag := one.strip().strip("\"'").strip()))


def _inner(text: str) -> str:
    return text[1:-1] if _BRACKETS.fullmatch(text) else text


def meant(cell: Cell, words: Mapping[str, str]) -> str:
    """Give the word that is meant; one that nobody knows stays as it stands."""
    word = folded(text_of(cell))
    return words.get(word, word)
