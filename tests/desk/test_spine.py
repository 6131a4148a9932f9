"""What holds for the whole desk: who gets in, from where, and what every answer says to browsers."""

from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from handlers.desk.headers import SAFE
from handlers.desk.memory import Memory
from handlers.stores.protocol import Store
from tests.desk.browsing import PHONE, window
from tests.desk.places import HOST, Place


def test_nobody_sees_a_page_without_signing_in(place: Place) -> None:
    """Without a cookie, and with a forged one."""
    client = TestClient(place.app())
    assert client.get("/").status_code == 401
    client.cookies.set(place.door.signer.cookie, "forged.value.here")
    assert client.get("/").status_code == 401


def test_another_host_is_refused(place: Place) -> None:
    """A name that leads to this machine (DNS rebinding) is not ours."""
    answer = place.visitor().client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/", "/no-such-page", "/healthz"])
def test_every_answer_is_guarded(place: Place, path: str) -> None:
    """Nothing is loaded from elsewhere, framed, sniffed or kept."""
    headers = place.visitor().client.get(path).headers
    assert {name: headers[name] for name in SAFE} == dict(SAFE)
    assert headers["cache-control"] == "no-store"


def test_a_page_is_clean_in_a_real_browser(place: Place, address: str, browser: Browser) -> None:
    """No report of the policy, no other host, no sideways scroll on a phone."""
    with window(browser, place, address, size=PHONE) as seen:
        seen.open("/")
        assert seen.page.title() == "Portfolio · healthscore"
        seen.assert_clean()
        assert seen.is_within()


def test_an_error_of_the_desk_itself_is_a_guarded_page(place: Place) -> None:
    """What nobody foresaw: a sentence, the same headers, and nothing of the error on the page."""

    def broken() -> AbstractContextManager[Store]:
        raise ZeroDivisionError("secret of the store")

    visitor = Place(replace(place.desk, open_store=broken, memory=Memory(lambda: 0)), place.door).visitor()
    client = TestClient(visitor.client.app, cookies=visitor.client.cookies, raise_server_exceptions=False)
    answer = client.get("/")
    assert (answer.status_code, "could not be made" in answer.text, "secret" in answer.text) == (500, True, False)
    assert {name: answer.headers[name] for name in SAFE} == dict(SAFE)


def test_the_host_of_tests_is_the_one_that_is_let_in() -> None:
    """Tests ask by the name that the app is made for."""
    assert HOST == "testserver"
