"""Whose facts are somebody's: a digest of eight bytes for each id of an account's owners, and for each of its CSMs.

They are gathered part by part of the portfolio and kept as cursors while a look lasts: of a million accounts they take
some 40 MB. Two ids that share a digest would keep a fact longer; none leaves by it.
"""

from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from config.source import ACCOUNTS
from handlers.jobs.past_accounts import alone, departures
from handlers.parts import in_parts
from handlers.stores.accounts import Everyone, place_of, places
from handlers.stores.keeping import Holding
from handlers.stores.protocol import Store, StoreError
from scoring.account import Account
from scoring.customer import USER, named_csms
from scoring.facts import ENTIRE
from scoring.instants import Instant
from scoring.observations import Subject
from scoring.periods import period_end
from scoring.said_outcomes import SOURCE as OUTCOMES

MAPPED = "retention/mapped/"
"""What the names of the cursors begin with that have the digests: `PART/NUMBER`."""

PARTS = 32
"""Into so many parts a portfolio is parted; those who left it are one more."""

_AT_ONCE = 500
_IN_CURSOR = 24_576
"""So many digests in one cursor: 262 KB of an item's 400."""

_SIZE = 8


@dataclass(frozen=True, slots=True)
class Somebodys:
    """Sorted digests by their first byte."""

    digests: tuple["array[int]", ...] = field(default_factory=lambda: tuple(array("Q") for _ in range(256)))

    def has(self, one: Holding) -> bool:
        """Tell whether a fact is an account's, or of use whoever's it is: gaps of a whole object, outcomes, CSMs."""
        source, kind, name = one.subject
        if name == ENTIRE or source == OUTCOMES or (kind == USER and self._has(_user(one.subject))):
            return True
        return self._has(_owner(source, name)) or any(self._has(_owner(source, owner)) for owner in one.owners)

    def _has(self, digest: bytes) -> bool:
        found, wanted = self.digests[digest[0]], int.from_bytes(digest)
        place = bisect_left(found, wanted)
        return place < len(found) and found[place] == wanted


def accounts_of_part(accounts: Iterable[Account], number: int) -> Iterator[Account]:
    """List the accounts of a part, a page at a time where the store keeps them."""
    if isinstance(accounts, Everyone):
        return accounts.kept.accounts((number, PARTS), refused={})
    first, last = places((number, PARTS))
    return (one for one in accounts if first <= place_of(one.id) <= last)


def who_left(store: Store, since: Instant) -> Iterator[Account]:
    """List the accounts that left the portfolio after an instant: they count as accounts, a backtest looks at them.

    Where the store keeps no accounts, they are those that have a record of a month that ended after it.
    """
    if store.portfolio.is_used:
        return (one.account for one in departures(store.portfolio) if one.at > since)
    return (alone(account_id) for account_id, period in store.record_keys() if period_end(period) > since)


def keep_part(store: Store, number: int, accounts: Iterable[Account]) -> int:
    """Keep the digests of a part in the place of those that it had, and count them."""
    digests = set[bytes]()
    for some in in_parts(accounts, _AT_ONCE):
        digests.update(_digests(store, some))
    forget_parts(store, f"{number:02d}/")
    ordered = sorted(digests)
    for start in range(0, len(ordered), _IN_CURSOR):
        text = b64encode(b"".join(ordered[start : start + _IN_CURSOR])).decode()
        store.set_cursor(f"{MAPPED}{number:02d}/{start // _IN_CURSOR:04d}", text)
    return len(ordered)


def kept_parts(store: Store, count: int) -> Somebodys:
    """Read the digests of all parts, so many; StoreError where there are others: nothing may be marked by them."""
    found = Somebodys()
    for text in store.cursors(MAPPED).values():
        packed = b64decode(text)
        for start in range(0, len(packed), _SIZE):
            found.digests[packed[start]].append(int.from_bytes(packed[start : start + _SIZE]))
    if sum(map(len, found.digests)) != count:
        raise StoreError("somebody else looks through the same store for what nobody needs: let one of you do it")
    return Somebodys(tuple(array("Q", sorted(each)) for each in found.digests))


def forget_parts(store: Store, part: str = "") -> None:
    """Forget the digests of all parts, or of one."""
    store.keeping.remove_cursors(list(store.cursors(f"{MAPPED}{part}")))


def _digests(store: Store, accounts: Iterable[Account]) -> Iterator[bytes]:
    """Give the digests of some accounts: of every id that their owners go by, and of every CSM.

    Facts of a CSM have no owner, and are read all the same.
    """
    keys = {(source, key) for one in accounts for source, keys in one.owners.items() for key in keys}
    keys |= {(owner.source, key) for owner in store.named(sorted(keys)) for key in owner.ids}
    records = [Subject(ACCOUNTS.name, "account", key) for source, key in sorted(keys) if source == ACCOUNTS.name]
    yield from (_owner(*key) for key in keys)
    yield from (_user(Subject(source, USER, name)) for source, name in named_csms(store.facts_of(records)))


def _owner(source: str, key: str) -> bytes:
    return _digest(f"owner {source}/{key}")


def _user(subject: Subject) -> bytes:
    return _digest(f"user {subject.source}/{subject.id}")


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_SIZE).digest()
