"""Dead letters at the desk: seen with their reasons, retried, or dropped for a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from config.source import label_of
from handlers.desk.paging import Paged, paged
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.jobs.letters import DeadLetters, Letter, Retried
from handlers.words.figures import count
from handlers.words.layout import clean
from handlers.words.redacted import redacted, without_people
from scoring.instants import Instant

PAGE = "/quality/dead-letters"
_DROPPED = "The letter is dropped."
_NOT_DROPPED = "Nothing was dropped: the letter was not there any more, or the file was changed meanwhile."
_FEWEST_LETTERS = 5
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Row:
    """A letter as the page shows it: without people's names, addresses and texts."""

    id: str
    place: str
    source: str
    at: Instant | None
    reason: str
    body: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class LettersPage:
    """The letters of a page, where they are, and whether there are more than were read."""

    rows: Paged[Row]
    place: str
    has_more: bool
    can_retry: bool


def letters_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page(PAGE, _show, need="ops"),
        rooms.deed(f"{PAGE}/retry", _retry_all),
        rooms.deed(f"{PAGE}/{{letter}}/retry", _retry),
        rooms.deed(f"{PAGE}/{{letter}}/drop", _drop),
    ]


def _letters(visit: Visit) -> DeadLetters:
    letters = visit.desk.services.letters
    if letters is None:
        raise NotThere("This desk was not given a place of dead letters: see docs/desk.md.")
    return letters


def _show(visit: Visit) -> Response:
    letters = _letters(visit)
    box = letters.box()
    rows = paged(visit, [_row(one) for one in box.letters])
    can_retry = any(one.can_retry for one in box.letters)
    shown = LettersPage(rows, letters.place, box.has_more, can_retry)
    return visit.page("quality/letters.html.j2", said=_said(visit), page=shown)


def _row(letter: Letter) -> Row:
    source = "not told" if letter.source is None else label_of(letter.source)
    place, reason = clean(without_people(letter.place)), clean(without_people(letter.reason))
    return Row(letter.id, place, source, letter.at, reason, redacted(letter.body), letter.can_retry)


def _retry_all(visit: Visit) -> Response:
    return _retried(visit, None, "all")


def _retry(visit: Visit) -> Response:
    letter = str(visit.request.path_params["letter"])
    return _retried(visit, [letter], letter)


def _retried(visit: Visit, wanted: Sequence[str] | None, subject: str) -> Response:
    came = _letters(visit).retry(wanted)
    said = told(came)
    with visit.store() as store:
        visit.note(store, "dead letter retried", f"dead letter {subject}", after=said)
    visit.desk.memory.forget("quality")
    if came.trouble is not None:
        raise Refused(came.trouble)
    return visit.to(f"{PAGE}?{urlencode({'done': came.done, 'stays': came.stays, 'sent': int(came.is_sent)})}")


def _said(visit: Visit) -> str | None:
    """Say what the deed came to that led to this page, by the numbers of the address."""
    numbers = {name: value for name, value in visit.query.items() if _is_number(value)}
    if "dropped" in numbers:
        return _DROPPED if int(numbers["dropped"]) else _NOT_DROPPED
    if "done" not in numbers:
        return None
    return told(Retried(int(numbers["done"]), int(numbers.get("stays", "0")), numbers.get("sent") == "1"))


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS


def told(came: Retried) -> str:
    """Say in a sentence what came of a retry."""
    if not came.done and not came.stays:
        return "There was no such letter any more: nothing was done."
    done = f"{count(came.done, 'letter')} {'sent on to be taken in' if came.is_sent else 'taken in'}"
    if not came.stays:
        return f"{done}."
    return f"{done}; {count(came.stays, 'letter')} still cannot be read, and stay{'s' if came.stays == 1 else ''}."


def _drop(visit: Visit) -> Response:
    reason = " ".join(visit.form.get("reason", "").split())[:500]
    if len(reason) < _FEWEST_LETTERS:
        raise Refused("Write why the letter is dropped: what it says is lost with it.")
    letter, letters = str(visit.request.path_params["letter"]), _letters(visit)
    with visit.store() as store:
        visit.note(store, "dead letter dropped", f"dead letter {letter}", reason=reason)
    gone = letters.drop([letter])
    visit.desk.memory.forget("quality")
    return visit.to(f"{PAGE}?dropped={len(gone)}")
