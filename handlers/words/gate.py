"""What the gate says of a draft, in plain sentences."""

from collections.abc import Iterator

from handlers.jobs.gate import Renewals
from handlers.jobs.gate_limits import Impact, stopping
from handlers.jobs.gate_verdict import WORSE, Judged
from handlers.words.figures import count, number, percent
from handlers.words.history import NOTHING
from handlers.words.outcomes import refused_words
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
    if judged.impact is not None:
        yield from coverage_words(judged.impact)
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


def coverage_words(impact: Impact) -> Iterator[str]:
    """Say how many accounts were there to be moved, and warn where most had no tier to change."""
    accounts = count(impact.accounts, "account")
    yield (
        f"Of {accounts} {number(impact.scored)} have a number under both, {number(impact.tiered)} a tier that is not "
        "Unknown."
    )
    if impact.is_thin:
        yield (
            f"Warning: under half of {accounts} have a tier under both. Who is Unknown or without a score cannot be "
            "seen to change the tier: few changes are no good news here."
        )


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
    sides, limits = f"{found.base_auc:.3f} → {found.draft_auc:.3f}", f"95 %: {low:+.3f} to {high:+.3f}"
    seen = f"pairs told right (AUC) {sides}, {found.difference:+.3f} ({limits})"
    said = f"{seen} on {count(found.rows, 'renewal')}, {churns}"
    return said if found.verdict != "cannot tell" else f"{said}; {_needed(found)}"


def _needed(found: Compared) -> str:
    least = f"a difference below {found.detectable:.2f} cannot be seen with so many"
    if found.churns_needed is None:
        none = f"a difference below {LEAST_DIFFERENCE} counts as none"
        return none if round(found.detectable or 0, 2) <= LEAST_DIFFERENCE else f"{none}, and {least}"
    more = max(found.churns_needed, found.churns + 1)
    return f"{least}; to tell one of the size that was seen takes about {more} churned accounts"


def remarks(judged: Judged) -> Iterator[str]:
    """Say what was left out, and what may be wrong."""
    if judged.tried is not None and judged.tried.not_given_again:
        some = f"{judged.tried.not_given_again} of {count(judged.tried.own, 'score')} of the base"
        yield f"{some} are not given again from their raw values: where signals or windows decide, figures may be off."
    if judged.compared is not None and judged.compared.base_auc is not None:
        yield (
            "Both models score all months again. backtest on the store goes by the scores that were shown, under the "
            "models of then: of the same renewals its figure may be another."
        )
    if judged.renewals is not None and (named := "; ".join(_left_out(judged.renewals))):
        yield f"Outcomes that are not held against scores: {named}."


def _left_out(found: Renewals) -> Iterator[str]:
    if found.no_landmark:
        yield f"{count(found.no_landmark, 'renewal')} without a score {DAYS} days before"
    if found.unscored:
        yield f"{count(found.unscored, 'renewal')} without a number under both {DAYS} days before"
    for reason, many in found.outcomes.reasons.items():
        yield f"{count(many, 'row')} refused, {refused_words(reason, found.until)}"  # type: ignore[arg-type]


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
