"""What the CRM comes to say of a hotel: its deal, as its health makes it."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from handlers.demo.crm import Concern, Deal, all_fields, history
from handlers.demo.portfolio import LEFT_DAYS, Hotel, Quirk
from handlers.demo.salesforce import change, created, deleted, record, rest_iso, restored, updated
from handlers.demo.span import Span
from handlers.demo.story import LEFT_DAYS as STORY_LEFT_DAYS
from handlers.demo.story import NOTICE_DAYS, RENEWED_DAYS, Story
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Sent
from handlers.demo.years import CATEGORIES, earlier
from scoring.instants import DAY

_LEFT = Concern("Critical", "Confirmed", "Active", 110, "Competitive", "They are moving to another supplier")
_CURRENCIES = ("EUR", "GBP", "CHF")
_YEAR = 365
_NEXT_DAYS, _WON_DAYS, _WON_SPREAD = 150, 100, 160
"""Whose next renewal is so far ahead won the last one in a year of the story, so many days before its end."""
_UNWELL, _ONE_IN, _NOTICE, _WELL = 0.46, 3, 60, 0.66
"""Of the customers that do worse than this one in so many lets its renewal go, so many days ahead of its date; none of
those that do better than this does."""


def crm(hotel: Hotel, span: Span, rng: Random) -> Iterator[Sent]:
    """Tell one hotel's history in the CRM."""
    timeline = Timeline(hotel.id, span, rng)
    deal = _in_a_year(_deal(hotel, rng), hotel) if span.is_long else _deal(hotel, rng)
    yield from history(deal, timeline)
    yield from earlier(deal, timeline, lambda days: 1 - hotel.health_at(span.end - days * DAY, span.end))
    yield from _quirk(hotel.quirk, deal, timeline)


def _deal(hotel: Hotel, rng: Random) -> Deal:
    gloom = 1 - hotel.health
    deal = Deal(
        name=hotel.name,
        age=rng.randrange(450, 1_300),
        arr=hotel.arr,
        arr_before=round(hotel.arr / (1 + rng.gauss(0.12 - 0.36 * gloom, 0.02))),
        tier="Paid" if hotel.paid else "Standard",
        changed=rng.randrange(35, 330),
        renewal=_renewal(gloom, rng),
        failed_payments=sum(rng.random() < 0.8 * gloom**1.5 for _ in range(4)),
        contract_changes=sum(rng.random() < 0.9 * gloom**2 for _ in range(2)),
        backfilled=rng.random() < 0.2,
        concerned=True,
    )
    if rng.random() < 0.12:
        return _with_quirk(deal, hotel)
    return _with_quirk(_related(replace(deal, concerns=_concerns(gloom, rng)), gloom, rng), hotel)


def _in_a_year(deal: Deal, hotel: Hotel) -> Deal:
    """Spread the renewals over the year: those that were won, and those that some who did badly let go."""
    if hotel.story is not None:
        return _ending(deal, hotel.story, hotel.arr)
    if hotel.quirk is Quirk.NONE and hotel.health < _UNWELL and hotel.seed % _ONE_IN == 0:
        return replace(deal, renewal=None, lost=30 + hotel.seed % 150, ahead=_NOTICE)
    if hotel.quirk is Quirk.NONE and hotel.health > _WELL and deal.renewal is None:
        return replace(deal, renewal=200 + hotel.seed % 150, renewed=_WON_DAYS + hotel.seed % _WON_SPREAD)
    is_early = deal.renewal is not None and deal.renewal >= _NEXT_DAYS
    return replace(deal, renewed=_WON_DAYS + hotel.seed % _WON_SPREAD) if is_early else deal


def _ending(deal: Deal, story: Story, arr: int) -> Deal:
    """Give the deal of a customer of which a story is told: nothing but the story decides how it does."""
    plain = replace(deal, concerns=(), failed_payments=0, contract_changes=0, concerned=False)
    if not story.left:
        return replace(plain, renewal=_YEAR - RENEWED_DAYS, renewed=RENEWED_DAYS)
    gone = replace(plain, renewal=None, lost=NOTICE_DAYS, ahead=NOTICE_DAYS - STORY_LEFT_DAYS)
    return replace(gone, renewed=STORY_LEFT_DAYS + _YEAR, arr=0, arr_before=arr, changed=STORY_LEFT_DAYS)


def _renewal(gloom: float, rng: Random) -> int | None:
    """Say in how many days the renewal closes; the worse a hotel does, the longer it puts it off."""
    if rng.random() < 0.1 * gloom:
        return None
    if rng.random() < 0.12 * gloom:
        return -rng.randrange(1, 60)
    return rng.randrange(15, 420) if rng.random() < gloom else rng.randrange(150, 700)


def _related(deal: Deal, gloom: float, rng: Random) -> Deal:
    """Add what a CSM tells of the relationship."""
    return replace(
        deal,
        reviews=tuple(rng.random() < 1.02 - 0.9 * gloom for _ in range(rng.randint(2, 4))),
        responsiveness=1 if gloom < 0.3 else 2 if gloom + rng.gauss(0, 0.1) < 0.6 else 3,
        champion=max(2, round(rng.randrange(150, 900) * (1 - 0.9 * gloom))),
        executive=max(2, round(8 + 260 * gloom + rng.gauss(0, 12))),
        mentions=rng.choice((0, 0, 1)) if gloom > 0.3 else rng.randint(1, 2),
        csqls=sum(rng.random() < 1 - gloom for _ in range(2)),
    )


def _concerns(gloom: float, rng: Random) -> tuple[Concern, ...]:
    """Log the churn signals: of the healthy few that count, of the others some."""
    found = []
    if rng.random() < 0.8 * gloom**1.3:
        severity = rng.choices(("Critical", "Moderate", "Watch"), (30 * gloom, 40, 20))[0]
        confidence = rng.choice(("Suspected", "Likely", "Confirmed"))
        status = rng.choices(("Active", "Monitoring", "Resolved"), (80, 12, 8))[0]
        found.append(Concern(severity, confidence, status, rng.randrange(2, 50), rng.choice(CATEGORIES)))
    if rng.random() < 0.25:
        status = rng.choice(("Active", "Resolved", "Expired"))
        found.append(Concern("Moderate", "Likely", status, rng.randrange(95, 300), rng.choice(CATEGORIES)))
    return tuple(found)


def _with_quirk(deal: Deal, hotel: Hotel) -> Deal:
    quirk = hotel.quirk
    if quirk is Quirk.NO_TIER:
        return replace(deal, arr=None, arr_before=None, tier=None)
    if quirk is Quirk.LEFT:
        gone = replace(deal, renewal=None, lost=LEFT_DAYS + 8, arr=0, arr_before=hotel.arr, changed=LEFT_DAYS)
        return replace(gone, concerns=(_LEFT,), reviews=(), responsiveness=3, champion=150, executive=190, mentions=0)
    if quirk is Quirk.FOREIGN:
        return replace(deal, currency=_CURRENCIES[hotel.seed % len(_CURRENCIES)])
    if quirk is Quirk.MONITORED:
        return replace(deal, concerns=(Concern("Critical", "Confirmed", "Monitoring", 24, "Internal build"),))
    if quirk is Quirk.ODD_WORDS:
        return replace(deal, concerns=(Concern("Severe", "Rumoured", "Active", 24), *deal.concerns))
    return deal


def _quirk(quirk: Quirk, deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    key, fields = timeline.account, all_fields(deal, timeline)
    if quirk in {Quirk.OPEN_GAP, Quirk.HEALED_GAP}:
        yield change("GAP_UPDATE", "Account", (key,), timeline.at(20), {})
    if quirk is Quirk.HEALED_GAP:
        whole = {**fields, "CreatedDate": rest_iso(timeline.at(deal.age))}
        yield record("Account", key, timeline.at(18), timeline.at(20), whole)
    if quirk in {Quirk.DELETED, Quirk.UNDELETED}:
        yield deleted("Account", key, timeline.at(30))
    if quirk is Quirk.UNDELETED:
        yield restored("Account", key, timeline.at(28), fields)
    if quirk is Quirk.EMPTIED:
        yield updated("Account", key, timeline.at(12), {"Last_Exec_Interaction__c": None, "Responsiveness__c": None})
    if quirk is Quirk.ODD_WORDS:
        yield created("Contract", "8005f0000012345AAA", timeline.at(70), {"AccountId": key, "Status": "Activated"})
        yield updated("Account", key, timeline.at(8), {"Responsiveness__c": "prompt"})
