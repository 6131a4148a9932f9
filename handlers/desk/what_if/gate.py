"""The gate of a draft on its page: every condition is shown, met or not; none is silent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from config.gate import GateLimits
from handlers.draws import seeded
from handlers.jobs.drafts import Draft
from handlers.jobs.gate import Renewals, Tried, renewals
from handlers.jobs.gate_limits import GATE_LIMITS, Change, GateLimit, Impact, passed
from handlers.jobs.gate_verdict import Judged
from handlers.jobs.pilot import Opinion, kappa_of
from handlers.words.figures import count
from handlers.words.gate import verdict_words
from scoring.backtest.comparison import Compared, compare
from scoring.outcomes import Outcome, Refusal
from scoring.what_if import Comparison, Month

State: TypeAlias = Literal["ok", "ask", "stop", "unknown"]
"""Met; to be let through with a word; stopped, whatever is said; what cannot be told."""

AGREEMENT = "agreement"
"""What lets through a draft that agrees less with opinions."""

_TITLES: Mapping[GateLimit, str] = {
    "tier_changes": "Few accounts change their tier",
    "newly_at_risk": "Little ARR is newly at risk",
    "weight_move": "No weight moves far",
    "unmeasured": "What it changes could be tried",
}


class Check(NamedTuple):
    """A condition: what it asks, whether it is met, what was seen; `limit` is the word that lets it through."""

    title: str
    state: State
    said: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a draft is judged by, besides its impact: limits, outcomes, opinions."""

    limits: GateLimits
    stated: Sequence[Outcome | Refusal]
    opinions: Sequence[Opinion]
    least_opinions: int
    notice_days: int


@dataclass(frozen=True)
class Gate:
    """The conditions of a draft."""

    checks: tuple[Check, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """Name the limits that want a word."""
        return tuple(one.limit for one in self.checks if one.state == "ask")

    @property
    def is_stopped(self) -> bool:
        """Tell whether no word lets it through."""
        return any(one.state == "stop" for one in self.checks)

    @property
    def said(self) -> str:
        """Say it in a sentence."""
        stops = sum(one.state == "stop" for one in self.checks)
        if stops:
            return f"The gate is closed: {count(stops, 'condition')} not met"
        asks = len(self.asked)
        return f"{count(asks, 'limit')} to be let through, each with a reason" if asks else "The gate is open"


def refused_gate(draft: Draft, said: Sequence[str]) -> Gate:
    """Judge a draft that the loader does not take any more."""
    return Gate((Check("The loader accepts it", "stop", " ".join(said)), _reason(draft)))


def gate_of(draft: Draft, comparison: Comparison, tried: Tried, known: Known) -> Gate:
    """Judge a draft by the month-ends that it was tried on."""
    month = tried.months[-1]
    return Gate(
        (
            Check("The loader accepts it", "ok", f"Draft model {comparison.draft.version}."),
            _base(draft, comparison),
            _reason(draft),
            _closed(month),
            *_limits(month, comparison, known.limits),
            _unscored(month),
            _outcomes(comparison, tried, known),
            _opinions(month, known),
        )
    )


def _base(draft: Draft, comparison: Comparison) -> Check:
    title, live = "Its base is the model in force", comparison.present.version
    if comparison.draft.version == live:
        return Check(title, "stop", f"The model in force, {live}, says already what this draft says.")
    if draft.base != live:
        said = f"It was made on {draft.base}; {live} is in force now. Reapply its figures there, and keep it anew."
        return Check(title, "stop", said)
    return Check(title, "ok", f"{live}.")


def _reason(draft: Draft) -> Check:
    return Check(
        "A reason is written", "ok" if draft.reason else "stop", draft.reason or "Say why: keep it with a reason."
    )


def _closed(month: Month) -> Check:
    title = "Its impact is of the latest closed month"
    if not month.recorded:
        return Check(title, "stop", f"{month.period} is not closed yet: it has no final record. Close it first.")
    rest = len(month.cases) - month.recorded
    said = f"; {count(rest, 'account')} from what is known now" if rest else ""
    return Check(title, "ok", f"{month.period}, from {count(month.recorded, 'final record')}{said}.")


def _limits(month: Month, comparison: Comparison, limits: GateLimits) -> Iterator[Check]:
    impact = Impact(month)
    found = {one.limit: one.seen for one in passed(Change(comparison.present, comparison.draft, impact), limits)}
    usual = _usual(impact)
    for limit in GATE_LIMITS:
        seen = found.get(limit)
        said = usual[limit] if seen is None else f"{seen[:1].upper()}{seen[1:]}."
        yield Check(_TITLES[limit], "ok" if seen is None else "ask", said, limit)


def _usual(impact: Impact) -> Mapping[GateLimit, str]:
    new = impact.newly_at_risk
    thin = " Under half of the accounts have a tier: few changes are no good news here." if impact.is_thin else ""
    return {
        "tier_changes": f"{len(impact.moved)} of {count(impact.accounts, 'account')}.{thin}",
        "newly_at_risk": f"{count(new.accounts, 'account')} newly at risk.",
        "weight_move": "Within the limit of points in gate.yaml.",
        "unmeasured": "The draft measures as the model in force does.",
    }


def _unscored(month: Month) -> Check:
    lost = sum(case.draft.tier is None and case.now.tier is not None for case in month.cases)
    said = f"{count(lost, 'account')} would have no score any more." if lost else "Whoever has a score keeps one."
    return Check("Nobody becomes unscored", "stop" if lost else "ok", said)


def _outcomes(comparison: Comparison, tried: Tried, known: Known) -> Check:
    title = "It tells no worse who churns"
    if not known.stated:
        return Check(title, "unknown", "No outcome is known: nobody can say whether it tells better or worse.")
    found = renewals(tried.cases, known.stated, None, known.notice_days)
    judged = _judged(comparison, tried, found, compare(found.rows, seeded()))
    states: Mapping[str, State] = {"worse": "stop", "better": "ok", "cannot tell": "unknown"}
    return Check(title, states[judged.verdict], verdict_words(judged))


def _judged(comparison: Comparison, tried: Tried, found: Renewals, compared: Compared) -> Judged:
    change = Change(comparison.present, comparison.draft, Impact(tried.months[-1]))
    return Judged(change, tried, found, compared, ())


def _opinions(month: Month, known: Known) -> Check:
    title = "It agrees no less with opinions"
    now = kappa_of(known.opinions, {case.account_id: case.now.tier for case in month.cases}, known.least_opinions)
    draft = kappa_of(known.opinions, {case.account_id: case.draft.tier for case in month.cases}, known.least_opinions)
    if now is None or draft is None:
        least = count(known.least_opinions, "opinion")
        return Check(title, "unknown", f"Fewer than {least} can be held against tiers: nothing can be said.")
    said = f"Kappa {now:.2f} now, {draft:.2f} under the draft."
    return Check(title, "ask" if round(draft, 9) < round(now, 9) else "ok", said, AGREEMENT)
