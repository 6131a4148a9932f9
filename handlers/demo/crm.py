"""The life of a customer in the CRM: from a plan of it to the changes and re-reads that tell of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.demo.ledger import Ledger
from handlers.demo.opportunities import renewals, won
from handlers.demo.salesforce import created, record, record_id, rest_iso, updated
from handlers.demo.wire import Json, Sent

BACKFILL_DAYS = 399
"""How many days before the end the first re-read of everything was."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A churn signal that a CSM logs, so many days before the end."""

    severity: str
    confidence: str
    status: str
    days: int
    category: str = "Competitive"
    detail: str = "Heard of at the quarterly review"


@dataclass(frozen=True, slots=True)
class Deal:
    """What the CRM says of a customer at the end; instants and dates as days before it.

    `renewal` is in how many days the open renewal closes, `reviews` whether each business review
    (the latest first) was attended, `changed` when the ARR went from `arr_before` to `arr`.
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


def history(deal: Deal, ledger: Ledger) -> Iterator[Sent]:
    """Tell all that the CRM ever says of a customer."""
    yield from _account(deal, ledger)
    yield from renewals(deal.renewal, ledger)
    for number in range(deal.contract_changes):
        kind = ("Downgrade", "Amendment")[number % 2]
        yield from won(kind, ledger.rng.randrange(12, 330), ledger)
    yield from _payments(deal, ledger)
    for number, attended in enumerate(deal.reviews):
        yield from _review(20 + 80 * number, attended=attended, ledger=ledger)
    yield from _csqls(deal, ledger)
    for concern in deal.concerns:
        yield from _concern(concern, ledger)


def account_fields(deal: Deal, arr: int | None) -> Json:
    """Give the fields of the account's record as it begins."""
    return {
        "Name": deal.name,
        "Type": "Customer",
        "Industry": "Hospitality",
        "OwnerId": "0055f000005mc66AAA",
        "ARR__c": arr,
        "Success_Tier__c": deal.tier,
    }


def all_fields(deal: Deal, ledger: Ledger) -> Json:
    """Give the fields of the account's record as it is in the end."""
    return {
        **account_fields(deal, deal.arr),
        "Responsiveness__c": deal.responsiveness,
        "Expansion_Mentions__c": deal.mentions,
        "Champion_Since__c": None if deal.champion is None else ledger.date(deal.champion),
        "Last_Exec_Interaction__c": None if deal.executive is None else ledger.date(deal.executive),
    }


def _account(deal: Deal, ledger: Ledger) -> Iterator[Sent]:
    start = ledger.at(deal.age)
    fields = account_fields(deal, deal.arr_before)
    if deal.backfilled:
        whole = {**fields, "CreatedDate": rest_iso(start)}
        yield record("Account", ledger.account, ledger.at(BACKFILL_DAYS), start, whole)
    else:
        yield created("Account", ledger.account, start, fields)
    if deal.arr != deal.arr_before:
        yield _update(ledger, deal.changed, {"ARR__c": deal.arr})
    if deal.responsiveness is not None:
        yield _update(ledger, ledger.rng.randrange(40, 90), {"Responsiveness__c": deal.responsiveness})
    if deal.mentions is not None:
        yield _update(ledger, ledger.rng.randrange(33, 60), {"Expansion_Mentions__c": deal.mentions})
    yield from _people(deal, ledger)


def _update(ledger: Ledger, days: int, fields: Json) -> Sent:
    return updated("Account", ledger.account, ledger.at(days), fields)


def _people(deal: Deal, ledger: Ledger) -> Iterator[Sent]:
    if deal.champion is not None:
        said = max(1, min(deal.champion - 1, deal.age - 1))
        yield _update(ledger, said, {"Champion_Since__c": ledger.date(deal.champion)})
    if deal.executive is not None:
        before = deal.executive + 70
        yield _update(ledger, before - 1, {"Last_Exec_Interaction__c": ledger.date(before)})
        yield _update(ledger, max(1, deal.executive - 1), {"Last_Exec_Interaction__c": ledger.date(deal.executive)})


def _payments(deal: Deal, ledger: Ledger) -> Iterator[Sent]:
    for days in range(ledger.rng.randrange(10, 90), min(390, deal.age), 90):
        key = record_id("Payment_Record__c", ledger.rng)
        yield created("Payment_Record__c", key, ledger.at(days + 10), _payment("Pending", days, ledger))
        yield updated("Payment_Record__c", key, ledger.at(days), {"Status__c": "Paid"})
    for _ in range(deal.failed_payments):
        days = ledger.rng.randrange(5, 360)
        key = record_id("Payment_Record__c", ledger.rng)
        yield created("Payment_Record__c", key, ledger.at(days), _payment("Failed", days, ledger))


def _payment(status: str, days: int, ledger: Ledger) -> Json:
    return {
        "Account__c": ledger.account,
        "Status__c": status,
        "Payment_Date__c": ledger.date(days),
        "Amount__c": 1_000,
    }


def _review(days: int, *, attended: bool, ledger: Ledger) -> Iterator[Sent]:
    key = record_id("Event", ledger.rng)
    fields: Json = {
        "AccountId": ledger.account,
        "Type": "QBR",
        "Subject": "Quarterly business review",
        "ActivityDate": ledger.date(days),
    }
    yield created("Event", key, ledger.at(days + 14), fields)
    yield updated("Event", key, ledger.at(days - 1), {"Attended__c": attended})


def _csqls(deal: Deal, ledger: Ledger) -> Iterator[Sent]:
    """Tell of leads, which change data capture does not carry: the sweep re-reads them."""
    past = ("Closed",) if deal.csqls else ()
    for number, status in enumerate(("Open",) * deal.csqls + past):
        found = ledger.at(150 + 25 * number)
        modified = ledger.at(100 + number)
        fields: Json = {"Account__c": ledger.account, "Status__c": status, "CreatedDate": rest_iso(found)}
        key = record_id("CSQL__c", ledger.rng)
        yield record("CSQL__c", key, ledger.at(ledger.rng.randrange(2, 99)), modified, fields)


def _concern(concern: Concern, ledger: Ledger) -> Iterator[Sent]:
    key = record_id("Churn_Signal__c", ledger.rng)
    over = concern.status in {"Resolved", "Expired", "Monitoring"} and concern.days > 1
    fields: Json = {
        "Account__c": ledger.account,
        "Signal_Category__c": concern.category,
        "Signal_Detail__c": concern.detail,
        "Source__c": "CSM",
        "Severity__c": concern.severity,
        "Confidence__c": concern.confidence,
        "Status__c": "Active" if over else concern.status,
        "Date_Observed__c": ledger.date(concern.days),
    }
    yield created("Churn_Signal__c", key, ledger.at(concern.days), fields)
    if over:
        yield updated("Churn_Signal__c", key, ledger.at(concern.days // 2), {"Status__c": concern.status})
