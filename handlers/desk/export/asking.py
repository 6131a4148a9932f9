"""The desk asked for its pages without a server: the app itself is called, as a server would."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    headers: Headers
    text: str


@dataclass
class Caller:
    """Calls an app for its pages, with the cookie that it gave."""

    app: ASGIApp
    cookie: str = ""

    async def get(self, address: str) -> Answer:
        """Ask for a page; a cookie that comes with it is kept."""
        messages = [message async for message in self._call(address)]
        start = next(one for one in messages if one["type"] == "http.response.start")
        body = b"".join(one.get("body", b"") for one in messages if one["type"] == "http.response.body")
        headers = Headers(raw=start["headers"])
        self.cookie = headers.get("set-cookie", self.cookie).partition(";")[0]
        return Answer(start["status"], headers, body.decode())

    async def _call(self, address: str) -> AsyncIterator[Message]:
        split, sent, said = urlsplit(address), False, list[Message]()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(split.path),
            "raw_path": split.path.encode(),
            "query_string": split.query.encode(),
            "root_path": "",
            "headers": [(b"host", HOST.encode()), (b"cookie", self.cookie.encode())],
            "server": (HOST, 80),
            "client": (HOST, 0),
        }

        async def receive() -> Message:
            nonlocal sent
            if sent:
                await asyncio.Event().wait()  # nobody goes away before the answer is whole
            sent = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        for message in said:
            yield message
