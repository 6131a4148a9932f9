"""An incoming webhook: a message is told once the channel says that it took it. Its address is a secret."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

import requests

from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience, SourceError
from handlers.environment import SettingsError
from handlers.sinks.channels.links import Links
from handlers.sinks.channels.slack import slack_messages
from handlers.sinks.channels.teams import teams_messages
from handlers.words.digest import Letter
from handlers.words.layout import clean

Kind: TypeAlias = Literal["slack", "teams"]

_TIMEOUT_SECONDS = 15.0
_SLACK = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_TEAMS = (".logic.azure.com", ".api.powerplatform.com", ".azure-api.net", ".api.powerplatform.us")
_RETIRED = (".webhook.office.com", "outlook.office.com", "outlook.office365.com")
_SHOWN = 80
_ADVICE: Mapping[int, str] = {
    400: "the channel does not take the message as it is: see whether the kind in digest.yaml is right",
    401: "make a new webhook, and set the variable anew",
    403: "the webhook is not allowed to post: make a new one, and set the variable anew",
    404: "the webhook is gone: make a new one, and set the variable anew",
    410: "the channel is archived, or the webhook is gone: choose another channel",
    413: "the message is too large",
    429: "the channel asks to wait longer than we do: the same is told the next time",
}


def kind_of(variable: str, address: str, asked: Literal["auto", "slack", "teams"]) -> Kind:
    """Tell what listens at an address; raises SettingsError, which names the variable and never the address."""
    parts = urlsplit(address)
    host = (parts.hostname or "").casefold()
    if parts.scheme != "https" or not host or "@" in parts.netloc:
        raise SettingsError(f"{variable} is no address that begins with https://: copy the webhook's address anew")
    if host.endswith(_RETIRED):
        raise SettingsError(
            f"{variable} is a webhook of an Office connector, which Microsoft has retired: make one in Teams by the "
            "Workflows app (docs/digest.md)"
        )
    if asked != "auto":
        return asked
    if host in _SLACK:
        return "slack"
    if host.endswith(_TEAMS):
        return "teams"
    raise SettingsError(f"{variable} has an address of neither Slack nor Teams: say the kind in digest.yaml")


class Channel:
    """A channel behind a webhook. `variable` is what it is called in errors."""

    def __init__(self, variable: str, address: str, kind: Kind, links: Links, patience: Patience | None = None) -> None:
        """Tell a channel by its webhook."""
        self.variable = variable
        self._address, self._kind, self._links = address, kind, links
        self._patience = Patience(1.0) if patience is None else patience

    def tell(self, letter: Letter) -> Iterator[Letter]:
        """Tell a letter, in as many messages as it needs; gives each part once the channel took it.

        Raises SourceError where one is not taken. A message whose answer is lost is sent again: it may be told
        twice, and is never left out.
        """
        messages = slack_messages if self._kind == "slack" else teams_messages
        with patient_session(timeout=_TIMEOUT_SECONDS, retries=3, patience=self._patience) as session:
            for part, message in messages(letter, self._links):
                self._post(session, message)
                yield part

    def _post(self, session: requests.Session, message: dict[str, Any]) -> None:
        try:
            answer = session.post(self._address, json=message, allow_redirects=False)
        except requests.RequestException as error:
            raise SourceError(f"{self.variable}: the channel cannot be reached ({type(error).__name__})") from None
        if not self._is_taken(answer):
            advice = _ADVICE.get(answer.status_code, "see whether the webhook still works")
            said = self._said(answer)
            raise SourceError(f"{self.variable}: the channel answered {answer.status_code}{said}: {advice}")

    def _is_taken(self, answer: requests.Response) -> bool:
        """Tell whether a message was taken: Slack says ok, Teams 200 or 202 without a word of failure."""
        if self._kind == "slack":
            return answer.status_code == 200 and answer.text.strip() == "ok"
        return answer.status_code in {200, 202} and "failed" not in answer.text.casefold()

    def _said(self, answer: requests.Response) -> str:
        """Give the channel's own word, such as Slack's invalid_blocks; of a page nothing: it may name the address."""
        word = clean(answer.text)[:_SHOWN]
        return f" ({word})" if word.replace("_", "").isalnum() and word.isascii() else ""
