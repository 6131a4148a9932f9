"""What a run leaves for people beside its records: a CSV file in a bucket, figures in an operational table."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import boto3

from handlers.sinks.csv_file import CsvWriter
from scoring.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.record_map import RecordMap
    from scoring.instants import Instant
    from scoring.record import Record


class BucketCsv:
    """Writes records as CSV into a bucket."""

    def __init__(self, bucket: str, key: str, record_map: RecordMap) -> None:
        """Write to a key of a bucket, in the columns of `record_map`."""
        self._bucket = bucket
        self._key = key
        self._map = record_map

    def write(self, records: Iterable[Record]) -> None:
        """Write all records of a run; what stood there before is replaced. Raises what boto3 raises."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "records.csv"
            CsvWriter(path, self._map).write(records)
            boto3.client("s3").upload_file(str(path), self._bucket, self._key)


def keep_in(bucket: str, key: str, body: bytes) -> dict[str, str]:
    """Keep bytes in a bucket, and say where: what stood under the key is replaced. Raises what boto3 raises."""
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    return {"bucket": bucket, "key": key}


def record_figures(table: str, metric: str, at: Instant, figures: Mapping[str, int | str]) -> None:
    """Write one item of figures, by `metric` and `timestamp`, to a table that other services share.

    Raises what boto3 raises.
    """
    item = {"metric": metric, "timestamp": format_instant(at), **figures}
    written = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in item.items()}
    boto3.client("dynamodb").put_item(TableName=table, Item=written)
