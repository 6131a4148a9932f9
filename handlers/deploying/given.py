"""Which parameters a deployment is given: those of the environment's file, and what was answered."""

from collections.abc import Iterable, Mapping

import click

from handlers.deploying.environment import Environment
from handlers.deploying.finding import DeployingError
from handlers.deploying.questions import HELP, ask, asked
from handlers.deploying.stack import Stack
from handlers.deploying.template import Group, Parameter, Plain, groups, parameters


def given(environment: Environment, stack: Stack | None, template: Plain, *, may_ask: bool) -> dict[str, str]:
    """Give the parameters that are to be set; all others stay as they are deployed, or at their defaults.

    Raises DeployingError where one is needed that nobody may be asked for.
    """
    settled = dict(environment.parameters)
    needed = _needed(parameters(template).values(), stack) - settled.keys()
    if may_ask:
        return settled | _answers(groups(template), settled, needed)
    if needed:
        raise DeployingError(
            f"{', '.join(sorted(needed))} needed: no default, not deployed yet, not in the environment's file, "
            "and ASK=no asks nothing: deploy once in a terminal without it"
        )
    return settled


def _answers(asked_for: tuple[Group, ...], settled: Mapping[str, str], needed: set[str]) -> dict[str, str]:
    click.echo(HELP, err=True)

    def answer(parameter: Parameter) -> str:
        return ask(parameter, is_needed=parameter.name in needed)

    return asked(asked_for, settled, answer)


def _needed(known: Iterable[Parameter], stack: Stack | None) -> set[str]:
    deployed = {} if stack is None else stack.parameters
    return {one.name for one in known if one.default is None and one.name not in deployed}


def effective(given: Mapping[str, str], stack: Stack | None, template: Plain) -> dict[str, str]:
    """Give every parameter as it will be: as given, else as deployed, else its default.

    A secret that is deployed is HIDDEN, one that is neither given nor deployed and has no default is missing.
    """
    deployed = {} if stack is None else stack.parameters
    defaults = {one.name: one.default for one in parameters(template).values() if one.default is not None}
    return {**defaults, **{name: value for name, value in deployed.items() if name in template["Parameters"]}, **given}
