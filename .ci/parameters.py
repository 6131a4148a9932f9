"""Ask for the parameters of template.yaml, group by group, and write what was answered as YAML for sam.

`sam deploy --guided` cannot be used for them: it asks for a secret until it is given one, and a
company without Looker has none to give.
"""

# ruff: noqa: E402  a stop is one line from the first line on, whatever is still being imported
from handlers.stopping import Stopped, end_at_once, end_in_order

STOPPED = "stopped: nothing was deployed, nothing of what was answered is kept"
if __name__ == "__main__":
    end_at_once(STOPPED)

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import click
import yaml

Parameter: TypeAlias = Mapping[str, Any]

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
EMPTY = "-"


class _Loader(yaml.SafeLoader):
    """Reads a template; short functions (`!Sub`) are passed over, parameters have none."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, _node: None)


def read_template() -> dict[str, Any]:
    """Read the template."""
    read: dict[str, Any] = yaml.load(TEMPLATE.read_text(), _Loader)  # noqa: S506  built on SafeLoader
    return read


def asked(template: Mapping[str, Any], ask: Callable[[str, Parameter], str]) -> dict[str, str]:
    """Ask for each parameter; give those that are to be set. `-` empties one, nothing leaves it as it is."""
    answers = {name: ask(name, template["Parameters"][name]) for name in _in_order(template)}
    return {name: "" if said == EMPTY else said for name, said in answers.items() if said}


def _in_order(template: Mapping[str, Any]) -> Iterator[str]:
    for group in template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]:
        click.secho(f"\n{group['Label']['default']}", bold=True, err=True)
        yield from group["Parameters"]


def ask(name: str, parameter: Parameter) -> str:
    """Ask a person for one parameter, until the answer can be right; a secret is not shown."""
    click.echo(f"  {parameter['Description']}", err=True)
    default = f" [{parameter['Default']}]" if parameter.get("Default") not in {None, ""} else ""
    answer: str = click.prompt(
        f"  {name}{default}",
        default="",
        hide_input=parameter.get("NoEcho", False),
        show_default=False,
        value_proc=lambda said: checked(said.strip(), parameter),
        err=True,
    )
    return answer


def checked(said: str, parameter: Parameter) -> str:
    """Give an answer back where CloudFormation would take it; click.UsageError otherwise."""
    if said in {"", EMPTY}:
        return said
    is_list = parameter.get("Type") == "CommaDelimitedList"
    parts = [part.strip() for part in said.split(",")] if is_list else [said]
    if not all(re.fullmatch(parameter.get("AllowedPattern", ".*"), part) for part in parts):
        raise click.UsageError(f"expected {parameter['AllowedPattern']}")
    allowed = [str(value) for value in parameter.get("AllowedValues", [])]
    if allowed and said not in allowed:
        raise click.UsageError(f"expected one of {', '.join(allowed)}")
    return said


def main(path: Path) -> None:
    """Ask, and write what was answered; where it is stopped, or not answered, say so in one line."""
    end_in_order(STOPPED)
    try:
        click.echo("Enter leaves a parameter as it is deployed, or at its [default]; - empties it.", err=True)
        path.write_text(json.dumps(asked(read_template(), ask)))
    except Stopped as stop:
        _leave(STOPPED, stop.code)
    except click.Abort:
        _leave("the questions ended before they were answered: run it in a terminal, or with ASK=no", 1)


def _leave(said: str, code: int) -> NoReturn:
    click.echo(f"\nhealthscore: {said}" if sys.stderr.isatty() else f"healthscore: {said}", err=True)
    sys.exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
