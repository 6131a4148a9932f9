"""What every answer says to browsers: load nothing from elsewhere, keep nothing, be framed by nobody."""

import time
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
_KEPT = "public, max-age=31536000, immutable"


class SafeHeaders:
    """Adds the headers to every answer, and how long it took (Server-Timing, in milliseconds)."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        """Stand in front of an app; behind https, browsers are asked to stay with it."""
        self._app = app
        self._own = {**SAFE, "strict-transport-security": "max-age=31536000"} if is_secure else SAFE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._own.items():
                    headers[name] = value
                is_kept = scope["path"].startswith("/static/") and message["status"] == 200
                headers["cache-control"] = _KEPT if is_kept else "no-store"
                headers["server-timing"] = f"app;dur={1000 * (time.perf_counter() - start):.1f}"
            await send(message)

        await self._app(scope, receive, send_safely)
