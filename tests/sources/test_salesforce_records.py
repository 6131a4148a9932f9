"""Records and objects that the sweep read again over REST."""

import pytest

from scoring.account import Naming
from scoring.facts import ENTIRE
from scoring.feeds import Heard
from scoring.instants import SECOND, format_instant, parse_instant
from scoring.observations import NOBODY, Fields, Gap, Observation, Subject
from tests.messages import ACCOUNT, OPPORTUNITY, READ_AT, Message, change, deleted_record, headed, record, resync
from tests.sources.taking import observation, refusal, said, take_in, values

READ = parse_instant(READ_AT)
HEARD = Heard("salesforce", READ)
STAMP = parse_instant("2026-05-07T22:30:10Z")
END = STAMP + SECOND - 1
"""A re-read counts from the end of its stamp's second."""


def fields(message: Message) -> Fields:
    """Read one message that makes one observation of a record's fields."""
    content = observation(message).content
    assert isinstance(content, Fields)
    return content


def test_a_record_says_all_its_fields_from_its_last_change_on() -> None:
    """Absent fields are empty; the reading settles every gap before it."""
    message = record("Opportunity", AccountId=ACCOUNT, StageName="Closed Won", CreatedDate="2026-01-02T03:04:05.000Z")
    seen = observation(message)
    assert (seen.subject, seen.at) == (Subject("salesforce", "opportunity", OPPORTUNITY), END)
    assert seen.owner == ACCOUNT
    assert values(message) == {
        "deleted": False,
        "type": None,
        "stage": "Closed Won",
        "is_closed": None,
        "is_won": None,
        "close_date": None,
    }
    assert fields(message).created == parse_instant("2026-01-02T03:04:05Z")
    assert fields(message).read_at == READ
    assert take_in(message).statements == [HEARD, seen, Naming("salesforce", (ACCOUNT,), END)]


def test_a_record_read_within_the_second_of_its_stamp_counts_from_its_reading() -> None:
    """It holds against what it has seen of that second, not against what came after."""
    read_at = STAMP + SECOND // 2
    message = record("Opportunity", StageName="Closed Won") | {"read_at": format_instant(read_at)}
    assert observation(message).at == observation(message).known_at == read_at


def test_a_stamp_finer_than_a_second_is_taken_as_it_is() -> None:
    """Where the API gives milliseconds there is nothing to make up for."""
    message = record("Opportunity", SystemModstamp="2026-05-01T00:00:00.250Z")
    assert observation(message).at == parse_instant("2026-05-01T00:00:00.250Z")


def test_a_lookup_that_is_empty_takes_the_owner_away_and_one_left_out_says_nothing() -> None:
    """Empty is not unsaid."""
    assert observation(record("Opportunity", AccountId=None)).owner == NOBODY
    assert observation(record("Opportunity")).owner is None


def test_an_account_is_named_with_its_name() -> None:
    """It is its own owner."""
    named = Naming("salesforce", (ACCOUNT,), END, "Acme")
    message = record("Account", Name="Acme", Id=ACCOUNT[:15])
    assert said(message, Naming) == [named]
    assert observation(message).owner == observation(message).subject.id == ACCOUNT


@pytest.mark.parametrize(
    ("stamps", "at"),
    [
        ({"SystemModstamp": "2026-05-01", "LastModifiedDate": "2026-04-01"}, "2026-05-01"),
        ({"SystemModstamp": 1777593600000, "LastModifiedDate": None}, "2026-05-01"),
        ({"SystemModstamp": None, "LastModifiedDate": "2026-04-01T00:00:00.000+0000"}, "2026-04-01"),
        ({"SystemModstamp": None, "LastModifiedDate": None}, READ_AT),
        ({"SystemModstamp": None}, READ_AT),
    ],
)
def test_a_record_counts_from_the_best_instant_that_is_known(stamps: Message, at: str) -> None:
    """The end of the second of SystemModstamp, else of LastModifiedDate, else when it was read."""
    message = record("Opportunity", StageName="Closed Won", **stamps)
    assert observation(message).at == (READ if at == READ_AT else parse_instant(at) + SECOND - 1)
    assert take_in(message).remarks == []


def test_a_stamp_that_is_no_instant_is_dropped_by_name() -> None:
    """The next best counts."""
    message = record("Opportunity", SystemModstamp="soon", LastModifiedDate="2026-04-01", CreatedDate="once")
    assert observation(message).at == parse_instant("2026-04-01") + SECOND - 1
    assert sorted(take_in(message).remarks) == ["dropped:CreatedDate", "dropped:SystemModstamp"]
    assert fields(message).created is None


def test_a_record_in_the_recycle_bin_is_deleted() -> None:
    """A query of all rows gives deleted ones too; their fields are not said."""
    assert values(record("Opportunity", IsDeleted=True, StageName="Closed Won")) == {"deleted": True}
    assert values(record("Opportunity", IsDeleted=False))["deleted"] is False


def test_a_record_found_deleted_is_deleted_from_then_on() -> None:
    """Nothing else is known of it, not even its owner."""
    gone = Fields((("deleted", True),), read_at=READ)
    expected = Observation(Subject("salesforce", "opportunity", OPPORTUNITY), READ, gone)
    assert take_in(deleted_record("Opportunity", OPPORTUNITY[:15])).statements == [HEARD, expected]


def test_an_account_found_deleted_is_its_own_owner() -> None:
    """So that its account finds it."""
    assert observation(deleted_record("Account", ACCOUNT)).owner == ACCOUNT


@pytest.mark.parametrize("record_id", [None, "", [], True, "006*", "*", "000000000000000AAA", "000000000000000", "a\0"])
def test_a_record_that_is_none_is_refused(record_id: object) -> None:
    """One record is read again, never a wildcard or a dummy."""
    assert refusal(deleted_record("Opportunity", record_id)).startswith("id is ")
    assert refusal(record("Opportunity", Id=record_id)).startswith("Id is ")


@pytest.mark.parametrize("given", [None, [], "text", 7])
def test_a_reread_without_its_record_is_refused(given: object) -> None:
    """It says what is missing."""
    assert refusal(record("Opportunity") | {"record": given}).startswith("record is ")


@pytest.mark.parametrize("deleted", [False, None, 0, "true", []])
def test_only_true_says_that_a_record_is_deleted(deleted: object) -> None:
    """Anything else needs the record."""
    assert refusal(deleted_record("Opportunity", OPPORTUNITY, deleted=deleted)) == "record is missing"


@pytest.mark.parametrize("name", ["object", "read_at"])
@pytest.mark.parametrize("value", [None, [], {}, True, 1e300])
def test_a_message_without_what_it_must_say_is_refused_by_name(name: str, value: object) -> None:
    """Of what object, and read when."""
    for message in (record("Opportunity"), deleted_record("Opportunity", OPPORTUNITY), resync("Opportunity")):
        assert refusal(message | {name: value}).startswith(f"{name} is ")


@pytest.mark.parametrize("read_at", [1778220000, 1778220000000, "2026-05-08T08:00:00+02:00"])
def test_a_reading_may_be_dated_in_any_form(read_at: object) -> None:
    """Our own instants are ISO text, Unix seconds or milliseconds."""
    assert fields(record("Opportunity") | {"read_at": read_at}).read_at == READ
    assert observation(resync("Opportunity", read_at)).at == READ


def test_an_unheard_of_object_is_remarked() -> None:
    """The message shows that the feed lives."""
    for message in (record("Invoice__c"), deleted_record("Invoice__c", "a01"), resync("Invoice__c")):
        taken = take_in(message)
        assert (taken.statements, taken.remarks) == ([HEARD], ["unknown:object=Invoice__c"])


def test_all_of_an_object_read_again_settles_its_gaps() -> None:
    """It is said of the object as a whole."""
    settled = Observation(Subject("salesforce", "opportunity", ENTIRE), READ, Gap("Opportunity", resynced=True))
    assert take_in(resync("Opportunity")).statements == [HEARD, settled]


def test_both_ways_of_writing_a_record_are_one_fact() -> None:
    """A change and a reading of one record meet in one subject, whichever id and number form they use."""
    relayed = change("Account", "UPDATE", ["ARR__c"], ARR__c=477000)
    short = headed(change("Account", "UPDATE", ["ARR__c"], ARR__c=477000.0), recordIds=[ACCOUNT[:15]])
    assert observation(relayed) == observation(short)
    assert observation(record("Account", ARR__c=477000)) == observation(record("Account", ARR__c=477000.0))
    assert observation(record("Account")).subject == observation(relayed).subject
