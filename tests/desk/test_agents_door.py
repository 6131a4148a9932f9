"""Agents come in by tokens of the identity provider alone, and see what the token's person sees."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import httpx2
import jwt
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.testclient import TestClient

from handlers.clients.oidc.provider import Provider
from handlers.clients.oidc.registration import Registration
from handlers.desk.agents.bearer import ProviderBearer
from handlers.desk.agents.door import AgentDoor, agent_door
from handlers.desk.app import desk_app
from handlers.desk.settings import DeskSettings
from scoring.instants import DAY, SECOND
from tests.desk.aside import aside
from tests.desk.doors import ADDRESS, TERMS, Behind, behind
from tests.desk.places import Place
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET
from tests.fakes.server import Fault

AUDIENCE = f"{ADDRESS}/mcp"
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
METADATA = f"{ADDRESS}/.well-known/oauth-protected-resource/mcp"
Claims = dict[str, Any]


@dataclass
class Door:
    """A desk behind a provider, with its door for agents."""

    behind: Behind
    made: AgentDoor

    def client(self) -> TestClient:
        """Open a client without cookies; each of its requests has an event loop of its own, as on Lambda."""
        app = desk_app(self.behind.place.desk, self.behind.sign_in, hosts=["desk.example"], agents=self.made)
        return TestClient(app, ADDRESS, follow_redirects=False)

    def token(self, *without: str, **claims: object) -> str:
        """Make an access token of a CSM, with other claims."""
        second = self.behind.clock() // SECOND
        told = {"iss": self.behind.fake.issuer, "aud": AUDIENCE, "iat": second, "exp": second + 300}
        said = {**told, "sub": "ana", "name": "Ana Duarte", "groups": ["desk-csm"], **claims}
        kept = {name: value for name, value in said.items() if name not in without}
        return jwt.encode(kept, self.behind.fake.keys[self.behind.fake.kid], "RS256", {"kid": self.behind.fake.kid})

    def post(self, token: str | None, method: str = "tools/list", **more: str) -> Any:  # noqa: ANN401 - httpx's answer
        """Send one message, without a handshake before."""
        given = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}
        headers = {**HEADERS, "mcp-protocol-version": "2025-06-18", **given, **more}
        return self.client().post("/mcp", json=body, headers=headers)

    def ask(self, token: str, tool: str, arguments: Mapping[str, Any]) -> Claims:
        """Ask by the SDK's own client."""

        async def asked() -> Claims:
            app = self.client().app
            headers = {"authorization": f"Bearer {token}"}
            transport = httpx2.ASGITransport(app=app)
            async with (
                httpx2.AsyncClient(transport=transport, headers=headers) as http,
                Client(streamable_http_client(f"{ADDRESS}/mcp", http_client=http)) as client,
            ):
                result = await client.call_tool(tool, dict(arguments))
            assert not result.is_error, result.content
            return result.structured_content or {}

        return aside(lambda: anyio.run(asked))


@contextmanager
def door_of(place: Place, folder: Path, patch: pytest.MonkeyPatch, visibility: str = "all") -> Iterator[Door]:
    """Open the door of a desk behind a provider."""
    terms = replace(TERMS, visibility=visibility)  # type: ignore[arg-type]
    with behind(place, folder, patch, terms) as there:
        registration = Registration(there.fake.issuer, CLIENT_ID, f"{ADDRESS}/callback", CLIENT_SECRET)
        provider = Provider(registration, there.clock)
        settings = DeskSettings(ADDRESS, registration, ("x" * 40,), AUDIENCE)
        made = agent_door(there.place.desk, provider, settings)
        assert made is not None
        assert made.bearer == ProviderBearer(provider, AUDIENCE, terms)
        yield Door(there, made)


@pytest.fixture
def door(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """Give the door of a desk where everybody sees all."""
    with door_of(place, tmp_path, monkeypatch) as made:
        yield made


def test_without_a_token_an_agent_learns_where_to_get_one(door: Door) -> None:
    """401 names the metadata, and that the identity provider and what a token must be for; a cookie opens nothing."""
    door.behind.come()
    for cookies in ({}, dict(door.behind.browser.cookies)):
        client = door.client()
        client.cookies.update(cookies)
        answer = client.post("/mcp", json={}, headers=HEADERS)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == f'Bearer resource_metadata="{METADATA}"'
    for address in (METADATA, METADATA.removesuffix("/mcp")):
        told = door.client().get(address).json()
        assert told["resource"] == AUDIENCE
        assert told["authorization_servers"] == [door.behind.fake.issuer]


def test_a_good_token_is_served_twice_each_in_a_loop_of_its_own(door: Door) -> None:
    """Without session and handshake, as plain JSON: functions on AWS keep nothing from one request to the next."""
    token = door.token()
    client = door.client()
    for number in (1, 2):
        body: Claims = {"jsonrpc": "2.0", "id": number, "method": "tools/list", "params": {}}
        headers = {**HEADERS, "authorization": f"Bearer {token}", "mcp-protocol-version": "2025-06-18"}
        answer = client.post("/mcp", json=body, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert "mcp-session-id" not in answer.headers
        assert answer.json()["result"]["tools"][0]["name"] == "portfolio"


def test_the_sdks_own_client_asks_by_http(door: Door) -> None:
    """In the newest revision that both know."""
    told = door.ask(door.token(), "portfolio", {"limit": 2})
    assert len(told["rows"]) == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example/mcp"},
        {"aud": CLIENT_ID},
        {"iss": "https://other.example"},
        {"exp": 1},
        {"iat": 9_999_999_999},
        {"nonce": "of a sign-in"},
        {"token_use": "id"},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(door: Door, claims: Claims) -> None:
    """Another audience, another issuer, over, of a later time, or an id_token."""
    answer = door.post(door.token(**claims))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_forged_token_is_refused(door: Door) -> None:
    """Signed by a shared secret, by nothing, or no token at all; one that lacks its audience too."""
    told = jwt.decode(door.token(), options={"verify_signature": False})
    forged = [jwt.encode(told, "x" * 64, "HS256"), jwt.encode(told, "", "none"), "a.b.c", "x", door.token("aud")]
    assert [door.post(token).status_code for token in forged] == [401] * len(forged)


def test_a_person_without_a_role_gets_nothing(door: Door) -> None:
    """Nor one whose groups the provider left out."""
    for claims in ({"groups": ["others"]}, {"groups": None, "hasgroups": True}):
        answer = door.post(door.token(*[name for name, value in claims.items() if value is None], **claims))
        assert answer.status_code == 403
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_pages_of_other_sites_may_not_ask(door: Door) -> None:
    """A browser says from where a page asks; the name of another host is not ours."""
    assert door.post(door.token(), origin="https://evil.example").status_code == 403
    assert door.post(door.token(), origin=ADDRESS).status_code == 200
    assert door.post(door.token(), host="evil.example").status_code == 400


def test_where_the_provider_is_silent_nobody_is_let_in(door: Door) -> None:
    """It is said so, and not that the token is bad."""
    door.behind.fake.server.plan("/", *[Fault("answer")] * 20)
    door.behind.clock.go(DAY)
    answer = door.post(door.token())
    assert answer.status_code == 503
    assert "try again later" in answer.json()["error_description"]


def test_the_tokens_person_sees_their_own_accounts_alone(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the desk says so; a leader sees all."""
    with place.store() as store:
        summaries = list(store.summaries("2026-10"))
    csm = next(one.csm for one in summaries if one.csm is not None and one.csm.mail)
    own = [one.account_id for one in summaries if one.csm == csm]
    with door_of(place, tmp_path, monkeypatch, "own") as door:
        rows = door.ask(door.token(email=csm.mail), "portfolio", {"limit": 50})["rows"]
        assert sorted(row["receipt"]["account_id"] for row in rows) == sorted(own)
        everybody = door.ask(door.token(groups=["desk-leader"]), "portfolio", {"limit": 50})
        assert everybody["all"]["accounts"] == len(summaries) > len(own)
