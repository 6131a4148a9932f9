"""Pages and deeds: what stands between a request and the function that answers it."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import parse_qsl

from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from config.errors import ConfigError
from handlers.desk.desk import Desk
from handlers.desk.people import Need
from handlers.desk.sign_in import SignIn
from handlers.desk.signed import Session, Signer
from handlers.desk.templates import render
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.stores.protocol import StoreError

Answer: TypeAlias = Callable[[Visit], Response]

AT_ONCE = 6
"""So many requests are answered at a time; each has a connection to the store with a cache of its own."""

MOST_BYTES = 1_000_000
"""A form that is larger is none of ours."""
DONE = 303
"""How a deed that changed something is answered."""

_NO_FORM: ImmutableMultiDict[str, str] = ImmutableMultiDict()
_BROWSER_SAYS_OTHER = frozenset({"cross-site", "same-site"})


class Room(Route):
    """A route behind the sign-in; `need` is the role that it asks for."""

    def __init__(self, path: str, answer: Callable[[Request], Awaitable[Response]], need: Need, method: str) -> None:
        """Answer one method at a path."""
        super().__init__(path, answer, methods=[method])
        self.need = need


class Rooms:
    """Makes the routes of the pages, each behind the sign-in and a role."""

    def __init__(self, desk: Desk, sign_in: SignIn) -> None:
        """Make routes of a desk, behind a way to sign in."""
        self.desk, self.sign_in = desk, sign_in

    def page(self, path: str, answer: Answer, *, need: Need = "any") -> Route:
        """Make the route of a page, which changes nothing; without the role there is no such page."""

        async def show(request: Request) -> Response:
            session = self.sign_in.signer.session(request)
            if session is None:
                return self.sign_in.challenge(request)
            return await self._answer(answer, request, session, need, _NO_FORM)

        return Room(path, show, need, "GET")

    def deed(self, path: str, answer: Answer, *, need: Need = "ops") -> Route:
        """Make the route of a deed: a form that was sent from a page of ours, in the same session."""

        async def act(request: Request) -> Response:
            session = self.sign_in.signer.session(request)
            if session is None:
                return self.sign_in.challenge(request)
            form = await read_form(request)
            if form is None or not is_genuine(request, form, session, self.sign_in.signer):
                return not_genuine()
            done = await self._answer(answer, request, session, need, form)
            if done.status_code == DONE:
                self.desk.memory.forget_all()
            return done

        return Room(path, act, need, "POST")

    async def _answer(
        self, answer: Answer, request: Request, session: Session, need: Need, form: ImmutableMultiDict[str, str]
    ) -> Response:
        if not session.person.may(need):
            return self._not_there(request, session, "")
        visit = Visit(self.desk, request, session.person, self.sign_in.signer.form_token(session), form)
        try:
            current_default_thread_limiter().total_tokens = AT_ONCE
            return await run_in_threadpool(self._inside, answer, visit, session)
        except NotThere as gone:
            return self._not_there(request, session, str(gone))
        except Refused as refused:
            return visit.page("error.html.j2", status=400, title="That cannot be done", said=str(refused))
        except (StoreError, ConfigError) as error:
            title = "The store or the config cannot be used"
            return visit.page("error.html.j2", status=503, title=title, said=str(error))

    def _inside(self, answer: Answer, visit: Visit, session: Session) -> Response:
        """Answer, unless the session was ended; a deed asks for that anew."""
        if self.sign_in.is_over(session, surely=visit.request.method == "POST"):
            return self.sign_in.challenge(visit.request)
        return answer(visit)

    def _not_there(self, request: Request, session: Session, said: str) -> Response:
        visit = Visit(self.desk, request, session.person, "", _NO_FORM)
        said = said or "There is no such page, or it is not yours to see."
        return visit.page("error.html.j2", status=404, title="Not found", said=said)


async def read_form(request: Request) -> ImmutableMultiDict[str, str] | None:
    """Read a form; None where it is too large, or none."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    try:
        return ImmutableMultiDict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=2_000))
    except ValueError:
        return None


def is_genuine(request: Request, form: ImmutableMultiDict[str, str], session: Session, signer: Signer) -> bool:
    """Tell whether a form was sent from a page of ours, in the same session."""
    return _is_ours(request) and signer.is_of(form.get("token", ""), session)


def not_genuine() -> Response:
    """Answer a form that was not."""
    said = "This form is not from a page of yours that is still open: load the page again."
    return Response(render("plain.html.j2", title="Not done", said=said), 403, media_type="text/html")


def _is_ours(request: Request) -> bool:
    """Tell whether a browser says that a form was sent from a page of ours; one that says nothing is believed."""
    if request.headers.get("sec-fetch-site", "same-origin") in _BROWSER_SAYS_OTHER:
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
