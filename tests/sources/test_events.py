"""The events that the repository ships: each is taken in as it stands, or refused by name."""

import pytest

from scoring.feeds import Covered, Heard
from tests.sources.taking import NOT_TAKEN, event, event_names, observation, refusal, take_in

OF_NO_METRIC = {"salesforce_contact_update": ["unknown:object=Contact"]}


@pytest.mark.parametrize("name", event_names())
def test_an_event_is_taken_in_without_surprise(name: str) -> None:
    """Each shows that its feed lives; only what no metric needs is remarked."""
    taken = take_in(event(name))
    assert taken.remarks == OF_NO_METRIC.get(name, [])
    first = taken.statements[0]
    assert isinstance(first, Heard | Covered)
    assert name.partition("_")[0] in {first.source, "own"}


@pytest.mark.parametrize("name", sorted(NOT_TAKEN))
def test_what_belongs_elsewhere_is_refused_by_name(name: str) -> None:
    """AppFlow's shape is not the relay's, and a rescore has a queue of its own."""
    assert ("AppFlow" if name.startswith("appflow") else "neither type nor source") in refusal(event(name))


def test_two_ways_of_writing_dates_say_the_same() -> None:
    """A version of the API changes how things are written, not what is so."""
    written = ("intercom_conversation_admin_closed_unix_dates", "intercom_conversation_admin_closed")
    assert len({observation(event(name)) for name in written}) == 1
