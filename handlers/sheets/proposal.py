"""Which column of a file is which of ours: by known names, and by likeness, which a person must confirm."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from handlers.sheets.cells import CellError
from handlers.sheets.durations import without_unit
from handlers.sheets.money import without_currency
from handlers.sheets.wanted import Wanted, plain

_LIKE = 0.82
_BUSINESS = frozenset("business office working".split())
"""Durations of these leave out hours: ours are by the clock on the wall."""
_WITH_BRACKETS = frozenset({"instant", "created", "modified", "date"})
_DISTINCT = frozenset("distinct unique".split())


@dataclass(frozen=True, slots=True)
class Choice:
    """A wanted column and the title it has in the file, `sure` where that is a name we know.

    `others` are titles that are not used and whose names fit as well.
    """

    wanted: Wanted
    title: str | None
    sure: bool = True
    others: tuple[str, ...] = ()


def propose(titles: Sequence[str], wanted: Sequence[Wanted], doubtful: Collection[str] = ()) -> tuple[Choice, ...]:
    """Choose a title for each wanted column, each title once; None where the file has none.

    Of a title that is `doubtful`, since two columns bear it, nobody can be sure.
    """
    chosen: dict[str, Choice] = {}
    known = list(_known(titles, wanted))
    for one, title in known:
        taken = any(choice.title == title for choice in chosen.values())
        if one.name not in chosen and not taken:
            chosen[one.name] = Choice(one, title, title not in doubtful)
    for one in wanted:
        if one.name not in chosen:
            free = [title for title in titles if all(choice.title != title for choice in chosen.values())]
            chosen[one.name] = _like(one, free)
    used = {choice.title for choice in chosen.values()}
    others = {one.name: tuple(title for fit, title in known if fit is one and title not in used) for one in wanted}
    return tuple(replace(chosen[one.name], others=others[one.name]) for one in wanted)


def sure(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Leave out the titles that only look like what is wanted."""
    return tuple(one if one.sure else Choice(one.wanted, None) for one in choices)


def _known(titles: Sequence[str], wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, str]]:
    """Give the pairs whose names agree, the likeliest names first."""
    ranked = []
    for number, one in enumerate(wanted):
        for title in titles:
            said = said_as(title, one)
            if said in one.titles and not _misleads(title, one):
                ranked.append((one.titles.index(said), number, one, title))
    ranked.sort(key=lambda found: found[:2])
    return ((one, title) for _, _, one, title in ranked)


def said_as(title: str, wanted: Wanted) -> str:
    """Write a title as it is compared: without a duration's unit, an amount's currency, the zone of a time."""
    if wanted.form == "duration":
        return without_unit(plain(title))
    if wanted.form == "amount":
        return plain(_without_currency(title))
    return plain(re.split(r"[(\[]", title)[0] if wanted.form in _WITH_BRACKETS else title)


def _without_currency(title: str) -> str:
    """Leave out the currency that a column's name says; of several it is none of ours."""
    try:
        return without_currency(title)[0]
    except CellError:
        return title


def _misleads(title: str, wanted: Wanted) -> bool:
    """Tell whether a column says what it must not be taken for: hours of business, or distinct users per day."""
    words = set(plain(title).split())
    leaves_out = wanted.form == "duration" and words & _BUSINESS
    return bool(leaves_out or ("logins" in wanted.name and words & _DISTINCT))


def _like(wanted: Wanted, free: Iterable[str]) -> Choice:
    fit = [title for title in free if not _misleads(title, wanted)]
    by_words = {said_as(title.rpartition(":")[2] or title, wanted): title for title in fit}
    exact = next((by_words[words] for words in wanted.titles if words in by_words), None)
    near = (name for words in wanted.titles for name in get_close_matches(words, by_words, 1, _LIKE))
    found = exact or next((by_words[name] for name in near), None)
    return Choice(wanted, found, sure=found is None)
