"""Samples of messages without a finding: drawn once, the same for everybody, answered by name."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handlers.jobs.samples import SampleAnswer, drawn, keep_answer, missed, sample_answers
from handlers.stores.protocol import Batch, Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, Instant, parse_instant
from scoring.observations import Conversation, Finding, Message, Observation, Subject
from scoring.proportions import Proportion

MONTH, SIZE = "2026-10", 10
BEGIN, NOW = parse_instant("2026-10-01"), parse_instant("2026-11-02")
FINDING = Finding("budget", "too dear", "en/budget/dear", "1")


def _said(number: int, at: Instant, message: Message) -> Observation:
    return Observation(Subject("intercom", "conversation", f"c{number}"), at, message)


def _conversation(number: int, at: Instant) -> Iterator[Observation]:
    subject = Subject("intercom", "conversation", f"c{number}")
    yield Observation(subject, at, Conversation(at, "closed"), "blue-sun")
    yield _said(number, at, Message(f"p{number}", "en"))
    yield _said(number, at, Message(f"q{number}", "en"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store of forty conversations of the month, and of what is never drawn."""
    batch = Batch()
    for number in range(40):
        for observation in _conversation(number, Instant(BEGIN + number * DAY // 2)):
            batch.add(observation)
    batch.add(_said(100, BEGIN, Message("flagged", "en", findings=(FINDING,))))
    batch.add(_said(101, Instant(BEGIN - DAY), Message("before", "en")))
    batch.add(_said(102, parse_instant("2026-11-01"), Message("after", "en")))
    batch.add(_said(103, BEGIN, Message("unknown", None)))
    with closing(SqliteStore(tmp_path / "store.db")) as opened:
        opened.merge(batch)
        yield opened


def test_ten_messages_of_ten_conversations_are_drawn(store: Store) -> None:
    """Only those of the month that a detector read without a finding, and one of a conversation."""
    some = drawn(store, MONTH, ["intercom"], SIZE, NOW)
    assert len(some) == SIZE == len({one.conversation for one in some})
    assert {one.part[0] for one in some} <= {"p", "q"}
    assert {one.owner for one in some} == {"blue-sun"}


def test_what_was_drawn_stays_whatever_comes_later(store: Store) -> None:
    """Everybody is shown the same."""
    some = drawn(store, MONTH, ["intercom"], SIZE, NOW)
    batch = Batch()
    for number in range(200, 400):
        for observation in _conversation(number, BEGIN):
            batch.add(observation)
    store.merge(batch)
    assert drawn(store, MONTH, ["intercom"], SIZE, NOW) == some


def test_another_month_draws_others(store: Store) -> None:
    """The month decides the order; a month that is not over draws nothing, and keeps nothing."""
    assert drawn(store, "2026-11", ["intercom"], SIZE, NOW) == ()
    assert not store.cursors("words/sample/")
    assert [one.part for one in drawn(store, "2026-09", ["intercom"], SIZE, NOW)] == ["before"]


def test_the_last_answer_of_a_message_holds(store: Store) -> None:
    """What was missed is counted by category, with its limits."""
    first, second, *_ = drawn(store, MONTH, ["intercom"], SIZE, NOW)
    given = SampleAnswer(first.part, None, "ana", "2026-11-02T10:00:00Z")
    for one in (given, replace_category(given, "budget"), SampleAnswer(second.part, None, "ben", given.at)):
        keep_answer(store, MONTH, one)
    said = missed(sample_answers(store))
    assert said.missed == Proportion(1, 2)
    assert said.by_category == (("budget", 1),)
    assert len(sample_answers(store, MONTH)) == 2
    assert sample_answers(store, "2026-09") == []


def replace_category(one: SampleAnswer, category: str) -> SampleAnswer:
    """Give the answer with another category."""
    return SampleAnswer(one.part, category, one.person, one.at)


@pytest.mark.parametrize(("part", "category"), [("p1", "sales"), ("never drawn", None)])
def test_an_answer_of_nothing_is_refused(store: Store, part: str, category: str | None) -> None:
    """A category that is none, and a message that was not drawn."""
    drawn(store, MONTH, ["intercom"], SIZE, NOW)
    with pytest.raises(ValueError, match=r"sales|never drawn"):
        keep_answer(store, MONTH, SampleAnswer(part, category, "ana", "2026-11-02T10:00:00Z"))
