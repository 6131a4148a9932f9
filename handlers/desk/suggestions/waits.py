"""What waits for an answer, as one person sees it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.seen import is_seen, may_see, seen_lines, sees_all
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.portfolio import Line
from handlers.jobs.records import AccountReader
from handlers.jobs.suggestions import Suggesting, crm_owner
from handlers.jobs.waiting import Waiting, every_waiting, waiting_of
from handlers.sinks.conversation_links import ConversationLinks
from handlers.stores.protocol import Store
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.account import Account
from scoring.categories import CATEGORIES
from scoring.instants import DAY

NOWHERE = ConversationLinks({})
GONE = "This suggestion is not there, waits no longer, or is of an account that is not yours to see."


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion that waits, as a page shows it; `line` is the account's last record, `link` its conversation."""

    waiting: Waiting
    line: Line | None
    link: str | None
    days_left: int

    @property
    def category(self) -> str:
        """Say what it is about."""
        return CATEGORY_WORDS.get(self.waiting.category, "A possible signal")

    @property
    def quote(self) -> str:
        """Give the customer's words; empty where they are not kept any more."""
        return "" if self.waiting.suggestion is None else self.waiting.suggestion.quote

    @property
    def name(self) -> str:
        """Name the account."""
        return self.waiting.account.name or self.waiting.account.id


@dataclass(frozen=True, slots=True)
class Waits:
    """What a person sees of what waits: rows of the category asked for, and how many each category has."""

    rows: Sequence[Row]
    category: str
    counts: Mapping[str, int]

    @property
    def every(self) -> int:
        """Count all of them."""
        return sum(self.counts.values())


def suggesting_of(visit: Visit, store: Store) -> Suggesting:
    """Give what finds suggestions in an open store."""
    place = visit.desk.services.suggestions
    return Suggesting(store, visit.desk.config, NOWHERE if place is None else place.links, visit.now)


def waits_of(visit: Visit) -> Waits:
    """Give what waits, of the accounts that a person sees; the address may ask for one category."""
    category = visit.chosen("category", CATEGORIES)
    rows = [_row(visit, one) for one in every_seen(visit)]
    counted = Counter(row.waiting.category for row in rows)
    shown = [row for row in rows if category in ("", row.waiting.category)]
    return Waits(shown, category, {name: counted[name] for name in CATEGORIES if counted[name]})


def every_seen(visit: Visit) -> list[Waiting]:
    """Give the suggestions that wait of the accounts that a person sees."""

    def read() -> Sequence[Waiting]:
        with visit.store() as store:
            return tuple(every_waiting(suggesting_of(visit, store), _by_crm(visit)))

    known = visit.desk.memory.get(("suggestions", visit.now // DAY), read)
    if sees_all(visit):
        return list(known)
    lines = seen_lines(visit).by_id
    return [one for one in known if one.account.id in lines and is_seen(visit, lines[one.account.id])]


def _by_crm(visit: Visit) -> Mapping[str, Account]:
    return {crm_owner(account): account for account in visit.desk.by_id().values()}


def _row(visit: Visit, one: Waiting) -> Row:
    line = seen_lines(visit).by_id.get(one.account.id)
    place, found, expire = visit.desk.services.suggestions, one.suggestion, visit.desk.config.words.days.expire
    link = None if place is None or found is None else place.links.to(found.source, found.conversation)
    return Row(one, line, link, max(0, (one.answer.made + expire * DAY - visit.now) // DAY))


def rows_of_account(visit: Visit, account: Account) -> list[Row]:
    """Give the suggestions of one account that wait."""
    with visit.store() as store:
        facts = AccountReader(store).read(account)
        return [_row(visit, one) for one in waiting_of(suggesting_of(visit, store), facts)]


def waiting_one(visit: Visit, store: Store, record_id: str) -> Waiting:
    """Give one that waits, of an account that a person sees. Raises NotThere where there is none."""
    waiting = every_waiting(suggesting_of(visit, store), _by_crm(visit))
    found = next((one for one in waiting if one.answer.id == record_id), None)
    if found is None or not may_see(visit, found.account.id):
        raise NotThere(GONE)
    return found
