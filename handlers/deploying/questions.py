"""Ask a person for the parameters of template.yaml, group by group.

`sam deploy --guided` cannot be used for them: it asks for a secret until it is given one, and a
company without Looker has none to give.
"""

import re
from collections.abc import Callable, Collection, Sequence

import click

from handlers.deploying.template import Group, Parameter

EMPTY = "-"
HELP = "Enter leaves a parameter as it is deployed, or at its [default]; - empties it."


def asked(groups: Sequence[Group], settled: Collection[str], ask: Callable[[Parameter], str]) -> dict[str, str]:
    """Ask for each parameter that is not settled yet; give those that are to be set.

    `-` empties one, nothing leaves it as it is.
    """
    answers: dict[str, str] = {}
    for group in groups:
        wanted = [one for one in group.parameters if one.name not in settled]
        if wanted:
            click.secho(f"\n{group.title}", bold=True, err=True)
        answers |= {one.name: ask(one) for one in wanted}
    return {name: "" if said == EMPTY else said for name, said in answers.items() if said}


def ask(parameter: Parameter, *, is_needed: bool) -> str:
    """Ask a person for one parameter, until the answer can be right; a secret is not shown."""
    click.echo(f"  {parameter.description}", err=True)
    default = f" [{parameter.default}]" if parameter.default else ""
    answer: str = click.prompt(
        f"  {parameter.name}{default}",
        default="",
        hide_input=parameter.is_secret,
        show_default=False,
        value_proc=lambda said: answered(said.strip(), parameter, is_needed=is_needed),
        err=True,
    )
    return answer


def answered(said: str, parameter: Parameter, *, is_needed: bool) -> str:
    """Give an answer back where it can be taken; click.UsageError otherwise.

    One that is needed has no default and was never deployed: it cannot be left as it is.
    """
    if is_needed and said in {"", EMPTY}:
        raise click.UsageError(f"{parameter.name} is needed: it has no default, and was not deployed yet")
    return said if said in {"", EMPTY} else checked(said, parameter)


def checked(said: str, parameter: Parameter) -> str:
    """Give a value back where CloudFormation would take it; click.UsageError otherwise."""
    parts = [part.strip() for part in said.split(",")] if parameter.is_list else [said]
    if not all(re.fullmatch(parameter.pattern, part) for part in parts):
        raise click.UsageError(f"expected {parameter.pattern}")
    if parameter.allowed and said not in parameter.allowed:
        raise click.UsageError(f"expected one of {', '.join(parameter.allowed)}")
    if parameter.bounds is not None:
        _check_number(said, *parameter.bounds)
    return said


def _check_number(said: str, least: float, most: float) -> None:
    if not (said.isdecimal() and least <= int(said) <= most):
        raise click.UsageError(f"expected a whole number, {least:g} to {most:g}")
