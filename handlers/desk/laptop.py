"""Sign-in on a laptop: whoever reads the terminal may open the address that it prints, once."""

from getpass import getuser
from hmac import compare_digest
from secrets import token_hex, token_urlsafe

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from config.desk import ROLES
from handlers.desk.people import Person
from handlers.desk.signed import Session, Signer
from handlers.desk.templates import render

_CLOSED = (
    "This desk is open to whoever started it: open the address that the terminal printed. "
    "It works once; to sign in anew, stop the desk with Ctrl-C and start it again."
)
_SPENT = (
    "This address was opened before, and works once. If it was not you who opened it, somebody else on this machine "
    "read it and is signed in: stop the desk with Ctrl-C now, and start it again."
)


class LaptopSignIn:
    """Signs in whoever has the one-time token, with every role."""

    def __init__(self) -> None:
        """Make a token and a secret, good for as long as this process runs; cookies know no ports, so it has a name."""
        self.signer = Signer(token_urlsafe(32), is_secure=False, name=f"desk-{token_hex(4)}")
        self.token = token_urlsafe(24)
        self._is_spent = False

    def routes(self) -> list[BaseRoute]:
        """Give the routes by which somebody signs in and out."""
        return [Route("/sign-in", self._enter, methods=["GET"])]

    async def _enter(self, request: Request) -> Response:
        given = request.query_params.get("token", "")
        if request.method != "GET" or not compare_digest(given.encode(), self.token.encode()):
            return self.challenge(request)
        if self._is_spent:
            return RedirectResponse("/", 303) if self.signer.session(request) else _refused(_SPENT)
        self._is_spent = True
        answer = RedirectResponse("/", 303)
        self.signer.sign_in(answer, Session(token_urlsafe(12), local_person()))
        return answer

    def is_over(self, _session: Session, *, surely: bool) -> bool:  # noqa: ARG002  nobody signs out here
        """Tell that a session lasts as long as this process."""
        return False

    def challenge(self, _request: Request) -> Response:
        """Answer a request of somebody who is not signed in."""
        return _refused(_CLOSED)


def _refused(said: str) -> Response:
    return Response(render("plain.html.j2", title="Not signed in", said=said), 401, media_type="text/html")


def local_person() -> Person:
    """Give the person who started the desk on this machine: by the account on it, with every role."""
    try:
        name = getuser()
    except (KeyError, OSError):
        name = "you"
    return Person(name, name, None, frozenset(ROLES))
