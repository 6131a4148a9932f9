"""What the CRM came to say of a customer in the year before its last months, so that every month-end has a story."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from handlers.demo.crm import Concern, Deal, concern_of, failed_payment, review
from handlers.demo.opportunities import won
from handlers.demo.salesforce import updated
from handlers.demo.timeline import Timeline
from handlers.demo.wire import Json, Sent

Gloom: TypeAlias = Callable[[int], float]
"""How badly (0-1) a customer did so many days before the end."""

CATEGORIES = ("Competitive", "Internal build", "Budget", "Champion left", "Product gap")
_YEAR, _QUARTER, _MONTH = 365, 80, 30
_LATEST = 100
"""What is told here ends so many days before the end: what stands then is the deal's own."""


def earlier(deal: Deal, timeline: Timeline, gloom: Gloom) -> Iterator[Sent]:
    """Tell what came before the deal's own history, where the story is long."""
    if not timeline.span.is_long:
        return
    yield from _troubles(timeline, gloom)
    if deal.responsiveness is not None:
        yield from _said_by_the_csm(deal, timeline, gloom)
        yield from _people(deal, timeline)
        yield from _reviews(deal, timeline, gloom)
    if deal.concerned:
        yield from _concerns(timeline, gloom)


def _troubles(timeline: Timeline, gloom: Gloom) -> Iterator[Sent]:
    """Tell of payments that failed, and contracts that were changed, in the year before the last."""
    rng, then = timeline.rng, gloom(_YEAR + _YEAR // 2)
    for _ in range(_times(4, 0.8 * then**1.5, timeline)):
        yield failed_payment(_YEAR + rng.randrange(5, 360), timeline)
    for number in range(_times(2, 0.9 * then**2, timeline)):
        yield from won(("Downgrade", "Amendment")[number % 2], _YEAR + rng.randrange(12, 330), timeline)


def _times(chances: int, probability: float, timeline: Timeline) -> int:
    return sum(timeline.rng.random() < probability for _ in range(chances))


def _said_by_the_csm(deal: Deal, timeline: Timeline, gloom: Gloom) -> Iterator[Sent]:
    """Tell what the CSM noted every half year: how quickly they answer, how often they speak of more."""
    for days in range(timeline.span.days - 10, _LATEST, -_YEAR // 2):
        then = gloom(days)
        fields: Json = {
            "Responsiveness__c": 1 if then < 0.35 else 2 if then < 0.6 else 3,
            "Expansion_Mentions__c": deal.mentions,
        }
        yield updated("Account", timeline.account, timeline.at(min(days, deal.age - 2)), fields)


def _people(deal: Deal, timeline: Timeline) -> Iterator[Sent]:
    """Tell of the champion before the present one, and of earlier talks with an executive."""
    if deal.champion is not None and deal.champion < deal.age - 3:
        first: Json = {"Champion_Since__c": timeline.date(deal.age)}
        yield updated("Account", timeline.account, timeline.at(deal.age - 1), first)
    executive = deal.executive or _QUARTER
    talks = range(executive + 70 + max(60, executive), timeline.span.crm_days, max(60, executive))
    for days in reversed(talks):
        if days < deal.age:
            talk: Json = {"Last_Exec_Interaction__c": timeline.date(days)}
            yield updated("Account", timeline.account, timeline.at(days - 1), talk)


def _reviews(deal: Deal, timeline: Timeline, gloom: Gloom) -> Iterator[Sent]:
    """Tell of the business reviews of more than a year ago."""
    for days in range(20 + 5 * _QUARTER, min(deal.age - 20, timeline.span.crm_days), _QUARTER):
        attended = timeline.rng.random() < 1.02 - 0.9 * gloom(days)
        yield from review(days, attended=attended, timeline=timeline)


def _concerns(timeline: Timeline, gloom: Gloom) -> Iterator[Sent]:
    """Tell of the churn signals that were settled since: of the healthy few, of the others more."""
    rng = timeline.rng
    for begin in range(_LATEST, timeline.span.days, _MONTH):
        if rng.random() < 0.12 * gloom(begin) ** 1.3:
            severity = rng.choices(("Critical", "Moderate", "Watch"), (20, 50, 30))[0]
            days = begin + rng.randrange(_MONTH)
            concern = Concern(severity, rng.choice(("Suspected", "Likely")), "Resolved", days, rng.choice(CATEGORIES))
            yield from concern_of(replace(concern, settled=days - rng.randrange(15, 60)), timeline)
