"""Words without meaning, signals of nobody, copies and currencies: each by its right value, one hotel a check."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from config.loader import Config, load_config
from scoring.model import Currencies
from tests.world.hotels import Hotel, Hotels, milliseconds, seconds
from tests.world.replaying import faults, replay

LATELY = milliseconds("2026-09-01T00:00:00Z")
LONG_AGO = milliseconds("2024-09-01T00:00:00Z")
AHEAD = milliseconds("2026-11-21T00:00:00Z")
AT = "2026-09-01T10:00:00Z"
SIGNAL = {"Severity__c": "Critical", "Confidence__c": "Confirmed", "Status__c": "Active", "Date_Observed__c": LATELY}
WORD = "unknown_word:"


def signal(hotel: Hotel, number: int = 1, /, **fields: object) -> None:
    """Log a signal, by default a Critical one that is Confirmed."""
    hotel.create("Churn_Signal__c", hotel.record_id("a02", number), AT, **SIGNAL | fields)


def payment(hotel: Hotel, number: int, status: object, date: object = LATELY) -> None:
    """Tell a payment."""
    fields = {"Status__c": status, "Payment_Date__c": date}
    hotel.create("Payment_Record__c", hotel.record_id("a01", number), AT, **fields)


def deal(hotel: Hotel, number: int, /, **fields: object) -> None:
    """Tell an opportunity, by default a renewal that is open and closes in 20 days."""
    told = {"Type": "Renewal", "StageName": "Prospecting", "IsClosed": False, "IsWon": False, "CloseDate": AHEAD}
    hotel.create("Opportunity", hotel.record_id("006", number), AT, **told | fields)


def won(hotel: Hotel, number: int, kind: object, date: object = LATELY) -> None:
    """Tell an opportunity that was won."""
    deal(hotel, number, Type=kind, StageName="Closed Won", IsClosed=True, IsWon=True, CloseDate=date)


def review(hotel: Hotel, number: int, /, **fields: object) -> None:
    """Tell a business review that the customer attended."""
    told = {"Type": "QBR", "ActivityDate": LATELY, "Attended__c": "Yes", "IsChild": False, "IsRecurrence": False}
    hotel.create("Event", hotel.record_id("00U", number), AT, **told | fields)


def in_use(hotel: Hotel, score: int = 100) -> None:
    """Give full platform value, so that the score is high and covered enough."""
    pillars = dict.fromkeys(("messaging", "automations", "contactless", "requests", "staff_adoption"), score)
    hotel.customer = f"c{hotel.number}"
    told = {"type": "looker.reading", "customer_id": hotel.customer, "date": "2026-11-01", "pulled_at": "2026-11-01"}
    hotel.events.append(told | {"values": {"platform_score": score, "pillars": pillars}})


def unknown_words_of_signals(hotels: Hotels) -> None:
    """The score is without the signal, low with it at its worst, and a tier that hangs on it is Unknown."""
    severity, confidence, status = (f"{WORD}Churn_Signal__c.{name}__c" for name in ("Severity", "Confidence", "Status"))
    worst = {"cap": None, "low_at_most": 50, "tier": "Unknown"}
    for name, fields, flag, expected in (
        ("a severity", {"Severity__c": "High"}, severity, worst),
        ("a translated severity", {"Severity__c": "Kritisch"}, severity, worst),
        ("a confidence", {"Confidence__c": "Confirmed by customer"}, confidence, worst),
        ("a status", {"Status__c": "Open"}, status, worst),
        ("a status of a moderate one", {"Severity__c": "Moderate", "Status__c": "In Progress"}, status, {"cap": None}),
    ):
        hotel = hotels.open(name)
        in_use(hotel)
        signal(hotel, **fields)
        hotel.expected = {"flag": [flag], **expected}

    hotel = hotels.open("the known parts count as they are: a severity under monitoring")
    in_use(hotel)
    signal(hotel, Severity__c="High", Status__c="Monitoring")
    hotel.expected = {"flag": [severity], "low_at_most": 75, "tier": "Unknown"}

    hotel = hotels.open("nothing worse can come of it: a tier that does not hang on it stands")
    in_use(hotel)
    signal(hotel)
    signal(hotel, 2, Severity__c="High")
    hotel.expected = {"flag": [severity], "cap": "critical_confirmed", "final_score": 50.0, "tier": "Critical"}

    hotel = hotels.open("known to be over: flagged, and nothing hangs on it")
    in_use(hotel)
    signal(hotel, Severity__c="High", Status__c="Resolved")
    hotel.expected = {"flag": [severity], "tier": "Champion"}

    hotel = hotels.open("capitals and spaces are no other word")
    in_use(hotel)
    signal(hotel, Severity__c=" CRITICAL", Confidence__c="confirmed ", Status__c="Active\u00a0")
    hotel.expected = {"cap": "critical_confirmed", "no_flag": ["unknown_word"]}


def words_of_signals_left_empty(hotels: Hotels) -> None:
    """Silence is no good news either."""
    hotel = hotels.open("no severity: skipped")
    in_use(hotel)
    signal(hotel, Severity__c=None)
    hotel.expected = {"flag": ["invalid:severity"], "cap": None}

    hotel = hotels.open("no confidence: at least not confirmed")
    in_use(hotel)
    signal(hotel, Confidence__c=None)
    hotel.expected = {"flag": ["invalid:confidence"], "cap": "critical_1", "low_at_most": 50, "tier": "At Risk"}

    hotel = hotels.open("no status: perhaps active")
    in_use(hotel)
    signal(hotel, Status__c=None)
    hotel.expected = {"flag": ["invalid:status"], "cap": None, "low_at_most": 50, "tier": "Unknown"}

    hotel = hotels.open("emptied later")
    in_use(hotel)
    signal(hotel)
    record_id = hotel.record_id("a02")
    hotel.change("Churn_Signal__c", record_id, "UPDATE", "2026-09-02T10:00:00Z", ["Status__c"], Status__c=None)
    hotel.expected = {"flag": ["invalid:status"], "low_at_most": 50, "tier": "Unknown"}


def signals_of_nobody(hotels: Hotels) -> None:
    """Salesforce is covered, and has never named the account."""
    hotel = hotels.open("a typing error in the mapping", known=False)
    in_use(hotel)
    unknown = ["signals_unknown", "unknown_owner:salesforce"]
    hotel.expected = {"flag": unknown, "low_at_most": 50, "tier": "Unknown"}

    hotel = hotels.open("named by a signal alone", known=False)
    in_use(hotel)
    signal(hotel)
    hotel.expected = {"no_flag": unknown, "cap": "critical_confirmed", "tier": "Critical"}


def words_of_payments(hotels: Hotels) -> None:
    """One that is not understood may have failed."""
    flag = f"{WORD}Payment_Record__c.Status__c"
    for name, payments, expected in (
        ("payment failed", [("Payment Failed", LATELY)], {"payment_health": None, "flag": [flag]}),
        ("one beside those that failed", [("Failed", LATELY), ("Chargeback", LATELY)], {"payment_health": None}),
        ("no status", [(None, LATELY)], {"payment_health": None, "flag": [flag]}),
        ("long ago", [("Chargeback", LONG_AGO)], {"payment_health": 0, "no_flag": ["unknown_word"]}),
        (
            "ordinary ones",
            [("Paid", LATELY), ("refunded ", LATELY)],
            {"payment_health": 0, "no_flag": ["unknown_word"]},
        ),
        ("failed without a date", [("Failed", None)], {"payment_health": 0, "flag": ["invalid:payment_date"]}),
        ("paid without a date", [("Paid", None)], {"payment_health": 0, "no_flag": ["invalid"]}),
    ):
        hotel = hotels.open(name)
        for number, (status, date) in enumerate(payments):
            payment(hotel, number, status, date)
        hotel.expected = expected


def types_of_opportunities(hotels: Hotels) -> None:
    """An open one of unknown type is no renewal, a won one no downgrade; the metric is flagged."""
    flag = f"{WORD}Opportunity.Type"
    for name, told, expected in (
        ("open: no renewal", {"Type": "Renewal - Standard"}, {"days_to_renewal": None, "flag": [flag]}),
        ("without a type", {"Type": None}, {"days_to_renewal": None, "flag": [flag]}),
        ("renewal in other letters", {"Type": " RENEWAL"}, {"days_to_renewal": 20, "no_flag": ["unknown_word"]}),
        ("new business", {"Type": "New Business"}, {"days_to_renewal": None, "no_flag": ["unknown_word"]}),
        ("no close date", {"CloseDate": None}, {"days_to_renewal": None, "flag": ["invalid:close_date"]}),
    ):
        hotel = hotels.open(name)
        deal(hotel, 1, **told)
        hotel.expected = {"contract_changes": 0, **expected}

    for name, kind, date, expected in (
        ("won: no downgrade", "Reduction", LATELY, {"contract_changes": 0, "flag": [flag]}),
        ("won without a type", None, LATELY, {"contract_changes": 0, "flag": [flag]}),
        ("won without a date", "Downgrade", None, {"contract_changes": 0, "flag": ["invalid:close_date"]}),
        ("won long ago", "Reduction", LONG_AGO, {"contract_changes": 0, "no_flag": ["unknown_word"]}),
        ("downgrade in other letters", "downgrade ", LATELY, {"contract_changes": 1, "no_flag": ["unknown_word"]}),
    ):
        hotel = hotels.open(name)
        won(hotel, 1, kind, date)
        hotel.expected = {"days_to_renewal": None, **expected}

    hotel = hotels.open("lost, of whatever type")
    deal(hotel, 1, Type="Reduction", StageName="Closed Lost", IsClosed=True)
    hotel.expected = {"no_flag": ["unknown_word"]}


def stages_of_opportunities(hotels: Hotels) -> None:
    """A stage that config does not know tells nothing: the flags of before are used until it is read again."""
    flags = ["reread:Opportunity", f"{WORD}Opportunity.StageName"]
    moved = "2026-09-20T10:00:00.310Z"

    def move(hotel: Hotel, stage: str) -> None:
        deal(hotel, 1, CloseDate=LATELY)
        hotel.change("Opportunity", hotel.record_id("006"), "UPDATE", moved, ["StageName"], StageName=stage)

    hotel = hotels.open("an own stage, before it is read again")
    move(hotel, "Signed")
    hotel.expected = {"days_to_renewal": -61, "flag": flags}

    hotel = hotels.open("an own stage, read again")
    move(hotel, "Signed")
    closed = {"IsClosed": True, "IsWon": True, "StageName": "Signed", "Type": "Renewal", "AccountId": hotel.id}
    stamp = "2026-09-20T10:00:00.000+0000"
    hotel.reread("Opportunity", hotel.record_id("006"), "2026-09-20T11:00:00Z", stamp, CloseDate="2026-09-01", **closed)
    hotel.expected = {"days_to_renewal": None, "no_flag": ["reread", "unknown_word"]}

    hotel = hotels.open("the standard stage in other letters")
    move(hotel, "CLOSED  WON")
    hotel.expected = {"days_to_renewal": None, "no_flag": ["reread", "unknown_word"]}

    hotel = hotels.open("an open stage of a fresh org")
    move(hotel, "Proposal/Price Quote")
    hotel.expected = {"days_to_renewal": -61, "no_flag": ["reread", "unknown_word"]}

    hotel = hotels.open("an own stage of another kind of deal")
    deal(hotel, 1, Type="New Business")
    hotel.change("Opportunity", hotel.record_id("006"), "UPDATE", moved, ["StageName"], StageName="Signed")
    hotel.expected = {"no_flag": ["unknown_word"]}


def types_of_events(hotels: Hotels) -> None:
    """One of unknown type is no review, and flagged where the customer's attendance was noted."""
    flag = f"{WORD}Event.Type"
    for name, told, expected in (
        ("own type", {"Type": "Business Review", "Attended__c": "No"}, {"qbr_attendance_pct": 100, "flag": [flag]}),
        ("no type", {"Type": None, "Attended__c": "No"}, {"qbr_attendance_pct": 100, "flag": [flag]}),
        ("a call", {"Type": "Call", "Attended__c": "No"}, {"qbr_attendance_pct": 100, "no_flag": ["unknown_word"]}),
        ("no attendance", {"Type": None, "Attended__c": None}, {"no_flag": ["unknown_word"]}),
        ("long ago", {"Type": "Dinner", "ActivityDate": LONG_AGO}, {"no_flag": ["unknown_word"]}),
        ("other letters", {"Type": "qbr ", "Attended__c": "no"}, {"qbr_attendance_pct": 50}),
        ("undated", {"ActivityDate": None}, {"qbr_attendance_pct": 100, "flag": ["invalid:activity_date"]}),
        ("not noted", {"Attended__c": None}, {"qbr_attendance_pct": 100, "flag": ["invalid:attended"]}),
    ):
        hotel = hotels.open(name)
        review(hotel, 1, ActivityDate=milliseconds("2026-03-01T00:00:00Z"))
        review(hotel, 2, **told)
        hotel.expected = expected


def copies_of_events(hotels: Hotels) -> None:
    """An invitee's copy and the pattern of a series are no meetings of their own."""
    for name, told, expected in (
        ("copies of invitees", {"IsChild": True}, {"qbr_attendance_pct": 100, "no_flag": ["invalid"]}),
        ("the pattern of a series", {"IsRecurrence": True}, {"qbr_attendance_pct": 100, "no_flag": ["invalid"]}),
        ("a series of today is of occurrences", {"IsRecurrence2": True}, {"qbr_attendance_pct": 50}),
        ("a copy that does not say so", {"IsChild": None}, {"qbr_attendance_pct": 50, "flag": ["invalid:is_child"]}),
        ("two reviews of a day", {}, {"qbr_attendance_pct": 50, "no_flag": ["invalid"]}),
    ):
        hotel = hotels.open(name)
        review(hotel, 1, IsGroupEvent=True)
        review(hotel, 2, **{"Attended__c": "No", "IsGroupEvent": True} | told)
        hotel.expected = expected

    hotel = hotels.open("a copy by its re-read")
    review(hotel, 1)
    copy = {"AccountId": hotel.id, "IsChild": True, "IsRecurrence": False}
    missed = {"Type": "QBR", "ActivityDate": "2026-09-01", "Attended__c": "No", **copy}
    read_at, stamp = "2026-09-02T00:00:00Z", "2026-09-01T10:00:00.000+0000"
    hotel.reread("Event", hotel.record_id("00U", 2), read_at, stamp, **missed)
    hotel.expected = {"qbr_attendance_pct": 100}


def statuses_of_csqls(hotels: Hotels) -> None:
    """One that is not understood may be open or not."""
    flag = f"{WORD}CSQL__c.Status__c"
    for name, statuses, expected in (
        ("new", ["Open", "New"], {"expansion_signals": None, "flag": [flag]}),
        ("empty", [None], {"expansion_signals": None, "flag": [flag]}),
        ("known", ["open ", "Won", "Closed"], {"expansion_signals": 1, "no_flag": ["unknown_word"]}),
    ):
        hotel = hotels.open(name)
        for number, status in enumerate(statuses):
            hotel.create("CSQL__c", hotel.record_id("a03", number), AT, Status__c=status)
        hotel.expected = expected


def success_tiers(hotels: Hotels) -> None:
    """A tier that config does not know tells nothing of the segment, nor that it fits."""
    for name, tier, expected in (
        ("unknown", "Platinum", {"segment": "paid", "tier_alignment": None, "flag": ["invalid:success_tier"]}),
        ("other letters", " standard", {"segment": "standard", "tier_alignment": 1, "no_flag": ["invalid"]}),
        ("none", None, {"segment": "paid", "tier_alignment": None, "no_flag": ["invalid"]}),
    ):
        hotel = hotels.open(name, segment="", Success_Tier__c=tier)
        hotel.expected = expected


def amounts(hotels: Hotels) -> None:
    """In the currency that the record says."""
    for name, arr, currency, expected in (
        ("none said", 300000, None, {"segment": "paid", "tier_alignment": None, "no_flag": ["currency"]}),
        ("the corporate one", 300000, "USD", {"segment": "paid", "no_flag": ["currency"]}),
        ("in other letters", 300000, " usd", {"segment": "paid", "no_flag": ["currency"]}),
        ("without a rate", 6000000, "JPY", {"segment": "standard", "flag": ["currency:JPY", "segment_assumed"]}),
        (
            "mapped, without a rate",
            6000000,
            "JPY",
            {"segment": "paid", "tier_alignment": None, "flag": ["currency:JPY"]},
        ),
        ("no amount", None, "JPY", {"no_flag": ["currency"]}),
    ):
        segment = "paid" if name.startswith("mapped") else ""
        hotel = hotels.open(name, segment=segment, ARR__c=arr, CurrencyIsoCode=currency, Success_Tier__c=None)
        hotel.expected = expected


def changed(hotel: Hotel, /, **fields: object) -> None:
    """Change the account half a year ago."""
    hotel.change("Account", hotel.id, "UPDATE", "2026-03-01T00:00:00Z", list(fields), **fields)


def changes_of_currency(hotels: Hotels) -> None:
    """Amounts of one currency are compared as they stand, of two not without rates."""
    for name, first, then, expected in (
        ("of one currency without a rate", "JPY", {"ARR__c": 330000}, {"arr_trajectory_pct": 10}),
        ("amount and currency", "USD", {"CurrencyIsoCode": "EUR", "ARR__c": 276000}, {"arr_trajectory_pct": None}),
        ("the currency alone", "USD", {"CurrencyIsoCode": "EUR"}, {"arr_trajectory_pct": None}),
        ("away from one without a rate", "JPY", {"CurrencyIsoCode": "USD"}, {"arr_trajectory_pct": None}),
    ):
        hotel = hotels.open(name, CurrencyIsoCode=first)
        changed(hotel, **then)
        codes = ["currency:JPY" if first == "JPY" else "currency:EUR"]
        hotel.expected = {"flag": codes, **expected}

    hotel = hotels.open("a currency first said by a re-read was that of before")
    stamp, told = "2026-03-01T00:00:00.000+0000", {"ARR__c": 330000, "CurrencyIsoCode": "JPY"}
    hotel.reread("Account", hotel.id, "2026-03-02T00:00:00Z", stamp, **told)
    hotel.expected = {"arr_trajectory_pct": 10, "flag": ["currency:JPY"]}

    hotel = hotels.open("a re-read of an org that has no currencies says nothing of one", CurrencyIsoCode="JPY")
    hotel.reread("Account", hotel.id, "2026-03-02T00:00:00Z", stamp, ARR__c=330000)
    hotel.expected = {"arr_trajectory_pct": 10, "flag": ["currency:JPY"]}


def amounts_with_rates(hotels: Hotels) -> None:
    """One USD is 0.8 EUR and 150 JPY."""
    for name, arr, currency, expected in (
        ("yen", 6_000_000, "JPY", {"segment": "standard", "tier_alignment": 0}),
        ("many yen", 37_500_000, "JPY", {"segment": "paid"}),
        ("euros", 200_000, "EUR", {"segment": "paid"}),
        ("fewer euros", 199_999, "EUR", {"segment": "standard"}),
    ):
        hotel = hotels.open(name, segment="", ARR__c=arr, CurrencyIsoCode=currency, Success_Tier__c=None)
        hotel.expected = {"no_flag": ["currency", "segment_assumed"], **expected}

    hotel = hotels.open("from dollars to euros at the same rates", CurrencyIsoCode="USD")
    changed(hotel, CurrencyIsoCode="EUR", ARR__c=264_000)
    hotel.expected = {"arr_trajectory_pct": 10, "no_flag": ["currency"]}

    hotel = hotels.open("an amount whose currency nobody said", segment="", Success_Tier__c=None)
    hotel.expected = {"arr_trajectory_pct": None, "tier_alignment": None, "flag": ["invalid:currency"]}

    hotel = hotels.open("a rate is lacking", segment="", CurrencyIsoCode="GBP", Success_Tier__c=None)
    hotel.expected = {"segment": "standard", "tier_alignment": None, "flag": ["currency:GBP"]}


def words_of_conversations(hotels: Hotels) -> None:
    """A word of a later version of the source's API is flagged where it could count."""
    asked = seconds("2026-10-20T09:00:00Z")
    for name, members, expected in (
        ("a priority", {"priority": "blocker"}, {"p1_p2_volume": 0, "flag": [f"{WORD}conversation.priority"]}),
        ("a state", {"state": "parked"}, {"flag": [f"{WORD}conversation.state"]}),
        ("a beginning", {"source": {"delivered_as": "by_phone"}}, {"flag": [f"{WORD}conversation.delivered_as"]}),
        ("known ones", {"priority": "Urgent"}, {"p1_p2_volume": 1, "no_flag": ["unknown_word"]}),
        ("none", {"priority": None, "source": None}, {"p1_p2_volume": 0, "no_flag": ["unknown_word"]}),
        (
            "long over",
            {"priority": "blocker", "state": "closed", "created_at": asked - 200 * 86_400},
            {"no_flag": ["unknown_word"]},
        ),
    ):
        hotel = hotels.open(name)
        hotel.converse(**members)
        hotel.expected = expected


def right(kinds: Iterable[Callable[[Hotels], None]], folder: Path, config: Config) -> None:
    """Replay hotels of some kinds, and check each."""
    hotels = Hotels()
    for kind in kinds:
        kind(hotels)
    mapping = folder / "accounts.csv"
    mapping.write_text(hotels.mapping())
    lines = replay(hotels.lines(), mapping, config)
    found = {name: faults(lines[account], wanted) for account, (name, wanted) in hotels.expected().items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert replay(hotels.lines()[::-1], mapping, config) == lines


@pytest.mark.parametrize(
    "kind",
    [
        unknown_words_of_signals,
        words_of_signals_left_empty,
        signals_of_nobody,
        words_of_payments,
        types_of_opportunities,
        stages_of_opportunities,
        types_of_events,
        copies_of_events,
        statuses_of_csqls,
        success_tiers,
        amounts,
        changes_of_currency,
        words_of_conversations,
    ],
)
def test_each_hotel_is_right_with_the_words_of_a_fresh_org(kind: Callable[[Hotels], None], tmp_path: Path) -> None:
    """With the config that the product ships with."""
    right([kind], tmp_path, load_config())


def test_each_hotel_is_right_at_the_rates_of_config(tmp_path: Path) -> None:
    """In an org of several currencies."""
    config = load_config()
    model = replace(config.model, currencies=Currencies("USD", {"EUR": 0.8, "JPY": 150}))
    right([amounts_with_rates], tmp_path, replace(config, model=model))
