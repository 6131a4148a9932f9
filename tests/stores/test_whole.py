"""All that a store holds comes out in one order, goes into an empty store of either engine, and nothing else does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.jobs.portable.exporting import export
from handlers.jobs.portable.importing import ExportFile
from handlers.stores.accounts import Edit
from handlers.stores.dynamodb import families
from handlers.stores.dynamodb.change import Change
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.engine import Engine
from handlers.stores.dynamodb.registry import Registry
from handlers.stores.dynamodb.rows import attributes, row_of
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.dynamodb.whole import DynamoWhole
from handlers.stores.keeping import Mark
from handlers.stores.opening import open_whole
from handlers.stores.protocol import Store, StoreError
from handlers.stores.sqlite import whole_read
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.sqlite.whole import SqliteWhole
from handlers.stores.whole import NotEmptyError, OtherExportError, WholeStore
from handlers.stores.whole_rows import (
    ROWS,
    CursorRow,
    NobodyRow,
    ObservationRow,
    OwnerIdRow,
    Row,
    embedded,
    extracted,
    kind_of,
)
from scoring.account import Naming
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, SECOND, Instant
from scoring.observations import Conversation, Gap, Observation, Subject
from scoring.statements import Statement
from tests.fakes.dynamodb.alone import alone_in_memory
from tests.golden import sample
from tests.scoring.strategies import CONVERSATION, START, of_any
from tests.stores.places import NOW, batch_of, now

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from handlers.stores.dynamodb.change import Item

PLACES = count()
TEXTS = ('{"a":1}', "[]", "plain", '"quoted"', '{"a":\n1}', "{broken", " {}", "", "größe \x00 \U0001f600", "[1] ")


@pytest.fixture(autouse=True, scope="module")
def memory() -> Iterator[None]:
    """Keep DynamoDB's tables in memory."""
    with alone_in_memory():
        yield


@cache
def client() -> DynamoDBClient:
    """Give the one client of this module: each takes a third of a second to make."""
    return connect()


@contextmanager
def whole_of(url: str) -> Iterator[WholeStore]:
    """Open a place for a whole store of either engine, whose tables are there."""
    if url.startswith("dynamodb://"):
        prefix = url.removeprefix("dynamodb://")
        create_tables(client(), Tables(prefix))
        yield DynamoWhole(client(), prefix, calls_at_once=1)
    else:
        with closing(open_whole(url, create=True)) as whole:
            yield whole


@contextmanager
def store_of(url: str) -> Iterator[Store]:
    """Open the same place as a store."""
    if url.startswith("dynamodb://"):
        prefix = url.removeprefix("dynamodb://")
        create_tables(client(), Tables(prefix))
        yield DynamoStore(client(), prefix, now, calls_at_once=1)
    else:
        with closing(SqliteStore(Path(url.removeprefix("sqlite:///")), durable=False)) as store:
            yield store


@pytest.fixture(params=["sqlite", "dynamodb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a place for a store of either engine."""
    return f"sqlite:///{tmp_path / 'store.db'}" if request.param == "sqlite" else f"dynamodb://place{next(PLACES)}"


@dataclass
class Rows:
    """An export in memory, which may end too early."""

    given: list[Row]
    proof: str = "proof"
    stop_after: int | None = None
    told: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Give them, and fail where it is asked for."""
        yield from self.given[: self.stop_after]
        if self.stop_after is not None:
            raise StoreError("cut off")


def rows_of(url: str) -> list[Row]:
    """Give all that a store holds."""
    with whole_of(url) as whole, whole.read(NOW) as rows:
        return list(rows)


def lines_of(url: str) -> bytes:
    """Export a store."""
    with whole_of(url) as whole:
        out = BytesIO()
        export(whole, "here", NOW, out, lambda _: None)
        return out.getvalue()


def take_in(url: str, given: bytes) -> bool:
    """Import an export; tell whether anything was written."""
    with whole_of(url) as whole:
        return whole.take_in(ExportFile("file", BytesIO(given)), NOW, lambda _: None)


def fill(url: str) -> None:
    """Put a bit of everything into a store."""
    with store_of(url) as store:
        put(store)


def put(store: Store, *more: Statement) -> None:
    """Say something of every kind."""
    named = Naming("intercom", ("one", "uno"), START, "Größe", (("plan", "pro"),))
    mark = Observation(Subject("salesforce", "opportunity", "*"), START, Gap("Opportunity"))
    said = Observation(CONVERSATION, START, Conversation(START, "open"), "one")
    later = Observation(CONVERSATION, START + DAY, Conversation(START, "open", parts=2), "other")
    store.merge(batch_of(named, mark, said, later, Covered("intercom", START), Heard("intercom", START), *more))
    store.discard(CONVERSATION, [said])
    mark_nobodys(store)
    store.put_model("v1", "no JSON\n")
    store.set_cursor("intercom", "2026-11-20T08:00:00Z")
    store.portfolio.put([Edit("001AA0000000001YAA", {"name": "A"}, more=(("looker", "7"),))], "zoe", START)
    store.portfolio.put([Edit("001AA0000000002YAA", {"name": "B"})], "zoe", START)
    store.portfolio.put([Edit("001AA0000000002YAA", remove=True)], "max", START)
    store.append("desk", NOW, '{"seen":1}', DAY)
    store.append("over", NOW - DAY, "gone", HOUR)


def mark_nobodys(store: Store) -> None:
    """Have facts of no account: one without a date, one with a date to come, one that is gone."""
    facts = [Observation(CONVERSATION._replace(id=name), START, Conversation(START, "open")) for name in "abc"]
    store.merge(batch_of(*facts))
    store.keeping.mark({fact.subject: Mark(START) for fact in facts})
    dates = {facts[1].subject: NOW + DAY + SECOND // 2, facts[2].subject: NOW - DAY}
    store.keeping.mark({subject: Mark(START, Instant(date)) for subject, date in dates.items()})


def other(url: str, tmp_path: Path) -> str:
    """Give an empty place of the other engine."""
    return f"dynamodb://other{next(PLACES)}" if url.startswith("sqlite") else f"sqlite:///{tmp_path / 'other.db'}"


def test_a_store_goes_to_the_other_engine_and_back(url: str, tmp_path: Path) -> None:
    """The export of each is the same, byte for byte; what is over stays behind."""
    fill(url)
    first = lines_of(url)
    there, back = other(url, tmp_path), other(other(url, tmp_path), tmp_path / "back")
    assert take_in(there, first)
    assert lines_of(there) == first
    assert take_in(back, lines_of(there))
    assert lines_of(back) == first
    assert b'"kind":"belonged"' in first
    assert b"gone" not in first
    marked = [(row.subject[2], row.expires) for row in rows_of(back) if isinstance(row, NobodyRow)]
    assert marked == [("a", None), ("b", NOW // SECOND + DAY // SECOND + 1)]
    assert not [row for row in rows_of(back) if isinstance(row, ObservationRow) and row.subject[2] == "c"]


def test_each_kind_comes_in_its_order(url: str) -> None:
    """By kind, then by key."""
    fill(url)
    kinds = [ROWS.index(type(row)) for row in rows_of(url)]
    assert kinds == sorted(kinds)


def test_an_imported_store_is_written_on(url: str, tmp_path: Path) -> None:
    """Accounts keep their owners and count their changes on, facts are found by owners of once, lists by nobody."""
    fill(url)
    there = other(url, tmp_path)
    take_in(there, lines_of(url))
    for place in (url, there):
        with store_of(place) as store:
            assert store.portfolio.accounts_of([("looker", "7")]) == {("looker", "7"): "001AA0000000001YAA"}
            assert store.portfolio.put([Edit("001AA0000000002YAA", {"name": "C"})], "eva", NOW)
            assert len(list(store.portfolio.history("001AA0000000002YAA"))) == 3
            assert [fact.subject for fact in store.facts("intercom", ["one"])] == [CONVERSATION]
            assert [one.object for one in store.rereads()] == ["Opportunity"]
            assert list(store.entries("desk", START)) == ['{"seen":1}']
    assert lines_of(there) == lines_of(url)


@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    st.lists(
        of_any
        | st.builds(Covered, st.sampled_from(["intercom", "looker"]), st.integers(0, 9).map(lambda n: START + n * DAY))
        | st.builds(Heard, st.sampled_from(["intercom", "looker"]), st.integers(0, 99).map(lambda n: START + n * HOUR))
        | st.builds(
            Naming,
            st.sampled_from(["intercom", "looker"]),
            st.lists(st.sampled_from(["a", "b", "c/d", "é"]), min_size=1, max_size=3, unique=True).map(tuple),
            st.integers(0, 9).map(lambda n: START + n * DAY),
            st.none() | st.sampled_from(["A", "Ä b"]),
            st.sampled_from([(), (("plan", "pro"),), (("plan", "max"), ("zone", "eu"))]),
        ),
        max_size=14,
    ),
    st.dictionaries(st.text(max_size=3), st.sampled_from(TEXTS), max_size=3),
)
def test_whatever_a_store_was_told_survives_the_way_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, said: list[Statement], cursors: dict[str, str]
) -> None:
    """Generated facts, owners, feeds and texts, from SQLite to DynamoDB and back."""
    folder, there = tmp_path_factory.mktemp("any"), f"dynamodb://any{next(PLACES)}"
    here, back = f"sqlite:///{folder / 'here.db'}", f"sqlite:///{folder / 'back.db'}"
    with closing(SqliteStore(folder / "here.db", durable=False)) as store:
        store.merge(batch_of(*said))
        for name, text in cursors.items():
            store.set_cursor(f"x{name}", text)
    first = lines_of(here)
    take_in(there, first)
    take_in(back, lines_of(there))
    assert lines_of(there) == lines_of(back) == first
    with store_of(there) as store:
        assert {f"x{name}": store.cursor(f"x{name}") for name in cursors} == {f"x{n}": t for n, t in cursors.items()}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    """JSON in one line stands as it is, byte for byte; all else is a string."""
    assert extracted(embedded(text)) == text
    assert b"\n" not in bytes(embedded(text))


def test_every_table_and_column_of_a_file_is_exported_or_said_why_not(tmp_path: Path) -> None:
    """A table that is added fails here, until somebody says how it leaves the store."""
    SqliteWhole(tmp_path / "new.db").close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {
            name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
            for name in names
            if not name.startswith("sqlite_")
        }
    assert tables.keys() == whole_read.EXPORTED.keys() | whole_read.LEFT_OUT.keys()
    assert {name: set(columns) for name, columns in whole_read.EXPORTED.items()} == {
        name: columns for name, columns in tables.items() if name in whole_read.EXPORTED
    }


def test_every_family_of_items_is_exported_or_said_why_not() -> None:
    """The registry refuses items of any other family, so one that is added fails its own first test."""
    kinds = {kind for family in families.EXPORTED.values() for kind in family}
    assert kinds <= {kind_of(kind) for kind in ROWS}
    with pytest.raises(LookupError, match=r"families\.py"):
        Registry(Engine(client(), 1), "none").update("alien/1", "key", Change(put={"text": {"S": "x"}}))


@pytest.mark.parametrize(
    ("table", "item"),
    [
        ("facts", {"subject": {"S": "intercom/conversation/1"}, "alien": {"S": "x"}}),
        ("registry", {"pk": {"S": "cursor"}, "sk": {"S": "a"}, "text": {"S": "b"}, "alien": {"S": "x"}}),
        ("registry", {"pk": {"S": "alien/1"}, "sk": {"S": "a"}}),
        ("scores", {"account_id": {"S": "a"}, "period": {"S": "2026-10"}, "alien": {"S": "x"}}),
        ("accounts", {"pk": {"S": "account"}, "sk": {"S": "1/a"}, "rev": {"N": "1"}, "alien": {"S": "x"}}),
    ],
)
def test_what_a_newer_version_added_to_the_tables_is_refused_by_its_name(table: str, item: dict[str, Any]) -> None:
    """An export that leaves out what nobody here knows is none."""
    url = f"dynamodb://newer{next(PLACES)}"
    create_tables(client(), Tables(url.removeprefix("dynamodb://")))
    client().put_item(TableName=f"{url.removeprefix('dynamodb://')}-{table}", Item=item)
    with pytest.raises(StoreError, match=r"alien.*use the newer version that wrote"):
        lines_of(url)


def test_what_only_this_store_needs_stays_in_it(tmp_path: Path) -> None:
    """Claims, runs and sums are of the store that they were made on; which shards are closed goes along."""
    url = f"dynamodb://only{next(PLACES)}"
    with store_of(url) as store:
        assert isinstance(store, DynamoStore)
        store.checkpoints.claim("rescore/1", NOW, NOW + DAY)
        store.checkpoints.finish("run", "0", "{}", NOW)
        store.checkpoints.reserve("today", 1, 9, NOW + DAY)
        store.checkpoints.close("2026-10", "1/2")
    assert rows_of(url) == [CursorRow("closed/2026-10", embedded('["1/2"]'))]
    there = f"dynamodb://there{next(PLACES)}"
    take_in(f"sqlite:///{tmp_path / 'between.db'}", lines_of(url))
    take_in(there, lines_of(f"sqlite:///{tmp_path / 'between.db'}"))
    with store_of(there) as store:
        assert isinstance(store, DynamoStore)
        assert store.checkpoints.closed("2026-10") == {"1/2"}
        assert store.checkpoints.claim("rescore/1", NOW, NOW + DAY)


def test_a_store_that_holds_something_is_refused_by_name(url: str, tmp_path: Path) -> None:
    """Nothing is changed."""
    fill(other(url, tmp_path))
    given = lines_of(other(url, tmp_path)) if url.startswith("dynamodb") else lines_of(_filled(tmp_path))
    with store_of(url) as store:
        store.set_cursor("mine", "1")
    before = lines_of(url)
    with pytest.raises(NotEmptyError, match=r"not empty .*cursor.*nothing was changed"):
        take_in(url, given)
    assert lines_of(url) == before


def _filled(tmp_path: Path) -> str:
    place = f"sqlite:///{tmp_path / 'filled.db'}"
    fill(place)
    return place


def test_the_same_import_again_changes_nothing_and_another_is_refused(url: str, tmp_path: Path) -> None:
    """Also after others wrote to the store."""
    given = lines_of(_filled(tmp_path))
    assert take_in(url, given)
    with store_of(url) as store:
        store.set_cursor("intercom", "later")
    assert not take_in(url, given)
    with store_of(url) as store:
        assert store.cursor("intercom") == "later"
    with pytest.raises(OtherExportError, match="from another export"):
        take_in(url, lines_of(url))


def test_an_export_that_ends_too_early_leaves_nothing(url: str, tmp_path: Path) -> None:
    """Whatever was read before."""
    rows = rows_of(_filled(tmp_path))
    with whole_of(url) as whole:
        with pytest.raises(StoreError, match="cut off"):
            whole.take_in(Rows(rows, stop_after=len(rows) - 1), NOW, lambda _: None)
        assert whole.take_in(Rows(rows), NOW, lambda _: None)
    assert rows_of(url) == rows


class StopError(Exception):
    """A process is killed."""


@pytest.mark.parametrize("after", range(1, 12, 3))
def test_an_import_that_was_killed_is_completed_by_the_same_call(tmp_path: Path, after: int) -> None:
    """Wherever it was stopped; another export, or anything else, is refused meanwhile."""
    rows, there = rows_of(_filled(tmp_path)), f"dynamodb://killed{next(PLACES)}"

    def tell(_: int) -> None:
        told.append(1)
        if len(told) == after:
            raise StopError

    told: list[int] = []
    with whole_of(there) as whole:
        with pytest.raises(StopError):
            whole.take_in(Rows(rows), NOW, tell)
        with pytest.raises(OtherExportError):
            whole.take_in(Rows(rows, "another"), NOW, lambda _: None)
        assert whole.take_in(Rows(rows), NOW + DAY // 2, lambda _: None)
        assert not whole.take_in(Rows(rows), NOW, lambda _: None)
    assert rows_of(there) == rows


def test_a_file_is_exported_as_it_is_at_one_instant(tmp_path: Path) -> None:
    """What others write meanwhile is not in it."""
    url = _filled(tmp_path)
    before = rows_of(url)
    with whole_of(url) as whole, whole.read(NOW) as rows:
        first = next(rows)
        with closing(SqliteStore(Path(url.removeprefix("sqlite:///")))) as store:
            store.set_cursor("late", "1")
        assert [first, *rows] == before
    assert len(rows_of(url)) == len(before) + 1


def test_what_fills_several_items_survives(tmp_path: Path) -> None:
    """A subject of more than the 400 KB of an item, with what no view can see any more."""
    many = [
        Observation(CONVERSATION, START - 900 * DAY + step * SECOND, Conversation(START, "open", tags=(_noise(step),)))
        for step in range(40)
    ]
    here, there = f"sqlite:///{tmp_path / 'here.db'}", f"dynamodb://big{next(PLACES)}"
    with store_of(here) as store:
        store.merge(batch_of(*many))
    first = lines_of(here)
    take_in(there, first)
    assert lines_of(there) == first


def _noise(step: int) -> str:
    """Give 24 KB, of which no packer makes less than half."""
    return Random(step).randbytes(12_000).hex()  # noqa: S311  nothing secret


def test_parts_whose_item_has_gone_are_not_exported() -> None:
    """DynamoDB removes the item of a fact some weeks before its parts."""
    url = f"dynamodb://left{next(PLACES)}"
    said = Observation(CONVERSATION, START, Conversation(START, "open"))
    part: Item = {"subject": {"S": "part"}, "of": {"S": "/".join(CONVERSATION)}, **attributes([row_of(said)])}
    with store_of(url):
        client().put_item(TableName=f"{url.removeprefix('dynamodb://')}-facts", Item=part)
    assert rows_of(url) == []


def test_an_owner_of_several_items_is_one_row(tmp_path: Path) -> None:
    """What no longer fits its item stands in parts of it."""
    url, ids = f"dynamodb://parts{next(PLACES)}", Naming("intercom", ("one", "uno"), START)
    with store_of(url) as store:
        store.merge(batch_of(ids))
    part = {"pk": "owner-part/intercom", "sk": '["one","p"]', "of": "one", "a#0": f'{START:020d} [["a","b"]]'}
    item: Item = {**{name: {"S": text} for name, text in part.items()}, "others": {"SS": ["eins"]}}
    client().put_item(TableName=f"{url.removeprefix('dynamodb://')}-registry", Item=item)
    assert [row for row in rows_of(url) if isinstance(row, OwnerIdRow)] == [
        OwnerIdRow("intercom", "one", START, ("eins", "uno")),
        OwnerIdRow("intercom", "uno", START, ("one",)),
    ]
    place = f"sqlite:///{tmp_path / 'parts.db'}"
    take_in(place, lines_of(url))
    assert rows_of(place) == rows_of(url)


def test_what_dynamodb_has_no_room_for_is_named() -> None:
    """A file takes texts of any length, an item 400 KB."""
    with whole_of(f"dynamodb://room{next(PLACES)}") as whole:
        large: list[Row] = [CursorRow("large", embedded("x" * 410_000))]
        with pytest.raises(StoreError, match=r"^cursor large cannot be written: .* 400 KB"):
            whole.take_in(Rows(large), NOW, lambda _: None)


def test_what_dynamodb_leaves_unwritten_is_written_again() -> None:
    """It takes some of many items, and says which it did not."""
    items: list[Item] = [{"pk": {"S": "journal/desk"}, "sk": {"S": str(step)}} for step in range(2)]
    one, other = ({"PutRequest": {"Item": item}} for item in items)
    with Stubber(client()) as answers:
        answers.add_response(
            "batch_write_item", {"UnprocessedItems": {"t": [other]}}, {"RequestItems": {"t": [one, other]}}
        )
        answers.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": {"t": [other]}})
        Engine(client(), 1).put_all("t", items)
        answers.assert_no_pending_responses()


def test_the_sample_of_all_that_is_stored_has_every_kind(tmp_path: Path) -> None:
    """So that each is proved on every released format, but for what a store of samples never had."""
    from tests.golden.make import of_config  # noqa: PLC0415

    made = of_config()
    with closing(SqliteStore(tmp_path / "all.db")) as store:
        sample.fill(store, made.text, made.records)
        put(store)
    assert {type(row) for row in rows_of(f"sqlite:///{tmp_path / 'all.db'}")} == set(ROWS)
