"""What the gate says of a draft, in plain sentences."""

from collections.abc import Iterator

from handlers.jobs.gate_limits import Impact, stopping
from handlers.jobs.gate_verdict import WORSE, Judged
from handlers.words.figures import count, number, percent
from handlers.words.history import NOTHING
from scoring.backtest.comparison import DAYS, FEWEST_CHURNS, LEAST_DIFFERENCE, Compared
from scoring.what_if import Group

_TELLS = {
    "better": "The draft tells better than the base who churns",
    "worse": "The draft tells worse than the base who churns",
    "cannot tell": "Whether the draft tells better or worse than the base who churns cannot be told",
}


def gate_words(judged: Judged, currency: str | None) -> Iterator[str]:
    """Say what became of a draft at the gate, a sentence or two a line; without a currency nothing of money."""
    yield impact_words(judged, currency)
    yield verdict_words(judged)
    yield from remarks(judged)
    yield from stop_words(judged)


def impact_words(judged: Judged, currency: str | None) -> str:
    """Say what the draft does to the accounts of the last month-end."""
    base, draft = judged.change.base.version, judged.change.draft.version
    if base == draft:
        return f"The draft is the base, {base}: no score can differ."
    impact = judged.impact
    if impact is None:
        return (
            f"The draft {draft} beside the base {base}: no scores were given, so nobody knows which accounts it moves."
        )
    moved = f"{len(impact.moved)} of {count(impact.accounts, 'account')} change their tier in {impact.month.period}"
    return f"The draft {draft} beside the base {base}: {moved}; {_risk_words(impact, currency)}."


def _risk_words(impact: Impact, currency: str | None) -> str:
    new, gone = impact.newly_at_risk, impact.no_more_at_risk
    return f"{_group_words(new, currency)} at risk under it alone, {_group_words(gone, currency)} under the base alone"


def _group_words(group: Group, currency: str | None) -> str:
    if currency is None or not group.accounts:
        return number(group.accounts)
    unknown = f", the ARR of {number(group.without_worth)} not known" if group.without_worth else ""
    return f"{number(group.accounts)} ({currency} {number(group.worth)}{unknown})"


def verdict_words(judged: Judged) -> str:
    """Say whether the draft tells better or worse who churns, how sure that is, and what would be needed."""
    told = _TELLS[judged.verdict]
    if judged.compared is None:
        return f"{told}: no outcomes were given."
    return f"{told}: {compared_words(judged.compared)}."


def compared_words(found: Compared) -> str:
    """Say what a comparison rests on."""
    churns = f"{count(found.churns, 'churned account')} with a score {DAYS} days before the decision"
    if found.difference is None or found.difference_95 is None:
        if found.churns_needed is None:
            return f"fewer than {FEWEST_CHURNS} accounts that stayed have a score {DAYS} days before the decision"
        return f"there are {churns}, and at least {found.churns_needed} are needed"
    low, high = found.difference_95
    seen = (
        f"AUC {found.base_auc:.3f} → {found.draft_auc:.3f}, {found.difference:+.3f} (95 %: {low:+.3f} to {high:+.3f})"
    )
    said = f"{seen} on {count(found.rows, 'renewal')}, {churns}"
    return said if found.verdict != "cannot tell" else f"{said}; {_needed(found)}"


def _needed(found: Compared) -> str:
    least = f"a difference below {found.detectable:.2f} cannot be seen with so many"
    if found.churns_needed is None:
        return f"the difference is below {LEAST_DIFFERENCE}, which counts as none; {least}"
    more = max(found.churns_needed, found.churns + 1)
    return f"{least}; to tell one of the size that was seen takes about {more} churned accounts"


def remarks(judged: Judged) -> Iterator[str]:
    """Say what was left out, and what may be wrong."""
    if judged.tried is not None and judged.tried.not_given_again:
        some = f"{judged.tried.not_given_again} of {count(judged.tried.own, 'score')} of the base"
        yield f"{some} are not given again from their raw values: where signals or windows decide, figures may be off."
    if judged.renewals is not None:
        refused = judged.renewals.outcomes.reasons
        left_out = {"no_landmark": judged.renewals.no_landmark, "unscored": judged.renewals.unscored, **refused}
        named = [f"{name} {many}" for name, many in left_out.items() if many]
        if named:
            yield f"Outcomes that are not held against scores: {', '.join(named)}."


def stop_words(judged: Judged) -> Iterator[str]:
    """Say what stops the draft and which word lets it through, or that nothing does."""
    stopped = judged.stopped_by
    if WORSE in stopped:
        yield "Stopped: a draft that tells worse beyond noise is let through by no word; change it."
    for limit, seen in stopping(judged.passed, judged.word.limits):
        yield f"Stopped by {limit}: {seen}. --let-through {limit} --reason TEXT lets it through."
    for limit, seen in judged.passed:
        if limit in judged.word.limits:
            yield f"{limit} was let through ({judged.word.reason}): {seen}."
    if not stopped:
        yield "The gate is open."


def share_words(part: float, whole: float) -> str:
    """Write a share in percent; nothing of nothing is none."""
    return percent(100 * part / whole) if whole else NOTHING
