"""Suggestions into Salesforce: each once whatever happens, and no edit of a person overwritten."""

from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest

from handlers.clients.remote import SourceError
from handlers.jobs.records import AccountReader
from handlers.jobs.suggestion_answers import Answering
from handlers.jobs.suggestions import Suggested, Suggesting, names_of
from handlers.sinks.suggested import UndecidedError
from handlers.sinks.suggested_salesforce import SalesforceSuggestions
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, HOUR, SECOND, Instant, format_instant
from scoring.measurement import score
from tests.fakes.salesforce import LOCKED, FakeSalesforce
from tests.fakes.server import Fault, Request, Response
from tests.live.orgs import client
from tests.live.suggesting import NOW, QUOTE, READING, account, opened, suggesting, told, wrote

OBJECT = "Churn_Signal__c"


def decide(row: Mapping[str, object]) -> Mapping[str, object]:
    """Do what the flow of the package does before a decided signal is saved."""
    name = {"Active": "Accepted_At__c", "Dismissed": "Dismissed_At__c"}.get(str(row.get("Status__c")))
    return {} if name is None else {name: format_instant(NOW)}


@pytest.fixture(name="there")
def _there(org: FakeSalesforce) -> FakeSalesforce:
    """Give an org that has the package's object."""
    org.declare_package(OBJECT)
    org.flows[OBJECT] = decide
    org.now = format_instant(NOW - HOUR)
    return org


@pytest.fixture(name="store")
def _store() -> Iterator[SqliteStore]:
    """Give a store in which two customers wrote that they cancel."""
    with closing(opened(1, 2)) as store:
        yield store


def sink(org: FakeSalesforce, now: Instant = NOW) -> SalesforceSuggestions:
    """Give the sink of an org."""
    return SalesforceSuggestions(client(org), names_of(READING), now, lambda _: None)


def suggest(org: FakeSalesforce, store: SqliteStore, now: Instant = NOW) -> Suggested:
    """Suggest what is due of the two."""
    return suggesting(store, now).suggest([account(1), account(2)], sink(org, now))


def test_a_suggestion_is_a_signal_with_its_quote_and_link(there: FakeSalesforce, store: SqliteStore) -> None:
    """Without severity and confidence: a person chooses them."""
    assert suggest(there, store).written == ["intercom-101-cancellation", "intercom-201-cancellation"]
    first = next(iter(there.records[OBJECT].values()))
    link = "https://app.intercom.com/a/inbox/w1/inbox/conversation/c1"
    assert (first["Account__c"], first["Status__c"], first["Signal_Category__c"]) == (
        account(1).id,
        "Suggested",
        "Cancellation",
    )
    assert (first["Suggested_Quote__c"], first["Conversation_Link__c"]) == (QUOTE, link)
    assert (first["Severity__c"], first["Confidence__c"], first["Date_Observed__c"]) == (None, None, "2026-11-19")
    assert first["Signal_Detail__c"] == "Wants to cancel or not to renew (Intercom conversation c1)"


def test_asked_again_nothing_doubles(there: FakeSalesforce, store: SqliteStore) -> None:
    """The store knows at once; one that does not know leaves what is there alone, and learns of it."""
    suggest(there, store)
    assert suggest(there, store).due == []
    with closing(opened(1, 2)) as fresh:
        again = suggest(there, fresh)
        assert (again.written, again.there, again.failed) == ([], [one.suggestion.key for one in again.due], {})
        assert suggest(there, fresh).due == []
    assert len(there.records[OBJECT]) == 2


def test_what_a_person_made_of_it_is_never_written_over(there: FakeSalesforce, store: SqliteStore) -> None:
    """Nor is one made again that was deleted."""
    suggest(there, store)
    first, second = there.records[OBJECT]
    there.put(OBJECT, Id=first, Status__c="Active", Severity__c="Watch", Signal_Detail__c="theirs")
    there.delete(OBJECT, second, format_instant(NOW))
    with closing(opened(1, 2)) as fresh:
        assert len(suggest(there, fresh).there) == 2
    assert told(there.records[OBJECT], "Signal_Detail__c", "Severity__c")[1] == ("theirs", "Watch")
    assert len(there.records[OBJECT]) == 2


def test_a_locked_account_is_tried_again(there: FakeSalesforce, store: SqliteStore) -> None:
    """Three times, alone; then it is named, due the next time, and the other stands."""
    there.refuse("intercom-101-cancellation", *[LOCKED] * 4)
    there.refuse("intercom-201-cancellation", LOCKED)
    said = suggest(there, store)
    assert said.written == ["intercom-201-cancellation"]
    assert "UNABLE_TO_LOCK_ROW" in said.failed["intercom-101-cancellation"]
    assert suggest(there, store).written == ["intercom-101-cancellation"]


@pytest.mark.parametrize("code", ["DUPLICATES_DETECTED", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "REQUIRED_FIELD_MISSING"])
def test_a_row_that_rules_of_the_org_refuse_is_named(code: str, there: FakeSalesforce, store: SqliteStore) -> None:
    """Duplicate rules, validation rules and required fields of others; the other row is written."""
    there.refuse("intercom-101-cancellation", (code, "No."))
    said = suggest(there, store)
    assert (said.written, list(said.failed)) == (["intercom-201-cancellation"], ["intercom-101-cancellation"])
    assert said.failed["intercom-101-cancellation"].startswith(f"{code}: No.")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cut", after=True),
        Fault("answer", Response(200, []), after=True),
        Fault("answer", Response(200, [None, {"success": True}]), after=True),
    ],
    ids=["the answer is lost", "it is empty", "it names no row"],
)
def test_what_became_of_a_row_the_org_alone_says(fault: Fault, there: FakeSalesforce, store: SqliteStore) -> None:
    """Rows that are there count as written or there, whatever was answered; none is written twice."""
    there.plan("composite/sobjects", fault)
    said = suggest(there, store)
    assert (sorted([*said.written, *said.there]), said.failed) == ([one.suggestion.key for one in said.due], {})
    assert len(there.records[OBJECT]) == 2


def test_two_that_ask_at_once_write_it_once(there: FakeSalesforce, store: SqliteStore) -> None:
    """The other was faster between our look and our writing: what it wrote is left alone, and known from then on."""

    def faster(request: Request) -> None:
        if "queryAll" in request.path and there.witness is faster:
            there.witness = lambda _: None
            with closing(opened(1, 2)) as other:
                suggest(there, other)

    there.witness = faster
    said = suggest(there, store)
    assert (said.written, len(said.there), said.failed, len(there.records[OBJECT])) == ([], 2, {}, 2)
    assert suggest(there, store).due == []


def test_a_row_that_nobody_accounts_for_is_not_written(there: FakeSalesforce, store: SqliteStore) -> None:
    """The org says that it took it, and does not have it."""
    there.plan("composite/sobjects", Fault("answer", Response(200, [{"success": True}, {"success": True}])))
    said = suggest(there, store)
    assert (said.written, len(said.failed)) == ([], 2)
    assert suggest(there, store).written == [one.suggestion.key for one in said.due]


def test_an_org_without_the_external_id_gets_no_suggestion(org: FakeSalesforce, store: SqliteStore) -> None:
    """It says what to do."""
    said = suggest(org, store)
    assert "has no field for the external id of a suggestion: deploy the Salesforce package" in next(
        iter(said.failed.values())
    )


def answering(org: FakeSalesforce, store: SqliteStore, now: Instant = NOW + SECOND) -> Answering:
    """Give who writes answers, a second after what was suggested."""
    return Answering(store, READING, sink(org, now), now)


def cap(store: SqliteStore, at: Instant) -> float | None:
    """Give the cap of the first account as of an instant."""
    found = score(AccountReader(store).read(account(1)), at, READING.model).cap
    return None if found is None else found.value


def test_one_that_is_accepted_caps_at_once(there: FakeSalesforce, store: SqliteStore) -> None:
    """With the severity and confidence that the person chose, and the person named; no event is waited for."""
    suggest(there, store)
    first = next(iter(there.records[OBJECT]))
    assert cap(store, NOW + HOUR) is None
    answering(there, store).accept(first, "Ada of the desk", "Critical", "Confirmed")
    record = there.records[OBJECT][first]
    assert [record[name] for name in ("Status__c", "Severity__c", "Confidence__c", "Decided_For__c")] == [
        "Active",
        "Critical",
        "Confirmed",
        "Ada of the desk",
    ]
    assert cap(store, NOW + HOUR) == 50.0


def test_one_that_is_dismissed_is_quiet(there: FakeSalesforce, store: SqliteStore) -> None:
    """The account and category, for 90 days; another category is not."""
    suggest(there, store)
    first = next(iter(there.records[OBJECT]))
    answering(there, store).dismiss(first, "Ada", "Not a signal")
    assert there.records[OBJECT][first]["Dismissal_Reason__c"] == "Not a signal"
    wrote(store, 1, "cancellation", NOW + 60 * DAY, "2")
    wrote(store, 1, "budget", NOW + 60 * DAY, "3")
    wrote(store, 1, "cancellation", NOW + 91 * DAY, "4")
    assert suggest(there, store, NOW + 61 * DAY).written == ["intercom-103-budget"]
    assert suggest(there, store, NOW + 92 * DAY).written == ["intercom-104-cancellation"]


def test_who_was_faster_is_not_written_over(there: FakeSalesforce, store: SqliteStore) -> None:
    """What they decided is in the store then; a change between our reading and our writing is seen by the org."""
    suggest(there, store)
    first, second = there.records[OBJECT]
    there.now = format_instant(NOW)
    there.put(OBJECT, Id=first, Status__c="Dismissed", Dismissed_At__c=there.now, SystemModstamp=there.now)
    with pytest.raises(UndecidedError, match="is Dismissed in Salesforce already"):
        answering(there, store).accept(first, "Ada", "Critical", "Likely")
    assert there.records[OBJECT][first]["Severity__c"] is None
    assert [one.status for one in suggesting(store, NOW + HOUR).answers(AccountReader(store).read(account(1)))] == [
        "Dismissed"
    ]

    def meanwhile(request: Request) -> None:
        if "queryAll" in request.path:
            there.put(OBJECT, Id=second, Status__c="Active", SystemModstamp=there.now)

    there.witness = meanwhile
    with pytest.raises(UndecidedError, match="is Active in Salesforce already"):
        answering(there, store).dismiss(second, "Ada", "Other")
    assert there.records[OBJECT][second].get("Dismissal_Reason__c") is None


def test_a_decision_whose_answer_is_lost_stands(there: FakeSalesforce, store: SqliteStore) -> None:
    """It is read again; one that was not written is told as such."""
    suggest(there, store)
    first, second = there.records[OBJECT]
    there.plan(f"/{first}", *[Fault("answer", after=True)] * 3)
    answering(there, store).accept(first, "Ada", "Watch", "Likely")
    there.plan(f"/{second}", *[Fault("answer")] * 3)
    with pytest.raises(SourceError):
        answering(there, store).accept(second, "Ada", "Watch", "Likely")


def test_wrong_words_are_refused(there: FakeSalesforce, store: SqliteStore) -> None:
    """Before anything is asked."""
    with pytest.raises(ValueError, match="expected one of Critical, Moderate, Watch"):
        answering(there, store).accept("a01", "Ada", "High", "Likely")
    with pytest.raises(ValueError, match="expected one of Not a signal"):
        answering(there, store).dismiss("a01", "Ada", "no")
    assert there.calls == []


def test_what_is_due_is_said_without_a_sink(store: SqliteStore) -> None:
    """And nothing is where messages are not read."""
    one: Suggesting = suggesting(store)
    assert len(one.suggest([account(1), account(2)], None).due) == 2


def test_the_reason_of_a_refusal_does_not_repeat_the_customer(there: FakeSalesforce, store: SqliteStore) -> None:
    """Salesforce repeats a value that is too long, as a whole or cut off; a reason is logged."""
    there.refuse(
        "intercom-101-cancellation", ("STRING_TOO_LONG", f"Detail: data value too large: {QUOTE[:9]} (max length=5)")
    )
    there.refuse("intercom-201-cancellation", ("FIELD_CUSTOM_VALIDATION_EXCEPTION", f"'{QUOTE}' will not do"))
    assert suggest(there, store).failed == {
        "intercom-101-cancellation": "STRING_TOO_LONG: Detail: data value too large",
        "intercom-201-cancellation": "FIELD_CUSTOM_VALIDATION_EXCEPTION: '…' will not do",
    }
