"""A quote is found again in the text, and given as it stands there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.detection.quotes import LEAST_LETTERS, Quotable, visible


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("Yes, we leave in May.", "we leave in May", "we leave in May"),
        ("Yes, we leave in May.", "we leave in May.", "we leave in May."),
        ("Yes, we\n   leave\tin May.", "we leave in May", "we\n   leave\tin May"),
        ("We don\u2019t renew \u2013 ok", "We don't renew - ok", "We don\u2019t renew \u2013 ok"),
        ("«Nous\u00a0partons»", '"Nous partons"', "Nous\u00a0partons"),
        ("Wir ku\u0308ndigen", "Wir kündigen", "Wir ku\u0308ndigen"),
        ("Wir kündigen", "Wir ku\u0308ndigen", "Wir kündigen"),
        ("we can\u200bcel it \u200b now", "we cancel it now", "we can\u200bcel it \u200b now"),
        ("wir kün\u00addigen jetzt", "wir kündigen jetzt", "wir kün\u00addigen jetzt"),
        ("the ﬁrst ﬂoor", "the first floor", "the ﬁrst ﬂoor"),
        ("so … we leave you", "... we leave you...", "we leave you"),
        ("We leave you", "we leave you", None),
        ("we leave you", "we will leave you", None),
        ("we leave you", "leave", None),
        ("we leave you", "", None),
        ("we leave you", "… “ ” …", None),
        ("", "we leave you", None),
    ],
)
def test_a_quote_is_the_exact_words_of_the_text(text: str, quote: str, found: str | None) -> None:
    """Blanks, typography and invisible signs make no difference; letters, capitals and length do."""
    assert Quotable(text).find(quote) == found


@settings(max_examples=40)
@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_each_stretch_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    """And what is found is a substring, whatever is asked for."""
    quote = text[start : start + length]
    found = Quotable(text).find(quote)
    assert found is None or found in text
    letters = sum(map(str.isalnum, quote))
    if letters >= LEAST_LETTERS and quote.isascii() and text.isascii():
        assert found is not None


def test_what_nobody_sees_is_left_out() -> None:
    """Line breaks and tabs are seen."""
    assert visible("a\u200b\u202eb\tc\nd\x07\U000e0041é") == "ab\tc\ndé"
