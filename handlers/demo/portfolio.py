"""The made-up portfolio: hotel companies, what they are called where, and how well they do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, count, islice, product
from math import sin, tau
from random import Random

from handlers.demo.span import FOUR_MONTHS
from handlers.demo.story import LEFT_DAYS as STORY_LEFT_DAYS
from handlers.demo.story import Story
from handlers.demo.wire import generator, hex_id, salesforce_id
from scoring.account import Account
from scoring.instants import DAY, Instant
from scoring.model import Segment

WORKED = ("Four Seasons", "Four Seasons (internal build confirmed)", "Boutique Hotel Group")
"""The accounts of the worked examples A, B and C."""

_PAID_PILOTS = ("Meridian Palace Hotels", "Northern Lights Resorts", "Grand Alpina Collection")
_STANDARD_PILOTS = (
    "Hôtel du Lac Bleu",
    "Casa Marisol",
    "The Harbour Inns",
    "Zum Goldenen Hirschen",
    "Cedar & Stone Lodges",
    "Palazzo Aurelia",
    "Nordlys Hotell",
    "Quinta da Serra",
    "Old Mill House Hotels",
)
_STYLES = "Grand Royal Park Palm Ocean Garden Vista Crown Amber Silver Azure Bay Summit Heritage Lakeside".split()
_KINDS = "Hotels|Resorts|Suites|Inns|Lodges|Residences|Boutique Collection|Hotel & Spa|Hospitality|Stays".split("|")
_TOWNS = "Porto Köln Aspen Kyoto Oslo Lisboa Napoli".split()


class Quirk(StrEnum):
    """What is out of the ordinary about an account."""

    NONE = "none"
    WORKED = "worked example"
    SILENT = "mapped, but nothing was ever heard of it"
    TYPO = "its company is misspelt in the mapping"
    CRM_ONLY = "mapped in Salesforce alone"
    NO_LOOKER = "mapped to no Looker customer"
    STALE_READINGS = "its readings stopped 5 days ago"
    DEAD_READINGS = "its readings stopped 20 days ago"
    INVALID_PILLAR = "one of its pillars is above 100"
    OPEN_GAP = "a gap event that nothing settled"
    HEALED_GAP = "a gap event, and a re-read after it"
    DELETED = "its Salesforce account was deleted"
    UNDELETED = "its Salesforce account was deleted, and restored"
    NO_TIER = "neither success tier nor ARR"
    EMPTIED = "its fields were emptied"
    MERGED = "changed together with its neighbour in one event"
    MONITORED = "a confirmed critical signal under monitoring"
    ODD_WORDS = "words that we never heard of"
    BRANDS = "several companies and customers"
    LEFT = "its renewal was lost, and it left"
    FOREIGN = "its contract is in another currency"


_QUIRKS = (
    *(quirk for quirk in Quirk if quirk not in {Quirk.NONE, Quirk.WORKED, Quirk.LEFT, Quirk.FOREIGN}),
    *[Quirk.MERGED],
    *[Quirk.BRANDS] * 5,
    *[Quirk.NO_LOOKER] * 3,
    Quirk.LEFT,
    *[Quirk.FOREIGN] * 3,
)
"""What is out of the ordinary in the portfolio, once each or more; the other accounts are plain."""
_SHARES = ((0.12, 0.86, 0.98), (0.53, 0.65, 0.775), (0.83, 0.49, 0.65), (1.0, 0.12, 0.46))
"""Up to which share of the portfolio, the health of the worst and of the best there."""
_SEASON = 240
LEFT_DAYS = 62
"""So many days before the end the customer that left was gone."""
_LEFT_HEALTH, _LEFT_DRIFT = 0.1, -0.6
_DRIFTS = (*[0.0] * 8, *[0.05, 0.1, -0.05, -0.1] * 2, 0.25, -0.25, -0.4, 0.45)


@dataclass(frozen=True, slots=True)
class Company:
    """One Intercom company: its own id there, and the id that the customer's systems set."""

    id: str
    company_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Hotel:
    """One customer: its ids, its size, and how well it does.

    `health` is 0-1 at the end, `drift` what it gained in the 120 days before. `companies` and
    `customers` are what it is in Intercom and Looker, `mapped` the rows of the mapping
    (company, customer). What it
    lives through in a long story may be a `story` of its own.
    """

    id: str
    name: str
    paid: bool
    arr: int
    health: float
    drift: float
    quirk: Quirk
    seed: int
    companies: tuple[Company, ...]
    customers: tuple[str, ...]
    mapped: tuple[tuple[str, str], ...]
    segment: Segment | None = None
    story: Story | None = None

    def health_at(self, at: Instant, end: Instant) -> float:
        """Say how well it does at an instant, 0-1."""
        days = (end - at) / DAY
        if self.story is not None:
            return self.story.health_at(days)
        lately = self.health - self.drift * min(days, FOUR_MONTHS) / FOUR_MONTHS
        return min(1.0, max(0.0, lately + self._wave(max(0.0, days - FOUR_MONTHS))))

    def _wave(self, days: float) -> float:
        """Say how much better it did so many days before the last months: it has ups and downs of its own."""
        height, phase = self.seed % 97 / 97 * 0.12, self.seed % 89 / 89
        return height * (sin(tau * (days / _SEASON + phase)) - sin(tau * phase))

    @property
    def left_days(self) -> int:
        """Say how many days before the end it left; a customer that stays has not by then."""
        if self.story is not None:
            return STORY_LEFT_DAYS if self.story.left else 0
        return LEFT_DAYS if self.quirk is Quirk.LEFT else 0

    def left(self, end: Instant) -> Instant:
        """Say when it left."""
        return end - self.left_days * DAY

    def account(self) -> Account:
        """Give the account that the mapping makes of it."""
        companies = tuple(dict.fromkeys(company for company, _ in self.mapped if company))
        customers = tuple(dict.fromkeys(customer for _, customer in self.mapped if customer))
        owners = {"intercom": companies, "looker": customers, "salesforce": (self.id,)}
        return Account(self.id, {name: keys for name, keys in owners.items() if keys}, self.name, self.segment)


def hotels(seed: int, accounts: int, pilots: int) -> tuple[Hotel, ...]:
    """Make up a portfolio, the pilots first: a third of them Paid, the worked examples among them.

    Raises ValueError unless there are at least 6 pilots and as many accounts.
    """
    if not 6 <= pilots <= accounts:
        raise ValueError("a demo has at least 6 pilots, and as many accounts")
    rng = generator(seed)
    paid = pilots // 3
    names = _names(rng, paid, pilots, accounts)
    quirks = _quirks(names, pilots)
    healths = _healths(rng, accounts)
    is_paid = [index < paid if index < pilots else index % 4 == 0 for index in range(accounts)]
    rows = zip(names, is_paid, healths, quirks, strict=True)
    return tuple(_hotel(index, *row, rng) for index, row in enumerate(rows))


def _names(rng: Random, paid: int, pilots: int, accounts: int) -> list[str]:
    more = _made_up_names(rng)
    first = [*WORKED[:2], *_PAID_PILOTS, *islice(more, paid)][:paid]
    second = [WORKED[2], *_STANDARD_PILOTS, *islice(more, pilots)][: pilots - paid]
    return list(islice(chain(first, second, ["@Home Residences"], more), accounts))


def _made_up_names(rng: Random) -> Iterator[str]:
    pool = [f"{style} {kind} {town}" for style, kind, town in product(_STYLES, _KINDS, _TOWNS)]
    rng.shuffle(pool)
    yield from pool
    yield from (f"{name} {number}" for number in count(2) for name in pool)


def _quirks(names: list[str], pilots: int) -> list[Quirk]:
    rest = [*_QUIRKS, *[Quirk.NONE] * len(names)][: len(names) - pilots]
    return [*(Quirk.WORKED if name in WORKED else Quirk.NONE for name in names[:pilots]), *rest]


def _healths(rng: Random, accounts: int) -> list[float]:
    spread = [_health((index + 0.5) / accounts) for index in range(accounts)]
    rng.shuffle(spread)
    return spread


def _health(place: float) -> float:
    """Say the health of the account that stands at a place (0 best, 1 worst) in the portfolio."""
    before = 0.0
    for share, worst, best in _SHARES:
        if place <= share:
            return best - (best - worst) * (place - before) / (share - before)
        before = share
    return 0.0


def _hotel(index: int, name: str, paid: bool, health: float, quirk: Quirk, rng: Random) -> Hotel:  # noqa: FBT001
    account_id = salesforce_id("001", rng)
    brands = rng.randint(2, 3) if quirk is Quirk.BRANDS else 1
    labels = [name if brand == 0 else f"{name} {('East', 'West')[brand - 1]}" for brand in range(brands)]
    companies = tuple(_company(account_id, index, brand, label, rng) for brand, label in enumerate(labels))
    customers = tuple(f"axp-{10_000 + 3 * index + brand}" for brand in range(brands))
    keys = [company.id if index % 7 == 3 else company.company_id for company in companies]
    hotel = Hotel(
        id=account_id,
        name=name,
        paid=paid,
        arr=_arr(paid, rng),
        health=_LEFT_HEALTH if quirk is Quirk.LEFT else health,
        drift=_LEFT_DRIFT if quirk is Quirk.LEFT else rng.choice(_DRIFTS),
        quirk=quirk,
        seed=rng.getrandbits(64),
        companies=companies,
        customers=customers,
        mapped=tuple(zip(keys, customers, strict=True)),
        segment=("paid" if paid else "standard") if index % 9 == 8 and quirk is Quirk.NONE else None,
    )
    return replace(hotel, mapped=_mapped(hotel))


def _company(account_id: str, index: int, brand: int, name: str, rng: Random) -> Company:
    own_key = account_id if index % 2 == 0 and brand == 0 else f"htl-{20_000 + 3 * index + brand}"
    return Company(hex_id(rng), own_key, name)


def _arr(paid: bool, rng: Random) -> int:  # noqa: FBT001
    return rng.randrange(250_000, 900_000, 500) if paid else rng.randrange(18_000, 215_000, 500)


def _mapped(hotel: Hotel) -> tuple[tuple[str, str], ...]:
    """Change the mapping's rows where the hotel's quirk says so."""
    company, customer = hotel.mapped[0]
    if hotel.quirk is Quirk.TYPO:
        return ((company[:-2] + company[-1] + company[-2] + "0", customer),)
    if hotel.quirk is Quirk.CRM_ONLY:
        return (("", ""),)
    return ((company, ""),) if hotel.quirk is Quirk.NO_LOOKER else hotel.mapped
