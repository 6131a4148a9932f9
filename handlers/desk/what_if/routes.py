"""The routes of what-if."""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.routes import Rooms
from handlers.desk.visit import Visit
from handlers.desk.what_if.answer import diff_lines
from handlers.desk.what_if.room import Room
from handlers.jobs.draft_figures import Edits


def what_if_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes: leaders may look and try, Ops may keep and propose."""
    room = Room(rooms.desk)
    return [
        rooms.page("/what-if", lambda visit: _show(visit, room, {}), need="leader"),
        rooms.deed("/what-if", lambda visit: _show(visit, room, asked_of(visit, room)), need="leader"),
    ]


def asked_of(visit: Visit, room: Room) -> dict[str, str]:
    """Give the figures that a form was filled in with."""
    return {name: visit.form[name] for name in room.figures.values if name in visit.form}


def _show(visit: Visit, room: Room, asked: Edits) -> Response:
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
    return visit.page(
        "what_if/what_if.html.j2",
        **told,
        section="/what-if",
        room=room,
        form=room.form(asked, tried.drafted),
        period=room.raws.periods[-1],
        names=room.names(),
        slow=room.slow(),
        opened=None,
        kept=(),
    )
