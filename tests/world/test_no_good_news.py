"""Nothing that is lost looks like good news: over the whole model, through the readers, to the score.

Of an account of which all is known, one thing is replaced by nonsense or taken away: the value of a
field in one record or in all of its object, a value of use, a word of a conversation, a feed, an owner.
Then the score does not rise; or the tier is Unknown; or a flag says what happened; or a metric is
missing, which coverage says.
"""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from config.intake import KINDS
from config.loader import Config, load_config
from handlers.jobs.fold import read_message
from handlers.sources.reading import Taken
from scoring.account import Account, AccountFacts, Owner
from scoring.facts import gather
from scoring.feeds import Feed, HeardHour
from scoring.instants import DAY, Instant, format_date, parse_instant
from scoring.measurement import score
from scoring.metrics.catalogue import PILLARS
from scoring.model import Currencies
from scoring.observations import Observation
from scoring.score import Score
from scoring.words import MEANINGS
from tests.messages import Message
from tests.world.hotels import OPENED, Hotel, seconds, statistics

AS_OF = parse_instant("2026-11-01")
NOW = AS_OF + DAY
LIVE = Feed(AS_OF - 900 * DAY, (HeardHour(AS_OF - 1, AS_OF - 1),))
CONFIG = load_config()
NONSENSE = "gibberish"
LOGINS = ("staff_logins_30d", "staff_logins_prev_30d", "admin_logins_30d", "admin_logins_prev_30d")
USAGE = (*LOGINS, "active_modules", "available_modules", "platform_score", "platform_score_90d_ago")

OUTCOMES = {"account.churn_date", "opportunity.effective_date", "opportunity.notice_date"}
SAID_BY_OTHERS = {"account.name", "signal.category", "signal.detail", "signal.reported_by"} | OUTCOMES
"""Fields that no figure hangs on."""
BY_DESIGN = {"account.success_tier"}
"""An empty success tier has a meaning: the segment is then by ARR. (A word of it that is not known has none.)"""


@dataclass(frozen=True, slots=True)
class Lived:
    """An account: its messages, and the feeds of its sources."""

    hotel: Hotel
    feeds: dict[str, Feed]
    segment: str = ""


def date(days: float) -> str:
    """Give the date so many days before as_of."""
    return format_date(AS_OF - int(days * DAY))


def said(draw: st.DrawFn, place: str) -> str:
    """Draw a word that has a meaning."""
    return draw(st.sampled_from(sorted(CONFIG.model.words[place].meanings)))


def opportunity(draw: st.DrawFn) -> Message:
    """Draw an opportunity; now and then it tells its stage alone, or its flags."""
    stage = said(draw, "opportunity.stage")
    means = CONFIG.model.words["opportunity.stage"].meanings[stage]
    flags = {"IsClosed": means != "open", "IsWon": means == "won"}
    kind = draw(st.sampled_from(["Renewal", "Downgrade", "Amendment", "New Business"]))
    told = {"Type": kind, "StageName": stage, "CloseDate": date(draw(st.sampled_from([-200, -20, 20, 100, 400])))}
    return told | (flags if draw(st.booleans()) else {})


def payment(draw: st.DrawFn) -> Message:
    """Draw a payment."""
    return {"Status__c": said(draw, "payment.status"), "Payment_Date__c": date(draw(st.sampled_from([5, 300, 400])))}


def meetings(draw: st.DrawFn, hotel: Hotel) -> None:
    """Say meetings, of which colleagues may have copies, and a series its pattern."""
    number = 0
    for _ in range(draw(st.integers(0, 2))):
        told = {"Type": draw(st.sampled_from(["QBR", "Call"])), "ActivityDate": date(draw(st.sampled_from([10, 200])))}
        for marks in ({}, *draw(st.sampled_from([(), ({"IsChild": True},), ({"IsRecurrence": True},)]))):
            mine = {"IsChild": False, "IsRecurrence": False, "Attended__c": draw(st.booleans())} | marks
            hotel.create("Event", hotel.record_id("00U", number), "2026-02-01T00:00:00Z", **told | mine)
            number += 1


def csql(draw: st.DrawFn) -> Message:
    """Draw a CSQL."""
    return {"Status__c": said(draw, "csql.status")}


def signal(draw: st.DrawFn) -> Message:
    """Draw a signal."""
    words = {name: said(draw, f"signal.{name}") for name in ("severity", "confidence", "status")}
    observed = date(draw(st.sampled_from([1, 70, 200])))
    return {f"{name.capitalize()}__c": word for name, word in words.items()} | {"Date_Observed__c": observed}


OBJECTS: dict[str, tuple[str, str, Callable[[st.DrawFn], Message], int]] = {
    "opportunity": ("Opportunity", "006", opportunity, 3),
    "payment": ("Payment_Record__c", "a01", payment, 2),
    "csql": ("CSQL__c", "a03", csql, 2),
    "signal": ("Churn_Signal__c", "a02", signal, 2),
}


def conversation(draw: st.DrawFn, hotel: Hotel, number: int) -> None:
    """Say a conversation of the window."""
    asked = seconds("2026-10-20T09:00:00Z")
    closed = draw(st.none() | st.sampled_from([600, 500_000]))
    replied = draw(st.none() | st.sampled_from([60, 400_000]))
    hotel.converse(
        id=f"c{number}",
        created_at=asked,
        updated_at=asked + 600_000,
        state="open" if closed is None else "closed",
        priority=draw(st.sampled_from(["priority", "not_priority"])),
        statistics=statistics(
            last_close_at=closed and asked + closed,
            first_admin_reply_at=replied and asked + replied,
            count_reopens=draw(st.integers(0, 1)),
        ),
    )


def reading(draw: st.DrawFn) -> Message:
    """Draw the values of use."""
    values: Message = {name: draw(st.sampled_from([10, 50, 90])) for name in USAGE}
    pillars = {pillar.name: draw(st.sampled_from([0, 60, 100])) for pillar in PILLARS}
    return values | {"available_modules": 100, "pillars": pillars}


@st.composite
def accounts(draw: st.DrawFn) -> Lived:
    """Give an account of which all is known."""
    hotel = Hotel(1, "Hotel")
    profile = {
        "Name": "Hotel",
        "ARR__c": draw(st.sampled_from([100_000, 210_000, 300_000])),
        "Success_Tier__c": draw(st.sampled_from(["Paid", "Standard"])),
        "Champion_Since__c": date(draw(st.sampled_from([20, 400]))),
        "Last_Exec_Interaction__c": date(draw(st.sampled_from([5, 300]))),
        "Responsiveness__c": draw(st.integers(1, 3)),
        "Expansion_Mentions__c": draw(st.integers(0, 3)),
        "CurrencyIsoCode": draw(st.sampled_from(["USD", "EUR"])),
    }
    hotel.create("Account", hotel.id, OPENED, **profile)
    hotel.change("Account", hotel.id, "UPDATE", "2026-03-01T00:00:00Z", ["ARR__c"], ARR__c=draw(st.just(200_000)))
    for name, prefix, made, most in OBJECTS.values():
        for number in range(draw(st.integers(0, most))):
            hotel.create(name, hotel.record_id(prefix, number), "2026-02-01T00:00:00Z", **made(draw))
    meetings(draw, hotel)
    for number in range(draw(st.integers(0, 2))):
        conversation(draw, hotel, number)
    told = {"type": "looker.reading", "customer_id": "c1", "date": "2026-11-01", "pulled_at": "2026-11-01"}
    hotel.events.append(told | {"values": reading(draw)})
    segment = draw(st.sampled_from(["", "paid", "standard"]))
    return Lived(hotel, dict.fromkeys(("intercom", "salesforce", "looker"), LIVE), segment)


def scored(lived: Lived, config: Config) -> Score:
    """Take in the messages of an account, and score it."""
    taken = [_taken(json.dumps(event).encode()) for event in lived.hotel.events]
    facts = gather(one for told in taken for one in told.statements if isinstance(one, Observation))
    keys = {"intercom": lived.hotel.company, "salesforce": lived.hotel.id, "looker": "c1"}
    account = Account(
        lived.hotel.id,
        {source: (keys[source],) for source in lived.feeds},
        segment=None if not lived.segment else "paid" if lived.segment == "paid" else "standard",
    )
    owners = tuple(Owner(source, frozenset({key}), None, OLD) for source, key in keys.items() if source in lived.feeds)
    return score(AccountFacts(account, facts, owners, lived.feeds), AS_OF, config.model)


@lru_cache(1_000)
def _taken(message: bytes) -> Taken:
    """Read a message under the config's intake; of an account's messages a damage changes few."""
    return read_message(message, CONFIG.intake, NOW)


OLD: Instant = AS_OF - 900 * DAY


def is_told(before: Score, after: Score) -> bool:
    """Tell whether a score that may be wrong says so, next to what it was."""
    if before.final_score is None or after.final_score is None or after.final_score <= before.final_score:
        return True
    missing = after.coverage_pct < before.coverage_pct and "partial" in after.flags
    return after.tier == "Unknown" or missing or not {*after.flags} <= {*before.flags}


def damaged(lived: Lived, spoil: Callable[[Message], None]) -> Lived:
    """Give the account with each of its messages spoilt."""
    hotel = replace(lived.hotel, events=deepcopy(lived.hotel.events))
    for event in hotel.events:
        spoil(event)
    return replace(lived, hotel=hotel)


def spoiling(place: str, value: object, only: int | None) -> Callable[[Message], None]:
    """Replace a field's value in all records of an object, or in the one of a number; None takes it away."""
    kind, _, name = place.partition(".")
    crm_object = next(one for one in CONFIG.intake.objects.values() if one.kind == kind)
    api_name = next(api for api, field in crm_object.fields.items() if field.name == name)
    seen: list[Message] = []

    def spoil(event: Message) -> None:
        payload = event["detail"]["payload"] if "detail" in event else {}
        if payload.get("ChangeEventHeader", {}).get("entityName") == crm_object.object and api_name in payload:
            seen.append(event)
            if only is None or len(seen) == only + 1:
                payload[api_name] = value

    return spoil


FIELDS = sorted({f"{kind}.{name}" for kind, names in KINDS.items() for name in names} - SAID_BY_OTHERS)
DAMAGES = [(place, value) for place in FIELDS for value in (NONSENSE, None) if value or place not in BY_DESIGN]
SEVERAL = replace(CONFIG, model=replace(CONFIG.model, currencies=Currencies("USD", {"EUR": 0.5})))
FEW = settings(max_examples=20)
ONLY = st.none() | st.integers(0, 2)


def silent(lived: Lived, spoils: Iterable[tuple[object, Callable[[Message], None]]]) -> list[object]:
    """Name the damages by which a score rises without a word."""
    before = scored(lived, SEVERAL)
    spoilt = ((name, damaged(lived, spoil)) for name, spoil in spoils)
    return [name for name, one in spoilt if one != lived and not is_told(before, scored(one, SEVERAL))]


@FEW
@given(accounts(), ONLY)
def test_a_field_that_is_nonsense_or_taken_away_is_no_good_news(lived: Lived, only: int | None) -> None:
    """Every field of config, in one record or in all; each word that decides among them."""
    assert silent(lived, (((*damage, only), spoiling(*damage, only)) for damage in DAMAGES)) == []


def test_each_word_that_decides_is_among_the_fields() -> None:
    """So none is left out of the property above."""
    words = {place for place in CONFIG.model.words if not place.startswith("conversation.")}
    assert words == MEANINGS.keys() <= {*FIELDS}


@FEW
@given(accounts(), st.sampled_from([None, NONSENSE, -5, 10**30]))
def test_a_value_of_use_that_is_nonsense_or_taken_away_is_no_good_news(lived: Lived, value: object) -> None:
    """What a score hangs on, from the usage source."""

    def spoiling_use(name: str) -> Callable[[Message], None]:
        def spoil(event: Message) -> None:
            usage = event.get("values", {})
            for values in (usage, usage.get("pillars", {})):
                values.update({name: value} if name in values else {})

        return spoil

    names = [*USAGE, *(pillar.name for pillar in PILLARS)]
    assert silent(lived, ((name, spoiling_use(name)) for name in names)) == []


@FEW
@given(accounts(), ONLY)
def test_a_word_of_a_conversation_that_nobody_knows_is_no_good_news(lived: Lived, only: int | None) -> None:
    """A word of a later version of the source's API."""

    def spoiling_words(name: str) -> Callable[[Message], None]:
        def spoil(event: Message) -> None:
            item = event.get("data", {}).get("item", {})
            if item and (only is None or item["id"] == f"c{only}"):
                (item["source"] if name == "delivered_as" else item)[name] = NONSENSE

        return spoil

    names = ("state", "priority", "delivered_as")
    assert silent(lived, ((name, spoiling_words(name)) for name in names)) == []


@FEW
@given(accounts())
def test_a_feed_that_is_taken_away_is_no_good_news(lived: Lived) -> None:
    """Never covered, not heard for months, or of no mapped owner."""
    before = scored(lived, SEVERAL)
    lost = replace(LIVE, heard=(HeardHour(AS_OF - 90 * DAY, AS_OF - 90 * DAY),))
    for source, feeds in ((source, lived.feeds) for source in lived.feeds):
        there = {name: feed for name, feed in feeds.items() if name != source}
        for cut in (there, there | {source: Feed()}, there | {source: lost}):
            assert is_told(before, scored(replace(lived, feeds=cut), SEVERAL))
