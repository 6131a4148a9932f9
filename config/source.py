"""The systems that tell of accounts, each declared once: what it is called, its role, its owners, its door.

Who adds a source adds its declaration here, and its readers in `handlers/sources/`; see docs/extending.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.ids import to_18
from scoring.roles import Role, Roles


@dataclass(frozen=True, slots=True)
class Signature:
    """How a vendor signs a webhook: an HMAC of the raw body, written in a header.

    `begins` is what stands before the digest; where there is a `timestamp` header, its value is
    signed before the body.
    """

    header: str
    digest: Literal["sha1", "sha256"]
    written: Literal["hex", "base64"]
    begins: str = ""
    timestamp: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """The door through which a vendor's events come: how they are signed, and what their `type` begins with.

    `secrets` are the variables of the environment that hold the secret, and the one before it while
    it is changed.
    """

    signature: Signature
    type: str
    secrets: tuple[str, str]

    def takes(self, kind: object) -> bool:
        """Tell whether a message of this type may come through the door."""
        return isinstance(kind, str) and kind.startswith(self.type)


@dataclass(frozen=True, slots=True)
class Source:
    """A system that tells of accounts.

    `label` is what people call it, `owner` what it calls an owner, `column` the mapping's column of
    its owners. The variables of the environment that name it begin with `environment`. `key` gives
    the one form of an id that the source writes in several.
    """

    name: str
    role: Role
    label: str
    owner: str
    column: str
    environment: str
    webhook: Webhook | None = None
    key: Callable[[str], str] = str


INTERCOM = Source(
    name="intercom",
    role="support",
    label="Intercom",
    owner="company",
    column="intercom_company_id",
    environment="INTERCOM_",
    webhook=Webhook(
        Signature("x-hub-signature", "sha1", "hex", begins="sha1="),
        type="notification_event",
        secrets=("INTERCOM_CLIENT_SECRET", "INTERCOM_OLD_CLIENT_SECRET"),
    ),
)
ZENDESK = Source(
    name="zendesk",
    role="support",
    label="Zendesk",
    owner="organization",
    column="zendesk_organization_id",
    environment="ZENDESK_",
    webhook=Webhook(
        Signature("x-zendesk-webhook-signature", "sha256", "base64", timestamp="x-zendesk-webhook-signature-timestamp"),
        type="zen:event-type:",
        secrets=("ZENDESK_WEBHOOK_SECRET", "ZENDESK_OLD_WEBHOOK_SECRET"),
    ),
)
LOOKER = Source(
    name="looker",
    role="usage",
    label="Looker",
    owner="customer",
    column="looker_customer_id",
    environment="LOOKERSDK_",
)
SALESFORCE = Source(
    name="salesforce",
    role="crm",
    label="Salesforce",
    owner="account",
    column="sf_account_id",
    environment="SALESFORCE_",
    key=to_18,
)

SOURCES: Mapping[str, Source] = {source.name: source for source in (INTERCOM, ZENDESK, LOOKER, SALESFORCE)}
"""Every source that the program can read, by name; which of them are in use, sources.yaml says (`limits`)."""

IN_TURN = tuple(sorted(SOURCES, key=lambda name: SOURCES[name].role != "crm"))
"""The names of sources in the order in which they are asked: that of the accounts first."""

ACCOUNTS = SALESFORCE
"""The source whose owners are the accounts themselves."""

USUAL = (INTERCOM, LOOKER)
"""The sources that a mapping names owners of, where nothing else is said."""


def roles_of(names: Iterable[str]) -> Roles:
    """Give the roles of sources by their names; raises KeyError for one that the program cannot read."""
    return {name: SOURCES[name].role for name in sorted(names)}


def label_of(name: str) -> str:
    """Say what people call a source; one that only a newer program knows has its name."""
    return SOURCES[name].label if name in SOURCES else name
