"""Load: an endless-looking stream of realistic events, filled into templates, in flat memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from random import Random
from typing import NamedTuple

from handlers.demo.own import coverage
from handlers.demo.salesforce import MILLISECOND
from handlers.demo.span import Span
from handlers.demo.templates import Holes, Life, account, changes, lives, use
from handlers.demo.wire import generator, hex_id, iso, salesforce_id, seconds
from scoring.account import Account
from scoring.instants import DAY, SECOND, Duration, Instant, format_date, parse_instant

START, DAYS = parse_instant("2026-08-01"), 88
"""When the stream begins, and how many days it tells of, whatever its length."""

REPEATED, SHUFFLED = 0.03, 500
"""The share of events that come twice, and among how many neighbours an event may change places."""

_PER_ROUND = 6
_LAGS = (0, 60, 500, 1_100, 2_500, 4_000, 5_000, 6_000, 7_000)
"""How many rounds after its creation each notification of a conversation comes, in a long stream."""


class Owner(NamedTuple):
    """An account of the load: its ids everywhere, as bytes."""

    account: bytes
    company: bytes
    company_id: bytes
    customer: bytes
    name: bytes


def load_accounts(accounts: int) -> tuple[Account, ...]:
    """Give the portfolio that the load's events are about; the same for every seed."""
    return tuple(
        Account(
            owner.account.decode(),
            {
                "intercom": (owner.company_id.decode(),),
                "looker": (owner.customer.decode(),),
                "salesforce": (owner.account.decode(),),
            },
            owner.name.decode(),
        )
        for owner in _owners(accounts)
    )


def load_lines(seed: int, events: int, accounts: int) -> Iterator[bytes]:
    """Give so many readable queue bodies, without line ends, about so many accounts.

    About four in five are webhooks of 6 KB, the rest change events and readings; three in a
    hundred come twice, and all change places with near ones. Memory does not grow with `events`.
    """
    rng = generator(seed)
    rounds = (events + SHUFFLED) // _PER_ROUND + 1
    stream = Stream(_owners(accounts), START, Duration(DAYS * DAY // rounds), rounds)
    return islice(_shuffled(_repeated(stream.lines(seed), rng), rng), events)


def _owners(accounts: int) -> list[Owner]:
    rng = generator(accounts)
    return [
        Owner(
            salesforce_id("001", rng).encode(),
            hex_id(rng).encode(),
            b"htl-%d" % number,
            b"axp-%d" % number,
            b"Hotel %d" % number,
        )
        for number in range(accounts)
    ]


def _repeated(lines: Iterable[bytes], rng: Random) -> Iterator[bytes]:
    for line in lines:
        yield line
        if rng.random() < REPEATED:
            yield line


def _shuffled(lines: Iterator[bytes], rng: Random) -> Iterator[bytes]:
    waiting = list(islice(lines, SHUFFLED))
    for line in lines:
        place = rng.randrange(SHUFFLED)
        yield waiting[place]
        waiting[place] = line


@dataclass(frozen=True, slots=True)
class Stream:
    """An endless stream about some owners, its rounds `pace` apart; `rounds` is how many are asked for."""

    owners: Sequence[Owner]
    start: Instant
    pace: Duration
    rounds: int

    def lines(self, seed: int) -> Iterator[bytes]:
        """Give the lines, round by round: each step of some conversation, a change, now and then a reading."""
        yield from (message.body for message in coverage(Span(Instant(self.start + DAYS * DAY))))
        every_life, change, readings, created = lives(), changes(), use(), account()
        lags = [int(lag * min(1.0, self.rounds / 20_000)) for lag in _LAGS]
        for number in count():
            yield from self._steps(number, every_life, lags, seed)
            holes = self._change(number, seed)
            yield (created if number < len(self.owners) else change[number % len(change)]) % holes
            if number % 3 == 0:
                yield readings[number % len(readings)] % self._reading(number, seed)

    def _owner(self, number: int, seed: int) -> Owner:
        return self.owners[(number * 2_654_435_761 + seed) % len(self.owners)]

    def _steps(self, number: int, every_life: Sequence[Life], lags: Sequence[int], seed: int) -> Iterator[bytes]:
        for step, lag in enumerate(lags):
            conversation = number - lag
            life = every_life[conversation % len(every_life)]
            if conversation >= 0 and step < len(life.notifications):
                yield life.notifications[step] % self._conversation(conversation, step, life, seed)

    def _conversation(self, number: int, step: int, life: Life, seed: int) -> Holes:
        owner, start = self._owner(number, seed), self.start + number * self.pace
        stretch = 60 + number * 37 % 90
        holes = {
            b"number": b"%011d" % number,
            b"uuid": _uuid(number, step),
            b"company": owner.company,
            b"company_id": owner.company_id,
            b"name": owner.name,
        }
        for index, offset in enumerate(life.offsets):
            at = Instant((start + offset * stretch // 100) // SECOND * SECOND)
            holes[b"s%d" % index] = b"%d" % seconds(at)
            holes[b"i%d" % index] = iso(at).encode()
        return holes

    def _change(self, number: int, seed: int) -> Holes:
        at = self.start + number * self.pace
        owner = self.owners[number] if number < len(self.owners) else self._owner(number, seed)
        return {
            b"account": owner.account,
            b"record": b"a0X%015d" % number,
            b"uuid": _uuid(number, 99),
            b"ms": b"%d" % (at // MILLISECOND),
            b"iso": iso(at).encode(),
            b"date": format_date(at).encode(),
            b"arr": b"%d" % (20_000 + number * 7_919 % 600_000),
            b"name": owner.name,
        }

    def _reading(self, number: int, seed: int) -> Holes:
        date = format_date(self.start + number * self.pace).encode()
        return {b"customer": self._owner(number, seed).customer, b"date": date}


def _uuid(number: int, step: int) -> bytes:
    return b"%08x-%04x-4000-8000-%012x" % (step, number % 65_536, number)
