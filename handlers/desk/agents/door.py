"""The server behind the desk's sign-in: the streamable HTTP transport at /mcp, one answer a request, no session.

As the protocol's authorization specification (2025-11-25 and 2026-07-28, basic/authorization) has it: the desk is a
resource server. A request without a good token gets 401, and WWW-Authenticate names the metadata (RFC 9728) that names
the identity provider; a token is good for this audience alone (RFC 8707); one without a role gets 403.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from handlers.clients.remote import SourceError
from handlers.desk.agents.asking import Asking
from handlers.desk.agents.bearer import AccessTokens, Bearer, ProviderBearer
from handlers.desk.claims import LeftOutError
from handlers.desk.desk import Desk
from handlers.desk.people import Person
from handlers.desk.settings import DeskSettings

PATH = "/mcp"
_METADATA = "/.well-known/oauth-protected-resource"
_PERSON = "healthscore.person"
_LONGEST_TOKEN = 16_000
MOST_BYTES = 200_000
"""A question that is larger is none of ours."""


@dataclass(frozen=True)
class AgentDoor:
    """Where agents come in; `address` is where the desk is found, `issuer` who gives tokens, with which scopes."""

    desk: Desk
    bearer: Bearer
    address: str
    issuer: str
    scopes: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """Name what tokens are good for."""
        return f"{self.address}{PATH}"

    def routes(self) -> list[BaseRoute]:
        """Give the routes; only the transport asks for a token."""
        told = [Route(path, self._metadata, methods=["GET"]) for path in (f"{_METADATA}{PATH}", _METADATA)]
        return [Route(PATH, _Transport(self), methods=["POST"]), *told]

    def _metadata(self, _request: Request) -> Response:
        told: dict[str, Any] = {
            "resource": self.resource,
            "resource_name": "Health scores",
            "authorization_servers": [self.issuer],
            "bearer_methods_supported": ["header"],
        }
        return JSONResponse(told | ({"scopes_supported": list(self.scopes)} if self.scopes else {}))

    def admitted(self, request: Request) -> Person | Response:
        """Give the person whose token a request brings, or the answer that refuses it."""
        if request.headers.get("origin") not in (None, self.address):
            return _refused(403, "forbidden", "pages of other sites may not ask here")
        token = _token(request.headers)
        if token is None:
            return self._challenge(401, None, "bring a token of the identity provider: Authorization: Bearer TOKEN")
        try:
            return self._with_role(self.bearer(token))
        except LeftOutError:
            return self._challenge(403, "insufficient_scope", "the token names no group, because there are too many")
        except SourceError:
            return _refused(503, "temporarily_unavailable", "the identity provider does not answer: try again later")

    def _with_role(self, person: Person | None) -> Person | Response:
        if person is None:
            said = "the token is over, forged, or not for this server: ask for a new one"
            return self._challenge(401, "invalid_token", said)
        if not person.may("any"):
            return self._challenge(403, "insufficient_scope", "the token's person has no role at this desk")
        return person

    def _challenge(self, status: int, error: str | None, said: str) -> Response:
        parts = [f'resource_metadata="{self.address}{_METADATA}{PATH}"']
        parts += [f'scope="{" ".join(self.scopes)}"'] if self.scopes else []
        parts += [f'error="{error}"', f'error_description="{said}"'] if error else []
        return _refused(status, error or "unauthorized", said, {"WWW-Authenticate": f"Bearer {', '.join(parts)}"})


def agent_door(desk: Desk, provider: AccessTokens, settings: DeskSettings) -> AgentDoor | None:
    """Make the door of a desk where people sign in; None where the SDK is not installed."""
    if find_spec("mcp") is None:
        return None
    registration = settings.registration
    bearer = ProviderBearer(provider, settings.audience, desk.terms)
    return AgentDoor(desk, bearer, settings.address, registration.issuer)


def _token(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= _LONGEST_TOKEN else None


def _refused(status: int, error: str, said: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": error, "error_description": said}, status, headers)


class _Transport:
    """Answers requests of the protocol; the server is made when the first one comes, for it is slow to load."""

    def __init__(self, door: AgentDoor) -> None:
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of somebody who is admitted.

        Each has a manager of its own, which runs as long as the request: on Lambda each may have an event loop of
        its own, and a manager can be run only once.
        """
        admitted = await run_in_threadpool(self._door.admitted, Request(scope))
        if isinstance(admitted, Response):
            await admitted(scope, receive, send)
            return
        server = self._server
        server.streamable_http_app(stateless_http=True, json_response=True, max_request_body_size=MOST_BYTES, host="")
        manager = server.session_manager
        async with manager.run():
            await manager.handle_request({**scope, _PERSON: admitted}, receive, send)

    @cached_property
    def _server(self) -> Any:  # noqa: ANN401 - the SDK's type, which is not loaded before it is needed
        from handlers.desk.agents.server import agents_server  # noqa: PLC0415  a second of CPU, for agents alone

        desk = self._door.desk
        return agents_server(lambda context, period: Asking(desk, _person(context), period))


def _person(context: Any) -> Person:  # noqa: ANN401 - likewise
    person: Person = context.request_context.request.scope[_PERSON]
    return person
