"""Drift: what moves for everybody at once stands out, what moves as ever does not, and what cannot be told apart."""

from random import Random

import pytest

from scoring.drift import DriftLimits, Finding, Gathering, Spread, Value, drift, values_of
from tests.scoring.drifting import Fault, Portfolio, Raws, closes, found_at, kinds
from tests.scoring.test_record import FINAL

GREEN, RED, MIDDLE = Value(1.0, 100.0), Value(9.0, 0.0), Value(5.0, 50.0)


def test_a_spread_counts_accounts_and_what_became_of_them() -> None:
    """Of five accounts: who misses it, the middle, who is at green and red, who turned, who rose and fell.

    Taken in by parts, in whatever order, they are the same.
    """
    gathering = Gathering()
    pairs = [(GREEN, MIDDLE), (RED, GREEN), (RED, MIDDLE), (None, MIDDLE), (Value(2.0, None), None)]
    for now, before in pairs:
        gathering.add({} if now is None else {"x": now}, None if before is None else {"x": before})
    assert gathering.spreads() == {
        "x": Spread(
            accounts=5,
            known=4,
            middle=5.5,
            scored=3,
            green=1,
            red=2,
            same=2,
            had=4,
            lost=1,
            paired=3,
            to_green=1,
            to_red=2,
            up=2,
            down=1,
            typical=4.0,
        )
    }
    parts = [Gathering(), Gathering()]
    for place, (now, before) in enumerate(pairs):
        parts[place % 2].add({} if now is None else {"x": now}, None if before is None else {"x": before})
    parts[0].join(parts[1])
    assert parts[0].spreads() == gathering.spreads()
    one = gathering.spreads()["x"]
    assert (one.missing_pct, one.green_pct, one.red_pct) == (20.0, 100 / 3, 200 / 3)
    assert (Spread(0).missing_pct, Spread(3).green_pct, Spread(3).red_pct) == (0.0, None, None)


def test_a_metric_that_everybody_has_lost_still_has_its_line() -> None:
    """It is what must be seen."""
    gathering = Gathering()
    gathering.add({}, {"x": GREEN})
    assert gathering.spreads() == {"x": Spread(accounts=1, had=1, lost=1)}


def test_values_are_those_of_a_score() -> None:
    """What is not known has none."""
    values = values_of(FINAL.score)
    assert values["platform_score"].raw == 50.0
    assert "days_to_renewal" not in values


USUAL = Spread(100, known=100, same=40, had=100, lost=2, paired=98, to_green=5, to_red=5, up=50, down=48, typical=1.0)
LIMITS = DriftLimits(pct=25, least=10, times=2, closes=3)


def seen(now: Spread, *known: Spread) -> list[tuple[str, int, float]]:
    """Say what stands out of a metric: kind, accounts, the largest share before."""
    return [(one.kind, one.number, one.known_pct) for one in drift({"x": now}, [{"x": one} for one in known], LIMITS)]


def spread(**said: float) -> Spread:
    """Give the usual spread but for what is said."""
    return Spread(**{name: said.get(name, getattr(USUAL, name)) for name in Spread.__slots__})


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (spread(lost=26), ("lost", 26, 2.0)),
        (spread(lost=25), None),
        (spread(to_red=25), ("to_red", 25, pytest.approx(500 / 98))),
        (spread(to_green=24), None),
        (spread(to_green=25), ("to_green", 25, pytest.approx(500 / 98))),
        (spread(same=100), ("one_value", 100, 40.0)),
        (spread(same=99), None),
        (spread(up=80, down=9, typical=2.1), ("moved", 80, pytest.approx(5000 / 98))),
        (spread(up=9, down=80, typical=-2.1), ("moved", 80, pytest.approx(5000 / 98))),
        (spread(up=80, down=9, typical=2.0), None),
        (spread(up=73, down=9, typical=9.0), None),
        (spread(had=30, lost=9), None),
        (spread(known=9, same=9), None),
    ],
)
def test_each_kind_stands_out_from_its_limit_on(now: Spread, wanted: tuple[str, int, float] | None) -> None:
    """By the share, by the number of accounts, and beside the closes before."""
    assert seen(now, USUAL, USUAL, USUAL) == ([] if wanted is None else [wanted])


def test_what_closes_before_have_seen_does_not_stand_out() -> None:
    """A season that was there last year; one outage alone makes no other one ordinary."""
    season = spread(to_red=30)
    assert seen(spread(to_red=40), USUAL, season, USUAL) == []
    assert seen(spread(lost=60), USUAL, spread(lost=100), USUAL) == [("lost", 60, 2.0)]
    assert seen(spread(lost=60), spread(lost=40), spread(lost=100), USUAL) == []
    assert seen(spread(same=100), USUAL, spread(same=95), USUAL) == []


def test_fewer_closes_than_are_needed_say_nothing() -> None:
    """Nor does a metric that is new."""
    assert seen(spread(lost=100), USUAL, USUAL) == []
    assert drift({"new": USUAL}, [{"x": USUAL}] * 5, LIMITS) == []
    assert Finding("x", "lost", 1, 4, 0.0, 0.0).pct == 25.0


def test_ordinary_months_of_made_up_portfolios_rarely_stand_out() -> None:
    """Of 5 portfolios with two years each, at most one month in a hundred."""
    out = [
        kinds(found_at(year, place))
        for seed in range(6)
        for year in [closes(Portfolio(seed, 60), 24)]
        for place in range(4, 24)
    ]
    assert sum(bool(one) for one in out) <= len(out) / 100


def test_a_strong_season_cannot_be_told_from_a_change_in_its_first_year_and_is_known_in_the_second() -> None:
    """What is in the closes before does not stand out again."""
    year = closes(Portfolio(1, 100, season=2.0), 24)
    first = [kinds(found_at(year, place)) for place in range(4, 13)]
    assert {name for one in first for name, _ in one} == {"staff_login_trend"}
    assert [one for place in range(13, 24) for one in found_at(year, place)] == []


def scaled(name: str, times: float) -> Fault:
    """Say a metric in another unit."""

    def change(_: Random, raws: Raws) -> None:
        if name in raws:
            raws[name] *= times

    return change


def lost(name: str) -> Fault:
    """Lose a metric for a third of the accounts."""

    def change(chance: Random, raws: Raws) -> None:
        if chance.random() < 1 / 3:
            raws.pop(name, None)

    return change


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (scaled("first_response_minutes", 1 / 60), ("first_response_minutes", "moved")),
        (scaled("first_response_minutes", 60), ("first_response_minutes", "moved")),
        (scaled("first_response_minutes", 0), ("first_response_minutes", "one_value")),
        (scaled("payment_health", 0), ("payment_health", "one_value")),
        (scaled("p1_p2_volume", 0), ("p1_p2_volume", "one_value")),
        (scaled("feature_breadth_pct", 0.01), ("feature_breadth_pct", "moved")),
        (lost("first_response_minutes"), ("first_response_minutes", "lost")),
        (lost("staff_login_trend"), ("staff_login_trend", "lost")),
    ],
    ids=[
        "minutes as hours",
        "hours as minutes",
        "all zero",
        "few, all zero",
        "counts, all zero",
        "share",
        "gone",
        "gone too",
    ],
)
def test_a_source_that_changes_stands_out_and_nothing_else_does(fault: Fault, wanted: tuple[str, str]) -> None:
    """In portfolios of 200 accounts with half a year behind them, each time."""
    for seed in (11, 12):
        assert kinds(found_at(closes(Portfolio(seed, 200), 7, fault), 6)) == {wanted: 1}
