"""Would a draft have agreed better with people's opinions? The same opinions, held against both models' tiers."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.desk.visit import NotThere, Visit
from handlers.desk.what_if.room import Room
from handlers.jobs.drafts import Kept, kept_draft, kept_drafts
from handlers.jobs.pilot import Opinion, kappa_of
from handlers.words.brief import month
from handlers.words.layout import clean


class Chosen(NamedTuple):
    """A draft that opinions are held against, and what that says."""

    hash: str
    said: str


def drafts_to_choose(visit: Visit) -> Sequence[Kept]:
    """List the drafts that were not withdrawn, the latest first."""
    with visit.store() as store:
        return [one for one in kept_drafts(store) if one.word != "withdrawn"]


def under_draft(visit: Visit, room: Room, given: Sequence[Opinion]) -> Chosen | None:
    """Say how far opinions agree with the draft of the address, and with the figures in force; None without one."""
    asked = visit.query.get("draft", "")
    if not asked:
        return None
    with visit.store() as store:
        kept = kept_draft(store, asked)
    if kept is None:
        raise NotThere("There is no such draft.")
    return Chosen(asked, _said(visit, room, kept, given))


def _said(visit: Visit, room: Room, kept: Kept, given: Sequence[Opinion]) -> str:
    name, least = clean(kept.draft.name), visit.desk.terms.least_opinions
    answer = room.tried(kept.draft.edits, months=False).answer
    if answer is None:
        return f"The draft {name} cannot be tried on the figures in force: its page says why."
    now = kappa_of(given, {case.account_id: case.now.tier for case in answer.month.cases}, least)
    then = kappa_of(given, {case.account_id: case.draft.tier for case in answer.month.cases}, least)
    if now is None or then is None:
        return f"Fewer than {least} opinions can be held against the tiers of the draft {name}: nothing can be said."
    way = "better" if round(then, 9) > round(now, 9) else "worse" if round(then, 9) < round(now, 9) else "as well"
    return (
        f"On the records of {month(answer.month.period)}, kappa is {now:.2f} with the figures in force, and "
        f"{then:.2f} under the draft {name}: it agrees {way}. Records may have changed since opinions were given."
    )
