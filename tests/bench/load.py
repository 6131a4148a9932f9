"""What the benchmarks are fed with, and what all of them are compared with."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec

from handlers.demo import load_lines
from handlers.demo.load import DAYS, START
from handlers.demo.own import coverage
from handlers.demo.span import Span
from handlers.stores.codec import encode_observation, encode_subject
from scoring.account import AccountFacts
from scoring.instants import DAY
from tests.bench.sizes import EVENTS_PER_ACCOUNT

SEED = 2026
END = START + DAYS * DAY
"""When the generated events end, but for a few: portfolios are closed as of then."""

NOW = END + 365 * DAY
"""When the events are taken in."""


def parse_all(bodies: Iterable[bytes]) -> None:
    """Parse each body by `json.loads`: what all else is compared with."""
    for body in bodies:
        json.loads(body)


def stored(facts: AccountFacts) -> bytes:
    """Write the facts of an account as one JSON array of their rows in the SQLite store."""
    observations = (observation for fact in facts.facts for observation in fact.observations)
    encoded = ((encode_subject(o.subject), *encode_observation(o)) for o in observations)
    return msgspec.json.encode([[*row, msgspec.Raw(content.encode())] for *row, content in encoded])


def store_path(folder: Path, accounts: int) -> Path:
    """Place the store of a portfolio."""
    return folder / f"{accounts}-accounts.db"


def events_of(accounts: int) -> Iterator[bytes]:
    """Give the events of a portfolio; first of all, since when its sources are covered."""
    events = accounts * EVENTS_PER_ACCOUNT
    covered = (message.body for message in coverage(Span(END)))
    return islice(chain(covered, load_lines(SEED, events, accounts)), events)
