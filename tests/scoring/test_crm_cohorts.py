"""CRM records behind metrics: what is named is what is counted."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.account import AccountFacts
from scoring.measurement import measure
from scoring.metrics.crm_cohorts import Item, crm_cohorts
from scoring.timeline import Timeline
from tests.models import the_model
from tests.scoring.accounts import AS_OF, days, known, profile, record

MODEL = the_model()

_dates = st.integers(-5, 400).map(lambda age: float(days(age))) | st.none()
_payments = st.fixed_dictionaries(
    {"status": st.sampled_from(["Failed", "Paid", "Odd", None]), "payment_date": _dates, "deleted": st.booleans()}
)
_deals = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Downgrade", "Renewal", "Odd", None]),
        "stage": st.sampled_from(["Closed Won", "Closed Lost", "Odd"]),
        "is_won": st.none() | st.booleans(),
        "close_date": _dates,
    }
)
_events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["QBR", "Call", None]),
        "attended": st.none() | st.booleans(),
        "activity_date": _dates,
        "is_child": st.none() | st.booleans(),
    }
)


def named(facts: AccountFacts) -> Mapping[str, list[Item]]:
    """Name the records behind each metric."""
    return {metric: list(items) for metric, items in crm_cohorts(Timeline(facts), AS_OF, MODEL).items()}


@settings(max_examples=60)
@given(st.lists(_payments, max_size=4), st.lists(_deals, max_size=4), st.lists(_events, max_size=4))
def test_what_is_named_comes_to_what_is_measured(
    payments: list[dict[str, object]], deals: list[dict[str, object]], events: list[dict[str, object]]
) -> None:
    """The list and the number agree; where one may count, the number is missing."""
    kinds = {"payment": payments, "opportunity": deals, "event": events}
    told = [
        record(kind, f"{kind}{number}", **values)  # type: ignore[arg-type]
        for kind, many in kinds.items()
        for number, values in enumerate(many)
    ]
    facts = known(profile(success_tier="Paid"), *told)
    measured = measure(facts, AS_OF, MODEL).dimensions
    found = named(facts)
    counts = {metric: [item.counts for item in items] for metric, items in found.items()}
    failed = counts["payment_health"]
    assert measured["financial_contract"]["payment_health"].raw == (None if None in failed else len(failed))
    assert measured["financial_contract"]["contract_changes"].raw == len(counts["contract_changes"])
    held = counts["qbr_attendance_pct"]
    share = 100.0 * sum(one is True for one in held) / len(held) if held else None
    assert measured["relationship_expansion"]["qbr_attendance_pct"].raw == share


def test_records_are_named_by_their_ids_the_latest_first() -> None:
    """Two failed payments, a downgrade, a review that nobody came to."""
    facts = known(
        profile(success_tier="Paid"),
        record("payment", "a01", status="Failed", payment_date=float(days(90))),
        record("payment", "a02", status="Failed", payment_date=float(days(9))),
        record("payment", "a03", status="Paid", payment_date=float(days(5))),
        record("opportunity", "006", type="Downgrade", is_won=True, close_date=float(days(20))),
        record("event", "00U", type="QBR", attended=False, activity_date=float(days(30))),
    )
    assert named(facts) == {
        "payment_health": [Item("payment", "a02", days(9), True), Item("payment", "a01", days(90), True)],
        "contract_changes": [Item("opportunity", "006", days(20), True)],
        "qbr_attendance_pct": [Item("event", "00U", days(30), False)],
    }
