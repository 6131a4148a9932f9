"""Secrets by reference: parameters that name a value of Secrets Manager, each pinned to the version that is current.

CloudFormation reads a secret again only where the text of its reference changes. So each deployment writes the id of
the current version into the reference: a secret that was rotated since is then another text, and is deployed.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from handlers.deploying.finding import DeployingError

BEGIN = "{{resolve:"
EXAMPLE = "{{resolve:secretsmanager:healthscore/production:SecretString:NAME}}"
PATTERN = re.compile(
    r"\{\{resolve:secretsmanager:(?P<secret>arn:[^:{}\s]+:secretsmanager:[^:{}\s]+:[0-9]+:secret:[^:{}\s]+|[^:{}\s]+)"
    r"(:SecretString(:(?P<key>[^:{}]*)(:(?P<stage>[^:{}]*)(:(?P<version>[^:{}]*))?)?)?)?\}\}"
)


class ReferencesError(DeployingError):
    """References that cannot be followed, all of them in one line; it names parameters and secrets, never a value."""


class Secrets(Protocol):
    """The part of the client of Secrets Manager that is asked."""

    def get_secret_value(self, *, SecretId: str, **of: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's own spelling
        """Give a version of a secret."""
        ...


Connect: TypeAlias = Callable[[], Secrets]


@dataclass(frozen=True, slots=True)
class Reference:
    """A value of Secrets Manager: a secret by name or ARN, a key of its JSON, a stage or a version; "" for none."""

    secret: str
    key: str = ""
    stage: str = ""
    version: str = ""

    def at(self, version: str) -> str:
        """Write it as CloudFormation reads it, at a version."""
        return f"{BEGIN}secretsmanager:{self.secret}:SecretString:{self.key}::{version}}}}}"

    @property
    def asked(self) -> dict[str, str]:
        """Say which version is asked for, as Secrets Manager takes it."""
        of = {"VersionId": self.version, "VersionStage": self.stage}
        return {"SecretId": self.secret, **{name: value for name, value in of.items() if value}}


def is_reference(value: str) -> bool:
    """Tell whether a parameter names a value that stands elsewhere, rightly or not."""
    return value.startswith(BEGIN)


def parsed(value: str) -> Reference:
    """Read a reference; raises ReferencesError where CloudFormation could not follow it in a function's environment."""
    found = PATTERN.fullmatch(value)
    if found is None:
        raise ReferencesError(f"{value} is no reference that a function's environment can hold: expected {EXAMPLE}")
    parts = {name: part or "" for name, part in found.groupdict().items()}
    if parts["stage"] and parts["version"]:
        raise ReferencesError(f"{value} names a stage and a version: leave one of them out")
    return Reference(**parts)


def pinned(parameters: Mapping[str, str], connect: Connect) -> dict[str, str]:
    """Give parameters with each reference at its current version; raises ReferencesError, all that is wrong in it.

    Secrets Manager is connected to only where there is a reference, and asked once for each secret.
    """
    named = {name: value for name, value in parameters.items() if is_reference(value)}
    if not named:
        return dict(parameters)
    vault, problems, found = _Vault(connect()), [], {}
    for name, value in named.items():
        try:
            found[name] = vault.pinned(parsed(value))
        except ReferencesError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise ReferencesError("; ".join(problems))
    return {**parameters, **found}


class _Vault:
    """Secrets Manager, asked once for each version of a secret."""

    def __init__(self, secrets: Secrets) -> None:
        """Ask a client."""
        self._secrets = secrets
        self._known: dict[tuple[str, ...], Mapping[str, Any]] = {}

    def pinned(self, reference: Reference) -> str:
        """Write a reference at the version that it leads to now, once it leads to a text."""
        answer = self._answer(reference)
        text = answer.get("SecretString")
        if not isinstance(text, str):
            raise ReferencesError(f"the secret {reference.secret} holds bytes, no text")
        if not (_of_key(text, reference) if reference.key else text).strip():
            raise ReferencesError(f"the secret {reference.secret} is empty there: an empty parameter is written as ''")
        return reference.at(str(answer["VersionId"]))

    def _answer(self, reference: Reference) -> Mapping[str, Any]:
        asked = tuple(reference.asked.values())
        if asked not in self._known:
            try:
                self._known[asked] = self._secrets.get_secret_value(**reference.asked)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                raise ReferencesError(f"the secret {reference.secret} cannot be read ({code})") from None
            except BotoCoreError as error:
                kind = type(error).__name__
                raise ReferencesError(f"Secrets Manager cannot be asked for {reference.secret} ({kind})") from None
        return self._known[asked]


def _of_key(text: str, reference: Reference) -> str:
    try:
        value = json.loads(text)[reference.key]
    except (ValueError, KeyError, TypeError):
        raise ReferencesError(f"the secret {reference.secret} has no key {reference.key}") from None
    if not isinstance(value, str):
        raise ReferencesError(f"the secret {reference.secret} has no text under {reference.key}")
    return value
