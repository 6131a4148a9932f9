"""How customers feel: the mean of what they wrote, against the time before; it moves no score, tier or range."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from scoring.feeds import Feed
from scoring.instants import Instant
from scoring.measurement import measure
from scoring.metrics.measure import MISSING, Measure
from scoring.metrics.support_health import OF_MESSAGES
from scoring.metrics.tone import Tone, tone_at
from scoring.observations import Message, Observation, Subject
from scoring.score import Measurements, Score, grade
from scoring.timeline import Timeline
from tests.models import the_model
from tests.scoring.accounts import AS_OF, FEEDS, conversation, days, known, profile, reading
from tests.scoring.strategies import CONVERSATION, observations
from tests.scoring.strategies import messages as any_messages

MODEL = the_model()
HERE = conversation("1", days(80))
SENTIMENT, TREND = "customer_sentiment", "customer_sentiment_trend"


def said(at: Instant, sentiment: float | None, part: str = "") -> Observation:
    """Say a message of a sentiment."""
    message = Message(part or str(at), "en" if sentiment is not None else "de", sentiment)
    return Observation(HERE.subject, at, message)


def felt(*said: Observation, feed: Feed = FEEDS["intercom"]) -> tuple[Measure, Measure]:
    """Measure the sentiment of an account, and its trend."""
    measured = measure(known(HERE, *said, feeds={**FEEDS, "intercom": feed}), AS_OF, MODEL)
    metrics = measured.dimensions["support_health"]
    return metrics[SENTIMENT], metrics[TREND]


def test_sentiment_is_the_mean_of_thirty_days_and_its_trend_the_difference_to_the_sixty_before() -> None:
    """The windows are closed at their starts and open at their ends; what is older is in none."""
    now = [said(days(30), 0.5), *(said(days(number), 0.25) for number in range(1, 5))]
    before = [*(said(days(number), -0.5) for number in (30.1, 40, 50, 60)), said(days(90), 0.5)]
    sentiment, trend = felt(*now, *before, said(days(90) - 1, 1.0), said(AS_OF, 1.0))
    assert sentiment == Measure(0.3)
    assert trend.flags == ()
    assert trend.raw == pytest.approx(0.3 - -0.3)


def test_fewer_than_five_messages_are_a_small_sample() -> None:
    """Of the trend on either side."""
    few, many = [said(days(3), 0.5)], [said(days(number), 0.1) for number in range(40, 46)]
    sentiment, trend = felt(*few, *many)
    assert (sentiment.flags, trend.flags) == ((f"small_sample:{SENTIMENT}",), (f"small_sample:{TREND}",))


def test_what_has_no_sentiment_is_no_zero() -> None:
    """Other languages are missing; without any message, or with the window not covered, so is the metric."""
    assert felt() == felt(said(days(3), None)) == (MISSING, MISSING)
    assert felt(said(days(3), -0.5), said(days(4), None))[0].raw == -0.5
    assert felt(said(days(3), -0.5))[1] == felt(said(days(33), -0.5))[0] == MISSING
    assert felt(said(days(3), 0.0))[0].raw == 0.0
    young = replace(FEEDS["intercom"], covered_since=days(40))
    assert felt(said(days(3), 0.5), said(days(33), 0.5), feed=young) == (
        Measure(0.5, (f"small_sample:{SENTIMENT}",)),
        MISSING,
    )
    assert felt(said(days(3), 0.5), feed=replace(young, covered_since=days(20))) == (MISSING, MISSING)


def test_a_part_counts_once_and_what_was_taken_back_not_at_all() -> None:
    """However often it came."""
    twice = [said(days(3), 0.5, "a"), structs.replace(said(days(3), 0.5, "a"), owner="acme"), said(days(2), -0.5, "b")]
    assert felt(*twice)[0].raw == 0.0
    redacted = Observation(HERE.subject, days(1), Message("b", redacted=True))
    assert felt(*twice, redacted)[0].raw == 0.5


def test_the_tone_counts_the_messages_behind_it() -> None:
    """Those with a sentiment, those without, and those before."""
    every = [said(days(3), 0.5), said(days(4), 0.0), said(days(5), None), said(days(50), 0.1), said(days(51), None)]
    assert tone_at(Timeline(known(HERE, *every)), AS_OF, MODEL) == Tone(2, 1, 1)
    assert tone_at(Timeline(known(HERE)), AS_OF, MODEL) == Tone()


def without_tone(score: Score) -> Score:
    """Leave out of a score what messages may say: the raw values of the two metrics, and flags that name them."""
    support = score.dimensions["support_health"]
    metrics = {name: one for name, one in support.metrics.items() if name not in OF_MESSAGES}
    flags = tuple(flag for flag in score.flags if flag.partition(":")[2] not in OF_MESSAGES)
    return replace(
        score, flags=flags, dimensions={**score.dimensions, "support_health": structs.replace(support, metrics=metrics)}
    )


def without_messages(measured: Measurements) -> Measurements:
    """Leave the same out of measurements."""
    support = {name: one for name, one in measured.dimensions["support_health"].items() if name not in OF_MESSAGES}
    flags = tuple(flag for flag in measured.flags if flag.partition(":")[2] not in OF_MESSAGES)
    return replace(measured, flags=flags, dimensions={**measured.dimensions, "support_health": support})


written = observations(CONVERSATION, any_messages).flatmap(
    lambda one: st.builds(
        lambda day, name: structs.replace(one, at=days(day), subject=Subject("intercom", "conversation", name)),
        st.integers(-3, 120),
        st.sampled_from(["1", "2", "elsewhere"]),
    )
)


@settings(max_examples=40)
@given(st.lists(written, max_size=8))
def test_messages_move_no_score_no_tier_and_no_range(said: list[Observation]) -> None:
    """Whatever was written in whichever conversation: all but the two metrics is the same to the last byte."""
    base = [
        profile(arr=100_000.0, success_tier="Paid"),
        reading(days(1), platform_score=60.0, messaging=50.0),
        conversation("1", days(20), priority="high", reopens=1),
        conversation("2", days(10), first_admin_reply=days(9.9), state="closed", last_close=days(9)),
    ]
    bare, full = (measure(known(*base, *more), AS_OF, MODEL) for more in ([], said))
    assert repr(without_messages(full)) == repr(without_messages(bare))
    before, after = grade(bare, MODEL), grade(full, MODEL)
    assert repr(without_tone(after)) == repr(without_tone(before))
    assert (after.final_score, after.tier, after.low, after.high) == (
        before.final_score,
        before.tier,
        before.low,
        before.high,
    )
    for name in OF_MESSAGES:
        metric = after.dimensions["support_health"].metrics[name]
        assert (metric.score, metric.weight, metric.points) == (None, 0, 0)
