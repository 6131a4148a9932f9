"""CSV files of dry runs in the reports bucket, without the rows of somebody."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, TypeAlias

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from handlers.stores.protocol import StoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "dry-runs/"

Theirs: TypeAlias = Callable[[str], bool]
"""Tells whether a cell of a row names them."""


def erase_rows(bucket: str, is_theirs: Theirs, *, write: bool) -> int:
    """Take the rows of somebody out of every file, or count them. Raises StoreError where the bucket cannot be used.

    A file that is written anew begins its 90 days again.
    """
    try:
        client = boto3.client("s3")
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=FOLDER)
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return sum(_erase_rows(client, bucket, key, is_theirs, write=write) for key in keys)
    except (ClientError, BotoCoreError) as error:
        raise StoreError(f"the reports bucket cannot be used: {error}") from error


def _erase_rows(client: S3Client, bucket: str, key: str, is_theirs: Theirs, *, write: bool) -> int:
    said = client.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8-sig")
    rows = list(csv.reader(StringIO(said)))
    kept = [row for row in rows if not any(map(is_theirs, row))]
    if write and len(kept) < len(rows):
        text = StringIO()
        csv.writer(text).writerows(kept)
        client.put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())
    return len(rows) - len(kept)
