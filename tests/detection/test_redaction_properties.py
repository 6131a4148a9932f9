"""Whatever a customer writes, a quote of it holds no address, number or name, and ends."""

import re
from time import process_time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from handlers.detection.redaction import LONGEST_QUOTE, redacted, redacted_quote
from tests.detection.planted import accounts, cards, phones, surroundings, texts_with_names

_MARKS = st.sampled_from((" ", "\n", "(", ": ", ", ", "<", "tel:", "\u00a0"))


def digits_of(text: str) -> str:
    """Keep the digits of a text."""
    return "".join(sign for sign in text if sign.isdigit())


def traces(number: str, quote: str) -> list[str]:
    """List the runs of five digits of a number that a quote holds, whatever stands between them."""
    digits, left = digits_of(number), digits_of(quote)
    return [digits[at : at + 5] for at in range(len(digits) - 4) if digits[at : at + 5] in left]


@given(before=surroundings(), mark=_MARKS, number=st.one_of(phones(), cards(), accounts()), after=surroundings())
def test_number_leaves_no_trace(before: str, mark: str, number: str, after: str) -> None:
    """Neither a phone, a card nor an account leaves five of its digits."""
    assert not traces(number, redacted(f"{before}{mark}{number} {after}"))


@settings(max_examples=25)
@given(before=surroundings(), mark=_MARKS, mail=st.emails(), after=surroundings())
def test_mail_leaves_no_trace(before: str, mark: str, mail: str, after: str) -> None:
    """Neither the name before the sign nor the host after it is left."""
    assume(mail.partition("@")[2] not in before + after)
    quote = redacted(f"{before}{mark}{mail} {after}")
    assert mail not in quote
    assert mail.partition("@")[2] not in quote


@given(texts_with_names())
def test_name_leaves_no_trace(planted: tuple[str, str]) -> None:
    """A name of the lists goes from greetings, farewells and sentences."""
    name, text = planted
    quote = redacted(text)
    assert not [word for word in name.split() if word[0].isupper() and re.search(rf"\b{word}\b", quote)]


@given(st.one_of(st.text(), texts_with_names().map(lambda planted: planted[1]), phones(), st.text("aA .,@:/\n-()[]+1")))
@example("[name] [e-mail] J. [name] 5A. Foi")
@example("A" * 500)
@example("\ud800 \u0000 \u202e")
def test_quote_is_its_own_quote(text: str) -> None:
    """Redaction neither fails nor goes on: it is done once."""
    quote = redacted(text)
    assert len(quote) <= LONGEST_QUOTE
    assert redacted(quote) == quote
    assert "\n" not in quote


@given(text=st.one_of(st.text(), texts_with_names().map(lambda planted: planted[1])), data=st.data())
def test_part_of_a_text(text: str, data: st.DataObject) -> None:
    """Any part of a text can be quoted, and what is not of the text, too."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert len(redacted_quote(text, text[start:end])) <= LONGEST_QUOTE
    assert len(redacted_quote("", text)) <= LONGEST_QUOTE


@given(number=phones(), cut=st.integers(1, 6))
def test_number_that_the_quote_cuts(number: str, cut: int) -> None:
    """A part that ends within a number holds nothing of it."""
    text = f"we cancel, call {number} now"
    assert not traces(number, redacted_quote(text, text[: text.index(number) + len(number) - cut]))


HOSTILE = (
    *("a", "1 ", "a@", "Hi ", "Aa ", "1.", "http://", "de89 ", "[(", "a.", "Grüße ", "A. ", "\u200b", "von ", "Jana "),
    *(
        "-",
        "0",
        "(at)",
        "(",
        "mit freundlichen ",
        "a-",
        "1-",
        "x at y dot ",
        "::",
        "\n",
        "'s ",
        "\ufdfa",
        "e\u0301",
        "_",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_in_proportion(piece: str) -> None:
    """Fifty thousand characters take no longer than fifty times one thousand, by and large."""
    text = piece * (50_000 // len(piece))
    redacted(text[:1000])
    begun = process_time()
    assert len(redacted(text)) <= LONGEST_QUOTE
    assert process_time() - begun < 1.5
