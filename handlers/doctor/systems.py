"""The systems that the environment names, each connected to and checked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.loader import Config
from config.source import INTERCOM, SALESFORCE, SOURCES, ZENDESK
from handlers.clients.intercom.client import IntercomClient
from handlers.clients.looker.client import LookerClient
from handlers.clients.patient import patient_session
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.clients.zendesk.client import ZendeskClient
from handlers.doctor.check import Check
from handlers.doctor.clock import Watch, check_clock
from handlers.doctor.intercom import check_intercom
from handlers.doctor.looker import check_looker
from handlers.doctor.own import check_in_use, not_set_up
from handlers.doctor.salesforce import check_salesforce
from handlers.doctor.zendesk import check_zendesk
from handlers.environment import SettingsError
from handlers.settings import IntercomSettings, LookerSettings, SalesforceSettings, load_settings
from handlers.zendesk_settings import ZendeskSettings
from scoring.account import Account
from scoring.instants import Instant


@dataclass(frozen=True, slots=True)
class Examiner:
    """Checks systems against a config and a portfolio, by a clock."""

    environ: Mapping[str, str]
    config: Config
    clock: Callable[[], Instant]
    accounts: Sequence[Account] = ()

    def check(self, system: str, *, required: bool = False) -> Iterator[Check]:
        """Check one system: its variables, then by calls that only read."""
        named = {name: value for name, value in self.environ.items() if name.startswith(SOURCES[system].environment)}
        try:
            settings = getattr(load_settings(named), system)
        except SettingsError as error:
            yield Check(system, "variables", False, str(error), "set them as .env.example says")
            return
        if settings is None:
            yield not_set_up(system, required=required)
            return
        yield Check(system, "variables")
        yield from check_in_use(system, self.config.model.roles)
        try:
            yield from self._ask(settings)
        except SourceError as error:
            yield Check(
                system, "answers", False, str(error), "run this again; if it stays so, ask the system's administrator"
            )

    def _ask(
        self, settings: SalesforceSettings | IntercomSettings | LookerSettings | ZendeskSettings
    ) -> Iterator[Check]:
        watch = Watch(self.clock)
        if isinstance(settings, SalesforceSettings):
            yield from self._ask_salesforce(settings, watch)
            yield from check_clock(SALESFORCE.name, watch)
        elif isinstance(settings, IntercomSettings):
            yield from self._ask_intercom(settings, watch)
            yield from check_clock(INTERCOM.name, watch)
        elif isinstance(settings, ZendeskSettings):
            yield from self._ask_zendesk(settings, watch)
            yield from check_clock(ZENDESK.name, watch)
        else:
            yield from check_looker(LookerClient(settings), self.config.looker, self.clock())

    def _ask_salesforce(self, settings: SalesforceSettings, watch: Watch) -> Iterator[Check]:
        session = patient_session(timeout=settings.timeout_seconds)
        session.hooks["response"] = [watch.see]
        yield from check_salesforce(SalesforceClient(settings, session), self.config, self.accounts)

    def _ask_intercom(self, settings: IntercomSettings, watch: Watch) -> Iterator[Check]:
        session = patient_session(timeout=settings.timeout_seconds, retries=0)
        session.hooks["response"] = [watch.see]
        yield from check_intercom(IntercomClient(settings, session), self.clock())

    def _ask_zendesk(self, settings: ZendeskSettings, watch: Watch) -> Iterator[Check]:
        session = patient_session(timeout=settings.timeout_seconds)
        session.hooks["response"] = [watch.see]
        yield from check_zendesk(ZendeskClient(settings, session), settings, self.clock())
