"""What is stored is plain text that comes back equal, one text for one content."""

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.stores.codec import (
    decode_content,
    decode_observation,
    decode_record,
    decode_subject,
    encode_content,
    encode_observation,
    encode_record,
    encode_subject,
    record_rank,
)
from handlers.stores.protocol import StoreError
from scoring.instants import Instant
from scoring.observations import Content, Conversation, Fields, Gap, Observation, Reading, Subject, Tombstone
from scoring.record import rank
from tests.scoring.strategies import START
from tests.stores.test_record_contract import RANKS, a_record

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**52), 2**52)
instants = st.integers(0, 4 * 10**15)
perhaps = st.none() | instants

contents: st.SearchStrategy[Content] = st.one_of(
    st.builds(
        Conversation,
        created=instants,
        state=st.none() | texts,
        tags=st.lists(texts, max_size=3).map(tuple),
        last_close=perhaps,
        reopens=st.none() | st.integers(0, 9),
        agent_took_part=st.booleans(),
    ),
    st.just(Tombstone()),
    st.builds(
        Fields,
        values=st.lists(st.tuples(texts, st.one_of(st.none(), texts, numbers)), max_size=3).map(tuple),
        created=perhaps,
        read_at=perhaps,
    ),
    st.builds(Gap, object=texts, resynced=st.booleans()),
    st.builds(
        Reading,
        date=instants,
        values=st.lists(st.tuples(texts, numbers), max_size=3).map(tuple),
        holes=st.lists(instants, max_size=3).map(tuple),
    ),
)


@given(contents, instants, st.none() | texts.filter(bool))
def test_an_observation_comes_back_equal(content: Content, at: Instant, owner: str | None) -> None:
    """Any content, in any script, survives writing and reading."""
    observation = Observation(Subject("intercom", "conversation", "1"), at, content, owner)
    assert decode_observation(observation.subject, *encode_observation(observation)) == observation


@given(contents)
def test_writing_what_was_read_gives_the_same_text(content: Content) -> None:
    """The text is canonical, so that a store can tell the same observation by its bytes."""
    form, text = encode_content(content)
    assert encode_content(decode_content(form, text)) == (form, text)


def test_equal_numbers_have_one_text_however_the_source_wrote_them() -> None:
    """A whole number is the same statement with and without a decimal point."""
    pairs = [(250_000, 250_000.0), (0, -0.0), (2**52, float(2**52))]
    for one, other in pairs:
        assert encode_content(Fields((("arr", one),))) == encode_content(Fields((("arr", other),)))
        assert encode_content(Reading(START, (("a", one),))) == encode_content(Reading(START, (("a", other),)))


def test_what_stands_at_its_default_is_left_out_of_the_text() -> None:
    """A field added to a content later, with a default, changes no text that is stored."""
    assert encode_content(Conversation(START, state="open")) == (
        "conversation",
        f'{{"created":{START},"state":"open"}}',
    )
    assert encode_content(Tombstone()) == ("tombstone", "{}")
    assert encode_content(Reading(START, (("a", 1.0),))) == ("reading", f'{{"date":{START},"values":[["a",1]]}}')


def test_an_observation_of_a_form_that_is_not_known_is_a_newer_versions() -> None:
    """So the advice is to use that, before a backup is looked for."""
    with pytest.raises(StoreError, match=r"of the form 'letter', which this version .* does not know: use the newer"):
        decode_content("letter", "{}")


@pytest.mark.parametrize(("form", "text"), [("gap", "{"), ("gap", "{}"), ("reading", '{"date":"x"}')])
def test_an_observation_that_cannot_be_read_is_an_error_that_says_what_to_do(form: str, text: str) -> None:
    """A damaged row is not taken for another observation."""
    with pytest.raises(StoreError, match=f"observation of form '{form}' cannot be read; restore"):
        decode_content(form, text)


@given(texts)
def test_a_subject_comes_back_whatever_its_id(name: str) -> None:
    """An id may hold slashes."""
    subject = Subject("looker", "reading", name)
    assert decode_subject(encode_subject(subject)) == subject


def test_a_record_is_readable_text_that_comes_back_equal() -> None:
    """The names and numbers of a receipt stand in the text as a person would look for them."""
    record = a_record("001", "2026-10")
    text = encode_record(record)
    assert decode_record(text) == record
    assert (
        msgspec.json.decode(text)["measurements"]["dimensions"]["financial_contract"]["days_to_renewal"]["raw"] is None
    )
    assert '"account_name":"Größe"' in text


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"period": 3}'])
def test_a_text_that_is_no_record_is_an_error_that_says_what_to_do(text: str) -> None:
    """A damaged record is not taken for another."""
    with pytest.raises(StoreError, match="restore the store or rescore"):
        decode_record(text)


def test_ranks_sort_as_records_outrank_one_another() -> None:
    """The stores compare texts where the core compares records."""
    for one, other in product(RANKS, RANKS):
        assert (record_rank(one) >= record_rank(other)) == (rank(one) >= rank(other))
