"""A stand-in for the AWS CLI: the words of a command become a call of boto3, by botocore's models, as the CLI does.

What the CLI makes of several calls (`logs tail`, `s3 cp`) it does not know. Its waiters ask again after a moment.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import botocore.session
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name

Client: TypeAlias = Any
OF_THE_CLI = frozenset({"query", "output"})
_PATIENCE = {"Delay": 0.2, "MaxAttempts": 100}


@dataclass(frozen=True, slots=True)
class Cli:
    """The CLI, by the clients of the services that it calls."""

    client: Callable[[str], Client]

    def run(self, words: Sequence[str]) -> str:
        """Run a command by its words, without the `aws` before them; gives what it prints."""
        service, operation, *rest = words
        client = self.client(service)
        if operation == "wait":
            waiter, asked = _asked_by(service, rest[0])
            client.get_waiter(waiter).wait(**_arguments(client, asked, options(rest[1:])), WaiterConfig=_PATIENCE)
            return ""
        given = options(rest)
        deed = operation.replace("-", "_")
        answer = getattr(client, deed)(**_arguments(client, client.meta.method_to_api_mapping[deed], given))
        answer.pop("ResponseMetadata", None)
        return _printed(answer, given)


def options(words: Sequence[str]) -> dict[str, list[str]]:
    """Give what follows each option."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word.removeprefix("--")] = []
        else:
            found[[*found][-1]].append(word)
    return found


def _asked_by(service: str, waiter: str) -> tuple[str, str]:
    """Name a waiter as botocore does, and the operation that it asks by."""
    model = botocore.session.get_session().get_waiter_model(service)
    (name,) = (name for name in model.waiter_names if xform_name(name, "-") == waiter)
    return xform_name(name), model.get_waiter(name).operation


def _arguments(client: Client, operation: str, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    shape = client.meta.service_model.operation_model(operation).input_shape
    members = {xform_name(name, "-"): name for name in shape.members}
    told = {option: values for option, values in given.items() if option not in OF_THE_CLI}
    made = {}
    for option, values in told.items():
        name = option if option in members else option.removeprefix("no-")
        made[members[name]] = _value(shape.members[members[name]], values, is_on=name == option)
    return made


def _value(shape: Any, words: Sequence[str], *, is_on: bool = True) -> Any:  # noqa: ANN401 - of any type of a model
    """Read the words after an option: a word, a list of words, or the CLI's shorthand of a structure."""
    if shape.type_name == "boolean":
        return is_on if not words else words[0] == "true"
    if shape.type_name == "list":
        return [_value(shape.member, [word]) for word in words]
    (word,) = words
    if shape.type_name == "structure":
        pairs = (pair.partition("=") for pair in word.split(","))
        return {name: _value(shape.members[name], [value]) for name, _, value in pairs}
    return int(word) if shape.type_name in ("integer", "long") else word


def _printed(answer: Any, given: Mapping[str, Sequence[str]]) -> str:  # noqa: ANN401 - what an operation answers
    found = jmespath.search(given["query"][0], answer) if "query" in given else answer
    if given.get("output") != ["text"]:
        return json.dumps(found, indent=4, default=str) + "\n"
    return ("\t".join(map(str, found)) if isinstance(found, list) else str(found)) + "\n"
