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


_SAID: Mapping[str, str] = {
    "capped": "what may be spent in a day is spent, or too little is left: cap_a_day in words.yaml",
    "credentials": "AWS credentials or a region are missing, or have expired: set AWS_PROFILE, or renew them",
    "cut_off": "the answer was cut off: raise most_tokens in words.yaml",
    "denied": "the AWS credentials may not invoke this model: grant bedrock:InvokeModel on it and on its profile, or "
    "use the model once in Bedrock's playground",
    "empty": "the answer was empty",
    "failed": "Bedrock or the model failed",
    "invalid": "Bedrock refused the question in every form: check the model's id and region; most are asked by the id "
    "of an inference profile",
    "out_of_form": "the answer was not in the form that was asked for",
    "refused": "the model, or a guardrail, refused to answer",
    "stopped": "the model stopped for a reason that is not known here",
    "throttled": "Bedrock takes no more questions now: the account's quota for the model",
    "timed_out": "there was no answer in time: seconds in words.yaml",
    "unavailable": "the model is not available now",
    "uncounted": "the store is away, and what is spent cannot be counted",
    "unknown_model": "this region has no such model",
    "unreachable": "Bedrock cannot be reached: check the network and the region",
}


class ModelError(DetectorError):
    """A language model gave no answer that can be used; never to be taken for one that found nothing."""

    def __str__(self) -> str:
        """Say what happened, and what to do."""
        return f"the model gave no answer ({self.reason}): {_SAID.get(self.reason, 'unknown')}"

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
