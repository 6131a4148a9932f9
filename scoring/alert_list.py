"""The list of alerts: whom a whole book alerts at a close, who is new, who left and why; and its edges.

A list needs the scores of all accounts. A score that is made between two closes is held against the
edges of the last list instead, so that it reads its own account alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from scoring.alerts import STAYING, Alert, AlertTerms, Candidate, Need, alerted, need, ranked, renewal_days
from scoring.instants import Instant
from scoring.record import Record
from scoring.rounding import shown

WhyLeft: TypeAlias = Literal["others_worse", "gave_notice", "no_score", "no_record"]
"""Why an account is no longer on the list: others are worse now; it leaves; it has no score, or no record at all."""


class Contender(NamedTuple):
    """An account of the book: what it is ranked by, the days to its renewal, since when a live score alerts it."""

    candidate: Candidate
    renewal_days: float | None
    since: Instant | None


class Listed(NamedTuple):
    """An account on the list; `renewal_days` are given where the renewal is due."""

    account_id: str
    since: Instant
    place: int
    score: float
    renewal_days: int | None
    is_new: bool


class Unlisted(NamedTuple):
    """An account that was on the list before and is not now."""

    account_id: str
    why: WhyLeft


@dataclass(frozen=True)
class AlertList:
    """Whom a close alerts, the first to call first, of a book of so many accounts; who left since the list before."""

    period: str
    as_of: Instant
    terms: AlertTerms
    accounts: int
    listed: tuple[Listed, ...]
    left: tuple[Unlisted, ...] = ()

    @property
    def places(self) -> int:
        """Say how many accounts the budget allows."""
        return self.terms.places(self.accounts)

    @property
    def new(self) -> list[str]:
        """Name those who were not on the list before."""
        return [one.account_id for one in self.listed if one.is_new]

    @cached_property
    def since(self) -> Mapping[str, Instant]:
        """Say of each account of the list since when it is on it."""
        return {one.account_id: one.since for one in self.listed}

    def alert(self, account_id: str) -> Alert | None:
        """Give the alert of an account; None where it has none."""
        return self._alerts.get(account_id)

    @cached_property
    def _alerts(self) -> Mapping[str, Alert]:
        return {one.account_id: self._alert(one) for one in self.listed}

    def _alert(self, one: Listed) -> Alert:
        size = self.places, self.accounts, self.period
        return Alert(
            one.since, self.terms.rule, one.score, one.renewal_days, one.place, *size, stays=one.place > size[0]
        )


@dataclass(frozen=True, slots=True)
class Edges:
    """How bad an account must be for the list of a close: to come on to it, and to stay on it.

    None where nobody comes on to it, or nobody can be.
    """

    period: str
    terms: AlertTerms
    accounts: int
    entry: Need | None
    staying: Need | None


def contender(record: Record, terms: AlertTerms) -> Contender | WhyLeft:
    """Say what an account is ranked by, or why it is not in the book.

    One of which nothing but its renewal is known has no steady score: it is ranked by its score as shown.
    """
    final, days, alert = record.score.final_score, renewal_days(record.score), record.alert
    if record.left is not None:
        return "gave_notice"
    if final is None:
        return "no_score"
    smoothed = final if record.smoothed is None else record.smoothed
    one = Candidate(record.score.account_id, final, smoothed, terms.is_due(days))
    return Contender(one, days, None if alert is None else alert.since)


@dataclass(frozen=True)
class Roll:
    """All accounts that have a record at a close; of one that is not in the book, why."""

    period: str
    as_of: Instant
    terms: AlertTerms
    contenders: Mapping[str, Contender | WhyLeft]

    @cached_property
    def known(self) -> Mapping[str, Contender]:
        """Give the accounts that are in the book."""
        return {account_id: one for account_id, one in self.contenders.items() if isinstance(one, Contender)}

    @cached_property
    def book(self) -> Sequence[Candidate]:
        """Give what the accounts are ranked by, whom to call first at the front."""
        return ranked((one.candidate for one in self.known.values()), self.terms.rule)

    def listing(self, before: AlertList | None) -> AlertList:
        """Name whom the close alerts; `before` is the list of the close before."""
        was = {} if before is None else before.since
        chosen = alerted(self.book, self.terms, was)
        places = {one.account_id: place for place, one in enumerate(self.book, 1)}
        listed = tuple(self._listed(account_id, places[account_id], was) for account_id in chosen)
        left = tuple(Unlisted(one, self._why(one)) for one in sorted(was.keys() - {*chosen}))
        return AlertList(self.period, self.as_of, self.terms, len(self.book), listed, left)

    def _listed(self, account_id: str, place: int, was: Mapping[str, Instant]) -> Listed:
        one = self.known[account_id]
        since = was.get(account_id, self.as_of if one.since is None else min(one.since, self.as_of))
        score, days = _ranked_by(one, self.terms), _due_days(one)
        return Listed(account_id, since, place, score, days, account_id not in was)

    def _why(self, account_id: str) -> WhyLeft:
        one: Contender | WhyLeft = self.contenders.get(account_id, "no_record")
        return "others_worse" if isinstance(one, Contender) else one

    def edges(self, listing: AlertList) -> Edges:
        """Give the edges of a list that was made of this book."""
        keys = {one.account_id: need(one, self.terms.rule) for one in self.book}
        entered = [keys[account_id] for account_id in listing.new]
        near = list(keys.values())[: int(STAYING * listing.places)]
        if self.terms.rule == "level":
            entered = near = near[: listing.places]
        return Edges(self.period, self.terms, listing.accounts, max(entered, default=None), max(near, default=None))


def _due_days(one: Contender) -> int | None:
    return int(one.renewal_days) if one.candidate.is_due and one.renewal_days is not None else None


def _ranked_by(one: Contender, terms: AlertTerms) -> float:
    return shown(need(one.candidate, terms.rule).score)


def roll(period: str, as_of: Instant, terms: AlertTerms, records: Iterable[Record]) -> Roll:
    """Take the records of a close together."""
    return Roll(period, as_of, terms, {one.score.account_id: contender(one, terms) for one in records})


def live_alert(record: Record, edges: Edges, since: Instant | None) -> Alert | None:
    """Hold a record against the edges of the last list; `since` is given of an account that is on the list."""
    one = contender(record, edges.terms)
    edge = edges.entry if since is None else edges.staying
    if not isinstance(one, Contender) or edge is None:
        return None
    key = need(one.candidate, edges.terms.rule)
    if key > edge:
        return None
    return Alert(
        record.score.as_of if since is None else since,
        edges.terms.rule,
        _ranked_by(one, edges.terms),
        _due_days(one),
        None,
        edges.terms.places(edges.accounts),
        edges.accounts,
        edges.period,
        stays=edges.entry is None or key > edges.entry,
    )
