"""Taking stock: what each source knows owners by, and what the mapping lacks."""

from handlers.identity.inventory import Attribute, Conflict, Inventory, UnknownOwner, Unmapped, take_inventory
from scoring.account import Account, Owner
from scoring.instants import EPOCH
from tests.identity.profiles import BRAND, ONE, OTHER

ACCOUNTS = [
    Account(ONE, {"salesforce": (ONE,), "intercom": ("acme",), "looker": ("770",)}, "Acme"),
    Account(OTHER, {"salesforce": (OTHER,), "intercom": ("id1",)}, "Beta"),
]
OWNERS = {
    "salesforce": [
        Owner("salesforce", frozenset([ONE]), "Acme", EPOCH),
        Owner("salesforce", frozenset([OTHER]), "B", EPOCH),
    ],
    "intercom": [
        Owner("intercom", frozenset(["acme", "id1"]), "Acme", EPOCH, (("city", "Oslo"), ("sf", ONE[:15]))),
        Owner("intercom", frozenset(["quiet"]), None, EPOCH, (("city", "Rome"),)),
        Owner("intercom", frozenset(["busy"]), "Busy", EPOCH),
        Owner("intercom", frozenset([OTHER]), None, EPOCH),
    ],
    "looker": [
        Owner("looker", frozenset(["77"]), None, EPOCH),
        Owner("looker", frozenset([f"Brand:{BRAND}"]), None, EPOCH),
    ],
}
FACTS = {"busy": 9, OTHER: 2}


def facts_of(owner: Owner) -> int:
    """Count the facts of an owner; nobody asks for a mapped one's."""
    assert "acme" not in owner.ids
    return FACTS.get(min(owner.ids), 0)


def taken() -> Inventory:
    """Take the inventory."""
    return take_inventory(ACCOUNTS, OWNERS, facts_of, {"conversation": 3})


def test_owners_are_counted_by_source_with_what_they_can_be_recognised_by() -> None:
    """Shares of attributes with samples; Salesforce ids and UUIDs wherever they stand."""
    one = taken().sources["intercom"]
    assert (one.owners, one.mapped, one.unmapped, one.named, one.with_salesforce_id, one.with_uuid) == (
        4,
        1,
        3,
        2,
        2,
        0,
    )
    assert one.attributes == {"city": Attribute(50.0, ("Oslo", "Rome")), "sf": Attribute(25.0, (ONE[:15],))}
    assert taken().sources["looker"].with_uuid == 1


def test_unmapped_owners_come_with_their_facts_the_busiest_first() -> None:
    """What they did is lost to every score until they are mapped."""
    assert taken().unmapped["intercom"] == [
        Unmapped(("busy",), "Busy", 9),
        Unmapped((OTHER,), None, 2),
        Unmapped(("quiet",), None, 0),
    ]


def test_accounts_without_an_owner_are_listed_by_source() -> None:
    """Their metrics of that source are missing."""
    assert taken().accounts_lacking == {"intercom": [], "looker": [OTHER], "salesforce": []}


def test_an_owner_of_the_mapping_that_nothing_ever_named_is_a_typo() -> None:
    """With the one that was probably meant."""
    assert taken().unknown_owners == [UnknownOwner(ONE, "looker", "770", "77")]


def test_an_owner_that_two_accounts_claim_under_two_ids_is_a_conflict() -> None:
    """The mapping file alone cannot show it."""
    assert taken().conflicts == [Conflict("intercom", ("acme", "id1"), (OTHER, ONE))]


def test_what_no_source_gives_an_owner_is_told() -> None:
    """By kind."""
    assert taken().unattributed == {"conversation": 3}


def test_an_empty_store_and_mapping_have_an_inventory_too() -> None:
    """The first thing a pilot asks for."""
    told = take_inventory([], {"looker": []}, facts_of, {})
    assert told.sources["looker"].owners == 0
    assert told.conflicts == []
