"""The view of one account at an instant: what its metrics are computed from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scoring.account import Owner, OwnerKey, keys_of
from scoring.facts import CrmRecord
from scoring.instants import DAY, Instant
from scoring.load import load, unknown_words
from scoring.messages import Messages, messages_of
from scoring.model import SEGMENTS, Model, Segment
from scoring.money import Amount, amount, in_corporate, without_rate
from scoring.observations import Conversation, Reading, Subject
from scoring.once import once
from scoring.records import Records, records_of
from scoring.roles import Role, by_role
from scoring.scope import Scope
from scoring.source_states import AccountSources, SourceState, source_flags, source_states
from scoring.timeline import RecordLine, Sighting, Timeline
from scoring.usage import alive, told_by, usage_of


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account strictly before `as_of`.

    `conversations` are the support load that a window may look at. `records` holds CRM records that
    are not deleted, by kind; `past_records` tells of which kinds any was ever known.
    `arr` is in the corporate currency, `arr_said` as the record says it. Without `signals_known`
    nothing can be said of churn signals, though the CRM is covered.
    `messages` are what customers wrote in three support windows.
    `readings` are the latest of each usage customer within the dead limit; `holed` are the sources
    of those whose windows have holes.
    """

    as_of: Instant
    segment: Segment
    profile: CrmRecord | None
    conversations: tuple[Conversation, ...]
    messages: Messages
    records: Mapping[str, tuple[CrmRecord, ...]]
    past_records: frozenset[str]
    arr: float | None
    arr_said: Amount | None
    arr_now: Amount | None
    arr_year_ago: Amount | None
    readings: tuple[Reading, ...]
    holed: frozenset[str]
    sources: AccountSources
    signals_known: bool
    flags: frozenset[str]

    def of(self, kind: str) -> tuple[CrmRecord, ...]:
        """Give the records of a kind, e.g. `payment`."""
        return self.records.get(kind, ())

    def covers(self, role: Role, days: float) -> bool:
        """Tell whether all sources of a role that this account is in know it and cover the last `days` days."""
        return self.sources.cover(role, self.as_of - int(days * DAY))

    def within(self, days: float, instant: Instant | None) -> bool:
        """Tell whether an instant lies in the window of the last `days` days."""
        return instant is not None and self.as_of - int(days * DAY) <= instant < self.as_of


def view(timeline: Timeline, as_of: Instant, model: Model) -> AccountView:
    """View an account strictly before `as_of`."""
    in_use, window = _in_use(model), _window(as_of, model)
    owners, ids = timeline.owned(in_use.sources)
    conversations = _conversations(timeline, ids, window)
    records = records_of(timeline, ids, as_of, in_use.playing["crm"])
    usage = usage_of(timeline, ids, as_of)
    arr, converted = _arr_now(records.profile, model)
    segment, segment_flags = _segment(timeline.known.account.segment, records.profile, converted, model)
    told = records.owners | usage.named
    unknown = [owner for owner in owners if not _known(owner, as_of) and not _is_told(owner, told, timeline, as_of)]
    readings = told_by(usage, keys_of(unknown))
    states = source_states(timeline.known.feeds, readings, as_of, model)
    sources = _sources(owners, unknown, states, in_use.playing)
    current = alive(readings, sources.states, as_of, model)
    signals = _signals(sources, as_of, model)
    words = unknown_words([one.conversation for one in conversations], as_of, model)
    own = _own_flags(records, sources, unknown)
    return AccountView(
        as_of=as_of,
        segment=segment,
        profile=records.profile,
        conversations=tuple([one for one, _ in _counting(conversations, as_of, model)]),
        messages=messages_of(timeline.talks, ids, as_of, window.since),
        records=records.current,
        past_records=records.known,
        arr=converted,
        arr_said=arr,
        arr_now=_strict_arr(records.profile_line, as_of, model),
        arr_year_ago=_strict_arr(records.profile_line, as_of - 365 * DAY, model),
        readings=tuple(reading for _, reading in current),
        holed=frozenset(source for source, reading in current if reading.holes),
        sources=sources,
        signals_known=signals.known,
        flags=frozenset([*segment_flags, *_arr_flags(arr, records.profile, model), *words, *signals.flags, *own]),
    )


class _InUse(NamedTuple):
    """The sources in use, and those that play each role."""

    sources: frozenset[str]
    playing: Mapping[Role, frozenset[str]]


@once
def _in_use(model: Model) -> _InUse:
    return _InUse(frozenset(model.roles), by_role(model.roles))


def _sources(
    owners: Iterable[Owner],
    unknown: Iterable[Owner],
    states: Mapping[str, SourceState],
    playing: Mapping[Role, frozenset[str]],
) -> AccountSources:
    mapped = frozenset([owner.source for owner in owners])
    return AccountSources(states, playing, mapped, mapped - {owner.source for owner in unknown})


class _Signals(NamedTuple):
    known: bool
    flags: tuple[str, ...]


def _signals(sources: AccountSources, as_of: Instant, model: Model) -> _Signals:
    """Say whether churn signals are known: a CRM that is covered, and does not know the account, has none of it."""
    covered = sources.is_covered("crm", as_of)
    known = not covered or not model.doubts_signals or sources.know_in("crm")
    return _Signals(known, () if covered and known else ("signals_unknown",))


def _own_flags(records: Records, sources: AccountSources, unknown: Iterable[Owner]) -> Iterable[str]:
    """Say what is to be known of the account's own records, sources and owners."""
    yield from records.rereads
    if records.deleted:
        yield "account_deleted"
    yield from source_flags(sources)
    yield from (f"unknown_owner:{owner.source}" for owner in unknown)


def _conversations(timeline: Timeline, ids: frozenset[OwnerKey], scope: Scope) -> list[Sighting]:
    """Give the conversations of these owners that may count in a scope, whichever source each is of."""
    return [one for one in timeline.seen(*scope) if one.owner in ids]


def _is_told(owner: Owner, told: frozenset[OwnerKey], timeline: Timeline, as_of: Instant) -> bool:
    """Tell whether an owner is among those told of, or ever had a conversation."""
    keys = keys_of([owner])
    return not keys.isdisjoint(told) or timeline.had_conversation(keys, as_of)


def _counting(sightings: Iterable[Sighting], as_of: Instant, model: Model) -> Iterator[tuple[Conversation, Subject]]:
    for conversation, _, subject in sightings:
        counting = load(conversation, as_of, model)
        if counting is not None:
            yield counting, subject


def _window(as_of: Instant, model: Model) -> Scope:
    """Give the longest window in which metrics look at conversations."""
    return Scope(Instant(as_of - int(model.windows.trend_days * DAY)), as_of)


def support_conversations(timeline: Timeline, as_of: Instant, model: Model) -> list[tuple[Conversation, Subject]]:
    """Give the conversations of a view as `view` has them, each with what names it."""
    sightings = _conversations(timeline, timeline.owned(_in_use(model).sources).keys, _window(as_of, model))
    return list(_counting(sightings, as_of, model))


def _strict_arr(profile: RecordLine | None, instant: Instant, model: Model) -> Amount | None:
    """Give the ARR said before an instant; of its currency alone may be inferred what was said later."""
    record = profile.record(instant, infer=False) if profile is not None else None
    if profile is None or record is None or record.yes("deleted"):
        return None
    return _arr(record, profile.record(instant), model)


def _arr_flags(arr: Amount | None, profile: CrmRecord | None, model: Model) -> tuple[str, ...]:
    """Flag an ARR that no threshold can be held against."""
    if arr is None and profile is not None and profile.number("arr") is not None:
        return ("invalid:currency",)
    return without_rate(arr, model.currencies)


def _arr_now(profile: CrmRecord | None, model: Model) -> tuple[Amount | None, float | None]:
    """Give the ARR as the account's record says it, and in the corporate currency."""
    said = _arr(profile, profile, model)
    return said, None if said is None else in_corporate(said, model.currencies)


def _arr(record: CrmRecord | None, said: CrmRecord | None, model: Model) -> Amount | None:
    return None if record is None else amount(record.number("arr"), said, model.currencies)


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
