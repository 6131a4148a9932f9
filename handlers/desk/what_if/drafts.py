"""Drafts that are kept: the list, a draft before the gate, its files, and what people do with it."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.clients.remote import SourceError
from handlers.desk.downloads import file_answer
from handlers.desk.routes import Rooms
from handlers.desk.services import Proposes
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.desk.what_if.answer import diff_lines
from handlers.desk.what_if.form import asked_of
from handlers.desk.what_if.judging import Case, case_of, proposal_of
from handlers.desk.what_if.proposing import asked_for
from handlers.desk.what_if.room import Room
from handlers.jobs.drafts import Draft, Fate, keep_draft, kept_drafts, set_fate
from handlers.jobs.impact_file import written_impact
from scoring.instants import format_instant

_LONGEST_NAME, _LONGEST_REASON = 80, 2_000


def draft_routes(rooms: Rooms, room: Room) -> list[BaseRoute]:
    """Give the routes: leaders may look, Ops do the rest."""
    means = rooms.desk.services.proposals

    def of(answer: Callable[[Visit, Room, Case], Response]) -> Callable[[Visit], Response]:
        return lambda visit: answer(visit, room, case_of(visit, room, visit.request.path_params["hash"]))

    one = "/drafts/{hash}"
    return [
        rooms.page("/drafts", _list, need="leader"),
        rooms.deed("/drafts", lambda visit: _keep(visit, room)),
        rooms.page(one, of(lambda visit, room, case: _show(visit, room, case, means)), need="leader"),
        rooms.page(f"{one}/draft.patch", of(_patch), need="leader"),
        rooms.page(f"{one}/impact.json", of(_impact), need="leader"),
        rooms.deed(f"{one}/propose", of(lambda visit, room, case: _propose(visit, room, case, means))),
        rooms.deed(f"{one}/withdraw", of(_withdraw)),
    ]


def _list(visit: Visit) -> Response:
    with visit.store() as store:
        kept = kept_drafts(store)
    return visit.page("what_if/drafts.html.j2", section="/what-if", kept=kept)


def _keep(visit: Visit, room: Room) -> Response:
    name, reason = (visit.form.get(word, "").strip() for word in ("name", "reason"))
    drafted = room.figures.drafted(asked_of(visit.form, room.figures))
    if drafted.config is None:
        raise Refused(f"The draft is refused, and was not kept: {' '.join(one.said for one in drafted.wrong)}")
    if drafted.config.model.version == room.present.version:
        raise Refused("Nothing is changed: there is no draft to keep.")
    if not name or not reason:
        raise Refused("A draft is kept with a name and a reason: write both, for those who read it later.")
    draft = Draft(
        name[:_LONGEST_NAME],
        visit.person.name,
        visit.person.id,
        reason[:_LONGEST_REASON],
        room.present.version,
        drafted.config.model.version,
        dict(drafted.edits),
        format_instant(visit.now),
    )
    with visit.store() as store:
        if keep_draft(store, draft):
            visit.note(store, "draft saved", draft.hash, before=draft.base, after=draft.version, reason=draft.reason)
    return visit.to(f"/drafts/{draft.hash}")


def _show(visit: Visit, room: Room, case: Case, means: Proposes | None) -> Response:
    return visit.page(
        "what_if/draft.html.j2",
        section="/what-if",
        room=room,
        case=case,
        means=means,
        proposal=proposal_of(visit, room, case),
        diff=diff_lines(room.figures.texts, case.drafted.texts),
        currency=room.present.currencies.corporate,
    )


def _patch(visit: Visit, room: Room, case: Case) -> Response:
    made = proposal_of(visit, room, case)
    if made is None:
        raise NotThere("There is no patch of this draft: it is of another model than the one in force, or refused.")
    with visit.store() as store:
        visit.note(store, "patch downloaded", case.kept.draft.hash)
    return file_answer(f"draft-{case.kept.draft.hash}.patch", "text/x-diff", made.patch)


def _impact(_visit: Visit, _room: Room, case: Case) -> Response:
    if case.impact is None:
        raise NotThere("There is no impact of this draft: the loader refuses it.")
    return file_answer("impact.json", "application/json", written_impact(case.impact))


def _propose(visit: Visit, room: Room, case: Case, means: Proposes | None) -> Response:
    made, draft = proposal_of(visit, room, case), case.kept.draft
    if case.kept.fate.word == "withdrawn":
        raise Refused("This draft was withdrawn: reapply its figures, and keep them as a new draft.")
    if made is None or case.gate.is_stopped:
        raise Refused(f"{case.gate.said}: {'; '.join(one.title for one in case.gate.checks if one.state == 'stop')}.")
    let, reason = visit.form.getlist("yes"), visit.form.get("word", "").strip()
    open_ = [limit for limit in case.gate.asked if limit not in let]
    if open_ or (case.gate.asked and not reason):
        raise Refused(f"Each limit that is passed needs your word, and a reason: {', '.join(open_) or 'the reason'}.")
    try:
        link = "" if means is None else means.propose(asked_for(case, made, reason))
    except SourceError as error:
        raise Refused(f"No pull request was opened: {error} The patch can be downloaded in any case.") from error
    fate = Fate("proposed", format_instant(visit.now), visit.person.name, reason, link, case.gate.asked)
    with visit.store() as store:
        set_fate(store, draft.hash, fate)
        said = "; ".join(part for part in (reason, draft.reason) if part)
        visit.note(store, "draft proposed", draft.hash, after=link or "by download", reason=said)
    return visit.to(f"/drafts/{draft.hash}")


def _withdraw(visit: Visit, _room: Room, case: Case) -> Response:
    reason = visit.form.get("reason", "").strip()[:_LONGEST_REASON]
    if not reason:
        raise Refused("Say why the draft is withdrawn.")
    fate = Fate("withdrawn", format_instant(visit.now), visit.person.name, reason, case.kept.fate.link)
    with visit.store() as store:
        set_fate(store, case.kept.draft.hash, fate)
        visit.note(store, "draft withdrawn", case.kept.draft.hash, before=case.kept.word, reason=reason)
    return visit.to(f"/drafts/{case.kept.draft.hash}")
