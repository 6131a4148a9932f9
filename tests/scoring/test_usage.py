"""Usage: days that the source lost are no rest, and a key that only we have named is no customer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from scoring.account import Account, Owner
from scoring.instants import DAY, Instant
from scoring.measurement import measure
from scoring.metrics.measure import Measure
from scoring.observations import LOGIN_DAYS, Observation, Reading, names_owner
from scoring.score import Measurements
from tests.models import the_model
from tests.scoring.accounts import ACCOUNT, AS_OF, ID, LONG_AGO, OWNERS, days, known, reading

MODEL = the_model()
HOLE = "hole:looker"
BOTH = range(1, 2 * LOGIN_DAYS + 1)
LEVEL = {"staff_logins_30d": 300.0, "staff_logins_prev_30d": 300.0, "platform_score": 60.0}


def with_holes(said: Observation, *holes: Instant) -> Observation:
    """Give a reading whose source has no usage of anybody on some days."""
    assert isinstance(said.content, Reading)
    return structs.replace(said, content=structs.replace(said.content, holes=holes))


def adoption(
    *observations: Observation, account: Account = ACCOUNT, owners: tuple[Owner, ...] = OWNERS
) -> Measurements:
    """Measure an account by its readings."""
    return measure(known(*observations, account=account, owners=owners), AS_OF, MODEL)


def trend(*observations: Observation) -> Measure:
    """Measure the trend of staff logins."""
    return adoption(*observations).dimensions["adoption_engagement"]["staff_login_trend"]


@pytest.mark.parametrize(
    "ages",
    [(1,), (30,), (31,), (60,), (10, 20), (31, 50), (5, 45), tuple(BOTH)],
    ids=lambda ages: "-".join(map(str, ages)),
)
def test_a_window_with_a_hole_is_not_known(ages: tuple[int, ...]) -> None:
    """At either edge of either window, in one or both: no trend, and the record says why; the rest stands."""
    said = with_holes(reading(AS_OF, **LEVEL), *(days(age) for age in ages))
    assert trend(said) == Measure(None, (HOLE,))
    assert adoption(said).dimensions["adoption_engagement"]["platform_score"] == Measure(60.0)


def test_without_holes_a_reading_is_what_it_was() -> None:
    """So is one that was recorded before holes were told."""
    assert trend(reading(AS_OF, **LEVEL)) == Measure(0.0)


def test_who_is_silent_now_is_so_whatever_was_lost_before() -> None:
    """Zero logins of a whole window are no hole; zero logins of one with a hole are not known."""
    silent = reading(AS_OF, **LEVEL | {"staff_logins_30d": 0.0})
    assert trend(with_holes(silent, days(31), days(60))) == Measure(-100.0, (HOLE,))
    assert trend(with_holes(silent, days(30))) == Measure(None, (HOLE,))


def test_holes_are_of_the_windows_of_their_reading() -> None:
    """A reading of five days ago looks back from there."""
    old = reading(days(5), **LEVEL | {"staff_logins_30d": 0.0})
    assert trend(with_holes(old, days(35))) == Measure(None, (HOLE,))
    assert trend(with_holes(old, days(36))) == Measure(-100.0, (HOLE,))


def test_one_of_several_customers_with_a_hole_leaves_the_account_unknown() -> None:
    """The sum over the others would be a part taken for the whole."""
    account = Account(ID, {"looker": ("77", "78")})
    owners = tuple(Owner("looker", frozenset({key}), None, LONG_AGO) for key in ("77", "78"))
    whole, holed = reading(AS_OF, "77", **LEVEL), with_holes(reading(days(1), "78", **LEVEL), days(2))
    measured = adoption(whole, holed, account=account, owners=owners).dimensions["adoption_engagement"]
    assert measured["staff_login_trend"] == Measure(None, (HOLE,))
    assert measured["platform_score"] == Measure(60.0)


@pytest.mark.parametrize("before", [0.0, 300.0])
def test_a_customer_without_both_numbers_of_a_pair_is_left_out(before: float) -> None:
    """What it has now is compared with nothing; the one that has both is silent."""
    account = Account(ID, {"looker": ("77", "78")})
    owners = tuple(Owner("looker", frozenset({key}), None, LONG_AGO) for key in ("77", "78"))
    pair = reading(AS_OF, "77", **LEVEL | {"staff_logins_30d": 0.0, "staff_logins_prev_30d": before})
    half = reading(AS_OF, "78", staff_logins_30d=5.0, platform_score=60.0)
    measured = adoption(pair, half, account=account, owners=owners).dimensions["adoption_engagement"]
    assert measured["staff_login_trend"] == Measure(-100.0)


def test_negative_logins_are_an_error_beside_a_hole() -> None:
    """Both are said."""
    said = with_holes(reading(AS_OF, **LEVEL | {"staff_logins_30d": -1.0}), days(3))
    assert trend(said) == Measure(None, ("invalid:staff_login_trend", HOLE))


@given(
    st.lists(st.integers(0, 9), min_size=60, max_size=60),
    st.sets(st.sampled_from(BOTH), max_size=60),
)
def test_whatever_days_are_lost_the_trend_is_true_or_missing_and_flagged(logins: list[int], lost: set[int]) -> None:
    """A customer's logins of 60 days, of which the source lost some for everybody."""

    def told(gone: set[int]) -> Measure:
        counted = [0 if age in gone else logins[age - 1] for age in BOTH]
        now, before = sum(counted[:LOGIN_DAYS]), sum(counted[LOGIN_DAYS:])
        said = reading(AS_OF, staff_logins_30d=now, staff_logins_prev_30d=before, platform_score=50)
        return trend(with_holes(said, *sorted(days(age) for age in gone)))

    true, seen = told(set()), told(lost)
    assert seen.raw in (true.raw, None)
    assert (seen.raw is not None or not lost) or seen.flags == (HOLE,)
    assert bool(lost) == (HOLE in seen.flags)


NOBODY = tuple(replace(owner, since=None) if owner.source == "looker" else owner for owner in OWNERS)
ZEROS = dict.fromkeys(("staff_logins_30d", "staff_logins_prev_30d", "admin_logins_30d", "admin_logins_prev_30d"), 0.0)


def test_a_reading_of_our_own_makes_no_key_known() -> None:
    """Zeros for want of rows: the owner stays unknown, and so does its use, however often we say it."""
    said = [reading(AS_OF - age * DAY, "77", **ZEROS) for age in range(3)]
    measured = adoption(*said, owners=NOBODY)
    assert "unknown_owner:looker" in measured.flags
    assert all(one == Measure() for one in measured.dimensions["adoption_engagement"].values())
    assert (measured.age_hours or {})["looker"] is None


@pytest.mark.parametrize("given", [{"platform_score": 0.0}, {"staff_logins_prev_30d": 5.0}, {"messaging": 50.0}])
def test_a_reading_that_bears_what_looker_gave_names_its_owner(given: dict[str, float]) -> None:
    """Once is enough: the zeros that follow are those of a customer that fell silent."""
    once, then = reading(days(40), "77", **given), reading(AS_OF, "77", **ZEROS)
    measured = adoption(once, then, owners=NOBODY)
    assert "unknown_owner:looker" not in measured.flags
    assert measured.dimensions["adoption_engagement"]["staff_login_trend"].raw == -100


def test_a_listed_customer_without_logins_is_silent() -> None:
    """Looker gave its name: zeros of it are news."""
    measured = adoption(reading(AS_OF, "77", **ZEROS))
    assert "unknown_owner:looker" not in measured.flags
    assert measured.dimensions["adoption_engagement"]["staff_login_trend"].raw == -100


def test_what_looker_gives_later_names_its_owner_later() -> None:
    """As of an instant before, the key was only ours."""
    later = reading(AS_OF + DAY, "77", **LEVEL)
    assert "unknown_owner:looker" in adoption(reading(AS_OF, "77", **ZEROS), later, owners=NOBODY).flags


def test_nothing_at_all_names_nobody() -> None:
    """Neither does a reading without a value."""
    assert not names_owner(Reading(AS_OF, ()))
    assert not names_owner(Reading(AS_OF, tuple(ZEROS.items())))
    assert names_owner(Reading(AS_OF, (("platform_score", 0.0),)))
