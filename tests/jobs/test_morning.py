"""What a morning holds, and the views and totals of a portfolio: by hand-made summaries."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.desk import DeskTerms
from handlers.jobs.morning import days_to_renewal, fell, morning, renews_within, rose, whys
from handlers.jobs.portfolio import TIERS, Line
from handlers.jobs.views import VIEWS, Entry, entries_of, is_blind, totals_of
from scoring.customer import Csm
from scoring.instants import DAY, Instant, parse_instant
from scoring.periods import period_end
from scoring.record import Moved
from scoring.summary import Summary

TERMS = DeskTerms()
NOW = Instant(parse_instant("2026-11-10") + DAY // 2)
_SCORES = {"Critical": 40.0, "At Risk": 65.0, "Healthy": 80.0, "Champion": 95.0, "Unknown": 50.0, None: None}


def summary(tier: str | None, before: str | bool | None = False, **said: Any) -> Summary:  # noqa: ANN401, FBT001, FBT002
    """Make the summary of an account that came from a tier (False: it is its first record)."""
    moved = None if isinstance(before, bool) else Moved("2026-09", _SCORES[before], before)
    made = Summary(
        account_id="a",
        account_name="Hôtel du Lac",
        segment="paid",
        csm=Csm("u1", "Ana Lopes", "ana@example.com"),
        period="2026-10",
        status="final",
        as_of=period_end("2026-10"),
        model_version="m",
        final_score=_SCORES[tier],
        tier=tier,
        low=_SCORES[tier],
        high=_SCORES[tier],
        coverage_pct=100.0,
        cap=None,
        moved=moved,
        arr=1_000.0,
        currency="USD",
        renewal=None,
        flags=(),
    )
    return replace(made, **said)


def line(made: Summary, worth: float | None = None) -> Line:
    """Make a line of the list."""
    return Line(made, (None, None, None, made.final_score), worth)


@pytest.mark.parametrize(
    ("before", "now", "way"),
    [
        ("Healthy", "At Risk", "fell"),
        ("At Risk", "Critical", "fell"),
        ("Champion", "Unknown", "fell"),
        ("Healthy", None, "fell"),
        ("Unknown", "Critical", "fell"),
        ("Critical", "At Risk", "rose"),
        ("Healthy", "Champion", "rose"),
        ("Unknown", "Champion", ""),
        ("Critical", "Unknown", ""),
        ("At Risk", "Unknown", ""),
        ("Healthy", "Healthy", ""),
        (False, "Critical", ""),
    ],
)
def test_who_fell_and_who_rose(before: str | bool | None, now: str | None, way: str) -> None:  # noqa: FBT001
    """Who is no longer known fell if they stood well; nobody rose who was not known, or is not."""
    made = summary(now, before)
    assert (fell(made), rose(made)) == (way == "fell", way == "rose")


@pytest.mark.parametrize(("score", "whether"), [(75.0, True), (74.9, True), (75.1, False), (None, False)])
def test_points_are_lost_from_as_many_on_as_the_figures_say(score: float | None, whether: bool) -> None:  # noqa: FBT001
    """Five, as shown; of who has no score nobody can say."""
    assert ("lost" in whys(summary("Healthy", "Healthy", final_score=score), TERMS, NOW)) is whether


@pytest.mark.parametrize(
    ("tier", "days", "whether"),
    [
        ("Critical", 90, True),
        ("Critical", 91, False),
        ("At Risk", 0, True),
        ("Unknown", -20, True),
        (None, 10, True),
        ("Healthy", 10, False),
        ("Critical", None, False),
    ],
)
def test_who_renews_soon_while_at_risk_is_in_a_morning(tier: str | None, days: int | None, whether: bool) -> None:  # noqa: FBT001
    """Overdue ones too, and those of whom nobody knows how they stand."""
    renewal = None if days is None else Instant(NOW // DAY * DAY + days * DAY)
    assert whys(summary(tier, renewal=renewal), TERMS, NOW) == (("renews",) if whether else ())


@pytest.mark.parametrize("hour", [0, 1, 23])
def test_days_are_counted_by_dates(hour: int) -> None:
    """On the day itself none is left at any hour, and nothing is overdue."""
    today = parse_instant("2026-11-10")
    at = Instant(today + hour * DAY // 24)
    made = summary("Critical", renewal=today)
    assert days_to_renewal(made, at) == 0
    assert days_to_renewal(made, Instant(at + DAY)) == -1
    assert renews_within(made, 1, Instant(at - DAY))
    assert not renews_within(made, 1, Instant(at - 2 * DAY))


def test_a_morning_keeps_the_order_and_leaves_out_what_is_quiet() -> None:
    """Each with all of its reasons."""
    renewal = Instant(NOW + DAY)
    made = [line(summary("Critical", "Healthy", renewal=renewal)), line(summary("Healthy", "Healthy"))]
    calls = morning(made, TERMS, NOW)
    assert [(one.line, one.whys) for one in calls] == [(made[0], ("fell", "lost", "renews"))]


def entry(made: Summary, worth: float | None = None, period: str = "2026-10") -> Entry:
    """Make the entry of one account in a month."""
    return entries_of([line(made, worth)], period, TERMS, NOW)[0]


def test_who_is_shown_with_an_older_record_did_not_move_in_this_month() -> None:
    """But its renewal comes near all the same."""
    made = summary("Critical", "Healthy", renewal=Instant(NOW + DAY))
    assert entry(made).views == {"morning", "fell", "renewals", "risk", "all"}
    older = entry(made, period="2026-11")
    assert older.views == {"morning", "renewals", "risk", "all"}
    assert (older.whys, older.is_older) == (("renews",), True)


@pytest.mark.parametrize(
    ("said", "whether"),
    [
        ({}, False),
        ({"flags": ("partial", "small_sample:x", "waiting:x")}, False),
        ({"flags": ("stale:looker",)}, True),
        ({"flags": ("dead:intercom",)}, True),
        ({"flags": ("low_confidence",)}, True),
        ({"flags": ("a_flag_of_tomorrow",)}, True),
        ({"tier": "Unknown"}, True),
        ({"tier": None}, True),
    ],
)
def test_blind_spots_are_what_may_hide_trouble(said: dict[str, Any], whether: bool) -> None:  # noqa: FBT001
    """Flags of which nobody has heard among them: silence is no good news."""
    assert is_blind(summary("Healthy", **said) if "tier" not in said else summary(said["tier"])) is whether


def test_what_is_sought_is_the_name_the_id_and_the_csm() -> None:
    """Without capitals and accents."""
    assert entry(summary("Healthy")).sought == "hotel du lac a ana lopes ana@example.com u1"


def test_without_a_present_day_days_are_counted_from_each_score() -> None:
    """So a past month stays as it was."""
    renewal = parse_instant("2026-12-01")
    assert entries_of([line(summary("Healthy", renewal=renewal))], "2026-10", TERMS, None)[0].days == 30


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Critical", "At Risk", "Healthy", "Champion", "Unknown", None]),
            st.none() | st.integers(0, 9),
        ),
        max_size=12,
    )
)
def test_totals_add_up(drawn: list[tuple[str | None, int | None]]) -> None:
    """Tiers share all accounts, money and what is not known out among them; nothing unknown counts as 0."""
    made = [entry(summary(tier), None if worth is None else float(worth)) for tier, worth in drawn]
    totals = totals_of(made)
    assert totals.whole.accounts == len(drawn) == sum(totals.tiers[tier].accounts for tier in TIERS)
    assert totals.whole.worth == sum(one.worth for one in totals.tiers.values())
    assert totals.whole.without == sum(worth is None for _, worth in drawn)
    assert totals.views["risk"].accounts == sum(tier not in {"Healthy", "Champion"} for tier, _ in drawn)
    assert set(totals.views) == set(VIEWS)
    assert not totals.has_moved


def test_overdue_renewals_are_counted_among_those_that_are_due() -> None:
    """Once they are over, not on the day itself."""
    made = [entry(summary("Healthy", renewal=Instant(NOW + days * DAY))) for days in (-2, -1, 0, 5, 200)]
    totals = totals_of(made)
    assert (totals.views["renewals"].accounts, totals.overdue) == (4, 2)
