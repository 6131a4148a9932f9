"""The rows of a store, which hang on no engine: what an export has a line of, and an import writes.

Whoever adds a table, an attribute or a family of items says here, or beside the engine, how it is exported, or why not.
"""

from typing import TypeAlias, get_args

import msgspec

CLOSED = "closed/"
"""How cursors begin that say which shards of a period are closed; in DynamoDB they are items of their own."""

GAP = "gap"
"""The form of an observation that says that some are missing."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Something that a store holds; `kind` says what, in a file."""


class ModelRow(Row, frozen=True, tag="model"):
    """The text of a model version."""

    version: str
    text: msgspec.Raw


class FeedRow(Row, frozen=True, tag="feed"):
    """Since when a source is covered."""

    source: str
    covered_since: int


class HeardRow(Row, frozen=True, tag="heard"):
    """The first and last instants at which a source was heard in an hour of the clock (in hours since 1970)."""

    source: str
    hour: int
    first: int
    last: int


class OwnerIdRow(Row, frozen=True, tag="owner_id"):
    """An id of an owner: since when it is known, and with which others it was named."""

    source: str
    id: str
    since: int
    others: tuple[str, ...]


class OwnerNameRow(Row, frozen=True, tag="owner_name"):
    """What an owner was last called under an id, and when."""

    source: str
    id: str
    at: int
    name: str


class OwnerAttributesRow(Row, frozen=True, tag="owner_attributes"):
    """What was last said of a set of attributes under an id of an owner, and when; the slot is named by their names."""

    source: str
    id: str
    slot: str
    at: int
    attributes: msgspec.Raw


class ObservationRow(Row, frozen=True, tag="observation"):
    """An observation: no owner where none was said, an empty one where it was said to be nobody's."""

    subject: tuple[str, str, str]
    at: int
    owner: str | None
    form: str
    content: msgspec.Raw


class BelongedRow(Row, frozen=True, tag="belonged"):
    """An owner that an observation once named, which was since forgotten."""

    subject: tuple[str, str, str]
    owner: str


class NobodyRow(Row, frozen=True, tag="nobody"):
    """A subject that is of no account since an instant; with `expires` (seconds since 1970) it is gone from then on."""

    subject: tuple[str, str, str]
    since: int
    expires: int | None


class AccountRow(Row, frozen=True, tag="account"):
    """An account of the portfolio."""

    account_id: str
    account: msgspec.Raw


class ChangeRow(Row, frozen=True, tag="account_change"):
    """A change of an account, the first of which has the number 1."""

    account_id: str
    number: int
    at: int
    by: str
    change: msgspec.Raw


class RecordRow(Row, frozen=True, tag="record"):
    """The record of an account and period, and the rank that a later one must reach."""

    account_id: str
    period: str
    rank: str
    record: msgspec.Raw


class SummaryRow(Row, frozen=True, tag="summary"):
    """The summary of a record."""

    period: str
    account_id: str
    summary: msgspec.Raw


class CursorRow(Row, frozen=True, tag="cursor"):
    """Something kept under a name."""

    name: str
    value: msgspec.Raw


class JournalRow(Row, frozen=True, tag="journal"):
    """A line of a journal; it is over at `expires`, in seconds since 1970."""

    journal: str
    key: str
    expires: int
    text: msgspec.Raw


AnyRow: TypeAlias = (
    ModelRow
    | FeedRow
    | HeardRow
    | OwnerIdRow
    | OwnerNameRow
    | OwnerAttributesRow
    | ObservationRow
    | BelongedRow
    | NobodyRow
    | AccountRow
    | ChangeRow
    | RecordRow
    | SummaryRow
    | CursorRow
    | JournalRow
)
"""A row of any kind, in the order in which kinds are exported: cursors after what they brought."""

ROWS: tuple[type[Row], ...] = get_args(AnyRow)
"""All kinds, in that order."""


def kind_of(kind: type[Row]) -> str:
    """Give the name of a kind of row."""
    return str(kind.__struct_config__.tag)


def embedded(text: str) -> msgspec.Raw:
    """Give a text as a part of a line: JSON in one line as it stands, byte for byte, all else as a string."""
    if text.startswith(("{", "[")) and "\n" not in text and _is_json(text):
        return msgspec.Raw(text)
    return msgspec.Raw(msgspec.json.encode(text))


def extracted(part: msgspec.Raw) -> str:
    """Give the text that `embedded` made a part of a line."""
    text = bytes(part).decode()
    return msgspec.json.decode(text, type=str) if text.startswith('"') else text


def _is_json(text: str) -> bool:
    try:
        return bytes(msgspec.json.decode(text, type=msgspec.Raw)) == text.encode()
    except msgspec.DecodeError:
        return False
