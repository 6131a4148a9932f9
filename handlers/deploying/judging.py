"""What becomes of something that is there already: it is adopted, or it stops the deployment, by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from handlers.deploying.aws import Aws, aws_errors
from handlers.deploying.contents import content
from handlers.deploying.existing import Place, There, existing
from handlers.deploying.finding import Finding
from handlers.deploying.names import Resource
from handlers.deploying.stack import describe

_SAMPLE: Final = 50
CHECK: Final = "names"


@dataclass(frozen=True, slots=True)
class Adoption:
    """Something that is to be taken into the stack, as it is: CloudFormation changes nothing of it at first."""

    logical_id: str
    kind: str
    identifier: Mapping[str, str]
    properties: Mapping[str, Any]
    found: str
    """What it is, for a person."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that stops the deployment."""

    found: str
    remedy: str


def judged(place: Place, wanted: Sequence[Resource]) -> tuple[list[Adoption], list[Refusal]]:
    """Look at all that is there under a name that is wanted. Raises DeployingError."""
    verdicts = [judge(place, found) for found in existing(place, wanted)]
    adopted = [one for one in verdicts if isinstance(one, Adoption)]
    return adopted, [one for one in verdicts if isinstance(one, Refusal)]


def judge(place: Place, found: There) -> Adoption | Refusal:
    """Say what becomes of one thing that is there. Raises DeployingError."""
    owner = describe(place.aws, found.stack_id) if found.stack_id else None
    if owner is not None and (place.stack is None or owner.id != place.stack.id):
        other = owner.id.split("/")[1] if "/" in owner.id else owner.id
        said = f"{found.name} belongs to the stack {other}"
        return Refusal(said, f"deploy that stack, or choose another prefix for this environment; {other} keeps its own")
    return _JUDGES[found.resource.kind](place.aws, found)


def _table(aws: Aws, found: There) -> Adoption | Refusal:
    name, wanted = found.name, found.resource.properties
    keys, expected = _keys(found.told), _keys(wanted)
    if keys != expected or _strange_indexes(found.told, wanted):
        said = f"the table {name} is another's: its key is {keys}, ours would be {expected}"
        return Refusal(said, "choose another prefix for this environment; the table is left as it is")
    with aws_errors():
        client = aws.client("dynamodb")
        kind, seen = content(found.resource.logical_id, client.scan(TableName=name, Limit=_SAMPLE)["Items"])
    if kind == "newer":
        return Refusal(
            f"the table {name} was written by a newer version: {seen}", "deploy that version, or a later one"
        )
    if kind == "another's":
        remedy = "choose another prefix for this environment; the table is left as it is"
        return Refusal(f"the table {name} is another's: {seen}", remedy)
    return _adoption(found, _as_it_is(found.told), f"the table {name}: {seen}")


def _keys(told: Mapping[str, Any]) -> str:
    """Say the key of a table, and of its indexes: their attributes with their types."""
    types = {one["AttributeName"]: one["AttributeType"] for one in told["AttributeDefinitions"]}
    return ", ".join(f"{one['AttributeName']} ({types[one['AttributeName']]})" for one in told["KeySchema"])


def _strange_indexes(told: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Say whether an index of our name has another key: a missing one is made by the deployment."""
    keys = {one["IndexName"]: one["KeySchema"] for one in told.get("GlobalSecondaryIndexes", [])}
    return any(keys.get(one["IndexName"], one["KeySchema"]) != one["KeySchema"] for one in _indexes(wanted))


def _indexes(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    indexes: list[dict[str, Any]] = told.get("GlobalSecondaryIndexes", [])
    return indexes


def _as_it_is(told: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a table to CloudFormation as it is: what the template has beyond it, the deployment then adds."""
    properties: dict[str, Any] = {name: told[name] for name in ("TableName", "AttributeDefinitions", "KeySchema")}
    indexes = [_picked(one, "IndexName", "KeySchema", "Projection") for one in _indexes(told)]
    if indexes:
        properties["GlobalSecondaryIndexes"] = indexes
    if told.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST":
        properties["BillingMode"] = "PAY_PER_REQUEST"
    else:
        properties["ProvisionedThroughput"] = _picked(
            told["ProvisionedThroughput"], "ReadCapacityUnits", "WriteCapacityUnits"
        )
    lives = told["TimeToLive"]
    if lives["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}:
        properties["TimeToLiveSpecification"] = {"AttributeName": lives["AttributeName"], "Enabled": True}
    return properties


def _picked(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names}


def _queue(_: Aws, found: There) -> Adoption | Refusal:
    if not found.resource.is_kept:
        url = found.identifier["QueueUrl"]
        said = f"the queue {found.name} is there, with {found.told['ApproximateNumberOfMessages']} messages"
        remedy = (
            f"another deployment uses this prefix: choose another; if none does: aws sqs delete-queue --queue-url {url}"
        )
        return Refusal(f"{said}, and no stack of ours leaves it behind", remedy)
    if "RedrivePolicy" in found.told or found.told.get("FifoQueue") == "true":
        return Refusal(f"the queue {found.name} is another's: it is no plain queue of dead letters", _OTHER)
    properties = {"QueueName": found.name, "MessageRetentionPeriod": int(found.told["MessageRetentionPeriod"])}
    return _adoption(found, properties, f"the queue {found.name}: {found.told['ApproximateNumberOfMessages']} messages")


def _logs(_: Aws, found: There) -> Adoption:
    kept = found.told.get("retentionInDays")
    days = {} if kept is None else {"RetentionInDays": kept}
    return _adoption(found, {"LogGroupName": found.name, **days}, f"the log group {found.name}")


def _bucket(_: Aws, found: There) -> Adoption:
    return _adoption(found, {}, f"the bucket {found.identifier['BucketName']}, of an earlier stack of this name")


def _running(_: Aws, found: There) -> Refusal:
    kind = "function" if found.resource.kind.endswith("Function") else "state machine"
    return Refusal(f"the {kind} {found.name} is there, and no stack of ours leaves it behind", _OTHER)


def _adoption(found: There, properties: Mapping[str, Any], said: str) -> Adoption:
    return Adoption(found.resource.logical_id, found.resource.kind, found.identifier, properties, said)


_OTHER: Final = "choose another prefix for this environment, or delete it if nobody needs it"

_JUDGES: Mapping[str, Callable[[Aws, There], Adoption | Refusal]] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SQS::Queue": _queue,
    "AWS::Logs::LogGroup": _logs,
    "AWS::S3::Bucket": _bucket,
    "AWS::Serverless::Function": _running,
    "AWS::StepFunctions::StateMachine": _running,
}


def findings(adopted: Sequence[Adoption], refused: Sequence[Refusal]) -> Iterator[Finding]:
    """Say it for the preflight."""
    for one in refused:
        yield Finding(CHECK, "stops", one.found, one.remedy)
    if adopted:
        listed = "; ".join(one.found for one in islice(adopted, 20))
        remedy = "they are taken into the stack as they are, once you confirm it (with ASK=no: ADOPT=yes)"
        yield Finding(CHECK, "look", f"there already, and ours: {listed}", remedy)
    if not adopted and not refused:
        yield Finding(CHECK, "fine", "no name that the stack needs is taken")
