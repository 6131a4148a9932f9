"""Which environment a call means: the file of ENV, or, without one, the stack of STACK as it is deployed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from handlers.deploying.aws import region_of_shell
from handlers.deploying.environment import FOLDER, PRODUCTION, Environment, path_of, read, write
from handlers.deploying.finding import DeployingError
from handlers.deploying.first_questions import first_answers
from handlers.deploying.template import Parameter


@dataclass(frozen=True, slots=True)
class Call:
    """What `make` was given: ENV, STACK, and whether anything may be asked; `folder` has the files."""

    environment: str = ""
    stack: str = ""
    may_ask: bool = True
    folder: Path = FOLDER


def target(call: Call, known: Mapping[str, Parameter]) -> Environment:
    """Find the environment; ask for what its file is to hold where there is none and it may be asked.

    Raises ConfigError where the file is wrong, DeployingError where there is none, or STACK is another than the file's.
    """
    path = path_of(call.environment or PRODUCTION, call.folder)
    if path.exists():
        return _agreed(read(path, known), call, path)
    if call.stack and not call.environment:
        return Environment(call.stack)
    if not call.may_ask:
        raise DeployingError(
            f"{path} is missing, and ASK=no asks nothing: run make deploy ENV={path.stem} once in a terminal, "
            "which asks for what it holds, and commit it; or name a stack that is deployed already by STACK="
        )
    write(path, first_answers(path.stem, known, region_of_shell(), str(path)))
    return read(path, known)


def _agreed(found: Environment, call: Call, path: Path) -> Environment:
    if call.stack and call.stack != found.stack:
        raise DeployingError(f"{path} says stack: {found.stack}, and STACK={call.stack} another: leave out STACK")
    return found
