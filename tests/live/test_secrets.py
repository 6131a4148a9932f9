"""No secret is told: whatever characters it has, wherever it was put, whoever says it back."""

import base64
import html
import json
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from handlers.clients.hubspot.client import HubSpotClient
from handlers.clients.intercom.client import IntercomClient
from handlers.clients.looker.client import InlineQuery, LookerClient
from handlers.clients.patient import patient_session
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.environment import SettingsError
from handlers.settings import (
    HubSpotSettings,
    IntercomSettings,
    LookerSettings,
    SalesforceSettings,
    Settings,
    load_settings,
)
from tests.fakes.server import FakeServer, Request, Response, serving

SECRET = "p+ä/&=\"'<%\\s e:c@ret"  # noqa: S105 - a made-up one
TOKEN = "t+o/k=e\"n'<%\\&:@"  # noqa: S105 - a made-up one, that a header can bear
SESSION = "00D!s/e+s=s&i'on"
Echo = Callable[[str], str]
ECHOES: dict[str, Echo] = {
    "as it is": lambda secret: f"you sent {secret} !",
    "in an address": lambda secret: f"GET /login?secret={quote(secret)}&again={quote(secret, safe='').lower()}",
    "in a form": lambda secret: f"client_secret={quote_plus(secret)}&x=1",
    "in JSON": lambda secret: json.dumps({"client_secret": secret}),
    "in a page": lambda secret: f"<b>{html.escape(secret)}</b>",
    "in a log": lambda secret: f"got {secret!r}",
    "at the edge of what is shown": lambda secret: "x" * 290 + secret,
    "at the edge of what Looker shows": lambda secret: "x" * 190 + secret,
    "with colours": lambda secret: f"\x1b[31m{secret}\x1b[0m",
}


BASIC = base64.b64encode(f"id:{SECRET}".encode()).decode()


class Parrot(FakeServer):
    """Refuses every call, or every one but the log-in, and says secrets back."""

    def __init__(self, said: str, status: int, *, at_login: bool) -> None:
        """Say this, with this status."""
        super().__init__(self._answer)
        self._said, self._status, self._at_login = said, status, at_login

    def _answer(self, request: Request) -> Response:
        if request.path.endswith(("/token", "/login")) and not self._at_login:
            told = {"access_token": SESSION, "instance_url": self.url, "token_type": "Bearer", "expires_in": 3600}
            return Response(200, told)
        error = {"errorCode": "ODD", "code": "odd", "message": self._said, "field": self._said}
        body: object = [error] if request.path.startswith("/services") else {**error, "errors": [error]}
        return Response(self._status, body)


def ask_salesforce(url: str) -> None:
    """Make a query."""
    session = patient_session(retries=1, pause=0.0)
    list(SalesforceClient(SalesforceSettings(url, "id", SECRET), session).query("SELECT Id FROM Account"))


def ask_intercom(url: str) -> None:
    """Ask who one is."""
    IntercomClient(IntercomSettings(TOKEN, url), patient_session(retries=0), lambda _: None).me()


def ask_looker(url: str) -> None:
    """Run a query."""
    client = LookerClient(LookerSettings(url, "id", SECRET, 10), wait=lambda _: None)
    client.rows(InlineQuery("m", "e", ("e.f",), {}))


def ask_hubspot(url: str) -> None:
    """Look for a company."""
    HubSpotClient(HubSpotSettings(TOKEN, url), patient_session(retries=0)).companies("key", ["A"], [])


SYSTEMS: dict[str, tuple[Callable[[str], None], tuple[str, ...]]] = {
    "hubspot": (ask_hubspot, (TOKEN,)),
    "salesforce": (ask_salesforce, (SECRET, SESSION, BASIC)),
    "intercom": (ask_intercom, (TOKEN,)),
    "looker": (ask_looker, (SECRET, SESSION)),
}


@pytest.mark.parametrize(("status", "at_login"), [(400, True), (500, True), (400, False), (401, False), (500, False)])
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("echo", ECHOES)
def test_what_is_said_back_is_blotted_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, echo: str, system: str, status: int, *, at_login: bool
) -> None:
    """Neither in the error, nor in what caused it, nor in any log, nor a part of it."""
    caplog.set_level(logging.DEBUG)
    ask, secrets = SYSTEMS[system]
    known = [secret for secret in secrets if secret != SESSION or not at_login]
    parrot = Parrot(" ".join(ECHOES[echo](secret) for secret in known), status, at_login=at_login)
    with serving(parrot, tmp_path) as trusted, pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        with pytest.raises(SourceError) as raised:
            ask(parrot.url)
    told = f"{raised.value} {raised.value.__cause__!r} {caplog.text}"
    for secret in known:
        parts = {secret, secret[:8], secret[-8:], quote(secret), quote_plus(secret), html.escape(secret)}
        parts |= {json.dumps(secret)[1:-1], quote(secret, safe="").lower()}
        assert not [part for part in parts if part in told]
    assert str(raised.value).isprintable()


def test_secrets_are_in_no_representation() -> None:
    """Of settings, however they are shown."""
    settings = Settings(SalesforceSettings("u", "i", SECRET), IntercomSettings(TOKEN), LookerSettings("u", "i", SECRET))
    assert SECRET not in repr(settings)
    assert TOKEN not in repr(settings)
    assert TOKEN not in repr(HubSpotSettings(TOKEN))


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("name", ["SALESFORCE_URL", "INTERCOM_URL", "LOOKERSDK_BASE_URL"])
def test_an_address_with_a_password_is_refused_without_it(name: str, scheme: str) -> None:
    """It would stand in errors that name the address."""
    environ = {
        "SALESFORCE_URL": "https://a.my.salesforce.com",
        "SALESFORCE_CLIENT_ID": "i",
        "SALESFORCE_CLIENT_SECRET": "s",
        "INTERCOM_TOKEN": "t",
        "LOOKERSDK_BASE_URL": "https://looker.example",
        "LOOKERSDK_CLIENT_ID": "i",
        "LOOKERSDK_CLIENT_SECRET": "s",
        name: f"{scheme}://me:hush@host.example",
    }
    with pytest.raises(SettingsError, match=f"{name} holds a user name or a password") as refused:
        load_settings(environ)
    assert "hush" not in str(refused.value)
