"""The live systems, as far as the environment names them; libraries of those that are not asked stay unread."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from config.source import IN_TURN
from handlers.clients.remote import Patience
from handlers.jobs.sweep import Clients
from handlers.settings import SYSTEMS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from handlers.clients.crm import Crm
    from handlers.clients.intercom.client import IntercomClient
    from handlers.clients.looker.client import LookerClient
    from handlers.clients.zendesk.client import ZendeskClient
    from handlers.settings import IntercomSettings, LookerSettings, SalesforceSettings, Settings
    from handlers.zendesk_settings import ZendeskSettings

_PATIENT = Patience()


def clients_of(
    settings: Settings,
    systems: Collection[str] = SYSTEMS,
    *,
    patience: Patience = _PATIENT,
    seconds: float = inf,
) -> Clients:
    """Connect to those systems that are asked for and that the environment names.

    Of the `seconds` that there are in all each has an equal share, and what those before it left
    over: one that hangs takes no other's time.
    """
    asked = [name for name in IN_TURN if name in systems and getattr(settings, name) is not None]
    share = shares(asked, patience, seconds)
    salesforce, intercom, looker, zendesk = settings.salesforce, settings.intercom, settings.looker, settings.zendesk
    return Clients(
        None if salesforce is None or "salesforce" not in share else _salesforce(salesforce, share["salesforce"]),
        None if intercom is None or "intercom" not in share else _intercom(intercom, share["intercom"]),
        None if looker is None or "looker" not in share else _looker(looker, share["looker"]),
        None if zendesk is None or "zendesk" not in share else _zendesk(zendesk, share["zendesk"]),
    )


def shares(systems: Sequence[str], patience: Patience, seconds: float) -> Mapping[str, Patience]:
    """Share out seconds from now on among systems that are asked one after the other."""
    return {name: patience.within(seconds * turn / len(systems)) for turn, name in enumerate(systems, 1)}


def _salesforce(settings: SalesforceSettings, patience: Patience) -> Crm:
    from handlers.clients.salesforce.client import connect  # noqa: PLC0415  slow to import, and not always needed

    return connect(settings, patience)


def _intercom(settings: IntercomSettings, patience: Patience) -> IntercomClient:
    from handlers.clients.intercom.client import connect  # noqa: PLC0415  as above

    return connect(settings, patience)


def _looker(settings: LookerSettings, patience: Patience) -> LookerClient:
    from handlers.clients.looker.client import LookerClient  # noqa: PLC0415  as above

    return LookerClient(settings, patience=patience)


def _zendesk(settings: ZendeskSettings, patience: Patience) -> ZendeskClient:
    from handlers.clients.zendesk.client import connect  # noqa: PLC0415  as above

    return connect(settings, patience)
