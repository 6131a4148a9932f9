"""Suggestions in the store alone, where there is no CRM: the same way from a message to a cap."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from config.receipt import receipt_text
from config.words import CategoryTerms, WordsTerms
from handlers.environment import SettingsError
from handlers.jobs.muted import keep_muted, muted_in
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.suggestion_answers import REASONS, Answering
from handlers.jobs.suggestions import by_key, names_of
from handlers.sinks.conversation_links import conversation_links
from handlers.sinks.suggested import UndecidedError
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY, HOUR, SECOND, Instant
from scoring.observations import Fields, Observation, Subject
from scoring.suggestion_answers import waiting
from tests.fakes.metadata import packaged
from tests.live.suggesting import NOW, QUOTE, READING, account, in_store, opened, suggesting, wrote

KEY = "intercom-101-cancellation"


@pytest.fixture(name="store")
def _store() -> Iterator[SqliteStore]:
    with closing(opened(1, 2)) as store:
        yield store


def suggest(store: SqliteStore, now: Instant = NOW) -> list[str]:
    """Suggest what is due; give the keys of what was written."""
    return suggesting(store, now).suggest([account(1), account(2)], in_store(store, now)).written


def receipt(store: SqliteStore, at: Instant, number: int = 1) -> tuple[str, str]:
    """Give the receipt of an account, and all of its record."""
    facts = AccountReader(store).read(account(number))
    record = record_of(facts, Terms("2026-11", at, READING.model, "provisional", at))
    return receipt_text(record), repr(record)


def answering(store: SqliteStore, now: Instant = NOW + SECOND) -> Answering:
    """Give who answers."""
    return Answering(store, READING, in_store(store, now), now)


def test_a_suggestion_counts_nowhere_until_it_is_accepted(store: SqliteStore) -> None:
    """Of an account that no CRM knows of not a byte of the record changes: its CRM is as unknown as before."""
    at = NOW + HOUR
    before = receipt(store, at)
    assert suggest(store) == [KEY, "intercom-201-cancellation"]
    assert receipt(store, at) == before
    assert dict(store.feeds()) == {}
    answering(store).accept(KEY, "Ada", "Critical", "Confirmed")
    record = record_of(AccountReader(store).read(account(1)), Terms("2026-11", at, READING.model, "provisional", at))
    assert [(one.severity, one.confidence, one.status) for one in record.measurements.signals] == [
        ("Critical", "Confirmed", "Active")
    ]


def test_it_waits_with_its_quote_until_it_is_answered_or_too_old(store: SqliteStore) -> None:
    """45 days from when it was suggested."""
    suggest(store)
    facts = AccountReader(store).read(account(1))
    at = suggesting(store, NOW + HOUR)
    assert [one.key for one in waiting(at.answers(facts), NOW + HOUR)] == [KEY]
    assert by_key(at.found(facts))[KEY].quote == QUOTE
    later = suggesting(store, NOW + 45 * DAY)
    assert waiting(later.answers(facts), NOW + 45 * DAY) == []


def test_one_that_is_dismissed_is_quiet_for_90_days(store: SqliteStore) -> None:
    """That account and category alone."""
    suggest(store)
    answering(store).dismiss(KEY, "Ada", REASONS[0])
    for part, ago in (("2", 40), ("3", 91)):
        wrote(store, 1, "cancellation", NOW + ago * DAY, part)
    wrote(store, 2, "cancellation", NOW + 40 * DAY, "2")
    assert suggest(store, NOW + 41 * DAY) == ["intercom-202-cancellation"]
    assert suggest(store, NOW + 92 * DAY) == ["intercom-103-cancellation"]
    told = suggesting(store, NOW + HOUR).answers(AccountReader(store).read(account(1)))
    assert [(one.status, one.reason) for one in told] == [("Dismissed", "Not a signal")]


def test_it_is_answered_once(store: SqliteStore) -> None:
    """Whoever comes second hears what it is, and changes nothing."""
    suggest(store)
    answering(store).dismiss(KEY, "Ada", "Other")
    with pytest.raises(UndecidedError, match="is Dismissed already"):
        answering(store, NOW + HOUR).accept(KEY, "Bob", "Watch", "Likely")
    with pytest.raises(UndecidedError, match="is not there"):
        answering(store).accept("intercom-9-budget", "Bob", "Watch", "Likely")


def test_asked_again_nothing_doubles(store: SqliteStore) -> None:
    """Nor where two ask at once: both find the same."""
    first, second = (suggesting(store) for _ in range(2))
    due = [list(one.wanted(AccountReader(store).read(account(1)))) for one in (first, second)]
    assert due[0] == due[1]
    assert suggest(store) == [KEY, "intercom-201-cancellation"]
    assert suggest(store) == []
    assert in_store(store).create(due[1]).there == [KEY]


def test_what_is_wanted_twice_in_one_call_is_written_once(store: SqliteStore) -> None:
    """An owner that two accounts have brings one suggestion, to the first; what is counted is what is there."""
    twice = replace(account(1), id=account(2).id)
    told = suggesting(store, NOW).suggest([account(1), twice], in_store(store, NOW))
    assert told.written == [KEY]
    assert len(told.due) == 2


def test_a_category_that_is_off_or_muted_suggests_nothing(store: SqliteStore) -> None:
    """And nothing does where messages are not read."""
    keep_muted(store, ["cancellation", "an old one"])
    assert muted_in(store) == {"cancellation"}
    assert suggest(store) == []
    keep_muted(store, [])
    off = {**READING.words.categories, "cancellation": CategoryTerms("off", "Cancellation")}
    for words in (WordsTerms("off"), WordsTerms("rules", off)):
        config = replace(READING, words=words)
        assert suggesting(store, config=config).suggest([account(1)], None).due == []


def test_an_account_that_the_crm_deleted_gets_none(store: SqliteStore) -> None:
    """Salesforce would refuse it each time."""
    batch, own = Batch(), account(1).id
    gone = Observation(Subject("salesforce", "account", own), NOW - HOUR, Fields((("deleted", True),)), own)
    batch.add(gone)
    store.merge(batch)
    assert suggest(store) == ["intercom-201-cancellation"]


def test_config_that_lacks_a_name_is_refused() -> None:
    """Without the external id suggestions would double."""
    crm_object = names_of(READING).crm_object
    fields = {name: one for name, one in crm_object.fields.items() if one.name != "suggestion_key"}
    objects = {**READING.intake.objects, crm_object.object: replace(crm_object, fields=fields)}
    with pytest.raises(SettingsError, match="lacks suggestion_key"):
        names_of(replace(READING, intake=replace(READING.intake, objects=objects)))
    words = {**READING.intake.words, "signal.status": ("Active",)}
    with pytest.raises(SettingsError, match="no word the meaning Suggested"):
        names_of(replace(READING, intake=replace(READING.intake, words=words)))


def test_the_package_has_the_words_that_are_written() -> None:
    """Each category, each reason, and the source."""
    fields = packaged("Churn_Signal__c")
    assert {*READING.words.crm_words.values()} <= (fields["Signal_Category__c"].words or set())
    assert {*REASONS} == {*(fields["Dismissal_Reason__c"].words or ())}
    assert READING.words.salesforce.source in (fields["Source__c"].words or ())


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, None),
        ({"INTERCOM_WORKSPACE": "ab12"}, "https://app.intercom.com/a/inbox/ab12/inbox/conversation/4%2F5"),
        (
            {"INTERCOM_WORKSPACE": "ab12", "INTERCOM_REGION": "eu"},
            "https://app.eu.intercom.com/a/inbox/ab12/inbox/conversation/4%2F5",
        ),
    ],
)
def test_a_link_opens_the_conversation(environ: dict[str, str], address: str | None) -> None:
    """Where the workspace is known; one that no field could hold is none."""
    links = conversation_links(environ)
    assert links.to("intercom", "4/5") == address
    assert links.to("intercom", "4" * 300) is None
    assert links.to("zendesk", "4") is None


def test_a_workspace_that_is_none_is_refused() -> None:
    """It goes into an address."""
    with pytest.raises(SettingsError, match="INTERCOM_WORKSPACE is no id"):
        conversation_links({"INTERCOM_WORKSPACE": "a/../b"})
    assert (
        conversation_links({"ZENDESK_SUBDOMAIN": "acme"}).to("zendesk", "7")
        == "https://acme.zendesk.com/agent/tickets/7"
    )
