"""Where suggestions go: into Salesforce where the environment names it, else into the store alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.jobs.suggestions import names_of
from handlers.sinks.suggested_store import StoreSuggestions

if TYPE_CHECKING:
    from config.loader import Config
    from handlers.clients.remote import Patience
    from handlers.settings import SalesforceSettings
    from handlers.sinks.suggested import SuggestionSink
    from handlers.stores.protocol import FactStore
    from scoring.instants import Instant


def suggestion_sink(
    settings: SalesforceSettings | None, config: Config, store: FactStore, now: Instant, patience: Patience
) -> SuggestionSink:
    """Give the sink of suggestions; raises SettingsError where config lacks a name."""
    names = names_of(config)
    if settings is None:
        return StoreSuggestions(store, names, now)
    from handlers.clients.salesforce.client import connect  # noqa: PLC0415  slow to import, and not always needed
    from handlers.sinks.suggested_salesforce import SalesforceSuggestions  # noqa: PLC0415  as above

    return SalesforceSuggestions(connect(settings, patience), names, now, patience.wait)
