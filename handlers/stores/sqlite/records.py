"""Records in the embedded store, each with the row that sums it up, in the same transaction."""

import sqlite3
from collections.abc import Iterator

from handlers.stores.codec import decode_record, encode_record, record_rank
from handlers.stores.protocol import StoreError
from handlers.stores.sharable import RecordRow
from handlers.stores.summaries import after_previous, encode_summary
from scoring.record import Record
from scoring.summary import summary_of

RECORDS_OF = "SELECT body FROM records WHERE account_id = ? ORDER BY period"

SUMMARIES = "SELECT body FROM summaries WHERE period = ? AND account_id > ? ORDER BY account_id LIMIT ?"

BODIES = "SELECT body FROM summaries WHERE period = ?"

PERIODS = """
WITH RECURSIVE each (period) AS (
  SELECT min(period) FROM summaries
  UNION ALL
  SELECT (SELECT min(s.period) FROM summaries s WHERE s.period > each.period) FROM each WHERE each.period IS NOT NULL)
SELECT period FROM each WHERE period IS NOT NULL"""
"""Goes from period to period by the index: the rows between are not read."""


RANKS = "SELECT account_id, rank FROM records WHERE period = ? AND account_id IN (SELECT value FROM json_each(?))"


def row_of(record: Record) -> RecordRow:
    """Write a record and its summary as the row that is kept of them."""
    summary = encode_summary(summary_of(record))
    return RecordRow(record.score.account_id, record.period, record_rank(record), encode_record(record), summary)


def put_row(db: sqlite3.Connection, row: RecordRow) -> bool:
    """Write the row of a record and its summary where it outranks the one there; tell whether it did."""
    written = db.execute(
        """INSERT INTO records VALUES (?, ?, ?, ?) ON CONFLICT (account_id, period) DO UPDATE
        SET rank = excluded.rank, body = excluded.body WHERE excluded.rank >= rank""",
        row[:-1],
    )
    is_written = written.rowcount == 1
    if is_written:
        _put_summary(db, row.period, row.account_id, row.summary)
    return is_written


def remove_record(db: sqlite3.Connection, account_id: str, period: str) -> bool:
    """Take a record and its summary away; tell whether there was one."""
    db.execute("DELETE FROM summaries WHERE period = ? AND account_id = ?", (period, account_id))
    gone = db.execute("DELETE FROM records WHERE account_id = ? AND period = ?", (account_id, period))
    return gone.rowcount == 1


def fill_summaries(db: sqlite3.Connection) -> None:
    """Make the summaries of a file whose records have none yet.

    A record that cannot be read has none: `verify` names it, and a score anew brings both.
    """
    for record, previous in after_previous(_readable(db)):
        _put_summary(db, record.period, record.score.account_id, encode_summary(summary_of(record, previous)))


def _readable(db: sqlite3.Connection) -> Iterator[Record]:
    for (body,) in db.execute("SELECT body FROM records ORDER BY account_id, period"):
        try:
            record = decode_record(body)
        except StoreError:
            continue
        yield record


def _put_summary(db: sqlite3.Connection, period: str, account_id: str, text: str) -> None:
    db.execute("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?)", (period, account_id, text))
