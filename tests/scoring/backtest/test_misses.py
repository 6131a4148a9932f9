"""Each cause of a miss by one account that has it, with the figures that prove it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from scoring.alerts import AlertTerms
from scoring.backtest.ledger import Details, Row, ledger
from scoring.backtest.misses import CAUSES, Capping, Cause, KnownNow, Lack, Miss, Renewal, WasListed
from scoring.backtest.past import Thresholds
from scoring.instants import DAY, Instant
from scoring.score import Score
from scoring.signals import Cap
from tests.scoring.backtest.ledgers import (
    CAPPING,
    ENDS,
    GOOD,
    MODEL,
    book,
    by_account,
    churn,
    held,
    measured,
    only_row,
    steady_account,
)

DECIDED = Instant(ENDS[20] + 10 * DAY)
DEADLINE = ENDS[18]
"""The last month-end that is 60 days before the decision, or longer."""


def from_month(first: int, then: Mapping[str, float | None], upto: int = 21, **more: object) -> list[Score]:
    """Give an account that does well, and from one month on has other values."""
    early = steady_account("leaves", upto=first)
    return early + [measured("leaves", end, {**GOOD, **then}, **more) for end in ENDS[first:upto]]


def missed(scores: list[Score], terms: AlertTerms | None = None, days: int = 60) -> Miss:
    """Give the miss of the account that leaves."""
    miss = only_row(scores, churn("leaves", DECIDED, days), terms).miss
    assert miss is not None
    return miss


def test_nothing_moved_is_silent() -> None:
    """All stayed well until the end."""
    miss = missed(steady_account("leaves", upto=21))
    assert (miss.cause, miss.as_of, miss.fell, miss.shifts) == ("silent", DEADLINE, 0.0, ())
    assert miss.score is not None
    assert miss.listed is not None
    assert miss.score > miss.listed


def test_what_had_been_at_red_all_along_moved_nothing_and_is_named() -> None:
    """Nothing changed, and the proof says what nobody could have seen change."""
    miss = missed(steady_account("leaves", {**GOOD, "payment_health": 5}, upto=21))
    assert (miss.cause, [(shift.name, shift.raw, shift.before) for shift in miss.shifts]) == (
        "silent",
        [("payment_health", 5, 5)],
    )


@pytest.mark.parametrize(
    ("scores", "lacks"),
    [
        (steady_account("leaves", dict.fromkeys(GOOD), upto=21), ("score",)),
        ([score for score in steady_account("leaves", upto=21) if score.as_of != DEADLINE], ("score",)),
        (steady_account("leaves", {"messaging": 90.0}, upto=21), ("coverage",)),
        (from_month(18, {}, signals_known=False), ("signals",)),
    ],
)
def test_without_data_no_alert_could_be_expected(scores: list[Score], lacks: tuple[Lack, ...]) -> None:
    """No number, no line, too little of the model, or no word of the signals."""
    miss = missed(scores)
    assert (miss.cause, miss.lacks, miss.flags) == ("no data", lacks, ())


@pytest.mark.parametrize("flag", ["dead:looker", "unmapped:intercom", "unknown_owner:looker"])
def test_a_source_that_is_not_covered_is_named(flag: str) -> None:
    """Its metrics are missing."""
    miss = missed(from_month(18, {}, flags=(flag,)))
    assert (miss.cause, miss.lacks, miss.flags) == ("no data", (), (flag,))


def test_who_had_left_before_was_out_of_the_book() -> None:
    """An account that churned twice: the second time no list could name it."""
    first = churn("leaves", ENDS[12])
    found = held([*book(), *steady_account("leaves", upto=21)], [first, churn("leaves", DECIDED)])
    _, row = ledger(found, Details({}, MODEL.thresholds)).rows
    assert row.miss is not None
    assert (row.miss.cause, row.miss.lacks) == ("no data", ("left", "score"))


def test_a_renewal_that_is_not_known_is_no_data_to_the_rule_that_goes_by_it() -> None:
    """By the rule level it is one metric of many."""
    scores = steady_account("leaves", {**GOOD, "days_to_renewal": None}, upto=21)
    steady = missed(scores, AlertTerms("steady"))
    assert (steady.cause, steady.lacks, steady.listed) == ("no data", ("renewal",), None)
    assert steady.renewal == Renewal(None, is_due=False)
    assert missed(scores).cause == "silent"


@pytest.mark.parametrize(("days", "is_due"), [(60, False), (61, True), (240, True), (241, False)])
def test_by_the_rule_that_takes_due_renewals_first_the_proof_says_whether_it_was_due(days: int, is_due: bool) -> None:  # noqa: FBT001
    """A low score is not enough there."""
    miss = missed(steady_account("leaves", {**GOOD, "days_to_renewal": days}, upto=21), AlertTerms("steady"))
    assert (miss.cause, miss.renewal) == ("silent", Renewal(days, is_due))


def test_a_source_that_had_gone_silent_is_stale() -> None:
    """Its last figures were used."""
    miss = missed(from_month(18, {"payment_health": 9}, flags=("stale:looker", "stale:salesforce")))
    assert (miss.cause, miss.flags) == ("stale", ("stale:looker", "stale:salesforce"))


def test_a_signal_that_was_logged_too_late_capped_late() -> None:
    """Nothing else had moved: only the cap says it, thirty days after it would have helped."""
    miss = missed(from_month(19, {}, signals=(CAPPING,)))
    uncapped = measured("leaves", DEADLINE, GOOD).quantitative_score
    assert miss.cause == "capped late"
    assert uncapped is not None
    assert miss.capping == Capping(ENDS[19], Cap(50.0, "critical_confirmed"), uncapped)


def test_a_signal_that_was_logged_after_the_notice_capped_late_too() -> None:
    """Up to the day on which the churn took effect."""
    assert missed(from_month(21, {}, upto=22, signals=(CAPPING,))).cause == "capped late"
    assert missed(from_month(23, {}, upto=24, signals=(CAPPING,))).cause == "silent"


def test_a_cap_beside_what_had_moved_is_not_what_was_late() -> None:
    """The metrics fell as well: with more weight they had said it."""
    fallen = {"messaging": 40.0, "automations": 40.0}
    late = [measured("leaves", end, {**GOOD, **fallen}, signals=(CAPPING,)) for end in ENDS[19:21]]
    assert missed([*steady_account("leaves", upto=19), *late]).cause == "silent"
    both = [measured("leaves", ENDS[18], {**GOOD, **fallen}), *late]
    assert missed([*steady_account("leaves", upto=18), *both]).cause == "weight"


def test_a_cap_that_was_there_in_time_was_not_late() -> None:
    """It lowered the score, and others were worse still."""
    lower = {"messaging": 0.0, "platform_score": 0.0, "payment_health": 9, "staff_login_trend": -90.0}
    scores = steady_account("leaves", upto=15) + [
        measured("leaves", end, GOOD, signals=(replace(CAPPING, confidence="Likely"),)) for end in ENDS[15:21]
    ]
    row = only_row_among(book({**GOOD, **lower}), scores)
    assert row.miss is not None
    assert (row.miss.cause, row.miss.capping) == ("silent", None)


def only_row_among(others: list[Score], scores: list[Score]) -> Row:
    """Give the one row where others stay."""
    every = [*others, *scores]
    (row,) = ledger(held(every, [churn("leaves", DECIDED)]), Details(by_account(every), MODEL.thresholds)).rows
    return row


def test_a_metric_at_red_weighs_too_little() -> None:
    """The proof has its value then and before, its score and its weight."""
    miss = missed(from_month(17, {"payment_health": 3}))
    (shift,) = miss.shifts
    assert miss.cause == "weight"
    assert (shift.name, shift.raw, shift.before, shift.score, shift.score_before) == (
        "payment_health",
        3,
        0,
        0.0,
        100.0,
    )
    assert shift.lost == pytest.approx(100 * shift.weight)
    assert miss.fell == pytest.approx(shift.lost, abs=0.1)


def test_a_metric_that_is_not_approved_weighs_nothing() -> None:
    """It has thresholds already, came to red, and does not count."""
    known = MODEL.thresholds["standard"]
    thresholds: Thresholds = {"standard": {**known, "nps_score": known["qbr_attendance_pct"]}}
    good, bad = ({**GOOD, "nps_score": points} for points in (60.0, -50.0))
    own = [measured("leaves", end, good if end < ENDS[17] else bad) for end in ENDS[:21]]
    found = held([*book(), *own], [churn("leaves", DECIDED)])
    (row,) = ledger(found, Details({"leaves": own}, thresholds)).rows
    assert row.miss is not None
    assert row.miss.cause == "weight"
    assert [(shift.name, shift.weight, shift.lost) for shift in row.miss.shifts] == [("nps_score", 0.0, 0.0)]


def test_many_small_falls_are_weight_too() -> None:
    """No metric came to red, and the score fell by more than five points: the three that cost most are named."""
    fallen = {"messaging": 80.0, "staff_login_trend": -10.0, "feature_breadth_pct": 35.0, "responsiveness": 2.0}
    miss = missed(from_month(17, fallen))
    assert miss.cause == "weight"
    assert len(miss.shifts) == 3
    assert [shift.lost for shift in miss.shifts] == sorted((shift.lost for shift in miss.shifts), reverse=True)
    assert miss.fell is not None
    assert miss.fell >= 5


def test_what_got_much_worse_and_still_has_full_points_is_a_matter_of_thresholds() -> None:
    """Breadth of use from 95 to 51: more than half of the way that costs all points, and at green is 50."""
    miss = missed(from_month(17, {"feature_breadth_pct": 51.0}))
    assert miss.cause == "threshold"
    assert [(shift.name, shift.before, shift.raw, shift.score) for shift in miss.shifts] == [
        ("feature_breadth_pct", 95.0, 51.0, 100.0)
    ]


def test_without_a_past_nothing_has_moved() -> None:
    """A new account: what is at red is all that can be said."""
    new = [measured("leaves", end, GOOD) for end in ENDS[18:21]]
    assert missed(new).cause == "silent"
    red = [measured("leaves", end, {**GOOD, "payment_health": 9}) for end in ENDS[18:21]]
    assert (missed(red).cause, missed(red).fell) == ("weight", None)


def test_a_short_past_is_what_there_is() -> None:
    """Two months before the date are not three months ago, and better than nothing."""
    short = [measured("leaves", end, GOOD) for end in ENDS[16:18]] + from_month(18, {"payment_health": 9})[18:]
    assert missed(short).cause == "weight"


def test_what_came_late_is_late_data() -> None:
    """With what is known now it had been alerted in time, whatever was shown then."""
    shown = [*book(), *steady_account("leaves", dict.fromkeys(GOOD), upto=21)]
    worse = {**GOOD, "messaging": 0.0, "automations": 0.0, "feature_breadth_pct": 0.0, "platform_score": 0.0}
    known = [*book(), *from_month(10, {**worse, "payment_health": 9})]
    outcomes = [churn("leaves", DECIDED)]
    details = Details(by_account(shown), MODEL.thresholds, known_now=held(known, outcomes))
    (row,) = ledger(held(shown, outcomes), details).rows
    assert row.miss is not None
    found = next(score for score in known if score.account_id == "leaves" and score.as_of == DEADLINE)
    assert row.miss.cause == "late data"
    assert row.miss.known_now == KnownNow((DECIDED - ENDS[10]) / DAY, found.final_score)


def test_what_is_known_now_and_would_not_have_been_in_time_either_changes_nothing() -> None:
    """Then the cause is what was shown."""
    shown, outcomes = [*book(), *steady_account("leaves", upto=21)], [churn("leaves", DECIDED)]
    details = Details(by_account(shown), MODEL.thresholds, known_now=held(shown, outcomes))
    (row,) = ledger(held(shown, outcomes), details).rows
    assert row.miss is not None
    assert row.miss.cause == "silent"


def test_who_was_on_the_list_in_time_and_left_it_is_looked_at_where_it_did() -> None:
    """It looked better for a month, and so was called off."""
    bad: dict[str, float | None] = {
        "messaging": 0.0,
        "automations": 0.0,
        "feature_breadth_pct": 0.0,
        "platform_score": 0.0,
        "payment_health": 9,
    }
    scores = from_month(14, bad, upto=19) + steady_account("leaves")[19:21]
    row = only_row(scores, churn("leaves", DECIDED))
    assert (row.first, row.lasting, row.lead) == (ENDS[14], None, 0.0)
    assert row.miss is not None
    assert (row.miss.as_of, row.miss.cause) == (ENDS[19], "silent")


WORST: dict[str, float | None] = {
    "messaging": 0.0,
    "automations": 0.0,
    "feature_breadth_pct": 0.0,
    "platform_score": 0.0,
    "payment_health": 9,
}
STEADY = AlertTerms("steady")


def to_renewal(end: Instant, first: int = 0, upto: int = 21, then: Mapping[str, float | None] = WORST) -> list[Score]:
    """Give an account whose renewal comes nearer each month, and that from one month on is the worst of all."""
    return [
        measured("leaves", at, {**GOOD, **({} if n < first else then), "days_to_renewal": (end - at) // DAY})
        for n, at in enumerate(ENDS[:upto])
    ]


def late_notice(scores: list[Score], days: int = 20, others: Mapping[str, float | None] | None = None) -> Miss:
    """Give the miss of an account that gives notice so many days before the end, by the rule steady."""
    stay = [one if others is None else measured(one.account_id, one.as_of, others) for one in book()]
    every = [*stay, *scores]
    found = held(every, [churn("leaves", DECIDED, days)], STEADY)
    (row,) = ledger(found, Details(by_account(every), MODEL.thresholds)).rows
    assert row.miss is not None
    return row.miss


def test_who_fell_off_as_its_renewal_was_no_longer_due_was_let_go_too_early() -> None:
    """Due 92 days before the end, not 61 days after: 60 days before it, the rule takes it for decided."""
    miss = late_notice(to_renewal(Instant(DECIDED + 20 * DAY), first=15))
    assert (miss.cause, miss.as_of, miss.renewal) == ("no longer due", ENDS[19], Renewal(60, is_due=False))
    assert miss.was_listed == WasListed(ENDS[17], ENDS[18], 60)


def test_who_was_off_the_list_already_while_there_was_time_was_let_go_too() -> None:
    """Its renewal came before the day on which the churn took effect: it was off by the date looked at."""
    miss = late_notice(to_renewal(Instant(ENDS[18] + 40 * DAY), first=10), days=0)
    assert (miss.cause, miss.as_of) == ("no longer due", DEADLINE)
    assert miss.was_listed is not None
    assert miss.was_listed.last == ENDS[17]


@pytest.mark.parametrize(("days", "cause"), [(59, "no longer due"), (60, "weight"), (90, "weight")])
def test_only_a_decision_later_than_the_notice_period_is_let_go_too_early(days: int, cause: Cause) -> None:
    """Who decides in time was not let go: another end than the renewal's says nothing of the rule."""
    miss = late_notice(to_renewal(Instant(ENDS[18] + 40 * DAY), first=12), days)
    assert miss.cause == cause
    assert (miss.was_listed is None) == (cause == "weight")


def test_a_renewal_that_is_not_due_explains_nothing_where_it_was_never_on_the_list_or_never_due_there() -> None:
    """Nor where it was on the list for the renewal of the year before, and others came first since."""
    end = Instant(DECIDED + 20 * DAY)
    assert late_notice(to_renewal(end, first=21)).cause == "silent"
    never = [measured("leaves", at, {**GOOD, **(WORST if n < 16 else {}), "days_to_renewal": 50}) for n, at in FIRST_21]
    assert (
        late_notice(never, others={**GOOD, "messaging": 0.0, "automations": 0.0, "days_to_renewal": 300}).cause
        == "silent"
    )
    before = [
        measured("leaves", at, {**GOOD, **(WORST if n < 6 else {}), "days_to_renewal": (year - at) // DAY})
        for n, at in FIRST_21
        for year in [Instant(end - 365 * DAY) if at <= end - 365 * DAY else end]
    ]
    assert late_notice(before).cause == "silent"


def test_who_fell_off_while_its_renewal_was_due_was_beaten_not_let_go() -> None:
    """It got better in the last month in which it was due; or it had no number there, and no list can name it."""
    end = Instant(DECIDED + 20 * DAY)
    scores = to_renewal(end, first=10)
    better = measured("leaves", ENDS[18], {**GOOD, "days_to_renewal": (end - ENDS[18]) // DAY})
    beaten = [better if one.as_of == ENDS[18] else one for one in scores]
    assert late_notice(beaten).cause != "no longer due"
    unknown = measured("leaves", ENDS[18], dict.fromkeys(GOOD))
    assert late_notice([unknown if one.as_of == ENDS[18] else one for one in scores]).cause == "no data"


def test_who_is_on_the_list_still_did_not_fall_off_it() -> None:
    """Of two months nothing was scored: it was on the list once, at the last date, and that is no warning."""
    scores = to_renewal(Instant(DECIDED + 20 * DAY), first=16)
    kept = [one for one in [*book(), *scores] if one.as_of not in ENDS[19:21]]
    found = held(kept, [churn("leaves", DECIDED, 20)], STEADY)
    (row,) = ledger(found, Details(by_account(kept), MODEL.thresholds)).rows
    assert row.miss is not None
    assert found.alarms.is_alerted("leaves", row.miss.as_of)
    assert (row.miss.as_of, row.miss.cause) == (ENDS[18], "weight")


def test_by_the_rule_level_nobody_is_let_go_for_a_renewal() -> None:
    """It got better, and so was off the list; the renewal is not looked at."""
    end = Instant(DECIDED + 20 * DAY)
    scores = to_renewal(end, first=14, upto=19) + to_renewal(end, first=21)[19:]
    miss = missed(scores, days=20)
    assert (miss.cause, miss.as_of, miss.was_listed) == ("silent", ENDS[19], None)


def test_what_has_another_cause_before_is_not_said_to_be_let_go() -> None:
    """A source that had gone silent comes first; by the rule level no renewal is due or not."""
    scores = to_renewal(Instant(DECIDED + 20 * DAY), first=15)
    stale = [replace(one, flags=("stale:looker",)) for one in scores]
    assert late_notice(stale).cause == "stale"
    assert only_row(scores, churn("leaves", DECIDED, 20)).is_in_time


FIRST_21 = tuple(enumerate(ENDS[:21]))

CAUSED: dict[Cause, list[Score]] = {
    "no data": steady_account("leaves", dict.fromkeys(GOOD), upto=21),
    "stale": from_month(18, {"payment_health": 9}, flags=("stale:looker",)),
    "capped late": from_month(19, {}, signals=(CAPPING,)),
    "no longer due": to_renewal(Instant(ENDS[18] + 40 * DAY), first=10),
    "weight": from_month(17, {"payment_health": 9, "feature_breadth_pct": 51.0}),
    "threshold": from_month(17, {"feature_breadth_pct": 51.0}),
    "silent": steady_account("leaves", upto=21),
}


def test_of_several_causes_the_first_of_the_order_is_given() -> None:
    """Flags before caps, caps before weights, weights before thresholds."""
    everything = from_month(17, {"payment_health": 9, "feature_breadth_pct": 51.0}, flags=("stale:a", "dead:b"))
    assert missed(everything).cause == "no data"
    terms = {"no longer due": STEADY}
    found = [missed(scores, terms.get(cause), 59).cause for cause, scores in CAUSED.items()]
    assert found == list(CAUSED) == list(CAUSES[1:])
