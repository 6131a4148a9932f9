"""Tables of a portfolio of any size: a few accounts are there, the others are like them, made up when they are read.

What is written is counted. It is kept where what comes later reads it, and stands for all accounts that are alike:
so a million accounts need the memory of fifty.
"""

import json
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from handlers.stores.account_forms import encode_account
from handlers.stores.accounts import place_of
from handlers.stores.dynamodb.marks import NOBODY_SINCE
from handlers.stores.dynamodb.scores import pack_record, record_text
from scoring.account import Account
from scoring.ids import to_18
from tests.fakes.dynamodb.table import Key, Table
from tests.fakes.dynamodb.values import Item

PROVISIONAL, FINAL = 1, 2


def account_id(number: int) -> str:
    """Give the id of an account, by its number."""
    return to_18(f"001{number:012d}")


class Portfolio:
    """So many accounts: each is like one of the few of whom there are facts, and has that one's owners."""

    def __init__(self, size: int, alike: Sequence[Account], *, has_own: bool = False) -> None:
        """Make up a portfolio; it is held as numbers, in the order of the accounts' places.

        With `has_own` each account has owners of its own, as a listing or a pull of use names them.
        """
        self.size, self.alike, self._has_own = size, alike, has_own
        placed = sorted((place_of(account_id(number)), number) for number in range(size))
        self.places = [place for place, _ in placed]
        self.numbers = [number for _, number in placed]

    @contextmanager
    def thinned(self, every: int) -> Iterator[None]:
        """Be one account in so many meanwhile."""
        with self._being(range(0, len(self.numbers), every)):
            yield

    @contextmanager
    def only(self, spans: Iterable[tuple[int, int]]) -> Iterator[None]:
        """Be the accounts of some spans of places meanwhile."""
        edges = [(bisect_left(self.places, first), bisect_left(self.places, last + 1)) for first, last in spans]
        with self._being([at for start, end in edges for at in range(start, end)]):
            yield

    @contextmanager
    def _being(self, at: Sequence[int]) -> Iterator[None]:
        there = self.places, self.numbers
        self.places, self.numbers = [[some[one] for one in at] for some in there]
        try:
            yield
        finally:
            self.places, self.numbers = there

    def account(self, number: int) -> Account:
        """Give an account."""
        like = self.alike[number % len(self.alike)]
        own = {"intercom": (f"htl-{number}",), "looker": (f"axp-{number}",)} if self._has_own else {}
        return Account(account_id(number), {**like.owners, **own}, like.name, like.segment, like.csm)

    def number(self, key: str) -> int | None:
        """Give the number of an account by its id; None where it is not of the portfolio."""
        digits = key[3:15]
        number = int(digits) if digits.isdecimal() else self.size
        return number if number < self.size and account_id(number) == key else None

    def item(self, number: int) -> Item:
        """Give the item of an account."""
        account = self.account(number)
        sort = f"{place_of(account.id):08x}/{account.id}"
        return {
            "pk": {"S": "account"},
            "sk": {"S": sort},
            "rev": {"N": "1"},
            "body": {"S": encode_account(account)},
        }

    def between(self, first: str, last: str) -> Iterator[Item]:
        """Give the items of accounts by their places, between two sort keys."""
        start = bisect_left(self.places, int(first[:8], 16))
        for number in self.numbers[start : bisect_left(self.places, int(last[:8], 16) + 1)]:
            item = self.item(number)
            if first <= item["sk"]["S"] <= last:
                yield item


class AccountTable(Table):
    """The table of accounts: the portfolio, and what is written beside it."""

    def __init__(self, made: Mapping[str, Any], portfolio: Portfolio, there: Table) -> None:
        """Have a portfolio, and the owners that are there."""
        super().__init__(made, "here")
        self.portfolio, self._there = portfolio, there
        self._alike = {one.id: number for number, one in enumerate(portfolio.alike)}

    def get(self, key: Key) -> Item | None:
        """Give an item; of an account that is alike to others by its own id, as events name it, the first of them."""
        if key[0] != "account":
            return super().get(key) or self._owner(key)
        asked = key[1].partition("/")[2]
        number = self._alike.get(asked, self.portfolio.number(asked))
        return None if number is None else self.portfolio.item(number)

    def _owner(self, key: Key) -> Item | None:
        """Give an owner: it belongs to the first of the accounts that are alike."""
        item = self._there.get(key)
        if item is None or "account" not in item:
            return item
        return item | {"account": {"S": account_id(self._alike[item["account"]["S"]])}}


class FactTable(Table):
    """The table of facts: read as it is. What is written is not kept, so all that are alike pay the same.

    A mark alone is: whoever puts an item away asks whether it still stands.
    """

    def __init__(self, made: Mapping[str, Any], there: Table) -> None:
        """Have the facts that are there, by their owners too."""
        super().__init__(made, "here")
        self._there, self._owned = there, defaultdict[str, list[Item]](list)
        self._marked: dict[Key, Item] = {}
        for item in there.all():
            if "owner" in item:
                self._owned[item["owner"]["S"]].append(item)

    def get(self, key: Key) -> Item | None:
        """Give an item."""
        return self._marked.get(key) or self._there.get(key)

    def put(self, item: Item, _: str) -> None:
        """Keep an item with a mark, until it is written without one."""
        if NOBODY_SINCE in item:
            self._marked[self.key(item)] = item
        else:
            self._marked.pop(self.key(item), None)

    def delete(self, key: Key) -> None:
        """Keep all."""

    def partition(self, value: str, index: str | None) -> list[Item]:
        """Give the items of an owner."""
        return self._there.partition(value, None) if index is None else self._owned.get(value, [])

    def all(self) -> list[Item]:
        """Give all items."""
        return self._there.all()


class ScoreTable(Table):
    """The table of records: one that is kept stands for all accounts that are alike, and says each one's id."""

    def __init__(self, made: Mapping[str, Any], portfolio: Portfolio, there: Table) -> None:
        """Have the records of the few accounts for every one of the portfolio."""
        super().__init__(made, "here")
        self._portfolio = portfolio
        self._kept: dict[tuple[int, str, int], Item] = {}
        self._written = defaultdict[str, bytearray](lambda: bytearray(portfolio.size))
        ids = {one.id: number for number, one in enumerate(portfolio.alike)}
        for item in there.all():
            self._keep(ids[item["account_id"]["S"]], item)
            self._written[item["period"]["S"]] = bytearray([_kind(item)]) * portfolio.size

    def _keep(self, number: int, item: Item) -> None:
        self._kept[number % len(self._portfolio.alike), item["period"]["S"], _kind(item)] = item

    def get(self, key: Key) -> Item | None:
        """Give the record of an account and period."""
        number = self._portfolio.number(key[0])
        if number is None:
            return None
        kind = self._written[key[1]][number] if key[1] in self._written else 0
        like = number % len(self._portfolio.alike)
        return _said_of(key[0], self._kept[like, key[1], kind]) if kind else None

    def put(self, item: Item, too_large: str) -> None:
        """Keep a record, for all that are alike; note that this account has one."""
        number = self._portfolio.number(item["account_id"]["S"])
        assert number is not None, too_large
        self._keep(number, item)
        self._written[item["period"]["S"]][number] = _kind(item)

    def delete(self, key: Key) -> None:
        """Take the record of an account away."""
        number = self._portfolio.number(key[0])
        if number is not None and key[1] in self._written:
            self._written[key[1]][number] = 0

    def partition(self, value: str, _: str | None) -> list[Item]:
        """Give the records of an account."""
        found = (self.get((value, period)) for period in sorted(self._written))
        return [item for item in found if item is not None]

    def all(self) -> list[Item]:
        """Refuse: nothing that is measured reads all records at once."""
        raise NotImplementedError("all records of a portfolio")


def _kind(item: Item) -> int:
    return FINAL if item["rank"]["S"].startswith("1") else PROVISIONAL


def _said_of(key: str, item: Item) -> Item:
    """Give a record of one account as that of another."""
    body = record_text(b64decode(item["body"]["B"])).replace(item["account_id"]["S"], key)
    packed = b64encode(pack_record(body)).decode()
    return item | {"account_id": {"S": key}, "body": {"B": packed}}


class RegistryTable(Table):
    """The table of owners, feeds, cursors: as it is. Summaries are counted when they are written, and not kept."""

    def __init__(
        self, made: Mapping[str, Any], portfolio: Portfolio, there: Table, is_kept: Callable[[Item], bool]
    ) -> None:
        """Begin as another table; keep what is to be kept of what is written."""
        super().__init__(made, "here")
        self._partitions = there.copy()._partitions  # noqa: SLF001 - its own kind
        self._portfolio, self._is_kept = portfolio, is_kept

    def get(self, key: Key) -> Item | None:
        """Give an item; that of an owner of a made-up account is like that of one who is there."""
        return super().get(key) or self._like(key)

    def _like(self, key: Key) -> Item | None:
        _, _, source = key[0].partition("owner/")
        _, _, digits = key[1].partition("-")
        if key[1][:4] not in ("htl-", "axp-") or not digits.isdecimal():
            return None
        owner = self._portfolio.alike[int(digits) % len(self._portfolio.alike)].owners[source][0]
        found = super().get((key[0], owner))
        return None if found is None else json.loads(json.dumps(found).replace(owner, key[1]))

    def put(self, item: Item, too_large: str) -> None:
        """Keep an item, if it is to be kept."""
        if self._is_kept(item):
            super().put(item, too_large)
