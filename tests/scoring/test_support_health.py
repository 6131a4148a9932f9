"""Support Health, metric by metric."""

import pytest
from msgspec import structs

from scoring.feeds import Feed, HeardHour
from scoring.instants import DAY, HOUR, Instant
from scoring.measurement import measure
from scoring.metrics.measure import Measure
from scoring.model import Segment
from scoring.observations import Observation, Tombstone
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, FEEDS, LONG_AGO, conversation, days, known, profile

MINUTE = HOUR // 60
MODEL = the_model()


def support(*observations: Observation, segment: Segment = "paid") -> dict[str, Measure]:
    """Measure Support Health of an account in a segment."""
    tier = profile(success_tier="Paid" if segment == "paid" else "Standard")
    return dict(measure(known(tier, *observations), AS_OF, MODEL).dimensions["support_health"])


def test_with_the_feed_covered_and_no_conversation_the_volume_is_zero_and_the_rest_missing() -> None:
    """Peace is known to be peace, but nothing has a median or a rate."""
    measured = support()
    assert measured.pop("p1_p2_volume") == Measure(0)
    assert {measure.raw for measure in measured.values()} == {None}


@pytest.mark.parametrize(
    ("members", "urgent"),
    [
        ({"priority": "priority"}, 1),
        ({"priority": "high"}, 1),
        ({"priority": "urgent"}, 1),
        ({"priority": "medium"}, 0),
        ({"priority": "not_priority"}, 0),
        ({"tags": ("p1",)}, 1),
        ({"tags": ("billing", "critical")}, 1),
        ({"tags": ("escalation",)}, 0),
        ({"priority": "urgent", "delivered_as": "admin_initiated"}, 0),
        ({"priority": "urgent", "delivered_as": "customer_initiated"}, 1),
    ],
)
def test_urgent_conversations_are_told_by_priority_or_tag(members: dict[str, object], urgent: int) -> None:
    """Outbound conversations are not support load."""
    assert support(conversation("1", days(3), **members))["p1_p2_volume"].raw == urgent


def test_the_window_is_closed_at_its_start_and_open_at_its_end() -> None:
    """Created exactly 30 days before as_of is in; a microsecond earlier is not."""
    edge = [conversation("1", days(30), priority="high"), conversation("2", days(30) - 1, priority="high")]
    last = conversation("3", AS_OF - 2, priority="high", at=AS_OF - 1)
    assert support(*edge, last)["p1_p2_volume"].raw == 2


def test_the_first_response_counts_those_still_waiting() -> None:
    """Two answered after 10 and 30 minutes, one waiting for two days: the median is 30 minutes."""
    measured = support(
        conversation("1", days(9), first_admin_reply=days(9) + 10 * MINUTE),
        conversation("2", days(8), first_admin_reply=days(8) + 30 * MINUTE),
        conversation("3", days(2), state="snoozed"),
    )
    assert measured["first_response_minutes"] == Measure(30.0, ("small_sample:first_response_minutes",))


def test_a_first_response_nobody_got_yet_is_a_lower_bound() -> None:
    """All wait: the ordinary median of their ages, flagged."""
    measured = support(conversation("1", days(1)), conversation("2", days(3)))
    assert measured["first_response_minutes"].raw == 2 * 24 * 60
    assert "waiting:first_response_minutes" in measured["first_response_minutes"].flags


@pytest.mark.parametrize(
    "members",
    [
        {"state": "closed"},
        {"agent_took_part": True, "agent_source": "workflow", "agent_resolution": "confirmed_resolution"},
    ],
)
def test_closed_or_resolved_by_the_agent_without_a_reply_gives_no_duration(members: dict[str, object]) -> None:
    """There is nobody left who waits."""
    assert support(conversation("1", days(2), **members))["first_response_minutes"].raw is None


def test_close_time_takes_closes_of_the_window_and_every_open_conversation() -> None:
    """Closed 12 h and 36 h after creation, one open since 100 days, one closed long ago."""
    measured = support(
        conversation("1", days(9), state="closed", last_close=days(9) + 12 * HOUR, at=days(8)),
        conversation("2", days(40), state="closed", last_close=days(20), at=days(20)),
        conversation("3", days(100)),
        conversation("4", days(90), state="closed", last_close=days(80), at=days(80)),
        conversation("5", days(5), state="closed", last_close=None),
    )
    assert measured["close_time_hours"].raw == 20 * 24.0


def test_a_conversation_closed_after_as_of_counts_as_open_then() -> None:
    """The view is of what was so strictly before as_of."""
    opened = conversation("1", days(1))
    closed = conversation("1", days(1), state="closed", last_close=AS_OF, at=AS_OF)
    assert support(opened, closed)["close_time_hours"] == support(opened)["close_time_hours"]


def test_rates_are_over_conversations_created_or_last_closed_in_the_window() -> None:
    """Four in the cohort, one of them reopened, one escalated by tag; one does not tell its reopens."""
    measured = support(
        conversation("1", days(3), reopens=2),
        conversation("2", days(3), reopens=0, tags=("escalated",)),
        conversation("3", days(60), reopens=0, state="closed", last_close=days(2), at=days(2)),
        conversation("4", days(3), reopens=None),
        conversation("5", days(60), reopens=9),
    )
    assert measured["reopen_rate_pct"] == Measure(100 / 3, ("small_sample:reopen_rate_pct",))
    assert measured["escalation_rate_pct"].raw == 25.0


@pytest.mark.parametrize(("segment", "rate"), [("standard", 100.0), ("paid", 0.0)])
def test_handed_over_by_the_agent_is_escalated_on_standard_alone(segment: Segment, rate: float) -> None:
    """On Paid a human is meant to answer."""
    handed_over = conversation("1", days(3), agent_took_part=True, first_admin_reply=days(2), agent_source="workflow")
    assert support(handed_over, segment=segment)["escalation_rate_pct"].raw == rate


def test_five_conversations_are_no_small_sample() -> None:
    """The flag is for fewer than five."""
    measured = support(*(conversation(str(number), days(3), reopens=0) for number in range(5)))
    assert measured["reopen_rate_pct"] == Measure(0.0)


def test_agent_metrics_leave_previews_out() -> None:
    """Two with the agent, one resolved alone; ratings are the agent's, else the conversation's."""
    agent = {"agent_took_part": True, "agent_source": "workflow"}
    measured = support(
        conversation("1", days(3), **agent, agent_resolution="assumed_resolution", agent_rating=5, rating=1),
        conversation("2", days(3), **agent, agent_resolution="escalated", first_admin_reply=days(2), rating=2),
        conversation("3", days(3), agent_took_part=True, agent_source="fin_preview", agent_rating=1),
    )
    assert measured["fin_deflection_pct"].raw == 50.0
    assert measured["fin_cx_score"].raw == 3.5


def begun_by_a_greeting(name: str, greeted: Instant, wrote: Instant | None, **members: object) -> Observation:
    """Say a conversation that a workflow's greeting opened, as it is seen at the end of the window."""
    told = {"at": AS_OF - 1, "priority": "high", **members}
    return conversation(name, greeted, delivered_as="operator_initiated", customer_wrote=wrote, **told)


def test_what_a_greeting_opened_begins_when_the_customer_wrote() -> None:
    """In each metric: the window of volume, the wait for a reply and for the close, the trend."""
    replied = {"first_admin_reply": days(10) + HOUR, "last_close": days(10) + 5 * HOUR, "state": "closed"}
    measured = support(begun_by_a_greeting("1", days(40), days(10), **replied))
    assert measured["p1_p2_volume"] == Measure(1)
    assert measured["first_response_minutes"].raw == 60
    assert measured["close_time_hours"].raw == 5
    before = [begun_by_a_greeting("2", days(65), days(35)), begun_by_a_greeting("3", days(95), days(85))]
    trend = support(begun_by_a_greeting("1", days(40), days(10)), *before)["support_volume_trend_pct"]
    assert trend.raw == 0
    waiting = support(begun_by_a_greeting("1", days(29), days(2)))
    assert waiting["first_response_minutes"].raw == 2 * 24 * 60
    assert waiting["close_time_hours"].raw == 48


def volume(at: Instant, *observations: Observation) -> float | None:
    """Give the volume at an instant up to which the feed was heard."""
    feeds = {**FEEDS, "intercom": Feed(LONG_AGO, (HeardHour(at - 1, at - 1),))}
    facts = known(profile(success_tier="Paid"), *observations, feeds=feeds)
    return measure(facts, at, MODEL).dimensions["support_health"]["p1_p2_volume"].raw


def test_a_greeting_is_silent_until_the_customer_writes() -> None:
    """Unanswered it is no load; answered, none before the answer, whatever is known today."""
    assert volume(AS_OF, begun_by_a_greeting("1", days(3), None)) == 0
    answered = begun_by_a_greeting("2", days(9), days(5), at=days(9))
    assert [volume(at, answered) for at in (days(5), days(5) + 1)] == [0, 1]


def test_a_conversation_merged_away_counts_until_the_merge() -> None:
    """Whatever is said of it afterwards."""
    talk = conversation("1", days(9), priority="high")
    later = conversation("1", days(9), priority="high", state="closed", last_close=days(2), at=days(2))
    merge = structs.replace(talk, at=days(4), content=Tombstone(merged=True))
    assert [volume(at, talk, later, merge) for at in (days(4), days(4) + 1)] == [1, 0]
    assert support(talk, later, merge)["close_time_hours"].raw is None


def test_the_volume_trend_compares_with_the_mean_of_the_two_windows_before() -> None:
    """Three now, two and none before: three against one."""
    now = [conversation(f"n{number}", days(number)) for number in (1, 2, 30)]
    before = [conversation(f"b{number}", days(number)) for number in (31, 90)]
    older = conversation("o", days(90) - DAY)
    assert support(*now, *before, older)["support_volume_trend_pct"].raw == 200.0
    assert support(*now, older)["support_volume_trend_pct"].raw is None


def test_an_account_without_a_mapped_company_has_no_support_health() -> None:
    """Not even a volume of zero."""
    unmapped = type(ACCOUNT)(ACCOUNT.id, {"salesforce": (ACCOUNT.id,)})
    facts = known(account=unmapped, owners=())
    assert {m.raw for m in measure(facts, AS_OF, MODEL).dimensions["support_health"].values()} == {None}
