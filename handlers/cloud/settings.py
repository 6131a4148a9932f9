"""Settings of the functions on AWS: what the stack puts into the environment of each, read once into a frozen value."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.source import SOURCES
from handlers.environment import SettingsError, get


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """What the webhooks' doors need: the queue of events, and by source each secret that is valid now."""

    events: str
    secrets: Mapping[str, tuple[bytes, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoldSettings:
    """What fold needs: store, config, where unreadable events go, where and after how long rescores are asked for."""

    store: str
    config: str
    dead_events: str
    rescores: str
    delay_seconds: int


@dataclass(frozen=True, slots=True)
class RescoreSettings:
    """What rescore needs: the store, its config, queues of what cannot be read, and of suggestions if any."""

    store: str
    config: str
    dead_rescores: str
    suggestions: str | None = None


@dataclass(frozen=True, slots=True)
class SuggestSettings:
    """What suggest needs besides Salesforce: the store and its config."""

    store: str
    config: str


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """What sweep needs: the store, its config, the queue of events, the table of figures if there is one."""

    store: str
    config: str
    events: str
    figures: str | None


@dataclass(frozen=True, slots=True)
class FinaliseSettings:
    """What finalise needs: the store, its config, the bucket of reports, the table of figures if there is one."""

    store: str
    config: str
    reports: str
    figures: str | None


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What the desk needs of the stack: store, config, queues, and the state `machine` that closes a month."""

    store: str
    config: str
    events: str
    dead_events: str
    rescores: str
    dead_rescores: str
    dead_calls: str
    machine: str


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """What the digest needs: the store, its config, and by variable the addresses that it goes to, and the desk's."""

    store: str
    config: str
    addresses: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Where errors are reported: a Rollbar project, and the environment that they are of."""

    token: str = field(repr=False)
    environment: str


def report_settings(environ: Mapping[str, str]) -> ReportSettings | None:
    """Read where errors are reported; None for nowhere."""
    token, environment = get(environ, "ROLLBAR_ACCESS_TOKEN", ""), get(environ, "ENVIRONMENT", "production")
    return ReportSettings(token, environment) if token else None


def ingest_settings(environ: Mapping[str, str]) -> IngestSettings:
    """Read what the webhooks' doors need; while a secret is changed, the old one is valid too."""
    doors = {source.name: source.webhook.secrets for source in SOURCES.values() if source.webhook is not None}
    secrets = {name: _secrets(environ, names) for name, names in doors.items()}
    if not any(secrets.values()):
        wanted = " or ".join(names[0] for names in doors.values())
        raise SettingsError(f"{wanted} is not set: without it no notification can be trusted")
    return IngestSettings(_need(environ, "EVENTS_QUEUE_URL"), secrets)


def _secrets(environ: Mapping[str, str], names: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(value.encode() for name in names if (value := environ.get(name, "").strip()))


def fold_settings(environ: Mapping[str, str]) -> FoldSettings:
    """Read what fold needs."""
    delay = _need(environ, "RESCORE_DELAY_SECONDS")
    if not delay.isdecimal() or not 1 <= int(delay) <= 900:
        raise SettingsError(f"RESCORE_DELAY_SECONDS is {delay!r}: expected 1 to 900")
    dead_events, rescores = _need(environ, "DEAD_EVENTS_QUEUE_URL"), _need(environ, "RESCORES_QUEUE_URL")
    return FoldSettings(_store(environ), _config(environ), dead_events, rescores, int(delay))


def rescore_settings(environ: Mapping[str, str]) -> RescoreSettings:
    """Read what rescore needs."""
    suggestions = environ.get("SUGGESTIONS_QUEUE_URL") or None
    return RescoreSettings(_store(environ), _config(environ), _need(environ, "DEAD_RESCORES_QUEUE_URL"), suggestions)


def suggest_settings(environ: Mapping[str, str]) -> SuggestSettings:
    """Read what suggest needs besides Salesforce."""
    return SuggestSettings(_store(environ), _config(environ))


def sweep_settings(environ: Mapping[str, str]) -> SweepSettings:
    """Read what sweep needs besides the systems that it asks."""
    return SweepSettings(_store(environ), _config(environ), _need(environ, "EVENTS_QUEUE_URL"), _figures(environ))


def finalise_settings(environ: Mapping[str, str]) -> FinaliseSettings:
    """Read what finalise needs besides the systems that it asks and writes to."""
    return FinaliseSettings(_store(environ), _config(environ), _need(environ, "REPORTS_BUCKET"), _figures(environ))


def door_settings(environ: Mapping[str, str]) -> DoorSettings:
    """Read what the desk needs besides what its sign-in does."""
    names = ("EVENTS", "DEAD_EVENTS", "RESCORES", "DEAD_RESCORES", "DEAD_CALLS")
    events, dead_events, rescores, dead_rescores, dead_calls = (_need(environ, f"{name}_QUEUE_URL") for name in names)
    return DoorSettings(
        store=_store(environ),
        config=_config(environ),
        events=events,
        dead_events=dead_events,
        rescores=rescores,
        dead_rescores=dead_rescores,
        dead_calls=dead_calls,
        machine=_need(environ, "FINALISE_MACHINE"),
    )


def digest_settings(environ: Mapping[str, str]) -> DigestSettings:
    """Read what the digest needs."""
    common = {name: get(environ, name, "") for name in ("DIGEST_WEBHOOK", "DESK_ADDRESS")}
    return DigestSettings(_store(environ), _config(environ), _of_csms(environ) | common)


def _of_csms(environ: Mapping[str, str]) -> dict[str, str]:
    """Read the addresses of single CSMs by their variables; what is no JSON of such is not repeated: it is secret."""
    try:
        told = json.loads(get(environ, "DIGEST_CSM_WEBHOOKS", "{}"))
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(address, str) for address in told.values()):
        raise SettingsError("DIGEST_CSM_WEBHOOKS is no JSON object of variables and their addresses")
    return told


def _store(environ: Mapping[str, str]) -> str:
    return _need(environ, "HEALTHSCORE_STORE")


def _config(environ: Mapping[str, str]) -> str:
    """Give the folder of figures, as seen from the one that holds all packages."""
    return get(environ, "HEALTHSCORE_CONFIG", "config")


def _figures(environ: Mapping[str, str]) -> str | None:
    return environ.get("CUSTOM_METRICS_TABLE", "").strip() or None


def _need(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set: the stack sets it, see template.yaml")
    return value
