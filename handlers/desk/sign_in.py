"""Ways to sign in: what the pages need of each."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from handlers.desk.signed import Session, Signer


class SignIn(Protocol):
    """A way to sign in: its signer of cookies, its own routes, and what it answers whoever is not signed in."""

    @property
    def signer(self) -> Signer:
        """Give what signs the cookies and forms."""

    def routes(self) -> list[BaseRoute]:
        """Give the routes by which somebody signs in and out."""

    def is_over(self, session: Session, *, surely: bool) -> bool:
        """Tell whether a session was ended though its cookie is good; `surely` asks the store anew."""

    def challenge(self, request: Request) -> Response:
        """Answer a request of somebody who is not signed in."""
