"""Taking in messages: each finds its reader or a dead letter, and a batch is folded whole."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.jobs.fold import BATCH_SIZE, DeadLetter, Tally, fold_lines, read_message
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.sources.reading import UnreadableError
from handlers.stores.codec import encode_record
from handlers.stores.protocol import FactStore
from handlers.stores.sqlite.store import SqliteStore
from scoring.account import Account
from scoring.facts import Fact
from scoring.feeds import Covered
from scoring.instants import DAY, Instant, format_instant
from scoring.observations import Observation
from tests.messages import (
    ACCOUNT,
    Message,
    body,
    change,
    company_item,
    conversation,
    deleted_conversation,
    deleted_record,
    feed_covered,
    feed_heard,
    notification,
    owner_listed,
    ping,
    reading,
    record,
    reread,
    rest_conversation,
    resync,
    statistics,
)
from tests.models import the_model
from tests.sources.mutations import poison
from tests.sources.taking import NOW, event, event_names, refusal, take_in, the_intake

PORTFOLIO = Account(
    ACCOUNT, {"intercom": ("blue-sun", "6961d175205cf6a4438f0c21"), "salesforce": (ACCOUNT,), "looker": ("77",)}
)
GOOD = [
    *(body(notification("conversation.admin.closed", conversation(id=f"good {number}"))) for number in range(4)),
    body(change("Opportunity", "CREATE", AccountId=ACCOUNT, Type="Renewal")),
    body(record("Account", Name="Acme", ARR__c=477000)),
    body(reading()),
    *(body(feed_covered(source)) for source in ("intercom", "salesforce", "looker")),
]


@contextmanager
def store() -> Iterator[SqliteStore]:
    """Open an empty store in memory."""
    opened = SqliteStore(Path(":memory:"), durable=False)
    try:
        yield opened
    finally:
        opened.close()


def fold(lines: Iterable[bytes], into: FactStore, now: Instant = NOW) -> list[Tally]:
    """Fold lines of a file called `file`."""
    return list(fold_lines(lines, "file", into, the_intake(), now))


def facts(of: FactStore) -> list[Fact]:
    """Give all facts of the portfolio's owners."""
    return [fact for source, keys in PORTFOLIO.owners.items() for fact in of.facts(source, keys)]


def observed(lines: Iterable[bytes]) -> set[Observation]:
    """Give what good lines observe."""
    taken = (read_message(line, the_intake(), NOW) for line in lines)
    return {one for each in taken for one in each.statements if isinstance(one, Observation)}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({}, "neither type nor source says what it is"),
        ({"type": None, "source": None}, "neither type nor source says what it is"),
        ({"type": "looker.dashboard"}, "unknown type 'looker.dashboard'"),
        ({"type": "conversation"}, "unknown type 'conversation'"),
        ({"type": ["notification_event"]}, "unknown type a list"),
        ({"type": {"a": 1}}, "unknown type an object"),
        ({"type": 7}, "unknown type 7"),
        ({"source": "aws.s3"}, "unknown source 'aws.s3'"),
        ({"source": 7}, "unknown source 7"),
        (
            {"source": "aws.partner/appflow.x/salesforce.com/1"},
            "an AppFlow event: use the Salesforce event relay instead",
        ),
        ([], "expected a JSON object, got list"),
        ("text", "expected a JSON object, got str"),
        (7, "expected a JSON object, got int"),
        (None, "expected a JSON object, got NoneType"),
    ],
)
def test_a_message_of_no_known_kind_is_refused(message: object, reason: str) -> None:
    """The reason names what it says it is."""
    assert refusal(message) == reason


NO_JSON = {
    "nothing": b"",
    "cut off": b"{",
    "half a word": b"nul",
    "lists without end": b"[" * 100_000,
    "objects without end": b'{"a":' * 100_000,
    "no number": b'{"a":NaN}',
    "half a character": b'"\\ud800"',
    "not UTF-8": b"\xff",
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("line", NO_JSON.values(), ids=NO_JSON)
def test_what_is_no_json_is_refused(line: bytes) -> None:
    """The reason says where reading stopped."""
    with pytest.raises(UnreadableError) as refused:
        read_message(line, the_intake(), NOW)
    assert str(refused.value).startswith("not JSON: ")


def test_a_relay_event_is_one_by_its_source_whatever_else_it_bears() -> None:
    """An unknown type beside a known source says nothing."""
    message = change("Opportunity", "GAP_UPDATE")
    assert take_in(message | {"type": "other"}).statements == take_in(message).statements


def ahead(instant: str) -> Iterator[Message]:
    """Give a message for each place where an instant that has come may stand."""
    for members in ({"created_at": instant}, {"updated_at": instant}):
        yield notification("conversation.read", conversation(**members))
    for name in ("first_admin_reply_at", "last_close_at"):
        yield notification("conversation.read", conversation(statistics=statistics(**{name: instant})))
    yield notification("conversation.read", conversation(), created_at=instant)
    yield notification("company.created", company_item(), created_at=instant)
    yield deleted_conversation(created_at=instant)
    yield ping() | {"created_at": instant}
    yield reread(rest_conversation()) | {"read_at": instant}
    yield change("Opportunity", "CREATE", CreatedDate=instant)
    for name in ("SystemModstamp", "CreatedDate"):
        yield record("Opportunity", **{name: instant})
    yield record("Opportunity") | {"read_at": instant}
    yield deleted_record("Opportunity", "006", read_at=instant)
    yield resync("Opportunity", instant)
    yield reading(pulled_at=instant)
    yield owner_listed("looker", "77", at=instant)
    yield feed_covered("looker", instant)
    yield feed_heard("looker", instant)


def test_an_instant_more_than_a_day_ahead_is_refused() -> None:
    """Wherever it stands; up to a day, clocks may differ."""
    for message in ahead(format_instant(NOW + DAY + 1)):
        assert refusal(message) == f"it speaks of {format_instant(NOW + DAY + 1)}, more than a day ahead"
    for message in ahead(format_instant(NOW + DAY)):
        assert take_in(message).statements


def test_a_reading_dated_more_than_a_day_ahead_is_refused() -> None:
    """Its windows have not ended."""
    assert "more than a day ahead" in refusal(reading(date=format_instant(NOW + 2 * DAY)))
    assert take_in(reading(date=format_instant(NOW + DAY))).statements


def test_a_date_in_the_crm_may_lie_ahead() -> None:
    """A renewal is a plan."""
    message = change("Opportunity", "CREATE", CloseDate="2031-01-01")
    assert take_in(message).remarks == []


def test_lines_are_folded_and_dead_letters_name_file_line_reason_and_body() -> None:
    """Lines count from 1, blank ones too, and a line may end like on Windows."""
    lines = [b"\n", b"{\n", GOOD[0] + b"\r\n", b"   \r\n", b'{"type":"x"}\n', b"\xff\n", GOOD[1]]
    with store() as kept:
        (tally,) = fold(lines, kept)
        assert {fact.subject.id for fact in facts(kept)} == {"good 0", "good 1"}
    assert tally.dead_letters == [
        DeadLetter("file", 2, "not JSON: Input data was truncated", b"{"),
        DeadLetter("file", 5, "unknown type 'x'", b'{"type":"x"}'),
        DeadLetter("file", 6, tally.dead_letters[2].reason, b"\xff"),
    ]
    assert tally.dead_letters[2].reason.startswith("not JSON: ")
    assert tally.messages == 5


def test_a_byte_order_mark_at_the_start_of_a_file_is_passed_over() -> None:
    """Some programs on Windows write one; further on it is no JSON."""
    with store() as kept:
        (tally,) = fold([BOM_UTF8 + GOOD[0], BOM_UTF8 + GOOD[1], BOM_UTF8], kept)
        assert [fact.subject.id for fact in facts(kept)] == ["good 0"]
        assert fold([BOM_UTF8, b"\n"], kept) == []
    assert [letter.line for letter in tally.dead_letters] == [2, 3]


def test_the_tally_says_what_became_of_the_messages() -> None:
    """Observations, silent messages, and each remark with how often it was made."""
    unheard_of = notification("conversation.closed", conversation(priority="blocker"))
    lines = [body(m) for m in (unheard_of, unheard_of, ping(), feed_heard("looker"), change("Invoice__c", "UPDATE"))]
    with store() as kept:
        (tally,) = fold(lines, kept)
    assert (tally.messages, tally.observations, tally.silent, tally.dead_letters) == (5, 2, 3, [])
    assert tally.remarks == {
        "unknown:topic=conversation.closed": 2,
        "unknown:conversation.priority=blocker": 2,
        "unknown:object=Invoice__c": 1,
    }


def test_a_batch_is_in_the_store_before_its_tally_is_told() -> None:
    """What was told as folded survives a stop between two batches."""
    covered = [body(feed_covered("looker", at)) for at in ("2025-03-01", "2025-02-01", "2025-01-01")]
    lines = [covered[0]] * BATCH_SIZE + [covered[1]] * BATCH_SIZE + [covered[2]]
    with store() as kept:
        since, sizes = [], []
        for tally in fold_lines(lines, "file", kept, the_intake(), NOW):
            since.append(kept.feeds()["looker"].covered_since)
            sizes.append(tally.messages)
    assert sizes == [BATCH_SIZE, BATCH_SIZE, 1]
    assert since == [one.since for line in covered for one in told_covered(line)]


def told_covered(line: bytes) -> Iterator[Covered]:
    """Read what a line says of coverage."""
    return (one for one in read_message(line, the_intake(), NOW).statements if isinstance(one, Covered))


def test_no_lines_make_no_tally() -> None:
    """An empty file is no error."""
    with store() as kept:
        assert fold([], kept) == fold([b"\n", b"  "], kept) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(poison, min_size=1, max_size=12), st.integers(0, 2**32))
def test_poison_in_a_batch_spoils_nothing_else(lines: list[bytes], seed: int) -> None:
    """All good lines are folded, each dead one has its letter, and what is left can be scored and kept."""
    bad = [line.replace(b"\n", b" ").strip() for line in lines]
    mixed = [*GOOD, *bad]
    Random(seed).shuffle(mixed)  # noqa: S311 - made-up data, no secrets
    with store() as kept:
        (tally,) = fold(mixed, kept)
        known = {one for fact in facts(kept) for one in fact.observations}
        close = Terms("2026-05", NOW, the_model(), "provisional", NOW)
        made = record_of(AccountReader(kept).read(PORTFOLIO), close)
    assert observed(GOOD) <= known
    assert made.score.final_score is None or 0 <= made.score.final_score <= 100
    assert encode_record(made)
    assert tally.messages == len([line for line in mixed if line])
    for letter in tally.dead_letters:
        assert mixed[letter.line - 1] == letter.body in bad
        assert letter.reason


def test_the_same_events_in_any_order_make_the_same_facts() -> None:
    """Sorted, shuffled, doubled, and folded one by one."""
    lines = [*GOOD, *(body(event(name)) for name in event_names())]
    chance = Random(7)  # noqa: S311 - as above
    told = []
    for order in (lines, chance.sample(lines, len(lines)), [*lines, *chance.sample(lines, len(lines))]):
        with store() as kept:
            fold(order, kept)
            told.append((facts(kept), kept.feeds(), kept.rereads(), list(kept.owners("intercom")), kept.unattributed()))
    with store() as kept:
        for line in lines:
            fold([line], kept)
        told.append((facts(kept), kept.feeds(), kept.rereads(), list(kept.owners("intercom")), kept.unattributed()))
    assert all(one == told[0] for one in told)
    assert told[0][2]
