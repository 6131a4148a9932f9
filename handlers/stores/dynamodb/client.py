"""The connection to DynamoDB, and what its errors ask for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
import botocore.exceptions as errors
from boto3.session import Session
from botocore.config import Config

from handlers.stores.dynamodb.bodies import decode_quickly
from handlers.stores.protocol import RefusedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

CALLS_AT_ONCE = 8
BUSY = "DynamoDB: it is too busy: run the same again later"

_ADVICE: Mapping[type[Exception], str] = {
    errors.NoRegionError: "no AWS region is set: set AWS_DEFAULT_REGION",
    errors.NoCredentialsError: "no AWS credentials are found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID with its secret",
    errors.PartialCredentialsError: "AWS credentials are incomplete: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    errors.ProfileNotFound: "the AWS profile is unknown: set AWS_PROFILE to one that `aws configure` made",
    errors.ConnectionError: "it cannot be reached: check the network, the region and AWS_ENDPOINT_URL_DYNAMODB",
}
_CODES: Mapping[str, str] = {
    "UnrecognizedClientException": "the AWS credentials are not valid: renew them",
    "ExpiredTokenException": "the AWS credentials have expired: renew them",
    "AccessDeniedException": "the AWS credentials do not allow it: grant the rights on the store's tables",
    "ResourceNotFoundException": "its tables are missing: open the store anew, which makes them",
}
_BUSY = {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"}


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn the errors of AWS into a StoreError of one line that says what to do."""
    try:
        yield
    except errors.ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ValidationException":
            raise RefusedError(f"DynamoDB: {error}") from error
        raise StoreError(BUSY if code in _BUSY else f"DynamoDB: {_CODES.get(code, error)}") from error
    except errors.BotoCoreError as error:
        advice = next((said for kind, said in _ADVICE.items() if isinstance(error, kind)), str(error))
        raise StoreError(f"DynamoDB: {advice}") from error


def connect(tries: int = 5, session: Session | None = None) -> DynamoDBClient:
    """Make a client by the environment that AWS's own tools use; raises StoreError where it lacks something.

    A call that is throttled, or fails on the way, is made again up to so many `tries`, ever more slowly.
    A `session` of others, if any, has read by now what each reads of botocore's own files.
    """
    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": tries},
        max_pool_connections=CALLS_AT_ONCE,
        connect_timeout=5,
        read_timeout=20,
    )
    with store_errors():
        client = (session or Session()).client("dynamodb", config=config)
    decode_quickly(client)
    return client


def process_session() -> Session:
    """Give the session that a function's other clients are made of: it reads botocore's lists and endpoints once."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return boto3.DEFAULT_SESSION or Session()
