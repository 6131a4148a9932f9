"""Does the score warn? What a backtest came to, in plain sentences for people who lead customer success."""

from collections.abc import Iterator, Mapping
from math import floor

from handlers.words.figures import count, day, number
from handlers.words.outcomes import OTHER_FORMS
from scoring.backtest.discrimination import FEWEST_CHURNS
from scoring.backtest.figures import LandmarkFigures
from scoring.backtest.findings import Findings
from scoring.backtest.ledger import IN_TIME
from scoring.backtest.resamples import Interval
from scoring.backtest.verdict import Reason, Verdict, Word, width_with
from scoring.outcomes import Reason as Refused

HEADLINES: Mapping[Word, str] = {
    "warns": "It warns",
    "cannot tell": "It cannot be told yet",
    "no better than chance": "No better than chance",
}

REFUSED: Mapping[Refused, str] = {
    "unknown_outcome": "neither renewed, churned nor downgraded",
    "bad_date": "a date is missing or is none",
    "notice_after_effective": "the notice is later than the day it takes effect",
    "unknown_account": (
        "the account has no score at all; where such accounts left, only those who stayed are counted, and the score "
        "looks better than it is"
    ),
    "future": "later than {until}",
    "duplicate": "said twice: counted once",
    "contradiction": "two outcomes of one account and day: neither is counted",
}

_MORE = (20, 50)


def of_100(share: float) -> str:
    """Write a share of 1 as so many of a hundred."""
    return str(floor(100 * share + 0.5))


def whole_percent(share: float | None) -> str:
    """Write a share of 1 in whole per cent; a dash where there is none."""
    return "-" if share is None else f"{of_100(share)}%"


def between(interval: Interval | None, unit: str = "%") -> str:
    """Write an interval of shares: `58% to 83%`; where there is none, why."""
    if interval is None:
        return "too few to say how sure that is"
    low, high = map(of_100, interval)
    return f"{low}{unit} to {high}{unit}"


def verdict_sentence(found: Findings) -> str:
    """Say in a sentence or two why the verdict is as it is."""
    churns = found.verdict.churns
    sentence = _REASONS[found.verdict.reason].format(
        churns=count(churns, "churn") if churns else "No churn",
        fewest=FEWEST_CHURNS,
        pairs=between(found.ninety.auc_95, ""),
        listed=between(found.warning.recall_at_lead_95[IN_TIME]),
        twin=whole_percent(found.warning.shuffled.recall_at_lead[IN_TIME]),
        days=IN_TIME,
        more=_more(found.verdict),
    )
    return sentence.strip()


_REASONS: Mapping[Reason, str] = {
    "both": (
        "Accounts that left had lower scores 90 days before their decision than accounts that stayed ({pairs} of 100 "
        "pairs; a coin gets 50), and the alert list named them {days} days ahead more often than it names any account "
        "({listed} against {twin}). With {churns}, chance alone would rarely give either."
    ),
    "few_churns": "{churns} can be held against a score; at least {fewest} are needed to tell anything. {more}",
    "no_interval": (
        "There are {churns}, but nothing to compare them with: no accounts that stayed, or none with a score. "
        "Import the renewals as well."
    ),
    "useless": (
        "Even at the upper end of what {churns} allow, the score tells fewer than 60 of 100 pairs apart ({pairs}); "
        "a coin gets 50."
    ),
    "wrong_way": (
        "Accounts that left had higher scores than accounts that stayed: the score is right in {pairs} of 100 pairs, "
        "a coin in 50. Check the dates and outcomes first; then the weights."
    ),
    "ranks_only": (
        "Accounts that left did have lower scores ({pairs} of 100 pairs; a coin gets 50). But whether the alert list "
        "names them {days} days ahead more often than any account is not established: {listed}, against {twin} by "
        "chance. {more}"
    ),
    "lists_only": (
        "The alert list named accounts that left {days} days ahead more often than any account ({listed} against "
        "{twin}). But that those who leave have lower scores is not established: {pairs} of 100 pairs, and a coin "
        "gets 50. {more}"
    ),
    "wide": (
        "With {churns} both could be chance: the score is right in {pairs} of 100 pairs (a coin in 50), and the alert "
        "list named {listed} of those who left {days} days ahead (any account: {twin}). {more}"
    ),
}


def _more(said: Verdict) -> str:
    """Say how much more exact it would be with more churns; nothing where there are so many already."""
    steps = [churns for churns in _MORE if churns > said.churns]
    widths = [f"{of_100(width_with(churns))} of 100 wide with {churns} churns" for churns in steps]
    return f"The range of pairs would be about {' and '.join(widths)}." if widths else ""


def basis(found: Findings) -> str:
    """Say what was held against what."""
    kinds = found.outcomes.counts
    return (
        f"{_dates(found)}, {count(found.accounts, 'account')}, "
        f"and what became of them: {number(kinds['renewed'])} renewed, {count(kinds['churned'], 'churn')}, "
        f"{number(kinds['downgraded'])} went on with less."
    )


def _dates(found: Findings) -> str:
    first, last = found.dates
    said = count(found.snapshots, "date")
    return f"{said}, {day(first)}" if first == last else f"{said} from {day(first)} to {day(last)}"


def refusals(found: Findings) -> Iterator[str]:
    """Name the outcomes that are not counted, each kind with its number and why."""
    for reason, amount in found.outcomes.reasons.items():
        said = REFUSED[reason].format(until=day(found.span.until))  # type: ignore[index]
        yield f"{count(amount, 'row')} refused: {said} ({reason})"
    if found.outcomes.reasons.keys() & {"bad_date", "unknown_outcome"}:
        yield f"`healthscore outcomes FILE` names these rows; {OTHER_FORMS}"


def left_out(figures: LandmarkFigures) -> Iterator[str]:
    """Say which outcomes have no score at a landmark."""
    if figures.no_landmark:
        yield f"{count(figures.no_landmark, 'outcome')} without any score {figures.days} days before the decision"
    if figures.unscored:
        yield f"{count(figures.unscored, 'outcome')} whose account had no number {figures.days} days before"
