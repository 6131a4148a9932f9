"""What is there already under a name that the template will want, seen in AWS."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from handlers.deploying.aws import Aws, aws_errors, code_of
from handlers.deploying.names import Resource
from handlers.deploying.stack import Stack

STACK_TAG: Final = "aws:cloudformation:stack-id"
_NAME_TAG: Final = "aws:cloudformation:stack-name"
_LOGICAL_TAG: Final = "aws:cloudformation:logical-id"
_ABSENT: Final = frozenset(
    "AWS.SimpleQueueService.NonExistentQueue NoSuchBucket NoSuchTagSet QueueDoesNotExist ResourceNotFoundException "
    "StateMachineDoesNotExist".split()
)


@dataclass(frozen=True, slots=True)
class There:
    """Something that is there. `identifier` is by what CloudFormation would adopt it, `told` what AWS says of it."""

    resource: Resource
    identifier: Mapping[str, str]
    told: Mapping[str, Any] = field(default_factory=dict)
    stack_id: str = ""

    @property
    def name(self) -> str:
        """Name it as a person knows it."""
        return self.resource.name or next(iter(self.identifier.values()))


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is looked for: the account and region, the partition of its ARNs, and the stack that is deployed to."""

    aws: Aws
    account: str
    partition: str
    stack_name: str
    stack: Stack | None = None


def existing(place: Place, wanted: Sequence[Resource]) -> Iterator[There]:
    """Find what of the wanted is there, but not in the stack. Raises DeployingError."""
    made = set(() if place.stack is None else map(_path, place.stack.resources.values()))
    for resource in wanted:
        with aws_errors():
            for found in _LOOKS[resource.kind](place, resource):
                if not made & set(map(_path, found.identifier.values())):
                    yield found


def _path(identifier: str) -> str:
    """Give an identifier without the host of an address: one queue has several."""
    return identifier.partition("://")[2].partition("/")[2] or identifier


def _table(place: Place, resource: Resource) -> Iterator[There]:
    client = place.aws.client("dynamodb")
    told = _or_none(lambda: client.describe_table(TableName=resource.name)["Table"])
    if told is not None:
        tags = client.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"]
        lives = client.describe_time_to_live(TableName=resource.name)["TimeToLiveDescription"]
        yield There(resource, {"TableName": resource.name}, {**told, "TimeToLive": lives}, _stack_of(tags))


def _queue(place: Place, resource: Resource) -> Iterator[There]:
    client = place.aws.client("sqs")
    url = _or_none(lambda: client.get_queue_url(QueueName=resource.name)["QueueUrl"])
    if url is not None:
        told = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        tags = client.list_queue_tags(QueueUrl=url).get("Tags", {})
        yield There(resource, {"QueueUrl": url}, told, tags.get(STACK_TAG, ""))


def _logs(place: Place, resource: Resource) -> Iterator[There]:
    client = place.aws.client("logs")
    groups = client.describe_log_groups(logGroupNamePrefix=resource.name)["logGroups"]
    for told in groups:
        if told["logGroupName"] == resource.name:
            arn = told["arn"].removesuffix(":*")
            tags = client.list_tags_for_resource(resourceArn=arn).get("tags", {})
            yield There(resource, {"LogGroupName": resource.name}, told, tags.get(STACK_TAG, ""))


def _function(place: Place, resource: Resource) -> Iterator[There]:
    told = _or_none(lambda: place.aws.client("lambda").get_function(FunctionName=resource.name))
    if told is not None:
        yield There(resource, {"FunctionName": resource.name}, {}, told.get("Tags", {}).get(STACK_TAG, ""))


def _machine(place: Place, resource: Resource) -> Iterator[There]:
    arn = f"arn:{place.partition}:states:{place.aws.region}:{place.account}:stateMachine:{resource.name}"
    client = place.aws.client("stepfunctions")
    if _or_none(lambda: client.describe_state_machine(stateMachineArn=arn)) is not None:
        tags = client.list_tags_for_resource(resourceArn=arn).get("tags", [])
        yield There(resource, {"StateMachineArn": arn}, {}, _stack_of(tags))


def _bucket(place: Place, resource: Resource) -> Iterator[There]:
    """Find a bucket that an earlier stack of this name left: AWS named it by the stack, and tagged it."""
    client = place.aws.client("s3")
    beginning = f"{place.stack_name}-{resource.logical_id}-".lower()
    for name in (one["Name"] for one in client.list_buckets()["Buckets"]):
        tags = _tags_of(client, name) if name.startswith(beginning) else {}
        if (tags.get(_NAME_TAG), tags.get(_LOGICAL_TAG)) == (place.stack_name, resource.logical_id):
            yield There(resource, {"BucketName": name}, {}, tags.get(STACK_TAG, ""))


def _tags_of(client: Any, bucket: str) -> dict[str, str]:  # noqa: ANN401  a client of S3
    told = _or_none(lambda: client.get_bucket_tagging(Bucket=bucket)["TagSet"]) or []
    return {one["Key"]: one["Value"] for one in told}


def _stack_of(tags: Sequence[Mapping[str, str]]) -> str:
    named = {one.get("Key", one.get("key", "")): one.get("Value", one.get("value", "")) for one in tags}
    return named.get(STACK_TAG, "")


def _or_none(call: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever AWS tells
    try:
        return call()
    except ClientError as error:
        if code_of(error) in _ABSENT:
            return None
        raise


_LOOKS: Mapping[str, Callable[[Place, Resource], Iterator[There]]] = {
    "AWS::DynamoDB::Table": _table,
    "AWS::SQS::Queue": _queue,
    "AWS::Logs::LogGroup": _logs,
    "AWS::Serverless::Function": _function,
    "AWS::StepFunctions::StateMachine": _machine,
    "AWS::S3::Bucket": _bucket,
}
