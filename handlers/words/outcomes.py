"""Outcomes in words: why a row is not counted, why a renewal has no outcome, what fell on which day."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from handlers.words.layout import clean
from scoring.instants import Instant, format_date
from scoring.outcome_facts import Why
from scoring.outcomes import KINDS, Outcome, Reason
from scoring.periods import period_of

REFUSED: Mapping[Reason, str] = {
    "unknown_outcome": f"the outcome is none of {', '.join(KINDS)}",
    "bad_date": "a date is none, or the effective date is missing: write YYYY-MM-DD",
    "notice_after_effective": "notice lies after the day on which it took effect",
    "unknown_account": "no score is of this account",
    "future": "it lies later than {until}",
    "duplicate": "an earlier row says the same: it is counted once",
    "contradiction": "another row says something else of this account and day: none of them is counted",
}
"""Why a row is refused; `until` is how far outcomes are known."""

OTHER_FORMS = "`healthscore import outcomes FILE` takes other headers, dates and words in, and workbooks too"
"""What to do with a file whose form is not ours."""

NOBODYS = "no account has this id: correct it (a row `withdrawn` takes the wrong one back), or put the account in"
"""Why an outcome in the store is of an unknown account."""

NONE_KNOWN = "No outcome is known: `healthscore import outcomes FILE` takes in what became of accounts."
"""What to do where nothing can be held against scores."""

UNDECIDED: Mapping[Why, str] = {
    "overdue": "its date has passed, and no opportunity of it is closed",
    "open_beside": "one opportunity was lost while another was open, which is not closed yet",
    "unclear": "its type or stage has no meaning in sources.yaml",
    "undated": "it is closed, and has no date",
}
"""Why nobody can say what became of a renewal."""

_FLAGS = {
    "currency": "Amounts in {name} have no rate under currency in sources.yaml: they are left out.",
    "invalid": "Amounts that say no currency, of the several that there are, are left out.",
    "reread": "A change of {name} was not seen: what was known before counts until `healthscore sweep` reads it again.",
}

_BECAME = {"renewed": "renewed", "churned": "churned", "downgraded": "renewed for less"}


class Fallen(NamedTuple):
    """What fell on a day: a notice, a treatment, or the outcome itself; and how people say it."""

    at: Instant
    what: str
    said: str


def refused_words(reason: Reason, until: Instant) -> str:
    """Say why a row is refused, where outcomes are known up to a day."""
    return REFUSED[reason].format(until=format_date(until))


def fallen(one: Outcome) -> Iterator[Fallen]:
    """Say what of an outcome fell on which day."""
    if one.notice is not None and one.is_churn:
        yield Fallen(one.notice, "notice", f"notice to leave on {format_date(one.notice)}")
    if one.treated is not None:
        yield Fallen(one.treated, "treated", f"somebody stepped in on {format_date(one.treated)}")
    yield Fallen(one.effective, "effective", f"{_BECAME[one.kind]} on {format_date(one.effective)}")


def flag_words(flag: str) -> str:
    """Say what a flag of outcomes means."""
    word, _, name = flag.partition(":")
    return _FLAGS[word].format(name=clean(name))


def said_in_month(period: str, outcomes: Iterable[Outcome]) -> list[str]:
    """Say what fell into a month, in the order of its days."""
    found = sorted(one for outcome in outcomes for one in fallen(outcome) if period_of(one.at) == period)
    return [one.said for one in found]


def elsewhere(shown: Collection[str], outcomes: Iterable[Outcome]) -> list[str]:
    """Say what is known of an account's renewals and fell into no month that is shown."""
    found = sorted(one for outcome in outcomes for one in fallen(outcome) if period_of(one.at) not in shown)
    return [f"Not in these months: {'; '.join(one.said for one in found)}."] if found else []
