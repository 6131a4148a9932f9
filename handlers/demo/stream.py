"""The order of arrival: what is sent comes late, repeated and shuffled."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from random import Random

from handlers.demo import oddities
from handlers.demo.csms import users
from handlers.demo.deals import crm
from handlers.demo.looker import readings
from handlers.demo.own import coverage, heartbeats, listings
from handlers.demo.plans import MINUTE
from handlers.demo.portfolio import Hotel, Quirk
from handlers.demo.span import Span
from handlers.demo.stories import endings
from handlers.demo.support import conversations
from handlers.demo.wire import Sent, generator
from handlers.demo.worked import tell
from scoring.instants import DAY

LATEST_DAYS = 3
ON_TIME, REPEATED = 0.9, 0.05
_DELIVERIES = b'"delivery_attempts":1,', b'"delivery_attempts":2,'
"""What a webhook's retry changes: half of what comes twice is one, half the very same bytes."""


def story(hotels: tuple[Hotel, ...], span: Span, seed: int) -> Iterator[Sent]:
    """Tell all that can be read of what the sources send about a portfolio, account by account."""
    rng = generator(seed)
    yield from coverage(span)
    yield from heartbeats(span)
    yield from oddities.pings(span.end)
    for hotel in hotels:
        yield from listings(hotel, span, rng)
        yield from _of(hotel, span)
    yield from oddities.strangers(span, rng)
    yield from oddities.merged(hotels, span.end)
    yield from users(span)


def _of(hotel: Hotel, span: Span) -> Iterator[Sent]:
    rng = generator(hotel.seed)
    if hotel.quirk is Quirk.WORKED:
        yield from tell(hotel, span, rng)
    elif hotel.quirk is not Quirk.SILENT:
        yield from crm(hotel, span, rng)
        yield from conversations(hotel, span, rng)
        yield from readings(hotel, span, rng)
        yield from endings(hotel, span)
    if hotel.quirk is Quirk.ODD_WORDS:
        yield from oddities.odd_words(hotel, span, rng)


def arrivals(messages: Iterable[Sent], unreadable: Iterable[Sent], rng: Random) -> list[bytes]:
    """Order messages as they arrive: most at once, some up to 3 days late, one in twenty twice."""
    arriving = [arrival for message in messages for arrival in _arrivals(message, rng)]
    arriving += unreadable
    arriving.sort(key=itemgetter(0))
    return [arrival.body for arrival in arriving]


def _arrivals(message: Sent, rng: Random) -> Iterator[Sent]:
    window = MINUTE if rng.random() < ON_TIME else LATEST_DAYS * DAY
    yield Sent(message.at + rng.randrange(window), message.body)
    if rng.random() < REPEATED:
        again = message.body if rng.random() < 0.5 else message.body.replace(*_DELIVERIES)
        yield Sent(message.at + rng.randrange(LATEST_DAYS * DAY), again)
