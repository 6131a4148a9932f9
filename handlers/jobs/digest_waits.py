"""Suggestions that wait, as a digest tells of them: how many a CSM's accounts have, and whether any is new."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.loader import Config
from handlers.jobs.suggestions import Suggesting, crm_owner
from handlers.jobs.waiting import URGENT, Waiting, every_waiting
from handlers.sinks.conversation_links import ConversationLinks
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.customer import Csm
from scoring.instants import Instant, format_instant, parse_instant

_TOLD = "desk/digest/waiting/"


@dataclass(frozen=True, slots=True)
class Waits:
    """So many suggestions wait, so many of them cancellations; `latest` is when the newest of each account was made.

    `is_new` says that one of them was not told of yet.
    """

    every: int
    cancellations: int
    latest: Mapping[str, Instant]
    is_new: bool


def waiting_now(store: Store, config: Config, accounts: Iterable[Account], now: Instant) -> list[Waiting]:
    """Give the suggestions that wait; none where messages are not read."""
    if not config.words.on:
        return []
    suggesting = Suggesting(store, config, ConversationLinks({}), now)
    return every_waiting(suggesting, {crm_owner(account): account for account in accounts})


def waits_by_csm(store: Store, waiting: Iterable[Waiting], csms: Mapping[str, Csm | None]) -> dict[Csm | None, Waits]:
    """Count what waits by CSM, of the accounts whose CSM is known or known to be none."""
    by_csm: dict[Csm | None, list[Waiting]] = {}
    for one in waiting:
        if one.account.id in csms:
            by_csm.setdefault(csms[one.account.id], []).append(one)
    if not by_csm:
        return {}
    told = {name.removeprefix(_TOLD): parse_instant(at) for name, at in store.cursors(_TOLD).items()}
    return {csm: _counted(own, told) for csm, own in by_csm.items()}


def _counted(waiting: list[Waiting], told: Mapping[str, Instant]) -> Waits:
    latest: dict[str, Instant] = {}
    for one in waiting:
        latest[one.account.id] = max(one.answer.made, latest.get(one.account.id, one.answer.made))
    is_new = any(account_id not in told or told[account_id] < made for account_id, made in latest.items())
    return Waits(len(waiting), sum(one.category == URGENT for one in waiting), latest, is_new)


def note_waits(store: Store, waits: Waits) -> None:
    """Note that a channel was told of what waits: it is told again when another is made."""
    for account_id, made in waits.latest.items():
        store.set_cursor(f"{_TOLD}{account_id}", format_instant(made))
