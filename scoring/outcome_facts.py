"""What became of an account, by all that is known of it: its renewals in the CRM, and what somebody told us."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias, get_args

from scoring.account import AccountFacts
from scoring.facts import Fact
from scoring.instants import DAY, Instant
from scoring.metrics.financial_contract import LONG_OVERDUE_DAYS
from scoring.model import Model
from scoring.outcome_profile import Profile
from scoring.outcomes import KINDS, Kind, Outcome
from scoring.renewals import BESIDE, LATE, ONE_DATE, Opportunity, Renewal, is_one, opportunity_of
from scoring.roles import playing
from scoring.said_outcomes import corrected, told
from scoring.words import NOTHING

Why: TypeAlias = Literal["overdue", "open_beside", "unclear", "undated"]
"""Why a renewal has no outcome: its date has passed and nothing closed it; one was lost while another of the account
was open and still is; a type or stage that config gives no meaning; it is closed and has no date."""


class Undecided(NamedTuple):
    """A renewal of an account that has come, and of which nobody can say what became of it."""

    account_id: str
    effective: Instant | None
    why: Why


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account's outcomes, by date, and of the renewals that have none.

    `flags` name the currencies that an amount cannot be converted from, and what changed unseen.
    """

    account_id: str
    outcomes: tuple[Outcome, ...]
    undecided: tuple[Undecided, ...]
    flags: frozenset[str]


def known_outcomes(facts: AccountFacts, model: Model, until: Instant) -> Known:
    """Say what became of an account, as it is known from all that was seen before an instant.

    The facts are those of the account's owners in the CRM, and those of `scoring.said_outcomes`.
    """
    account_id, sources = facts.account.id, playing("crm", model.roles)
    crm = [fact for fact in facts.facts if fact.subject.source in sources]
    record = next((one for one in crm if (one.subject.kind, one.subject.id) == ("account", account_id)), None)
    profile = Profile(account_id, record, model.currencies, until)
    opportunities = _opportunities(crm, facts, model, until)
    renewals = sorted((one.renewal for one in opportunities if one.renewal), key=attrgetter("effective", "born"))
    derived, undecided = _of_crm(renewals, profile)
    said = told(facts.facts, account_id, model.currencies, until)
    outcomes = corrected([profile.at_stake(one) for one in derived], said)
    undecided += [Undecided(account_id, one.effective, why) for one in opportunities if (why := _unread(one, until))]
    left = tuple(one for one in undecided if not _is_settled(one.effective, outcomes))
    unseen = frozenset(f"reread:{one.reread}" for one in opportunities if one.reread)
    return Known(account_id, tuple(outcomes), left, said.flags | profile.unpriced(derived) | unseen)


def _opportunities(crm: Iterable[Fact], facts: AccountFacts, model: Model, until: Instant) -> list[Opportunity]:
    """Read the renewals and contractions of the account's owners, and what may be either."""
    ids = frozenset((owner.source, key) for owner in facts.owners for key in owner.ids)
    mine = [fact for fact in crm if fact.subject.kind == "opportunity"]
    read = ((fact.subject.source, opportunity_of(fact, model, until)) for fact in mine)
    return [one for source, one in read if one is not None and (source, one.owner) in ids and one.type != NOTHING]


def _of_crm(renewals: Sequence[Renewal], profile: Profile) -> tuple[list[Outcome], list[Undecided]]:
    """Say what became of an account by its renewals in the CRM, and its churn date."""
    won = [one for one in renewals if one.state == "won" and one.type is not None]
    lost = [one for one in renewals if one.state == "lost" and one.type == "renewal"]
    still = [one for one in renewals if one.state == "open" and one.type == "renewal"]
    gone = [one for one in lost if not any(is_one(one, other) for other in won)]
    waiting = [one for one in gone if any(_stands(other, one, profile.until) for other in still)]
    churned = _churned([one for one in gone if one not in waiting], profile)
    overdue = [one for one in still if _is_past(one.effective, profile.until)]
    undecided = [Undecided(profile.account_id, one.effective, "open_beside") for one in waiting]
    undecided += [Undecided(profile.account_id, one.effective, "overdue") for one in overdue]
    return [*_renewed(won, lost, profile), *churned], undecided


def _stands(other: Renewal, lost: Renewal, until: Instant) -> bool:
    """Tell whether an open renewal keeps a lost one from being a churn: it was there by then, and is not forgotten."""
    return lost.is_beside(other) and until - other.effective <= LONG_OVERDUE_DAYS * DAY


def _is_past(date: Instant | None, until: Instant) -> bool:
    return date is not None and date + DAY <= until


def _unread(one: Opportunity, until: Instant) -> Why | None:
    """Say why an opportunity that is not open tells nothing; None where it does, or need not yet."""
    if one.type == "renewal" and one.state in {"won", "lost"} and one.effective is None:
        return "undated"
    is_unclear = one.type is None or (one.state == "unclear" and one.type == "renewal")
    return "unclear" if is_unclear and one.state != "open" and _is_past(one.effective, until) else None


def _renewed(won: Sequence[Renewal], lost: Sequence[Renewal], profile: Profile) -> list[Outcome]:
    """Give the renewals that were won, several of one date once; downgraded where a contraction was won with them.

    A contraction alone is a change of a running contract, and no renewal: it counts where a renewal of its date
    was won or lost, unless the ARR is known not to have fallen.
    """
    contractions = [one for one in won if one.type != "renewal"]
    dated = [one for one in won if one.type == "renewal" or any(is_one(other, one) for other in lost)]
    found: list[Outcome] = []
    for at in sorted(one.effective for one in dated):
        if not found or at - found[-1].effective > ONE_DATE:
            less = any(abs(at - other.effective) <= ONE_DATE for other in contractions)
            kind: Kind = "downgraded" if less and profile.shrank(at) else "renewed"
            found.append(Outcome(profile.account_id, kind, at))
    return found


def _churned(lost: Sequence[Renewal], profile: Profile) -> list[Outcome]:
    """Give the renewals that were lost, those of one renewal once: it begins with the first notice, and ends last.

    The churn date of the account stands in the place of those near it.
    """
    groups: list[list[Renewal]] = []
    for one in lost:
        if groups and is_one(groups[-1][0], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    found = [_churn(group, profile.account_id) for group in groups]
    said = profile.churn
    if said is None:
        return found
    near = [one for one in found if abs(one.effective - said.effective) <= BESIDE]
    notices = [one.notice for one in (said, *near) if one.notice is not None and one.notice <= said.effective]
    return [*(one for one in found if one not in near), replace(said, notice=min(notices, default=None))]


def _churn(group: Sequence[Renewal], account_id: str) -> Outcome:
    notice = min((one.notice for one in group if one.notice is not None), default=None)
    return Outcome(account_id, "churned", max(one.effective for one in group), notice)


def _is_settled(effective: Instant | None, outcomes: Iterable[Outcome]) -> bool:
    """Tell whether an outcome near a date says what became of the renewal of that date."""
    return effective is not None and any(abs(one.effective - effective) <= LATE for one in outcomes)


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """How many outcomes are known, by kind; the latest day of one; how many renewals have none, by why.

    So many accounts could not be read (`unread`); so many outcomes are of ids that no account has (`strange`).
    """

    kinds: Mapping[Kind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    newest: Instant | None = None
    unknown: Mapping[Why, int] = field(default_factory=dict)
    unread: int = 0
    strange: int = 0


def counts_of(known: Iterable[Known]) -> OutcomeCounts:
    """Count what is known of several accounts."""
    found = list(known)
    outcomes, undecided = in_turn(found), [one for known in found for one in known.undecided]
    kinds, whys = Counter(one.kind for one in outcomes), Counter(one.why for one in undecided)
    return OutcomeCounts(
        kinds={kind: kinds[kind] for kind in KINDS},
        newest=max((one.effective for one in outcomes), default=None),
        unknown={why: whys[why] for why in get_args(Why) if whys[why]},
    )


def in_turn(known: Iterable[Known]) -> list[Outcome]:
    """Give the outcomes of several accounts in a row."""
    return sorted(chain.from_iterable(one.outcomes for one in known), key=attrgetter("account_id", "effective", "kind"))
