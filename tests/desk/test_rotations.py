"""Rotations of the desk rehearsed: the secret of its cookies, and that of its client at the identity provider."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from handlers.clients.oidc.provider import Provider
from handlers.clients.oidc.registration import Registration
from handlers.desk.oidc_sign_in import sign_in_of
from handlers.desk.settings import desk_settings
from tests.desk.doors import ADDRESS, SECRETS, Behind, behind
from tests.desk.places import place_of
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET

SET = {"DESK_ADDRESS": ADDRESS, "DESK_ISSUER": "https://idp.example", "DESK_CLIENT_ID": CLIENT_ID}
BEFORE, AFTER = SECRETS[0], "n" * 32


def deployed(desk: Behind, environ: Mapping[str, str], client_secret: str = CLIENT_SECRET) -> None:
    """Deploy the desk anew; the browser keeps its cookies."""
    registration = Registration(desk.fake.issuer, CLIENT_ID, f"{ADDRESS}/callback", client_secret)
    secrets = desk_settings({**SET, **environ}).secrets
    desk.sign_in = sign_in_of(desk.place.desk, Provider(registration, desk.clock), secrets, ADDRESS)
    cookies = desk.browser.cookies
    desk.browser = desk.new_browser()
    desk.browser.cookies = cookies


def is_in(desk: Behind) -> bool:
    """Tell whether the browser is let in, or led to sign in."""
    return desk.browser.get("/").status_code == 200


def test_who_is_signed_in_stays_so_while_the_secret_of_the_cookies_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the old one beside the new; without it everybody signs in again, as is wanted of one that leaked."""
    with behind(place_of(tmp_path / "healthscore.db"), tmp_path, monkeypatch) as desk:
        deployed(desk, {"DESK_SECRET": BEFORE})
        assert desk.come()[0] == 303
        assert is_in(desk)
        deployed(desk, {"DESK_SECRET": AFTER, "DESK_OLD_SECRET": BEFORE})
        assert is_in(desk)
        deployed(desk, {"DESK_SECRET": AFTER})
        assert not is_in(desk)
        assert desk.come()[0] == 303
        assert is_in(desk)


def test_people_sign_in_at_each_step_of_a_change_of_the_client_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the provider takes two; where it does not, it says so, and who is signed in stays so."""
    with behind(place_of(tmp_path / "healthscore.db"), tmp_path, monkeypatch) as desk:
        assert desk.come()[0] == 303
        desk.fake.second = "made-anew"
        assert desk.come()[0] == 303
        deployed(desk, {"DESK_SECRET": BEFORE}, "made-anew")
        assert desk.come()[0] == 303
        desk.fake.secret, desk.fake.second = "made-anew", None
        assert desk.come()[0] == 303
        deployed(desk, {"DESK_SECRET": BEFORE}, CLIENT_SECRET)
        status, told = desk.come()
        assert (status, "invalid_client" in told) == (502, True)
        assert is_in(desk)
