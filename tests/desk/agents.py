"""An agent that asks the desk in memory, by the SDK's own client."""

import json
from dataclasses import dataclass
from typing import Any

import anyio
from mcp.client import Client
from mcp_types import CallToolResult, Tool

from config.desk import ROLES
from handlers.desk.agents.asking import Asking
from handlers.desk.agents.server import agents_server
from handlers.desk.people import Person
from tests.desk.aside import aside
from tests.desk.places import Place

EVERYBODY = Person("ops", "Ana Duarte", None, frozenset(ROLES))


@dataclass(frozen=True)
class Agent:
    """An agent of a person, at a desk."""

    place: Place
    person: Person = EVERYBODY

    def ask(self, tool: str, **arguments: object) -> dict[str, Any]:
        """Give the structured answer of a tool, which must answer; its text says the same."""
        result = self._call(tool, arguments)
        assert not result.is_error, result.content
        answer: dict[str, Any] = result.structured_content or {}
        assert json.loads(_text(result)) == answer
        return answer

    def refused(self, tool: str, **arguments: object) -> str:
        """Give the sentence by which a tool refuses."""
        result = self._call(tool, arguments)
        assert result.is_error, result.structured_content
        assert result.structured_content is None
        return _text(result)

    def tools(self) -> list[Tool]:
        """List the tools."""

        async def listed() -> list[Tool]:
            async with Client(self._server()) as client:
                return (await client.list_tools()).tools

        return aside(lambda: anyio.run(listed))

    def _call(self, tool: str, arguments: dict[str, object]) -> CallToolResult:
        async def called() -> CallToolResult:
            async with Client(self._server()) as client:
                return await client.call_tool(tool, arguments)

        return aside(lambda: anyio.run(called))

    def _server(self) -> Any:  # noqa: ANN401 - the SDK's own type
        return agents_server(lambda _context, period: Asking(self.place.desk, self.person, period))


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text
