"""The desk as an ASGI app: every page and deed, behind the sign-in."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from handlers.desk.account.routes import account_routes
from handlers.desk.agents.door import AgentDoor
from handlers.desk.assets import STATIC, version
from handlers.desk.desk import Desk
from handlers.desk.headers import SAFE, SafeHeaders
from handlers.desk.identity.routes import identity_routes
from handlers.desk.pilot.routes import pilot_routes
from handlers.desk.portfolio.routes import portfolio_routes
from handlers.desk.quality.routes import quality_routes
from handlers.desk.report.routes import report_routes
from handlers.desk.routes import Rooms
from handlers.desk.sign_in import SignIn
from handlers.desk.suggestions.routes import suggestion_routes
from handlers.desk.templates import render
from handlers.desk.trail.routes import audit_routes
from handlers.desk.versions.routes import version_routes
from handlers.desk.what_if.routes import what_if_routes

LOOPBACK = ("127.0.0.1", "localhost")
_FAILED = (
    "This page could not be made. The error is in the log of the desk (on a laptop: in its terminal). "
    "Other pages work as before; load this one again, and if it fails again, report the error."
)


def desk_app(
    desk: Desk,
    sign_in: SignIn,
    *,
    hosts: Sequence[str] = LOOPBACK,
    is_secure: bool = False,
    agents: AgentDoor | None = None,
) -> Starlette:
    """Make the app; it answers requests for these hosts alone, so that no other name leads a browser to it.

    Agents come in by a door of their own, where there is one.
    """
    doors = [] if agents is None else agents.routes()
    return Starlette(
        routes=[*_open_routes(sign_in), *doors, *_rooms(Rooms(desk, sign_in))],
        middleware=[
            Middleware(SafeHeaders, is_secure=is_secure),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6),
        ],
        exception_handlers={404: _no_page, 405: _no_page, Exception: _failed},
    )


def _open_routes(sign_in: SignIn) -> list[BaseRoute]:
    """Give what needs no sign-in: style and script, whether the desk is up, and the sign-in itself."""
    static = Mount(f"/static/{version()}", StaticFiles(directory=STATIC), name="static")
    return [static, Route("/healthz", lambda _: PlainTextResponse("ok"), methods=["GET"]), *sign_in.routes()]


def _rooms(rooms: Rooms) -> list[BaseRoute]:
    """Give the pages, a folder each."""
    return [
        *portfolio_routes(rooms),
        *audit_routes(rooms),
        *pilot_routes(rooms),
        *report_routes(rooms),
        *quality_routes(rooms),
        *what_if_routes(rooms),
        *version_routes(rooms),
        *account_routes(rooms),
        *identity_routes(rooms),
        *suggestion_routes(rooms),
    ]


def _no_page(_request: Request, _error: Exception) -> Response:
    page = render("plain.html.j2", title="Not found", said="There is no such page.")
    return Response(page, 404, media_type="text/html")


def _failed(_request: Request, _error: Exception) -> Response:
    """Answer where the desk itself is wrong; what was raised goes on to the log."""
    page = render("plain.html.j2", title="The desk failed", said=_FAILED)
    return Response(page, 500, {**SAFE, "cache-control": "no-store"}, media_type="text/html")
