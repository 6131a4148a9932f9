"""The limits of the gate: each is passed by more than it allows, and let through by its name alone."""

from dataclasses import replace

import pytest

from config.gate import GateLimits
from handlers.jobs.gate_limits import (
    GATE_LIMITS,
    Change,
    Impact,
    joint_weights,
    measured_by_lines,
    passed,
    stopping,
    weight_moves,
)
from handlers.words.gate import coverage_words
from scoring.instants import parse_instant
from scoring.model import Model
from scoring.what_if import Case, Month, Standing
from tests.models import the_model

MODEL = the_model()
GOOD, RISKY, UNKNOWN = (
    Standing(one, tier, one, one, 100.0) for one, tier in ((80.0, "Healthy"), (61.0, "At Risk"), (80.0, "Unknown"))
)

NOTHING = Standing(None, None, None, None, 0.0)


def impact(*cases: tuple[float | None, Standing, Standing]) -> Impact:
    """Give the impact on accounts, each with its ARR and how it stands under base and draft."""
    made = [Case(f"A{n:02d}", None, arr, now, draft) for n, (arr, now, draft) in enumerate(cases)]
    return Impact(Month("2026-10", parse_instant("2026-11-01"), made))


def limits_passed(found: Impact | None, draft: Model = MODEL, limits: GateLimits | None = None) -> dict[str, str]:
    """Give the limits that a draft passes, and what was seen."""
    return dict(passed(Change(MODEL, draft, found), limits or GateLimits()))


SAME = (10.0, GOOD, GOOD)
FALLS = (10.0, GOOD, RISKY)
RISES = (10.0, RISKY, GOOD)


def test_a_draft_that_moves_nobody_passes_no_limit() -> None:
    """The limits are those that are built in."""
    assert limits_passed(impact(*[SAME] * 5)) == {}


@pytest.mark.parametrize(
    ("known", "unknown", "unscored", "is_thin"), [(2, 1, 1, False), (1, 2, 0, True), (1, 0, 2, True), (0, 0, 0, True)]
)
def test_no_change_where_hardly_anybody_has_a_tier_is_no_news(
    known: int, unknown: int, unscored: int, *, is_thin: bool
) -> None:
    """An Unknown account has a number and no tier to change; from half of all with a tier on nobody is warned."""
    cases = [SAME] * known + [(10.0, UNKNOWN, UNKNOWN)] * unknown + [(10.0, NOTHING, NOTHING)] * unscored
    found = impact(*cases)
    first, *warned = coverage_words(found)
    assert (found.scored, found.tiered, found.is_thin) == (known + unknown, known, is_thin)
    assert first.endswith(f"{known + unknown} have a number under both, {known} a tier that is not Unknown.")
    assert [one.split(":")[0] for one in warned] == ["Warning"] * is_thin


@pytest.mark.parametrize(("rising", "of", "is_passed"), [(10, 49, True), (10, 50, False), (9, 20, False)])
def test_many_changes_of_tier_are_a_limit(rising: int, of: int, *, is_passed: bool) -> None:
    """More than 20 %, and at least ten."""
    found = limits_passed(impact(*[RISES] * rising, *[SAME] * (of - rising)))
    assert ("tier_changes" in found) == is_passed
    assert found in ({}, {"tier_changes": f"{rising} of {of} accounts change their tier at once, more than 20%"})


@pytest.mark.parametrize(("falling", "is_passed"), [(1, False), (2, True)])
def test_much_arr_newly_at_risk_is_a_limit(falling: int, *, is_passed: bool) -> None:
    """More than 10 % of the ARR."""
    found = limits_passed(impact(*[FALLS] * falling, *[SAME] * (10 - falling)))
    assert found == (
        {"newly_at_risk": "2 accounts with 20% of the ARR newly at risk, more than 10%"} if is_passed else {}
    )


def test_a_tier_that_nobody_knows_is_at_risk() -> None:
    """Nobody can say that it is safe."""
    assert "newly_at_risk" in limits_passed(impact(*[(10.0, GOOD, UNKNOWN)] * 2, *[SAME] * 8))


@pytest.mark.parametrize(("falling", "is_passed"), [(1, False), (2, True)])
def test_where_arr_is_not_known_accounts_are_counted(falling: int, *, is_passed: bool) -> None:
    """More than 10 % of the accounts; unknown ARR is no small one."""
    found = limits_passed(impact(*[(None, GOOD, RISKY)] * falling, *[SAME] * (10 - falling)))
    seen = "2 of 10 accounts newly at risk, more than 10%; the ARR of 2 of them is not known"
    assert found == ({"newly_at_risk": seen} if is_passed else {})


def test_accounts_that_leave_the_risk_do_not_weigh_against_those_that_enter() -> None:
    """What rises is another account's."""
    assert "newly_at_risk" in limits_passed(impact(*[FALLS] * 2, *[RISES] * 2, *[SAME] * 6))


def moved(points: float) -> Model:
    """Move points of the whole score from Churn Risk to Platform Value."""
    return replace(MODEL, churn_risk=0.6 - points / 100, platform_value=0.4 + points / 100)


def test_joint_weights_are_of_the_whole_score() -> None:
    """They add up to 1."""
    weights = joint_weights(MODEL)
    assert weights == pytest.approx(
        {
            "support_health": 0.18,
            "financial_contract": 0.18,
            "adoption_engagement": 0.15,
            "relationship_expansion": 0.09,
            "platform_value": 0.40,
        }
    )
    assert weight_moves(MODEL, moved(10))["platform_value"] == pytest.approx(10)


@pytest.mark.parametrize(("points", "is_passed"), [(10.0, False), (-10.0, False), (10.1, True), (-11.0, True)])
def test_a_joint_weight_that_moves_far_is_a_limit_also_without_accounts(points: float, *, is_passed: bool) -> None:
    """Ten points are allowed, up or down."""
    found = limits_passed(None, moved(points))
    seen = f"more than 10 points of the whole score: Platform Value {points:+.1f}"
    assert found == ({"weight_move": seen} if is_passed else {})


def test_what_a_file_cannot_show_is_a_limit() -> None:
    """Other windows, or another expiry of signals, need the store."""
    draft = replace(MODEL, windows=replace(MODEL.windows, support_days=10))
    assert not measured_by_lines(MODEL, draft)
    assert not measured_by_lines(MODEL, replace(MODEL, expiry_days={**MODEL.expiry_days, "Watch": 5}))
    assert measured_by_lines(MODEL, moved(3))
    found = passed(Change(MODEL, draft, impact(SAME), is_measured=False), GateLimits())
    assert [one.limit for one in found] == ["unmeasured"]


def test_a_limit_that_is_left_empty_is_off() -> None:
    """Nothing holds a draft then but worse figures."""
    off = GateLimits(None, 1.0, None, None, None)
    change = Change(MODEL, moved(40), impact(*[FALLS] * 20), is_measured=False)
    assert [one.limit for one in passed(change, GateLimits())] == list(GATE_LIMITS)
    assert passed(change, off) == []


def test_a_word_lets_through_what_it_names() -> None:
    """And nothing else."""
    found = passed(Change(MODEL, moved(40), impact(*[FALLS] * 20)), GateLimits())
    assert [one.limit for one in stopping(found, ("tier_changes", "weight_move"))] == ["newly_at_risk"]
