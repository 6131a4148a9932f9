"""Calls as API Gateway's HTTP API hands them to a function (payload 2.0), and a browser that keeps cookies."""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from gzip import decompress
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.desk.aside import aside
from tests.doors.clouds import Context

HOST = "desk.example"
Handler = Callable[[dict[str, Any], Context], dict[str, Any]]


def called(handler: Handler, event: dict[str, Any]) -> dict[str, Any]:
    """Call a function as Lambda does: in a thread with a loop of events that nobody else runs."""

    def does() -> dict[str, Any]:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            return handler(event, Context())
        finally:
            loop.close()

    return aside(does)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with its headers by name and its body read."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: bytes

    @property
    def text(self) -> str:
        """Give the body as text."""
        return self.body.decode()


@dataclass(slots=True)
class Browser:
    """Calls a function as a browser would through the HTTP API."""

    handler: Handler
    host: str = HOST
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.call("GET", address, None, headers)

    def post(self, address: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send a form; API Gateway hands its body over as base64 or as it is."""
        return self.call("POST", address, urlencode(fields), {"Content-Type": _FORM, **headers})

    def call(self, method: str, address: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        """Call the function; cookies that it sets are kept."""
        event = http_event(method, address, body, {"Host": self.host, **headers}, self.cookies)
        told = called(self.handler, event)
        for cookie in told.get("cookies", []):
            self._keep(cookie)
        body_bytes = b64decode(told["body"]) if told["isBase64Encoded"] else told["body"].encode()
        is_packed = told["headers"].get("content-encoding") == "gzip"
        return Answer(
            told["statusCode"],
            told["headers"],
            told.get("cookies", []),
            decompress(body_bytes) if is_packed else body_bytes,
        )

    def _keep(self, cookie: str) -> None:
        for name, morsel in SimpleCookie(cookie).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


_FORM = "application/x-www-form-urlencoded"


def http_event(
    method: str, address: str, body: str | None, headers: Mapping[str, str], cookies: Mapping[str, str]
) -> dict[str, Any]:
    """Make the event of a call: header names in lower case, cookies apart, several of a name with commas."""
    parts = urlsplit(address)
    lower = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {"x-forwarded-proto": "https", "x-forwarded-port": "443", "accept-encoding": "gzip", **lower},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": lower["host"],
            "http": {
                "method": method,
                "path": parts.path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 1583348638390,
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [f"{name}={value}" for name, value in cookies.items()]
    if body is not None:
        event["body"] = body
    return event
