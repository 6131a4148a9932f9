"""How much the functions log of a message: what the bill in docs/scale.md counts with."""

import json

import pytest

from handlers import fold, ingest, rescore
from handlers.clock import now
from tests.bench.bill import BYTES_SAID
from tests.doors.clouds import Cloud, Context, account, delivered
from tests.doors.telling import talk
from tests.doors.test_ingest import call, signed

OF_A_LINE = 26
"""What CloudWatch adds to each."""


def _bytes(capsys: pytest.CaptureFixture[str]) -> int:
    return sum(len(line.encode()) + OF_A_LINE for line in capsys.readouterr().out.splitlines())


def test_a_message_says_no_more_than_the_bill_counts_with(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    """From the webhook to the score, each in a call of its own."""
    body = json.dumps(talk(0, now())).encode()
    capsys.readouterr()
    ingest.handler(call(body, signed(body)), Context())
    said = {"ingest": _bytes(capsys)}
    fold.handler(delivered([talk(0, now())]), Context())
    said["fold"] = _bytes(capsys)
    rescore.handler(delivered([{"account_id": account(0)}]), Context())
    said["rescore"] = _bytes(capsys)
    assert said.keys() == BYTES_SAID.keys()
    assert {
        name: amount for name, amount in said.items() if not BYTES_SAID[name] / 2 < amount <= BYTES_SAID[name]
    } == {}
    assert cloud.calls
