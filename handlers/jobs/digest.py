"""The morning digest: what a morning holds that was not told before, by CSM; what was told is kept by account.

An account is told when it comes into a morning (it fell a tier, lost points, renews soon while at risk), and again
when it is worse than it was told: a worse tier, or as many more points lost. One that is better, or in no morning any
more, is noted in silence, so that its next fall is told. What was told is noted only after a channel took it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from config.desk import DeskTerms
from handlers.identity.folding import folded
from handlers.jobs.digest_waits import Waits, waits_by_csm
from handlers.jobs.feed_states import stand_of
from handlers.jobs.kept import keep, read_kept
from handlers.jobs.morning import LADDER, Why
from handlers.jobs.portfolio import in_order, latest_period, lines_of
from handlers.jobs.views import Entry, entries_of
from handlers.jobs.waiting import Waiting
from handlers.stores.protocol import Store
from scoring.customer import Csm
from scoring.feeds import Feed
from scoring.instants import LAST, Instant
from scoring.model import Model

_ACCOUNTS = "desk/digest/account/"
_SOURCES = "desk/digest/source/"


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an account stood when it was told of, or looked at, last; `whys` is empty where it was in no morning."""

    tier: str | None
    score: float | None
    whys: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """An account to be told of, and why: `whys` are what is new, or worse than it was told."""

    entry: Entry
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The news of a CSM's accounts, the greatest loss first; `csm` is None for accounts without one.

    `waits` are the suggested signals of these accounts that wait for an answer.
    """

    csm: Csm | None
    news: Sequence[News]
    waits: Waits | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that is stale or dead, and was not when it was looked at last."""

    source: str
    is_dead: bool
    heard: Instant | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What is to be told: news by CSM, and sources that fell silent; and what is noted in silence."""

    groups: Sequence[Group]
    silences: Sequence[Silence]
    noted: Mapping[str, Told]
    heard: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to tell."""
        return not self.groups and not self.silences


def latest_digest(
    store: Store, model: Model, terms: DeskTerms, now: Instant, waiting: Iterable[Waiting] = ()
) -> tuple[str, Digest] | None:
    """Find what is new in the latest month of a store; None where there is no record yet."""
    period = latest_period(store)
    if period is None:
        return None
    lines = lines_of(store, period, model.currencies)
    return period, digest_of(store, entries_of(lines, period, terms, now), model, terms, now, waiting)


def digest_of(
    store: Store,
    entries: Iterable[Entry],
    model: Model,
    terms: DeskTerms,
    now: Instant,
    waiting: Iterable[Waiting] = (),
) -> Digest:
    """Hold the entries of a morning, and the suggestions that wait, against what was told; nothing is kept yet."""
    told = _told(store)
    csms: dict[str, Csm | None] = {}
    news: list[News] = []
    noted: dict[str, Told] = {}
    for entry in entries:
        account_id = entry.line.summary.account_id
        csms[account_id] = entry.line.summary.csm
        before = told.get(account_id)
        whys = _new(entry, before, terms)
        if whys:
            news.append(News(entry, whys))
        elif before is not None and before != (stands := _standing(entry)) and _is_better(stands, before):
            noted[account_id] = stands
    silences, heard = _silences(store, model, now)
    return Digest(_groups(news, waits_by_csm(store, waiting, csms)), silences, noted, heard)


def _told(store: Store) -> dict[str, Told]:
    kept = store.cursors(_ACCOUNTS).items()
    return {name.removeprefix(_ACCOUNTS): read_kept(text, Told, name) for name, text in kept}


def _new(entry: Entry, before: Told | None, terms: DeskTerms) -> tuple[Why, ...]:
    """Give what is new of an account in a morning."""
    if before is None:
        return entry.whys
    return tuple(why for why in entry.whys if why not in before.whys or _is_worse(why, entry, before, terms))


def _is_worse(why: Why, entry: Entry, before: Told, terms: DeskTerms) -> bool:
    """Tell whether an account stands worse than when it was told for the same reason."""
    summary = entry.line.summary
    if why == "fell":
        return LADDER[summary.tier] < LADDER[before.tier]
    if why == "lost" and summary.final_score is not None and before.score is not None:
        return summary.final_score <= before.score - terms.morning_points
    return False


def _standing(entry: Entry) -> Told:
    summary = entry.line.summary
    return Told(summary.tier, summary.final_score, entry.whys)


def _is_better(stands: Told, before: Told) -> bool:
    """Tell whether an account left a morning, or a reason for it, or stands higher: its next fall is news again."""
    if set(stands.whys) < set(before.whys) or LADDER[stands.tier] > LADDER[before.tier]:
        return True
    return stands.score is not None and before.score is not None and stands.score > before.score


def _groups(news: Sequence[News], waits: Mapping[Csm | None, Waits]) -> list[Group]:
    by_csm: dict[Csm | None, list[News]] = {csm: [] for csm, one in waits.items() if one.is_new}
    for one in news:
        by_csm.setdefault(one.entry.line.summary.csm, []).append(one)
    groups = [Group(csm, _in_order(own), waits.get(csm)) for csm, own in by_csm.items()]
    return sorted(groups, key=lambda group: (group.csm is None, folded(_name(group.csm)), str(group.csm)))


def _name(csm: Csm | None) -> str:
    return "" if csm is None else csm.name or csm.mail or csm.id or ""


def _in_order(news: Sequence[News]) -> list[News]:
    by_id = {one.entry.line.summary.account_id: one for one in news}
    return [by_id[line.summary.account_id] for line in in_order((one.entry.line for one in news), "change")]


def _silences(store: Store, model: Model, now: Instant) -> tuple[list[Silence], dict[str, str]]:
    """Find the sources that fell silent since the last look, and how each that changed stands now."""
    before = {name.removeprefix(_SOURCES): text for name, text in store.cursors(_SOURCES).items()}
    feeds = store.feeds(LAST)
    silences, heard = [], {}
    for source in sorted(feeds.keys() & model.limits.keys()):
        state, last = _state(feeds[source], source, model, now)
        if state != before.get(source, "fresh"):
            heard[source] = state
            worse = state == "dead" or (state == "stale" and before.get(source, "fresh") == "fresh")
            silences += [Silence(source, state == "dead", last)] if worse else []
    return silences, heard


def _state(feed: Feed, source: str, model: Model, now: Instant) -> tuple[str, Instant | None]:
    last, stand = feed.latest, stand_of(source, feed, model, now)
    return stand if stand in ("dead", "stale") else "fresh", last


def note_news(store: Store, news: Iterable[News]) -> None:
    """Note that a channel was told of accounts."""
    for one in news:
        store.set_cursor(_ACCOUNTS + one.entry.line.summary.account_id, keep(_standing(one.entry)))


def note_sources(store: Store, digest: Digest) -> None:
    """Note how the sources stand, once those that fell silent were told."""
    for source, state in digest.heard.items():
        store.set_cursor(_SOURCES + source, state)


def note_silently(store: Store, digest: Digest) -> None:
    """Note the accounts that stand better, of which nobody is told: asked again, the answer is the same."""
    for account_id, stands in digest.noted.items():
        store.set_cursor(_ACCOUNTS + account_id, keep(stands))
