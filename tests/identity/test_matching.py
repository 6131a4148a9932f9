"""Each rule by its smallest examples: what is proposed, what is not, what is said to be ambiguous."""

import pytest

from tests.identity.profiles import BRAND, ONE, OTHER, account, ask, company, customer, pairs


@pytest.mark.parametrize("key", [ONE, ONE[:15], f"sf:{ONE}", ONE.lower()])
def test_a_salesforce_id_in_the_owners_key_is_exact(key: str) -> None:
    """Of 15 or 18 characters, those of 18 in any case, in Intercom and Looker alike."""
    answer = ask([account(ONE), account(OTHER)], [company(key), customer(key)])
    assert [(one.owner, one.sf_account_id, one.rule, one.score) for one in answer.proposals] == [
        (key, ONE, "exact", 100.0),
        (key, ONE, "exact", 100.0),
    ]
    assert answer.proposals[0].reason == f"its key holds the Salesforce id {ONE}"


def test_an_id_of_15_characters_in_another_case_is_another_id() -> None:
    """Only the longer form can be told without its case."""
    assert pairs(ask([account(ONE)], [company(ONE[:15].lower())])) == set()


def test_a_salesforce_id_in_an_attribute_is_exact() -> None:
    """Whatever the attribute is called; the reason names it."""
    answer = ask([account(ONE)], [company("acme", crm_link=f"https://x.force.com/{ONE}/view")])
    assert pairs(answer) == {("acme", ONE, "exact")}
    assert "attribute crm_link" in answer.proposals[0].reason


@pytest.mark.parametrize("name", ["parent_account_id", "Ultimate_Parent__c", "old_sf_id", "reseller"])
def test_the_id_of_somebody_else_is_not_exact(name: str) -> None:
    """A parent's or partner's id is not one's own."""
    assert pairs(ask([account(ONE)], [company("acme", attributes={name: ONE})])) == set()


def test_an_owners_id_in_salesforce_is_exact() -> None:
    """In a field that is named after the source; a number of anything else is none."""
    told = account(ONE, Intercom_Company_Id__c="acme", NumberOfEmployees="77")
    assert pairs(ask([told], [company("acme"), company("77"), customer("77")])) == {("acme", ONE, "exact")}


def test_ids_of_two_accounts_are_ambiguous() -> None:
    """The key is believed before attributes; where these disagree, nothing is proposed."""
    accounts = [account(ONE), account(OTHER)]
    assert pairs(ask(accounts, [company(ONE, sf_id=OTHER)])) == {(ONE, ONE, "exact")}
    answer = ask(accounts, [company("acme", sf_id=ONE, crm_id=OTHER)])
    assert (answer.proposals, answer.ambiguous) == ([], {("intercom", "acme"): [OTHER, ONE]})


def test_several_owners_may_bear_the_id_of_one_account() -> None:
    """An account has one owner or many."""
    answer = ask([account(ONE)], [company("a", sf_id=ONE), company("b", sf_id=ONE)])
    assert pairs(answer) == {("a", ONE, "exact"), ("b", ONE, "exact")}


def test_a_shared_uuid_joins_through_longer_keys_and_through_other_owners() -> None:
    """Salesforce holds it, or an owner that has an account does."""
    assert pairs(ask([account(ONE, Brand__c=BRAND)], [customer(f"Brand:{BRAND}")])) == {(f"Brand:{BRAND}", ONE, "uuid")}
    owners = [company(BRAND, sf_id=ONE), customer(f"Brand:{BRAND}")]
    assert (f"Brand:{BRAND}", ONE, "uuid") in pairs(ask([account(ONE)], owners))
    mapped = {("intercom", BRAND): ONE}
    assert pairs(ask([account(ONE)], [company(BRAND), owners[1]], mapped)) == {(f"Brand:{BRAND}", ONE, "uuid")}


def test_a_uuid_that_several_bear_tells_nobody_from_another() -> None:
    """Two accounts, or two owners of one source."""
    both = [account(ONE, Brand__c=BRAND), account(OTHER, Brand__c=BRAND)]
    assert ask(both, [customer(f"Brand:{BRAND}")]).ambiguous == {("looker", f"Brand:{BRAND}"): [OTHER, ONE]}
    twice = [customer(f"Property:{BRAND}:1"), customer(f"Property:{BRAND}:2")]
    assert pairs(ask([account(ONE, Brand__c=BRAND)], twice)) == set()


def test_a_domain_that_two_alone_have_joins_them() -> None:
    """Whatever they are called; a free-mail domain joins nobody."""
    told = account(ONE, "Blue Sun Group", Website="www.acme.com")
    assert pairs(ask([told], [company("a", "Acme Oslo", website="https://acme.com/oslo")])) == {("a", ONE, "domain")}
    told = account(ONE, "Blue Sun Group", Email="blue@gmail.com")
    assert pairs(ask([told], [company("a", "Acme Oslo", email="acme@gmail.com")])) == set()


def test_of_a_shared_domain_those_of_like_names_are_joined() -> None:
    """One brand in several cities; one whose city none of them has stays open."""
    cities = {"Oslo": ONE, "Bergen": OTHER}
    accounts = [account(key, f"Acme {city} AS", Website="acme.com") for city, key in cities.items()]
    owners = [company(city, f"ACME Hotel {city}", website="acme.com") for city in (*cities, "Rome")]
    assert pairs(ask(accounts, owners)) == {("Oslo", ONE, "domain"), ("Bergen", OTHER, "domain")}


def test_equal_names_are_joined_unless_their_domains_differ() -> None:
    """In all but form; several companies of one name are one account's."""
    owners = [company("a", "The Acme Hotels"), company("b", "ACME")]
    assert pairs(ask([account(ONE, "Acme GmbH")], owners)) == {("a", ONE, "name"), ("b", ONE, "name")}
    told = account(ONE, "Acme GmbH", Website="acme.de")
    assert pairs(ask([told], [company("a", "Acme", website="acme.es")])) == {("a", ONE, "name")}
    assert pairs(ask([told], [company("a", "Acme", website="acme-inns.de")])) == set()


def test_two_accounts_of_one_name_are_ambiguous_unless_one_is_written_just_so() -> None:
    """A legal form may be all that tells them apart."""
    accounts = [account(ONE, "Acme GmbH"), account(OTHER, "Acme Ltd")]
    assert ask(accounts, [company("a", "Acme")]).ambiguous == {("intercom", "a"): [OTHER, ONE]}
    assert pairs(ask(accounts, [company("a", "ACME Ltd")])) == {("a", OTHER, "name")}


def test_near_doubles_are_told_apart() -> None:
    """Each finds its own; one that nobody in Salesforce is called stays open."""
    oslo, osla = account(ONE, "Grand Hotel Oslo"), account(OTHER, "Grand Hotel Osla")
    owners = [company("o", "grand hotel OSLO Ltd"), company("a", "Grand Osla")]
    assert pairs(ask([oslo, osla], owners)) == {("o", ONE, "name"), ("a", OTHER, "name")}
    assert pairs(ask([osla], owners[:1])) == set()


def test_a_typing_error_is_forgiven_and_the_reason_shows_both() -> None:
    """With a score below that of equal names."""
    (found,) = ask([account(ONE, "Meridian Palace Oslo")], [company("a", "Meridain Palace Oslo")]).proposals
    assert (found.rule, found.sf_account_id) == ("name", ONE)
    assert 78 <= found.score < 98
    assert found.reason.endswith("meridain oslo palace ~ meridian oslo palace")


def test_a_brand_without_its_city_is_ambiguous() -> None:
    """Nobody can say which of its hotels is meant."""
    accounts = [account(ONE, "Meridian Palace Oslo"), account(OTHER, "Meridian Palace Rome")]
    answer = ask(accounts, [company("a", "Meridian Palace")])
    assert (answer.proposals, answer.ambiguous) == ([], {("intercom", "a"): [OTHER, ONE]})


def test_a_like_name_is_no_second_owner_of_an_account() -> None:
    """Only an equal name or a key is; an owner that nothing ever named counts as none."""
    owners = [company("main", "Meridian Palace Oslo"), company("a", "Meridain Palace Oslo")]
    told = [account(ONE, "Meridian Palace Oslo")]
    answer = ask(told, owners, {("intercom", "main"): ONE})
    assert (answer.proposals, answer.ambiguous) == ([], {("intercom", "a"): [ONE]})
    assert pairs(ask(told, owners[1:], {("intercom", "mian"): ONE})) == {("a", ONE, "name")}


def test_mapped_owners_are_not_proposed_whichever_of_their_ids_the_mapping_has() -> None:
    """The registry knows both."""
    owner = company(ONE, "Acme", also=("531ee472cce572a6ec000006",))
    assert ask([account(ONE, "Acme")], [owner], {("intercom", "531ee472cce572a6ec000006"): OTHER}).proposals == []


def test_a_rejected_pair_is_not_proposed_again_by_any_rule() -> None:
    """The owner may still be somebody else's."""
    accounts = [account(ONE, "Acme"), account(OTHER, "Acme Oslo")]
    owner = company("acme", "Acme", also=("id1",), sf_id=ONE)
    assert pairs(ask(accounts[:1], [owner], rejected=frozenset({(ONE, "intercom", "id1")}))) == set()
    owner = company("acme", "Acme Oslo", sf_id=ONE)
    assert pairs(ask(accounts, [owner], rejected=frozenset({(ONE, "intercom", "acme")}))) == {("acme", OTHER, "name")}


def test_without_names_or_keys_nothing_is_proposed() -> None:
    """Silence is like nobody."""
    assert ask([account(ONE), account(OTHER)], [company("a"), customer("b")]).proposals == []
    assert ask([], []).proposals == []
