"""Mail by Amazon SES: one message a person, so that one address that is refused keeps it from nobody else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.environment import SettingsError, all_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECIPIENTS, _SENDER = "REPORT_RECIPIENTS", "REPORT_SENDER"
_ONE_REGION = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
"""In the sandbox SES takes one message a second: the others wait, and are sent again."""


class MailError(Exception):
    """A message was not taken; the text says why."""


class Message(NamedTuple):
    """What is mailed: its subject, and its text as HTML and without."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Who is mailed, and from which address; SES knows that address or its domain."""

    recipients: tuple[str, ...]
    sender: str


def mail_settings(environ: Mapping[str, str] | None = None) -> MailSettings | None:
    """Read who is mailed; None for nobody. Raises SettingsError where an address is none."""
    found = all_or_none(os.environ if environ is None else environ, _RECIPIENTS, _SENDER)
    if found is None:
        return None
    told, sender = found
    recipients = tuple(dict.fromkeys(one.strip() for one in told.split(",") if one.strip()))
    wrong = [one for one in (*recipients, sender) if not _is_address(one)]
    if wrong:
        raise SettingsError(f"{_RECIPIENTS} or {_SENDER} holds {wrong[0]!r}, which is no mail address")
    return MailSettings(recipients, sender)


def _is_address(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name) and "." in host and "@" not in host and not any(c.isspace() or c in ',;<>"' for c in text)


def send_mail(sender: str, recipient: str, message: Message) -> str:
    """Send a message; gives the id that SES knows it by. Raises MailError.

    That SES took it does not say that it arrives: an address on its suppression list is taken and not sent to.
    """
    said = {"Data": message.subject, "Charset": "UTF-8"}
    body = {
        "Text": {"Data": message.text, "Charset": "UTF-8"},
        "Html": {"Data": message.html, "Charset": "UTF-8"},
    }
    try:
        sent = boto3.client("sesv2", config=_ONE_REGION).send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [recipient]},
            Content={"Simple": {"Subject": said, "Body": body}},
        )
    except (ClientError, BotoCoreError) as error:
        raise MailError(f"SES did not take the report for {recipient}: {error}") from error
    return str(sent["MessageId"])
