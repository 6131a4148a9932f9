"""Load: an endless-looking stream of realistic events, made of templates, in flat memory."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from random import Random
from typing import NamedTuple

from handlers.demo.conversations import MINUTE, Plan, unfold
from handlers.demo.looker import reading, usual
from handlers.demo.portfolio import Company
from handlers.demo.salesforce import created, updated
from handlers.demo.support import desk_of
from handlers.demo.wire import Json, Sent, generator, iso, salesforce_id, seconds
from scoring.account import Account
from scoring.instants import DAY, HOUR, SECOND, Instant, format_date, format_instant, parse_instant

START, DAYS = parse_instant("2026-08-01"), 90
"""When the stream begins, and how many days it tells of, whatever its length."""

REPEATED, SHUFFLED = 0.03, 1_000
"""The share of events that come twice, and among how many neighbours an event may change places."""

_STEPS = (0, 60, 500, 1_100, 2_500, 4_000)
"""After how many others each next event of one conversation comes."""

_PLANS = (
    {"reply": 40 * MINUTE, "close": 5 * HOUR, "chatty": True},
    {"reply": 90 * MINUTE, "close": 20 * HOUR, "rating": 4},
    {"reply": 4 * HOUR, "close": 30 * HOUR, "urgent": "priority", "reopened": True},
    {"close": 2 * HOUR, "agent": "resolved", "rating": 5},
    {"reply": 3 * HOUR, "close": 26 * HOUR, "agent": "handed_over", "escalated": True},
)
_EMAIL = " ".join(
    f"Since the update of {day} the arrivals list of property {number} shows guests twice, and the welcome message "
    f"goes out in English although the profile says otherwise; the front desk has to correct it by hand each time."
    for number, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), 41)
)
_MORE_ATTRIBUTES = {f"Property field {number:02d}": f"value {number * 37 % 100}" for number in range(24)}
