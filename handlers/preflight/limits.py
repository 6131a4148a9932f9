"""Whether what the org allows leaves room: dashboards, change events, roll-ups and fields of Account."""

from collections.abc import Iterator, Mapping

from handlers.metadata.project import API_VERSION
from handlers.preflight import questions as asked
from handlers.preflight.answers import Answers, NotKnown, Row, rows
from handlers.preflight.finding import Finding
from handlers.preflight.plan import Plan

_DYNAMIC = {"Enterprise Edition": 5, "Developer Edition": 3, "Unlimited Edition": 10, "Performance Edition": 10}
_CHANNEL = "Health_chn_"


def edition(answers: Answers, _: Plan) -> Iterator[Finding]:
    """Say which edition it is: flows, roll-ups and the API need Enterprise or better."""
    org = _organization(answers)
    kind, name = str(org.get("OrganizationType")), str(org.get("Name"))
    found = f"{name}: {kind}{', a sandbox' if org.get('IsSandbox') else ''}; API {API_VERSION} answers"
    if kind in _DYNAMIC:
        yield Finding("edition", "fine", found)
    else:
        yield Finding("edition", "stops", found, "The package needs Enterprise, Unlimited, Performance or Developer.")


def _organization(answers: Answers) -> Row:
    found = rows(answers, asked.ORGANIZATION)
    if len(found) != 1:
        raise NotKnown(f"the answer has {len(found)} organizations")
    return found[0]


def dashboards(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Count the dashboards that run as the logged-in user."""
    there = {str(one.get("DeveloperName")): str(one.get("Title")) for one in rows(answers, asked.DASHBOARDS)}
    ours = plan.dynamic_dashboards
    kind = str(_organization(answers).get("OrganizationType"))
    if kind not in _DYNAMIC:
        raise NotKnown(f"how many {kind} allows")
    needed, allowed = len(there.keys() | ours), _DYNAMIC[kind]
    found = f"{len(there)} there, {len(ours - there.keys())} to come; {kind} allows {allowed}"
    if needed <= allowed:
        yield Finding("dashboards as the logged-in user", "fine", found)
        return
    others = ", ".join(sorted(title for name, title in there.items() if name not in ours))
    yield Finding(
        "dashboards as the logged-in user",
        "stops",
        f"{found}: {others}",
        "Give one of these a fixed user, or write SpecifiedUser and a runningUser into "
        "2-automation/…/Customer_Health.dashboard-meta.xml: everybody sees that user's accounts then.",
    )


def change_events(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Count the entities that change events are selected for, ours included."""
    members = rows(answers, asked.CHANNEL_MEMBERS)
    others = {
        str(one.get("SelectedEntity")): str(one.get("DeveloperName"))
        for one in members
        if not str(one.get("DeveloperName")).startswith(_CHANNEL)
        and str(one.get("DeveloperName")).endswith("ChangeEvent")
    }
    ours = plan.entities if plan.deploys("4-events") else frozenset()
    needed = len(others.keys() | ours)
    found = f"{len(others)} selected by others, {len(ours)} by this package: {needed} in all"
    found += f"; {plan.entities_allowed} are allowed"
    if needed <= plan.entities_allowed or not ours:
        yield Finding("change data capture", "fine", found)
        return
    named = ", ".join(sorted(name for entity, name in others.items() if entity not in ours))
    yield Finding(
        "change data capture",
        "stops",
        f"{found}. Of others: {named}",
        "Deselect some (Setup, Change Data Capture), leave payments out (--without payment-events) or all events "
        "(--without events): the sweep reads on. Who bought the add-on for more says how many: --entities 10.",
    )


def account_room(answers: Answers, plan: Plan) -> Iterator[Finding]:
    """Say how many roll-ups and custom fields Account can still have."""
    limits = {str(one.get("Type")): one for one in rows(answers, asked.ACCOUNT_LIMITS)}
    there = {str(one.get("DeveloperName")) for one in rows(answers, asked.CUSTOM_FIELDS)}
    new = [one for one in plan.fields_of("Account") if one.name.removesuffix("__c") not in there]
    roll_ups = [one for one in new if one.said("type") == "Summary"]
    yield _room(limits, "RollupSummary", "roll-ups on Account", len(roll_ups), _ROLL_UPS)
    yield _room(limits, "CustomFields", "custom fields on Account", len(new), _FIELDS)


_ROLL_UPS = "Delete roll-ups that nobody uses, or ask Salesforce for more (25 by default, up to 40)."
_FIELDS = "Delete fields that nobody uses (erased fields count until they are purged)."


def _room(limits: Mapping[str, Row], kind: str, what: str, needed: int, remedy: str) -> Finding:
    limit = limits.get(kind)
    left, most = (None, None) if limit is None else (limit.get("Remaining"), limit.get("Max"))
    if not isinstance(left, int) or not isinstance(most, int):
        return Finding(what, "not known", f"the org does not say how many are left; {needed} are needed", remedy)
    found = f"{left} of {most} left, {needed} needed"
    return Finding(what, "fine", found) if needed <= left else Finding(what, "stops", found, remedy)
