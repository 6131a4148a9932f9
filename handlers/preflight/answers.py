"""An org's answers: asked of Salesforce's CLI, or read from files that its output was kept in."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from handlers.metadata.cli_answer import NoAnswerError, Records, RefusedError, result_of
from handlers.metadata.shell_text import shell_text
from handlers.preflight.questions import Question

Row: TypeAlias = Mapping[str, Any]
_Form = TypeVar("_Form")
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


def rows(answers: Answers, question: Question) -> list[dict[str, Any]]:
    """Give the records that a query finds, all of them. Raises NotKnown where some may be missing."""
    found = _result(answers.output(question), Records[dict[str, Any]])
    if not found.is_whole:
        raise NotKnown(f"the answer has {len(found.records)} of {found.total_size} records")
    return found.records


def description(answers: Answers, crm_object: Question) -> Row:
    """Give the description of an object. Raises NotKnown where the org shows none."""
    result = _result(answers.output(crm_object), dict[str, Any])
    if not isinstance(result.get("fields"), list) or not result["fields"]:
        raise NotKnown("the answer describes no fields")
    return result


def _result(text: str, form: type[_Form]) -> _Form:
    try:
        return result_of(text, form)
    except NoAnswerError as error:
        raise NotKnown(str(error)) from error
    except RefusedError as error:
        if any(word in str(error) for word in _NO_ORG):
            raise NoOrg(_for_people(error.message)) from error
        raise NotKnown(str(error)) from error


def _for_people(message: str) -> str:
    """Leave out what Salesforce's CLI says about its own flags and help, and the full stop."""
    return message.removeprefix("Parsing --target-org ").removesuffix(" See more help with --help").rstrip(".")
