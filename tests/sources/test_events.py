"""The events that the repository ships: each is taken in as it stands, or refused by name."""

import pytest

from scoring.feeds import Covered, Heard
from tests.sources.taking import NOT_TAKEN, event, event_names, observation, refusal, take_in

OF_NO_METRIC = {"salesforce_contact_update": ["unknown:object=Contact"]}


NO_SIGN_OF_LIFE = tuple(name for name in event_names() if name.startswith(("zendesk_", "own_outcome")))
"""They have no metrics: the sweep keeps the figures right, so the sweep alone keeps the feed alive.

What somebody told of an outcome is no word of any source."""


@pytest.mark.parametrize("name", event_names())
def test_an_event_is_taken_in_without_surprise(name: str) -> None:
    """Only what no metric needs is remarked."""
    assert take_in(event(name)).remarks == OF_NO_METRIC.get(name, [])


@pytest.mark.parametrize("name", [name for name in event_names() if name not in NO_SIGN_OF_LIFE])
def test_an_event_shows_that_its_feed_lives(name: str) -> None:
    """It says when its source was heard, before all else."""
    first = take_in(event(name)).statements[0]
    assert isinstance(first, Heard | Covered)
    assert name.partition("_")[0] in {first.source, "own"}


@pytest.mark.parametrize("name", NO_SIGN_OF_LIFE)
def test_an_event_without_figures_keeps_no_feed_alive(name: str) -> None:
    """A feed whose sweeps have failed must not look alive."""
    assert [one for one in take_in(event(name)).statements if isinstance(one, Heard | Covered)] == []


@pytest.mark.parametrize("name", sorted(NOT_TAKEN))
def test_what_belongs_elsewhere_is_refused_by_name(name: str) -> None:
    """AppFlow's shape is not the relay's, and a rescore has a queue of its own."""
    assert ("AppFlow" if name.startswith("appflow") else "neither type nor source") in refusal(event(name))


def test_two_ways_of_writing_dates_say_the_same() -> None:
    """A version of the API changes how things are written, not what is so."""
    written = ("intercom_conversation_admin_closed_unix_dates", "intercom_conversation_admin_closed")
    assert len({observation(event(name)) for name in written}) == 1
