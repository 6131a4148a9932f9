"""Settings of the systems that are asked and written to: the environment, read once into one frozen value."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.record_map import Sink

from config.source import SOURCES
from handlers.environment import SettingsError, all_or_none, get, https, seconds
from handlers.zendesk_settings import ZendeskSettings, zendesk_settings

INTERCOM_HOSTS = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
HUBSPOT_HOST = "https://api.hubapi.com"
_HUBSPOT_VERSION = re.compile(r"v3|20\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class SalesforceSettings:
    """Client credentials of an External Client App. `url` is the org's My Domain, with https://."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    api_version: str = "66.0"
    timeout_seconds: int = 120


@dataclass(frozen=True, slots=True)
class IntercomSettings:
    """Access to one workspace. `url` is the API host of its region."""

    token: str = field(repr=False)
    url: str = INTERCOM_HOSTS["us"]
    api_version: str = "2.16"
    timeout_seconds: int = 60


@dataclass(frozen=True, slots=True)
class LookerSettings:
    """API credentials of a Looker user. `url` is the instance, with https://."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    timeout_seconds: int = 300


@dataclass(frozen=True, slots=True)
class HubSpotSettings:
    """Access to one HubSpot account, as a sink of records. `url` is the API host."""

    token: str = field(repr=False)
    url: str = HUBSPOT_HOST
    timeout_seconds: int = 60
    api_version: str = "v3"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says of each system; None where it says nothing of it."""

    salesforce: SalesforceSettings | None = None
    intercom: IntercomSettings | None = None
    looker: LookerSettings | None = None
    zendesk: ZendeskSettings | None = None


SYSTEMS = frozenset(SOURCES)


def load_settings(environ: Mapping[str, str], systems: Collection[str] = SYSTEMS) -> Settings:
    """Read what the environment says of some systems; raises SettingsError where one is named by half."""
    return Settings(
        _salesforce(environ) if "salesforce" in systems else None,
        _intercom(environ) if "intercom" in systems else None,
        _looker(environ) if "looker" in systems else None,
        zendesk_settings(environ) if "zendesk" in systems else None,
    )


def configured(environ: Mapping[str, str]) -> frozenset[str]:
    """Name the systems that the environment says anything of; one that is named by half is meant, too."""
    return frozenset(name for name in SYSTEMS if _is_meant(environ, name))


def _is_meant(environ: Mapping[str, str], system: str) -> bool:
    try:
        return getattr(load_settings(environ, (system,)), system) is not None
    except SettingsError:
        return True


def _salesforce(environ: Mapping[str, str]) -> SalesforceSettings | None:
    given = all_or_none(environ, "SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET")
    if given is None:
        return None
    url, client_id, secret = given
    version, timeout = get(environ, "SALESFORCE_API_VERSION", "66.0"), seconds(environ, "SALESFORCE_TIMEOUT", "120")
    return SalesforceSettings(https("SALESFORCE_URL", url), client_id, secret, version, timeout)


def _intercom(environ: Mapping[str, str]) -> IntercomSettings | None:
    given = all_or_none(environ, "INTERCOM_TOKEN")
    if given is None:
        return None
    region = get(environ, "INTERCOM_REGION", "us")
    if region not in INTERCOM_HOSTS:
        raise SettingsError(f"INTERCOM_REGION is {region!r}: expected one of {', '.join(INTERCOM_HOSTS)}")
    url = https("INTERCOM_URL", get(environ, "INTERCOM_URL", INTERCOM_HOSTS[region]))
    version, timeout = get(environ, "INTERCOM_API_VERSION", "2.16"), seconds(environ, "INTERCOM_TIMEOUT", "60")
    return IntercomSettings(given[0], url, version, timeout)


def _looker(environ: Mapping[str, str]) -> LookerSettings | None:
    given = all_or_none(environ, "LOOKERSDK_BASE_URL", "LOOKERSDK_CLIENT_ID", "LOOKERSDK_CLIENT_SECRET")
    if given is None:
        return None
    url, client_id, secret = given
    timeout = seconds(environ, "LOOKERSDK_TIMEOUT", "300")
    return LookerSettings(https("LOOKERSDK_BASE_URL", url), client_id, secret, timeout)


def sink_settings(environ: Mapping[str, str], sink: "Sink") -> SalesforceSettings | HubSpotSettings | None:
    """Read what the environment says of the CRM that records are written to; None where it does not name it."""
    return _salesforce(environ) if sink == "salesforce" else _hubspot(environ)


def _hubspot(environ: Mapping[str, str]) -> HubSpotSettings | None:
    given = all_or_none(environ, "HUBSPOT_ACCESS_TOKEN")
    if given is None:
        return None
    url, timeout = get(environ, "HUBSPOT_URL", HUBSPOT_HOST), seconds(environ, "HUBSPOT_TIMEOUT", "60")
    version = get(environ, "HUBSPOT_API_VERSION", "v3")
    if _HUBSPOT_VERSION.fullmatch(version) is None:
        raise SettingsError(f"HUBSPOT_API_VERSION is {version!r}: expected v3, or a date such as 2026-03")
    return HubSpotSettings(given[0], https("HUBSPOT_URL", url), timeout, version)
