"""Keys are found inside other texts, and nothing else is taken for one."""

import pytest

from handlers.identity.keys import domains_of, ids_in, uuids_in
from tests.identity.profiles import BRAND, ONE, account


@pytest.mark.parametrize("text", [ONE, ONE[:15], f"sf_{ONE}", f"https://x.lightning.force.com/r/Account/{ONE}/view"])
def test_a_salesforce_id_of_either_length_is_found(text: str) -> None:
    """As a word of its own, brought to 18 characters."""
    assert ONE in ids_in(text)


@pytest.mark.parametrize("text", ["", f"x{ONE}", f"{ONE}0", ONE[:14], "blue-sun"])
def test_what_is_longer_or_shorter_is_no_id(text: str) -> None:
    """A part of a word is not the word."""
    assert ONE not in ids_in(text)


@pytest.mark.parametrize("text", [BRAND, f"Brand:{BRAND}", BRAND.upper(), BRAND.replace("-", ""), f"a/{BRAND}/b"])
def test_a_uuid_is_found_inside_a_longer_key(text: str) -> None:
    """However it is written."""
    assert uuids_in(text) == {BRAND.replace("-", "")}


@pytest.mark.parametrize("text", ["", "00000000-0000-0000-0000-000000000000", f"a{BRAND}", BRAND[:-1], ONE])
def test_what_tells_nobody_from_another_is_no_uuid(text: str) -> None:
    """Zeros stand for nobody; a part is not the whole."""
    assert uuids_in(text) == set()


@pytest.mark.parametrize(
    ("value", "domains"),
    [
        ("https://www.Acme-Hotels.com/en?x=1", {"acme-hotels.com"}),
        ("acme.co.uk", {"acme.co.uk"}),
        ("oslo.acme.no:8080", {"acme.no"}),
        ("info@acme.es, sales@acme.com", {"acme.es", "acme.com"}),
        ("joe@gmail.com", set()),
        ("https://www.facebook.com/acme", set()),
        ("acme.wixsite.com/home", set()),
        ("yahoo.co.uk", set()),
        ("no website", set()),
        ("-", set()),
    ],
)
def test_domains_are_those_that_somebody_registered_for_himself(value: str, domains: set[str]) -> None:
    """Mail providers, portals and site builders say nothing."""
    assert domains_of(account(Website=value)) == domains


def test_addresses_of_others_and_other_attributes_give_no_domain() -> None:
    """A parent's website is not one's own."""
    assert domains_of(account(Parent_Website="acme.com", Notes="acme.com", Industry="hotels.example.org")) == set()
