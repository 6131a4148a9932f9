"""What the doctor says of a Zendesk account, and how the environment names one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from config.loader import Config, load_config
from handlers.doctor.check import Check
from handlers.doctor.systems import Examiner
from handlers.environment import SettingsError
from handlers.settings import Settings, load_settings
from handlers.zendesk_settings import ZendeskSettings
from scoring.instants import SECOND, Instant
from tests.fakes.server import Fault, Response
from tests.fakes.zendesk import CLIENT_ID, CLIENT_SECRET, EMAIL, EXPORT, TOKEN
from tests.live.zendesk_account import NOW, Account, account

OAUTH = {"ZENDESK_CLIENT_ID": CLIENT_ID, "ZENDESK_CLIENT_SECRET": CLIENT_SECRET}
BY_TOKEN = {"ZENDESK_EMAIL": EMAIL, "ZENDESK_API_TOKEN": TOKEN}
ACTIVE = {"status": "active", "subscriptions": ["zen:event-type:ticket.created"]}


def used() -> Config:
    """Give the figures as they ship, with Zendesk in use."""
    config = load_config()
    model = replace(config.model, roles={**config.model.roles, "zendesk": "support"})
    return replace(config, model=model)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as place:
        place.put(1)
        place.fake.webhooks = [ACTIVE]
        yield place


def found(place: Account, environ: Mapping[str, str] = OAUTH, config: Config | None = None) -> dict[str, Check]:
    """Check the account; checks by name."""
    named = {"ZENDESK_URL": place.fake.url, **environ}
    examiner = Examiner(named, config or used(), _now)
    return {check.check: check for check in examiner.check("zendesk")}


def _now() -> Instant:
    return Instant(NOW * SECOND)


def wrong(checks: dict[str, Check]) -> dict[str, bool | None]:
    """Give the checks that are not well; each has a remedy. Our clock and the fake's Date have nothing in common."""
    off = {name: check for name, check in checks.items() if check.ok is not True and name != "clock"}
    assert all(check.remedy and check.problem for check in off.values())
    return {name: check.ok for name, check in off.items()}


def test_where_all_is_well_nothing_is_said(place: Account) -> None:
    """Sign-in, export, organizations, webhook."""
    checks = found(place)
    assert wrong(checks) == {}
    assert {"variables", "sign-in", "export tickets", "read organizations", "webhook"} <= checks.keys()


def test_an_api_token_works_and_will_end(place: Account) -> None:
    """The doctor says when, and what to do."""
    checks = found(place, BY_TOKEN)
    assert wrong(checks) == {"OAuth client": None}
    assert "2027" in str(checks["OAuth client"].problem)


def test_a_secret_that_is_refused_ends_the_check(place: Account) -> None:
    """Nothing more is asked."""
    checks = found(place, OAUTH | {"ZENDESK_CLIENT_SECRET": "old"})
    assert wrong(checks) == {"sign-in": False}
    assert place.fake.count(EXPORT) == 0


@pytest.mark.parametrize(
    ("user", "told"), [({"id": None}, "nobody"), ({"id": 1, "role": "agent"}, "no admin but agent")]
)
def test_who_is_no_admin_is_told(place: Account, user: dict[str, object], told: str) -> None:
    """Zendesk exports tickets to admins alone."""
    place.fake.plan("/me", Fault("answer", Response(200, {"user": user})))
    checks = found(place)
    assert wrong(checks) == {"sign-in": False}
    assert told in str(checks["sign-in"].problem)


@pytest.mark.parametrize(
    ("path", "check"), [(EXPORT, "export tickets"), ("/organizations", "read organizations"), ("/webhooks", "webhook")]
)
def test_what_may_not_be_read_is_named(place: Account, path: str, check: str) -> None:
    """Each by itself; the webhook is an extra."""
    place.fake.plan(path, Fault("answer", Response(403, {"error": "Forbidden"})))
    assert wrong(found(place)) == {check: None if check == "webhook" else False}


@pytest.mark.parametrize(
    "webhooks",
    [
        [],
        [{"status": "inactive", "subscriptions": ACTIVE["subscriptions"]}],
        [{"status": "active", "subscriptions": []}],
    ],
)
def test_a_webhook_that_does_not_tell_of_tickets_is_a_hint(place: Account, webhooks: list[dict[str, object]]) -> None:
    """Without one, tickets come by the sweep alone: that is no failure."""
    place.fake.webhooks = webhooks
    assert wrong(found(place)) == {"webhook": None}


def test_what_config_does_not_use_is_said(place: Account) -> None:
    """Its tickets would count nowhere."""
    assert wrong(found(place, config=load_config())) == {"limits": False}


def test_without_variables_it_is_not_set_up() -> None:
    """Nothing is asked."""
    checks = list(Examiner({}, used(), _now).check("zendesk"))
    assert [(check.check, check.ok) for check in checks] == [("variables", None)]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (OAUTH, "ZENDESK_SUBDOMAIN not set"),
        ({"ZENDESK_SUBDOMAIN": "acme"}, "ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET not set"),
        ({"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_CLIENT_ID": "a"}, "ZENDESK_CLIENT_SECRET not set"),
        ({"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "a"}, "ZENDESK_API_TOKEN not set"),
        ({"ZENDESK_SUBDOMAIN": "ac me", **OAUTH}, "ZENDESK_SUBDOMAIN is 'ac me'"),
        ({"ZENDESK_URL": "http://acme", **OAUTH}, "expected a URL that begins with https"),
        ({"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_TIMEOUT": "soon", **OAUTH}, "expected seconds"),
    ],
)
def test_an_account_that_is_named_by_half_is_refused(environ: dict[str, str], told: str) -> None:
    """With what is missing."""
    with pytest.raises(SettingsError, match=told):
        load_settings(environ)


def test_an_account_is_named_by_its_subdomain() -> None:
    """Or by its address; an OAuth client goes before an API token; secrets are not shown."""
    for named in ("acme", "https://acme.zendesk.com"):
        read = load_settings({"ZENDESK_SUBDOMAIN": named, **OAUTH, **BY_TOKEN}).zendesk
        assert read == ZendeskSettings("https://acme.zendesk.com", CLIENT_SECRET, client=CLIENT_ID)
    assert CLIENT_SECRET not in repr(read)
    token = load_settings({"ZENDESK_SUBDOMAIN": "acme", **BY_TOKEN}).zendesk
    assert token == ZendeskSettings("https://acme.zendesk.com", TOKEN, email=EMAIL)
    assert load_settings({"ZENDESK_WEBHOOK_SECRET": "x"}) == Settings()
