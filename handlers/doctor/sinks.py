"""HubSpot as the environment names it, connected to and checked; nobody who does not write to it hears of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from config.loader import Config
from handlers.clients.hubspot.calls import patient
from handlers.clients.hubspot.client import HubSpotClient
from handlers.clients.remote import Patience, SourceError
from handlers.doctor.check import Check
from handlers.doctor.clock import Watch, check_clock
from handlers.doctor.hubspot import check_hubspot
from handlers.doctor.own import not_set_up
from handlers.environment import SettingsError
from handlers.settings import HubSpotSettings, sink_settings
from scoring.account import Account
from scoring.instants import Instant

HUBSPOT: Final = "hubspot"
_PREFIX = "HUBSPOT_"


def check_sink(
    environ: Mapping[str, str],
    config: Config,
    clock: Callable[[], Instant],
    accounts: Sequence[Account] = (),
    *,
    required: bool = False,
) -> Iterator[Check]:
    """Check HubSpot where config writes to it, the environment names it, or it is required, by calls that only read."""
    named = any(name.startswith(_PREFIX) and value.strip() for name, value in environ.items())
    if not (named or required or config.sink == HUBSPOT):
        return
    try:
        settings = sink_settings(environ, HUBSPOT)
    except SettingsError as error:
        yield Check(HUBSPOT, "variables", False, str(error), "set them as .env.example says")
        return
    if not isinstance(settings, HubSpotSettings):
        yield not_set_up(HUBSPOT, required=required)
        return
    yield Check(HUBSPOT, "variables")
    yield from _ask(settings, config, accounts, Watch(clock))


def _ask(settings: HubSpotSettings, config: Config, accounts: Sequence[Account], watch: Watch) -> Iterator[Check]:
    session = patient(settings, Patience())
    session.hooks["response"] = [watch.see]
    try:
        yield from check_hubspot(HubSpotClient(settings, session), config, accounts)
    except SourceError as error:
        yield Check(
            HUBSPOT, "answers", False, str(error), "run this again; if it stays so, ask HubSpot's administrator"
        )
    yield from check_clock(HUBSPOT, watch)
