"""What else acts on accounts in the org, and how our relay stands."""

from collections.abc import Iterator

from handlers.package.source import names
from handlers.preflight import questions as asked
from handlers.preflight.answers import Answers, rows
from handlers.preflight.finding import Finding
from handlers.preflight.plan import Plan

_SHOWN = 10


def validation_rules(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """List the rules that a save of an account must meet: ours save accounts when a score becomes current."""
    ours = names("*.validationRule-meta.xml", plan.project)
    found = [one for one in rows(answers, asked.VALIDATION_RULES) if one.get("ValidationName") not in ours]
    if not found:
        yield Finding("validation rules on Account", "fine", "none is active")
        return
    yield Finding(
        "validation rules on Account",
        "look",
        _named([f"{one.get('ValidationName')} ({one.get('ErrorMessage')})" for one in found]),
        "A rule that an old account breaks refuses the save of its score fields, and the flow logs a fault. Let the "
        "rules pass where only fields Health_… change, or mend those accounts.",
    )


def flows_and_triggers(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """List what else runs when an account is saved."""
    flows = [
        f"flow {one.get('Label')}" for one in rows(answers, asked.ACCOUNT_FLOWS) if one.get("ApiName") not in plan.flows
    ]
    triggers = [f"trigger {one.get('Name')}" for one in rows(answers, asked.ACCOUNT_TRIGGERS)]
    if not flows and not triggers:
        yield Finding("flows and triggers on Account", "fine", "none is active")
        return
    yield Finding(
        "flows and triggers on Account",
        "look",
        _named([*flows, *triggers]),
        "They run when a score writes its fields on the account: try one in a sandbox (does it call out, send mails, "
        "or save scores?).",
    )


def relay(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say whether our relay runs: to deploy it again could stop it, and its place would be lost."""
    ours = {str(one.get("State")) for one in rows(answers, asked.RELAYS) if one.get("DeveloperName") == "Health_Relay"}
    if not plan.deploys("5-relay"):
        yield Finding("event relay", "fine", "is left out")
    elif not ours:
        yield Finding("event relay", "fine", "Health Relay is not there yet")
    elif ours == {"STOP"}:
        yield Finding("event relay", "fine", "Health Relay is stopped")
    else:
        yield Finding(
            "event relay",
            "stops",
            f"Health Relay is there, its state is {', '.join(sorted(ours))}",
            "Do not deploy 5-relay a second time: it could stop the relay, which forgets up to where it relayed, "
            "and events would be lost. Leave the folder out: --without relay.",
        )


def _named(names: list[str]) -> str:
    shown = "; ".join(sorted(names)[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{len(names)} active: {shown}" + (f"; and {more} more" if more > 0 else "")
