"""Stands between a function and the emulator, and lets calls go wrong on demand."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

from tests.aws.emulator import Emulator
from tests.fakes.server import FakeServer, Fault, Request, Response, serving

THROTTLED = Fault(
    "answer",
    Response(
        400,
        {"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "too busy"},
        {"Content-Type": "application/x-amz-json-1.0"},
    ),
)
_HOP_BY_HOP = {"connection", "content-length", "date", "server", "transfer-encoding"}


@contextmanager
def proxy(emulator: Emulator) -> Iterator[FakeServer]:
    """Pass calls on to the emulator; faults are planned as with any fake. Functions trust its certificate."""

    def forward(request: Request) -> Response:
        with closing(HTTPConnection("127.0.0.1", emulator.port, timeout=60)) as connection:
            connection.request(request.method, request.path, request.body, dict(request.headers))
            answer = connection.getresponse()
            body = answer.read().decode()
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
        return Response(answer.status, body, headers)

    fake = FakeServer(forward)
    with serving(fake, emulator.folder):
        yield fake
