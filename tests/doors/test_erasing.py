"""What `erase` reaches beside the store: queues of dead letters, CSV files in a bucket, Salesforce."""

import json

import boto3
import pytest
from moto import mock_aws

from handlers.cloud.dead_letters import QueueLetters
from handlers.cloud.erased_reports import erase_rows
from handlers.cloud.stack_letters import stack_letters
from handlers.jobs.letters import Letter, Purged
from handlers.stores.protocol import StoreError
from tests.doors.clouds import PREFIX, Cloud
from tests.doors.test_dead_letters import bury

ID = "001AA0000000001YAA"


def names(letter: Letter) -> bool:
    """Tell whether a letter speaks of the account."""
    return ID in letter.body


def test_letters_of_somebody_go_and_others_stay(cloud: Cloud) -> None:
    """The queues are found by the prefix; letters are only counted where nothing is to be written."""
    for body in (ID, "other"):
        bury(cloud, json.dumps({"account_id": body}), reason="bad")
    letters = stack_letters(PREFIX)
    assert {"events", "rescores", "calls"} <= {one.name for one in letters.queues}
    first = QueueLetters(letters.client, letters.queues[:1])
    assert (first.purge(names, write=False).gone, first.count()) == (1, 2)
    assert first.purge(names, write=True) == Purged(1)
    assert first.count() == 1


def test_rows_of_somebody_go_from_the_files_of_dry_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other rows stay byte for byte; a bucket that is not there is an error that says so."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    before = f'id,name\r\n{ID},"Größe, 1"\r\n002,"Kept, 2"\r\n'
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="reports")
        client.put_object(Bucket="reports", Key="dry-runs/2026-10.csv", Body=before.encode())
        assert erase_rows("reports", ID.__eq__, write=False) == 1
        assert erase_rows("reports", ID.__eq__, write=True) == 1
        assert erase_rows("reports", ID.__eq__, write=True) == 0
        after = client.get_object(Bucket="reports", Key="dry-runs/2026-10.csv")["Body"].read().decode()
        assert after == 'id,name\r\n002,"Kept, 2"\r\n'
        with pytest.raises(StoreError, match="reports bucket"):
            erase_rows("elsewhere", ID.__eq__, write=True)
