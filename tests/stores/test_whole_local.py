"""A store of the newest format goes from a file into tables of DynamoDB Local and back, by the command line's way."""

import gzip
from contextlib import closing
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from handlers.jobs.portable.exporting import export
from handlers.jobs.portable.importing import ExportFile
from handlers.stores.opening import open_whole
from handlers.stores.sqlite.schema import FORMAT
from handlers.stores.sqlite.whole import SqliteWhole
from handlers.stores.whole import WholeStore
from tests.stores.places import NOW

NEWEST = Path(__file__).parents[1] / "golden" / str(FORMAT) / "store.db.gz"


def lines_of(whole: WholeStore) -> bytes:
    """Export a store."""
    out = BytesIO()
    export(whole, "here", NOW, out, lambda _: None)
    return out.getvalue()


def take_in(whole: WholeStore, given: bytes) -> bool:
    """Import an export; tell whether anything was written."""
    return whole.take_in(ExportFile("file", BytesIO(given)), NOW, lambda _: None)


def test_the_engine_itself_takes_a_whole_store_and_gives_it_back(dynamodb_url: str, tmp_path: Path) -> None:
    """The same bytes."""
    (tmp_path / "old.db").write_bytes(gzip.decompress(NEWEST.read_bytes()))
    with closing(SqliteWhole(tmp_path / "old.db", durable=False)) as old:
        first = lines_of(old)
    with closing(open_whole(f"{dynamodb_url}-whole-{uuid4().hex[:8]}", create=True)) as there:
        assert take_in(there, first)
        assert lines_of(there) == first
