"""Records in DynamoDB: one item for each account and period, with the rank that later ones must reach."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from handlers.parts import in_parts
from handlers.stores.codec import decode_record, encode_record, record_rank
from handlers.stores.dynamodb.change import Condition, text
from handlers.stores.protocol import NewerFormError, StoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.summaries import SummaryRegistry
    from scoring.record import Record
    from scoring.summary import Summary

_PAGE = 100
_FORM = 2
"""The form that is written: its number, then the text, packed with its check sum (zlib). Form 1 bears no number."""
_FIRST_OF_1 = 0x78
"""How what zlib packs begins."""


class ScoreTable:
    """The table of records; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(self, engine: Engine, table: str, summaries: SummaryRegistry) -> None:
        """Keep records in a table, and their summaries beside it."""
        self._engine = engine
        self._table = table
        self._summaries = summaries

    def put(self, records: Iterable[Record]) -> list[Record]:
        """Write records, each only where it outranks the one there; give those not written."""
        unwritten: list[Record] = []
        for some in in_parts(records, _PAGE):
            written = self._engine.each(self._put, some)
            unwritten += [record for record, done in zip(some, written, strict=True) if not done]
        return unwritten

    def _put(self, record: Record) -> bool:
        said = encode_record(record)
        is_written = self.put_text(record.score.account_id, record.period, record_rank(record), said)
        if is_written:
            self._summaries.put(record)
        return is_written

    def put_text(self, account_id: str, period: str, of_rank: str, said: str) -> bool:
        """Write a record that is written down where it outranks the one there; tell whether it did. No summary."""
        rank, body = text(of_rank), pack_record(said)
        item: Item = {**_key(account_id, period), "rank": rank, "body": {"B": body}}
        return self._engine.put(self._table, item, Condition("rank", "<=", rank))

    def remove(self, account_id: str, period: str) -> bool:
        """Take the record of an account and period away, its summary first; tell whether there was one."""
        self._summaries.remove(account_id, period)
        return self._engine.delete(self._table, _key(account_id, period))

    def record(self, account_id: str, period: str) -> Record | None:
        """Give the record of an account and period."""
        return _record(self._engine.get(self._table, _key(account_id, period)))

    def record_before(self, account_id: str, period: str) -> Record | None:
        """Give the latest record of an account before a period."""
        account = ("account_id", text(account_id))
        return _record(self._engine.last_before(self._table, account, ("period", text(period))))

    def records_at(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Record]:
        """Give the records of some accounts and periods."""
        items = self._engine.get_all(self._table, (_key(*key) for key in sorted(set(keys))))
        return {_names(item): _unpacked(item) for item in items}

    def record_and_before(self, account_id: str, period: str) -> tuple[Record | None, Record | None]:
        """Give the record of an account and period, and the latest before it."""
        account, until = ("account_id", text(account_id)), ("period", text(" "), text(period))
        found = {item["period"]["S"]: item for item in self._engine.newest(self._table, account, until, 2)}
        before = max((one for one in found if one < period), default=None)
        return _record(found.get(period)), _record(None if before is None else found[before])

    def records(self) -> Iterator[Record]:
        """List all records, by account and period."""
        return map(_unpacked, self._items())

    def records_of(self, account_id: str) -> list[Record]:
        """Give all records of an account, by period: one query, however many they are."""
        return [_unpacked(item) for item in self._engine.query(self._table, ("account_id", text(account_id)))]

    def summaries(self, period: str) -> list[Summary]:
        """Give the summaries of a period, by account."""
        self._fill()
        return self._summaries.summaries(period)

    def final_scores(self, period: str) -> dict[str, float | None]:
        """Give the score of each account that has a record of a period."""
        self._fill()
        return self._summaries.final_scores(period)

    def summarised(self) -> list[str]:
        """List the periods that ever had summaries."""
        self._fill()
        return self._summaries.periods()

    def _fill(self) -> None:
        """Make the summaries of records that an earlier version wrote, once for all."""
        if not self._summaries.is_filled:
            self._summaries.fill(self._readable())

    def _readable(self) -> Iterator[Record]:
        """Give the records that can be read: `verify` names the others, and a score anew brings both."""
        for item in self._items():
            try:
                record = _unpacked(item)
            except StoreError:
                continue
            yield record

    def _items(self) -> Iterator[Item]:
        for some in in_parts(self.keys(), _PAGE):
            items = self._engine.get_all(self._table, (_key(*names) for names in some))
            yield from sorted(items, key=_names)

    def keys(self) -> Iterator[tuple[str, str]]:
        """List the accounts and periods that have a record, in that order."""
        return iter(sorted(map(_names, self._engine.scan(self._table, ("account_id", "period")))))


def _key(account_id: str, period: str) -> Item:
    return {"account_id": text(account_id), "period": text(period)}


def _names(item: Item) -> tuple[str, str]:
    return item["account_id"]["S"], item["period"]["S"]


def _record(item: Item | None) -> Record | None:
    return None if item is None else _unpacked(item)


def _unpacked(item: Item) -> Record:
    return unpack_record(item["body"]["B"])


def pack_record(said: str) -> bytes:
    """Pack the text of a record to a fifth of its 5 KB; each live score is paid for by the kilobyte."""
    return bytes([_FORM]) + zlib.compress(said.encode(), 9)


def unpack_record(packed: bytes) -> Record:
    """Read a packed record.

    Raises NewerFormError where a newer version of the program wrote it, StoreError where it cannot be read.
    """
    return decode_record(record_text(packed))


def record_text(packed: bytes) -> str:
    """Give what a packed record says. Raises as `unpack_record` does."""
    try:
        return zlib.decompress(_deflated(packed)).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise StoreError(f"a record cannot be read; restore the store or rescore its account: {error}") from error


def _deflated(packed: bytes) -> bytes:
    first = packed[0] if packed else _FIRST_OF_1
    if first not in {_FORM, _FIRST_OF_1}:
        raise NewerFormError("a record", first, _FORM)
    return packed if first == _FIRST_OF_1 else packed[1:]
