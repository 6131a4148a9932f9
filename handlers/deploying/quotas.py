"""Is there room in the account: what a new or a crowded one lacks, and CloudFormation finds out too late."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from handlers.deploying.aws import Aws, aws_errors
from handlers.deploying.finding import Finding
from handlers.deploying.stack import Stack
from handlers.deploying.template import Plain

_OTHERS: Final = 10
"""Invocations at once that webhooks, the desk, the sweep and the close are to have beside the queues."""

_MOST_MEGABYTES: Final = 60
_LEAST_UNRESERVED: Final = 100
"""Invocations at once that AWS keeps for functions that reserve none; all of them in an account that has fewer."""

_ROLES_OF_STACK: Final = 12
_ASK: Final = (
    "ask AWS for more: Service Quotas, AWS Lambda, Concurrent executions (1000 is usual; it takes a day or two)"
)


def check_concurrency(
    aws: Aws, template: Plain, values: Mapping[str, str], stack: Stack | None = None
) -> Iterator[Finding]:
    """Hold the invocations that the account may run at once against those that the functions want."""
    with aws_errors():
        told = aws.client("lambda").get_account_settings()
    at_once, reserved = _wanted(template)
    yield from _concurrency(told["AccountLimit"], at_once, reserved + _more(values, stack))
    yield from _code(told, template)


def _wanted(template: Plain) -> tuple[int, int]:
    """Give how many run at once because queues call them, and how many are reserved."""
    properties = [one.get("Properties", {}) for one in template["Resources"].values()]
    at_once = sum(one.get("ScalingConfig", {}).get("MaximumConcurrency", 0) for one in properties)
    reserved = [one.get("ReservedConcurrentExecutions", 0) for one in properties]
    return at_once, sum(one for one in reserved if isinstance(one, int))


def _more(values: Mapping[str, str], stack: Stack | None) -> int:
    """Give how many more than now are to be reserved for webhooks: what is reserved already is free no more."""
    now = {} if stack is None else stack.parameters
    return max(int(values.get("IngestConcurrency") or 0) - int(now.get("IngestConcurrency") or 0), 0)


def _concurrency(limit: Mapping[str, int], at_once: int, reserved: int) -> Iterator[Finding]:
    whole, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    least = min(_LEAST_UNRESERVED, whole)
    if reserved and free - reserved < least:
        said = f"{free} of {whole} invocations at once are free, and {reserved} are to be reserved"
        remedy = f"deploy with 0 for IngestConcurrency, which reserves none; or {_ASK}"
        yield Finding("concurrency", "stops", f"{said}: AWS keeps {least} for all others", remedy)
    elif free < at_once + _OTHERS:
        said = f"{free} invocations at once are free; folding and scoring alone may take {at_once}"
        yield Finding("concurrency", "look", f"{said}, and webhooks are then answered 429 and come late", _ASK)
    else:
        yield Finding("concurrency", "fine", f"{free} of {whole} invocations at once are free")


def _code(told: Mapping[str, Mapping[str, int]], template: Plain) -> Iterator[Finding]:
    functions = [one for one in template["Resources"].values() if one["Type"] == "AWS::Serverless::Function"]
    needed = len(functions) * _MOST_MEGABYTES * 1_000_000
    left = told["AccountLimit"]["TotalCodeSize"] - told["AccountUsage"]["TotalCodeSize"]
    if left < needed:
        said = f"{left // 1_000_000} MB are left for the code of functions in this region"
        remedy = "delete versions and functions that nobody needs (aws lambda list-functions), or ask AWS for more"
        yield Finding("code", "stops", f"{said}; this deployment may need {needed // 1_000_000} MB", remedy)


def check_roles(aws: Aws) -> Iterator[Finding]:
    """Hold the roles that the account may have against those that the stack makes."""
    with aws_errors():
        told = aws.client("iam").get_account_summary()["SummaryMap"]
    left = told["RolesQuota"] - told["Roles"]
    if left < _ROLES_OF_STACK:
        said = f"{left} more roles of IAM may be made in this account, the stack makes up to {_ROLES_OF_STACK}"
        yield Finding(
            "roles", "stops", said, "delete roles that nobody needs, or ask AWS for more (Service Quotas, IAM)"
        )


def check_event_source(aws: Aws, values: Mapping[str, str]) -> Iterator[Finding]:
    """See that the partner event source of the relay is there: its bus cannot be made without."""
    name = values.get("SalesforceEventSource", "")
    if not name:
        return
    with aws_errors():
        sources = aws.client("events").list_event_sources(NamePrefix=name)["EventSources"]
    states = [one["State"] for one in sources if one["Name"] == name]
    if not states or states == ["DELETED"]:
        said = f"{name} is no event source of this account and region"
        remedy = "docs/first-run.md, step 7: deploy the relay in Salesforce first; its region and account must be these"
        yield Finding("event source", "stops", said, remedy)


def check_mail(aws: Aws, values: Mapping[str, str]) -> Iterator[Finding]:
    """See that Amazon SES sends for the sender of the report."""
    sender = values.get("ReportSender", "")
    if not (sender and values.get("ReportRecipients")):
        return
    client = aws.client("sesv2")
    with aws_errors():
        account = client.get_account()
        names = {one["IdentityName"] for one in _identities(client) if one.get("SendingEnabled")}
    if not names & {sender, sender.partition("@")[2]}:
        said = f"neither {sender} nor its domain is verified in Amazon SES here: no report can be mailed"
        yield Finding("mail", "look", said, "Amazon SES, Identities: verify one of them in this region")
    elif not account.get("ProductionAccessEnabled"):
        said = "Amazon SES is in its sandbox here: only verified addresses get the report"
        yield Finding("mail", "look", said, "Amazon SES, Account dashboard: request production access")


def _identities(client: Any) -> list[dict[str, Any]]:  # noqa: ANN401  a client of SES
    found: list[dict[str, Any]] = client.list_email_identities(PageSize=1000)["EmailIdentities"]
    return found
