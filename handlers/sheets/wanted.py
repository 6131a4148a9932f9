"""What each kind of spreadsheet may say: our names of its columns, the names that exports give them, what they hold."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from unicodedata import combining, normalize

Form: TypeAlias = Literal[
    "key",
    "record_id",
    "account_id",
    "text",
    "word",
    "date",
    "instant",
    "created",
    "modified",
    "duration",
    "number",
    "count",
    "score",
    "rating",
    "times",
    "amount",
    "currency",
    "yes_no",
    "tags",
]
_KEYS = frozenset({"key", "record_id", "account_id"})
Kind: TypeAlias = Literal["accounts", "usage", "conversations", "payments", "opportunities", "signals", "outcomes"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column that is wanted: our name, what it holds, and what exports call it, the likeliest first.

    `covers` says that without it silence could pass for good news: then nothing is said to be covered.
    Cells of a column that is needed may be empty only where `blank` says so.
    """

    name: str
    form: Form
    titles: tuple[str, ...]
    needed: bool = False
    covers: bool = False
    blank: bool = False

    def also(self, *titles: str) -> "Wanted":
        """Give the same column by more names, which come first."""
        return replace(self, titles=tuple(dict.fromkeys((*map(plain, titles), *self.titles))))


def plain(title: str) -> str:
    """Write the name of a column so that capitals, accents, marks and CamelCase make no difference."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"__c$", "", title.strip()))
    letters = "".join(one for one in normalize("NFKD", parted.casefold()) if not combining(one))
    return " ".join(re.findall(r"[^\W_]+|#", letters))


def _wanted(name: str, form: Form, titles: str, *, needed: bool = False, covers: bool = False) -> Wanted:
    """Declare a column; the names are between commas. An empty word means what config says of it.

    Our own name comes first, but for keys: `Customer` is more often a name than an id.
    """
    listed = [plain(title) for title in titles.split(",")]
    ordered = [*listed, plain(name)] if form in _KEYS else [plain(name), *listed]
    blank = form == "word" or name == "date_observed"
    return Wanted(name, form, tuple(dict.fromkeys(ordered)), needed, covers, blank)


_ACCOUNT = (
    "account id, salesforce account id, sf account id, account id 18, account 18 digit id, account case safe id, "
)
_ACCOUNT += "case safe account id, account"
_CREATED = _wanted("created", "created", "created date, created at, creation date, date created, created on")
_MODIFIED = _wanted("modified", "modified", "last modified date, last modified, system modstamp, last modified at")


def _account(*, needed: bool = True) -> Wanted:
    return _wanted("account", "account_id", _ACCOUNT, needed=needed)


CONVERSATIONS = (
    _wanted(
        "id", "key", "conversation id, ticket id, case id, ticket number, case number, number, ticket, #", needed=True
    ),
    _wanted(
        "created",
        "instant",
        "conversation created at, conversation started at, created at, created date, creation date, created time, "
        "date created, created on, opened at, opened, opened date, date time opened, started at, ticket created at, "
        "submitted at, requested at, received at",
        needed=True,
    ),
    _wanted(
        "first_response",
        "instant",
        "first response at, conversation first response at, first admin reply at, first reply at, first replied at, "
        "conversation first replied at, first responded at, initially responded at, first agent reply at, "
        "first teammate reply at, first response date, first response on, first reply",
        covers=True,
    ),
    _wanted(
        "first_response_time",
        "duration",
        "time to first response, first response time, first reply time, time to first reply, time to admin reply, "
        "initial response time, response time",
    ),
    _wanted(
        "closed",
        "instant",
        "last closed at, conversation last closed at, last close at, closed at, conversation closed at, closed date, "
        "date closed, date time closed, closed on, closed time, solved at, resolved at, resolved, solved, "
        "resolution date, completed at",
    ),
    _wanted(
        "close_time",
        "duration",
        "time to close, time to last close, resolution time, full resolution time, time to resolution, close time",
    ),
    _wanted(
        "updated",
        "instant",
        "updated at, conversation updated at, last updated at, last updated, last updated date, last modified, "
        "last modified date, date updated",
    ),
    _wanted(
        "state",
        "word",
        "conversation state, current conversation state, status, conversation status, ticket status, ticket state",
    ),
    _wanted("priority", "word", "conversation priority, ticket priority, urgency, is priority", covers=True),
    _wanted("tags", "tags", "conversation tags, ticket tags, tag, labels, label, conversation tag", covers=True),
    _wanted(
        "company_id",
        "key",
        "intercom company id, company external id, external company id, company id, organization id, organisation id, "
        "organization external id, customer id, account id, company, companies, organization, organisation, customer, "
        "account, company name, organization name, customer name, account name",
    ),
    _wanted("reopens", "times", "reopened, count reopens, number of reopens, times reopened, reopen count, reopenings"),
    _wanted("rating", "rating", "conversation rating, csat rating, csat score, satisfaction rating"),
    _wanted(
        "ai_agent",
        "yes_no",
        "ai agent participated, fin ai agent involved, fin involved, fin participated, ai agent involved",
    ),
    _wanted(
        "begun_by",
        "word",
        "delivered as, initiated by, conversation initiated by, started by, conversation started by, direction",
    ),
)
"""One row a conversation, as helpdesks export them."""

_LOGINS = (
    _wanted("staff_logins_30d", "count", "staff logins last 30 days, staff logins 30 days, logins last 30 days"),
    _wanted(
        "staff_logins_prev_30d",
        "count",
        "staff logins previous 30 days, staff logins prior 30 days, logins previous 30 days, logins 30 days before",
    ),
    _wanted("admin_logins_30d", "count", "admin logins last 30 days, admin logins 30 days"),
    _wanted(
        "admin_logins_prev_30d",
        "count",
        "admin logins previous 30 days, admin logins prior 30 days, admin logins 30 days before",
    ),
    _wanted("staff_logins", "count", "logins, daily logins, staff login count, login count"),
    _wanted("admin_logins", "count", "daily admin logins, admin login count"),
)
_PILLARS = tuple(
    _wanted(name, "score", f"{name} score, {name} pillar, pillar {name}")
    for name in ("messaging", "automations", "contactless", "requests", "staff_adoption")
)
USAGE = (
    _wanted(
        "customer",
        "key",
        "looker customer id, customer id, customer key, axp customer id, account id, property id, customer name",
        needed=True,
    ),
    _wanted("date", "date", "day, usage date, as of, as of date, reading date, end date, report date, snapshot date"),
    *_LOGINS,
    _wanted("active_modules", "count", "modules active, modules in use, modules used"),
    _wanted("available_modules", "count", "modules available, modules licensed, total modules, modules"),
    _wanted("platform_score", "score", "axp platform score, axp score, platform value score"),
    _wanted("platform_score_90d_ago", "score", "platform score 90 days ago, platform score 90 days before"),
    _wanted("active_staff", "count", "active staff users, staff active"),
    _wanted("licensed_seats", "count", "seats, seats licensed, licences, licenses"),
    *_PILLARS,
)
"""One row a customer (logins summed over 30 days), or one a customer and day (`staff_logins`, `admin_logins`)."""

PAYMENTS = (
    _wanted(
        "id",
        "record_id",
        "payment id, payment record id, record id, invoice id, invoice number, transaction id",
        needed=True,
    ),
    _account(),
    _wanted("status", "word", "payment status, invoice status", needed=True),
    _wanted(
        "payment_date", "date", "date, paid on, date of payment, due date, invoice date, transaction date", needed=True
    ),
    _CREATED,
    _MODIFIED,
)
OPPORTUNITIES = (
    _wanted("id", "record_id", "opportunity id, opportunity id 18, record id, case safe id", needed=True),
    _account(),
    _wanted("type", "word", "opportunity type", needed=True),
    _wanted("stage", "word", "stage name, opportunity stage", needed=True),
    _wanted("close_date", "date", "expected close date", needed=True),
    _wanted("is_closed", "yes_no", "closed"),
    _wanted("is_won", "yes_no", "won"),
    _CREATED,
    _MODIFIED,
)
SIGNALS = (
    _wanted(
        "id", "record_id", "churn signal id, signal id, record id, churn signal name, churn signal number", needed=True
    ),
    _account(),
    _wanted("severity", "word", "signal severity", needed=True),
    _wanted("confidence", "word", "signal confidence", needed=True),
    _wanted("status", "word", "signal status", needed=True),
    _wanted("date_observed", "date", "observed, observed on, date", needed=True),
    _wanted("accepted_at", "date", "accepted, accepted on"),
    _wanted("suggestion_key", "text", "suggested by"),
    _wanted("dismissed_at", "date", "dismissed, dismissed on"),
    _wanted("dismissal_reason", "text", "reason of dismissal"),
    _wanted("category", "text", "signal category"),
    _wanted("detail", "text", "signal detail, details, description, notes"),
    _wanted("reported_by", "text", "source, reporter"),
    _CREATED,
    _MODIFIED,
)
ACCOUNTS = (
    _wanted("sf_account_id", "account_id", f"{_ACCOUNT}, id", needed=True),
    _wanted("account_name", "text", "name, customer, customer name, company name"),
    _wanted("segment", "word", "account segment"),
    _wanted("intercom_company_id", "key", "intercom id, intercom company, company id, helpdesk company id"),
    _wanted("zendesk_organization_id", "key", "zendesk id, zendesk organization, organization id"),
    _wanted("looker_customer_id", "key", "looker id, axp customer id, customer id, usage customer id, customer key"),
    _wanted("arr", "amount", "annual recurring revenue, contract value, acv"),
    _wanted(
        "currency", "currency", "currency iso code, currency code, arr currency, annual recurring revenue currency"
    ),
    _wanted("success_tier", "word", "tier, customer success tier"),
    _wanted(
        "owner_id",
        "text",
        "csm, csm name, account owner, owner, owner name, customer success manager, success manager, account manager",
    ),
    _wanted("champion_since", "date", "champion since date"),
    _wanted("last_exec_interaction", "date", "last executive interaction, last exec meeting"),
    _wanted("responsiveness", "number", "customer responsiveness"),
    _wanted("expansion_mentions", "count", "mentions of expansion"),
    _wanted("nps", "number", "nps score, net promoter score"),
    _wanted("created", "created", "created date, created at, customer since, client since, account created date"),
    _MODIFIED,
)
OUTCOMES = (
    _wanted("account_id", "account_id", _ACCOUNT, needed=True),
    _wanted("outcome", "word", "renewal outcome, renewal result, result, renewal status, status", needed=True),
    _wanted(
        "effective_date",
        "date",
        "effective, effective on, churn date, churned on, renewal date, renewed on, contract end date, end date, date",
        needed=True,
    ),
    _wanted(
        "notice_date",
        "date",
        "notice, notice given, notice given on, date of notice, cancellation date, cancelled on, notice received on",
    ),
    _wanted("arr", "amount", "annual recurring revenue, arr at risk, contract value, acv"),
    _wanted("currency", "currency", "currency iso code, currency code, arr currency"),
    _wanted("reason", "text", "churn reason, loss reason, closed lost reason, comment, notes"),
    _wanted("treated_date", "date", "treated, treated on, saved on, save date, intervention date"),
)
"""One row what became of an account at a renewal; `withdrawn` takes back what was told of that account and day."""

KINDS: Mapping[Kind, tuple[Wanted, ...]] = {
    "accounts": ACCOUNTS,
    "usage": USAGE,
    "conversations": CONVERSATIONS,
    "payments": PAYMENTS,
    "opportunities": OPPORTUNITIES,
    "signals": SIGNALS,
    "outcomes": OUTCOMES,
}


def titles_of(wanted: Iterable[Wanted]) -> frozenset[str]:
    """Give every name of every column, in plain words."""
    return frozenset(title for one in wanted for title in one.titles)
