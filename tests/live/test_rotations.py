"""Rotations rehearsed, a vendor at a time: before it, while both are valid, and once the old one is taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from handlers.clients.github.calls import GitHubCalls
from handlers.clients.github.settings import GitHubSettings
from handlers.clients.hubspot.client import connect as connect_hubspot
from handlers.clients.intercom.client import connect as connect_intercom
from handlers.clients.looker.client import LookerClient
from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience, SourceError
from handlers.clients.salesforce.client import connect as connect_salesforce
from handlers.clients.zendesk.client import connect as connect_zendesk
from handlers.settings import HubSpotSettings, IntercomSettings, LookerSettings, SalesforceSettings
from handlers.zendesk_settings import ZendeskSettings
from tests.fakes import github, hubspot, intercom, looker, salesforce, zendesk
from tests.fakes.server import FakeServer, serving

NOW = 1_800_000_000.0
NEW = "made-anew"
AT_ONCE = Patience(0.0)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor: how a call is made by the old secret and by the new one, and how each is made and taken back."""

    server: FakeServer
    by_old: Callable[[], Callable[[], object]]
    by_new: Callable[[], Callable[[], object]]
    make: Callable[[], object]
    take_back: Callable[[], object]


def _salesforce() -> Vendor:
    org = salesforce.FakeSalesforce()
    old = SalesforceSettings("", salesforce.CLIENT_ID, salesforce.CLIENT_SECRET)

    def client(settings: SalesforceSettings) -> Callable[[], object]:
        connected = connect_salesforce(replace(settings, url=org.url), AT_ONCE)
        return lambda: connected.describe("UserPermissionAccess")

    return Vendor(
        org,
        lambda: client(old),
        lambda: client(replace(old, client_id="staged", client_secret=NEW)),
        lambda: org.clients.update({"staged": NEW}),
        lambda: org.clients.pop(salesforce.CLIENT_ID),
    )


def _intercom() -> Vendor:
    place = intercom.FakeIntercom(lambda: NOW)

    def client(token: str) -> Callable[[], object]:
        return connect_intercom(IntercomSettings(token, place.url), AT_ONCE).me

    return Vendor(
        place,
        lambda: client(intercom.TOKEN),
        lambda: client(NEW),
        lambda: place.valid.add(NEW),
        lambda: place.valid.discard(intercom.TOKEN),
    )


def _zendesk() -> Vendor:
    place = zendesk.FakeZendesk(lambda: NOW)

    def client(name: str, secret: str) -> Callable[[], object]:
        return connect_zendesk(ZendeskSettings(place.url, secret, name), AT_ONCE).me

    return Vendor(
        place,
        lambda: client(zendesk.CLIENT_ID, zendesk.CLIENT_SECRET),
        lambda: client("second", NEW),
        lambda: place.clients.update(second=NEW),
        lambda: place.clients.pop(zendesk.CLIENT_ID),
    )


def _zendesk_token() -> Vendor:
    place = zendesk.FakeZendesk(lambda: NOW)

    def by_token() -> Callable[[], object]:
        return connect_zendesk(ZendeskSettings(place.url, zendesk.TOKEN, email=zendesk.EMAIL), AT_ONCE).me

    def by_client() -> Callable[[], object]:
        return connect_zendesk(ZendeskSettings(place.url, NEW, "second"), AT_ONCE).me

    return Vendor(
        place,
        by_token,
        by_client,
        lambda: place.clients.update(second=NEW),
        lambda: place.api_tokens.discard(zendesk.TOKEN),
    )


def _hubspot() -> Vendor:
    portal = hubspot.FakeHubSpot()

    def client(token: str) -> Callable[[], object]:
        return connect_hubspot(HubSpotSettings(token, portal.url), AT_ONCE).properties

    return Vendor(
        portal,
        lambda: client(hubspot.TOKEN),
        lambda: client(NEW),
        lambda: portal.valid.add(NEW),
        lambda: portal.valid.discard(hubspot.TOKEN),
    )


def _looker() -> Vendor:
    place = looker.FakeLooker()

    def client(name: str, secret: str) -> Callable[[], object]:
        settings = LookerSettings(place.server.url, name, secret, 5)
        return lambda: LookerClient(settings, wait=lambda _: None).explore("customer_success", looker.VIEW)

    return Vendor(
        place.server,
        lambda: client(looker.CLIENT_ID, looker.CLIENT_SECRET),
        lambda: client("second", NEW),
        lambda: place.clients.update(second=NEW),
        lambda: place.clients.pop(looker.CLIENT_ID),
    )


def _github() -> Vendor:
    place, key = github.FakeGitHub({"a": "b"}, NOW), github.new_key()

    def client(key: str) -> Callable[[], object]:
        settings = GitHubSettings(github.APP_ID, key, github.REPOSITORY, url=place.url)
        calls = GitHubCalls(settings, patient_session(timeout=5, retries=0), lambda: NOW)
        return lambda: calls.get("")

    return Vendor(
        place,
        lambda: client(github.KEY),
        lambda: client(key),
        lambda: place.keys.append(key),
        lambda: place.keys.remove(github.KEY),
    )


VENDORS = {
    "SalesforceClientSecret": _salesforce,
    "IntercomToken": _intercom,
    "ZendeskClientSecret": _zendesk,
    "ZendeskApiToken": _zendesk_token,
    "HubSpotAccessToken": _hubspot,
    "LookerClientSecret": _looker,
    "GitHubAppKey": _github,
}


@contextmanager
def _served(vendor: Vendor, folder: Path) -> Iterator[None]:
    with serving(vendor.server, folder) as trusted, pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield


@pytest.mark.parametrize("parameter", VENDORS)
def test_a_rotation_refuses_no_call(parameter: str, tmp_path: Path) -> None:
    """The new one is made, deployed, and only then the old one taken back: at each step what is deployed gets in."""
    vendor = VENDORS[parameter]()
    with _served(vendor, tmp_path):
        vendor.by_old()()
        with pytest.raises(SourceError):
            vendor.by_new()()
        vendor.make()
        vendor.by_old()()
        vendor.by_new()()
        vendor.take_back()
        vendor.by_new()()
        with pytest.raises(SourceError):
            vendor.by_old()()


@pytest.mark.parametrize("parameter", VENDORS)
def test_a_secret_that_ended_too_early_is_said_and_the_new_one_gets_in_at_once(parameter: str, tmp_path: Path) -> None:
    """Where the order was turned round, or it had to be ended: a refusal in one line without any secret, no more."""
    vendor = VENDORS[parameter]()
    with _served(vendor, tmp_path):
        vendor.make()
        vendor.take_back()
        with pytest.raises(SourceError) as refused:
            vendor.by_old()()
        assert "\n" not in str(refused.value)
        assert NEW not in str(refused.value)
        vendor.by_new()()
