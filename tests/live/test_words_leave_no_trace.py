"""What customers wrote of persons is nowhere: in no file of the store, no remark, nothing that Salesforce gets."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from handlers.detection.redaction import redacted_quote
from handlers.detection.sentiment import sentiment
from handlers.jobs.customer_words import CustomerWords
from handlers.jobs.fold import Tally, fold_lines
from handlers.jobs.suggestions import names_of
from handlers.sinks.suggested_salesforce import SalesforceSuggestions
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.instants import DAY, SECOND, Instant, format_instant
from scoring.messages import written_in
from scoring.observations import Subject
from tests.detection.corpus import QuotesAll, Row, rows, secrets, written
from tests.fakes.salesforce import FakeSalesforce
from tests.live.orgs import client
from tests.live.suggesting import READING, suggesting
from tests.messages import UPDATED, body
from tests.shipped_words import shipped_words

OBJECT = "Churn_Signal__c"
NOW = Instant(UPDATED * SECOND + DAY)
HOTEL = Account("001000000000001AAA", {"intercom": ("hotel-0",), "salesforce": ("001000000000001AAA",)})
ROWS = rows()
ALL = CustomerWords(QuotesAll(), redacted_quote, sentiment)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield store


def fold(store: SqliteStore, words: CustomerWords, rows: Sequence[Row] = ROWS) -> Tally:
    """Fold what rows of the corpus say, a line that is cut off, and one that speaks of next week."""
    told = [body(written(number, row)) for number, row in enumerate(rows)]
    spoilt = [told[0][:-40], body(written(999, ROWS[0], UPDATED + 9 * 86_400))]
    (tally,) = fold_lines([*told, *spoilt], "events.jsonl", store, READING.intake, NOW, words)
    return tally


def quotes(store: SqliteStore) -> list[str]:
    """Give the quotes in a store, in the order of the rows; of each row that of the first category."""
    facts = store.facts_of([Subject("intercom", "conversation", f"c{number}") for number in range(len(ROWS))])
    found = {
        fact.subject.id: [f.quote for one in written_in(fact, NOW) for f in one.message.findings] for fact in facts
    }
    return [next(iter(found[f"c{number}"]), "") for number in range(len(ROWS))]


def traces(text: str) -> list[str]:
    """List what a text holds that must be nowhere."""
    small = text.casefold()
    return [secret for secret in secrets() if secret in small]


@pytest.mark.parametrize(
    ("words", "folded"), [(ALL, ROWS), (shipped_words(), ROWS[:30])], ids=["all is quoted", "rules"]
)
def test_no_file_of_the_store_holds_a_trace(
    store: SqliteStore, tmp_path: Path, words: CustomerWords, folded: Sequence[Row]
) -> None:
    """Neither the database nor its log of writes, before and after it is closed; nor remarks or reasons."""
    tally = fold(store, words, folded)
    files = sorted(tmp_path.glob("store.db*"))
    assert {one.suffix for one in files if one.stat().st_size} == {".db", ".db-wal", ".db-shm"}
    assert not traces("".join(one.read_bytes().decode("utf-8", "replace") for one in files))
    assert not traces(repr((tally.remarks, [(one.file, one.line, one.reason) for one in tally.dead_letters])))
    assert len(tally.dead_letters) == 2
    store.close()
    assert not traces("".join(one.read_bytes().decode("utf-8", "replace") for one in sorted(tmp_path.iterdir())))


def test_each_quote_in_the_store_keeps_what_it_may(store: SqliteStore) -> None:
    """What must stay of a row stays, and no piece of what must be gone, however short."""
    fold(store, ALL)
    for row, quote in zip(ROWS, quotes(store), strict=True):
        assert not [piece for piece in row.gone if piece.casefold() in quote.casefold()], quote
        assert not [piece for piece in row.stays if piece not in quote], quote


def test_salesforce_gets_no_trace(store: SqliteStore, org: FakeSalesforce) -> None:
    """Of the suggestions of a hotel for each day of the corpus; nor does anybody who shows what is found."""
    org.declare_package(OBJECT)
    org.now = format_instant(Instant(NOW - DAY))
    fold(store, ALL)
    sink = SalesforceSuggestions(client(org), names_of(READING), NOW, lambda _: None)
    suggested = suggesting(store, NOW).suggest([HOTEL], sink)
    assert len(suggested.written) == 9
    assert not traces(repr(org.records[OBJECT]) + repr(suggested) + repr([call.body for call in org.calls]))
