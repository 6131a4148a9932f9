"""Sign-in by the company's own identity provider: OpenID Connect, the authorisation code with PKCE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from handlers.clients.oidc.errors import DeniedError
from handlers.clients.remote import SourceError
from handlers.desk import audit
from handlers.desk.begun import Beginnings, Begun, begin
from handlers.desk.claims import LeftOutError, person_of
from handlers.desk.desk import Desk
from handlers.desk.ended import end, is_ended
from handlers.desk.onward import HOME, own_path
from handlers.desk.people import Person
from handlers.desk.routes import is_genuine, not_genuine, read_form
from handlers.desk.signed import Session, Signer
from handlers.desk.templates import render
from handlers.stores.protocol import StoreError

NO_ROLE = (
    "You are signed in as {who}, and have no role at this desk yet. Ask whoever runs it (CS operations) "
    "to give you one of the groups or permissions that its desk.yaml names."
)
LEFT_OUT = (
    "Your identity provider left your groups out, because you are in more than fit in its answer. So nobody here "
    "knows what you may see. Ask whoever runs the desk to give its roles by app roles, or to send it its own groups "
    "alone (docs/sign-in.md, Entra)."
)
_ANOTHER = "This sign-in was not begun in this browser, was already used, or took more than ten minutes."


class IdentityProvider(Protocol):
    """What the desk asks of an identity provider; every call raises SourceError where it cannot be used."""

    def begin(self, state: str, nonce: str, challenge: str) -> str:
        """Give the address that a browser is sent to."""

    def claims(self, code: str, verifier: str, nonce: str, wanted: tuple[str, ...]) -> Mapping[str, Any]:
        """Give what the provider says of whoever signed in."""

    def end(self, back: str) -> str | None:
        """Give the address that signs a browser out of the provider, if it has one."""


@dataclass(frozen=True)
class OidcSignIn:
    """Signs people in by an identity provider; `address` is where browsers find the desk."""

    desk: Desk
    provider: IdentityProvider
    signer: Signer
    beginnings: Beginnings
    address: str

    def routes(self) -> list[BaseRoute]:
        """Give the routes by which somebody signs in and out."""
        return [
            Route("/login", self._login, methods=["GET"]),
            Route("/callback", self._callback, methods=["GET"]),
            Route("/logout", self._logout, methods=["POST"]),
            Route("/signed-out", self._signed_out, methods=["GET"]),
        ]

    def is_over(self, session: Session, *, surely: bool) -> bool:
        """Tell whether somebody has signed out of a session."""
        return is_ended(self.desk, session, surely=surely)

    def challenge(self, request: Request) -> Response:
        """Answer whoever is not signed in: by a page that goes on by itself, to come back to the same address.

        It is no redirect: browsers let a form of ours lead to no other site, the identity provider's included.
        """
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        onward = own_path(asked) if request.method in ("GET", "HEAD") else HOME
        return _page(401, "Not signed in", "You are not signed in, or no longer.", again=onward, goes=True)

    def _login(self, request: Request) -> Response:
        begun = begin(own_path(request.query_params.get("next", HOME)))
        try:
            address = self.provider.begin(begun.state, begun.nonce, begun.challenge)
        except SourceError as error:
            return _failed(503, str(error))
        answer = RedirectResponse(address, 303)
        self.beginnings.keep(answer, begun)
        return answer

    def _callback(self, request: Request) -> Response:
        begun, asked = self.beginnings.of(request), request.query_params
        if begun is None or not begun.is_of(asked.get("state", "")):
            return RedirectResponse(HOME, 303) if self.signer.session(request) else _failed(400, _ANOTHER)
        answer = self._ended(begun, asked)
        self.beginnings.forget(answer)
        return answer

    def _ended(self, begun: Begun, asked: Mapping[str, str]) -> Response:
        """Sign somebody in by the provider's answer, or say why not."""
        try:
            person = self._person(begun, asked)
        except LeftOutError:
            return _page(403, "Your groups are missing", LEFT_OUT)
        except SourceError as error:
            return _failed(502, str(error))
        try:
            return self._let_in(person, begun.onward)
        except StoreError as error:
            return _failed(503, f"The store cannot be used: {error}")

    def _person(self, begun: Begun, asked: Mapping[str, str]) -> Person:
        if "code" not in asked:
            said = f"{asked.get('error', 'no code')} {asked.get('error_description', '')}".strip()[:200]
            raise DeniedError(f"the identity provider says: {said}")
        claim = self.desk.terms.roles_claim
        wanted = (claim if ":" in claim else claim.partition(".")[0], "email")
        return person_of(self.provider.claims(asked["code"], begun.verifier, begun.nonce, wanted), self.desk.terms)

    def _let_in(self, person: Person, onward: str) -> Response:
        """Give a new session to somebody with a role; every try is in the audit."""
        with self.desk.open_store() as store:
            trail, now = self.desk.trail(store), self.desk.clock()
            if not person.roles:
                audit.note(trail, now, person, "sign-in refused", person.name, reason="no role")
                return _page(403, "No role", NO_ROLE.format(who=person.mail or person.name))
            had = ", ".join(sorted(person.roles))
            audit.note(trail, now, person, "signed in", person.name, after=had)
        answer = RedirectResponse(onward, 303)
        self.signer.sign_in(answer, Session(token_urlsafe(12), person))
        return answer

    async def _logout(self, request: Request) -> Response:
        session = self.signer.session(request)
        if session is None:
            return RedirectResponse("/signed-out", 303)
        form = await read_form(request)
        if form is None or not is_genuine(request, form, session, self.signer):
            return not_genuine()
        await run_in_threadpool(self._end, session)
        answer = RedirectResponse("/signed-out", 303)
        self.signer.sign_out(answer)
        return answer

    def _end(self, session: Session) -> None:
        """End a session for good: its cookie may have been copied."""
        if is_ended(self.desk, session, surely=True):
            return
        end(self.desk, session)
        with self.desk.open_store() as store:
            audit.note(self.desk.trail(store), self.desk.clock(), session.person, "signed out", session.person.name)

    def _signed_out(self, _request: Request) -> Response:
        """Say that the desk is left; the provider's own session is ended by a link, for it opens other doors too."""
        try:
            end = self.provider.end(f"{self.address}/signed-out")
        except SourceError:
            end = None
        return _page(200, "Signed out", "You are signed out of the desk.", again=HOME, end=end)


def sign_in_of(desk: Desk, provider: IdentityProvider, secrets: Sequence[str], address: str) -> OidcSignIn:
    """Make the sign-in of a desk; of the secrets the first signs, and all are read."""
    older = list(reversed(secrets[1:]))
    signer = Signer(secrets[0], *older, is_secure=True)
    return OidcSignIn(desk, provider, signer, Beginnings([*older, secrets[0]]), address)


def _failed(status: int, said: str) -> Response:
    return _page(status, "Not signed in", said, again=HOME)


def _page(
    status: int, title: str, said: str, *, again: str | None = None, end: str | None = None, goes: bool = False
) -> Response:
    """Answer with a plain page; `again` leads to a sign-in and then there, by itself where it `goes`."""
    login = None if again is None else f"/login?{urlencode({'next': again})}"
    page = render("signing.html.j2", title=title, said=said, login=login, end=end, goes=goes)
    return Response(page, status, media_type="text/html")
