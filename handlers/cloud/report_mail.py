"""The monthly report by mail, once a month is closed: each person once, whatever is tried again."""

from collections.abc import Collection, Iterable
from hashlib import blake2b

from config.desk import load_desk
from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY
from handlers.cloud.deployment import Deployment
from handlers.cloud.telemetry import log, trouble
from handlers.environment import SettingsError
from handlers.jobs.faults import FAILURES
from handlers.jobs.report import ReportReader
from handlers.pages.report import report_html, report_text
from handlers.sinks.mail import MailError, MailSettings, Message, mail_settings, send_mail
from handlers.words.report import headline
from scoring.account import Account
from scoring.instants import DAY, Instant

_CLAIMED = 400 * DAY
"""So long a report that was sent is not sent again."""


def mail_report(deployed: Deployment, folder: str, period: str, now: Instant) -> None:
    """Mail the report of a month that was closed; whoever has it gets no other.

    The close stands whatever goes wrong here: that is logged and counted, and tried again by whoever closes the
    month again.
    """
    try:
        settings = mail_settings()
        if settings is not None:
            _send_all(deployed, settings, _message(deployed, folder, period, now), period, now)
    except (SettingsError, ConfigError, *FAILURES) as error:
        _failed(period, error)


def _name(period: str, recipient: str) -> str:
    return f"report/{period}/{blake2b(recipient.casefold().encode(), digest_size=8).hexdigest()}"


def _message(deployed: Deployment, folder: str, period: str, now: Instant) -> Message:
    def find(ids: Collection[str]) -> Iterable[Account]:
        return deployed.store.portfolio.some(ids).values()

    terms = load_desk(DEFAULT_DIRECTORY.parent / folder)
    report = ReportReader(deployed.store, deployed.config, terms, find).read(period, now)
    return Message(headline(report), report_html(report), report_text(report))


def _send_all(deployed: Deployment, settings: MailSettings, message: Message, period: str, now: Instant) -> None:
    """Send to whoever has none yet: it is claimed first, so that two shards that end together send one."""
    checkpoints = deployed.store.checkpoints
    for recipient in settings.recipients:
        name = _name(period, recipient)
        if not checkpoints.claim(name, now, Instant(now + _CLAIMED)):
            continue
        try:
            sent = send_mail(settings.sender, recipient, message)
        except MailError as error:
            checkpoints.release(name)
            _failed(period, error)
        else:
            log.info("report mailed", extra={"period": period, "message_id": sent})


def _failed(period: str, error: Exception) -> None:
    log.error("the report was not mailed", extra={"period": period, "error": f"{type(error).__name__}: {error}"})
    trouble("ReportFailures")
