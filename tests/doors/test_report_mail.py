"""The report by mail: sent once to each person when a month is closed, and the close stands whatever SES says."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from handlers import fold
from handlers.environment import SettingsError
from handlers.finalise import handler
from handlers.sinks.mail import MailSettings, mail_settings
from scoring.instants import parse_instant
from tests.doors.clouds import Call, Cloud, Context, account, client_of_aws, delivered, emf
from tests.doors.systems import Systems, served
from tests.doors.telling import told

END = parse_instant("2025-11-01")
SENDER, ANA, BEN = "health@example.com", "ana@example.com", "ben@example.org"
NOT_VERIFIED = ClientError(
    {"Error": {"Code": "MessageRejected", "Message": "Email address is not verified."}}, "SendEmail"
)


@pytest.fixture
def systems(cloud: Cloud, certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve three hotels up to the end of the month; two people get the report, from an address that SES knows."""
    monkeypatch.setenv("REPORT_RECIPIENTS", f"{ANA}, {BEN}")
    monkeypatch.setenv("REPORT_SENDER", SENDER)
    client_of_aws("sesv2").create_email_identity(EmailIdentity=SENDER)
    for hotel in range(3):
        fold.handler(delivered(told(hotel, END)), Context())
    cloud.calls.clear()
    with served(Systems(END, 3), certificates, monkeypatch) as given:
        yield given


def close(run: str = "r", **event: object) -> dict[str, Any]:
    """Close the month."""
    return handler({"period": "2025-10", "run": run, **event}, Context())


def mails(cloud: Cloud) -> list[Call]:
    """Give the messages that SES was asked to send."""
    return cloud.operations("SendEmail")


def to(call: Call) -> str:
    """Say to whom a message is."""
    (recipient,) = call.params["Destination"]["ToAddresses"]
    return str(recipient)


def counted(output: Callable[[], list[dict[str, Any]]], metric: str) -> float:
    """Sum a metric up."""
    return sum(value for name, _, value in emf(output()) if name == metric)


def test_each_person_gets_the_report_of_a_month_that_was_closed(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """A message each, as HTML and as plain text, with what the records say."""
    assert close()["scored"] == systems.hotels
    assert [to(call) for call in mails(cloud)] == [ANA, BEN]
    for call in mails(cloud):
        simple = call.params["Content"]["Simple"]
        assert call.params["FromEmailAddress"] == SENDER
        assert simple["Subject"]["Data"] == "Customer health, October 2025"
        assert "Hotel 1" in simple["Body"]["Html"]["Data"]
        assert "<svg" not in simple["Body"]["Html"]["Data"]
        assert "7 accounts" in simple["Body"]["Text"]["Data"]
    assert len([line for line in output() if line.get("message") == "report mailed"]) == 2


def test_a_close_that_is_tried_again_sends_nothing_again(cloud: Cloud, systems: Systems) -> None:
    """Neither the same run nor another, nor another process."""
    for run in ("r", "r", "s"):
        close(run)
    assert systems.hotels == 3
    assert [to(call) for call in mails(cloud)] == [ANA, BEN]


def test_a_close_stands_where_a_message_is_refused_and_the_next_one_sends_it(
    cloud: Cloud, systems: Systems, output: Callable[[], list[dict[str, Any]]]
) -> None:
    """As in the sandbox of SES, where each address must be verified: one that is not keeps it from nobody else."""
    cloud.fail("SendEmail", NOT_VERIFIED, holding=ANA)
    answer = close()
    assert (answer["status"], answer["scored"]) == ("final", systems.hotels)
    assert {to(call) for call in mails(cloud)} == {ANA, BEN}
    assert counted(output, "ReportFailures") == 1
    cloud.heal()
    cloud.calls.clear()
    close("later")
    assert [to(call) for call in mails(cloud)] == [ANA]


@pytest.mark.parametrize("recipients", ["nobody", "ana@example.com\r\nBcc: eve@example.com", "a b@example.com"])
def test_a_wrong_setting_fails_no_close(
    cloud: Cloud,
    systems: Systems,
    monkeypatch: pytest.MonkeyPatch,
    output: Callable[[], list[dict[str, Any]]],
    recipients: str,
) -> None:
    """It is logged and counted; no header comes in by it."""
    monkeypatch.setenv("REPORT_RECIPIENTS", recipients)
    assert close()["scored"] == systems.hotels
    assert mails(cloud) == []
    assert counted(output, "ReportFailures") == 1


def test_nothing_is_mailed_of_a_dry_run_or_of_some_accounts(cloud: Cloud, systems: Systems) -> None:
    """Nor of a shard while others are open; the last one sends it."""
    close(dry_run=True)
    close("some", accounts=[account(1)])
    assert systems.hotels == 3
    assert mails(cloud) == []
    for index in (0, 1):
        assert mails(cloud) == []
        close("shards", shard={"index": index, "of": 2})
    assert [to(call) for call in mails(cloud)] == [ANA, BEN]


def test_without_recipients_nobody_is_asked(cloud: Cloud, systems: Systems, monkeypatch: pytest.MonkeyPatch) -> None:
    """SES is not even spoken to."""
    monkeypatch.delenv("REPORT_RECIPIENTS")
    close()
    assert systems.hotels == 3
    assert mails(cloud) == []


def test_settings_name_people_once() -> None:
    """With commas between; who stands twice gets one message; a sender is needed."""
    told = {"REPORT_RECIPIENTS": f"{ANA},{BEN}, {ANA}", "REPORT_SENDER": SENDER}
    assert mail_settings(told) == MailSettings((ANA, BEN), SENDER)
    assert mail_settings({}) is None
    with pytest.raises(SettingsError, match="REPORT_SENDER not set"):
        mail_settings({"REPORT_RECIPIENTS": ANA})
