"""A small HTTPS server with routes, a memory of its calls, and faults on demand."""

import json
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Request:
    """One call: method, path without its query, query by name, headers in lower case, body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the client sent
        """Read the body as JSON."""
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """Read the body as a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status, body (JSON unless text), more headers, seconds before each byte of the body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call: an answer in place of the true one, a pause, or a cut connection.

    `drip` gives the true answer byte by byte, with a pause before each. With `after`, the call is
    served first, so that what it did is done, and the answer is lost.
    """

    kind: Literal["answer", "slow", "cut", "drip"]
    response: Response = Response(500, {"error": "out of order"})
    seconds: float = 0.0
    after: bool = False


Route = Callable[[Request], Response]


class FakeServer:
    """Serves routes on a free port of 127.0.0.1. `serve` decides; a test may plan faults for coming calls.

    `witness` is told of each call once it was served, before it is answered; `bend` may give
    another answer than the true one, of a call that did what it says.
    """

    def __init__(self, serve: Route) -> None:
        """Answer calls by a function."""
        self._serve = serve
        self._lock = threading.Lock()
        self.calls: list[Request] = []
        self.faults: deque[tuple[str, Fault]] = deque()
        self.url = ""
        self.witness: Callable[[Request], None] = lambda _: None
        self.bend: Callable[[Request, Response], Response] = lambda _, answer: answer

    def plan(self, path_part: str, *faults: Fault) -> None:
        """Plan faults for the next calls whose path holds a text, one for each call."""
        self.faults.extend((path_part, fault) for fault in faults)

    def count(self, path_part: str) -> int:
        """Count the calls whose path holds a text."""
        return sum(path_part in call.path for call in self.calls)

    def answer(self, request: Request) -> Response | None:
        """Answer a call; None where the connection is to be cut."""
        with self._lock:
            self.calls.append(request)
            fault = self._fault(request)
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault is None or fault.kind in ("slow", "drip"):
            with self._lock:
                served = self.bend(request, self._serve(request))
            return replace(served, drip=fault.seconds) if fault is not None and fault.kind == "drip" else served
        if fault.after:
            with self._lock:
                self._serve(request)
        return None if fault.kind == "cut" else fault.response

    def _fault(self, request: Request) -> Fault | None:
        for planned in self.faults:
            if planned[0] in request.path:
                self.faults.remove(planned)
                return planned[1]
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: FakeServer

    def handle_any(self) -> None:
        """Read the request, ask the fake, write its answer."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        asked = Request(self.command, parts.path, query, headers, body)
        response = self.fake.answer(asked)
        self.fake.witness(asked)
        if response is None:
            self.close_connection = True
            self.connection.close()
            return
        self._write(response)

    def _write(self, response: Response) -> None:
        text = isinstance(response.body, str)
        body = b"" if response.body is None else (str(response.body) if text else json.dumps(response.body)).encode()
        self.send_response(response.status)
        kind = {"Content-Type": "text/plain" if text else "application/json", "Content-Length": str(len(body))}
        for name, value in {**kind, **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for part in [bytes([byte]) for byte in body] if response.drip else [body]:
            time.sleep(response.drip)
            self.wfile.write(part)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's types
        """Say nothing where a client hangs up; anything else is a fault of the fake."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 and its key, or take the folder's; clients trust it by its file."""
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if key_file.exists():
        return certificate_file, key_file
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@contextmanager
def serving(fake: FakeServer, folder: Path) -> Iterator[Path]:
    """Serve a fake over HTTPS; its `url` is set.

    Gives the certificate that clients must trust: by REQUESTS_CA_BUNDLE, which goes before a
    session's own `verify`.
    """
    certificate_file, key_file = certificate(folder)
    server = _QuietServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    fake.url = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield certificate_file
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
