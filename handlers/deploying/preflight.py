"""The preflight: everything that would stop a deployment, looked at before the build, each with what to do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from handlers.deploying.account import (
    Caller,
    caller,
    check_account,
    check_names_stay,
    check_region,
    check_state,
)
from handlers.deploying.aws import Aws
from handlers.deploying.environment import Environment
from handlers.deploying.existing import Place
from handlers.deploying.finding import DeployingError, Finding
from handlers.deploying.folder import ROOT, check_folder
from handlers.deploying.given import effective
from handlers.deploying.judging import CHECK, Adoption, Refusal, findings, judged
from handlers.deploying.listening import CHECK as ALARMS
from handlers.deploying.listening import check_alarms
from handlers.deploying.names import resources
from handlers.deploying.quotas import check_concurrency, check_event_source, check_mail, check_roles
from handlers.deploying.reach import check_reach
from handlers.deploying.stack import Stack, describe
from handlers.deploying.template import Plain

RIGHTS = "make iam prints what whoever deploys must be allowed (docs/operations.md, who may do what)"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment that is to be: its environment, its parameters so far, and what stands there."""

    environment: Environment
    aws: Aws
    template: Plain
    given: Mapping[str, str]
    may_adopt: bool = True
    root: Path = ROOT

    def values(self, stack: Stack | None) -> dict[str, str]:
        """Give every parameter as it will be."""
        return effective(self.given, stack, self.template)


def preflight(deployment: Deployment) -> Iterator[Finding]:
    """Look at everything; what cannot be looked at for want of a right is not known, and stops nothing."""
    environment, aws = deployment.environment, deployment.aws
    try:
        who, stack = caller(aws), describe(aws, environment.stack)
    except DeployingError as error:
        yield Finding("credentials", "stops", str(error), "aws sts get-caller-identity must answer; then again")
        return
    yield check_account(environment, who)
    yield check_region(environment, aws)
    yield check_state(environment.stack, stack)
    yield from check_names_stay(environment, stack)
    yield from _of_account(deployment, who, stack)
    yield from _of_parameters(deployment, stack)


def _of_account(deployment: Deployment, who: Caller, stack: Stack | None) -> Iterator[Finding]:
    aws, values = deployment.aws, deployment.values(stack)
    yield from _tried("concurrency", lambda: check_concurrency(aws, deployment.template, values, stack))
    yield from _tried("roles", lambda: check_roles(aws))
    yield from _tried("event source", lambda: check_event_source(aws, values))
    yield from _tried("mail", lambda: check_mail(aws, values))
    yield from _tried(ALARMS, lambda: check_alarms(aws, who, values, stack))
    yield from _tried(CHECK, lambda: _names(deployment, who, stack))


def _names(deployment: Deployment, who: Caller, stack: Stack | None) -> Iterator[Finding]:
    adopted, refused = there(deployment, who, stack)
    for one in findings(adopted, refused):
        if one.verdict == "look" and not deployment.may_adopt:
            yield Finding(
                one.check, "stops", one.found, "look at the list; to take them in without a question: ADOPT=yes"
            )
        else:
            yield one


def there(deployment: Deployment, who: Caller, stack: Stack | None) -> tuple[list[Adoption], list[Refusal]]:
    """Look at all that is there under a name of the stack, but not in it. Raises DeployingError."""
    place = Place(deployment.aws, who.account, who.partition, deployment.environment.stack, stack)
    return judged(place, list(resources(deployment.template, deployment.values(stack))))


def plan(deployment: Deployment) -> tuple[list[Adoption], Stack | None]:
    """Give what is to be adopted, and the stack as it is. Raises DeployingError, also where something is another's."""
    who, stack = caller(deployment.aws), describe(deployment.aws, deployment.environment.stack)
    adopted, refused = there(deployment, who, stack)
    if refused:
        raise DeployingError("; ".join(f"{one.found}: {one.remedy}" for one in refused))
    return adopted, stack


def _of_parameters(deployment: Deployment, stack: Stack | None) -> Iterator[Finding]:
    values = deployment.values(stack)
    finding, config = check_folder(values["ConfigFolder"], deployment.root)
    yield finding
    yield from check_reach(values, "" if config is None else config.sink)


def _tried(check: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        found = list(look())
    except DeployingError as error:
        found = [Finding(check, "not known", str(error), RIGHTS)]
    yield from found
