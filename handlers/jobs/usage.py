"""The usage that a close pulls before it scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.clients.remote import Patience, SourceError
from handlers.settings import Settings
from scoring.instants import Instant, format_date, start_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.loader import Config
    from handlers.jobs.records import Terms
    from handlers.stores.protocol import Store
    from scoring.account import Account

_PATIENT = Patience()
USAGE_SECONDS = 600.0
"""The usage of a close is waited for no longer: without it the period is closed all the same."""

PARTS = "looker/parts"
"""The cursor of the parts of a day's customers that are taken in, while others are not."""


def is_begun(store: Store, date: Instant) -> bool:
    """Tell whether some parts of a day are taken in, and others are not: asked again, a pull goes on with these."""
    return (store.cursor(PARTS) or "").startswith(f"{format_date(start_of_day(date))} ")


def pull_usage(
    settings: Settings,
    config: Config,
    accounts: Iterable[Account],
    store: Store,
    close: Terms,
    patience: Patience = _PATIENT,
) -> None:
    """Take in the usage readings of the day that a period ends on, where Looker can be asked.

    Raises SourceError where it cannot be used, or not in time: a period can be closed with what is
    known all the same.
    """
    if settings.looker is None:
        return
    from handlers.jobs.sweep import Sweeper, folding, take_in  # noqa: PLC0415  slow to import, and not always needed
    from handlers.jobs.systems import clients_of  # noqa: PLC0415  as above

    clients = clients_of(Settings(looker=settings.looker), patience=patience.within(USAGE_SECONDS))
    sweeper = Sweeper(clients, config.intake, config.looker, accounts, store, close.now)
    failures: dict[str, str] = {}
    for _ in take_in(sweeper.usage((close.as_of,)), folding(store, config.intake, close.now), store, failures):
        pass
    if failures:
        raise SourceError(failures["looker"])
