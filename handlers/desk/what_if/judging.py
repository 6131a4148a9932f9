"""A kept draft, tried anew on the figures in force and judged at the gate."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.gate import load_gate
from handlers.desk.visit import NotThere, Visit
from handlers.desk.what_if.answer import Answer
from handlers.desk.what_if.gate import Gate, Known, gate_of, refused_gate
from handlers.desk.what_if.room import Room
from handlers.jobs.draft_figures import Drafted
from handlers.jobs.drafts import Kept, kept_draft
from handlers.jobs.gate import Tried, tried_of
from handlers.jobs.impact_file import Stated, stated
from handlers.jobs.outcomes import found_outcomes
from handlers.jobs.past_accounts import Departed, departed
from handlers.jobs.pilot import opinions
from handlers.jobs.proposal import Proposal, proposal
from handlers.jobs.what_if import Answer as Months
from handlers.jobs.what_if import WhatIf
from scoring.instants import format_date
from scoring.outcome_facts import in_turn
from scoring.outcomes import Outcome, Refusal


@dataclass(frozen=True)
class Case:
    """A kept draft before the gate; `answer` is None where the loader refuses it now."""

    kept: Kept
    drafted: Drafted
    answer: Answer | None
    gate: Gate

    @property
    def impact(self) -> Stated | None:
        """State what it does to the last month-end."""
        return None if self.answer is None else stated(self.answer.month, self.answer.comparison)


def case_of(visit: Visit, room: Room, hash_: str) -> Case:
    """Give a kept draft as it stands at the gate; raises NotThere where there is none."""
    with visit.store() as store:
        kept = kept_draft(store, hash_)
    if kept is None:
        raise NotThere("There is no such draft.")
    tried = room.tried(kept.draft.edits, months=True)
    if tried.answer is None:
        return Case(kept, tried.drafted, None, refused_gate(kept.draft, [one.said for one in tried.drafted.wrong]))
    answer = tried.answer
    key = ("draft at the gate", hash_, room.present.version)
    gate = visit.desk.memory.get(key, lambda: _gate(visit, room, kept, answer))
    return Case(kept, tried.drafted, answer, gate)


def proposal_of(visit: Visit, room: Room, case: Case) -> Proposal | None:
    """Give the files of a draft as it would be proposed today; None where nothing can be, since its base moved."""
    draft, impact = case.kept.draft, case.impact
    if impact is None or draft.base != room.present.version or not case.drafted.edits:
        return None
    return proposal(room.figures, draft, case.drafted, impact, format_date(visit.now))


def _gate(visit: Visit, room: Room, kept: Kept, answer: Answer) -> Gate:
    tried = _tried(visit, room, answer)
    limits, least = load_gate(visit.desk.directory), visit.desk.terms.least_opinions
    with visit.store() as store:
        given = opinions(store)
    known = Known(limits, _stated(visit, room), given, least, visit.desk.config.alerts.notice_days)
    return gate_of(kept.draft, answer.comparison, tried, known)


def _tried(visit: Visit, room: Room, answer: Answer) -> Tried:
    """Take in the month-ends, and those of accounts that left the portfolio, as `gate` does on a store."""
    left = _left(visit)
    months = Months(list(answer.months or ()))
    with visit.store() as store:
        past = WhatIf(store, answer.comparison, recorded=True).answer([one.account for one in left], room.raws.periods)
    return tried_of(months, past, left)


def _stated(visit: Visit, room: Room) -> Sequence[Outcome | Refusal]:
    accounts = [*visit.desk.accounts(), *(one.account for one in _left(visit))]

    def read() -> Sequence[Outcome | Refusal]:
        with visit.store() as store:
            return in_turn(found_outcomes(store, accounts, room.present, visit.now, {}))

    return visit.desk.memory.get("stated outcomes", read)


def _left(visit: Visit) -> Sequence[Departed]:
    ids = {account.id for account in visit.desk.accounts()}

    def read() -> Sequence[Departed]:
        with visit.store() as store:
            return [one for name, one in sorted(departed(store.portfolio).items()) if name not in ids]

    return visit.desk.memory.get("departed", read)
