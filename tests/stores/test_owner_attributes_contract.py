"""Attributes of owners: of each the latest said holds, on each store."""

from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.account import Naming, Owner
from tests.scoring.strategies import START
from tests.stores.places import Place, batch_of
from tests.stores.test_store_contract import pieces


def held(place: Place, name: str, *namings: Naming) -> tuple[tuple[str, str], ...]:
    """Merge namings one by one, and give the attributes of the owner."""
    store = place.open(name)
    for naming in namings:
        store.merge(batch_of(naming))
    return store.owner("intercom", "acme").attributes


def named(at: int, *attributes: tuple[str, str], ids: tuple[str, ...] = ("acme",)) -> Naming:
    """Name an owner with attributes."""
    return Naming("intercom", ids, START + at, "Acme", attributes)


def test_of_each_attribute_the_latest_said_holds(place: Place) -> None:
    """A listing that says less, or an event that says one attribute, takes nothing else away."""
    namings = [
        named(1, ("city", "Oslo"), ("website", "old.example")),
        named(5, ("website", "newer.example")),
        named(3, ("city", "Bergen"), ("website", "new.example")),
        Naming("intercom", ("acme",), START + 9, "Acme"),
        Naming("looker", ("acme",), START + 9, None, (("city", "Rome"),)),
    ]
    expected = (("city", "Bergen"), ("website", "newer.example"))
    assert held(place, "forwards", *namings) == expected
    assert held(place, "backwards", *namings[::-1], *namings) == expected


def test_an_owner_of_several_ids_has_the_attributes_of_all(place: Place) -> None:
    """Whatever id they were said under, and the listing of owners gives them too."""
    store = place.open("ids")
    store.merge(batch_of(named(1, ("city", "Oslo")), named(2, ("size", "9"), ids=("id1", "acme"))))
    expected = Owner("intercom", frozenset({"acme", "id1"}), "Acme", START + 1, (("city", "Oslo"), ("size", "9")))
    assert store.owner("intercom", "acme") == store.owner("intercom", "id1") == expected
    assert list(store.owners("intercom")) == [expected]


def test_attributes_are_there_when_the_store_is_opened_again(place: Place) -> None:
    """In any script."""
    store = place.open("again")
    store.merge(batch_of(named(1, ("Stadt \"&'", "Zürich 株\n"))))
    store.close()
    assert place.open("again").owner("intercom", "acme").attributes == (("Stadt \"&'", "Zürich 株\n"),)


ATTRIBUTES = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xyz"), max_size=2)


def test_any_split_shuffle_and_repetition_of_namings_gives_the_same_attributes(place: Place) -> None:
    """Ties of instant are settled by content alone."""
    examples = count()
    said = st.tuples(st.integers(0, 2), ATTRIBUTES)
    one, other = place.open("one"), place.open("other")

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(said, min_size=1, max_size=6), st.randoms(use_true_random=False))
    def holds(drawn: list[tuple[int, dict[str, str]]], random: Random) -> None:
        key = f"acme-{next(examples)}"
        sent = [named(at, *sorted(attributes.items()), ids=(key,)) for at, attributes in drawn]
        for piece in pieces(sent, random):
            one.merge(batch_of(*piece))
        for naming in sent:
            other.merge(batch_of(naming))
        assert one.owner("intercom", key) == other.owner("intercom", key)

    holds()
