"""Keys of accounts: what a spreadsheet spoilt and what Salesforce never gave is named, and all else is taken."""

from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.keys import account_fault, key_fault
from scoring.ids import to_18

ID = "001XX000003DHPhYAO"
SHORT = st.text(ascii_letters + digits, min_size=12, max_size=12).map(lambda rest: f"001{rest}")

SPOILT = {
    "'77": "apostrophe",
    "\"'77": None,
    '="0077"': "formula",
    "=A1": "formula",
    "1.23E+17": "cut this number short",
    "1,23e+05": "cut this number short",
    "1E-7": "cut this number short",
    "#N/A": "error",
    "#REF!": "error",
    "#NAME?": "error",
    "#DIV/0!": "error",
    "#NV": "error",
    "#BEZUG!": "error",
    "########": "error",
    "1,234": "thousands",
    "1.234.567": "thousands",
    "12 345": "thousands",
    "1'234'567": "thousands",
    "1,234.00": "thousands",
    "77.0": "decimals",
    "77,00": "decimals",
    "2026-10-01": "date",
    "2026-10-01 00:00:00": "date",
    "10/01/2026": "date",
    "1.10.2026": "date",
    "10/1/26": "date",
    "1-Oct": "date",
    "01-Oct-2026": "date",
    "Oct-26": "date",
    "nan": "empty cell",
    "NULL": "empty cell",
    "None": "empty cell",
    "N/A": "empty cell",
    "-": "empty cell",
    "TRUE": "empty cell",
    "ac\u200bme": "character 3 is U+200B ZERO WIDTH SPACE",
    "acme\u00a0": "character 5 is U+00A0 NO-BREAK SPACE",
    "\ufeffacme": "character 1 is U+FEFF ZERO WIDTH NO-BREAK SPACE",
    "ac\u00adme": "character 3 is U+00AD SOFT HYPHEN",
    "acme\u2060": "character 5 is U+2060 WORD JOINER",
    "acme\tltd": "character 5 is U+0009",
    "acme\nltd": "character 5 is U+000A",
    "acme\u3164": "character 5 is U+3164 HANGUL FILLER",
    "acme\ufe0f": "character 5 is U+FE0F VARIATION SELECTOR-16",
    "acme\x00": "character 5 is U+0000",
}


@pytest.mark.parametrize(("key", "said"), SPOILT.items())
def test_what_a_spreadsheet_made_of_a_key_is_named(key: str, said: str | None) -> None:
    """With what to do; a quotation mark spoils nothing."""
    fault = key_fault(key)
    assert (fault is None) == (said is None)
    assert fault is None or (said is not None and said in fault.said)


@pytest.mark.parametrize(
    "key",
    "acme 77 0077 htl-1 531ee472cce572a6ec000006 531e472 12e4 #77 A+B a=b Brand:3f2b8c1e-9a4d 2026 1.5 1-2 acme.com "
    "Zürich 東京 ACME-Oct may-7 1.2.3 v1.2 nano".split(),
)
def test_what_may_be_a_key_is_taken(key: str) -> None:
    """Digits with an e between them, and names with a point, among them."""
    assert key_fault(key) is None


def test_a_key_may_hold_ordinary_spaces() -> None:
    """As a Looker customer whose key is its name."""
    assert key_fault("Acme Hotels & Spa") is None


FOREIGN = {
    "": "expected the Salesforce id of the account",
    "A1": "expected a Salesforce id: 15 or 18 letters and digits",
    "001XX000003DHP": "15 or 18 letters and digits",
    "001XX000003DHPhYA": "15 or 18 letters and digits",
    "001XX-00003DHPhYAO": "15 or 18 letters and digits",
    "001XX000003DHPhYAé": "15 or 18 letters and digits",
    "003XX000003DHPh": "begins with 001; 003 begins the id of a Contact",
    "006XX000003DHPh": "begins with 001; 006 begins the id of an Opportunity",
    "a0BXX000003DHPh": "begins with 001; this does not",
    f"'{ID}": "apostrophe",
    f"{ID[:9]}\u200b{ID[9:]}": "U+200B",
}


@pytest.mark.parametrize(("key", "said"), FOREIGN.items())
def test_what_is_no_id_of_an_account_is_refused(key: str, said: str) -> None:
    """By its form, its beginning, or what a spreadsheet did to it."""
    fault = account_fault(key, "001")
    assert fault is not None
    assert said in fault.said


@pytest.mark.parametrize(
    "text",
    [f"https://acme.lightning.force.com/lightning/r/Account/{ID}/view", f"/{ID[:15]}", f'="{ID}"', f"'{ID}"],
)
def test_the_id_inside_a_text_is_offered(text: str) -> None:
    """Of an address, a formula, a text that an apostrophe leads."""
    fault = account_fault(text, "001")
    assert fault is not None
    assert fault.near == ID


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("001XX000003DHPhYAA", f"{ID} or 001XX000003dhphYAA"),
        ("001xx000003dhphyao", ID),
        ("001XX000003DHPHYAO", f"001XX000003DHPHYA4 or {ID}"),
        ("001XX000003DHPh999", ID),
    ],
)
def test_check_characters_that_do_not_fit_are_refused_with_the_right_id(key: str, near: str) -> None:
    """Those that fit the first 15, and the capitals that the last three say where these can be right."""
    fault = account_fault(key, "001")
    assert fault is not None
    assert "its last three characters, which check the others, do not fit them" in fault.said
    assert fault.near == near


@given(SHORT)
def test_every_id_is_taken_in_both_forms(short: str) -> None:
    """As Salesforce shows it and as its API gives it."""
    assert account_fault(short, "001") is None
    assert account_fault(to_18(short), "001") is None


@given(SHORT, st.integers(3, 17), st.sampled_from(ascii_letters + digits))
def test_a_slip_in_capitals_or_check_characters_is_always_seen(short: str, place: int, other: str) -> None:
    """Any letter in another case; any other check character."""
    right = to_18(short)
    wrong = right[:place] + (other if place > 14 else right[place].swapcase()) + right[place + 1 :]
    fault = account_fault(wrong, "001")
    assert (fault is None) == (wrong == right)
    assert fault is None or right in (fault.near or "") or place > 14


@given(SHORT.filter(lambda short: short != short.upper()))
def test_an_id_whose_capitals_were_lost_is_offered_as_it_was(short: str) -> None:
    """The three check characters say which letters were capitals."""
    fault = account_fault(to_18(short).upper(), "001")
    assert fault is not None
    assert to_18(short) in (fault.near or "")
