"""Is it the right account and region, and may the stack be changed as it is now?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handlers.deploying.aws import Aws, aws_errors, region_of_shell
from handlers.deploying.environment import Environment
from handlers.deploying.finding import Finding
from handlers.deploying.stack import Stack


@dataclass(frozen=True, slots=True)
class Caller:
    """Who deploys: the account, and the principal by its ARN."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """Name the partition: aws, aws-cn, aws-us-gov."""
        return self.arn.split(":")[1]


def caller(aws: Aws) -> Caller:
    """Ask AWS who we are. Raises DeployingError where the credentials do not work."""
    with aws_errors():
        told = aws.client("sts").get_caller_identity()
    return Caller(told["Account"], told["Arn"])


def check_account(environment: Environment, who: Caller) -> Finding:
    """Refuse another account than the environment's."""
    if environment.account is not None and environment.account != who.account:
        said = f"you are {who.arn}; the environment {environment.name} belongs to the account {environment.account}"
        return Finding("account", "stops", said, "log in to that account (AWS_PROFILE), or correct account in its file")
    bound = "" if environment.account else "; the environment's file names none, so any would do"
    return Finding("account", "fine", f"{who.account}, as {who.arn}{bound}")


def check_region(environment: Environment, aws: Aws, shell: str | None = None) -> Finding:
    """Refuse another region than the shell's: what is done beside the deployment would go elsewhere."""
    here = region_of_shell() if shell is None else shell
    if here and here != aws.region:
        said = f"the shell says {here}, the environment {environment.name} {aws.region}"
        remedy = f"export AWS_REGION={aws.region} AWS_DEFAULT_REGION={aws.region}, or correct region in its file"
        return Finding("region", "stops", said, remedy)
    return Finding("region", "fine", aws.region)


def check_names_stay(environment: Environment, stack: Stack | None) -> Iterator[Finding]:
    """Refuse a file whose prefix is another than the deployed: every table would be made anew, empty."""
    deployed = "" if stack is None else stack.parameters.get("Prefix", "")
    if environment.prefix is not None and deployed and deployed != environment.prefix:
        said = (
            f"the stack {environment.stack} is deployed with the prefix {deployed}, the file says {environment.prefix}"
        )
        remedy = f"write prefix: {deployed} into the file, or give the environment another stack: tables do not move"
        yield Finding("prefix", "stops", said, remedy)


_STATES: Mapping[str, str] = {
    "ROLLBACK_COMPLETE": "its first deployment failed. Tables, dead letters and reports stay when it goes, and the "
    "next deployment adopts them: aws cloudformation delete-stack --stack-name {0}; then deploy again",
    "ROLLBACK_FAILED": "its first deployment failed (docs/operations.md, a stack update failed): "
    "aws cloudformation delete-stack --stack-name {0}; then deploy again",
    "CREATE_FAILED": "aws cloudformation delete-stack --stack-name {0}; then deploy again",
    "DELETE_FAILED": "aws cloudformation delete-stack --stack-name {0} names what it cannot delete; mend that, again",
    "UPDATE_ROLLBACK_FAILED": "mend what its events name, then aws cloudformation continue-update-rollback "
    "--stack-name {0}; docs/operations.md, go on with a rollback that failed",
    "IMPORT_ROLLBACK_FAILED": "look at its events; AWS's support may have to put it right",
    "UPDATE_FAILED": "aws cloudformation rollback-stack --stack-name {0}; then deploy again",
}
_BUSY = "wait until it has ended: aws cloudformation describe-stacks --stack-name {0}; then deploy again"


def check_state(name: str, stack: Stack | None) -> Finding:
    """Say whether CloudFormation takes a change of the stack now, and what to do where not."""
    if stack is None:
        return Finding("stack", "fine", f"{name} is not there yet, and will be made")
    remedy = _BUSY if stack.status.endswith("_IN_PROGRESS") else _STATES.get(stack.status)
    if remedy is None:
        return Finding("stack", "fine", f"{name} is {stack.status}, and will be changed")
    reason = f": {stack.reason}" if stack.reason else ""
    return Finding("stack", "stops", f"{name} is {stack.status}{reason}", remedy.format(name))
