"""All items of a store in DynamoDB, as rows in no order; what a newer version wrote is refused by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handlers.stores.codec import decode_owner, decode_subject
from handlers.stores.dynamodb.entries import SLOT
from handlers.stores.dynamodb.families import LEFT_OUT
from handlers.stores.dynamodb.feeds import hours_of
from handlers.stores.dynamodb.marks import EXPIRES, NOBODY_SINCE
from handlers.stores.dynamodb.rows import SIGN, written_in
from handlers.stores.dynamodb.scores import record_text
from handlers.stores.dynamodb.summaries import FILLED, unpack_summary
from handlers.stores.protocol import StoreError
from handlers.stores.whole import IMPORTED
from handlers.stores.whole_rows import (
    CLOSED,
    AccountRow,
    BelongedRow,
    ChangeRow,
    CursorRow,
    FeedRow,
    HeardRow,
    JournalRow,
    ModelRow,
    NobodyRow,
    ObservationRow,
    OwnerAttributesRow,
    OwnerIdRow,
    OwnerNameRow,
    RecordRow,
    SummaryRow,
    embedded,
)
from scoring.instants import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from handlers.stores.dynamodb.change import Item
    from handlers.stores.dynamodb.engine import Engine
    from handlers.stores.dynamodb.tables import Tables
    from handlers.stores.whole_rows import Row

LATEST = 2**63 - 1
"""Stands for since when an id is known in those of its items that do not say it: its first one does."""

_FACT = frozenset(("subject", "owner", "owner_rank", "owners", "parts", "cleared", "of", NOBODY_SINCE, EXPIRES))
_OWNER = frozenset("pk sk since named others parts of".split())
_ACCOUNT = frozenset("pk sk rev body at by source owner account".split())
_SCORE = frozenset("account_id period rank body".split())
_PLAIN = frozenset("pk sk text expires since rank body shards form".split())
_HEARD = frozenset(("pk", "sk", *(f"{end}{hour:02d}" for end in ("first", "last") for hour in range(24))))


def rows_in(engine: Engine, tables: Tables, note: Callable[[str], object]) -> Iterator[Row]:
    """Give all that the tables hold; a row may come twice, and that of an id in several parts.

    Each subject that has an item of its own is noted: what others have parts of is gone.
    """
    for item in engine.scan(tables.facts, ()):
        if "of" not in item:
            note(item["subject"]["S"])
        yield from _of_fact(item)
    for item in engine.scan(tables.registry, ()):
        yield from _of_registry(item)
    for item in engine.scan(tables.scores, ()):
        yield _of_score(item)
    for item in engine.scan(tables.accounts, ()):
        yield from _of_account(item)


def is_filled(engine: Engine, tables: Tables) -> bool:
    """Tell whether every record has its summary."""
    return engine.get(tables.registry, {"pk": {"S": "cursor"}, "sk": {"S": FILLED}}) is not None


def _only(item: Item, names: Collection[str], beginning: str = "") -> None:
    """Raise StoreError where an item has an attribute that this version does not know."""
    more = [name for name in item if name not in names and not (beginning and name.startswith(beginning))]
    if more:
        key = "/".join(item[name]["S"] for name in ("subject", "pk", "sk", "account_id", "period") if name in item)
        raise StoreError(
            f"the item {key} has the attribute {more[0]}, which this version of the program does not know: "
            "use the newer version that wrote it"
        )


def _of_fact(item: Item) -> Iterator[Row]:
    _only(item, _FACT, SIGN)
    subject = decode_subject(item["of" if "of" in item else "subject"]["S"])
    for at, owner, form, content in written_in(item, subject).values():
        yield ObservationRow(subject, at, decode_owner(owner), form, embedded(content))
    for owner in item["owners"]["SS"] if "owners" in item else ():
        yield BelongedRow(subject, owner.partition("/")[2])
    if NOBODY_SINCE in item:
        yield NobodyRow(subject, int(item[NOBODY_SINCE]["N"]), int(item[EXPIRES]["N"]) if EXPIRES in item else None)


def _of_score(item: Item) -> Row:
    _only(item, _SCORE)
    said = embedded(record_text(item["body"]["B"]))
    return RecordRow(item["account_id"]["S"], item["period"]["S"], item["rank"]["S"], said)


def _of_account(item: Item) -> Iterator[Row]:
    _only(item, _ACCOUNT)
    family, _, rest = item["pk"]["S"].partition("/")
    key = item["sk"]["S"]
    if family == "history":
        yield ChangeRow(rest, int(key), int(item["at"]["N"]), item["by"]["S"], embedded(item["body"]["S"]))
    elif family == "account" and "body" in item:
        yield AccountRow(key.partition("/")[2], embedded(item["body"]["S"]))


def _of_registry(item: Item) -> Iterator[Row]:
    family, _, rest = item["pk"]["S"].partition("/")
    reader = _FAMILIES.get(family)
    if reader is not None:
        yield from reader(item, rest, item["sk"]["S"])
    elif family not in LEFT_OUT:
        raise StoreError(
            f"the registry has items of {family}, which this version of the program does not know: "
            "use the newer version that wrote them"
        )


def _owner(item: Item, source: str, key: str) -> Iterator[Row]:
    _only(item, _OWNER, SLOT)
    key = item["of"]["S"] if "of" in item else key
    others = tuple(item["others"]["SS"]) if "others" in item else ()
    if "since" in item or others:
        yield OwnerIdRow(source, key, int(item["since"]["N"]) if "since" in item else LATEST, others)
    if "named" in item:
        at, _, name = item["named"]["S"].partition(" ")
        yield OwnerNameRow(source, key, int(at), name)
    for slot in (name for name in item if name.startswith(SLOT)):
        at, _, said = item[slot]["S"].partition(" ")
        yield OwnerAttributesRow(source, key, slot.removeprefix(SLOT), int(at), embedded(said))


def _heard(item: Item, _: str, key: str) -> Iterator[Row]:
    _only(item, _HEARD)
    for hour in hours_of(item):
        yield HeardRow(key.rpartition("/")[0], hour.first // HOUR, hour.first, hour.last)


def _summary(item: Item, rest: str, key: str) -> Iterator[Row]:
    yield SummaryRow(rest.partition("/")[0], key, embedded(unpack_summary(item)))


def _cursor(item: Item, _: str, key: str) -> Iterator[Row]:
    if key not in (FILLED, IMPORTED):
        yield CursorRow(key, embedded(item["text"]["S"]))


def _closed(item: Item, _: str, key: str) -> Iterator[Row]:
    yield CursorRow(CLOSED + key, embedded(msgspec.json.encode(sorted(item["shards"]["SS"])).decode()))


def _journal(item: Item, journal: str, key: str) -> Iterator[Row]:
    yield JournalRow(journal, key, int(item["expires"]["N"]), embedded(item["text"]["S"]))


def _model(item: Item, _: str, key: str) -> Iterator[Row]:
    yield ModelRow(key, embedded(item["text"]["S"]))


def _feed(item: Item, _: str, key: str) -> Iterator[Row]:
    yield FeedRow(key, int(item["since"]["N"]))


def _plain(read: _Reader) -> _Reader:
    def reader(item: Item, rest: str, key: str) -> Iterator[Row]:
        _only(item, _PLAIN)
        return read(item, rest, key)

    return reader


if TYPE_CHECKING:
    _Reader = Callable[[Item, str, str], Iterator[Row]]

_FAMILIES: Mapping[str, _Reader] = {
    "owner": _owner,
    "owner-part": _owner,
    "heard": _heard,
    "feed": _plain(_feed),
    "model": _plain(_model),
    "summary": _plain(_summary),
    "cursor": _plain(_cursor),
    "closed": _plain(_closed),
    "journal": _plain(_journal),
}
