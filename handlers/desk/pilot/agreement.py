"""The page of the agreement: how far opinions and scores agree, where they do not, and for Ops who says so."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.responses import Response

from handlers.desk.pilot.drafting import drafts_to_choose, under_draft
from handlers.desk.pilot.queue import Queue, queue_of
from handlers.desk.visit import Visit
from handlers.desk.what_if.room import Room
from handlers.jobs.pilot import Opinion, counted, judged, rated_of
from handlers.jobs.portfolio import Line
from handlers.words.agreement import figures, sentences
from handlers.words.portfolio import NOTHING
from scoring.agreement import LADDER
from scoring.customer import Csm


class Row(NamedTuple):
    """An opinion that is not the score's; `apart` counts the tiers, above zero where the score is the better one."""

    line: Line
    said: Opinion
    apart: int


@dataclass(frozen=True, slots=True)
class Rater:
    """How one person's opinions stand to the scores, and how many of their own accounts wait for one.

    `apart` is the mean of the tiers from opinion to score: above zero where they see it worse than the score.
    """

    name: str
    given: int
    exact: int
    compared: int
    cannot_say: int
    apart: float | None
    own: int
    waiting: int


def agreement_page(visit: Visit, room: Callable[[], Room]) -> Response:
    """Answer with the page; who says what stands there for Ops alone."""
    queue = queue_of(visit)
    found = visit.desk.memory.get("agreement", lambda: judged(queue.given, visit.desk.terms.least_opinions))
    rows = list(_rows(queue, found.compared))
    shown = [row for row in rows if not queue.is_hidden(row.said.account_id)]
    return visit.page(
        "pilot/agreement.html.j2",
        found=found,
        sentences=list(sentences(found)),
        figures=[] if found.agreement is None else figures(found.agreement),
        ladder=LADDER,
        rows=shown,
        hidden=len(rows) - len(shown),
        drafts=drafts_to_choose(visit),
        chosen=under_draft(visit, room(), queue.given) if visit.query.get("draft") else None,
        raters=raters(queue) if visit.person.may("ops") else None,
    )


def _rows(queue: Queue, compared: Iterable[Opinion]) -> Iterable[Row]:
    """List who disagrees: those by most tiers first, there those with the most money."""
    rows = (
        Row(queue.seen.by_id[one.account_id], one, rated_of(one).apart) for one in compared if _is_there(queue, one)
    )
    return sorted((row for row in rows if row.apart), key=lambda row: (-abs(row.apart), -(row.line.worth or 0.0)))


def _is_there(queue: Queue, one: Opinion) -> bool:
    return one.account_id in queue.seen.by_id


def raters(queue: Queue) -> Sequence[Rater]:
    """List who gave opinions, and which CSMs have not; those with most left to do first."""
    own: dict[str, list[str]] = {}
    for line in queue.seen.lines:
        if line.summary.csm is not None:
            own.setdefault(_called(line.summary.csm), []).append(line.summary.account_id)
    by_name: dict[str, list[Opinion]] = {name: [] for name in own}
    for one in counted(queue.given):
        by_name.setdefault(one.name, []).append(one)
    made = [_rater(name, given, own.get(name, [])) for name, given in by_name.items()]
    return sorted(made, key=lambda one: (-one.waiting, one.name))


def _called(csm: Csm) -> str:
    """Name a CSM as they sign in: who left is still called so."""
    return csm.name or csm.mail or csm.id or NOTHING


def _rater(name: str, given: Sequence[Opinion], own: Sequence[str]) -> Rater:
    said = {one.account_id for one in given}
    apart = [rated_of(one).apart for one in given if one.is_comparable]
    return Rater(
        name=name,
        given=len(given),
        exact=apart.count(0),
        compared=len(apart),
        cannot_say=sum(one.opinion is None for one in given),
        apart=sum(apart) / len(apart) if apart else None,
        own=len(own),
        waiting=len([one for one in own if one not in said]),
    )
