"""How a customer feels, by VADER: of English alone, rounded, without what VADER gets wrong of support mail."""

import json
import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.detection.sentiment import DIGITS, sentiment

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The new inbox is great, the team loves it!", 1),
        ("Thanks a lot, works perfectly now.", 1),
        ("No problem, all good.", 1),
        ("❤️", 1),
        ("This is broken again and nobody answers. Terrible.", -1),
        ("The report isn't good.", -1),
        ("The report isn\u2019t good.", -1),
        ("I would like to cancel.", -1),
        ("Could you please share the support number?", 0),
        ("Dear support,\nplease send the urgent invoice as well.\n\nKind regards\nJana", 0),
        ("The meeting is on Tuesday.", 0),
    ],
)
def test_a_feeling_is_told_by_its_sign(text: str, sign: int) -> None:
    """Apostrophes and emoji as phones write them; courtesy and the words of the trade are no feeling."""
    told = sentiment(text, "en")
    assert told is not None
    assert (told > 0) - (told < 0) == sign


@pytest.mark.parametrize("language", ["de", "fr", "es", "it", "pt", "nl", None])
def test_other_languages_have_none(language: str | None) -> None:
    """Missing is not zero."""
    assert sentiment("This is great", language) is None


@pytest.mark.parametrize("text", ["", " \n ", "Best regards", "> We hate it.\n", "-- \nHappy Hotels"])
def test_where_the_customer_wrote_nothing_there_is_none(text: str) -> None:
    """Nor where all is somebody else's."""
    assert sentiment(text, "en") is None


def test_quoted_mail_and_signatures_are_not_the_customers() -> None:
    """Their words change nothing."""
    own = "We are happy."
    quoted = f"{own}\n> This is terrible, awful, a disaster.\n-- \nAnna, Awful Hotels"
    assert sentiment(quoted, "en") == sentiment(own, "en")


def test_length_is_no_feeling() -> None:
    """Said ten times it is what it was said once; VADER's own sum of all runs to the end of the scale."""
    once = "The inbox is slow and bad. The people are nice."
    assert sentiment(once, "en") == sentiment(" ".join([once] * 10), "en")


def test_a_long_text_takes_no_long_time() -> None:
    """VADER alone takes seconds for it: its time grows with the square of the words."""
    start = process_time()
    assert sentiment("this is not good and not bad " * 2_000, "en") is not None
    assert process_time() - start < 1


@settings(max_examples=40)
@given(st.text(max_size=80), st.sampled_from(["", " good", " bad!!", "\u2019t 😀"]))
def test_any_text_has_a_number_of_few_digits_or_none(text: str, more: str) -> None:
    """Between the ends of the scale, the same when asked again, and written in few bytes."""
    told = sentiment(text + more, "en")
    assert told == sentiment(text + more, "en")
    assert told is None or (-1 <= told <= 1 and told == round(told, DIGITS) and len(json.dumps(told)) <= 7)


def test_vader_is_loaded_when_it_is_used_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """It has half a megabyte of words, and a line that would print what the customer wrote."""
    code = "import sys, handlers.detection.sentiment; print('vaderSentiment' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout == "False\n"
    assert sentiment("You broke a leg, cut the mustard and kiss of death, upper hand", "en") is not None
    assert capsys.readouterr() == ("", "")
