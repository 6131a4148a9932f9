"""Pilot check: what people think of accounts, kept before they see the score; and how far both agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import quote

import msgspec

from handlers.draws import seeded
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store
from scoring.agreement import Agreement, Rated, agreement, is_comparable, weighted_kappa
from scoring.instants import DAY, Instant, parse_instant

_OPINIONS = "desk/pilot/opinion/"

ASKED_AGAIN = 90 * DAY
"""So long an opinion holds; after that its person is asked again, and has forgotten the score."""


class Opinion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person thinks of an account: a tier, or None for who cannot say; added, and never changed.

    `period`, `model`, `tier` and `score` are those of the record that it is held against. `is_blind` says
    that the person gave it before the score was shown.
    """

    at: str
    person: str
    name: str
    account_id: str
    period: str
    model: str
    opinion: str | None
    reason: str = ""
    tier: str | None = None
    score: float | None = None
    is_blind: bool = True

    @property
    def is_comparable(self) -> bool:
        """Tell whether it can be held against the score."""
        return is_comparable(self.opinion, self.tier) and self.score is not None


def give(store: Store, opinion: Opinion) -> None:
    """Keep an opinion, beside all that were given before."""
    name = f"{_OPINIONS}{quote(opinion.person, safe='')}/{opinion.account_id}/{opinion.at}/{token_hex(4)}"
    store.set_cursor(name, keep(opinion))


def opinions(store: Store) -> list[Opinion]:
    """List all opinions, the earliest first."""
    read = [read_kept(kept, Opinion, name) for name, kept in store.cursors(_OPINIONS).items()]
    return sorted(read, key=lambda one: (one.at, not one.is_blind))


def opinion_dates(store: Store) -> dict[str, Instant]:
    """Give the instant of each cursor of an opinion."""
    kept = store.cursors(_OPINIONS)
    return {name: parse_instant(read_kept(text, Opinion, name).at) for name, text in kept.items()}


def rated(own: Iterable[Opinion], now: Instant) -> dict[str, Opinion]:
    """Give by account the last opinion of a person that still holds; who has none on an account is asked for it."""
    return {one.account_id: one for one in own if now - parse_instant(one.at) <= ASKED_AGAIN}


def counted(given: Iterable[Opinion]) -> list[Opinion]:
    """Give what counts: of each person and account the last opinion that was given before the score was shown."""
    last = {(one.person, one.account_id): one for one in given if one.is_blind}
    return list(last.values())


def kappa_of(
    given: Iterable[Opinion], tiers: Mapping[str, str | None], least: int, *, every: bool = False
) -> float | None:
    """Say how far opinions agree with tiers by account, such as those of a draft: Cohen's kappa, quadratic weights.

    Opinions are as `opinions` lists them, or with `every` as they stand. None under so many `least` opinions.
    """
    counting = list(given) if every else counted(given)
    pairs = [(one, tiers.get(one.account_id)) for one in counting]
    held = [
        Rated(one.account_id, one.opinion or "", tier or "", 0.0)
        for one, tier in pairs
        if is_comparable(one.opinion, tier)
    ]
    return weighted_kappa(held) if len(held) >= least else None


@dataclass(frozen=True, slots=True)
class Judged:
    """What opinions came to: those that can be held against the score, and how many cannot, and why.

    `agreement` is None under so many opinions as are the least.
    """

    compared: Sequence[Opinion]
    cannot_say: int
    unknown: int
    least: int
    agreement: Agreement | None = field(default=None)

    @property
    def given(self) -> int:
        """Count all opinions that count."""
        return len(self.compared) + self.cannot_say + self.unknown


def judged(given: Iterable[Opinion], least: int) -> Judged:
    """Hold opinions against the scores of their records; under `least` of them there is no number."""
    counting = counted(given)
    compared = [one for one in counting if one.is_comparable]
    cannot_say = sum(one.opinion is None for one in counting)
    unknown = len(counting) - len(compared) - cannot_say
    found = agreement([rated_of(one) for one in compared], seeded()) if len(compared) >= least else None
    return Judged(compared, cannot_say, unknown, least, found)


def rated_of(one: Opinion) -> Rated:
    """Give an opinion beside its score, for one that can be held against it."""
    return Rated(one.account_id, one.opinion or "", one.tier or "", one.score or 0.0)
