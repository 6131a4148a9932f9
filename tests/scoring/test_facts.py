"""Facts and their views at an instant."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from scoring.compaction import compact, may_forget
from scoring.facts import (
    HISTORY,
    LOOKBACK,
    Fact,
    conversation_at,
    gather,
    in_order,
    is_ownerless,
    merge,
    reading_at,
    record_at,
)
from scoring.instants import DAY, HOUR, SECOND, Instant, parse_instant
from scoring.observations import (
    NOBODY,
    Content,
    Conversation,
    Fields,
    Gap,
    Observation,
    Reading,
    Subject,
    Tombstone,
    Value,
    place,
    rank,
)
from tests.scoring.strategies import (
    CONVERSATION,
    END,
    OPPORTUNITY,
    READING,
    START,
    instants,
    of_any,
    of_conversation,
    of_reading,
    of_record,
)

MONDAY = parse_instant("2026-10-05")


def fact(subject: Subject, *said: tuple[Instant, Content, str | None]) -> Fact:
    """Build a fact of what was said when, by whom owned."""
    return Fact(subject, frozenset(Observation(subject, at, content, owner) for at, content, owner in said))


def fields(created: Instant | None = None, read_at: Instant | None = None, **values: Value) -> Fields:
    """Build fields by name."""
    return Fields(tuple(sorted(values.items())), created, read_at)


def everything_seen(one: Fact, as_of: Instant) -> object:
    """Give every view of a fact at an instant."""
    return (
        conversation_at(one, as_of),
        record_at(one, as_of),
        record_at(one, as_of - 365 * DAY, infer=False),
        reading_at(one, as_of),
    )


@given(st.lists(of_any), st.lists(of_any), st.lists(of_any))
def test_merging_is_commutative_associative_and_idempotent(
    one: list[Observation], two: list[Observation], three: list[Observation]
) -> None:
    """A fact is a grow-only set, so union may come in any order, any grouping, any number of times."""
    a, b, c = gather(one), gather(two), gather(three)
    assert merge([*a, *b]) == merge([*b, *a]) == gather([*two, *one, *two])
    assert merge([*merge([*a, *b]), *c]) == merge([*a, *merge([*b, *c])])
    assert merge([*a, *a]) == a


@given(st.data(), st.lists(of_conversation, min_size=1) | st.lists(of_record, min_size=1), instants)
def test_views_do_not_depend_on_the_order_of_arrival(
    data: st.DataObject, observations: list[Observation], as_of: Instant
) -> None:
    """Ties of instant are broken by content alone."""
    shuffled = data.draw(st.permutations(observations))
    assert in_order(frozenset(observations)) == in_order(frozenset(shuffled))
    assert everything_seen(gather(observations)[0], as_of) == everything_seen(gather(shuffled)[0], as_of)


@given(st.lists(of_conversation | of_record, min_size=1), instants)
def test_a_view_is_that_of_the_observations_before_it(observations: list[Observation], as_of: Instant) -> None:
    """Whatever is said from as_of on changes no view at as_of, creation told afterwards aside."""
    for whole in gather(observations):
        before = frozenset(o for o in whole.observations if o.at < as_of)
        known = Fact(whole.subject, before)
        assert conversation_at(whole, as_of) == conversation_at(known, as_of)
        assert record_at(whole, as_of, infer=False) == record_at(known, as_of, infer=False)


def test_of_a_conversation_the_latest_snapshot_holds() -> None:
    """The view takes the whole latest snapshot strictly before the instant."""
    early, late = Conversation(START, state="open"), Conversation(START, state="closed")
    seen = fact(CONVERSATION, (MONDAY, early, "one"), (MONDAY + DAY, late, None))
    assert conversation_at(seen, MONDAY) is None
    assert conversation_at(seen, MONDAY + DAY) == (early, "one")
    assert conversation_at(seen, MONDAY + DAY + 1) == (late, "one")


def test_in_the_same_second_the_snapshot_with_more_parts_holds() -> None:
    """More conversation parts win over a larger content."""
    few, many = Conversation(START, state="snoozed", parts=2), Conversation(START, state="closed", parts=3)
    assert conversation_at(fact(CONVERSATION, (MONDAY, few, None), (MONDAY, many, None)), END) == (many, None)


def test_at_equal_parts_the_larger_content_holds() -> None:
    """The canonical text of the content decides."""
    one, other = Conversation(START, state="closed"), Conversation(START, state="open")
    assert conversation_at(fact(CONVERSATION, (MONDAY, one, None), (MONDAY, other, None)), END) == (other, None)


def test_of_equal_parts_the_later_known_holds() -> None:
    """A re-read of the same second knows more than the webhook that it comes after."""
    webhook = Conversation(START, state="open", tags=("p1",), known_at=MONDAY + 1)
    read = Conversation(START, state="closed", known_at=MONDAY + HOUR)
    assert conversation_at(fact(CONVERSATION, (MONDAY, webhook, None), (MONDAY, read, None)), END) == (read, None)


def test_more_parts_hold_against_a_later_known() -> None:
    """Parts are counted by the vendor itself."""
    few, many = Conversation(START, parts=3, known_at=MONDAY + HOUR), Conversation(START, parts=4)
    assert conversation_at(fact(CONVERSATION, (MONDAY, few, None), (MONDAY, many, None)), END) == (many, None)


@pytest.mark.parametrize(
    ("less", "grown"),
    [
        ({"state": "open", "reopens": 0}, {"state": "closed", "reopens": 1}),
        ({"state": "open", "reopens": None}, {"state": "closed", "reopens": 0}),
        ({"state": "open", "last_close": MONDAY - 2}, {"state": "closed", "last_close": MONDAY - 1}),
        ({"state": "open", "last_close": None}, {"state": "closed", "last_close": MONDAY}),
        ({"state": "open", "first_admin_reply": None}, {"state": "closed", "first_admin_reply": MONDAY}),
    ],
)
def test_of_two_looks_at_once_what_can_only_grow_has_grown(less: dict[str, Any], grown: dict[str, Any]) -> None:
    """Each though its content is the smaller one."""
    one, other = Conversation(START, **less), Conversation(START, **grown)
    assert conversation_at(fact(CONVERSATION, (MONDAY, one, None), (MONDAY, other, None)), END) == (other, None)


@given(st.lists(of_conversation | of_record, min_size=2, unique=True), instants)
def test_the_order_is_total_and_of_one_stamp_the_later_known_comes_last(
    observations: list[Observation], as_of: Instant
) -> None:
    """No two observations of a subject share a place, and each prefix keeps the order of the whole."""
    for whole in gather(observations):
        ordered = in_order(whole.observations)
        assert ordered == in_order(ordered[::-1])
        assert [o for o in ordered if o.at < as_of] == in_order(o for o in ordered if o.at < as_of)
        keys = [(*place(o), *rank(o)) for o in ordered]
        assert keys == sorted(keys)
        assert len(set(keys)) == len(keys)


def test_an_owner_that_was_taken_away_is_nobody_and_one_unsaid_stays() -> None:
    """Empty and unsaid are two things."""
    said = [(MONDAY, fields(stage="a"), "one"), (MONDAY + DAY, fields(stage="b"), None)]
    assert owner_at(fact(OPPORTUNITY, *said)) == "one"
    taken = [*said, (MONDAY + 2 * DAY, fields(), NOBODY)]
    assert owner_at(fact(OPPORTUNITY, *taken)) is None
    assert owner_at(fact(OPPORTUNITY, *taken), MONDAY + 2 * DAY) == "one"
    assert owner_at(fact(OPPORTUNITY, *taken, (MONDAY + 3 * DAY, fields(stage="c"), None))) is None
    assert owner_at(fact(OPPORTUNITY, *taken, (MONDAY + 3 * DAY, fields(stage="c"), "other"))) == "other"


def test_a_fact_is_ownerless_once_its_owner_is_taken_away() -> None:
    """And until it has one again."""
    taken = [(MONDAY, fields(stage="a"), "one"), (MONDAY + DAY, fields(), NOBODY)]
    assert is_ownerless(fact(OPPORTUNITY, *taken))
    assert not is_ownerless(fact(OPPORTUNITY, *taken, (MONDAY + 2 * DAY, fields(), "other")))


def owner_at(one: Fact, as_of: Instant = END) -> str | None:
    """Give the owner of a record at an instant."""
    record = record_at(one, as_of)
    assert record is not None
    return record.owner


def test_an_owner_that_we_resolved_stays_where_the_source_names_none() -> None:
    """The conversation did not name one before either; what it named itself it can take away."""
    resolved, plain = Conversation(START, resolved=True), Conversation(START)
    kept = fact(CONVERSATION, (MONDAY, resolved, "one"), (MONDAY + DAY, plain, NOBODY))
    assert conversation_at(kept, END) == (plain, "one")
    lost = fact(CONVERSATION, (MONDAY, plain, "one"), (MONDAY + DAY, plain, NOBODY))
    assert conversation_at(lost, END) == (plain, None)
    named_since = fact(
        CONVERSATION, (MONDAY, resolved, "one"), (MONDAY + 1, plain, "other"), (MONDAY + DAY, plain, NOBODY)
    )
    assert conversation_at(named_since, END) == (plain, None)


def test_what_a_creation_leaves_empty_yields_to_any_re_read() -> None:
    """A field that no event carries is known from the re-read alone, even where its stamp is the earlier one."""
    create = fields(created=MONDAY, champion=None, stage="a")
    read = fields(created=MONDAY, read_at=MONDAY + DAY, champion=1.0, stage="a")
    seen = fact(OPPORTUNITY, (MONDAY + SECOND, create, "one"), (MONDAY, read, "one"))
    assert value_of(seen, "champion") == 1.0
    alone = fact(OPPORTUNITY, (MONDAY + SECOND, create, "one"))
    assert value_of(alone, "champion") is None


def value_of(one: Fact, name: str) -> Value:
    """Give a field's value at the end."""
    record = record_at(one, END)
    assert record is not None
    return record.values[name]


def test_a_deletion_after_a_gap_leaves_nothing_to_be_read_again() -> None:
    """The record is gone; before the deletion the gap stands."""
    seen = fact(OPPORTUNITY, (MONDAY, Gap("Opportunity"), None), (MONDAY + 1, fields(deleted=True), None))
    record, before = record_at(seen, END), record_at(seen, MONDAY + 1)
    assert record is not None
    assert record.gap is None
    assert before is not None
    assert before.gap == Gap("Opportunity")


@given(
    st.lists(of_conversation, min_size=1, max_size=4) | st.lists(of_record, min_size=1, max_size=4),
    st.lists(instants, max_size=3),
    instants,
)
def test_of_looks_at_the_same_the_first_and_the_last_stand_in_every_view(
    observations: list[Observation], known: list[Instant], as_of: Instant
) -> None:
    """A sweep that reads again what did not change adds nothing that must be kept."""
    again = [structs.replace(o, content=_known(o.content, at)) for at in known for o in observations]
    whole = gather([*observations, *again])[0]
    kept = compact(whole, START - HISTORY)
    assert everything_seen(kept, as_of) == everything_seen(whole, as_of)
    assert len(kept.observations) <= 2 * len(observations)


def _known(content: Content, at: Instant) -> Content:
    if isinstance(content, Conversation):
        return structs.replace(content, known_at=at)
    is_reread = isinstance(content, Fields) and content.read_at is not None
    return structs.replace(content, read_at=at) if is_reread else content


def test_looks_at_the_same_again_are_kept_twice() -> None:
    """Of a thousand sweeps the first and the last."""
    looks = [(MONDAY, Conversation(START, known_at=MONDAY + day * DAY), None) for day in range(1, 101)]
    assert compact(fact(CONVERSATION, *looks), START) == fact(CONVERSATION, looks[0], looks[-1])


@given(
    st.lists(of_conversation, min_size=1),
    st.lists(of_conversation, max_size=3),
    st.lists(of_record, min_size=1),
    st.lists(of_record, max_size=3),
)
def test_what_comes_late_is_seen_after_a_compaction_as_without_it(
    talk: list[Observation], late_talk: list[Observation], record: list[Observation], late_record: list[Observation]
) -> None:
    """Whatever arrives once something was forgotten, older than it or not, is no less in order."""
    horizon = START + 15 * DAY + LOOKBACK
    for said, late in ((talk, late_talk), (record, late_record)):
        whole = gather(said)[0]
        kept = compact(whole, horizon)
        for as_of in (horizon, horizon + LOOKBACK):
            one, other = gather([*kept.observations, *late])[0], gather([*said, *late])[0]
            assert everything_seen(one, as_of) == everything_seen(other, as_of)


def test_a_deletion_hides_a_conversation_from_its_instant_on_even_from_later_snapshots() -> None:
    """A tombstone is for good."""
    snapshot = Conversation(START)
    seen = fact(
        CONVERSATION, (MONDAY, snapshot, "one"), (MONDAY + DAY, Tombstone(), None), (MONDAY + 2 * DAY, snapshot, "one")
    )
    assert conversation_at(seen, MONDAY + DAY) == (snapshot, "one")
    assert conversation_at(seen, MONDAY + DAY + 1) is None
    assert conversation_at(seen, END) is None


def test_the_owner_is_the_latest_one_said() -> None:
    """An observation that names no owner says nothing about it."""
    snapshot = Conversation(START)
    seen = fact(
        CONVERSATION,
        (MONDAY, snapshot, "one"),
        (MONDAY + DAY, snapshot, "other"),
        (MONDAY + 2 * DAY, snapshot, None),
    )
    owners = [conversation_at(seen, MONDAY + day * DAY + 1) for day in range(3)]
    assert [owner for view in owners if view is not None for owner in view[1:]] == ["one", "other", "other"]


def test_of_a_crm_record_each_field_has_its_latest_value() -> None:
    """A change of one field leaves the others, and deletion is a field like any other."""
    seen = fact(
        OPPORTUNITY,
        (MONDAY, fields(stage="Open", close_date=7.0, deleted=False), "001"),
        (MONDAY + DAY, fields(stage="Won"), None),
        (MONDAY + 2 * DAY, fields(deleted=True), None),
        (MONDAY + 3 * DAY, fields(deleted=False, stage=None), None),
    )
    views = [record_at(seen, MONDAY + day * DAY + 1) for day in range(4)]
    shown = [
        (view.text("stage"), view.instant("close_date"), view.yes("deleted"), view.owner) for view in views if view
    ]
    assert shown == [
        ("Open", 7, False, "001"),
        ("Won", 7, False, "001"),
        ("Won", 7, True, "001"),
        (None, 7, False, "001"),
    ]


def test_a_gap_marks_a_record_until_a_re_read_later_than_it() -> None:
    """The last known values are used meanwhile; a re-read from before the gap settles nothing."""
    seen = fact(
        OPPORTUNITY,
        (MONDAY, fields(stage="Open"), "001"),
        (MONDAY + DAY, Gap("Opportunity"), None),
        (MONDAY + 2 * DAY, fields(stage="Old", read_at=MONDAY + DAY), None),
        (MONDAY + 3 * DAY, fields(stage="New", read_at=MONDAY + DAY + 1), None),
    )
    views = [record_at(seen, MONDAY + day * DAY + 1) for day in range(4)]
    assert [(view.text("stage"), view.gap is not None) for view in views if view] == [
        ("Open", False),
        ("Open", True),
        ("Old", True),
        ("New", False),
    ]


def test_a_record_created_before_its_first_observation_is_viewed_as_first_observed() -> None:
    """Backfilled records count between their creation and the backfill, but not without inference."""
    seen = fact(
        OPPORTUNITY,
        (MONDAY, fields(created=START, stage="Won"), "001"),
        (MONDAY + DAY, fields(stage="Lost"), None),
    )
    view = record_at(seen, START + 1)
    assert view is not None
    assert (view.text("stage"), view.owner) == ("Won", "001")
    assert record_at(seen, START) is None
    assert record_at(seen, START + 1, infer=False) is None


def test_a_field_first_said_after_others_is_viewed_as_first_said() -> None:
    """A change of one field seen before the backfill hides none of the others; deletion is not inferred."""
    seen = fact(
        OPPORTUNITY,
        (MONDAY, fields(stage="Won"), None),
        (MONDAY + 2 * DAY, fields(created=START, stage="Lost", close_date=7.0, deleted=True), "001"),
        (MONDAY + 3 * DAY, fields(close_date=9.0), None),
    )
    for as_of in (START + 1, MONDAY + 1, MONDAY + DAY):
        view = record_at(seen, as_of)
        assert view is not None
        assert (view.text("stage"), view.instant("close_date"), view.owner) == ("Won", 7, "001")
        assert view.yes("deleted") is None


def test_a_creation_that_names_no_owner_says_that_there_was_none() -> None:
    """It says all fields; a change alone leaves the owner open, and a re-read tells it from its stamp on."""
    change = (MONDAY + DAY, fields(stage="Won"), "001")
    created = fact(OPPORTUNITY, (MONDAY, fields(created=MONDAY - 1, stage="Open"), None), change)
    changed = fact(OPPORTUNITY, (MONDAY, fields(stage="Open"), None), (MONDAY + DAY, fields(created=START), "001"))
    assert (owner_at(created, MONDAY + DAY), owner_at(created)) == (None, "001")
    assert (owner_at(changed, MONDAY + DAY), owner_at(changed)) == ("001", "001")


def test_an_owner_first_said_later_is_viewed_as_first_said() -> None:
    """A change of all fields that names no owner, seen before the backfill, leaves the record its account's."""
    seen = fact(
        OPPORTUNITY,
        (MONDAY, fields(stage="Won"), None),
        (MONDAY + 2 * DAY, fields(created=START, stage="Lost"), "001"),
        (MONDAY + 3 * DAY, fields(stage="Lost"), "002"),
    )
    view = record_at(seen, MONDAY + DAY)
    assert view is not None
    assert (view.text("stage"), view.owner) == ("Won", "001")


def test_a_reading_counts_from_its_date_on_however_late_it_was_pulled() -> None:
    """Of two pulls of a date the later wins; the date itself is included."""
    date = parse_instant("2026-08-09")
    first, second = Reading(date, (("platform_score", 50.0),)), Reading(date, (("platform_score", 60.0),))
    seen = fact(READING, (MONDAY, first, "c"), (MONDAY + DAY, second, "c"))
    assert reading_at(seen, date) == second
    assert reading_at(seen, date - 1) is None


@given(st.lists(of_conversation, min_size=1) | st.lists(of_record, min_size=1) | st.lists(of_reading, min_size=1))
def test_compaction_drops_only_what_no_as_of_after_it_can_see(observations: list[Observation]) -> None:
    """Every view at or after the horizon is the same with and without what was dropped."""
    whole = gather(observations)[0]
    horizon = START + 15 * DAY + LOOKBACK
    kept = compact(whole, horizon)
    assert kept.observations <= whole.observations
    for as_of in (horizon, horizon + DAY, horizon + LOOKBACK):
        assert everything_seen(kept, as_of) == everything_seen(whole, as_of)


def test_compaction_drops_superseded_observations() -> None:
    """Of many old snapshots the latest is left, and the first, which tells when it was first heard of."""
    said = [(START + day * DAY, Conversation(START, parts=day), "one") for day in range(50)]
    assert len(compact(fact(CONVERSATION, *said), END + LOOKBACK).observations) == 2


def test_compaction_of_a_record_keeps_what_is_still_seen_of_each_field() -> None:
    """The last value of each field, the last gap, the first of all and the last re-read; what they hide goes."""
    hidden: list[tuple[Instant, Content, str | None]] = [
        (MONDAY + 1 * DAY, fields(stage="b"), None),
        (MONDAY + 2 * DAY, Gap("Opportunity"), None),
        (MONDAY + 4 * DAY, fields(read_at=MONDAY + 4 * DAY, stage="c"), "one"),
    ]
    seen: list[tuple[Instant, Content, str | None]] = [
        (MONDAY, fields(created=MONDAY, stage="a", champion=None), "one"),
        (MONDAY + 3 * DAY, Gap("Opportunity"), None),
        (MONDAY + 5 * DAY, fields(read_at=MONDAY + 6 * DAY, stage="d", champion=None), "one"),
        (MONDAY + 6 * DAY, fields(champion=1.0), None),
    ]
    whole = fact(OPPORTUNITY, *hidden, *seen)
    assert compact(whole, END + LOOKBACK) == fact(OPPORTUNITY, *seen)
    assert compact(whole, START) == whole


def test_a_gap_that_comes_later_says_nothing_of_the_time_before() -> None:
    """A record that was created before is viewed as first said, whole."""
    told = (MONDAY + DAY, fields(created=START, stage="a"), "one")
    record = record_at(fact(OPPORTUNITY, (MONDAY, Gap("Opportunity"), None), told), START + 1)
    assert record is not None
    assert (record.values, record.owner, record.gap) == ({"stage": "a"}, "one", None)


def test_two_looks_at_one_instant_may_be_forgotten_and_one_may_not() -> None:
    """Nothing else is looked at before a fact is compacted."""
    at = parse_instant("2026-11-01")
    looks = [Conversation(at, "open", known_at=Instant(at + hours * HOUR)) for hours in (1, 2, 3)]
    said = [Observation(Subject("intercom", "conversation", "1"), at, look, "acme") for look in looks]
    one, three = gather(said[:1])[0], gather(said)[0]
    assert (may_forget(one, at), may_forget(three, at)) == (False, True)
    assert compact(three, at).observations == {said[0], said[2]}
