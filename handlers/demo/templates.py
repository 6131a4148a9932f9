"""Templates: messages of the demo as bytes with holes for ids, names and instants, quick to fill."""

import json
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from handlers.demo.conversations import unfold
from handlers.demo.looker import Taste, reading, values
from handlers.demo.plans import MINUTE, Plan
from handlers.demo.portfolio import Company
from handlers.demo.salesforce import MILLISECOND, created, updated
from handlers.demo.span import Span
from handlers.demo.support import desk_of
from handlers.demo.wire import Json, Sent, compact, generator, iso, seconds
from scoring.instants import DAY, HOUR, Duration, Instant, format_date, parse_instant, start_of_day

Holes: TypeAlias = Mapping[bytes, bytes]
"""What fills a template, by the name of the hole."""

ORIGIN = parse_instant("2026-08-03T09:41:07Z")
"""When the messages happened that templates are made of."""

_COMPANY = Company("feedfacefeedfacefeedface", "key-of-the-company", "Name of the Company")
_ACCOUNT, _RECORD, _CUSTOMER = "0015f000000AccTAAA", "xxx5f000000RecdAAA", "key-of-the-customer"
_PLANS = (
    Plan(ORIGIN, reply=40 * MINUTE, close=5 * HOUR, chatty=True),
    Plan(ORIGIN, reply=90 * MINUTE, close=20 * HOUR, rating=4),
    Plan(ORIGIN, reply=4 * HOUR, close=30 * HOUR, urgent="priority", reopened=True),
    Plan(ORIGIN, close=2 * HOUR, agent="resolved", rating=5),
    Plan(ORIGIN, reply=3 * HOUR, close=26 * HOUR, agent="handed_over", escalated=True),
)
_LETTER = " ".join(
    f"Since the update of {day} the arrivals list of house {number} shows guests twice, and the welcome message goes "
    "out in English although the profile says otherwise; the front desk has to correct it by hand each time."
    for number, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday"), 41)
)
_ATTRIBUTES = {f"Property field {number:02d}": f"value {number * 37 % 100}" for number in range(40)}


class Life(NamedTuple):
    """A conversation's life: its notifications in order, and how long after creation each step is.

    Holes: `number`, `uuid`, `company`, `company_id`, `name`, and of each step `s0`… in Unix
    seconds, `i0`… in ISO 8601.
    """

    notifications: tuple[bytes, ...]
    offsets: tuple[Duration, ...]


def lives() -> tuple[Life, ...]:
    """Make a template of each kind of conversation."""
    return tuple(_life(plan) for plan in _PLANS)


def _life(plan: Plan) -> Life:
    desk = desk_of(_COMPANY, Span(ORIGIN + 60 * DAY), generator(0), sla="Premium")
    told = list(unfold(plan, desk))
    instants = sorted({message.at for message in told})
    offsets = tuple(at - plan.created for at in instants)
    return Life(tuple(_notification(message, instants) for message in told), offsets)


def _notification(message: Sent, instants: list[Instant]) -> bytes:
    parsed = json.loads(message.body)
    item = parsed["data"]["item"]
    marks = {
        item["source"]["body"]: _LETTER,
        '"Copilot used":false': compact({"Copilot used": False, **_ATTRIBUTES})[1:-1],
        item["id"][4:]: "%(number)b",
        parsed["id"]: "notif_%(uuid)b",
        _COMPANY.id: "%(company)b",
        _COMPANY.company_id: "%(company_id)b",
        _COMPANY.name: "%(name)b",
    }
    for index, at in enumerate(instants):
        marks |= {iso(at): f"%(i{index})b", str(seconds(at)): f"%(s{index})b", str(seconds(at) + 1): f"%(s{index})b"}
    return _punched(message, marks)


def _punched(message: Sent, marks: Mapping[str, str]) -> bytes:
    text = message.body.decode().replace("%", "%%")
    for mark, hole in marks.items():
        text = text.replace(mark, hole)
    return text.encode()


def changes() -> tuple[bytes, ...]:
    """Make templates of change events: a payment, an opportunity's stage, the account's ARR.

    Holes: `record`, `account`, `uuid`, `ms` (Unix milliseconds), `iso`, `date`, `arr`.
    """
    date = format_date(ORIGIN)
    payment: Json = {"Account__c": _ACCOUNT, "Status__c": "Paid", "Payment_Date__c": date, "Amount__c": 1_000}
    won: Json = {"StageName": "Closed Won", "CloseDate": date}
    messages = (
        created("Payment_Record__c", _RECORD, ORIGIN, payment),
        updated("Opportunity", _RECORD, ORIGIN, won, {"AccountId": _ACCOUNT}),
        updated("Account", _ACCOUNT, ORIGIN, {"ARR__c": 271_828}),
    )
    return tuple(_change(message) for message in messages)


def account() -> bytes:
    """Make the template of an account's creation: as `changes`, and `name`."""
    fields: Json = {"Name": _COMPANY.name, "ARR__c": 271_828, "Type": "Customer", "Industry": "Hospitality"}
    return _change(created("Account", _ACCOUNT, ORIGIN, fields))


def _change(message: Sent) -> bytes:
    parsed = json.loads(message.body)
    marks = {
        parsed["detail"]["payload"]["ChangeEventHeader"]["transactionKey"]: "%(uuid)b",
        parsed["id"]: "%(uuid)b",
        parsed["time"]: "%(iso)b",
        iso(ORIGIN): "%(iso)b",
        str(ORIGIN // MILLISECOND): "%(ms)b",
        format_date(ORIGIN): "%(date)b",
        _ACCOUNT: "%(account)b",
        _RECORD: "%(record)b",
        "271828": "%(arr)b",
        _COMPANY.name: "%(name)b",
    }
    return _punched(message, marks)


def use() -> tuple[bytes, ...]:
    """Make templates of readings, from the best customer to the worst. Holes: `customer`, `date`."""
    taste = Taste(logins=900, modules=12, staff=80, staff_trend=0.0, admin_trend=0.0, pillars=(0.0,) * 5)
    day = start_of_day(ORIGIN)
    marks = {_CUSTOMER: "%(customer)b", format_date(day): "%(date)b"}
    return tuple(_punched(reading(_CUSTOMER, day, values(gloom / 10, taste)), marks) for gloom in range(10))
