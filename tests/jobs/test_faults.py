"""Where an unexpected error came from, without its values."""

import pytest

from handlers.jobs.faults import place
from scoring.instants import parse_instant


def test_an_error_is_placed_at_our_last_line() -> None:
    """Its class and the line; not what was being read."""
    with pytest.raises(ValueError, match="secret") as raised:
        parse_instant("a secret")
    said = place(raised.value)
    assert said.startswith("ValueError at scoring/instants.py:")
    assert "secret" not in said


def test_an_error_of_elsewhere_has_its_class() -> None:
    """No line of ours is in it."""
    assert place(KeyError("a secret")) == "KeyError"
