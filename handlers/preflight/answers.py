"""An org's answers: asked of Salesforce's CLI, or read from files that its output was kept in."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from handlers.metadata.shell_text import shell_text
from handlers.preflight.questions import Question

Row: TypeAlias = Mapping[str, Any]
_NO_ORG = (
    "NamedOrgNotFoundError",
    "NoOrgFoundError",
    "NoAuthInfoError",
    "NoUsernameFoundError",
    "AuthInfoCreationError",
    "RefreshTokenAuthError",
    "INVALID_SESSION_ID",
    "OAuthTokenError",
)
_QUIET = {"SF_DISABLE_TELEMETRY": "true", "SF_AUTOUPDATE_DISABLE": "true", "NO_COLOR": "1"}
_SHOWN = 200


class NotKnown(Exception):  # noqa: N818  no error: an answer that leaves the question open
    """The org did not answer, or not in full: nothing follows from it."""


class NoOrg(Exception):  # noqa: N818  named for what is wrong
    """The org cannot be asked at all."""


class Answers(Protocol):
    """Whoever knows what an org answers: with the output of `sf … --json`."""

    def output(self, question: Question) -> str:
        """Give the output for a question. Raises NotKnown, or NoOrg where no question can be asked."""


@dataclass(frozen=True, slots=True)
class Cli:
    """Salesforce's CLI, which is logged in to the org."""

    program: str
    org: str
    seconds: float = 60.0

    def output(self, question: Question) -> str:
        """Ask the org."""
        call = [self.program, *question.call(self.org)]
        try:
            done = subprocess.run(  # noqa: S603  the program that the administrator has, and no shell
                call,
                check=False,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=self.seconds,
                env=os.environ | _QUIET,
            )
        except subprocess.TimeoutExpired as error:
            raise NotKnown(f"no answer within {self.seconds:g} seconds") from error
        except OSError as error:
            raise NoOrg(f"{self.program} cannot be run: {error.strerror}") from error
        return (done.stdout or done.stderr).decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A folder with the output of each question in NAME.json."""

    folder: Path

    def output(self, question: Question) -> str:
        """Read the answer that was kept."""
        path = self.folder / f"{question.name}.json"
        if not path.exists():
            raise NotKnown(f"{path} is not there")
        return shell_text(path.read_bytes())


@dataclass(frozen=True, slots=True)
class Once:
    """Answers of which each is asked for once."""

    asked: Answers
    kept: dict[str, str | NotKnown] = field(default_factory=dict)

    def output(self, question: Question) -> str:
        """Give the answer, or say again that there is none."""
        if question.name not in self.kept:
            try:
                self.kept[question.name] = self.asked.output(question)
            except NotKnown as error:
                self.kept[question.name] = error
        answer = self.kept[question.name]
        if isinstance(answer, NotKnown):
            raise answer
        return answer


def rows(answers: Answers, question: Question) -> list[Row]:
    """Give the records that a query finds, all of them. Raises NotKnown where some may be missing."""
    result = _result(answers.output(question))
    found, total = result.get("records"), result.get("totalSize")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found) or not isinstance(total, int):
        raise NotKnown("the answer has no list of records")
    if result.get("done") is not True or len(found) != total:
        raise NotKnown(f"the answer has {len(found)} of {total} records")
    return found


def description(answers: Answers, crm_object: Question) -> Row:
    """Give the description of an object. Raises NotKnown where the org shows none."""
    result = _result(answers.output(crm_object))
    if not isinstance(result.get("fields"), list) or not result["fields"]:
        raise NotKnown("the answer describes no fields")
    return result


def _result(text: str) -> Row:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise NotKnown(f"the answer is no JSON: {_short(text) or 'nothing'}") from error
    if not isinstance(said, dict) or said.get("status") != 0:
        raise _refusal(said if isinstance(said, dict) else {})
    result = said.get("result")
    if not isinstance(result, dict):
        raise NotKnown("the answer has no result")
    return result


def _refusal(said: Row) -> Exception:
    name, message = str(said.get("name", "")), _short(str(said.get("message", "no reason given")))
    if any(word in name or word in message for word in _NO_ORG):
        return NoOrg(_for_people(message))
    return NotKnown(f"{name}: {message}" if name else message)


def _for_people(message: str) -> str:
    """Leave out what Salesforce's CLI says about its own flags and help, and the full stop."""
    return message.removeprefix("Parsing --target-org ").removesuffix(" See more help with --help").rstrip(".")


def _short(text: str) -> str:
    return " ".join(text.split())[:_SHOWN]
