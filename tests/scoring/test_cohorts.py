"""Cohorts: the conversations that a metric names, and that its value is made of them and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from scoring.account import AccountFacts
from scoring.feeds import Feed
from scoring.instants import HOUR
from scoring.measurement import measure
from scoring.metrics.cohorts import Figure, Member, cohorts
from scoring.metrics.durations import Wait, censored_median
from scoring.metrics.measure import Raw, percent_change
from scoring.metrics.support_health import LOOKS, OF_MESSAGES, SUPPORT_HEALTH
from scoring.observations import Observation, Tombstone
from scoring.timeline import Timeline
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, FEEDS, conversation, days, known, profile

MODEL = the_model()
WHOLE = replace(MODEL, metrics={**MODEL.metrics, "support_health": dict.fromkeys(LOOKS, 0.1)})


def named(facts: AccountFacts) -> Mapping[str, Sequence[Member]]:
    """Name the conversations behind each metric."""
    return cohorts(Timeline(facts), AS_OF, WHOLE)


def ids(members: Sequence[Member]) -> list[str]:
    """Give the ids of conversations."""
    return [member.subject.id for member in members]


def median(figures: Sequence[Figure]) -> Raw:
    """Take the median of waits."""
    found = censored_median([figure for figure in figures if isinstance(figure, Wait)])
    return None if found is None else found.value


def share(figures: Sequence[Figure]) -> Raw:
    """Share those that count."""
    return 100.0 * sum(figure is True for figure in figures) / len(figures) if figures else None


def trend(figures: Sequence[Figure]) -> Raw:
    """Compare those of the window with half of those before it."""
    before = sum(figure is False for figure in figures)
    return percent_change(len(figures) - before, before / 2) if before else None


RECOMPUTED: Mapping[str, Callable[[Sequence[Figure]], Raw]] = {
    "p1_p2_volume": lambda figures: sum(figure is True for figure in figures),
    "first_response_minutes": median,
    "close_time_hours": median,
    "reopen_rate_pct": share,
    "escalation_rate_pct": share,
    "fin_deflection_pct": share,
    "fin_cx_score": lambda figures: fmean(figures) if figures else None,  # type: ignore[arg-type]
    "support_volume_trend_pct": trend,
}

_ages = st.integers(0, 110).map(days) | st.sampled_from([days(30), days(30) - 1, days(90), AS_OF - 1])
_members = st.fixed_dictionaries(
    {
        "created": _ages,
        "state": st.sampled_from(["open", "closed", "snoozed", None]),
        "priority": st.sampled_from(["high", "none", None]),
        "tags": st.sampled_from([(), ("p1",), ("escalated",)]),
        "first_admin_reply": st.none() | _ages,
        "last_close": st.none() | _ages,
        "reopens": st.none() | st.integers(0, 2),
        "agent_took_part": st.booleans(),
        "agent_source": st.sampled_from([None, "workflow", "fin_preview"]),
        "agent_resolution": st.sampled_from([None, "confirmed_resolution", "escalated"]),
        "agent_rating": st.none() | st.integers(1, 5),
        "rating": st.none() | st.integers(1, 5),
        "delivered_as": st.sampled_from([None, "customer_initiated", "admin_initiated", "automated"]),
        "customer_wrote": st.none() | _ages,
    }
)


def said(number: int, members: Mapping[str, object]) -> Observation:
    """Say a conversation."""
    created = members["created"]
    others = {name: value for name, value in members.items() if name != "created"}
    assert isinstance(created, int)
    return conversation(str(number), created, **others, at=min(created + 1, AS_OF - 1))  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.lists(_members, max_size=9), st.sampled_from(["Paid", "Standard"]))
def test_every_metric_is_what_its_named_conversations_come_to(many: list[Mapping[str, object]], segment: str) -> None:
    """The list and the number agree, whatever conversations there are."""
    facts = known(profile(success_tier=segment), *(said(number, one) for number, one in enumerate(many)))
    measured = measure(facts, AS_OF, WHOLE).dimensions["support_health"]
    found = named(facts)
    assert found.keys() == measured.keys() == RECOMPUTED.keys()
    for metric, members in found.items():
        figures = [member.figure for member in members]
        assert RECOMPUTED[metric](figures) == measured[metric].raw, metric
        assert len(set(ids(members))) == len(members)


def test_a_cohort_names_those_of_its_window_and_no_other() -> None:
    """Created in it, closed in it, waiting since long before it; the latest first."""
    facts = known(
        profile(success_tier="Paid"),
        conversation("new", days(3), first_admin_reply=days(3) + HOUR, priority="high", reopens=1),
        conversation("edge", days(30), reopens=0),
        conversation("old", days(31), state="closed", last_close=days(20), reopens=0, at=days(20)),
        conversation("waiting", days(80)),
        conversation("past", days(80), state="closed", last_close=days(60), at=days(60)),
    )
    found = named(facts)
    assert ids(found["p1_p2_volume"]) == ["new", "edge"]
    assert [member.figure for member in found["p1_p2_volume"]] == [True, False]
    assert ids(found["first_response_minutes"]) == ["new", "edge"]
    assert found["first_response_minutes"][0].figure == Wait(60.0, True)
    assert ids(found["close_time_hours"]) == ["new", "edge", "old", "waiting"]
    assert found["close_time_hours"][2].figure == Wait(11 * 24.0, True)
    assert ids(found["reopen_rate_pct"]) == ["new", "edge", "old"]
    assert ids(found["support_volume_trend_pct"]) == ["new", "edge", "old", "past", "waiting"]


def test_what_is_no_load_of_this_account_is_in_no_cohort() -> None:
    """Deleted, begun by us, of another owner, later than the instant, or of a source that no account is mapped to."""
    gone = conversation("gone", days(3))
    facts = known(
        gone,
        structs.replace(gone, at=days(2), content=Tombstone()),
        conversation("ours", days(3), delivered_as="admin_initiated"),
        structs.replace(conversation("theirs", days(3)), owner="other"),
        conversation("late", AS_OF),
    )
    assert {metric: ids(members) for metric, members in named(facts).items()} == {metric: [] for metric in LOOKS}
    strange = replace(ACCOUNT, owners={**ACCOUNT.owners, "unheard": ("acme",)})
    assert named(known(conversation("1", days(3)), account=strange))["p1_p2_volume"] != ()


def test_where_the_window_is_not_covered_the_known_conversations_are_named_all_the_same() -> None:
    """The number is missing then, and the page says why."""
    feeds = {**FEEDS, "intercom": Feed(covered_since=days(10))}
    facts = known(profile(success_tier="Paid"), conversation("1", days(3)), feeds=feeds)
    assert measure(facts, AS_OF, MODEL).dimensions["support_health"]["p1_p2_volume"].raw is None
    assert ids(named(facts)["p1_p2_volume"]) == ["1"]


def test_a_model_names_no_cohort_of_a_metric_that_it_does_not_have() -> None:
    """An old model does not know what came later."""
    old = replace(MODEL, metrics={**MODEL.metrics, "support_health": {"p1_p2_volume": 1.0}})
    assert list(cohorts(Timeline(known()), AS_OF, old)) == ["p1_p2_volume"]


def test_every_metric_of_support_names_its_cohort() -> None:
    """A metric that comes later must name one too, unless it is made of what customers wrote."""
    assert LOOKS.keys() == {metric.name for metric in SUPPORT_HEALTH.formulas} - OF_MESSAGES
