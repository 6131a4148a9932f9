"""The life of a customer in the CRM: from a plan of it to the changes and re-reads that tell of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.demo.csms import csm_of
from handlers.demo.opportunities import Past, renewals, won
from handlers.demo.salesforce import created, record, record_id, rest_iso, updated
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Json, Sent

BACKFILL_DAYS = 399
"""How many days before the end the first re-read of everything was."""

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Concern:
    """A churn signal that a CSM logs, so many days before the end; where it is over, it was `settled` later."""

    severity: str
    confidence: str
    status: str
    days: int
    category: str = "Competitive"
    detail: str = "Heard of at the quarterly review"
    settled: int | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """What the CRM says of a customer at the end; instants and dates as days before it.

    `renewal` is in how many days the open renewal closes (None: it was `lost`, so many days `ahead` of its date),
    `renewed` how long ago the last one was won, where that is not left to chance; `reviews` whether each business
    review (the latest first) was attended, `changed` when the ARR went from `arr_before` to `arr`; a customer who
    is `concerned` had churn signals that were settled long ago.
    """

    name: str
    age: int
    arr: int | None
    arr_before: int | None
    tier: str | None
    changed: int
    renewal: int | None
    failed_payments: int = 0
    contract_changes: int = 0
    reviews: tuple[bool, ...] = ()
    responsiveness: int | None = None
    champion: int | None = None
    executive: int | None = None
    mentions: int | None = None
    csqls: int = 0
    concerns: tuple[Concern, ...] = ()
    backfilled: bool = False
    currency: str = "USD"
    lost: int | None = None
    ahead: int = 10
    renewed: int | None = None
    concerned: bool = False


def history(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    """Tell all that the CRM ever says of a customer."""
    yield from _account(deal, timeline)
    yield from renewals(deal.renewal, timeline, Past(deal.renewed, deal.lost, deal.ahead))
    for number in range(deal.contract_changes):
        kind = ("Downgrade", "Amendment")[number % 2]
        yield from won(kind, timeline.rng.randrange(12, 330), timeline)
    yield from _payments(deal, timeline)
    for number, attended in enumerate(deal.reviews):
        yield from review(20 + 80 * number, attended=attended, timeline=timeline)
    yield from _csqls(deal, timeline)
    for concern in deal.concerns:
        yield from concern_of(concern, timeline)


def account_fields(deal: Deal, arr: int | None, account: str) -> Json:
    """Give the fields of the account's record as it begins."""
    return {
        "Name": deal.name,
        "Type": "Customer",
        "Industry": "Hospitality",
        "OwnerId": csm_of(account).id,
        "CurrencyIsoCode": deal.currency,
        "ARR__c": arr,
        "Success_Tier__c": deal.tier,
    }


def all_fields(deal: Deal, timeline: Timeline) -> Json:
    """Give the fields of the account's record as it is in the end."""
    return {
        **account_fields(deal, deal.arr, timeline.account),
        "Responsiveness__c": deal.responsiveness,
        "Expansion_Mentions__c": deal.mentions,
        "Champion_Since__c": None if deal.champion is None else timeline.date(deal.champion),
        "Last_Exec_Interaction__c": None if deal.executive is None else timeline.date(deal.executive),
    }


def _account(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    start = timeline.at(deal.age)
    first = _first_arr(deal, timeline)
    fields = account_fields(deal, first, timeline.account)
    if deal.backfilled:
        whole = {**fields, "CreatedDate": rest_iso(start)}
        yield record("Account", timeline.account, timeline.at(BACKFILL_DAYS), start, whole)
    else:
        yield created("Account", timeline.account, start, fields)
    if first != deal.arr_before:
        yield _update(timeline, deal.changed + _YEAR, {"ARR__c": deal.arr_before})
    if deal.arr != deal.arr_before:
        yield _update(timeline, deal.changed, {"ARR__c": deal.arr})
    if deal.responsiveness is not None:
        yield _update(timeline, timeline.rng.randrange(40, 90), {"Responsiveness__c": deal.responsiveness})
    if deal.mentions is not None:
        yield _update(timeline, timeline.rng.randrange(33, 60), {"Expansion_Mentions__c": deal.mentions})
    yield from _people(deal, timeline)


def _first_arr(deal: Deal, timeline: Timeline) -> int | None:
    """Say what the ARR was at first: in a long story it changed a year before as it did last, if there was time."""
    if not (timeline.span.is_long and deal.arr and deal.arr_before and deal.age > deal.changed + _YEAR):
        return deal.arr_before
    return round(deal.arr_before**2 / deal.arr)


def _update(timeline: Timeline, days: int, fields: Json) -> Sent:
    return updated("Account", timeline.account, timeline.at(days), fields)


def _people(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    if deal.champion is not None:
        said = max(1, min(deal.champion - 1, deal.age - 1))
        yield _update(timeline, said, {"Champion_Since__c": timeline.date(deal.champion)})
    if deal.executive is not None:
        before = deal.executive + 70
        yield _update(timeline, before - 1, {"Last_Exec_Interaction__c": timeline.date(before)})
        yield _update(timeline, max(1, deal.executive - 1), {"Last_Exec_Interaction__c": timeline.date(deal.executive)})


def _payments(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    for days in range(timeline.rng.randrange(10, 90), min(timeline.span.crm_days - 10, deal.age), 90):
        key = record_id("Payment_Record__c", timeline.rng)
        yield created("Payment_Record__c", key, timeline.at(days + 10), _payment("Pending", days, timeline))
        yield updated("Payment_Record__c", key, timeline.at(days), {"Status__c": "Paid"})
    for _ in range(deal.failed_payments):
        yield failed_payment(timeline.rng.randrange(5, 360), timeline)


def failed_payment(days: int, timeline: Timeline) -> Sent:
    """Tell of a payment that failed so many days before the end."""
    key = record_id("Payment_Record__c", timeline.rng)
    return created("Payment_Record__c", key, timeline.at(days), _payment("Failed", days, timeline))


def _payment(status: str, days: int, timeline: Timeline) -> Json:
    return {
        "Account__c": timeline.account,
        "Status__c": status,
        "Payment_Date__c": timeline.date(days),
        "Amount__c": 1_000,
    }


def review(days: int, *, attended: bool, timeline: Timeline) -> Iterator[Sent]:
    """Tell of a business review, planned two weeks before."""
    key = record_id("Event", timeline.rng)
    fields: Json = {
        "AccountId": timeline.account,
        "Type": "QBR",
        "Subject": "Quarterly business review",
        "ActivityDate": timeline.date(days),
    }
    yield created("Event", key, timeline.at(days + 14), fields)
    yield updated("Event", key, timeline.at(days - 1), {"Attended__c": attended})


def _csqls(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    """Tell of leads, which change data capture does not carry: the sweep re-reads them."""
    past = ("Closed",) if deal.csqls else ()
    for number, status in enumerate(("Open",) * deal.csqls + past):
        found = timeline.at(150 + 25 * number)
        modified = timeline.at(100 + number)
        fields: Json = {"Account__c": timeline.account, "Status__c": status, "CreatedDate": rest_iso(found)}
        key = record_id("CSQL__c", timeline.rng)
        yield record("CSQL__c", key, timeline.at(timeline.rng.randrange(2, 99)), modified, fields)


def concern_of(concern: Concern, timeline: Timeline) -> Iterator[Sent]:
    """Tell of a churn signal, and of what became of it."""
    key = record_id("Churn_Signal__c", timeline.rng)
    over = concern.status in {"Resolved", "Expired", "Monitoring"} and concern.days > 1
    fields: Json = {
        "Account__c": timeline.account,
        "Signal_Category__c": concern.category,
        "Signal_Detail__c": concern.detail,
        "Source__c": "CSM",
        "Severity__c": concern.severity,
        "Confidence__c": concern.confidence,
        "Status__c": "Active" if over else concern.status,
        "Date_Observed__c": timeline.date(concern.days),
    }
    yield created("Churn_Signal__c", key, timeline.at(concern.days), fields)
    if over:
        settled = concern.days // 2 if concern.settled is None else concern.settled
        yield updated("Churn_Signal__c", key, timeline.at(settled), {"Status__c": concern.status})
