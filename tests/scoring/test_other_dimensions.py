"""Financial and Contract, Adoption and Engagement, Relationship and Expansion, metric by metric."""

import pytest

from scoring.instants import DAY
from scoring.measurement import measure
from scoring.metrics.measure import Measure
from scoring.observations import Observation, Value
from tests.models import the_model
from tests.scoring.accounts import AS_OF, LONG_AGO, days, known, profile, reading, record

MODEL = the_model()


def raw(metric: str, *observations: Observation) -> float | None:
    """Measure one metric."""
    return measured(metric, *observations).raw


def measured(metric: str, *observations: Observation) -> Measure:
    """Measure one metric, with its flags."""
    measurements = measure(known(*observations), AS_OF, MODEL)
    groups = (*measurements.dimensions.values(), measurements.pillars)
    return next(group[metric] for group in groups if metric in group)


def renewal(name: str, close: float, **values: Value) -> Observation:
    """Say a renewal that closes so many days before as_of."""
    return record(
        "opportunity", name, LONG_AGO, **{"type": "Renewal", "close_date": days(close), "is_closed": False, **values}
    )


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        ([-180], 180),
        ([-180, -90], 90),
        ([-0.5], 0),
        ([0.5, -90], -1),
        ([90, -200], -90),
        ([90.5, -200], 200),
        ([91, 200], -200),
        ([], None),
    ],
)
def test_days_to_renewal_is_to_the_earliest_open_one(closes: list[float], expected: float | None) -> None:
    """Overdue ones are negative; long overdue ones count only where there is no other."""
    renewals = [renewal(str(number), close) for number, close in enumerate(closes)]
    assert raw("days_to_renewal", *renewals) == expected


@pytest.mark.parametrize(
    ("flag_at", "stage_at", "is_closed", "stage", "is_open"),
    [
        (9, 9, False, "Closed Won", True),
        (9, 5, False, "Closed Won", False),
        (5, 9, False, "Closed Lost", True),
        (9, 5, True, "Negotiation", True),
        (5, 9, True, "Negotiation", False),
    ],
)
def test_the_newer_of_flag_and_stage_tells_whether_an_opportunity_is_closed(
    flag_at: float, stage_at: float, *, is_closed: bool, stage: str, is_open: bool
) -> None:
    """Of the same instant the flag holds."""
    said = [
        record("opportunity", "1", type="Renewal", close_date=days(-10)),
        record("opportunity", "1", days(flag_at), is_closed=is_closed),
        record("opportunity", "1", days(stage_at), stage=stage),
    ]
    assert (raw("days_to_renewal", *said) is not None) == is_open


@pytest.mark.parametrize("told", [{}, {"stage": None}, {"is_closed": None, "is_won": True}])
def test_a_renewal_that_tells_neither_stage_nor_flag_is_not_known_to_be_open(told: dict[str, Value]) -> None:
    """A change of its date alone must not look like a contract that runs on."""
    assert raw("days_to_renewal", record("opportunity", "1", type="Renewal", close_date=days(-300), **told)) is None


def test_payment_health_counts_failed_payments_of_a_year() -> None:
    """The window is closed at its start; deleted and unplaced ones do not count."""
    payments = [
        record("payment", "1", status="Failed", payment_date=days(365)),
        record("payment", "2", status="Failed", payment_date=days(365) - 1),
        record("payment", "3", status="Paid", payment_date=days(5)),
        record("payment", "4", status="Failed", payment_date=None),
        record("payment", "5", status="Failed", payment_date=days(5), deleted=True),
        record("payment", "6", status="Failed", payment_date=AS_OF),
    ]
    assert raw("payment_health", *payments) == 1


def test_contract_changes_counts_downgrades_and_amendments_won() -> None:
    """A stage without flags tells too."""
    changes = [
        record("opportunity", "1", type="Downgrade", is_won=True, close_date=days(3)),
        record("opportunity", "2", type="Amendment", stage="Closed Won", close_date=days(3)),
        record("opportunity", "3", type="Amendment", stage="Closed Lost", close_date=days(3)),
        record("opportunity", "4", type="New Business", is_won=True, close_date=days(3)),
        record("opportunity", "5", type="Downgrade", is_won=True, close_date=days(400)),
    ]
    assert raw("contract_changes", *changes) == 2


@pytest.mark.parametrize(
    ("then", "now", "expected"), [(100.0, 105.0, 5.0), (100.0, 90.0, -10.0), (0.0, 5.0, None), (None, 5.0, None)]
)
def test_arr_trajectory_compares_with_a_year_ago(then: float | None, now: float, expected: float | None) -> None:
    """An unknown or zero base is missing."""
    said = [profile(days(366), arr=then), profile(days(10), arr=now)]
    assert raw("arr_trajectory_pct", *said) == expected


def test_arr_a_year_ago_is_never_inferred() -> None:
    """The account was created two years ago, but its ARR was first heard of last month."""
    assert raw("arr_trajectory_pct", profile(days(30), arr=100.0)) is None
    assert raw("arr_trajectory_pct", profile(days(365), arr=100.0), profile(days(30), arr=120.0)) is None
    assert raw("arr_trajectory_pct", profile(days(365) - 1, arr=100.0), profile(days(30), arr=120.0)) == 20.0


@pytest.mark.parametrize(
    ("arr", "tier", "expected"),
    [
        (200_001.0, "Standard", 1),
        (200_000.0, "Standard", 0),
        (500_000.0, "Paid", 0),
        (None, "Paid", 0),
        (None, "Standard", None),
        (500_000.0, None, None),
        (5.0, None, 0),
        (None, None, None),
    ],
)
def test_tier_alignment(arr: float | None, tier: str | None, expected: float | None) -> None:
    """One where a large account is on Standard, zero where either is known not to be so."""
    assert raw("tier_alignment", profile(arr=arr, success_tier=tier)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"staff_logins_30d": 90, "staff_logins_prev_30d": 100}, -10.0),
        ({"staff_logins_30d": 0, "staff_logins_prev_30d": 0}, -100.0),
        ({"staff_logins_30d": 0}, -100.0),
        ({"staff_logins_30d": 5, "staff_logins_prev_30d": 0}, 100.0),
        ({"staff_logins_30d": 5}, None),
        ({"staff_logins_prev_30d": 5}, None),
        ({}, None),
    ],
)
def test_login_trend(values: dict[str, float], expected: float | None) -> None:
    """A dead account is not a stable one."""
    assert raw("staff_login_trend", reading(AS_OF, "77", **values)) == expected


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("staff_login_trend", {"staff_logins_30d": -1, "staff_logins_prev_30d": 10}),
        ("admin_login_trend", {"admin_logins_30d": 0, "admin_logins_prev_30d": -1}),
        ("feature_breadth_pct", {"active_modules": -1, "available_modules": 10}),
    ],
)
def test_a_number_below_none_is_missing_and_flagged(metric: str, values: dict[str, float]) -> None:
    """Nobody logs in less than not at all: an error of the source."""
    assert measured(metric, reading(AS_OF, **values)) == Measure(None, (f"invalid:{metric}",))


def test_customers_of_one_account_are_added_up_or_averaged() -> None:
    """Logins over those that have both numbers; scores as a mean."""
    several = known(
        reading(AS_OF, "77", staff_logins_30d=10, staff_logins_prev_30d=20, platform_score=40, messaging=10),
        reading(AS_OF, "78", staff_logins_30d=50, staff_logins_prev_30d=20, platform_score=60, messaging=20),
        reading(AS_OF, "79", staff_logins_30d=99, available_modules=5, active_modules=1),
        owners=(type(known().owners[0])("looker", frozenset({"77", "78", "79"}), None, days(900)),),
    )
    measurements = measure(several, AS_OF, MODEL)
    adoption = measurements.dimensions["adoption_engagement"]
    assert adoption["staff_login_trend"].raw == 50.0
    assert adoption["platform_score"].raw == 50.0
    assert adoption["feature_breadth_pct"].raw == 20.0
    assert measurements.pillars["messaging"].raw == 15.0


def test_a_customer_that_tells_no_logins_is_not_a_silent_one() -> None:
    """Zero now of one customer says nothing of another that does not tell."""
    owners = (type(known().owners[0])("looker", frozenset({"77", "78"}), None, days(900)),)
    other = reading(AS_OF, "78", staff_logins_prev_30d=5)
    facts = known(reading(AS_OF, "77", staff_logins_30d=0), other, owners=owners)
    assert measure(facts, AS_OF, MODEL).dimensions["adoption_engagement"]["staff_login_trend"].raw is None


def test_scores_outside_0_to_100_are_missing_and_flagged() -> None:
    """An error of the source; the rest of the reading stands."""
    bad = reading(AS_OF, platform_score=101, messaging=-1, requests=100, platform_score_90d_ago=50)
    assert measured("platform_score", bad) == Measure(None, ("invalid:platform_score",))
    assert measured("messaging", bad) == Measure(None, ("invalid:messaging",))
    assert measured("platform_score_trend", bad).raw is None
    assert raw("requests", bad) == 100


def test_the_latest_reading_dated_by_as_of_counts() -> None:
    """A later date is not seen, nor is one older than the dead limit."""
    later, now, old = (reading(days(n), platform_score=s) for n, s in ((-1, 30), (0, 20), (1, 10)))
    assert raw("platform_score", later, now, old) == 20
    assert raw("platform_score", reading(days(7), platform_score=9)) == 9
    assert raw("platform_score", reading(days(8), platform_score=9)) is None


def test_qbr_attendance_is_of_those_held() -> None:
    """Not yet attended or refused is not held; other events are no business reviews."""
    events = [
        record("event", "1", type="QBR", attended=True, activity_date=days(10)),
        record("event", "2", type="QBR", attended=False, activity_date=days(365)),
        record("event", "3", type="QBR", attended=None, activity_date=days(10)),
        record("event", "4", type="Call", attended=False, activity_date=days(10)),
        record("event", "5", type="QBR", attended=False, activity_date=days(366)),
    ]
    assert raw("qbr_attendance_pct", *events) == 50.0
    assert raw("qbr_attendance_pct") is None


def test_days_since_are_whole_and_a_date_to_come_is_flagged() -> None:
    """Champion and executive contact."""
    assert raw("champion_stability", profile(champion_since=days(180.9))) == 180
    assert raw("exec_engagement", profile(last_exec_interaction=AS_OF)) == 0
    assert measured("exec_engagement", profile(last_exec_interaction=AS_OF + DAY)).flags == ("invalid:exec_engagement",)


@pytest.mark.parametrize(("value", "expected"), [(1.0, 1.0), (3.0, 3.0), (4.0, None), (None, None)])
def test_responsiveness_is_the_csms_word(value: float | None, expected: float | None) -> None:
    """One to three."""
    assert raw("responsiveness", profile(responsiveness=value)) == expected


def test_expansion_signals_add_open_csqls_and_mentions() -> None:
    """Missing while the account never had either; a closed CSQL tells that there is none open."""
    opened, closed = record("csql", "1", status="Open"), record("csql", "2", status="Won")
    assert raw("expansion_signals") is None
    assert raw("expansion_signals", closed) == 0
    assert raw("expansion_signals", opened, closed) == 1
    assert raw("expansion_signals", opened, profile(expansion_mentions=2.0)) == 3
    assert raw("expansion_signals", profile(expansion_mentions=0.0)) == 0
    nulled = [profile(expansion_mentions=3.0), profile(days(5), expansion_mentions=None)]
    assert raw("expansion_signals", *nulled) == 0
    assert measured("expansion_signals", profile(expansion_mentions=-1.0)) == Measure(
        None, ("invalid:expansion_signals",)
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (40.0, Measure(40.0)),
        (-100.0, Measure(-100.0)),
        (None, Measure()),
        (101.0, Measure(None, ("invalid:nps_score",))),
        (-100.5, Measure(None, ("invalid:nps_score",))),
    ],
)
def test_nps_score_is_the_accounts_own_figure(said: Value, expected: Measure) -> None:
    """From -100 to 100; anything else is an error of whoever entered it."""
    assert measured("nps_score", profile(LONG_AGO, nps=said)) == expected
    assert measured("nps_score") == Measure()
