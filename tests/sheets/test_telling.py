"""What rows tell: messages of our own that say no more than the file does, at the instants at which it was so."""

import json
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.jobs.fold import read_message
from handlers.jobs.sheet_exports import Export, placed
from handlers.pulls.looker_days import holes
from handlers.sheets.accounts import merge, with_currencies
from handlers.sheets.conversations import conversations
from handlers.sheets.money import Amount
from handlers.sheets.plan import Plan
from handlers.sheets.records import Reading, account_records, object_of, records
from handlers.sheets.rows import BadRow
from handlers.sheets.telling import Said, Telling
from handlers.sheets.usage import Pull, fault_of, holes_of, usage
from scoring.account import Account
from scoring.customer import CSM
from scoring.facts import Fact, conversation_at, gather, record_at
from scoring.instants import DAY, SECOND, Instant, format_date, parse_instant
from scoring.observations import Conversation, Observation
from tests.sheets.tables import CONFIG, proposed, read

READ_AT = parse_instant("2026-11-05T09:00:00Z")
READING = Reading(READ_AT, None, CONFIG.intake)
WORDS = CONFIG.intake.known_words


def facts_of(said: Iterable[Said]) -> dict[str, Fact]:
    """Read messages as the fold does, and gather what they say by the ids of subjects."""
    statements = [
        statement
        for one in said
        for statement in read_message(json.dumps(one.message).encode(), CONFIG.intake, READ_AT).statements
    ]
    return {fact.subject.id: fact for fact in gather(s for s in statements if isinstance(s, Observation))}


THREADS = """id,Created at,First response at,Last closed at,State,Priority,Tags,Reopens,Company ID
1,2026-10-20 09:00,2026-10-20 09:30,2026-11-03 10:00,Closed,urgent,"p1, vip",2,acme
2,2026-10-21 09:00,,,Pending,,,,acme
3,2026-10-22 09:00,,2026-10-25 09:00,Open,,,1,acme
4,2026-10-23 09:00,,,mystery,,,,
"""


def told(text: str) -> Telling:
    """Tell the conversations of a file."""
    return conversations(read(text, "conversations").rows, READ_AT, WORDS)


def as_of(fact: Fact, instant: str) -> Conversation:
    """View a conversation."""
    seen = conversation_at(fact, parse_instant(instant))
    assert seen is not None
    return seen[0]


def test_a_conversation_is_seen_as_it_was_at_any_instant() -> None:
    """Open before its close, unanswered before its answer; tags are said of its beginning, too."""
    fact = facts_of(told(THREADS).said)["1"]
    before, at_month_end, now = (as_of(fact, day) for day in ("2026-10-20T09:15", "2026-11-01", "2026-11-05"))
    assert [one.state for one in (before, at_month_end, now)] == ["open", "open", "closed"]
    assert [one.first_admin_reply is None for one in (before, at_month_end, now)] == [True, False, False]
    assert [one.last_close is None for one in (before, at_month_end, now)] == [True, True, False]
    assert {one.tags for one in (before, at_month_end, now)} == {("p1", "vip")}
    assert {(one.priority, one.reopens) for one in (before, at_month_end, now)} == {("urgent", 2)}
    assert conversation_at(fact, parse_instant("2026-10-20T09:00")) is None


def test_states_of_helpdesks_are_understood_and_others_are_refused() -> None:
    """Pending waits; what was closed and is open again was never closed, for all that is known.

    A state that is neither open nor closed would end the wait.
    """
    telling = told(THREADS)
    facts = facts_of(telling.said)
    assert as_of(facts["2"], "2026-11-01").state == "snoozed"
    reopened = as_of(facts["3"], "2026-10-26")
    assert (reopened.state, reopened.reopens) == ("open", 1)
    example = 'words: {state: {"mystery": ...}} in the file of columns'
    (bad,) = telling.bad
    assert (bad.line, bad.column, bad.expected) == (5, "state", f"expected one of closed, open, snoozed, or {example}")


@pytest.mark.parametrize(
    ("column", "word", "meaning"),
    [
        ("state", "Parked", "snoozed"),
        ("priority", "Whale", "urgent"),
        ("begun_by", "Phone", "customer_initiated"),
    ],
)
def test_a_word_that_nobody_knows_is_refused_until_a_person_says_its_meaning(
    column: str, word: str, meaning: str
) -> None:
    """Such a conversation would be no urgent one, or no support load at all: good news of a word."""
    text = f"id,Created at,State,{column.replace('_', ' ')}\n1,2026-10-20 09:00,open,{word}\n"
    text = text.replace(",State,state", ",state").replace(",open,Parked", ",Parked")
    rows = read(text, "conversations").rows
    assert [bad.column for bad in conversations(rows, READ_AT, WORDS).bad] == [column]
    telling = conversations(rows, READ_AT, WORDS, {column: {word.lower(): meaning}})
    assert (telling.bad, meaning in json.dumps(telling.said[-1].message)) == ([], True)
    assert conversations(rows, READ_AT, WORDS, {column: {word.lower(): "Nonsense"}}).said == []


def test_without_columns_of_replies_or_reopens_nothing_is_said_of_them() -> None:
    """Of a conversation that only says that it is closed, nobody knows how often it was."""
    facts = facts_of(told("id,Created at,Closed at\n1,2026-10-20 09:00,2026-10-21 09:00\n").said)
    seen = as_of(facts["1"], "2026-11-01")
    assert (seen.state, seen.reopens, seen.first_admin_reply) == ("closed", None, None)


def test_durations_stand_for_instants() -> None:
    """In the unit that the column's name says."""
    text = (
        "id,Created at,First response time (minutes),Resolution time (hours),State\n1,2026-10-20 09:00,90,24.5,closed\n"
    )
    seen = as_of(facts_of(told(text).said)["1"], "2026-11-01")
    assert (seen.first_admin_reply, seen.last_close) == (
        parse_instant("2026-10-20T10:30"),
        parse_instant("2026-10-21T09:30"),
    )


def test_ratings_and_reopens_are_read_as_helpdesks_write_them() -> None:
    """In words, of five, or as yes and no; what nobody rated has no rating, and a word of no scale is refused."""
    head = "id,Created at,State,Reopened,Rating"
    given = ("1,yes,Good", "2,3,Bad", "3,No,4/5", "4,,Offered", "5,0,so-so", "6,1,6")
    rows = (row.replace(",", ",2026-10-20 09:00,open,", 1) for row in given)
    found = read("\n".join((head, *rows)), "conversations")
    told = [(row.number("reopens"), row.number("rating")) for row in found.rows]
    assert told == [(1, 5), (3, 1), (0, 4), (None, None)]
    assert [(bad.line, bad.column) for bad in found.bad] == [(6, "Rating"), (7, "Rating")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,2026-10-20 09:00,2026-10-19 09:00,,open", "first_response"),
        ("1,2026-10-20 09:00,,2026-10-19 09:00,closed", "closed"),
        ("1,2026-12-20 09:00,,,open", "created"),
    ],
)
def test_a_conversation_that_cannot_be_is_refused(row: str, column: str) -> None:
    """Answered or closed before it began, or begun after the export."""
    bad = told(f"id,Created at,First response at,Closed at,State\n{row}\n").bad
    assert [(one.line, one.column) for one in bad] == [(2, column)]


def test_a_later_export_says_what_became_of_a_conversation() -> None:
    """Both exports together are seen as the later one says, from its change on."""
    head = "id,Created at,First response at,Last closed at,State\n"
    first = told(f"{head}1,2026-10-20 09:00,,,open\n").said
    rows = read(f"{head}1,2026-10-20 09:00,2026-10-20 10:00,2026-10-21 10:00,closed\n", "conversations").rows
    later = conversations(rows, Instant(READ_AT + DAY), WORDS).said
    statements = [
        statement
        for one in (*later, *first)
        for statement in read_message(
            json.dumps(one.message).encode(), CONFIG.intake, Instant(READ_AT + DAY)
        ).statements
    ]
    (fact,) = gather(s for s in statements if isinstance(s, Observation))
    assert [as_of(fact, day).state for day in ("2026-10-20T12:00", "2026-10-22")] == ["open", "closed"]


def test_files_of_one_kind_and_instant_stand_side_by_side() -> None:
    """Each is read as a second after the other; either again is what it was, whatever came between."""
    first, second = (Export(name, READ_AT, READ_AT, name, "") for name in "ab")
    assert placed([], "a", READ_AT, "a") == READ_AT
    second = msgspec.structs.replace(second, read_at=placed([first], "b", READ_AT, "b"))
    assert second.read_at == READ_AT + SECOND
    assert [placed([first, second], name, READ_AT, name) for name in "ab"] == [READ_AT, READ_AT + SECOND]
    assert placed([first, second], "a", READ_AT, "corrected") == READ_AT + 2 * SECOND
    assert placed([first, second], "a", Instant(READ_AT + DAY), "a") == READ_AT + DAY


PAYMENTS = "Payment ID,Account ID,Payment Date,Status\nP-1,0015f00000YtSBVAA3,2026-09-30,Failed\n"


def test_a_payment_is_there_since_its_own_date_where_nothing_says_since_when() -> None:
    """A month that ended before the export sees it."""
    fact = facts_of(records(read(PAYMENTS, "payments").rows, object_of("payment", CONFIG.intake), READING).said)["P-1"]
    seen = record_at(fact, parse_instant("2026-11-01"))
    assert seen is not None
    assert (seen.owner, seen.text("status")) == ("0015f00000YtSBVAA3", "Failed")
    assert record_at(fact, parse_instant("2026-09-30")) is None


def test_an_opportunity_is_there_since_it_was_made_or_since_the_file_holds_all() -> None:
    """Of neither is known, it is there since the export alone."""
    text = "Id,Account ID,Type,Stage,Close Date,Closed\nO-1,0015f00000YtSBVAA3,,Qualify,2027-01-31,no\n"
    rows, crm_object = read(text, "opportunities").rows, object_of("opportunity", CONFIG.intake)
    (unsaid,) = facts_of(records(rows, crm_object, READING).said).values()
    since = Reading(READ_AT, parse_instant("2025-01-01"), CONFIG.intake)
    (said,) = facts_of(records(rows, crm_object, since).said).values()
    assert record_at(unsaid, parse_instant("2026-11-01")) is None
    seen = record_at(said, parse_instant("2026-11-01"))
    assert seen is not None
    assert (seen.text("type"), seen.yes("is_closed"), seen.instant("close_date")) == (
        None,
        False,
        parse_instant("2027-01-31"),
    )


ACCOUNT = "0015f00000YtSBVAA3"


def test_accounts_are_named_and_what_the_file_says_of_them_is_a_record() -> None:
    """A mapping alone says nothing of ARR, and so does not take it away."""
    with_arr = f"Account ID,Name,ARR,Customer Since,Account Owner\n{ACCOUNT},Acme,USD 85000,2024-01-20,Dana Lee\n"
    bad: list[BadRow] = []
    rows = with_currencies(read(with_arr, "accounts").rows, None, bad)
    seen = record_at(facts_of(account_records(rows, READING))[ACCOUNT], parse_instant("2026-11-01"))
    assert seen is not None
    assert (seen.number("arr"), seen.text("currency"), seen.text("name")) == (85000, "USD", "Acme")
    assert seen.text(CSM) == "Dana Lee"
    bare = read(f"Account ID,Intercom Company ID\n{ACCOUNT},acme\n", "accounts").rows
    assert [one.message["type"] for one in account_records(bare, READING)] == ["owner.listed"]


def test_an_amount_that_says_two_currencies_is_refused() -> None:
    """One in its cell, one in a column; what the file of columns says holds where neither does."""
    bad: list[BadRow] = []
    text = f"Account ID,ARR,ARR Currency\n{ACCOUNT},USD 85000,EUR\n0015f00000YtSBWAA3,5.50,\n"
    (kept,) = with_currencies(read(text, "accounts").rows, "CHF", bad)
    assert ([one.line for one in bad], kept.text("currency")) == ([2], "CHF")


def test_the_currency_in_the_name_of_a_column_holds_for_its_amounts() -> None:
    """One that a cell contradicts is refused; thousands, cents and two currencies are."""
    rows = f"{ACCOUNT},85000\n0015f00000YtSBWAA3,$ 5.50\n"
    found = read(f"Account ID,ARR (EUR)\n{rows}", "accounts")
    bad = [(one.line, one.column) for one in found.bad]
    assert ([row.amount("arr") for row in found.rows], bad) == ([Amount(85000, "EUR")], [(3, "ARR (EUR)")])
    for title in ("ARR (k\u20ac)", "ARR (EUR/USD)"):
        text = f"Account ID,{title}\n{rows}"
        assert "arr" not in proposed(text, "accounts").columns
        plan = Plan("accounts", {"sf_account_id": ("Account ID",), "arr": (title,)})
        assert [bad.column for bad in read(text, "accounts", plan).bad] == [title, title]


def test_accounts_are_put_into_the_mapping_and_what_stands_there_stays() -> None:
    """Owners are added, an account may have several rows; an owner of two accounts is refused."""
    other = Account("0015f00000YtSBWAA3", {"salesforce": ("0015f00000YtSBWAA3",), "intercom": ("taken",)}, "Other")
    text = (
        "Account ID,Account Name,Segment,Intercom Company ID\n"
        f"{ACCOUNT},Acme,Paid,one\n{ACCOUNT},Acme,Paid,two\n{ACCOUNT},Acme,Paid,taken\n{ACCOUNT},Acne,Paid,four\n"
        "0015f00000YtSBWAA3,Another,gold,five\n0015f00000YtSBWAA3,Another,,six\n"
    )
    merged = merge([other], read(text, "accounts").rows)
    assert merged.accounts[ACCOUNT].owners["intercom"] == ("one", "two")
    assert (merged.accounts[ACCOUNT].name, merged.accounts[ACCOUNT].segment) == ("Acme", "paid")
    assert [(bad.line, bad.column) for bad in merged.bad] == [
        (4, "intercom_company_id"),
        (5, "account_name"),
        (6, "segment"),
    ]
    assert merged.accounts[other.id].name == "Other"
    assert merged.accounts[other.id].owners["intercom"] == ("taken", "six")
    assert merged.remarks[0] == "line 7: the mapping has account_name Other, not Another: it stays as it stands"
    assert (merged.added, merged.completed, len(merged.rows)) == (1, 1, 2)


def test_an_owner_that_a_later_file_no_longer_gives_is_named() -> None:
    """It stays, and may be a slip of the first file: an owner that nobody knows makes metrics missing."""
    stood = Account(ACCOUNT, {"salesforce": (ACCOUNT,), "intercom": ("acmee", "two")}, "Acme")
    head = "Account ID,Intercom Company ID\n"
    merged = merge([stood], read(f"{head}{ACCOUNT},acme\n{ACCOUNT},two\n", "accounts").rows)
    said = "the mapping has intercom_company_id acmee of this account, and now acme too"
    assert merged.remarks == [f"line 2: {said}: take out of the mapping what is wrong"]
    assert merge([stood], read(f"{head}{ACCOUNT},two\n", "accounts").rows).remarks == []


END = date(2026, 11, 1)
DAYS = [END - timedelta(days=back) for back in range(60, 0, -1)]


def daily(logins: dict[str, list[int | None]], left_out: Iterable[int] = ()) -> Telling:
    """Tell 60 days of logins up to the first of November; days `left_out` have no row of anybody."""
    lines = ["Customer ID,Date,Staff logins,Platform score"]
    for customer, figures in logins.items():
        for number, (day, figure) in enumerate(zip(DAYS, figures, strict=True)):
            if figure is not None and number not in left_out:
                lines.append(f"{customer},{day},{figure},71")
    text = "\n".join(lines)
    columns = proposed(text, "usage").columns
    return usage(read(text, "usage").rows, columns, Pull(READ_AT, None))


def reading(telling: Telling, customer: str, day: str = "2026-11-01") -> dict[str, object]:
    """Give the reading of a customer and date."""
    found = [
        dict(one.message)
        for one in telling.said
        if (one.message["customer_id"], one.message["date"]) == (customer, day)
    ]
    assert len(found) == 1
    return found[0]


@given(st.lists(st.integers(0, 50), min_size=60, max_size=60), st.integers(0, 59))
@settings(max_examples=25)
def test_logins_of_days_are_added_up_over_both_windows(figures: list[int], absent: int) -> None:
    """A day that one customer alone lacks is one without use; the score is that of the last day."""
    mine: list[int | None] = [
        None if number == absent and absent != 59 else figure for number, figure in enumerate(figures)
    ]
    values = reading(daily({"a": mine, "b": [30] * 60}), "a")["values"]
    counted = [figure or 0 for figure in mine]
    assert values == {
        "staff_logins_30d": sum(counted[30:]),
        "staff_logins_prev_30d": sum(counted[:30]),
        "platform_score": 71,
    }


def test_days_without_use_of_anybody_are_holes_and_named() -> None:
    """As the pull of Looker has them."""
    telling = daily({"a": [5] * 60, "b": [30] * 60}, left_out=(10, 40))
    assert reading(telling, "a")["holes"] == [str(DAYS[10]), str(DAYS[40])]
    assert any("no customer has usage on 2 of the 60 days before it" in remark for remark in telling.remarks)
    assert "holes" not in reading(daily({"a": [5] * 60}), "a")


@given(st.lists(st.integers(0, 60), min_size=60, max_size=60), st.lists(st.integers(0, 3), min_size=60, max_size=60))
@settings(max_examples=25)
def test_holes_are_those_that_the_pull_of_looker_finds(staff: list[int], admin: list[int]) -> None:
    """One rule, wherever usage comes from."""
    query, end = CONFIG.looker, parse_instant(str(END))
    rows = [
        {query.date: str(day), query.values["staff_logins"]: one, query.values["admin_logins"]: other}
        for day, one, other in zip(DAYS, staff, admin, strict=True)
    ]
    days = [parse_instant(str(day)) for day in DAYS]
    found = holes_of([dict(zip(days, staff, strict=True)), dict(zip(days, admin, strict=True))], end, query.rest_days)
    assert [format_date(day) for day in found] == holes(rows, query, end)


def test_a_month_that_ends_within_the_days_has_a_reading_of_its_own() -> None:
    """And what stands as it is on one day alone is said of that day alone."""
    telling = daily({"a": [5] * 60, "b": [None] * 59 + [30]})
    assert {one.message["date"] for one in telling.said} == {"2026-10-01", "2026-11-01"}
    assert reading(telling, "a", "2026-10-01")["values"] == {
        "staff_logins_30d": 145,
        "staff_logins_prev_30d": 0,
        "platform_score": 71,
    }
    assert len(reading(telling, "a", "2026-10-01")["holes"]) == 31  # type: ignore[arg-type]
    old = daily({"a": [5] * 60, "b": [30] * 50 + [None] * 10})
    assert reading(old, "b")["values"] == {"staff_logins_30d": 600, "staff_logins_prev_30d": 900}


def test_a_row_of_usage_without_its_day_is_refused() -> None:
    """It is no row of the day of the export: a subtotal has none. Windows may end on the day that a person says."""
    rows = read("Customer ID,Date,Staff logins\na,2026-10-31,5\na Total,,5\n", "usage").rows
    assert [bad.line for bad in usage(rows, ("customer", "date", "staff_logins"), Pull(READ_AT, READ_AT)).bad] == [3]
    rows = read("Customer ID,Date,Staff logins 30d\na,,5\n", "usage").rows
    columns = ("customer", "date", "staff_logins_30d")
    assert [bad.line for bad in usage(rows, columns, Pull(READ_AT, None)).bad] == [2]
    assert usage(rows, columns, Pull(READ_AT, READ_AT)).bad == []


def test_usage_of_windows_needs_the_day_that_they_end_on() -> None:
    """And logins of days and of windows are not to be mixed."""
    columns = ("customer", "staff_logins_30d")
    assert fault_of(columns, None) is not None
    assert fault_of(columns, READ_AT) is None
    assert fault_of((*columns, "date"), None) is None
    assert fault_of((*columns, "date", "staff_logins"), None) is not None
    assert fault_of(("customer", "staff_logins"), READ_AT) is not None


@pytest.mark.parametrize(
    ("scores", "of", "told"),
    [
        (("0.82", "1"), None, []),
        (("1", "0"), None, []),
        (("4.5", "3"), None, []),
        (("0", "0"), None, [0, 0]),
        (("0.82", "0.4"), 1.0, [82, 40]),
        (("4.5", "3"), 5.0, [90, 60]),
        (("8", "3"), 100.0, [8, 3]),
        (("82%", "0.4%"), None, [82, 0.4]),
        (("82", "3"), None, [82, 3]),
    ],
)
def test_scores_of_less_are_not_taken_for_scores_of_a_hundred(
    scores: tuple[str, str], of: float | None, told: list[float]
) -> None:
    """Unless a person says which they are; percent, and any above 10, say it themselves."""
    text = f"Customer ID,Date,Platform score\na,2026-11-01,{scores[0]}\nb,2026-11-01,{scores[1]}\n"
    found = proposed(text, "usage")
    said = read(text, "usage", Plan("usage", found.columns, scores={} if of is None else {"platform_score": of}))
    assert [row.number("platform_score") for row in said.rows] == told
    assert len(said.bad) == 2 - len(told)
