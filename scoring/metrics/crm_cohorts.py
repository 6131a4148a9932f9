"""CRM records behind a metric: failed payments, contract changes, business reviews, each as the metric counts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.instants import Instant
from scoring.metrics.financial_contract import changes_won, contract_of, failed_payments
from scoring.metrics.relationship_expansion import Relationship, reviews_held
from scoring.model import Model
from scoring.timeline import Timeline
from scoring.view import view


@dataclass(frozen=True, slots=True)
class Item:
    """A CRM record behind a metric; `counts` is None where nobody can say whether it does."""

    kind: str
    id: str
    date: Instant | None
    counts: bool | None


def crm_cohorts(timeline: Timeline, as_of: Instant, model: Model) -> Mapping[str, Sequence[Item]]:
    """Name the CRM records behind metrics that count some, the latest first.

    Failed payments and contract changes are as many as count; of business reviews the share that counts.
    """
    seen = view(timeline, as_of, model)
    contract, relationship = contract_of(seen, model), Relationship(seen, model)
    found = {
        "payment_health": [
            Item("payment", payment.id, payment.instant("payment_date"), None if meaning is None else True)
            for payment, meaning in failed_payments(contract)
        ],
        "contract_changes": [Item("opportunity", one.id, one.close_date, True) for one in changes_won(contract)],
        "qbr_attendance_pct": [Item("event", one.id, one.date, one.attended) for one in reviews_held(relationship)],
    }
    return {metric: tuple(sorted(items, key=_latest_first)) for metric, items in found.items()}


def _latest_first(item: Item) -> tuple[int, str]:
    return -(item.date or 0), item.id
