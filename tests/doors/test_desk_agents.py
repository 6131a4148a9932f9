"""Agents at the desk on AWS: events of the HTTP API, tokens of the provider, and only what the function may do."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from handlers import fold, rescore
from handlers.clock import now
from handlers.desk import door
from scoring.instants import SECOND, parse_instant
from tests.doors.clouds import Cloud, Context, account, delivered
from tests.doors.http import HOST, Answer, Browser
from tests.doors.telling import told
from tests.doors.test_rights import granted, used
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, FakeOidc
from tests.fakes.server import serving

ADDRESS = f"https://{HOST}"
END = parse_instant("2025-11-01")


@pytest.fixture
def provider(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOidc]:
    """Serve a provider, fold and score two hotels, and give the desk its settings."""
    for hotel in range(2):
        fold.handler(delivered(told(hotel, END)), Context())
    requests = [{"account_id": account(hotel), "period": "2025-10"} for hotel in range(2)]
    rescore.handler(delivered(requests), Context())
    fake = FakeOidc(now, {"sub": "lea"})
    with serving(fake.server, certificates) as certificate:
        given = {
            "REQUESTS_CA_BUNDLE": str(certificate),
            "DESK_ADDRESS": ADDRESS,
            "DESK_ISSUER": fake.issuer,
            "DESK_CLIENT_ID": CLIENT_ID,
            "DESK_CLIENT_SECRET": CLIENT_SECRET,
            "DESK_SECRET": "a secret of the tests, of forty characters",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        cloud.calls.clear()
        yield fake


def token(provider: FakeOidc) -> str:
    """Make the access token of somebody with every role."""
    second = now() // SECOND
    claims = {"iss": provider.issuer, "aud": f"{ADDRESS}/mcp", "iat": second, "exp": second + 300, "sub": "lea"}
    groups = {"groups": ["healthscore-ops", "healthscore-leader"]}
    return jwt.encode(claims | groups, provider.keys[provider.kid], "RS256", {"kid": provider.kid})


def asked(bearer: str | None, method: str, **params: Any) -> Answer:  # noqa: ANN401 - as the protocol has them
    """Send a message of the protocol to the function."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    headers = {
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "MCP-Protocol-Version": "2025-06-18",
        **({} if bearer is None else {"Authorization": f"Bearer {bearer}"}),
    }
    return Browser(door.handler).call("POST", "/mcp", body, headers)


def test_an_agent_asks_the_function_by_tokens_alone(provider: FakeOidc, restarted: Callable[[], None]) -> None:
    """Without one it learns where to get one; with one each call is served, however often the function was called."""
    restarted()
    refused = asked(None, "tools/list")
    assert refused.status == 401
    assert f'{ADDRESS}/.well-known/oauth-protected-resource/mcp"' in refused.headers["www-authenticate"]
    metadata = json.loads(Browser(door.handler).get("/.well-known/oauth-protected-resource/mcp").text)
    assert metadata["authorization_servers"] == [provider.issuer]
    for _ in range(2):
        answer = asked(token(provider), "tools/list")
        assert answer.status == 200
        assert len(json.loads(answer.text)["result"]["tools"]) == 6


def test_no_tool_does_what_the_function_may_not_do(
    provider: FakeOidc, cloud: Cloud, restarted: Callable[[], None]
) -> None:
    """Each answers from the tables of the stack, and none of their calls is refused; nothing is written."""
    restarted()
    bearer = token(provider)

    def tool(name: str, **arguments: object) -> dict[str, Any]:
        answer = asked(bearer, "tools/call", name=name, arguments=arguments)
        assert answer.status == 200, answer.text
        result: dict[str, Any] = json.loads(answer.text)["result"]
        assert not result.get("isError"), result
        structured: dict[str, Any] = result["structuredContent"]
        return structured

    tool("portfolio")  # a store that nobody listed yet makes its summaries once, of the records that there are
    assert used(cloud) <= granted("Desk")
    cloud.calls.clear()
    rows = tool("portfolio")["rows"]
    assert sorted(row["receipt"]["account_id"] for row in rows) == sorted(account(hotel) for hotel in range(2))
    assert tool("why", account=account(0))["receipt"]["period"] == "2025-10"
    assert len(tool("history", account=account(0))["months"]) == 13
    tool("morning")
    tool("what_if", changes={"thresholds": {"tiers": {"Healthy": 80}}})
    tool("data_quality")
    done = used(cloud)
    assert done <= granted("Desk")
    written = {action for action, _ in done if action.split(":")[1].startswith(("Put", "Update", "Delete", "Send"))}
    assert written == set()
