"""The live systems, as far as the environment names them; libraries of those that are not asked stay unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.adapters.remote import Patience
from handlers.jobs.sweep import Clients
from handlers.settings import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Collection

    from handlers.adapters.crm import Crm
    from handlers.adapters.intercom import IntercomClient
    from handlers.adapters.looker import LookerClient
    from handlers.settings import IntercomSettings, LookerSettings, SalesforceSettings, Settings

_PATIENT = Patience()


def clients_of(settings: Settings, systems: Collection[str] = SYSTEMS, *, patience: Patience = _PATIENT) -> Clients:
    """Connect to those systems that are asked for and that the environment names."""
    salesforce, intercom, looker = settings.salesforce, settings.intercom, settings.looker
    return Clients(
        None if salesforce is None or "salesforce" not in systems else _salesforce(salesforce, patience),
        None if intercom is None or "intercom" not in systems else _intercom(intercom, patience),
        None if looker is None or "looker" not in systems else _looker(looker, patience),
    )


def _salesforce(settings: SalesforceSettings, patience: Patience) -> Crm:
    from handlers.adapters.salesforce import connect  # noqa: PLC0415  slow to import, and not always needed

    return connect(settings, patience)


def _intercom(settings: IntercomSettings, patience: Patience) -> IntercomClient:
    from handlers.adapters.intercom import connect  # noqa: PLC0415  as above

    return connect(settings, patience)


def _looker(settings: LookerSettings, patience: Patience) -> LookerClient:
    from handlers.adapters.looker import LookerClient  # noqa: PLC0415  as above

    return LookerClient(settings, wait=patience.wait)
