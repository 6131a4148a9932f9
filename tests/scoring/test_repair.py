"""The smallest repair: proved by scoring it, by few metrics, each moved as little as reaches the tier."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.instants import DAY
from scoring.metrics.measure import Measure
from scoring.repair import Move, NoRepair, Repair, Way, repair, repaired
from scoring.score import Measurements, grade
from scoring.signals import Signal
from tests.models import the_model
from tests.scoring.accounts import AS_OF
from tests.scoring.test_score import measurements

MODEL = the_model()
FLOORS = dict(MODEL.tiers)
WAYS = {
    "payment_health": Way(1, 2),
    "close_time_hours": Way(12, 36),
    "feature_breadth_pct": Way(10, 20),
    "exec_engagement": Way(0, 0, to=0),
    "requests": Way(20, 40),
}
LOWER = ("payment_health", "close_time_hours", "exec_engagement")


def account(**raws: float | None) -> Measurements:
    """Measure a Paid account whose every metric is at green, but for some; None: missing."""
    greens = {name: threshold.green for name, threshold in MODEL.thresholds["paid"].items()}
    every = {**greens, **dict.fromkeys(MODEL.pillars, 100.0), **raws}
    dimensions = {
        name: {one: Measure(every[one]) for one in shares if one in every} for name, shares in MODEL.metrics.items()
    }
    pillars = {name: Measure(every[name]) for name in MODEL.pillars}
    return Measurements("001", "paid", AS_OF, dimensions, pillars)


def rank(measured: Measurements) -> float:
    """Give the floor of an account's tier; below all where it has none, or an Unknown one."""
    return FLOORS.get(grade(measured, MODEL).tier or "", -1)


LOW = st.floats(0, 60)
accounts = st.builds(
    account,
    payment_health=st.integers(0, 4),
    close_time_hours=st.floats(0, 60),
    feature_breadth_pct=LOW,
    exec_engagement=st.integers(0, 200),
    requests=LOW,
    messaging=LOW,
    automations=LOW,
    p1_p2_volume=st.integers(0, 9),
    days_to_renewal=st.none() | st.floats(0, 200),
)


def at_most(measured: Measurements, names: tuple[str, ...]) -> list[Move]:
    """Move some metrics as far as their ways and green allow; those that are at green stay."""
    every = {**MODEL.metrics, "platform_value": MODEL.pillars}
    groups = {name: group for group, own in every.items() for name in own}
    values = {name: one.raw for own in (*measured.dimensions.values(), measured.pillars) for name, one in own.items()}
    found = []
    for name in names:
        before, green = values[name] or 0.0, MODEL.thresholds["paid"][name].green if name != "requests" else 100.0
        way, sign = WAYS[name], 1 if green > before else -1
        after = before + sign * min(abs(green - before), way.most) if way.to is None else min(way.to, before)
        if name != "exec_engagement" and (sign < 0) != (name in LOWER):
            continue
        found.append(Move(groups[name], name, before, after))
    return found


@settings(max_examples=25)
@given(accounts)
def test_a_repair_reaches_the_next_tier_with_the_fewest_metrics(measured: Measurements) -> None:
    """Scored anew it is there; no fewer metrics do, whatever their moves; and no move can be a step smaller."""
    found = repair(measured, MODEL, WAYS)
    if not isinstance(found, Repair):
        if found == NoRepair("out_of_reach", found.tier if found else None):
            for size in (1, 2, 3):
                assert not any(_reaches(measured, names) for names in combinations(sorted(WAYS), size))
        return
    score = grade(repaired(measured, found.moves), MODEL)
    assert (score.final_score, FLOORS[score.tier or ""] >= FLOORS[found.tier]) == (found.after, True)
    assert FLOORS[found.tier] > rank(measured)
    assert found.before == grade(measured, MODEL).final_score
    fewer = len(found.moves) - 1
    assert not any(_reaches(measured, names) for names in combinations(sorted(WAYS), fewer)) if fewer else True
    for place, move in enumerate(found.moves):
        step = WAYS[move.name].step
        if step and abs(move.after - move.before) > step:
            back = move.after + (step if move.after < move.before else -step)
            smaller = [*found.moves[:place], replace(move, after=back), *found.moves[place + 1 :]]
            assert rank(repaired(measured, smaller)) < FLOORS[found.tier]


def _reaches(measured: Measurements, names: tuple[str, ...]) -> bool:
    """Tell whether any moves of these metrics reach the next tier: more never scores less."""
    floor = min(one for one in FLOORS.values() if one > rank(measured))
    return rank(repaired(measured, at_most(measured, names))) >= floor


@given(measurements())
def test_every_move_is_within_its_way(measured: Measurements) -> None:
    """By whole steps or to green, never past what the time allows, and for the better."""
    found = repair(measured, MODEL, WAYS)
    for move in found.moves if isinstance(found, Repair) else ():
        way, threshold = WAYS[move.name], MODEL.thresholds[measured.segment].get(move.name)
        lower = threshold is not None and threshold.lower_is_better
        assert (move.after < move.before) == lower
        assert move.after == way.to if way.to is not None else abs(move.after - move.before) <= way.most + 1e-6


def test_the_arithmetic_of_a_worked_account() -> None:
    """Two failed payments and one slow month of support stand between it and Healthy."""
    measured = account(payment_health=3, close_time_hours=48, messaging=30, automations=60, p1_p2_volume=4)
    found = repair(measured, MODEL, WAYS)
    payments = Move("financial_contract", "payment_health", 3, 1)
    assert found == Repair((payments, Move("support_health", "close_time_hours", 48, 12)), 72.5, 76.5, "Healthy")


def test_each_metric_moves_back_as_far_as_the_tier_allows() -> None:
    """Both went to green; with the closing time there, ten points of breadth out of twenty suffice."""
    measured = account(
        payment_health=1, close_time_hours=24, feature_breadth_pct=20, requests=40, messaging=30, automations=60
    )
    found = repair(measured, MODEL, {name: WAYS[name] for name in ("feature_breadth_pct", "close_time_hours")})
    breadth = Move("adoption_engagement", "feature_breadth_pct", 20, 30)
    closing = Move("support_health", "close_time_hours", 24, 4)
    assert found == Repair((breadth, closing), 73.2, 76.5, "Healthy")


def test_a_metric_that_can_be_brought_to_one_value_moves_there() -> None:
    """A talk with an executive today makes it zero days since the last."""
    moved = Move("relationship_expansion", "exec_engagement", 100, 0)
    found = repair(account(exec_engagement=100, messaging=0, automations=50), MODEL, WAYS)
    assert found == Repair((moved,), 75.3, 76.0, "Healthy")


def test_a_count_moves_by_whole_ones() -> None:
    """Nobody settles half a failed payment."""
    measured = account(payment_health=3, messaging=40, automations=40)
    found = repair(measured, MODEL, {"payment_health": Way(1, 3)})
    for move in found.moves if isinstance(found, Repair) else ():
        assert float(move.after).is_integer()


SIGNAL = Signal("Critical", "Confirmed", "Active", AS_OF - DAY)


@pytest.mark.parametrize(
    ("measured", "outcome"),
    [
        (account(), None),
        (replace(account(), signals=(SIGNAL,)), NoRepair("cap", "At Risk")),
        (replace(account(), dimensions={}, pillars={}), NoRepair("unknown")),
        (replace(account(), dimensions={}), NoRepair("unknown")),
        (replace(account(**dict.fromkeys(MODEL.pillars, 0.0)), pillars=account(requests=0).pillars), None),
        (account(**dict.fromkeys(MODEL.pillars, 35.0), days_to_renewal=0), NoRepair("out_of_reach", "Healthy")),
    ],
    ids=["the highest tier", "held by a cap", "unscored", "an Unknown tier", "nearly at its best", "out of reach"],
)
def test_where_there_is_no_repair_it_says_why(measured: Measurements, outcome: NoRepair | None) -> None:
    """A reason for each."""
    assert repair(measured, MODEL, {"requests": Way(1, 1)}) == outcome


def test_what_is_missing_is_nothing_to_move() -> None:
    """Nor is a metric that is at its best, or that would become worse by the one value it can be brought to."""
    measured = account(requests=None, messaging=0, automations=0, contactless=40, exec_engagement=30)
    assert repair(measured, MODEL, {"requests": Way(10, 20), "exec_engagement": Way(0, 0, to=200)}) == NoRepair(
        "out_of_reach", "Healthy"
    )
