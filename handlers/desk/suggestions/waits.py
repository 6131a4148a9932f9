"""What waits for an answer, as one person sees it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.desk.paging import Paged, paged
from handlers.desk.portfolio.listing import Choice, csms, is_in, scope_of
from handlers.desk.portfolio.query import ANYBODY
from handlers.desk.seen import Seen, seen_lines, sees_all
from handlers.desk.suggestions.answering import CHOICES, Choices
from handlers.desk.visit import Visit
from handlers.jobs.portfolio import Line, csm_names
from handlers.jobs.records import AccountReader
from handlers.jobs.suggestions import Suggesting, crm_owner
from handlers.jobs.waiting import URGENT, Waiting, every_waiting, waiting_of
from handlers.stores.protocol import Store
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.account import Account
from scoring.categories import CATEGORIES
from scoring.instants import DAY

KEPT = "suggestions"
"""What the desk's memory keeps them under."""


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
        """Give the customer's words; empty where they are not kept here."""
        return "" if self.waiting.suggestion is None else self.waiting.suggestion.quote

    @property
    def without(self) -> str:
        """Say why there are no words of the customer."""
        if self.waiting.answer.key is None:
            return "Suggested in Salesforce: its quote stands there."
        return "The customer's words are not kept any more."

    @property
    def name(self) -> str:
        """Name the account."""
        return self.waiting.account.name or self.waiting.account.id


@dataclass(frozen=True, slots=True)
class Waits:
    """What a person sees of what waits: rows of the category and the CSM asked for, and how many each category has."""

    page: Paged[Row]
    category: str
    scope: str
    csms: Sequence[Choice]
    counts: Mapping[str, int]
    every: int
    may_answer: bool
    choices: Choices = CHOICES


@dataclass(frozen=True, slots=True)
class Counted:
    """So many suggestions wait, so many of them cancellations."""

    every: int = 0
    cancellations: int = 0


def suggesting_of(visit: Visit, store: Store) -> Suggesting:
    """Give what finds suggestions in an open store."""
    return Suggesting(store, visit.desk.config, visit.desk.services.suggestions.links, visit.now)


def waits_of(visit: Visit) -> Waits:
    """Give what waits, of the accounts that a person sees; the address may ask for a category, and for a CSM."""
    seen, category = seen_lines(visit), visit.chosen("category", CATEGORIES)
    scope = scope_of(visit, visit.words("csm"), seen)
    waiting = waiting_in(visit, seen, scope)
    counted = Counter(one.category for one in waiting)
    page = paged(visit, [one for one in waiting if category in ("", one.category)])
    lines = seen.by_id
    rows = [_row(visit, one, lines.get(one.account.id)) for one in page.rows]
    shown = Paged(rows, page.every, page.first, page.before, page.after)
    counts: dict[str, int] = {name: counted[name] for name in CATEGORIES if counted[name]}
    may_answer = visit.desk.services.suggestions.sink is not None
    return Waits(shown, category, scope, csms(visit, seen), counts, len(waiting), may_answer)


def counted_in(visit: Visit, seen: Seen, scope: str) -> Counted:
    """Count what waits, of the accounts that a list shows; nothing where messages are not read."""
    if not visit.desk.config.words.on:
        return Counted()
    waiting = waiting_in(visit, seen, scope)
    return Counted(len(waiting), sum(one.category == URGENT for one in waiting))


def waiting_in(visit: Visit, seen: Seen, scope: str) -> list[Waiting]:
    """Give the suggestions that wait, of the accounts that a person sees and a list shows."""
    return [one for one in _every(visit) if _is_shown(visit, seen.by_id.get(one.account.id), scope)]


def _is_shown(visit: Visit, line: Line | None, scope: str) -> bool:
    if line is None:
        return scope == ANYBODY and sees_all(visit)
    return is_in(visit, line.summary.csm, csm_names(line.summary), scope)


def _every(visit: Visit) -> Sequence[Waiting]:
    """Read what waits, of all accounts; where that takes long, it is as old as ten minutes."""

    def read() -> Sequence[Waiting]:
        by_crm = {crm_owner(account): account for account in visit.desk.by_id().values()}
        with visit.store() as store:
            return tuple(every_waiting(suggesting_of(visit, store), by_crm))

    return visit.desk.memory.slowly((KEPT, visit.now // DAY), read, visit.now).value


def forget(visit: Visit) -> None:
    """Forget what waited: somebody answered."""
    visit.desk.memory.forget_all()
    visit.desk.memory.forget((KEPT, visit.now // DAY))


def _row(visit: Visit, one: Waiting, line: Line | None) -> Row:
    found, expire = one.suggestion, visit.desk.config.words.days.expire
    links = visit.desk.services.suggestions.links
    link = None if found is None else links.to(found.source, found.conversation)
    return Row(one, line, link, max(0, (one.answer.made + expire * DAY - visit.now) // DAY))


def rows_of_account(visit: Visit, account: Account) -> list[Row]:
    """Give the suggestions of one account that wait; those alone that were made here."""
    with visit.store() as store:
        facts = AccountReader(store).read(account)
        waiting = waiting_of(suggesting_of(visit, store), facts)
    return [_row(visit, one, None) for one in waiting if one.answer.key is not None]
