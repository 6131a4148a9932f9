"""Accounts are found as people call them: by id, by name, by a part of it; what fits several is listed."""

from collections.abc import Callable, Mapping

import click
import pytest

from handlers.commands.accounts import MOST_LISTED, find
from scoring.account import Account
from scoring.ids import to_18

LISBON, BERLIN, CAFE, NAMELESS, TWIN = (to_18(f"001Qy0000000{number:03d}") for number in range(5))
ACCOUNTS = (
    Account(LISBON, {}, "Four Seasons Hotel Lisbon"),
    Account(BERLIN, {}, "Four  Seasons Hotel Berlin"),
    Account(CAFE, {}, "Café Größe"),
    Account(NAMELESS, {}),
    Account(TWIN, {}, "Four Seasons"),
)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (LISBON, LISBON),
        (LISBON[:15], LISBON),
        (f" {LISBON} ", LISBON),
        ("four seasons hotel lisbon", LISBON),
        ("Four Seasons Hotel Berlin", BERLIN),
        ("lisbon", LISBON),
        ("seasons  BERLIN", BERLIN),
        ("CAFE GROSSE", CAFE),
        ("grö", CAFE),
        ("four seasons", TWIN),
    ],
)
def test_an_account_is_found_by_id_name_or_part_of_its_name(words: str, wanted: str) -> None:
    """Capitals, accents and blanks make no difference; the whole name goes before a part."""
    assert find(ACCOUNTS, words).id == wanted


def refusal(words: str, accounts: tuple[Account, ...] = ACCOUNTS, more: Callable[[], Mapping[str, str]] = dict) -> str:
    """Give what is said of words that name no account."""
    with pytest.raises(click.ClickException) as refused:
        find(accounts, words, more)
    return refused.value.message


def test_a_name_of_several_is_refused_and_they_are_listed() -> None:
    """With the ids to choose from, by name."""
    head, *lines = refusal("hotel").splitlines()
    assert head == "'hotel' fits 2 accounts: give an id, or more of the name"
    assert lines == [f"  {BERLIN}  Four Seasons Hotel Berlin", f"  {LISBON}  Four Seasons Hotel Lisbon"]


def test_of_very_many_the_first_are_listed() -> None:
    """The rest are counted."""
    accounts = tuple(Account(to_18(f"001Qy000000{number:04d}"), {}, f"Inn {number:02d}") for number in range(30))
    lines = refusal("inn", accounts).splitlines()
    assert len(lines) == MOST_LISTED + 2
    assert lines[-1] == "  and 20 more"


def test_names_that_the_mapping_lacks_count_as_much() -> None:
    """Those of accounts that are not in the portfolio do not, nor do other names of accounts that it names."""
    more = {NAMELESS: "Inn by the Sea, Lisbon", "001Qy0000000999AAA": "Inn of Nobody", CAFE: "Another Inn"}
    assert find(ACCOUNTS, "inn", lambda: more).id == NAMELESS
    assert refusal("of nobody", more=lambda: more).startswith("no account of nobody in the portfolio")
    assert refusal("another", more=lambda: more).startswith("no account another in the portfolio")
    assert refusal("lisbon", more=lambda: more).splitlines() == [
        "'lisbon' fits 2 accounts: give an id, or more of the name",
        f"  {LISBON}  Four Seasons Hotel Lisbon",
        f"  {NAMELESS}  Inn by the Sea, Lisbon",
    ]


def test_an_id_asks_nobody_for_names() -> None:
    """Nor does a portfolio all of whose accounts have one: the store is not read."""

    def unasked() -> Mapping[str, str]:
        raise AssertionError

    assert find(ACCOUNTS, NAMELESS[:15], unasked).id == NAMELESS
    assert find(ACCOUNTS[:2], "berlin", unasked).id == BERLIN


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("four seasosn lisbon", f"{LISBON}? That is Four Seasons Hotel Lisbon"),
        ("FUOR SEASONS BERLIN", f"{BERLIN}? That is Four Seasons Hotel Berlin"),
        ("cafe gröse", f"{CAFE}? That is Café Größe"),
        (f"{LISBON[:-1]}x", f"{LISBON}?"),
    ],
)
def test_what_names_none_says_which_was_probably_meant(words: str, near: str) -> None:
    """By id or by name, whatever the capitals and accents."""
    assert f"did you mean {near}" in refusal(words)
