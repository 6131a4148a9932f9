"""A desk behind an identity provider, and browsers that sign in there."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from config.desk import DeskTerms, Role
from handlers.clients.oidc.provider import Provider
from handlers.clients.oidc.registration import Registration
from handlers.desk.app import desk_app
from handlers.desk.oidc_sign_in import OidcSignIn, sign_in_of
from handlers.desk.signed import Session
from scoring.instants import Duration, Instant
from tests.desk.places import Place
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, FakeOidc
from tests.fakes.server import serving

ADDRESS = "https://desk.example"
SECRETS = ("a secret of forty characters, of the tests", "an older secret, of forty characters as well")
ROLES: Mapping[Role, Sequence[str]] = {"csm": ["desk-csm"], "leader": ["desk-leader"], "ops": ["desk-ops"]}
TERMS = DeskTerms(roles=ROLES)
ANA = {"sub": "ana", "name": "Ana Duarte", "email": "ana@acme.example", "groups": ["desk-csm", "others"]}


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: Instant) -> None:
        """Begin at an instant."""
        self.now = now

    def __call__(self) -> Instant:
        """Give the time."""
        return self.now

    def go(self, on: Duration) -> None:
        """Let time pass."""
        self.now = Instant(self.now + on)


@dataclass
class Behind:
    """A desk behind a provider: `fake` is the provider, `browser` a browser with its cookies."""

    place: Place
    fake: FakeOidc
    clock: Clock
    sign_in: OidcSignIn
    certificate: Path
    browser: TestClient = field(init=False)

    def __post_init__(self) -> None:
        """Open a browser."""
        self.browser = self.new_browser()

    def new_browser(self) -> TestClient:
        """Open another browser."""
        app = desk_app(self.place.desk, self.sign_in, hosts=["desk.example"], is_secure=True)
        return TestClient(app, ADDRESS, follow_redirects=False)

    def begin(self, onward: str = "/") -> str:
        """Begin to sign in; gives the address at the provider."""
        answer = self.browser.get("/login", params={"next": onward})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def agree(self, address: str) -> str:
        """Sign in at the provider; gives the address that it leads back to."""
        parts = urlsplit(address)
        connection = HTTPSConnection(
            parts.netloc, context=ssl.create_default_context(cafile=str(self.certificate)), timeout=10
        )
        connection.request("GET", f"{parts.path}?{parts.query}")
        back = connection.getresponse().getheader("location")
        connection.close()
        assert back is not None
        return back

    def come(self, onward: str = "/") -> tuple[int, str]:
        """Sign in; gives the status of the callback, and where it leads or what it says."""
        answer = self.browser.get(self.agree(self.begin(onward)))
        return answer.status_code, str(answer.headers.get("location", answer.text))

    def session(self) -> Session | None:
        """Give who is signed in by the browser's cookie."""
        value = self.browser.cookies.get(self.sign_in.signer.cookie)
        return None if value is None else self.read(value)

    def read(self, value: str) -> Session | None:
        """Read the value of a cookie."""
        from starlette.requests import Request  # noqa: PLC0415

        header = [(b"cookie", f"{self.sign_in.signer.cookie}={value}".encode())]
        return self.sign_in.signer.session(Request({"type": "http", "headers": header}))


@contextmanager
def behind(
    place: Place,
    folder: Path,
    patch: pytest.MonkeyPatch,
    terms: DeskTerms = TERMS,
    person: Mapping[str, object] = ANA,
    client_secret: str = CLIENT_SECRET,
) -> Iterator[Behind]:
    """Serve a provider, and put the desk of a place behind it."""
    clock = Clock(place.desk.clock())
    fake = FakeOidc(clock, dict(person), client_secret or None)
    with serving(fake.server, folder) as certificate:
        patch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        desk = replace(place.desk, terms=terms, clock=clock)
        registration = Registration(fake.issuer, CLIENT_ID, f"{ADDRESS}/callback", client_secret)
        sign_in = sign_in_of(desk, Provider(registration, clock), SECRETS, ADDRESS)
        yield Behind(replace(place, desk=desk), fake, clock, sign_in, certificate)


def query_of(address: str) -> dict[str, str]:
    """Read the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
