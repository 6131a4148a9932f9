"""The view of one account at an instant: what its metrics are computed from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from scoring.account import SOURCES, Account, AccountFacts, Owner
from scoring.facts import CrmRecord, Fact, conversation_at, reading_at, record_at
from scoring.feeds import Feed, last_heard
from scoring.instants import DAY, Instant
from scoring.load import load, unknown_words
from scoring.model import SEGMENTS, FeedLimits, Model, Segment
from scoring.money import Amount, amount, in_corporate, without_rate
from scoring.observations import Conversation, Gap, Reading, names_owner


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a source is good for at an instant: its age since last heard, its coverage."""

    age: Instant | None = None
    covered_since: Instant | None = None
    stale: bool = False
    dead: bool = False

    def covers(self, start: Instant) -> bool:
        """Tell whether a window that begins at `start` is wholly covered."""
        return not self.dead and self.covered_since is not None and self.covered_since <= start


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account strictly before `as_of`.

    `known` are the sources that know every owner of the account mapped to them. `records` holds CRM
    records that are not deleted, by kind; `past_records` tells of which kinds any was ever known.
    `arr` is in the corporate currency. Without `signals_known` nothing can be said of churn signals,
    though the CRM is covered.
    `readings` are the latest of each usage customer within the dead limit.
    """

    as_of: Instant
    segment: Segment
    profile: CrmRecord | None
    conversations: tuple[Conversation, ...]
    records: Mapping[str, tuple[CrmRecord, ...]]
    past_records: frozenset[str]
    arr: float | None
    arr_now: Amount | None
    arr_year_ago: Amount | None
    readings: tuple[Reading, ...]
    sources: Mapping[str, SourceState]
    known: frozenset[str]
    signals_known: bool
    flags: frozenset[str]

    def of(self, kind: str) -> tuple[CrmRecord, ...]:
        """Give the records of a kind, e.g. `payment`."""
        return self.records.get(kind, ())

    def covers(self, source: str, days: float) -> bool:
        """Tell whether a source that knows this account covers the window of the last `days` days."""
        return source in self.known and self.sources[source].covers(self.as_of - int(days * DAY))

    def within(self, days: float, instant: Instant | None) -> bool:
        """Tell whether an instant lies in the window of the last `days` days."""
        return instant is not None and self.as_of - int(days * DAY) <= instant < self.as_of


@dataclass(frozen=True, slots=True)
class _Records:
    current: Mapping[str, tuple[CrmRecord, ...]]
    known: frozenset[str]
    owners: frozenset[str | None]
    profile: CrmRecord | None
    profile_fact: Fact | None
    deleted: bool
    rereads: frozenset[str]


def view(facts: AccountFacts, as_of: Instant, model: Model) -> AccountView:
    """View an account strictly before `as_of`."""
    conversations = _conversations(facts.facts, _ids(facts.owners, "intercom"), as_of)
    counting = (load(conversation, as_of, model) for conversation, _ in conversations)
    records = _records(facts, _ids(facts.owners, "salesforce"), as_of)
    told = _readings(facts.facts, _ids(facts.owners, "looker"), as_of)
    arr = _arr(records.profile, records.profile, model)
    converted = None if arr is None else in_corporate(arr, model.currencies)
    segment, segment_flags = _segment(facts.account.segment, records.profile, converted, model)
    seen = {owner for _, owner in conversations} | records.owners | _named(told)
    unknown = [owner for owner in facts.owners if not _known(owner, as_of) and not owner.ids & seen]
    known = _sources_of(facts.owners) - _sources_of(unknown)
    readings = _latest(told, _ids(unknown, "looker"))
    sources = _source_states(facts, readings, as_of, model)
    covered = sources["salesforce"].covers(as_of)
    signals_known = not covered or not model.doubts_signals or "salesforce" in known
    return AccountView(
        as_of=as_of,
        segment=segment,
        profile=records.profile,
        conversations=tuple(conversation for conversation in counting if conversation is not None),
        records=records.current,
        past_records=records.known,
        arr=converted,
        arr_now=_strict_arr(records.profile_fact, as_of, model),
        arr_year_ago=_strict_arr(records.profile_fact, as_of - 365 * DAY, model),
        readings=() if sources["looker"].dead else _alive(readings.values(), as_of, model),
        sources=sources,
        known=known,
        signals_known=signals_known,
        flags=frozenset(
            [
                *segment_flags,
                *_arr_flags(arr, records.profile, model),
                *unknown_words((conversation for conversation, _ in conversations), as_of, model),
                *([] if covered and signals_known else ["signals_unknown"]),
                *_own_flags(facts.account, records, sources, unknown),
            ]
        ),
    )


def _own_flags(
    account: Account, records: _Records, sources: Mapping[str, SourceState], unknown: Iterable[Owner]
) -> Iterable[str]:
    """Say what is to be known of the account's own records, sources and owners."""
    yield from records.rereads
    if records.deleted:
        yield "account_deleted"
    yield from _source_flags(account, sources)
    yield from (f"unknown_owner:{owner.source}" for owner in unknown)


def _sources_of(owners: Iterable[Owner]) -> frozenset[str]:
    return frozenset(owner.source for owner in owners)


def _ids(owners: Iterable[Owner], source: str) -> frozenset[str]:
    return frozenset(key for owner in owners if owner.source == source for key in owner.ids)


def _conversations(facts: Iterable[Fact], ids: frozenset[str], as_of: Instant) -> list[tuple[Conversation, str | None]]:
    views = (conversation_at(fact, as_of) for fact in facts if fact.subject.kind == "conversation")
    return [seen for seen in views if seen is not None and seen[1] in ids]


def _records(facts: AccountFacts, ids: frozenset[str], as_of: Instant) -> _Records:
    mine = sorted((f for f in facts.facts if f.subject.source == "salesforce"), key=attrgetter("subject"))
    pairs = [(fact, record_at(fact, as_of)) for fact in mine]
    owned = [(fact, record) for fact, record in pairs if record is not None and record.owner in ids]
    current: dict[str, tuple[CrmRecord, ...]] = {}
    for fact, record in owned:
        if not record.yes("deleted"):
            current[fact.subject.kind] = (*current.get(fact.subject.kind, ()), record)
    profile = next(((fact, record) for fact, record in owned if record.id == facts.account.id), None)
    return _Records(
        current=current,
        known=frozenset(fact.subject.kind for fact, _ in owned),
        owners=frozenset(record.owner for _, record in owned),
        profile=profile[1] if profile and not profile[1].yes("deleted") else None,
        profile_fact=profile[0] if profile else None,
        deleted=profile is not None and profile[1].yes("deleted") is True,
        rereads=frozenset(_rereads(owned, facts.gaps, as_of)),
    )


def _rereads(owned: list[tuple[Fact, CrmRecord]], gaps: Iterable[Fact], as_of: Instant) -> Iterable[str]:
    yield from (f"reread:{record.gap.object}" for _, record in owned if record.gap is not None)
    for gap in gaps:
        since = _gap_since(gap, as_of)
        if since is None:
            continue
        same = [record for fact, record in owned if fact.subject.kind == gap.subject.kind]
        unread = any(record.read_at is None or record.read_at <= since for record in same)
        if unread or (not same and not _resynced(gap, since)):
            yield f"reread:{_object(gap)}"


def _gap_since(gap: Fact, as_of: Instant) -> Instant | None:
    marks = (o.at for o in gap.observations if isinstance(o.content, Gap) and not o.content.resynced and o.at < as_of)
    return max(marks, default=None)


def _resynced(gap: Fact, since: Instant) -> bool:
    return any(isinstance(o.content, Gap) and o.content.resynced and o.at > since for o in gap.observations)


def _object(gap: Fact) -> str:
    return min(o.content.object for o in gap.observations if isinstance(o.content, Gap))


def _strict_arr(profile: Fact | None, instant: Instant, model: Model) -> Amount | None:
    """Give the ARR said before an instant; of its currency alone may be inferred what was said later."""
    record = record_at(profile, instant, infer=False) if profile is not None else None
    if profile is None or record is None or record.yes("deleted"):
        return None
    return _arr(record, record_at(profile, instant), model)


def _arr_flags(arr: Amount | None, profile: CrmRecord | None, model: Model) -> tuple[str, ...]:
    """Flag an ARR that no threshold can be held against."""
    if arr is None and profile is not None and profile.number("arr") is not None:
        return ("invalid:currency",)
    return without_rate(arr, model.currencies)


def _arr(record: CrmRecord | None, said: CrmRecord | None, model: Model) -> Amount | None:
    return None if record is None else amount(record.number("arr"), said, model.currencies)


def _readings(facts: Iterable[Fact], ids: frozenset[str], as_of: Instant) -> dict[str, list[Reading]]:
    """Give the readings dated by `as_of`, by the usage customer that they are of."""
    told: dict[str, list[Reading]] = {}
    for fact in facts:
        if fact.subject.kind != "reading":
            continue
        reading = reading_at(fact, as_of)
        owner = next(iter(fact.observations)).owner
        if reading is not None and owner is not None and owner in ids:
            told.setdefault(owner, []).append(reading)
    return told


def _named(told: Mapping[str, Iterable[Reading]]) -> set[str]:
    return {owner for owner, readings in told.items() if any(map(names_owner, readings))}


def _latest(told: Mapping[str, Iterable[Reading]], unknown: frozenset[str]) -> dict[str, Reading]:
    """Give the latest reading of each usage customer; what is said of an unknown one counts for nothing."""
    date = attrgetter("date")
    return {owner: max(readings, key=date) for owner, readings in told.items() if owner not in unknown}


def _alive(readings: Iterable[Reading], as_of: Instant, model: Model) -> tuple[Reading, ...]:
    dead = model.limits["looker"].dead_days
    alive = (r for r in readings if dead is None or as_of - r.date <= dead * DAY)
    return tuple(sorted(alive, key=lambda reading: (reading.date, reading.values)))


def _source_states(
    facts: AccountFacts, readings: Mapping[str, Reading], as_of: Instant, model: Model
) -> dict[str, SourceState]:
    feeds = {source: facts.feeds.get(source, Feed()) for source in SOURCES}
    states = {
        source: _state(feed, last_heard(feed, as_of), as_of, model.limits[source]) for source, feed in feeds.items()
    }
    latest = max((reading.date for reading in readings.values()), default=None)
    return {**states, "looker": _state(Feed(), latest, as_of, model.limits["looker"])}


def _state(feed: Feed, heard: Instant | None, as_of: Instant, limits: FeedLimits) -> SourceState:
    age = None if heard is None else as_of - heard
    started = feed.covered_since is not None and feed.covered_since < as_of
    silent = age is None and started
    dead = limits.dead_days is not None and (silent or (age is not None and age > limits.dead_days * DAY))
    stale = silent or (age is not None and age > limits.stale_days * DAY)
    return SourceState(age, feed.covered_since, stale and not dead, dead)


def _source_flags(account: Account, sources: Mapping[str, SourceState]) -> Iterable[str]:
    mapped = [source for source in SOURCES if account.owners.get(source)]
    yield from (f"unmapped:{source}" for source in SOURCES if source not in mapped)
    yield from (f"stale:{source}" for source in mapped if sources[source].stale)
    yield from (f"dead:{source}" for source in mapped if sources[source].dead)


def _known(owner: Owner, as_of: Instant) -> bool:
    return owner.since is not None and owner.since < as_of


def _segment(
    given: Segment | None, profile: CrmRecord | None, arr: float | None, model: Model
) -> tuple[Segment, tuple[str, ...]]:
    """Say the segment: as mapped, else the success tier, else by ARR, else Standard and flagged."""
    if given is not None:
        return given, ()
    said = profile.text("success_tier") if profile is not None else None
    tier = model.words["account.success_tier"].meaning(said)
    if tier is not None and tier.lower() in SEGMENTS:
        return SEGMENTS[tier.lower()], ()
    flags = ("invalid:success_tier",) if said is not None and tier is None else ()
    if arr is None:
        return "standard", (*flags, "segment_assumed")
    return ("paid" if arr >= model.paid_arr_floor else "standard"), flags
