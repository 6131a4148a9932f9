"""The account's view: feeds, owners, segment, and the flags they raise."""

from collections.abc import Mapping

import pytest

from scoring.account import Account, AccountFacts, Owner
from scoring.facts import gather
from scoring.feeds import Feed, HeardHour, last_heard, merge_feeds, merge_hours
from scoring.instants import DAY, HOUR, Duration, Instant
from scoring.measurement import measure, score
from scoring.observations import Fields, Gap, Observation, Subject
from tests.models import the_model
from tests.scoring.accounts import (
    ACCOUNT,
    AS_OF,
    FEEDS,
    ID,
    LIVE,
    LONG_AGO,
    OWNERS,
    conversation,
    days,
    known,
    profile,
    reading,
    record,
)

MODEL = the_model()
QUIET = (profile(arr=300_000.0), reading(AS_OF, messaging=50))


def flags(facts: AccountFacts) -> set[str]:
    """Give the flags of a score, but those of coverage."""
    return set(score(facts, AS_OF, MODEL).flags) - {"partial", "low_confidence", "unscored"}


def feed(since: int, first: int, last: int) -> Feed:
    """Give a feed that was heard in one hour, in microseconds."""
    return Feed(Instant(since), (HeardHour(Instant(first), Instant(last)),))


def heard(source: str, age: Duration) -> Mapping[str, Feed]:
    """Give feeds of which one was last heard so long before as_of."""
    return {**FEEDS, source: Feed(LONG_AGO, (HeardHour(AS_OF - age, AS_OF - age),))}


def test_an_account_that_is_well_known_has_no_flags() -> None:
    """Everything mapped, heard and covered."""
    assert flags(known(*QUIET)) == set()


@pytest.mark.parametrize(
    ("source", "age", "expected"),
    [
        ("intercom", 3 * DAY, set()),
        ("intercom", 3 * DAY + 1, {"stale:intercom"}),
        ("intercom", 7 * DAY, {"stale:intercom"}),
        ("intercom", 7 * DAY + 1, {"dead:intercom"}),
        ("salesforce", 3 * DAY, set()),
        ("salesforce", 300 * DAY, {"stale:salesforce"}),
    ],
)
def test_a_source_is_stale_then_dead(source: str, age: Duration, expected: set[str]) -> None:
    """Longer ago than the limit; at the limit it still is well."""
    assert flags(known(*QUIET, feeds=heard(source, age))) == expected


def test_a_dead_source_no_longer_covers_its_window() -> None:
    """No volume of zero from a source that is silent."""
    dead = measure(known(feeds=heard("intercom", 8 * DAY)), AS_OF, MODEL)
    stale = measure(known(feeds=heard("intercom", 6 * DAY)), AS_OF, MODEL)
    assert dead.dimensions["support_health"]["p1_p2_volume"].raw is None
    assert stale.dimensions["support_health"]["p1_p2_volume"].raw == 0
    assert stale.age_hours is not None
    assert stale.age_hours["intercom"] == 6 * 24


@pytest.mark.parametrize(
    ("age", "expected"),
    [(2 * DAY, set()), (3 * DAY, {"stale:looker"}), (7 * DAY, {"stale:looker"}), (8 * DAY, {"dead:looker"})],
)
def test_usage_is_as_old_as_the_accounts_latest_reading(age: Duration, expected: set[str]) -> None:
    """Whatever else Looker was heard of."""
    assert flags(known(QUIET[0], reading(AS_OF - age, messaging=50))) == expected


def test_a_covered_source_never_heard_is_dead() -> None:
    """Coverage is a promise, not a sign of life."""
    assert flags(known(*QUIET, feeds={**FEEDS, "intercom": Feed(LONG_AGO)})) == {"dead:intercom"}


@pytest.mark.parametrize(("since", "volume"), [(30, 0), (29, None)])
def test_a_window_must_be_covered_wholly(since: int, volume: float | None) -> None:
    """Coverage that began within the window leaves its metrics missing, counts included."""
    feeds = {**FEEDS, "intercom": Feed(days(since), LIVE.heard)}
    assert measure(known(feeds=feeds), AS_OF, MODEL).dimensions["support_health"]["p1_p2_volume"].raw == volume


@pytest.mark.parametrize(("since", "failed"), [(365, 0), (364, None)])
def test_payments_need_a_year_of_coverage(since: int, failed: float | None) -> None:
    """A year not wholly known is not a year without failures."""
    feeds = {**FEEDS, "salesforce": Feed(days(since), LIVE.heard)}
    measured = measure(known(profile(), feeds=feeds), AS_OF, MODEL).dimensions["financial_contract"]
    assert measured["payment_health"].raw == measured["contract_changes"].raw == failed


def test_without_coverage_of_the_crm_signals_are_unknown() -> None:
    """Silence about signals is not peace."""
    feeds = {**FEEDS, "salesforce": Feed(None, LIVE.heard)}
    assert flags(known(*QUIET, feeds=feeds)) == {"signals_unknown"}


def test_a_source_without_a_mapped_owner_is_flagged() -> None:
    """Its metrics are missing."""
    account = Account(ID, {"salesforce": (ID,)})
    facts = known(profile(arr=1.0), account=account, owners=OWNERS[2:])
    assert flags(facts) == {"unmapped:intercom", "unmapped:looker"}


def test_an_owner_nothing_ever_named_is_unknown() -> None:
    """A typo in the mapping must not look like peace."""
    unknown = Owner("intercom", frozenset({"acme"}))
    later = Owner("intercom", frozenset({"acme"}), None, AS_OF)
    for owner in (unknown, later):
        facts = known(*QUIET, owners=(owner, *OWNERS[1:]))
        assert flags(facts) == {"unknown_owner:intercom"}
        assert measure(facts, AS_OF, MODEL).dimensions["support_health"]["p1_p2_volume"].raw is None


def test_one_unknown_owner_of_several_leaves_the_windows_unknown() -> None:
    """Peace of the one that is known is not peace of the account."""
    both = (*OWNERS, Owner("intercom", frozenset({"typo"})))
    facts = known(*QUIET, conversation("1", days(3), priority="high"), owners=both)
    assert flags(facts) == {"unknown_owner:intercom"}
    assert measure(facts, AS_OF, MODEL).dimensions["support_health"]["p1_p2_volume"].raw is None


def test_facts_of_other_owners_are_left_out() -> None:
    """A conversation that has moved to another company counts there."""
    moved = Observation(Subject("intercom", "conversation", "1"), days(1), conversation("1", days(3)).content, "other")
    feeds = {"intercom": Feed(LONG_AGO, tuple(HeardHour(days(n), days(n)) for n in (3, 1)))}
    facts = known(conversation("1", days(3), priority="high"), moved, feeds=feeds)
    assert measure(facts, AS_OF, MODEL).dimensions["support_health"]["p1_p2_volume"].raw == 0
    assert measure(facts, days(2), MODEL).dimensions["support_health"]["p1_p2_volume"].raw == 1


def gap(kind: str, name: str, at: Instant, *, resynced: bool = False) -> Observation:
    """Say that a record, or all of an object, changed unseen."""
    return Observation(Subject("salesforce", kind, name), at, Gap("Opportunity", resynced), ID)


def test_a_record_with_a_gap_flags_its_object() -> None:
    """Its last known values are used."""
    renewal = record("opportunity", "1", type="Renewal", is_closed=False, close_date=days(-100))
    facts = known(*QUIET, renewal, gap("opportunity", "1", days(1)))
    assert flags(facts) == {"reread:Opportunity"}
    assert measure(facts, AS_OF, MODEL).dimensions["financial_contract"]["days_to_renewal"].raw == 100


def with_gaps(*marks: Observation, observations: tuple[Observation, ...] = ()) -> AccountFacts:
    """Give an account with gaps of whole objects."""
    facts = known(*QUIET, *observations)
    return AccountFacts(facts.account, facts.facts, facts.owners, facts.feeds, gather(marks))


def test_a_gap_of_a_whole_object_flags_until_each_record_is_read_again() -> None:
    """Also where no record is known yet, until all of the object was read."""
    marks = gap("opportunity", "*", days(5))
    old = record("opportunity", "1", stage="Prospecting", type="New Business")
    reread = Observation(old.subject, days(4), Fields((("stage", "Prospecting"),), None, days(3)), ID)
    resynced = gap("opportunity", "*", days(3), resynced=True)
    assert flags(with_gaps(marks, observations=(old,))) == {"reread:Opportunity"}
    assert flags(with_gaps(marks, observations=(old, reread))) == set()
    assert flags(with_gaps(marks)) == {"reread:Opportunity"}
    assert flags(with_gaps(marks, resynced)) == set()
    assert flags(with_gaps(gap("opportunity", "*", AS_OF))) == set()


def test_a_deleted_account_is_flagged() -> None:
    """It gets no record, and its fields count no more."""
    said = (profile(arr=300_000.0, success_tier="Standard", responsiveness=1.0), profile(days(1), deleted=True))
    facts = known(*said)
    assert "account_deleted" in flags(facts)
    measured = measure(facts, AS_OF, MODEL).dimensions
    for dimension, metric in (
        ("financial_contract", "tier_alignment"),
        ("financial_contract", "arr_trajectory_pct"),
        ("relationship_expansion", "responsiveness"),
    ):
        assert measured[dimension][metric].raw is None


@pytest.mark.parametrize(
    ("given", "tier", "arr", "segment", "raised"),
    [
        ("paid", "Standard", 1.0, "paid", set()),
        (None, "Paid", 1.0, "paid", set()),
        (None, "Standard", 900_000.0, "standard", set()),
        (None, None, 250_000.0, "paid", set()),
        (None, None, 249_999.0, "standard", set()),
        (None, None, None, "standard", {"segment_assumed"}),
        (None, "Gold", 250_000.0, "paid", {"invalid:success_tier"}),
    ],
)
def test_the_segment_is_as_mapped_else_by_tier_else_by_arr(
    given: None, tier: str | None, arr: float | None, segment: str, raised: set[str]
) -> None:
    """Without anything it is Standard, and flagged."""
    account = Account(ID, ACCOUNT.owners, None, given)
    facts = known(profile(success_tier=tier, arr=arr), QUIET[1], account=account)
    assert measure(facts, AS_OF, MODEL).segment == segment
    assert flags(facts) == raised


def test_nothing_known_is_unscored() -> None:
    """An account no event ever named gets no number, and its caps are shown all the same."""
    nobody = Account(ID, {"salesforce": (ID,)})
    result = score(AccountFacts(nobody, (), (Owner("salesforce", frozenset({ID})),)), AS_OF, MODEL)
    assert (result.final_score, result.tier, result.coverage_pct) == (None, None, 0.0)
    assert {"unscored", "low_confidence", "segment_assumed", "signals_unknown"} <= set(result.flags)


def test_a_signal_without_a_date_is_as_if_observed_when_first_heard_of() -> None:
    """A Watch first heard of 61 days ago has expired; a Moderate has not."""

    def capped(severity: str, age: int) -> bool:
        said = Observation(
            Subject("salesforce", "signal", "1"),
            days(age),
            Fields((("severity", severity), ("status", "Active"))),
            ID,
        )
        return score(known(*QUIET, said), AS_OF, MODEL).cap is not None

    assert capped("Moderate", 90)
    assert not capped("Moderate", 91)


def test_heard_hours_join_by_union() -> None:
    """The age in whole hours is exact at every instant, whatever came later in that hour."""
    instants = [AS_OF + minutes * HOUR // 60 for minutes in (0, 5, 20, 50, 70, 200)]
    feed = Feed(heard=merge_hours(HeardHour(at, at) for at in instants))
    for as_of in map(Instant, range(AS_OF, AS_OF + 6 * HOUR, HOUR // 12)):
        before = [at for at in instants if at < as_of]
        told = last_heard(feed, as_of)
        if not before:
            assert told is None
        else:
            assert told is not None
            assert (as_of - told) // HOUR == (as_of - max(before)) // HOUR
            assert told < as_of


def test_the_earliest_coverage_holds() -> None:
    """Feeds of one source are united."""
    one, other = (
        Feed(Instant(5), (HeardHour(Instant(1), Instant(2)),)),
        Feed(Instant(3), (HeardHour(Instant(0), Instant(1)),)),
    )
    assert merge_feeds(one, other) == merge_feeds(other, one) == feed(3, 0, 2)
    assert merge_feeds(Feed(), one) == one


def test_a_source_was_heard_last_at_the_end_of_its_last_hour() -> None:
    """Whatever the instant; one that was never heard has none."""
    hours = (HeardHour(Instant(0), Instant(5)), HeardHour(Instant(HOUR), Instant(HOUR + 7)))
    assert Feed(LONG_AGO, hours).latest == Instant(HOUR + 7)
    assert Feed(LONG_AGO).latest is None
