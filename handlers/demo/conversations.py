"""The life of a conversation: from a plan of it to the notifications that tell of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from random import Random

from handlers.demo.deeds import DEEDS, apply
from handlers.demo.intercom import notification
from handlers.demo.plans import Plan, Step, steps
from handlers.demo.portfolio import Company
from handlers.demo.snapshot import conversation
from handlers.demo.span import Span
from handlers.demo.threads import ADMINS, API_2_14, API_2_15, API_2_16, REST, Era, Part, Person, Thread
from handlers.demo.wire import Json, Sent, iso, sent
from scoring.instants import DAY, HOUR, Instant, start_of_day
from scoring.periods import period_end, period_of

OLDEST_API_DAYS, OLD_API_DAYS = 100, 75
"""Until so many days before the end the app was pinned to Intercom's API 2.14, then to 2.15."""

_HOURS = 4 * HOUR
"""When in the day the sweep re-read conversations, while there was no webhook: at the end of each month."""

_BODIES = (
    "The guest app shows the wrong check-in time",
    "Messages to arrivals were not sent last night",
    "How do I add a second language to our automations?",
    "Contactless check-out fails for two rooms",
    "Our new colleagues cannot log in",
    "Please help us to set up requests for housekeeping",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where conversations happen: the company, its guests, the chance, and how long the story is."""

    company: Company
    contacts: tuple[Person, ...]
    rng: Random
    span: Span
    sla: str | None = None

    def era(self, at: Instant) -> Era:
        """Say which API version the app was pinned to."""
        if at < self.span.end - OLDEST_API_DAYS * DAY:
            return API_2_14
        return API_2_15 if at < self.span.end - OLD_API_DAYS * DAY else API_2_16


def unfold(plan: Plan, desk: Desk) -> Iterator[Sent]:
    """Tell a conversation's life up to the end, as notifications and what the sweep re-reads."""
    thread = _thread(plan, desk)
    told = [step for step in steps(plan) if step.at < desk.span.end]
    for step, following in zip_longest(told, told[1:]):
        part = apply(thread, step)
        if step.at >= desk.span.webhooks_since:
            yield from _tell(thread, step, part, plan, desk)
        elif following is None or following.at >= _swept_at(step.at):
            yield _reread(thread, part, plan, _swept_at(step.at) + _HOURS)


def _swept_at(at: Instant) -> Instant:
    """Say on which day the sweep came by next: at the end of the month."""
    return _sweep_after(start_of_day(at))


@lru_cache(maxsize=1024)
def _sweep_after(day: Instant) -> Instant:
    return period_end(period_of(day))


def _thread(plan: Plan, desk: Desk) -> Thread:
    rng = desk.rng
    return Thread(
        id=f"2154{rng.randrange(10**11):011d}",
        company=desk.company,
        contact=rng.choice(desk.contacts),
        created=plan.created,
        delivered_as=plan.delivered_as,
        body=rng.choice(_BODIES),
        handler=rng.choice(ADMINS),
        sla=desk.sla,
    )


def _tell(thread: Thread, step: Step, part: Part, plan: Plan, desk: Desk) -> Iterator[Sent]:
    over, era = step.deed in {"closed", "settled"}, desk.era(step.at)
    swept = plan.owner != "named" and step.deed == "created"
    if step.deed == "deleted":
        item: Json = {"type": "conversation", "conversation_id": thread.id}
        yield notification("conversation.deleted", item, step.at, desk.rng)
    elif not (plan.quiet and over):
        item = conversation(thread, part, era, names_company=plan.owner == "named")
        yield notification(DEEDS[step.deed].topic, item, step.at, desk.rng)
    if swept or (over and (plan.quiet or plan.owner != "named" or not era.names_company)):
        yield _reread(thread, part, plan, Instant((step.at // HOUR + 1) * HOUR))


def _reread(thread: Thread, part: Part, plan: Plan, read_at: Instant) -> Sent:
    """Tell what the sweep reads over REST, with the company where it found it out."""
    item = conversation(thread, part, REST, names_company=plan.owner == "named")
    message: Json = {"type": "intercom.conversation", "read_at": iso(read_at), "conversation": item}
    if plan.owner == "swept":
        message["company_id"] = thread.company.company_id
    return sent(read_at, message)
