"""Summaries in DynamoDB: small items of the registry, in a few partitions for each period, so a list is a few queries.

Each has the rank of its record, so whatever comes late or twice, the summary of the highest stands.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from handlers.stores.codec import record_rank
from handlers.stores.dynamodb.change import Change, Condition, text
from handlers.stores.protocol import NewerFormError, StoreError
from handlers.stores.summaries import after_previous, decode_score, decode_summary, encode_summary
from scoring.summary import summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.registry import Registry
    from scoring.record import Record
    from scoring.summary import Summary

SHARDS = 16
"""A partition takes 1,000 writes a second; a close of all shards at once writes more."""
_FORM = 1
"""The form that is written: its number, then the text, packed with its check sum (zlib)."""
_PERIODS = "summarised"
FILLED = "summaries/filled"
"""The cursor that says that records of before there were summaries have theirs."""


class SummaryRegistry:
    """The summaries in a registry; every method raises StoreError where DynamoDB cannot be used."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        """Keep summaries in a registry; periods that this process noted are not noted again."""
        self._engine = engine
        self._registry = registry
        self._noted: set[str] = registry.memory.keep(set())

    def put(self, record: Record, previous: Record | None = None) -> None:
        """Write the summary of a record, where none of a higher rank is there."""
        said = encode_summary(summary_of(record, previous))
        self.put_text(record.period, record.score.account_id, record_rank(record), said)

    def put_text(self, period: str, account_id: str, of_rank: str, said: str) -> None:
        """Write the text of a summary, which has the rank of its record, where none of a higher rank is there."""
        rank, body = text(of_rank), pack_summary(said)
        change = Change(put={"rank": rank, "body": {"B": body}}, condition=Condition("rank", "<=", rank))
        self._registry.update(_partition(period, _shard(account_id)), account_id, change)
        if period not in self._noted:
            self._registry.update(_PERIODS, period, Change(put={"form": text("1")}))
            self._noted.add(period)

    def remove(self, account_id: str, period: str) -> None:
        """Take the summary of an account and period away."""
        self._registry.remove(_partition(period, _shard(account_id)), account_id)

    def summaries(self, period: str) -> list[Summary]:
        """Give the summaries of a period, by account."""
        return sorted(map(decode_summary, self._texts(period)), key=lambda one: one.account_id)

    def final_scores(self, period: str) -> dict[str, float | None]:
        """Give the score of each account that has a summary of a period."""
        return dict(map(decode_score, self._texts(period)))

    def periods(self) -> list[str]:
        """List the periods that ever had summaries, the earliest first."""
        return [item["sk"]["S"] for item in self._registry.partition(_PERIODS)]

    @property
    def is_filled(self) -> bool:
        """Tell whether records of before there were summaries have theirs."""
        return self._registry.cursor(FILLED) is not None

    def fill(self, records: Iterable[Record]) -> None:
        """Make the summaries of records, given by account and period, and note that it is done."""
        for record, previous in after_previous(records):
            self.put(record, previous)
        self.note_filled()

    def note_filled(self) -> None:
        """Note that every record has its summary."""
        self._registry.set_cursor(FILLED, "1")

    def _texts(self, period: str) -> Iterator[str]:
        """Read the texts of a period's summaries, several shards at a time."""
        shards = self._engine.each(lambda shard: list(self._of_shard(period, shard)), range(SHARDS))
        return (text for shard in shards for text in shard)

    def _of_shard(self, period: str, shard: int) -> Iterator[str]:
        return map(unpack_summary, self._registry.partition(_partition(period, shard)))


def _shard(account_id: str) -> int:
    return zlib.crc32(account_id.encode()) % SHARDS


def _partition(period: str, shard: int) -> str:
    return f"summary/{period}/{shard:02d}"


def pack_summary(said: str) -> bytes:
    """Pack a summary that is written down."""
    return bytes([_FORM]) + zlib.compress(said.encode(), 9)


def unpack_summary(item: Item) -> str:
    """Give what the summary of an item says.

    Raises NewerFormError where a newer version of the program packed it, StoreError where it cannot be read.
    """
    packed = item["body"]["B"]
    if packed[:1] != bytes([_FORM]):
        raise NewerFormError("a packed summary", packed[0] if packed else 0, _FORM)
    try:
        return zlib.decompress(packed[1:]).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        said = "restore the store or rescore its account"
        raise StoreError(f"a summary cannot be read; {said}: {error}") from error
