"""The desk on AWS: events of the HTTP API, people who sign in by a provider, the tables of the stack."""

import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from handlers.clock import now
from handlers.desk import door
from handlers.desk.headers import SAFE
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from tests.desk.everywhere import FILES, PAGES
from tests.doors.clouds import PREFIX, Cloud
from tests.doors.http import HOST, Browser, called, http_event
from tests.doors.test_rights import granted, used
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, FakeOidc
from tests.fakes.server import serving
from tests.golden import sample
from tests.golden.make import of_config

SESSION = "__Host-desk"


@pytest.fixture
def provider(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOidc]:
    """Serve a provider where a leader signs in, and give the desk its settings."""
    assert cloud.calls == []
    person = {"sub": "lea", "name": "Lea Groß", "email": "lea@acme.example", "groups": ["healthscore-leader"]}
    fake = FakeOidc(now, person)
    with serving(fake.server, certificates) as certificate:
        given = {
            "REQUESTS_CA_BUNDLE": str(certificate),
            "DESK_ADDRESS": f"https://{HOST}",
            "DESK_ISSUER": fake.issuer,
            "DESK_CLIENT_ID": CLIENT_ID,
            "DESK_CLIENT_SECRET": CLIENT_SECRET,
            "DESK_SECRET": "a secret of the tests, of forty characters",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield fake


def agree(address: str, certificates: Path) -> str:
    """Sign in at the provider; gives the path that it leads back to."""
    parts = urlsplit(address)
    context = ssl.create_default_context(cafile=str(certificates / "certificate.pem"))
    connection = HTTPSConnection(parts.netloc, context=context, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = connection.getresponse().getheader("location")
    connection.close()
    assert back is not None
    return back.removeprefix(f"https://{HOST}")


def signed_in(certificates: Path) -> Browser:
    """Open a browser, and sign in."""
    browser = Browser(door.handler)
    begun = browser.get("/login")
    assert begun.status == 303, begun.text
    back = browser.get(agree(begun.headers["location"], certificates))
    assert (back.status, back.headers["location"]) == (303, "/"), back.text
    return browser


def test_a_leader_signs_in_sees_the_desk_and_signs_out(provider: FakeOidc, certificates: Path, cloud: Cloud) -> None:
    """Cookies go by their own array; pages come packed; the audit has a partition of its own."""
    assert Browser(door.handler).get("/").status == 401
    browser = signed_in(certificates)
    assert SESSION in browser.cookies
    page = browser.get("/")
    assert page.status == 200
    assert page.headers["content-encoding"] == "gzip"
    assert "Lea Groß · Leader" in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    out = browser.post("/logout", {"token": token}, origin=f"https://{HOST}", sec_fetch_site="same-origin")
    assert (out.status, SESSION in browser.cookies) == (303, False)
    assert browser.get("/").status == 401
    partitions = [item["pk"]["S"] for item in cloud.items(f"{PREFIX}-registry")]
    assert partitions.count("journal/audit") == 2
    assert provider.server.count("/token") == 1


def test_a_form_may_come_as_base64(provider: FakeOidc, certificates: Path) -> None:
    """API Gateway packs what it does not take for text."""
    assert provider.issuer
    browser = signed_in(certificates)
    token = browser.get("/").text.split('name="token" value="')[1].split('"')[0]
    event = http_event(
        "POST", "/logout", b64encode(f"token={token}".encode()).decode(), {"Host": HOST}, browser.cookies
    )
    told = called(door.handler, {**event, "isBase64Encoded": True})
    assert (told["statusCode"], told["headers"]["location"]) == (303, "/signed-out")


def test_static_files_come_whole(provider: FakeOidc) -> None:
    """The font is no text; whoever asks for what is not there is told so."""
    assert provider.issuer
    browser = Browser(door.handler)
    page = browser.get("/signed-out").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    font = browser.get(style.replace("desk.css", "inter.woff2"))
    assert (font.status, font.body[:4]) == (200, b"wOF2")
    assert font.headers["cache-control"].endswith("immutable")
    assert browser.get(style.replace("desk.css", "..%2f..%2fdoor.py")).status == 404
    assert browser.get(style.replace("desk.css", "../../door.py")).status == 404


def test_another_name_of_the_same_api_is_refused(provider: FakeOidc) -> None:
    """The desk has one address; API Gateway's own stays shut where there is a domain."""
    assert provider.issuer
    assert Browser(door.handler, "abcdef1234.execute-api.eu-west-1.amazonaws.com").get("/login").status == 400


def test_what_breaks_is_answered_by_a_page_and_written_down(
    provider: FakeOidc, certificates: Path, cloud: Cloud, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """The page says nothing of the error, and has the headers of every other; the store's own errors are said."""
    browser = signed_in(certificates)
    assert provider.issuer
    output()
    cloud.fail("Query", RuntimeError("secret of the inside"))
    broken = browser.get("/")
    assert broken.status == 500
    assert "secret of the inside" not in broken.text
    assert {name: broken.headers[name] for name in SAFE} == dict(SAFE)
    assert broken.headers["cache-control"] == "no-store"


class Known(dict[str, str]):
    """What stands for the words in addresses of everywhere.py; a word that nobody knows stands for itself."""

    def __missing__(self, name: str) -> str:
        """Give the word."""
        return name


def test_the_desk_may_do_what_its_pages_and_sign_in_do(provider: FakeOidc, certificates: Path, cloud: Cloud) -> None:
    """Every call that any page makes is granted; no grant is a wildcard, and none lets it change facts or scores.

    Where signals are suggested it may change facts: an answer is one.
    """
    made = of_config()
    sample.fill(DynamoStore(connect(), PREFIX, now, calls_at_once=1), made.text, made.records)
    provider.person = {**provider.person, "groups": ["healthscore-ops"]}
    cloud.calls.clear()
    browser = signed_in(certificates)
    known = Known(
        dict.fromkeys(("account", "capped", "blind"), sample.ACCOUNTS[0].id), latest="2026-10", first="2026-09"
    )
    for shown in (*PAGES, *FILES):
        assert browser.get(shown.address.format_map(known)).status < 500, shown
    token = browser.get("/audit").text.split('name="token" value="')[1].split('"')[0]
    assert browser.post("/logout", {"token": token}).status == 303
    done, may = used(cloud), granted("Desk")
    assert done - may == set()
    assert not [right for right in may if "*" in "".join(right)]
    usual = granted("Desk", "HasSuggestions")
    changing = {action for action, resource in usual if resource in ("Facts.Arn", "Scores.Arn")}
    answering = {(f"dynamodb:{verb}Item", "Facts.Arn") for verb in ("Get", "Put", "Update")}
    assert may - usual == answering
    assert not changing & {f"dynamodb:{verb}Item" for verb in ("Put", "Update", "Delete")}
