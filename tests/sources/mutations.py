"""Hypothesis strategies that spoil real messages: at any node, at any depth, and in their bytes."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.messages import (
    ACCOUNT,
    OPPORTUNITY,
    appflow_event,
    change,
    conversation,
    deleted_record,
    headed,
    notification,
    old_conversation,
    owner_listed,
    reading,
    record,
    reread,
    rest_conversation,
    resync,
)
from tests.sources.taking import event, event_names


class Place(NamedTuple):
    """An object or list of a message, and the key or number of one of its members."""

    holder: Any
    step: Any


_MARK = "raw {} raw"
"""Stands for a text that is put in when the message is written."""

RAW = [
    *"NaN Infinity -Infinity 1e999 -1e999 1e308 -1e308 5e-324 1e30 1e18 -0 -0.0 1.5 6.0 01 1. 0x10 undefined".split(),
    *"18446744073709551616 9223372036854775808 253402300800 253402300799 1778193010000 -62135596801".split(),
    *r"""true nul ' {] "\ud800" "\udc00\ud800" "\ud83d\ude00" "\u0000" "\q" "a""".split(),
    "1" + "0" * 400,
    "9" * 4000,
    "9" * 5000,
    "[" * 400 + "]" * 400,
    '{"a":' * 300 + "1" + "}" * 300,
    "",
]
"""JSON values, and what is none, as text."""

TEXTS = [
    "",
    " ",
    "\0",
    "*",
    "001*",
    "000000000000000AAA",
    "-1",
    "null",
    "NaN",
    "0x400000",
    "conversation",
    "conversation_part",
    "company",
    "2026-01-10",
    "2026-01-10T07:56:29.000Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-02-30",
    "20260110",
    "1768036000",
    "2099-01-01",
    "UPDATE",
    "GAP_OVERFLOW",
    "notification_event",
    "salesforce.record",
    "aws.partner/appflow",
    "é\u2028\U0001f600",
    "'; DROP TABLE observations; --",
    "=1+1",
    "x" * 300,
    "x" * 140_000,
]
NUMBERS: list[object] = [0, 1, -1, 1.5, 6.0, 2**53 + 1, 2**63, 2**64, 10**17, 10**18, 1768036000, 4102444800, 1e300]
SHAPES: list[object] = [None, True, False, [], {}, [[]], [None], {"type": None}, [{}], ["a", 1], {"": {"": []}}]


_CHOSEN = st.sampled_from([*TEXTS, *NUMBERS, *SHAPES])
_MADE_UP = st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


def bases() -> list[dict[str, object]]:
    """Give a message of every shape that is taken in."""
    return [
        notification("conversation.admin.closed", conversation()),
        notification("conversation.user.created", old_conversation()),
        notification("conversation.sla.missed", conversation()),
        reread(rest_conversation(), company_id="blue-sun"),
        change("Opportunity", "UPDATE", ["StageName", "AccountId"], StageName="Closed Won", AccountId=ACCOUNT),
        change("Account", "CREATE", Name="Acme", ARR__c=477000, Champion_Since__c="2025-01-01"),
        change("Churn_Signal__c", "UNDELETE", Severity__c="Critical", Date_Observed__c="2026-05-01"),
        headed(change("Event", "DELETE", AccountId=ACCOUNT), recordIds=[OPPORTUNITY, "006*"]),
        change("Opportunity", "GAP_OVERFLOW"),
        record("Account", Name="Acme", ARR__c=477000.5, CreatedDate="2024-01-01T00:00:00.000+0000"),
        record("Payment_Record__c", Account__c=ACCOUNT, Status__c="Failed", Payment_Date__c="2026-03-01"),
        deleted_record("Opportunity", OPPORTUNITY),
        resync("Opportunity"),
        reading(),
        owner_listed("salesforce", ACCOUNT[:15], also=[ACCOUNT], name="Acme", attributes={"a": 1}),
        appflow_event(),
        *(event(name) for name in event_names()),
    ]


BASES = bases()


def places(value: object) -> Iterator[Place]:
    """List the place of every member of every object and list in a message."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in steps:
        yield Place(value, step)
        yield from places(member)


@st.composite
def spoiled_trees(draw: st.DrawFn, messages: Sequence[object] = BASES) -> bytes:
    """Give a real message with a few of its members deleted, retyped, replaced, doubled or moved."""
    message = json.loads(json.dumps(draw(st.sampled_from(messages))))
    raws: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        told = list(places(message))
        place = told[draw(st.integers(0, len(told) - 1))]
        spoil = draw(st.sampled_from(["delete", "replace", "replace", "write"]))
        if spoil == "delete":
            del place.holder[place.step]
        elif spoil == "replace":
            place.holder[place.step] = json.loads(json.dumps(draw(_replacements(place, told))))
        else:
            raws.append(draw(st.sampled_from([*RAW, _doubled(place)])))
            place.holder[place.step] = _MARK.format(len(raws) - 1)
    return _with_raws(json.dumps(message), raws).encode("utf-8", "surrogatepass")


def _replacements(place: Place, told: list[Place]) -> st.SearchStrategy[object]:
    here = place.holder[place.step]
    retyped: list[object] = [json.dumps(here), [here], {"type": here}, {"id": here, "a\0": 1}]
    elsewhere = st.integers(0, len(told) - 1).map(lambda number: told[number].holder[told[number].step])
    return _CHOSEN | st.sampled_from(retyped) | elsewhere | _MADE_UP


def _doubled(place: Place) -> str:
    """Write a member whose key comes twice, with another value first."""
    again = f"{json.dumps(place.step)}:" if isinstance(place.step, str) else ""
    return f"[{{}}],{again}{json.dumps(place.holder[place.step])}"


def _with_raws(text: str, raws: list[str]) -> str:
    for number in reversed(range(len(raws))):
        text = text.replace(json.dumps(_MARK.format(number)), raws[number])
    return text


@st.composite
def spoiled_bytes(draw: st.DrawFn, messages: Sequence[object] = BASES) -> bytes:
    """Give a real message with a few of its bytes flipped, cut out, put in or cut off."""
    raw = bytearray(json.dumps(draw(st.sampled_from(messages)), ensure_ascii=draw(st.booleans())).encode())
    for _ in range(draw(st.integers(1, 4))):
        start, length = draw(st.integers(0, len(raw))), draw(st.integers(0, 12))
        raw[start : start + length] = draw(st.binary(max_size=8))
    return bytes(raw[: draw(st.just(len(raw)) | st.integers(0, len(raw)))])


poison = spoiled_trees() | spoiled_bytes() | st.binary(max_size=60)
"""A line that may be anything."""
