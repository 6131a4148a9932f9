"""Stores of every released format leave as an export, go into the other engine and back: the same bytes afterwards."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.model_text import model_from_text
from handlers.cli import cli
from handlers.commands.lines import score_line
from handlers.jobs.portable.exporting import export
from handlers.jobs.portable.importing import ExportFile
from handlers.jobs.records import AccountReader
from handlers.stores.dynamodb.client import connect
from handlers.stores.dynamodb.store import DynamoStore
from handlers.stores.dynamodb.tables import Tables, create_tables
from handlers.stores.dynamodb.whole import DynamoWhole
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from handlers.stores.sqlite.whole import SqliteWhole
from handlers.stores.whole import WholeStore
from scoring.measurement import score
from tests.golden import sample
from tests.golden.test_golden import FOLDERS, items_of, model_text_of

MAPPING = (
    "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
    "001AA0000000001YAA,acme,77,Größe & Söhne,\n001AA0000000002YAA,büro,,,standard\n"
)
ASKED = (
    ("verify",),
    ("explain", sample.ACCOUNTS[0].id, "--period", "2026-10", "--accounts", "mapping.csv"),
    ("portfolio", "--period", "2026-10", "--json"),
    ("history", sample.ACCOUNTS[0].id, "--json", "--accounts", "mapping.csv"),
    ("accounts", "history", sample.ACCOUNTS[0].id, "--json"),
    ("status", "--accounts", "mapping.csv"),
)
"""What is asked of a store before and after."""


def lines_of(whole: WholeStore) -> bytes:
    """Export a store."""
    out = BytesIO()
    export(whole, "here", sample.NOW, out, lambda _: None)
    return out.getvalue()


def take_in(whole: WholeStore, given: bytes) -> None:
    """Import an export."""
    assert whole.take_in(ExportFile("file", BytesIO(given)), sample.NOW, lambda _: None)


class Places:
    """Tables of one client, by prefix."""

    def __init__(self) -> None:
        """Make the client."""
        self.client = connect()

    def tables(self, prefix: str) -> DynamoWhole:
        """Give tables, made where they are missing."""
        create_tables(self.client, Tables(prefix))
        return DynamoWhole(self.client, prefix, calls_at_once=1)

    def store(self, prefix: str) -> DynamoStore:
        """Give the same as a store."""
        return DynamoStore(self.client, prefix, lambda: sample.NOW, calls_at_once=1)


@pytest.fixture(scope="module")
def places(memory: None) -> Places:
    """Give a place for tables in memory."""
    assert memory is None
    return Places()


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Give the sample of each format."""
    given: Path = request.param
    return given


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    """Give a copy of each format's file."""
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((folder / "store.db.gz").read_bytes()))
    return path


def scores(store: Store) -> Iterator[bytes]:
    """Score all accounts of the sample from the facts, at both month-ends."""
    model, reader = model_from_text(model_text_of(store, next(store.records()))), AccountReader(store)
    for account in sample.ACCOUNTS:
        yield from (score_line(score(reader.read(account), as_of, model)) for as_of in sample.PERIODS.values())


def test_a_file_goes_into_tables_and_back(file: Path, folder: Path, places: Places, tmp_path: Path) -> None:
    """Exports are the same, and so are the scores that the facts give, wherever they are kept."""
    with closing(SqliteWhole(file)) as old:
        first = lines_of(old)
    tables = places.tables(f"there-{folder.name}")
    take_in(tables, first)
    there = lines_of(tables)
    with closing(SqliteWhole(tmp_path / "back.db")) as back:
        take_in(back, there)
        assert lines_of(back) == there == first
    with closing(SqliteStore(file)) as before, closing(SqliteStore(tmp_path / "back.db")) as after:
        assert list(scores(before)) == list(scores(after)) == list(scores(places.store(f"there-{folder.name}")))


def test_tables_go_into_a_file_and_back(folder: Path, places: Places, tmp_path: Path) -> None:
    """As they were written by the version of their time, summaries made where it had none."""
    old, there = places.tables(f"old-{folder.name}"), places.tables(f"anew-{folder.name}")
    for table, item in items_of(folder):
        places.client.put_item(TableName=f"old-{folder.name}-{table}", Item=item)
    first = lines_of(old)
    with closing(SqliteWhole(tmp_path / "between.db")) as between:
        take_in(between, first)
        take_in(there, lines_of(between))
    assert lines_of(there) == first
    before, after = places.store(f"old-{folder.name}"), places.store(f"anew-{folder.name}")
    assert list(scores(before)) == list(scores(after))
    assert [list(before.summaries(one)) for one in sample.PERIODS] == [
        list(after.summaries(one)) for one in sample.PERIODS
    ]


def test_what_a_file_and_tables_hold_of_one_format_is_the_same(file: Path, folder: Path, places: Places) -> None:
    """But for what closes on AWS alone, and for smoothed scores, which format 5 did not write into a file."""
    with closing(SqliteWhole(file)) as old:
        of_file = lines_of(old).splitlines()[:-1]
    tables = places.tables(f"both-{folder.name}")
    for table, item in items_of(folder):
        places.client.put_item(TableName=f"both-{folder.name}-{table}", Item=item)
    of_tables = [line for line in lines_of(tables).splitlines()[:-1] if b'"closed/2026-10"' not in line]
    differing = {one.partition(b",")[0] for one, other in zip(of_file, of_tables, strict=True) if one != other}
    assert differing == ({b'{"kind":"summary"'} if folder.name == "5" else set())


def test_commands_say_the_same_of_a_store_that_came_back(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proofs, explanations, lists, histories; an export of tables has the same bytes, as is proved above."""
    monkeypatch.chdir(tmp_path)
    Path("mapping.csv").write_text(MAPPING)
    run(file, "export", "old.jsonl.gz")
    Path("new.jsonl").write_bytes(gzip.decompress(Path("old.jsonl.gz").read_bytes()))
    run(tmp_path / "new.db", "import", "store", "new.jsonl")
    for words in ASKED:
        assert run(tmp_path / "new.db", *words) == run(file, *words)


def run(path: Path, *words: str) -> bytes:
    """Run a command on a store, and give what it prints."""
    answer = CliRunner().invoke(cli, ["--store", f"sqlite:///{path}", *words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout_bytes
