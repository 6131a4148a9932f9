"""What is taken in from the sources: CRM objects and fields by our names, and the words we know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from config.api_names import spelled_as
from scoring.customer import CSM, USER
from scoring.metrics.catalogue import METRICS
from scoring.metrics.declaration import FieldType

_USUAL: Mapping[str, Mapping[str, FieldType]] = {
    "account": {
        "name": "text",
        "arr": "number",
        "success_tier": "text",
        "champion_since": "date",
        "last_exec_interaction": "date",
        "responsiveness": "number",
        "expansion_mentions": "number",
        "currency": "text",
        CSM: "lookup",
        "churn_date": "date",
    },
    "opportunity": {
        "type": "text",
        "stage": "text",
        "is_closed": "yes_no",
        "is_won": "yes_no",
        "close_date": "date",
        "notice_date": "date",
        "effective_date": "date",
    },
    "payment": {"status": "text", "payment_date": "date"},
    "event": {
        "type": "text",
        "activity_date": "date",
        "attended": "yes_no",
        "is_child": "yes_no",
        "is_recurrence": "yes_no",
    },
    "csql": {"status": "text"},
    "signal": {
        "category": "text",
        "detail": "text",
        "reported_by": "text",
        "severity": "text",
        "confidence": "text",
        "status": "text",
        "date_observed": "date",
        "accepted_at": "date",
        "suggestion_key": "text",
        "dismissed_at": "date",
        "dismissed_by": "lookup",
        "dismissal_reason": "text",
    },
    USER: {"name": "text", "mail": "text", "is_active": "yes_no", "type": "text"},
}

READ_BY_METRICS = tuple(field for metric in METRICS for field in metric.reads)
"""Fields that metrics declare themselves: sources.yaml may lack them, and so may the CRM."""

KINDS: Mapping[str, Mapping[str, FieldType]] = {
    kind: {**fields, **{field.name: field.type for field in READ_BY_METRICS if field.kind == kind}}
    for kind, fields in _USUAL.items()
}
"""Our kinds of CRM records, our names of their fields, and what each field holds."""

OF_OUTCOMES = frozenset({"account.churn_date", "opportunity.notice_date", "opportunity.effective_date"})
"""Fields that say of a churn or a renewal when notice was given, or when it takes effect; no score hangs on them."""

OF_SUGGESTIONS = frozenset(
    f"signal.{name}" for name in ("accepted_at", "suggestion_key", "dismissed_at", "dismissed_by", "dismissal_reason")
)
"""Fields of a signal that was suggested; an org without suggested signals has none."""

UNNAMED = frozenset({USER, f"account.{CSM}", *OF_OUTCOMES, *OF_SUGGESTIONS})
"""Kinds and fields that sources.yaml may lack: CSMs have no names then, and no score hangs on them."""

OPTIONAL = frozenset(
    {
        "account.currency",
        f"account.{CSM}",
        *OF_OUTCOMES,
        *OF_SUGGESTIONS,
        *(f"{field.kind}.{field.name}" for field in READ_BY_METRICS),
    }
)
"""Fields that a CRM may lack and still be whole: the currency of an org of several, those of new metrics, of outcomes.
"""

WORDED: Mapping[str, tuple[str, ...]] = {
    "conversation": ("state", "priority", "delivered_as", "agent_source", "agent_resolution"),
}
"""By kind, the fields that hold one of a few words of the vendor."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a CRM object: our name of it, and what it holds.

    An `optional` one is asked for only where the org has it; where it is not there, nothing is said of it.
    """

    name: str
    type: FieldType
    optional: bool = False


@dataclass(frozen=True, slots=True)
class CrmObject:
    """One CRM object: our kind of it, the field that names its account (None: it is an account, or a user)."""

    kind: str
    object: str
    owner_field: str | None
    fields: Mapping[str, Field]

    @property
    def is_account(self) -> bool:
        """Tell whether its records are the accounts."""
        return self.kind == "account"

    @property
    def is_person(self) -> bool:
        """Tell whether its records are users of the CRM, which are never deleted, and log in all day."""
        return self.kind == USER

    @property
    def system(self) -> tuple[str, ...]:
        """Give the API names of what the CRM says of each record by itself; no user is ever in the recycle bin."""
        return ("Id", "CreatedDate", "SystemModstamp", "LastModifiedDate" if self.is_person else "IsDeleted")

    @property
    def only(self) -> str:
        """Give the condition that records must meet in a query: of users those who work here, customers' are many."""
        kinds = [name for name, field in self.fields.items() if field.name == "type"]
        return f"{kinds[0]} = 'Standard'" if self.is_person and kinds else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Give the API names of all that is read of a record, its owner first."""
        return (*(() if self.owner_field is None else (self.owner_field,)), *self.fields)

    @property
    def of_outcomes(self) -> tuple[str, ...]:
        """Give the API names of the fields of outcomes that somebody named: without them nothing is said of any."""
        return tuple(name for name, field in self.fields.items() if f"{self.kind}.{field.name}" in OF_OUTCOMES)

    @property
    def required(self) -> tuple[str, ...]:
        """Give the API names that an org must have."""
        return tuple(name for name in self.names if name not in self.fields or not self.fields[name].optional)


@dataclass(frozen=True, slots=True)
class ArrSnapshot:
    """A CRM object that keeps the ARR of accounts by date: its API name, and those of its fields."""

    object: str
    account: str
    date: str
    arr: str


@dataclass(frozen=True, slots=True)
class CensusLimits:
    """How much of an object an answer may lack before it is doubted: so many records, or this share of those known.

    Without a share nothing is doubted.
    """

    few: float = 10.0
    most_gone_pct: float | None = 20.0

    def doubts(self, gone: int, known: int) -> bool:
        """Tell whether an answer that lacks so many of the known records is to be doubted."""
        most = self.most_gone_pct
        return most is not None and gone > self.few and gone * 100 > known * most


@dataclass(frozen=True, slots=True)
class Intake:
    """CRM objects by the CRM's own name, and the words we have heard of.

    `known_words` is by kind and field (`signal.severity`); the words are as `scoring.words.folded` writes them.
    `words` are those that decide, as config writes them.
    `arr_snapshot` is where a backfill finds past ARR; without it, in field history. `census` says
    which answers are believed that lack records we know.
    """

    objects: Mapping[str, CrmObject]
    known_words: Mapping[str, frozenset[str]]
    arr_snapshot: ArrSnapshot | None = None
    census: CensusLimits = CensusLimits()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def object_named(self, name: str) -> CrmObject | None:
        """Give the object of an API name, in whatever capitals; None where it is none of ours."""
        return self.objects.get(spelled_as(name, self.objects))


LOGINS = ("staff_logins", "admin_logins")
"""The values of use that are counted over a window."""

SNAPSHOTS = ("active_modules", "available_modules", "platform_score", "active_staff", "licensed_seats")
"""The values of use that are so on one day; the pillars are such, too."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LoginRows: TypeAlias = Literal["daily", "30_days"]
"""What a row of the usage explore counts: the logins of its day, or of the 30 days that it ends."""


@dataclass(frozen=True, slots=True)
class LookerQuery:
    """Where usage stands in Looker: model, explore, and the full name (view.field) of each field.

    `values` and `pillars` are by our names; what the explore lacks is not in them. Where it is
    `complete`, a customer without rows has no usage; else nothing is known of it. With
    `custom_fields` a query may add a dimension of its own. Without `row_limit` all rows are asked for.
    On `rest_days` nobody need use anything; any other day without use of anybody is a hole.
    """

    model: str
    explore: str
    customer: str
    name: str | None
    date: str
    logins: LoginRows
    custom_fields: bool
    complete: bool
    row_limit: int | None
    values: Mapping[str, str]
    pillars: Mapping[str, str]
    rest_days: frozenset[str] = frozenset()
