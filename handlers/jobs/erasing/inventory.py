"""The inventory: every place where an account, a company or a person can stand, and what becomes of it there.

The receipt of an erasure counts by these names, and `docs/privacy.md` has a line for each. Whoever keeps something
new about somebody adds its place here; a test holds that every name under which the program keeps lines has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from handlers.stores.tombstones import Kind

Deed: TypeAlias = Literal["removed", "emptied", "replaced", "asked", "by hand", "leaves"]
"""What `erase` does at a place: takes what is theirs out; keeps a line without what it said of them; writes `erased …`
where they stood; does it where it was asked to; names it for a person to do; or knows when it goes by itself."""

ALL: frozenset[Kind] = frozenset(("account", "company", "person"))
CUSTOMERS: frozenset[Kind] = frozenset(("account", "company"))
ACCOUNT: frozenset[Kind] = frozenset(("account",))
PERSON: frozenset[Kind] = frozenset(("person",))


@dataclass(frozen=True, slots=True)
class Place:
    """A place: what it is called in a receipt, what is kept there, of whom, what `erase` does, when it goes by itself.

    `lines` are what the names of its lines begin with, as `Line` has place and name, joined by a slash; where one
    begins with a star, they end with the rest.
    """

    name: str
    where: str
    holds: frozenset[Kind]
    deed: Deed
    leaves: str = ""
    lines: tuple[str, ...] = ()


_LEFT = "13 months after it is superseded, where retention says so"
_YEAR = "13 months after it was written"

PLACES: tuple[Place, ...] = (
    Place("facts", "observations of conversations, CRM records, usage and outcomes, by owner", ALL, "removed", _LEFT),
    Place("shared facts", "facts that moved to another account: the owner's id in older ones", CUSTOMERS, "replaced"),
    Place("owners", "the registry: ids, names and attributes of owners", CUSTOMERS, "removed"),
    Place("owner attributes", "what listings said of owners, such as who looks after them", PERSON, "replaced"),
    Place("records", "scores by month with their receipts, and their summaries", ALL, "removed"),
    Place("accounts", "the accounts of the store: names, owners, who looks after them", ALL, "removed"),
    Place("history of accounts", "who changed which account, when, and what", ALL, "removed", lines=("history/",)),
    Place("audit", "the desk's audit: who did what to which account", ALL, "emptied", _YEAR, ("journal/audit/",)),
    Place(
        "live scores sent",
        "what the CRM was last sent of each account",
        ACCOUNT,
        "removed",
        "62 days after it was sent",
        ("journal/salesforce/live/", "journal/hubspot/live/"),
    ),
    Place(
        "ended sessions",
        "the random ids of sessions that were ended; of whom, they do not say",
        PERSON,
        "leaves",
        "with the longest session, plus an hour",
        ("journal/ended sessions/",),
    ),
    Place("opinions", "what people think of accounts (pilot check)", ALL, "removed", lines=("cursor/desk/pilot/",)),
    Place("pairs", "which account and owner belong together, who decided", ALL, "removed", lines=("cursor/desk/id",)),
    Place("saved views", "filters that somebody saved at the desk", ALL, "removed", lines=("cursor/desk/views/",)),
    Place("drafts", "changed figures: who drafted and judged them", PERSON, "replaced", lines=("cursor/desk/drafts/",)),
    Place("digest marks", "how accounts stood when a channel was told", ACCOUNT, "removed", lines=("cursor/desk/dig",)),
    Place(
        "closes", "how closes came out, who let them through", ALL, "removed", lines=("cursor/close/", "cursor/desk/q")
    ),
    Place("log of deeds", "withdrawals and the like, and why", ALL, "emptied", lines=("cursor/deed/",)),
    Place("alert lists", "whom each close said to call first", ACCOUNT, "removed", lines=("cursor/alerts/",)),
    Place("due to the CRM", "records that the CRM has not taken yet", ACCOUNT, "removed", lines=("*/unwritten",)),
    Place(
        "samples", "messages drawn for learning, and what people answered", ALL, "removed", lines=("cursor/words/s",)
    ),
    Place("census", "ids of CRM records found deleted", CUSTOMERS, "removed", lines=("*/erased",)),
    Place("listings", "digests of what listings said of companies", CUSTOMERS, "removed", lines=("cursor/listed/",)),
    Place(
        "runs and claims",
        "how far runs came, which scores were asked for",
        ACCOUNT,
        "removed",
        "60 days after the run",
        ("run/", "claim/", "cursor/run"),
    ),
    Place("other notes", "how far sweeps and imports came", ALL, "removed", lines=("cursor/",)),
    Place("dead letters", "messages that could not be read: a file, or queues", ALL, "removed", "14 days on AWS"),
    Place(
        "reports", "CSV files of dry runs in the reports bucket", ACCOUNT, "asked", "90 days after they were written"
    ),
    Place("CRM records", "the scores that were written to the CRM", ACCOUNT, "asked"),
    Place("CRM suggestions", "signals that were suggested in Salesforce", ACCOUNT, "asked"),
    Place("CRM fields", "the score on the account's page, which follows its records", ACCOUNT, "by hand"),
    Place("mapping", "account_mapping.csv of the config, and every copy and earlier version of it", ACCOUNT, "by hand"),
    Place("files on computers", "CSV files, exports of the desk, imported sheets, recordings", ALL, "by hand"),
    Place("messages that were sent", "mails, digests in Slack or Teams, proposals at GitHub", ALL, "by hand"),
    Place("the sources", "Intercom, Zendesk, Looker, Salesforce: the people and companies themselves", ALL, "by hand"),
    Place("free text", "reasons people wrote that name somebody otherwise than they were given here", ALL, "by hand"),
    Place("backups", "point-in-time recovery of the tables; a deleted table's last backup", ALL, "leaves", "35 days"),
    Place("queues", "messages under way; once folded they are refused", ALL, "leaves", "4 days, dead ones 14"),
    Place("logs", "ids of accounts in logs and traces", ALL, "leaves", "after LogRetentionDays of the stack"),
    Place(
        "monitoring", "what Datadog or Rollbar was sent, where they are used", ALL, "leaves", "by their own settings"
    ),
    Place("recycle bin", "what was deleted in Salesforce", ACCOUNT, "leaves", "15 days after it was deleted"),
    Place("earlier versions", "of the reports, where somebody turned versions of their bucket on", ACCOUNT, "by hand"),
)

BY_NAME = {place.name: place for place in PLACES}


def place_of_line(name: str) -> Place:
    """Give the place of a line by its full name: place and name, joined by a slash."""
    fits = [one for one in PLACES if any(_fits(name, said) for said in one.lines)]
    return next((one for one in fits if one.name != _REST), BY_NAME[_REST])


_REST = "other notes"


def _fits(name: str, said: str) -> bool:
    return f"{said[1:]}/" in f"{name}/" if said.startswith("*") else name.startswith(said)


def places_of(kind: Kind, deed: Deed) -> Iterator[Place]:
    """List the places that hold somebody of a kind, at which a deed is done."""
    return (place for place in PLACES if kind in place.holds and place.deed == deed)
