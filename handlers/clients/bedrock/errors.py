"""What goes wrong when a language model is asked, in one word each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import botocore.exceptions as errors

from handlers.detection.detected import DetectorError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOR_ALL = frozenset({"capped", "credentials", "denied", "invalid", "uncounted", "unknown_model"})
"""Reasons that hold for every other message, too: there is no use in asking on."""

PASSING = frozenset({"capped", "failed", "throttled", "timed_out", "unavailable", "uncounted", "unreachable"})
"""Reasons that may be gone later: the same message may be asked about again."""

_UNBILLED = frozenset({"credentials", "denied", "invalid", "throttled", "unavailable", "unknown_model", "unreachable"})

_CODES: Mapping[str, str] = {
    "AccessDeniedException": "denied",
    "ExpiredTokenException": "credentials",
    "ModelNotReadyException": "unavailable",
    "ModelTimeoutException": "timed_out",
    "ResourceNotFoundException": "unknown_model",
    "ServiceQuotaExceededException": "throttled",
    "ServiceUnavailableException": "unavailable",
    "ThrottlingException": "throttled",
    "TooManyRequestsException": "throttled",
    "UnrecognizedClientException": "credentials",
    "ValidationException": "invalid",
}
_KINDS: Mapping[type[Exception], str] = {
    errors.ConnectTimeoutError: "unreachable",
    errors.EndpointConnectionError: "unreachable",
    errors.NoCredentialsError: "credentials",
    errors.ParamValidationError: "invalid",
    errors.PartialCredentialsError: "credentials",
    errors.ProfileNotFound: "credentials",
    errors.ReadTimeoutError: "timed_out",
}


class ModelError(DetectorError):
    """A language model gave no answer that can be used; never to be taken for one that found nothing."""

    @property
    def is_for_all(self) -> bool:
        """Tell whether every other question would fail alike."""
        return self.reason in FOR_ALL

    @property
    def is_passing(self) -> bool:
        """Tell whether the same question may be answered later."""
        return self.reason in PASSING

    @property
    def is_unbilled(self) -> bool:
        """Tell whether Bedrock surely asks no money for the call."""
        return self.reason in _UNBILLED


def reason_of(error: errors.ClientError | errors.BotoCoreError) -> str:
    """Give the one word for an error of botocore; its text is not repeated, for it may repeat the message's."""
    if isinstance(error, errors.ClientError):
        return _CODES.get(error.response["Error"]["Code"], "failed")
    return next((reason for kind, reason in _KINDS.items() if isinstance(error, kind)), "failed")
