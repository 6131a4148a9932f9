"""AWS as whoever deploys reaches it: clients by service, and errors as one line that says what to do."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import botocore.exceptions as errors
from boto3.session import Session
from botocore.config import Config

from handlers.deploying.finding import AwsRefusedError, DeployingError

_CONFIG: Final = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})
_ADVICE: Mapping[type[Exception], str] = {
    errors.NoRegionError: "no region is set: name it in the environment's file, or set AWS_DEFAULT_REGION",
    errors.NoCredentialsError: "no credentials are found: log in (aws sso login, aws configure), or set AWS_PROFILE",
    errors.PartialCredentialsError: "the credentials are incomplete: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    errors.ProfileNotFound: "the profile is unknown: set AWS_PROFILE to one that `aws configure list-profiles` names",
    errors.SSOError: "the log-in has expired: aws sso login",
    errors.TokenRetrievalError: "the log-in has expired: aws sso login",
    errors.CredentialRetrievalError: "no credentials came: log in again, or run what gives them to you again",
    errors.ConnectionError: "AWS cannot be reached: check the network, and the region's name",
}
_REFUSED: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
}
_EXPIRED: Final = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class Aws:
    """One account in one region; a client is made when it is first asked for."""

    def __init__(self, region: str | None = None) -> None:
        """Use the credentials that AWS's own tools use; the region is the shell's where none is given."""
        with aws_errors():
            self._session = Session(region_name=region or None)
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """Name the region; raises DeployingError where none is known."""
        if not self._session.region_name:
            raise DeployingError(_ADVICE[errors.NoRegionError])
        return self._session.region_name

    def client(self, service: str) -> Any:  # noqa: ANN401  a client of any service
        """Give the client of a service."""
        if service not in self._clients:
            with aws_errors():
                self._clients[service] = self._session.client(service, config=_CONFIG)  # type: ignore[call-overload]
        return self._clients[service]


def region_of_shell(environ: Mapping[str, str] = os.environ) -> str:
    """Name the region that the shell's own commands use; empty where it names none."""
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn the errors of AWS into a DeployingError of one line; AwsRefusedError where a right is missing."""
    try:
        yield
    except errors.ClientError as error:
        code = code_of(error)
        if code in _REFUSED:
            raise AwsRefusedError(" ".join(str(error).split())) from error
        raise DeployingError(_said(code, error)) from error
    except errors.BotoCoreError as error:
        advice = next((said for kind, said in _ADVICE.items() if isinstance(error, kind)), str(error))
        raise DeployingError(advice) from error


def code_of(error: errors.ClientError) -> str:
    """Give the code of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _said(code: str, error: errors.ClientError) -> str:
    if code in _EXPIRED:
        return "the credentials have expired, or are not valid: log in again (aws sso login, aws configure)"
    return " ".join(str(error).split())
