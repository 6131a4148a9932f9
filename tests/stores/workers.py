"""A process of its own that merges a share of a workload into a store: `python -m tests.stores.workers`.

Arguments: the store's URL, the share (0 to 3), how many observations there are, and how many
go into a batch. After each merge it prints the numbers of the observations merged.
"""

import sys
from contextlib import closing
from random import Random

from handlers.stores.opening import open_store
from handlers.stores.protocol import Batch
from scoring.account import Naming
from scoring.feeds import Heard
from scoring.instants import HOUR
from scoring.observations import Conversation, Observation, Subject
from tests.scoring.strategies import START
from tests.stores.places import batch_of, now

SHARES = 4
OWNERS = ("one", "two", "three")
SUBJECT = Subject("intercom", "conversation", "1")


def observation(number: int) -> Observation:
    """Give an observation of the workload: all are of one subject, which moves between owners."""
    content = Conversation(START, "open", tags=(f"tag{number % 7}",), parts=number)
    return Observation(SUBJECT, START + number * HOUR, content, OWNERS[number % len(OWNERS)])


def statements(numbers: list[int]) -> Batch:
    """Give a batch of observations, each with the naming of its owner and a sign of life."""
    said = [observation(number) for number in numbers]
    owners = [Naming("intercom", (each.owner, "id"), each.at, f"At {each.at}") for each in said if each.owner]
    return batch_of(*said, *owners, *(Heard("intercom", each.at) for each in said))


def share(number: int, count: int) -> list[int]:
    """Give a share of the workload, shuffled: its own quarter, and half of all others."""
    random = Random(number)  # noqa: S311
    mine = [each for each in range(count) if each % SHARES == number or random.random() < 0.5]
    random.shuffle(mine)
    return mine


def main(url: str, number: str, count: str, size: str) -> None:
    """Merge a share, batch by batch."""
    mine = share(int(number), int(count))
    with closing(open_store(url, now)) as store:
        for start in range(0, len(mine), int(size)):
            numbers = mine[start : start + int(size)]
            store.merge(statements(numbers))
            sys.stdout.write(" ".join(map(str, numbers)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
