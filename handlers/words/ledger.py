"""The ledger in words: why a churn was not alerted in time, the proof, and the tiers of the year before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import floor

from config.source import label_of
from handlers.words.figures import count, day, number, percent, points, short, title
from handlers.words.layout import clean
from scoring.backtest.ledger import Row
from scoring.backtest.misses import Capping, Cause, Lack, Miss, Renewal
from scoring.backtest.past import Shift
from scoring.customer import Csm
from scoring.instants import DAY, Instant

UNSCORED = "no score"

TITLES: Mapping[Cause, str] = {
    "late data": "Data came late",
    "no data": "No data",
    "stale": "A source had gone silent",
    "capped late": "A signal was logged too late",
    "no longer due": "Its renewal was no longer due",
    "weight": "It moved, and weighed too little",
    "threshold": "It got worse, and stayed green",
    "silent": "Nothing had moved by then",
}

REMEDIES: Mapping[Cause, str] = {
    "late data": "Find out why the data came late: the score knows it now, and did not know it then.",
    "no data": "Connect or map what is missing: no score can warn of what it does not see.",
    "stale": "See that silence of a source is noticed: healthscore doctor checks the connections.",
    "capped late": "Ask when the team first knew, and have signals logged then: nothing else showed it.",
    "no longer due": (
        "A matter of notice_days in alerts.yaml: it gave notice later than that. With fewer days a renewal stays due "
        "for longer; healthscore backtest --notice-days tries others."
    ),
    "weight": "A matter of weights: healthscore calibrate proposes others where there are churns enough.",
    "threshold": "A matter of thresholds: look where green begins; healthscore what-if tries others.",
    "silent": "What is measured here did not move. Only something that is not measured yet could have told.",
}


def tier_path(row: Row) -> str:
    """Write the tiers of the year before: `Healthy 5 → At Risk 2 → Critical 1`, each with its month-ends in a row."""
    return " → ".join(f"{tier or UNSCORED} {length}" for tier, length in row.path) or UNSCORED


def lead_words(row: Row) -> str:
    """Say how early an account was named."""
    if row.lead is None:
        return "decided too early to count"
    dates = sum(month.is_alerted for month in row.months)
    if row.lead > 0:
        return f"{count(floor(row.lead), 'day')} ahead"
    return f"on {count(dates, 'date')}, not lasting" if dates else "not named"


def told_words(told: Csm | None) -> str:
    """Name who looked after an account; empty where nobody is known."""
    return "" if told is None else clean(told.name or told.mail or told.id or "")


def proof(row: Row, miss: Miss) -> str:
    """Say in figures why a churn was not alerted in time."""
    return _PROOFS[miss.cause](row, miss)


def _late_data(_row: Row, miss: Miss) -> str:
    if miss.known_now is None:
        return ""
    lead = count(round(miss.known_now.lead), "day")
    return (
        f"With what is known now it would have been on the list {lead} before the decision. On {day(miss.as_of)} "
        f"its score was shown as {_score(miss.score)}; it is {_score(miss.known_now.score)} as known now."
    )


def _no_data(_row: Row, miss: Miss) -> str:
    said = [_LACKS[lack].format(coverage=percent(miss.coverage_pct or 0.0)) for lack in miss.lacks]
    said += [_flag(flag) for flag in miss.flags]
    return f"On {day(miss.as_of)} {_listed(said)}."


_LACKS: Mapping[Lack, str] = {
    "left": "it was out of the book: it had given notice before",
    "score": "it had no score",
    "coverage": "only {coverage} of what counts was known",
    "signals": "its churn signals were not known",
    "renewal": "its renewal was not known, and the list takes those first whose renewal is due",
}


def _stale(_row: Row, miss: Miss) -> str:
    return f"On {day(miss.as_of)} {_listed(map(_flag, miss.flags))}; the score was {_score(miss.score)}."


def _flag(flag: str) -> str:
    kind, _, source = flag.partition(":")
    return _FLAGS[kind].format(clean(label_of(source)))


_FLAGS = {
    "dead": "{} had not been heard for too long, and was left out",
    "unmapped": "nothing of {} was mapped to it",
    "unknown_owner": "{} had never named what it is mapped to",
    "stale": "{} had gone silent, and its last figures were used",
}


def _capped_late(row: Row, miss: Miss) -> str:
    return "" if miss.capping is None else _capping(row.decided, miss.capping, miss.score)


def _capping(decided: Instant, capping: Capping, score: float | None) -> str:
    days = (decided - capping.as_of) / DAY
    when = f"{count(abs(round(days)), 'day')} {'before' if days >= 0 else 'after'} the decision"
    return (
        f"The cap of {number(capping.cap.value)} was first shown on {day(capping.as_of)}, {when}. "
        f"Without it the score was {points(capping.uncapped)}; while there was time it was {_score(score)}."
    )


def _no_longer_due(row: Row, miss: Miss) -> str:
    if miss.was_listed is None or miss.renewal is None or miss.renewal.days is None:
        return ""
    first, last, notice = miss.was_listed.first, miss.was_listed.last, miss.was_listed.notice_days
    listed = f"on {day(first)}" if first == last else f"from {day(first)} to {day(last)}"
    decided = count(round((row.outcome.effective - row.decided) / DAY), "day")
    return (
        f"It was on the list {listed}. On {day(miss.as_of)} its renewal, {number(miss.renewal.days)} days ahead, was "
        f"no longer due: by then, with notice_days {notice}, it counts as decided. It was decided {decided} before "
        "the end."
    )


def _weight(_row: Row, miss: Miss) -> str:
    fell = "" if miss.fell is None else f" {_fell(miss.fell)}"
    return f"On {day(miss.as_of)} {_shifts(miss.shifts)}.{fell} {_standing(miss)}"


def _threshold(_row: Row, miss: Miss) -> str:
    return f"On {day(miss.as_of)} {_shifts(miss.shifts)}. {_standing(miss)}"


def _silent(_row: Row, miss: Miss) -> str:
    fell = " Nothing is known of before." if miss.fell is None else f" {_fell(miss.fell)}"
    red = f" At red all along: {_shifts(miss.shifts)}." if miss.shifts else ""
    return f"On {day(miss.as_of)}:{fell} {_standing(miss)}{red}"


def _fell(fell: float) -> str:
    if abs(fell) < 0.05:
        return "The score was what it used to be."
    return f"The score was {points(abs(fell))} points {'below' if fell > 0 else 'above'} what it used to be."


def _standing(miss: Miss) -> str:
    listed = "" if miss.listed is None else f"; the list went up to {points(miss.listed)}"
    return f"Score {_score(miss.score)}{listed}.{'' if miss.renewal is None else _renewal(miss.renewal)}"


def _renewal(renewal: Renewal) -> str:
    if renewal.days is None:
        return ""
    if renewal.is_due:
        return " Its renewal was due, and others came before it."
    return f" Its renewal, {number(renewal.days)} days ahead, was not due: the list takes those first that are."


def _shifts(shifts: Sequence[Shift]) -> str:
    return _listed(map(_shift, shifts)) if shifts else "no single metric stood out"


def _shift(shift: Shift) -> str:
    now = short(shift.name, shift.raw)
    before = "" if shift.before is None else f"{short(shift.name, shift.before)} → "
    change = f"{now} as before" if before == f"{now} → " else f"{before}{now}"
    return f"{title(shift.name)} {change} (scores {number(shift.score)} of 100, weight {percent(100 * shift.weight)})"


def _score(score: float | None) -> str:
    return "unknown" if score is None else points(score)


def _listed(texts: Iterable[str]) -> str:
    said = list(texts)
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


_PROOFS: Mapping[Cause, Callable[[Row, Miss], str]] = {
    "late data": _late_data,
    "no data": _no_data,
    "stale": _stale,
    "capped late": _capped_late,
    "no longer due": _no_longer_due,
    "weight": _weight,
    "threshold": _threshold,
    "silent": _silent,
}
