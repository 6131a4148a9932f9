"""The caps and tiers that Salesforce computes are those of the calculator, whatever the signals and scores."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.instants import DAY, parse_instant
from scoring.metrics.catalogue import DIMENSIONS, PILLARS
from scoring.metrics.measure import Measure
from scoring.model import Model
from scoring.score import Measurements, Score, grade
from scoring.signals import APART, CONFIDENCES, SEVERITIES, STATUSES, Signal
from tests.models import the_model
from tests.salesforce.formula_faults import LONGEST, written_out
from tests.salesforce.org import Org, Record
from tests.salesforce.package import fields

AS_OF = parse_instant("2026-11-26")
SCORES = (None, 0.0, 47.9, 50.0, 50.1, 55.0, 55.1, 59.9, 60.0, 65.0, 65.1, 75.0, 75.1, 75.9, 76.0, 89.9, 90.0, 100.0)
"""At each cap and each tier's floor, just below and above."""

SURE = replace(the_model(), coverage_floor=0.0)
"""The model, but that no coverage is too low."""


def graded(quantitative: float | None, signals: list[Signal], model: Model) -> Score:
    """Score an account of a quantitative score, by its pillars alone, under a model."""
    pillars = {pillar.name: Measure(quantitative) for pillar in PILLARS}
    dimensions: dict[str, dict[str, Measure]] = {name: {} for name in DIMENSIONS}
    return grade(Measurements("001", "paid", AS_OF, dimensions, pillars, tuple(signals)), model)


def observed(severity: str, status: str, confidence: str = "Suspected") -> Signal:
    """Give a signal heard of yesterday."""
    return Signal(severity, confidence, status, AS_OF - DAY)


def saved(score: Score, signals: list[Signal], *, current: bool = True) -> tuple[Org, Record]:
    """Give an org that has the signals, and the record of the score in it."""
    org = Org()
    account = org.keep("Account")
    for signal in signals:
        said = {"Severity__c": signal.severity, "Confidence__c": signal.confidence, "Status__c": signal.status}
        org.keep("Churn_Signal__c", Account__c=account, **said)
    record_id = org.keep(
        "Health_Score__c",
        Account__c=account,
        Is_Current__c=current,
        Quantitative_Score__c=score.quantitative_score,
        Recorded_Final_Score__c=score.final_score,
        Tier__c=score.tier,
        Low_Confidence__c="low_confidence" in score.flags,
    )
    return org, org.records["Health_Score__c"][record_id]


def live(org: Org, record: Record) -> tuple[float | None, str | None]:
    """Give what Salesforce shows now."""
    names = ("Final_Score__c", "Final_Tier__c")
    final, tier = (org.value("Health_Score__c", record, name) for name in names)
    return final, tier


def counts() -> Iterator[list[Signal]]:
    """Give every combination of how many signals of each kind that a rule speaks of there are."""
    kinds = (
        ("Critical", "Active", "Confirmed"),
        ("Critical", "Active", "Likely"),
        ("Moderate", "Active", "Confirmed"),
        ("Critical", "Monitoring", "Confirmed"),
        ("Watch", "Active", "Likely"),
    )
    for times in product((0, 1, 2), (0, 1, 2), (0, 1), (0, 1, 2), (0, 1)):
        yield [observed(*kind) for kind, many in zip(kinds, times, strict=True) for _ in range(many)]


@pytest.mark.parametrize(
    ("model", "scores"), [(the_model(), (None, 50.1, 75.0)), (SURE, SCORES)], ids=["low coverage", "full coverage"]
)
def test_final_score_and_tier_are_the_calculators(model: Model, scores: tuple[float | None, ...]) -> None:
    """For every combination of signals and every score at a bound, both say the same.

    With low coverage no score decides on a tier: a few scores are enough there.
    """
    for signals in counts():
        unsigned = graded(None, [], model)
        org, record = saved(unsigned, signals)
        for quantitative in scores:
            wanted = graded(quantitative, signals, model)
            record |= {"Quantitative_Score__c": wanted.quantitative_score}
            record |= {"Low_Confidence__c": "low_confidence" in wanted.flags}
            assert live(org, record) == (wanted.final_score, wanted.tier), (quantitative, signals)


SIGNALS = st.builds(observed, st.sampled_from(SEVERITIES), st.sampled_from(STATUSES), st.sampled_from(CONFIDENCES))


@given(st.lists(SIGNALS, max_size=6), st.integers(0, 1_000), st.sampled_from([the_model(), SURE]))
@settings(max_examples=30)
def test_any_signals_cap_alike(signals: list[Signal], tenths: int, model: Model) -> None:
    """Of any severity, confidence and status, through the roll-ups: one severity lower under Monitoring."""
    wanted = graded(tenths / 10, signals, model)
    assert live(*saved(wanted, signals)) == (wanted.final_score, wanted.tier)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_each_signal_is_counted_where_it_belongs(severity: str, status: str, confidence: str) -> None:
    """A roll-up counts what its name says, and nothing else."""
    signal = observed(severity, status, confidence)
    org, _ = saved(graded(80.0, [], SURE), [signal])
    (account,) = org.of("Account")
    counted = {name for name in fields("Account") if org.value("Account", account, name) == 1.0}
    expected = {f"Qual_Active_{severity}__c"} if status == "Active" else set()
    if status == "Monitoring" and severity != "Watch":
        expected = {f"Qual_Monitored_{severity}__c"}
    if (severity, status, confidence) == ("Critical", "Active", "Confirmed"):
        expected |= {"Qual_Confirmed_Critical__c"}
    assert counted == expected
    state = org.value("Account", account, "Signal_State__c")
    assert state == (
        "No signal"
        if status in {"Resolved", "Expired", *APART} or (severity, status) == ("Watch", "Monitoring")
        else "Signalled"
    )


RENAMED = Signal("High", "Confirmed", "Active", AS_OF - DAY, unknown=("severity",))


def test_a_tier_that_unknown_signals_leave_open_is_unknown_here_too() -> None:
    """Until a Critical signal is Confirmed: nothing is worse."""
    unnamed = grade(
        Measurements("001", "paid", AS_OF, {}, {one.name: Measure(82.0) for one in PILLARS}, signals_known=False), SURE
    )
    for recorded in (unnamed, graded(82.0, [RENAMED], SURE)):
        assert recorded.tier == "Unknown"
        assert live(*saved(recorded, [])) == (82.0, "Unknown")
        assert live(*saved(recorded, [observed("Moderate", "Active")])) == (75.0, "Unknown")
        assert live(*saved(recorded, [observed("Critical", "Active", "Confirmed")])) == (50.0, "Critical")


@given(st.lists(SIGNALS | st.just(RENAMED), max_size=4), st.integers(0, 1_000))
@settings(max_examples=30)
def test_signals_of_which_some_are_renamed_cap_alike(signals: list[Signal], tenths: int) -> None:
    """What no roll-up counts leaves the tier open, here and there."""
    wanted = graded(tenths / 10, signals, SURE)
    assert live(*saved(wanted, signals)) == (wanted.final_score, wanted.tier)


@pytest.mark.parametrize("recorded", [graded(82.0, [], SURE), graded(82.0, [], the_model()), graded(None, [], SURE)])
def test_a_past_record_keeps_what_it_was_written_with(recorded: Score) -> None:
    """Signals of today change the current record alone."""
    signals = [observed("Critical", "Active", "Confirmed")]
    assert live(*saved(recorded, signals, current=False)) == (recorded.final_score, recorded.tier)


def test_no_roll_up_sums_a_score() -> None:
    """Roll-ups count signals: none touches Health_Score__c, so that writing scores recalculates no roll-up."""
    roll_ups = [field for field in fields("Account").values() if field.text("type") == "Summary"]
    assert {field.text("summaryForeignKey") for field in roll_ups} == {"Churn_Signal__c.Account__c"}
    assert {field.text("summaryOperation") for field in roll_ups} == {"count"}
    assert len(roll_ups) <= 25


def test_formulas_stay_far_below_the_limits() -> None:
    """Even written out, each stays below what one formula may have."""
    for crm_object in ("Health_Score__c", "Churn_Signal__c", "Account"):
        for field in fields(crm_object).values():
            formula = field.text("formula")
            assert formula is None or len(written_out(formula, crm_object)) < LONGEST
