"""Names as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.identity.names import Lexicon, lexicon, likeness, normal, words_of

SAME = [
    ("Grand Hotel Oslo", "The Grand Hotel, OSLO"),
    ("Hôtel du Lac GmbH", "hotel du lac"),
    ("Cedar & Stone Ltd.", "Cedar and Stone"),
    ("St. Regis Hotels", "Saint Regis"),
    ("Acme Intl. S.L.", "ACME International"),
    ("Alpina GmbH & Co. KG", "Alpina"),
    ("Palazzo S.p.A.", "Palazzo"),
    ("O'Brien\u2019s Inn", "OBriens Inn"),
    ("Smørrebrød A/S", "Smorrebrod A/S"),
    ("Mt. Royal Resorts", "Mount Royal Resort"),
]
DIFFERENT = [
    ("Grand Hotel Oslo", "Grand Hotel Osla"),
    ("Garden Hotel & Spa", "Garden Hotel"),
    ("Park Suites", "Park Resort"),
    ("Hotel 21", "Hotel 12"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_differ_in_form_alone_are_the_same(one: str, other: str) -> None:
    """Case, accents, legal form, abbreviations, filling words, word order."""
    assert normal(one) == normal(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_differ_in_a_telling_word_are_not(one: str, other: str) -> None:
    """One letter may be another town."""
    assert normal(one) != normal(other)
    assert likeness(one, other, lexicon([one, other, "Bergen Inn"], [other])) < 78


@pytest.mark.parametrize("name", ["The Hotel Ltd", "Hotels", "The", "GmbH"])
def test_a_name_of_filling_words_alone_keeps_them(name: str) -> None:
    """Else all such were one."""
    assert words_of(name)


def vocabulary() -> Lexicon:
    """Learn some words."""
    return lexicon(["Meridian Palace Oslo", "Meridian Palace Bergen", "Northern Lights Resort"], ["Meridian Palace"])


@pytest.mark.parametrize(
    ("account", "owner", "floor"),
    [
        ("Meridian Palace Oslo", "Meridain Palace Oslo", 90),
        ("Meridian Palace Oslo", "MeridianPalace Oslo", 90),
        ("Northern Lights Resort", "NL Resort", 85),
        ("Northern Lights Resort", "North Lights Resort", 85),
    ],
)
def test_slips_and_short_forms_are_alike(account: str, owner: str, floor: float) -> None:
    """A typing error, a blank left out, initials, a word cut short."""
    assert floor <= likeness(account, owner, vocabulary()) <= 100


def test_names_at_odds_are_held_down() -> None:
    """The same brand in two cities is two hotels; a name without its city may be either."""
    oslo, bergen, brand = "Meridian Palace Oslo", "Meridian Palace Bergen", "Meridian Palace"
    assert likeness(oslo, bergen, vocabulary()) < 50 < likeness(oslo, brand, vocabulary()) < 90


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_names_can_be_compared(one: str, other: str) -> None:
    """From 0 to 100; a name with any word is wholly like itself."""
    words = lexicon([one, other], [one])
    assert 0 <= likeness(one, other, words) <= 100.0001
    assert likeness(one, one, words) == (100 if words_of(one) else 0)
