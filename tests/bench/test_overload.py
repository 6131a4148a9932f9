"""The queue of the simulation keeps SQS's rules: what fails is hidden, comes back, and is dead after five times."""

from collections.abc import Sequence

from tests.bench.overload import AT_ONCE, BATCH, HIDDEN, OLD, RECEIVES, Message, drain

SECONDS = 100.0


def messages(number: int, apart: float = 0.0) -> list[Message]:
    """Give messages that come one after the other."""
    return [Message(one, one * apart, b"{}") for one in range(number)]


def taken(_: Sequence[Message]) -> tuple[float, set[int]]:
    """Fold every batch in the same time."""
    return SECONDS, set()


def all_of(_: float) -> int:
    """Let all functions run."""
    return AT_ONCE


def test_a_burst_is_drained_in_order_and_nothing_is_dead() -> None:
    """As many batches at once as there are functions, each message handed out once."""
    burst = messages(20 * BATCH)
    told = drain(burst, taken, AT_ONCE, all_of)
    assert (told.seconds, told.dead, told.overtaken) == (2 * SECONDS, 0, 0)
    assert sorted(told.done) == list(range(20 * BATCH))
    assert {one.receives for one in burst} == {1}


def test_ten_times_as_many_as_the_functions_take_wait_and_are_folded_once() -> None:
    """The backlog grows, the oldest grows old, an alarm hears it; a message that waits was not handed out."""
    rate = AT_ONCE * BATCH / SECONDS
    flood = messages(120 * BATCH, 1 / (10 * rate))
    told = drain(flood, taken, AT_ONCE, all_of)
    assert told.backlog > 90 * BATCH
    assert told.oldest > OLD
    assert told.dead == 0
    assert {one.receives for one in flood} == {1}
    assert len(told.done) == len(flood)


def test_what_fails_is_hidden_and_comes_again_until_it_is_dead() -> None:
    """One message of a batch that always fails; the others are done with."""
    told = drain(messages(10), lambda batch: (SECONDS, {0} if batch[0].number == 0 else set()), AT_ONCE, all_of)
    assert told.dead == 1
    assert sorted(told.done) == list(range(1, 10))


def test_batches_that_find_no_function_come_back_when_they_are_seen_again() -> None:
    """Without a function for two hours all are folded later; without one for twenty times they are dead."""
    some = messages(2 * BATCH)
    told = drain(some, taken, AT_ONCE, lambda clock: AT_ONCE if clock > 2 * 3600 else 0)
    assert (told.dead, len(told.done)) == (0, len(some))
    assert drain(messages(BATCH), taken, AT_ONCE, lambda _: 0).dead == BATCH
    assert RECEIVES * HIDDEN == 4 * 3600
