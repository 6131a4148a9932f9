"""The routes of the pilot check."""

from functools import cache

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.pilot.agreement import agreement_page
from handlers.desk.pilot.facts import facts_of
from handlers.desk.pilot.queue import Queue, queue_of
from handlers.desk.pilot.validation import mark_values, validation_file, validation_page
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.desk.what_if.room import Room
from handlers.jobs.pilot import Opinion, give
from handlers.jobs.portfolio import Line
from handlers.words.agreement import verdict
from handlers.words.layout import LONGEST_QUOTE, clean
from scoring.agreement import LADDER
from scoring.instants import format_instant

CANNOT_SAY = "cannot say"
MEANINGS = {
    "Champion": "Gets much out of it, and would speak for us.",
    "Healthy": "All is well: it will stay.",
    "At Risk": "Something is wrong: it may leave unless somebody acts.",
    "Critical": "About to leave, or hardly to be saved.",
}
_CHOICES = {**{tier: tier for tier in LADDER}, CANNOT_SAY: None}
_LATEST = 10


def pilot_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes; those with a name of their own stand before those of an account."""
    room = cache(lambda: Room(rooms.desk))
    return [
        rooms.page("/pilot", _ask),
        rooms.page("/pilot/agreement", lambda visit: agreement_page(visit, room), need="leader"),
        rooms.page("/pilot/validation", validation_page),
        rooms.page("/pilot/validation.csv", validation_file),
        rooms.deed("/pilot/validation/{id}", mark_values, need="any"),
        rooms.page("/pilot/{id}", _show),
        rooms.deed("/pilot/{id}", _give, need="any"),
    ]


def _ask(visit: Visit) -> Response:
    """Ask about one account: the one that the address names, else the next."""
    queue = queue_of(visit)
    waiting = queue.waiting
    named = visit.query.get("account", "")
    place = next((n for n, line in enumerate(waiting) if line.summary.account_id == named), 0)
    if named and named in queue.rated:
        return visit.to(_address(named))
    line = waiting[place] if waiting else None
    after = waiting[(place + 1) % len(waiting)].summary.account_id if len(waiting) > 1 else None
    return visit.page(
        "pilot/pilot.html.j2",
        queue=queue,
        line=line,
        after=after,
        facts=[] if line is None else facts_of(visit, line),
        meanings=MEANINGS,
        cannot_say=CANNOT_SAY,
        recent=_recent(queue),
        longest=LONGEST_QUOTE,
    )


def _recent(queue: Queue) -> list[tuple[Line | None, Opinion]]:
    latest = [one for one in reversed(queue.own) if one.account_id in queue.rated][:_LATEST]
    return [(queue.seen.by_id.get(one.account_id), one) for one in latest]


def _show(visit: Visit) -> Response:
    """Show the score beside the opinion; before there is one, only the question."""
    queue = queue_of(visit)
    line = queue.line(visit.request.path_params["id"])
    own = [one for one in queue.own if one.account_id == line.summary.account_id]
    if line.summary.account_id not in queue.rated:
        return visit.to(f"/pilot?account={line.summary.account_id}")
    return visit.page(
        "pilot/shown.html.j2",
        queue=queue,
        line=line,
        said=own[-1],
        verdict=verdict(own[-1]),
        earlier=own[-2::-1],
        meanings=MEANINGS,
        cannot_say=CANNOT_SAY,
        longest=LONGEST_QUOTE,
    )


def _give(visit: Visit) -> Response:
    """Keep an opinion, then show the score."""
    chosen = visit.form.get("opinion", "")
    if chosen not in _CHOICES:
        raise Refused("Choose one of the four tiers, or say that you cannot say; then send it again.")
    with visit.store() as store:
        queue = queue_of(visit, store)
        line = queue.line(visit.request.path_params["id"])
        is_blind = queue.is_hidden(line.summary.account_id)
        if not is_blind and line.summary.account_id not in queue.rated:
            raise NotThere("The score of this account stands in the agreement, so you are not asked about it.")
        said = _opinion(visit, line, _CHOICES[chosen], is_blind=is_blind)
        give(store, said)
        visit.note(store, "opinion given", said.account_id, after=chosen, reason=said.reason)
    return visit.to(_address(said.account_id))


def _opinion(visit: Visit, line: Line, tier: str | None, *, is_blind: bool) -> Opinion:
    one = line.summary
    return Opinion(
        at=format_instant(visit.now),
        person=visit.person.id,
        name=visit.person.name,
        account_id=one.account_id,
        period=one.period,
        model=one.model_version,
        opinion=tier,
        reason=clean(visit.form.get("reason", "")),
        tier=one.tier,
        score=one.final_score,
        is_blind=is_blind,
    )


def _address(account_id: str) -> str:
    return f"/pilot/{account_id}"
