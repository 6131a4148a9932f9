"""Where an unexpected error came from, without its values."""

import pytest

from handlers.jobs.faults import place, remarks_without_values, without_values
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


@pytest.mark.parametrize(
    ("reason", "logged"),
    [
        ("created_at is 'a secret': expected Unix seconds", "created_at is no value of it: expected Unix seconds"),
        ("created_at is 1e99: expected Unix seconds", "created_at is no value of it: expected Unix seconds"),
        ("unknown type 'a secret'", "unknown type …"),
        ("id is missing", "id is missing"),
        ("not JSON: a 'secret' word", "not JSON: a … word"),
    ],
)
def test_a_logged_reason_has_no_value_in_it(reason: str, logged: str) -> None:
    """The dead letter has it; a log line does not."""
    assert without_values(reason) == logged


def test_logged_remarks_have_no_word_of_the_vendor() -> None:
    """They are counted by what they speak of."""
    said = {"unknown:signal.status=a secret": 2, "unknown:signal.status=another": 1, "dropped:tags": 4}
    assert remarks_without_values(said) == {"unknown:signal.status": 3, "dropped:tags": 4}
