"""What kind of org it is: currencies, persons as accounts, the type of events."""

from collections.abc import Iterator
from typing import Any

from handlers.preflight.answers import Answers, description
from handlers.preflight.finding import Finding
from handlers.preflight.plan import Plan
from handlers.preflight.questions import described

_TYPE = "Type"


def currencies(answers: Answers, _: Plan) -> Iterator[Finding]:
    """Say whether records bear a currency of their own."""
    if "CurrencyIsoCode" not in _fields(answers, "Account"):
        yield Finding("currencies", "fine", "one currency")
        return
    yield Finding(
        "currencies",
        "look",
        "the org has several currencies",
        "Write the corporate currency and its rates into config/sources.yaml (currency): ARR in a currency "
        "without a rate is missing in scores. Reports convert by themselves.",
    )


def persons(answers: Answers, _: Plan) -> Iterator[Finding]:
    """Say whether accounts can be persons."""
    if "IsPersonAccount" not in _fields(answers, "Account"):
        yield Finding("person accounts", "fine", "are not turned on")
        return
    yield Finding(
        "person accounts",
        "look",
        "are turned on",
        "Scores are of companies: leave persons out of the list of accounts (healthscore accounts), and add the "
        "filter IsPersonAccount = false to the reports.",
    )


def event_type(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say whether Event.Type is seen, and has the words of a business review."""
    fields = _fields(answers, "Event")
    if _TYPE not in fields:
        yield Finding(
            "Event.Type",
            "stops",
            f"Event.{_TYPE} is not visible to the user who asks",
            "Setup, Object Manager, Event, Fields, Type, Set Field-Level Security: visible, also to the "
            "middleware's user. Without it the channel of 4-events is refused, and no business review counts.",
        )
        return
    values = fields[_TYPE].get("picklistValues") or []
    words = {str(one.get("value")).casefold() for one in values if one.get("active")}
    lacking = [word for word in plan.review_words if word.casefold() not in words]
    if lacking:
        yield Finding(
            "Event.Type",
            "look",
            f"its picklist has no {', '.join(lacking)}",
            "Add the word (Setup, Object Manager, Event, Fields, Type), or say in config/sources.yaml (words, event, "
            "type) which word means qbr, and write it into the filter of the channel member of Event.",
        )
    else:
        yield Finding("Event.Type", "fine", f"is visible, and has {', '.join(plan.review_words)}")


def _fields(answers: Answers, crm_object: str) -> dict[str, dict[str, Any]]:
    return {str(one.get("name")): one for one in description(answers, described(crm_object))["fields"]}
