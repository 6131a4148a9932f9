"""The files of a close are written by any way in which records are handed on: record by record, or line by line."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from config.loader import load_config
from handlers.demo import load_accounts
from handlers.jobs.finalise import finalise
from handlers.jobs.records import Terms
from handlers.sinks.close_files import CloseFiles, CloseWriter
from handlers.stores.sqlite.store import SqliteStore
from scoring.periods import period_end

CONFIG = load_config()
AS_OF = period_end("2026-10")
TERMS = Terms("2026-10", AS_OF, CONFIG.model, "final", AS_OF)


def written(folder: Path, terms: Terms) -> list[bytes]:
    """Close a small portfolio, and give its files."""
    files = CloseFiles(folder / "records.csv", has_workbook=False)
    with closing(SqliteStore(folder / "store.db")) as store:
        finalise(load_accounts(3), store, CloseWriter(files, CONFIG, AS_OF), terms)
    return [path.read_bytes() for path in files.paths()]


def test_lines_are_what_the_records_are(tmp_path: Path) -> None:
    """A dry run hands on records, a close lines: they differ in nothing but the status."""
    tried = written(tmp_path / "tried", replace(TERMS, status="provisional"))
    closed = written(tmp_path / "closed", TERMS)
    assert [text.replace(b"provisional", b"final") for text in tried] == closed
    assert len(closed[1].splitlines()) == 3
