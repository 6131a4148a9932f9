"""Does the score warn? What a backtest came to, in plain sentences for people who lead customer success."""

from collections.abc import Iterator, Mapping
from math import floor, fsum

from handlers.words.figures import count, day, number
from handlers.words.ledger import TITLES
from scoring.alerts import AlertTerms, Rule
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
    "future": "later than the last score",
    "duplicate": "said twice: counted once",
    "contradiction": "two outcomes of one account and day: neither is counted",
}

_RULES: Mapping[Rule, str] = {
    "level": "the accounts with the lowest scores of the day",
    "steady": "accounts whose renewal is due, the lowest smoothed scores first; who is on it stays while nearly as low",
}

_MORE = (20, 50)
_UNNAMED = "Half of the churns, or more, were not named at all"


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
    first, last = found.dates
    kinds = found.outcomes.counts
    return (
        f"{count(found.snapshots, 'date')} from {day(first)} to {day(last)}, {count(found.accounts, 'account')}, "
        f"and what became of them: {number(kinds['renewed'])} renewed, {count(kinds['churned'], 'churn')}, "
        f"{number(kinds['downgraded'])} went on with less."
    )


def refusals(found: Findings) -> Iterator[str]:
    """Name the outcomes that are not counted, each kind with its number and why."""
    for reason, amount in found.outcomes.reasons.items():
        yield f"{count(amount, 'row')} refused: {REFUSED[reason]} ({reason})"  # type: ignore[index]


def left_out(figures: LandmarkFigures) -> Iterator[str]:
    """Say which outcomes have no score at a landmark."""
    if figures.no_landmark:
        yield f"{count(figures.no_landmark, 'outcome')} without any score {figures.days} days before the decision"
    if figures.unscored:
        yield f"{count(figures.unscored, 'outcome')} whose account had no number {figures.days} days before"


def pairs(figures: LandmarkFigures) -> str:
    """Say what the AUC is, as pairs of a hundred."""
    if figures.auc is None:
        return f"{figures.days} days before the decision there is no pair of one that left and one that stayed."
    return (
        f"{figures.days} days before the decision: take one account that left and one that stayed. In "
        f"{of_100(figures.auc)} of 100 such pairs the one that left had the lower score ({between(figures.auc_95, '')} "
        f"by {count(figures.churns, 'churn')}). A coin gets 50."
    )


def list_words(terms: AlertTerms) -> str:
    """Say what the alert list is."""
    return f"{whole_percent(terms.budget)} of the accounts at each date: {_RULES[terms.rule]} (rule {terms.rule})"


def recall(found: Findings, days: int = IN_TIME) -> str:
    """Say how many churns were on the alert list so many days ahead, and how many accounts would be by chance."""
    own, twin = found.warning.recall_at_lead[days], found.warning.shuffled.recall_at_lead[days]
    if own is None:
        return "No churn counts: none was decided 90 days after the first score, or later."
    hit = sum(row.lead is not None and row.lead >= days for row in found.ledger.rows)
    limits = between(found.warning.recall_at_lead_95[days])
    return (
        f"{hit} of {count(found.warning.churns, 'churn')} were on the list {days} days or more before their decision, "
        f"and stayed on it ({whole_percent(own)}; {limits}). Of any accounts {whole_percent(twin)} were."
    )


def money(found: Findings) -> str:
    """Say how much of the yearly revenue that left was named in time; empty where no amount is known."""
    known = [(row.outcome.arr, row.is_in_time) for row in found.ledger.counted if row.outcome.arr is not None]
    whole = fsum(arr for arr, _ in known)
    if not whole:
        return ""
    named, lack = fsum(arr for arr, is_in_time in known if is_in_time), len(found.ledger.counted) - len(known)
    without = f" Not in it: {count(lack, 'churn')} without an amount." if lack else ""
    share = whole_percent(named / whole)
    return f"Of ARR {number(whole)} that left, {number(named)} was named in time ({share}).{without}"


def median_lead(found: Findings) -> str:
    """Say how early the middle churn was known."""
    own, twin = found.warning.median_lead, found.warning.shuffled.median_lead
    if own is None:
        return ""
    said = f"Half of the churns were named {count(floor(own), 'day')} ahead or more" if own else _UNNAMED
    return f"{said}. Half of any accounts: {count(floor(twin), 'day')} or more." if twin else f"{said}."


def came_true(found: Findings) -> str:
    """Say how often an alert was followed by a notice, and how often any account's month was."""
    figures = found.warning
    if figures.precision is None:
        return "No alert had the time to come true yet."
    return (
        f"Of the alerts that had the time to, {whole_percent(figures.precision)} came true: the account gave notice "
        f"within {found.span.horizon_days} days. Of all accounts, alerted or not, {_small(figures.precision_base)} did."
    )


def _small(share: float | None) -> str:
    return "-" if share is None else f"{number(100 * share)}%"


def misses(found: Findings) -> Iterator[str]:
    """Count the churns that were not alerted in time, by cause."""
    for cause, amount in found.ledger.misses.items():
        yield f"{TITLES[cause]} ({cause}): {amount}"


def treated(figures: LandmarkFigures) -> str:
    """Say between which bounds the truth lies where somebody stepped in; empty where nobody did."""
    hidden = figures.treated
    if hidden is None:
        return ""
    said = f"Somebody stepped in for {count(hidden.treated_rows, 'account')} before the decision."
    low, high = hidden.auc_without_treated, hidden.auc_treated_as_churned
    if low is None or high is None:
        return f"{said} Whether they would have left otherwise nobody knows."
    return (
        f"{said} Whether they would have left otherwise nobody knows: without them it is {of_100(low)} of 100 pairs "
        f"(too low), counted as churns {of_100(high)} (too high). Only accounts that are left alone at random would "
        "show more."
    )


def calibration(figures: LandmarkFigures) -> str:
    """Say whether the chances that the score stands for are too bold; where there are too few churns, why not."""
    if figures.calibration_slope is None:
        return (
            f"Whether a score stands for a certain chance of leaving cannot be said: that needs {FEWEST_CHURNS} churns "
            f"with a score, and there are {figures.churns}."
        )
    slope = figures.calibration_slope
    manner = "too bold: high chances are too high, low ones too low" if slope < 1 else "too cautious"
    fits = "about right" if 0.8 <= slope <= 1.25 else manner
    return (
        f"Where a score is turned into a chance of leaving, on churns that were held out, the chances are {fits} "
        f"(slope {slope:.2f}; 1 is right). By so few churns the slope itself is uncertain."
    )
