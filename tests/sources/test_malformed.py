"""Malformed messages by the thousand: each is read or refused with a reason, never anything else."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.jobs.fold import read_message
from handlers.sources.reading import Taken, UnreadableError
from handlers.stores.codec import decode_observation, encode_observation
from scoring.observations import Observation
from tests.sources.mutations import poison, spoiled_bytes, spoiled_trees
from tests.sources.taking import NOW, the_intake

HASTY = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def read(line: bytes) -> Taken | None:
    """Read a message; where it is refused, see that a short reason of one line says why."""
    try:
        return read_message(line, the_intake(), NOW)
    except UnreadableError as error:
        reason = str(error)
        assert 0 < len(reason) < 300
        assert reason.isprintable()
        return None


def see(taken: Taken | None) -> None:
    """See that what was read can be written down and read back, and that remarks are short."""
    for statement in taken.statements if taken is not None else ():
        if isinstance(statement, Observation):
            assert decode_observation(statement.subject, *encode_observation(statement)) == statement
    assert all(len(remark) < 120 and remark.isprintable() for remark in (taken.remarks if taken is not None else ()))


@settings(HASTY, max_examples=400)
@given(spoiled_trees())
def test_a_message_with_spoiled_nodes_is_read_or_refused(line: bytes) -> None:
    """Deleted, retyped, replaced, doubled: at any depth."""
    see(read(line))


@settings(HASTY, max_examples=200)
@given(spoiled_bytes() | poison)
def test_a_message_with_spoiled_bytes_is_read_or_refused(line: bytes) -> None:
    """Truncated, flipped, cut out, put in: anywhere."""
    see(read(line))


@settings(max_examples=500)
@given(st.binary() | st.text().map(str.encode))
def test_noise_is_refused(line: bytes) -> None:
    """Nothing that is no message is taken for one."""
    assert read(line) is None
