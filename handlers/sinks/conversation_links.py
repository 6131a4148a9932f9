"""Links that open a conversation at its vendor, for who may see it there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from handlers.environment import SettingsError, get, https

INBOXES = {"us": "https://app.intercom.com", "eu": "https://app.eu.intercom.com", "au": "https://app.au.intercom.com"}
_WORKSPACE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class ConversationLinks:
    """What stands before the id of a conversation, by source; of a source that is not in it no link is known."""

    before: Mapping[str, str]

    def to(self, source: str, conversation: str) -> str | None:
        """Give the address of a conversation; None where none is known, or a field of the CRM could not hold it."""
        if source not in self.before:
            return None
        address = f"{self.before[source]}{quote(conversation, safe='')}"
        return address if len(address) <= _LONGEST else None


def conversation_links(environ: Mapping[str, str]) -> ConversationLinks:
    """Read from the environment where conversations are; raises SettingsError where a workspace is none."""
    workspace, before = get(environ, "INTERCOM_WORKSPACE", ""), dict[str, str]()
    if workspace:
        if _WORKSPACE.fullmatch(workspace) is None:
            raise SettingsError("INTERCOM_WORKSPACE is no id: it stands in the inbox's address, after /a/inbox/")
        inbox = INBOXES.get(get(environ, "INTERCOM_REGION", "us"), INBOXES["us"])
        before["intercom"] = f"{inbox}/a/inbox/{workspace}/inbox/conversation/"
    subdomain = get(environ, "ZENDESK_SUBDOMAIN", "").removeprefix("https://").partition(".")[0]
    zendesk = get(environ, "ZENDESK_URL", f"https://{subdomain}.zendesk.com" if subdomain else "")
    if zendesk:
        before["zendesk"] = f"{https('ZENDESK_URL', zendesk)}/agent/tickets/"
    return ConversationLinks(before)
