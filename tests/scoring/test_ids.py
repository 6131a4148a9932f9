"""Salesforce ids of 15 and 18 characters."""

from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ids import has_form, in_case, to_18

short_ids = st.text(ascii_letters + digits, min_size=15, max_size=15)

REAL_IDS = (
    "001RM000004UF9sYAG",
    "001ZM000001n4n5YAA",
    "001bm000016htgPAAQ",
    "0015f00002J9YYEAA3",
    "005bm000005uOROAA2",
    "00DRM000000Fxts2AC",
    "00D5f000005KcCnEAK",
    "0YLRM0000004Dfg4AE",
    "000000000000000AAA",
)


@pytest.mark.parametrize("known", REAL_IDS)
def test_fifteen_characters_are_brought_to_the_eighteen_that_salesforce_gives(known: str) -> None:
    """Ids seen in real payloads come out of their first 15 characters."""
    assert to_18(known[:15]) == known


@pytest.mark.parametrize("text", ["", "A1", "001RM000004UF9sYAG", "001RM000004UF9sXXX", "001RM-00004UF9s", "é" * 15])
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    """What is not 15 letters and digits is somebody's own key."""
    assert to_18(text) == text


@given(short_ids, short_ids)
def test_ids_that_differ_only_in_capitals_differ_without_them(one: str, other: str) -> None:
    """The checksum tells capitals, so 18 characters may be compared without looking at them."""
    twin = one.swapcase()
    assert (to_18(one).lower() == to_18(twin).lower()) == (one == twin)
    assert (to_18(one).lower() == to_18(other).lower()) == (one == other)


@given(short_ids)
def test_once_is_enough(short: str) -> None:
    """An id that is brought to 18 characters keeps its first 15 and stays."""
    assert to_18(to_18(short)) == to_18(short)
    assert to_18(short)[:15] == short


@given(short_ids)
def test_the_check_characters_bring_lost_capitals_back(short: str) -> None:
    """Whatever became of the case of the others."""
    whole = to_18(short)
    assert in_case(whole.lower()) == in_case(whole.upper()) == in_case(whole) == whole


@pytest.mark.parametrize("key", ["001000000000001BAA", "001RM000004UF9sY9G", "001RM000004UF9s-AG"])
def test_check_characters_that_no_id_has_bring_nothing_back(key: str) -> None:
    """A digit is no capital, and 9 says nothing."""
    assert in_case(key) is None


@pytest.mark.parametrize("key", ["001RM000004UF9s", "001RM000004UF9sYAG", "0" * 15])
def test_an_id_has_15_or_18_letters_and_digits(key: str) -> None:
    """ASCII ones alone."""
    assert has_form(key)
    assert not has_form(key + "A")
    assert not has_form("é" + key[1:])
