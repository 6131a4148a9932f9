"""What the Intercom client gives, as messages, as statements."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.clients.remote import SourceError
from handlers.pulls.intercom import (
    OVERLAP,
    attribution,
    backfill,
    backfill_since,
    companies,
    conversations,
    deletions,
    rereads,
    still_open,
    sweep,
    unattributed,
)
from handlers.pulls.listed import Message
from scoring.account import Naming
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, EPOCH, SECOND
from scoring.observations import Conversation, Observation, Subject, Tombstone
from tests.fakes.intercom import error
from tests.fakes.server import Fault
from tests.live.intercom_workspace import NOW, Workspace, at, company, sample, talk, workspace
from tests.messages import statistics
from tests.sources.taking import said, take_in

READ = at(NOW)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Workspace]:
    with workspace(tmp_path) as place:
        yield place


def nobody(_: object) -> None:
    """Attribute to no company."""


def owner_of(messages: Iterable[Message]) -> str | None:
    """Read one message, and give whom its observation is said to belong to; None for nobody."""
    (message,) = messages
    (one,) = said(message, Observation)
    return one.owner or None


def names(messages: Iterable[Message]) -> list[Any]:
    """Name the conversations that are told, in order."""
    return [message["conversation"]["id"] for message in messages]  # type: ignore[index]


def test_a_conversation_is_told_as_it_was_read(place: Workspace) -> None:
    """Its statements: the feed was heard now, the snapshot is of its last update, its company is named."""
    place.fake.conversations = [talk(7, company=company(3))]
    (message,) = conversations(place.connect(), at(NOW - 100), READ, nobody)
    heard, told, named = take_in(message).statements
    assert heard == Heard("intercom", READ)
    assert isinstance(told, Observation)
    assert isinstance(told.content, Conversation)
    assert told.content.state == "closed"
    assert (told.subject, told.at, told.owner) == (Subject("intercom", "conversation", "7"), at(NOW - 60), "own-3")
    assert isinstance(named, Naming)
    assert (named.ids, named.name) == (("own-3", f"{3:024x}"), "No 3")
    assert take_in(message).remarks == []
    assert message.keys() == {"type", "read_at", "conversation"}


@pytest.mark.parametrize("name", ["search_conversations", "get_conversation"])
def test_intercoms_own_examples_can_be_read(place: Workspace, name: str) -> None:
    """Without a remark."""
    read = sample(name)
    place.fake.conversations = read.get("conversations", [read])
    (message,) = rereads(place.connect(), [place.fake.conversations[0]["id"]], READ, nobody)
    taken = take_in(message)
    assert taken.remarks == []
    assert [type(statement) for statement in taken.statements] == [Heard, Observation]


def test_intercoms_own_example_of_a_company_can_be_read(place: Workspace) -> None:
    """Without a remark: known since its creation, its name as of now."""
    place.fake.companies = sample("scroll_companies")["data"]
    messages = list(companies(place.connect(), READ))
    known, named = (naming for message in messages for naming in said(message, Naming))
    assert [take_in(message).remarks for message in messages] == [[], []]
    assert known.ids == named.ids == ("remote_companies_scroll_2", "6762f0971bb69f9f2193bb2b")
    assert (known.at, known.name) == (at(1734537367), None)
    assert (named.at, named.name) == (READ, "IntercomQATest1")


def test_a_sweep_begins_before_its_cursor(place: Workspace) -> None:
    """What the search index learned late is not missed; what is older is not read again."""
    back = OVERLAP // SECOND
    place.fake.conversations = [talk(1, NOW - back), talk(2, NOW - back - 5), talk(3, NOW - 1)]
    assert names(conversations(place.connect(), at(NOW), at(NOW), nobody)) == ["1", "3"]


def test_parts_are_counted_and_left_out(place: Workspace) -> None:
    """A reread conversation fits a queue, and says nothing that is not needed."""
    place.fake.conversations = [sample("get_conversation")]
    (message,) = rereads(place.connect(), ["503", "504"], READ, nobody)
    (told,) = said(message, Observation)
    assert isinstance(told.content, Conversation)
    assert told.content.parts == 4
    assert "Okay!" not in json.dumps(message)


def test_a_merge_is_told_of_the_parts(place: Workspace) -> None:
    """It is the one part that counts: the conversation goes on in another."""
    merged = {"type": "conversation_part", "part_type": "merged_secondary_conversation", "created_at": NOW - 30}
    comment = {"type": "conversation_part", "part_type": "comment", "created_at": NOW - 40, "body": "Okay!"}
    parts = {"type": "conversation_part.list", "conversation_parts": [comment, merged], "total_count": 2}
    place.fake.conversations = [talk(1) | {"conversation_parts": parts}]
    (message,) = rereads(place.connect(), ["1"], READ, nobody)
    snapshot, tombstone = said(message, Observation)
    assert isinstance(snapshot.content, Conversation)
    assert (tombstone.at, tombstone.content) == (at(NOW - 30), Tombstone(merged=True))
    assert "Okay!" not in json.dumps(message)


def test_an_unattributed_conversation_is_told_where_there_is_more_to_tell(place: Workspace) -> None:
    """It was updated or merged, or has a company now."""
    merged = {"conversation_parts": [{"part_type": "merged_secondary_conversation", "created_at": NOW}]}
    place.fake.conversations = [talk(1), talk(2), talk(3) | {"conversation_parts": merged}, talk(4, company=company(1))]
    last = {number: at(NOW - 60) for number in "1234"}
    known = last | {"2": at(NOW - 61)}
    told = unattributed(place.connect(), known, READ, nobody)
    assert names(told) == ["2", "3", "4"]
    assert names(unattributed(place.connect(), last, READ, lambda _: "own-1")) == ["1", "2", "3", "4"]


def test_the_company_of_a_conversation_goes_first(place: Workspace) -> None:
    """Nobody asks for its contact's companies then."""
    place.fake.conversations = [talk(1, company=company(1))]
    place.fake.contact_companies["c"] = [company(2)]
    client = place.connect()
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, {"own-2"}))) == "own-1"
    assert [call.path for call in place.fake.calls] == ["/conversations/search"]


@pytest.mark.parametrize(
    ("numbers", "mapped", "owner"),
    [
        ([5], set[str](), "own-5"),
        ([5, 6], {"own-6"}, "own-6"),
        ([5, 6], {f"{6:024x}"}, "own-6"),
        ([5, 6], {f"{6:024x}", "own-6"}, "own-6"),
        ([5, 6], {"own-5", "own-6"}, None),
        ([5, 6], {"own-7"}, None),
        ([5, 6], set[str](), None),
        ([5, 5], set[str](), "own-5"),
        ([], {"own-5"}, None),
        (None, {"own-5"}, None),
    ],
)
def test_a_conversation_without_company_is_its_contacts(
    place: Workspace, numbers: list[int] | None, mapped: set[str], owner: str | None
) -> None:
    """The only company, else the only one that is mapped by either of its ids, else nobody's."""
    place.fake.conversations = [talk(1)]
    if numbers is not None:
        place.fake.contact_companies["c"] = [company(number) for number in numbers]
    client = place.connect()
    messages = list(conversations(client, EPOCH, READ, attribution(client, mapped)))
    assert owner_of(messages) == owner
    assert ("company_id" in messages[0]) is (owner is not None)


@pytest.mark.parametrize(("own", "owner"), [("", f"{5:024x}"), (None, f"{5:024x}"), (" own ", "own"), (77, "77")])
def test_a_company_without_an_id_of_its_own_goes_by_intercoms(place: Workspace, own: object, owner: str) -> None:
    """The id that the company's own systems set goes first."""
    place.fake.conversations = [talk(1)]
    place.fake.contact_companies["c"] = [company(5, company_id=own)]
    place.fake.companies = [company(5, company_id=own)]
    client = place.connect()
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, ()))) == owner
    (named,) = said(next(companies(client, READ)), Naming)
    assert named.ids[0] == owner
    assert named.ids[-1] == f"{5:024x}"


@pytest.mark.parametrize("contacts", [None, {}, {"contacts": None}, {"contacts": [7, {}, {"id": None}]}])
def test_a_conversation_of_no_contact_is_nobodys(place: Workspace, contacts: object) -> None:
    """It is kept all the same."""
    place.fake.conversations = [talk(1, contacts=contacts)]
    client = place.connect()
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, {"own-1"}))) is None


def test_contacts_of_a_group_are_one_question(place: Workspace) -> None:
    """Two contacts of two companies leave it open, unless one alone is mapped."""
    group = {"contacts": [{"id": "a"}, {"id": "b"}]}
    place.fake.conversations = [talk(1, contacts=group)]
    place.fake.contact_companies = {"a": [company(1)], "b": [company(2)]}
    client = place.connect()
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, ()))) is None
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, {"own-2"}))) == "own-2"


@pytest.mark.parametrize("more", [{"has_more": True}, {"total_count": 2}])
def test_contacts_that_are_not_all_listed_leave_it_open(place: Workspace, more: dict[str, object]) -> None:
    """The one that is left out may be another company's."""
    place.fake.conversations = [talk(1, contacts={"contacts": [{"id": "c"}], **more})]
    place.fake.contact_companies = {"c": [company(1)]}
    client = place.connect()
    assert owner_of(conversations(client, EPOCH, READ, attribution(client, ()))) is None


def test_a_contact_is_asked_for_once_a_run(place: Workspace) -> None:
    """However much it writes."""
    place.fake.conversations = [talk(number) for number in range(40)]
    place.fake.contact_companies["c"] = [company(1)]
    client = place.connect()
    assert len(list(conversations(client, EPOCH, READ, attribution(client, ())))) == 40
    assert [call.path for call in place.fake.calls] == ["/conversations/search", "/contacts/c/companies"]


def test_a_contact_that_cannot_be_asked_for_stops_the_sweep(place: Workspace) -> None:
    """An answer that fails is not taken for no company."""
    place.fake.conversations = [talk(1)]
    place.fake.plan("/contacts", Fault("answer", error(403, "forbidden", "scope")))
    client = place.connect()
    with pytest.raises(SourceError, match="permission to read"):
        list(conversations(client, EPOCH, READ, attribution(client, ())))


def test_deletions_are_told_as_their_webhooks(place: Workspace) -> None:
    """From the instant of deletion on the conversation is hidden."""
    place.fake.deleted = [{"type": "conversation", "id": "512", "metrics_retained": True, "deleted_at": NOW - 10}]
    (message,) = deletions(place.connect(), at(NOW))
    assert said(message, Observation) == [
        Observation(Subject("intercom", "conversation", "512"), at(NOW - 10), Tombstone())
    ]
    assert take_in(message).remarks == []
    assert list(deletions(place.connect(), at(NOW) + OVERLAP)) == []


def test_companies_tell_what_may_name_them_elsewhere(place: Workspace) -> None:
    """Their website, and attributes that are ids by their name or their look; nothing else."""
    own = {
        "salesforce_id": "001bm000016htgPAAQ",
        "accountId": 4711,
        "Brand Key": "Brand:6f1c2d3e-0000-4000-8000-123456789abc",
        "ref": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "domain": "acme.test",
        "plan": "gold",
        "notes": "met them in 2024, nice people",
        "paid": True,
        "crm_id": None,
        "seats": 250000,
        "identity": "strong",
    }
    place.fake.companies = [company(1, website="https://acme.test", custom_attributes=own)]
    _, message = companies(place.connect(), READ)
    ids = {name: own[name] for name in ("salesforce_id", "accountId", "Brand Key", "ref", "domain")}
    assert message["attributes"] == {"website": "https://acme.test", "custom_attributes": ids}
    assert take_in(message).remarks == []


@pytest.mark.parametrize("created", [None, 0, ""])
def test_a_company_of_unknown_age_is_known_since_now(place: Workspace, created: object) -> None:
    """Rather than never."""
    place.fake.companies = [company(1, created_at=created)]
    (named,) = said(next(companies(place.connect(), READ)), Naming)
    assert named.at == READ


def test_a_sweep_of_a_quiet_workspace_says_that_it_was_heard(place: Workspace) -> None:
    """Silence is an answer; it covers nothing."""
    statements = [statement for message in sweep(place.connect(), at(NOW), READ, nobody) for statement in _of(message)]
    assert statements == [Heard("intercom", READ)]


def test_a_sweep_that_breaks_says_nothing_of_the_feed(place: Workspace) -> None:
    """Neither heard nor covered."""
    refused = Fault("answer", error(401, "unauthorized", "Access Token Invalid"))
    for messages in (sweep, backfill):
        place.fake.plan("/conversations/deleted", refused)
        told: list[Message] = []
        with pytest.raises(SourceError):
            told.extend(messages(place.connect(), at(NOW), READ, nobody))
        assert told == []


def test_a_backfill_tells_all_and_covers_it_last(place: Workspace) -> None:
    """Companies, old conversations that are still open, all newer ones, and only then the coverage."""
    since = backfill_since(READ)
    old = NOW - 200 * 86_400
    place.fake.companies = [company(1)]
    place.fake.conversations = [talk(1, old, state="open"), talk(2, old), talk(3, NOW - 90 * 86_400), talk(4)]
    place.fake.deleted = [{"type": "conversation", "id": "9", "deleted_at": NOW - 10}]
    messages = list(backfill(place.connect(), since, READ, nobody))
    told = [statement for message in messages for statement in _of(message)]
    assert [one.subject.id for one in told if isinstance(one, Observation)] == ["1", "3", "4", "9"]
    assert told[-1] == Covered("intercom", since)
    assert sum(isinstance(one, Covered) for one in told) == 1
    assert since == READ - 100 * DAY


def test_old_ones_that_are_still_open_are_told(place: Workspace) -> None:
    """Snoozed ones too, up to where the backfill begins."""
    states = ["open", "closed", "snoozed"]
    place.fake.conversations = [talk(number, NOW - 500, state=state) for number, state in enumerate(states)]
    assert names(still_open(place.connect(), at(NOW - 400), READ, nobody)) == ["0", "2"]
    assert names(still_open(place.connect(), at(NOW - 600), READ, nobody)) == []


def _of(message: Message) -> list[Any]:
    return list(take_in(message).statements)


def wrote(number: int, text: str, at: int = NOW - 60) -> dict[str, Any]:
    """Give an answer of a customer."""
    author = {"type": "user", "id": "c", "name": "Ana", "email": "ana@hotel.example"}
    told = {"type": "conversation_part", "id": str(number), "part_type": "comment", "created_at": at}
    return {**told, "body": f"<p>{text}</p>", "author": author, "redacted": False, "attachments": [{"name": "x"}]}


def answered(number: int, *parts: dict[str, Any], last: object = NOW - 60) -> dict[str, Any]:
    """Give a conversation in which a customer wrote last at some second."""
    told = {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": len(parts)}
    figures = statistics(last_contact_reply_at=last)
    return talk(number, company=company(1), conversation_parts=told, statistics=figures)


def test_with_words_on_a_sweep_reads_what_customers_wrote_since(place: Workspace) -> None:
    """A search gives no parts: only conversations in which a customer wrote are read by their ids, one call each."""
    admin = wrote(8, "Do you cancel?") | {"author": {"type": "admin", "id": "1"}}
    place.fake.conversations = [
        answered(1, wrote(7, "We cancel."), admin),
        answered(2, wrote(9, "Long ago."), last=NOW - 7_200),
        answered(3, wrote(10, "Who knows when."), last=None),
    ]
    told = list(conversations(place.connect(), at(NOW - 3600), READ, nobody, words=True))
    assert names(told) == ["1", "2", "3"]
    assert "We cancel." in json.dumps(told[0])
    assert "Do you cancel?" not in json.dumps(told)
    assert "Long ago." not in json.dumps(told)
    assert "Who knows when." in json.dumps(told[2])
    assert [place.fake.count(f"/conversations/{number}") for number in (1, 2, 3)] == [1, 0, 1]
    off = list(conversations(place.connect(), at(NOW - 3600), READ, nobody))
    assert "We cancel." not in json.dumps(off)
    assert take_in(told[0]).statements == take_in(off[0]).statements


def test_a_sweep_of_many_days_reads_what_was_written_of_late_alone(place: Workspace) -> None:
    """The first one looks back for 100 days, and has minutes: a look back has all the time it needs."""
    place.fake.conversations = [
        answered(1, wrote(7, "Of late."), last=NOW - 86_400),
        answered(2, wrote(9, "Long ago."), last=NOW - 4 * 86_400),
    ]
    told = json.dumps(list(conversations(place.connect(), at(NOW - 50 * 86_400), READ, nobody, words=True)))
    assert "Of late." in told
    assert "Long ago." not in told


def test_a_conversation_that_is_gone_meanwhile_is_told_as_the_search_found_it(place: Workspace) -> None:
    """Its deletion is told by another list."""
    place.fake.conversations = [answered(1, wrote(7, "We cancel."))]
    place.fake.plan("/conversations/1", Fault("answer", error(404, "not_found", "Conversation not found")))
    assert names(conversations(place.connect(), at(NOW - 3600), READ, nobody, words=True)) == ["1"]
