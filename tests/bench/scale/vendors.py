"""The systems around the store, answered in this process in the place of the network: their calls are counted.

What they take of the processor is counted apart, for it is not ours.
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import requests
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.handlers import BUILTIN_HANDLERS
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.bench.scale.service import CountingDynamoDB
from tests.fakes.dynamodb import service
from tests.fakes.server import FakeServer, Request, Response

_AWS: Final = ("dynamodb", "sqs", "s3")
_NUMBERS: Final = re.compile(r"\d{4,}[\w-]*")


class Around:
    """The systems around: by host those that speak HTTP, and AWS's queues and buckets."""

    def __init__(self, store: CountingDynamoDB, hosts: Mapping[str, tuple[str, FakeServer]]) -> None:
        """Answer calls of hosts, each with the name by which it is counted."""
        self._store, self._hosts = store, hosts
        self.calls: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.rescores: list[str] = []
        self.objects: dict[str, bytes] = {}
        self.seconds = 0.0
        self._lock = threading.Lock()
        self._aws: Mapping[str, Callable[[AWSPreparedRequest], tuple[int, bytes]]] = {
            "sqs": self._queue,
            "s3": self._bucket,
        }

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Stand in the place of the network."""
        sent, theirs = HTTPAdapter.send, ("before-send.dynamodb", service._send)  # noqa: SLF001 - what it registers
        BUILTIN_HANDLERS.remove(theirs)
        ours = [(f"before-send.{name}", self._answer) for name in _AWS]
        BUILTIN_HANDLERS.extend(ours)
        HTTPAdapter.send = lambda adapter, request, *_, **__: self._send(adapter, request)  # type: ignore[method-assign]
        try:
            yield
        finally:
            HTTPAdapter.send = sent  # type: ignore[method-assign]
            for one in ours:
                BUILTIN_HANDLERS.remove(one)
            BUILTIN_HANDLERS.append(theirs)

    def take(self) -> float:
        """Give the seconds of the processor that the systems around took, and begin anew."""
        with self._lock:
            taken, self.seconds = self.seconds, 0.0
        return taken

    def take_calls(self) -> Counter[str]:
        """Give the calls so far, and begin anew."""
        with self._lock:
            taken, self.calls = self.calls, Counter()
        return taken

    def take_sent(self) -> Counter[str]:
        """Give the messages sent so far, by queue, and begin anew."""
        with self._lock:
            taken, self.sent = self.sent, Counter()
        return taken

    @contextmanager
    def _theirs(self) -> Iterator[None]:
        begun = time.thread_time()
        yield
        with self._lock:
            self.seconds += time.thread_time() - begun

    def _answer(self, request: AWSPreparedRequest, event_name: str = "", **_: object) -> AWSResponse:
        name = event_name.split(".")[1]
        with self._theirs():
            if name == "dynamodb":
                answered = service.answered(self._store, request)
            else:
                status, body = self._aws[name](request)
                answered = AWSResponse(request.url, status, HTTPHeaders.from_dict({}), _Body(body))
        return answered

    def _count_rows(self, name: str, told: Response | None) -> None:
        """Count the records that a query of the CRM gives: each page has some."""
        if told is not None and isinstance(told.body, dict) and "records" in told.body:
            with self._lock:
                self.calls[f"rows of {name}"] += len(told.body["records"])

    def _queue(self, request: AWSPreparedRequest) -> tuple[int, bytes]:
        """Take messages into a queue: they are counted, and gone."""
        asked = json.loads(service.read(request.body))
        entries = asked.get("Entries", [{"Id": "0"}])
        with self._lock:
            self.calls["SQS"] += 1
            queue = asked["QueueUrl"].rpartition("/")[2]
            self.sent[queue] += len(entries)
            self.rescores += [one["MessageBody"] for one in entries if queue == "rescores"]
        taken = [{"Id": one["Id"], "MessageId": one["Id"], "MD5OfMessageBody": ""} for one in entries]
        return 200, json.dumps({"Successful": taken, "Failed": []}).encode()

    def _bucket(self, request: AWSPreparedRequest) -> tuple[int, bytes]:
        """Keep an object, or give one."""
        key = urlsplit(request.url).path
        with self._lock:
            self.calls["S3"] += 1
        if request.method == "PUT":
            sent = _bytes(request.body)
            self.objects[key] = _unchunked(sent) if "X-Amz-Trailer" in request.headers else sent
            return 200, b""
        return (200, self.objects[key]) if key in self.objects else (404, b"<Error><Code>NoSuchKey</Code></Error>")

    def _send(self, adapter: HTTPAdapter, request: requests.PreparedRequest) -> requests.Response:
        """Answer a request of HTTP."""
        with self._theirs():
            parts = urlsplit(str(request.url))
            name, server = self._hosts[str(parts.hostname)]
            query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
            headers = {key.lower(): str(value) for key, value in request.headers.items()}
            asked = Request(str(request.method), parts.path, query, headers, _bytes(request.body))
            with self._lock:
                self.calls[f"{name} {_kind(asked)}"] += 1
            told = server.answer(asked)
            self._count_rows(name, told)
            server.calls.clear()
            assert told is not None, "no connection is cut here"
            body = told.body if isinstance(told.body, str) else "" if told.body is None else json.dumps(told.body)
            raw = HTTPResponse(
                body=BytesIO(body.encode()), headers=dict(told.headers), status=told.status, preload_content=False
            )
        answer: requests.Response = HTTPAdapter.build_response(adapter, request, raw)
        return answer


def _unchunked(sent: bytes) -> bytes:
    """Give the body that is sent in chunks, each behind its length, with a check sum after the last."""
    whole, rest = b"", sent
    while size := int(rest.partition(b"\r\n")[0], 16):
        rest = rest.partition(b"\r\n")[2]
        whole, rest = whole + rest[:size], rest[size + 2 :]
    return whole


def _kind(asked: Request) -> str:
    """Name the kind of a call: its method and path, without ids."""
    path = _NUMBERS.sub("*", re.sub(r"/services/data/v[\d.]+|/api/4.0", "", asked.path))
    return f"{asked.method} {path}"


def _bytes(body: Any) -> bytes:  # noqa: ANN401 - whatever is sent
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else b"".join(body)


class _Body(BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()
