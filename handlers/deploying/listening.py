"""Does anybody hear the alarms: a topic that nobody has subscribed to, or confirmed, tells nobody."""

from collections.abc import Iterator, Mapping

from handlers.deploying.account import Caller
from handlers.deploying.aws import Aws, aws_errors
from handlers.deploying.finding import Finding
from handlers.deploying.stack import Stack

CHECK = "alarms"
_CONFIRM = "open the mail of AWS Notifications and confirm; where it is lost: SNS, Subscriptions, Request confirmation"


def check_alarms(aws: Aws, who: Caller, values: Mapping[str, str], stack: Stack | None) -> Iterator[Finding]:
    """See that somebody is told when an alarm goes off."""
    mail, endpoints = values.get("AlarmEmail", ""), {} if stack is None else _endpoints(aws, who, values["Prefix"])
    waiting = sorted(name for name, arn in endpoints.items() if arn == "PendingConfirmation")
    if not mail and len(waiting) == len(endpoints):
        said = "nobody is told when an alarm goes off: AlarmEmail is empty, and nobody else has subscribed"
        remedy = "give AlarmEmail, or subscribe what your company is woken by to the topic of alarms"
        yield Finding(CHECK, "look", said, remedy)
    elif waiting:
        yield Finding(CHECK, "look", f"{', '.join(waiting)} has not confirmed, and gets no alarm yet", _CONFIRM)


def _endpoints(aws: Aws, who: Caller, prefix: str) -> dict[str, str]:
    """Give who subscribed to the topic of alarms, each with the subscription's ARN; nobody where there is no topic."""
    topic = f"arn:{who.partition}:sns:{aws.region}:{who.account}:{prefix}-alarms"
    client = aws.client("sns")
    with aws_errors():
        try:
            told = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        except client.exceptions.NotFoundException:
            return {}
    return {one["Endpoint"]: one["SubscriptionArn"] for one in told}
