"""The routes of what-if."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Visit
from handlers.desk.what_if.answer import diff_lines
from handlers.desk.what_if.drafts import draft_routes
from handlers.desk.what_if.form import asked_of
from handlers.desk.what_if.room import Room
from handlers.jobs.draft_figures import Edits
from handlers.jobs.drafts import Kept, kept_draft, kept_drafts


def what_if_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes: leaders may look and try, Ops may keep and propose."""
    room = Room(rooms.desk)
    return [
        rooms.page("/what-if", lambda visit: _open(visit, room), need="leader"),
        rooms.deed("/what-if", lambda visit: _show(visit, room, asked_of(visit.form, room.figures)), need="leader"),
        *draft_routes(rooms, room),
    ]


def _open(visit: Visit, room: Room) -> Response:
    """Begin with the figures in force, or with those of a kept draft on them."""
    hash_ = visit.query.get("draft", "")
    if not hash_:
        return _show(visit, room, {})
    with visit.store() as store:
        kept = kept_draft(store, hash_)
    if kept is None:
        raise NotThere("There is no such draft.")
    return _show(visit, room, kept.draft.edits, kept)


def _show(visit: Visit, room: Room, asked: Edits, opened: Kept | None = None) -> Response:
    tried = room.tried(asked, months=room.is_small() or bool(visit.form.get("months")))
    answer = tried.answer
    said = visit.form.get("pick") or visit.form.get("account") or visit.query.get("account", "")
    wanted = answer is not None and bool(said or answer.is_changed)
    told: dict[str, Any] = {
        "drafted": tried.drafted,
        "answer": answer,
        "failed": {} if answer is None else answer.failed,
        "receipt": room.receipt(said, answer) if answer is not None and wanted else None,
        "account": said,
        "diff": diff_lines(room.figures.texts, tried.drafted.texts),
        "currency": room.present.currencies.corporate,
    }
    if visit.is_fragment:
        return visit.page("what_if/fragment.html.j2", **told)
    with visit.store() as store:
        kept = kept_drafts(store)
    return visit.page(
        "what_if/what_if.html.j2",
        **told,
        section="/what-if",
        room=room,
        form=room.form(asked, tried.drafted),
        period=room.raws.periods[-1],
        names=room.names(),
        slow=room.slow(),
        opened=None if opened is None else opened.draft,
        kept=kept,
    )
