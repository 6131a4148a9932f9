"""What a backtest came to, as lines on a terminal."""

from collections.abc import Iterable, Iterator

from handlers.words.figures import day
from handlers.words.layout import clean, paragraph, points_of
from handlers.words.ledger import TITLES, lead_words, told_words
from handlers.words.trust import HEADLINES, basis, left_out, refusals, verdict_sentence
from handlers.words.trust_figures import came_true, list_words, median_lead, misses, money, pairs, recall, treated
from scoring.backtest.findings import Findings
from scoring.backtest.ledger import Row
from scoring.outcomes import Outcome

MADE_UP = "All of this is made up, accounts, scores and outcomes: it shows how the page reads, and proves nothing."

_MADE_UP = "made up for the demo"
"""What the reason of an outcome begins with that nobody shall take for a fact."""

OF_A_FILE = (
    "The scores are those of a file, which does not say when they were made: what replay makes of today's data may "
    "know too much, and warn better than was possible."
)


_NAMED = 10
"""So many churns are named on a terminal, the latest first; the ledger and the page have them all."""


def is_made_up(found: Findings) -> bool:
    """Tell whether any outcome says that it is made up, as those of the demo do."""
    return any(map(says_made_up, found.outcomes.usable))


def says_made_up(one: Outcome) -> bool:
    """Tell whether the reason of an outcome says that it is made up."""
    return one.reason.casefold().startswith(_MADE_UP)


def trust_lines(found: Findings, origins: Iterable[str] = ()) -> Iterator[str]:
    """Say in short lines what the score told, when, of whom; `origins` say where the scores are from."""
    if is_made_up(found):
        yield from paragraph(MADE_UP)
    yield f"Does the score warn? {HEADLINES[found.verdict.word]}."
    yield from paragraph(verdict_sentence(found), "  ")
    yield "Held against each other"
    said = [basis(found), *refusals(found), *left_out(found.ninety), *origins]
    yield from points_of(said)
    yield "Who left had the lower score?"
    yield from points_of(one for one in (*map(pairs, found.landmarks), treated(found.ninety)) if one)
    yield f"Named in time? The alert list: {list_words(found.alert_terms)}"
    yield from points_of(one for one in (recall(found), money(found), median_lead(found), came_true(found)) if one)
    yield from points_of(_of_whom(found))
    missed = list(misses(found))
    if missed:
        yield f"Why {sum(found.ledger.misses.values())} were not named 60 days before their decision"
        yield from points_of(missed)


def _of_whom(found: Findings) -> Iterator[str]:
    """Name the latest churns that count: how early each was on the list and who would have been told, else why not."""
    counted = found.ledger.counted[::-1]
    yield from map(_row, counted[:_NAMED])
    if len(counted) > _NAMED:
        yield f"and {len(counted) - _NAMED} before: the ledger of the JSON and the page of --html have all of them"


def _row(row: Row) -> str:
    name = clean(row.account_name or row.outcome.account_id)
    told, why = told_words(row.told), "" if row.miss is None else f"; {TITLES[row.miss.cause].lower()}"
    whom = f" ({told})" if told else ""
    return f"{name}, decided {day(row.decided)}: {lead_words(row)}{whom}{why}"
