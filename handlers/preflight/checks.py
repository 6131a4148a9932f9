"""All checks in their order, each of which says what it cannot know."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from handlers.preflight import automation, limits, names, org
from handlers.preflight.answers import Answers, NotKnown
from handlers.preflight.finding import Finding
from handlers.preflight.plan import Plan

_Check: TypeAlias = Callable[[Answers, Plan], Iterator[Finding]]
CHECKS: tuple[tuple[str, _Check], ...] = (
    ("edition", limits.edition),
    ("objects that exist", names.objects),
    ("fields that exist", names.account_fields),
    ("related lists of Account", names.relationships),
    ("flows of our names", names.flow_names),
    ("roll-ups and fields on Account", limits.account_room),
    ("dashboards as the logged-in user", limits.dashboards),
    ("change data capture", limits.change_events),
    ("event relay", automation.relay),
    ("Event.Type", org.event_type),
    ("currencies", org.currencies),
    ("person accounts", org.persons),
    ("validation rules on Account", automation.validation_rules),
    ("flows and triggers on Account", automation.flows_and_triggers),
)
_ASK_AGAIN = (
    "Ask as a user with View Setup and Configuration and Customize Application, or look it up in Setup; "
    "what is not known is not fine."
)


def findings(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Make every check. Raises NoOrg where the org cannot be asked at all."""
    for name, check in CHECKS:
        try:
            yield from check(answers, plan)
        except NotKnown as error:
            yield Finding(name, "not known", str(error), _ASK_AGAIN)
