"""What listings and company events tell of an owner besides ids and name."""

from scoring.account import Naming
from tests.messages import company_item, notification, owner_listed
from tests.sources.taking import said, take_in


def attributes(**told: object) -> dict[str, str]:
    """Read the attributes of a listed owner."""
    (named,) = said(owner_listed("intercom", "acme", attributes=told), Naming)
    assert list(named.attributes) == sorted(named.attributes)
    return dict(named.attributes)


def test_scalar_values_are_read_as_text() -> None:
    """Texts, numbers and yes or no; 7 and 7.0 are one number."""
    told = attributes(website=" acme.example ", size=7, seats=7.0, spend=155.5, paid=True, trial=False)
    assert told == {
        "website": "acme.example",
        "size": "7",
        "seats": "7",
        "spend": "155.5",
        "paid": "true",
        "trial": "false",
    }


def test_members_of_an_inner_object_are_named_by_both() -> None:
    """Intercom keeps a company's own attributes in an object of their own."""
    assert attributes(custom_attributes={"sf_id": "001", "deep": {"x": 1}}) == {"custom_attributes.sf_id": "001"}


def test_what_says_nothing_of_who_an_owner_is_is_passed_over() -> None:
    """Blank, long, a list, nothing; none of it is worth a remark."""
    message = owner_listed("intercom", "acme", attributes={"a": "", "b": " ", "c": None, "d": [1], "e": "x" * 300})
    taken = take_in(message)
    assert [one.attributes for one in taken.statements if isinstance(one, Naming)] == [()]
    assert taken.remarks == []


def test_no_more_than_a_hundred_are_kept_and_none_of_a_long_name() -> None:
    """A vendor may send anything."""
    assert len(attributes(**{f"a{number:03d}": 1 for number in range(200)}, **{"b" * 101: 1})) == 100


def test_attributes_that_are_no_object_are_dropped_by_name() -> None:
    """The owner itself stands."""
    taken = take_in(owner_listed("intercom", "acme", attributes=["a"]))
    assert taken.remarks == ["dropped:attributes"]
    assert any(isinstance(one, Naming) for one in taken.statements)


def test_a_company_event_tells_its_website() -> None:
    """Where it has one."""
    item = company_item(website="https://acme.example/")
    (named,) = said(notification("company.updated", item), Naming)
    assert named.attributes == (("website", "https://acme.example/"),)
    (named,) = said(notification("company.updated", company_item(website=None)), Naming)
    assert named.attributes == ()
