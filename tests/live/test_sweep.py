"""`sweep` and `backfill` at a desk: what is new comes once, what was lost is healed, cursors move after."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from handlers.commands.finalise import finalise_command
from handlers.commands.live import backfill, sweep
from handlers.commands.status import status
from handlers.jobs.fold import BATCH_SIZE, fold_lines
from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import record_at
from scoring.instants import DAY, HOUR, SECOND, Instant, format_date, format_instant
from tests.fakes.server import Fault, Response
from tests.live.desk import Desk, at_desk
from tests.live.orgs import CONFIG
from tests.live.pilot import AS_OF, NOW, seconds
from tests.messages import conversation

BROKEN = Fault("answer", Response(400, {"error": "broken"}))
OCTOBER = ("--period", "2026-10", "--dry-run")


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with at_desk(2, tmp_path) as desk:
        yield desk


def raw(desk: Desk, number: int, dimension: str, metric: str) -> object:
    """Close October on trial, and give a raw value of a hotel."""
    assert desk.run(finalise_command, *OCTOBER).code == 0
    score = next(one.score for one in desk.records() if one.score.account_id == desk.pilot.accounts[number].id)
    return score.dimensions[dimension].metrics[metric].raw


def cursor(desk: Desk, name: str) -> str | None:
    """Give how far a part has come."""
    with closing(SqliteStore(desk.store)) as store:
        return store.cursor(name)


def ingest(desk: Desk, *messages: object) -> None:
    """Take in messages as the queue does."""
    lines = [json.dumps(message).encode() for message in messages]
    with closing(SqliteStore(desk.store)) as store:
        assert not any(tally.dead_letters for tally in fold_lines(lines, "events", store, CONFIG.intake, NOW))


def gap(entity: str, kind: str, *ids: str) -> dict[str, Any]:
    """Give a change event without content."""
    header = {"entityName": entity, "recordIds": ids, "changeType": kind, "commitTimestamp": (NOW + HOUR // 2) // 1000}
    return {"source": "aws.partner/salesforce.com/00D/0YL", "detail": {"payload": {"ChangeEventHeader": header}}}


def put_payment(desk: Desk, number: int, changed: Instant = NOW) -> str:
    """Let a hotel's payment fail."""
    day, stamp = format_date(AS_OF - 20 * DAY), format_instant(changed)
    created = format_instant(AS_OF - 20 * DAY)
    account = desk.pilot.accounts[number].id
    told = {"Status__c": "Failed", "Payment_Date__c": day, "CreatedDate": created, "SystemModstamp": stamp}
    return desk.pilot.org.put("Payment_Record__c", Account__c=account, **told)


def talk(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Give an urgent conversation of October, of contact `c` and no company."""
    start = AS_OF - 2 * DAY
    people = {"type": "contact.list", "contacts": [{"type": "contact", "id": "c"}]}
    own = {"id": "99", "created_at": seconds(start), "updated_at": seconds(start + HOUR), "priority": "high"}
    return conversation(**{**own, "company": None, "contacts": people, "statistics": {}, **members})


def test_a_backfill_covers_every_window_by_default(desk: Desk) -> None:
    """13 months of CRM and 100 days of conversations, heard until now."""
    assert desk.run(backfill).code == 0
    feeds = desk.run(status).summary["feeds"]
    assert {source: feed["covered_since"] for source, feed in feeds.items()} == {
        "salesforce": format_instant(NOW - 397 * DAY),
        "intercom": format_instant(NOW - 100 * DAY),
        "looker": None,
    }
    assert {feed["last_heard"] for feed in feeds.values()} == {format_instant(NOW)}


def test_a_backfill_goes_back_as_far_as_it_is_told_to(desk: Desk) -> None:
    """Both feeds are covered from there on, and no further."""
    old = put_payment(desk, 0, NOW - 200 * DAY)
    told = desk.run(backfill, "--since", "2026-09-01")
    assert (told.code, told.summary["pulled"]["salesforce/Payment_Record__c"]) == (0, 1)
    feeds = desk.run(status).summary["feeds"]
    assert {feeds[source]["covered_since"] for source in ("salesforce", "intercom")} == {"2026-09-01T00:00:00Z"}
    assert desk.run(backfill).summary["pulled"]["salesforce/Payment_Record__c"] == 2
    assert old in desk.pilot.org.records["Payment_Record__c"]


def test_a_sweep_brings_what_is_new_since_the_last(desk: Desk) -> None:
    """One payment, one conversation; the rest is not read again."""
    assert desk.run(backfill).code == 0
    desk.now += 2 * HOUR
    put_payment(desk, 0, NOW + HOUR)
    desk.pilot.workspace.conversations.append(talk(updated_at=seconds(NOW + HOUR)))
    told = desk.run(sweep)
    assert (told.code, told.summary["failed"]) == (0, {})
    assert told.summary["pulled"]["salesforce/Payment_Record__c"] == 1
    assert "salesforce/Opportunity" not in told.summary["pulled"]
    assert told.summary["pulled"]["intercom/all"] == 2
    assert raw(desk, 0, "financial_contract", "payment_health") == 1


def test_a_backfill_that_was_stopped_goes_on_where_it_was(desk: Desk) -> None:
    """Records and conversations that were taken in are not asked for again; a feed is whole only at the end."""
    org, workspace, many = desk.pilot.org, desk.pilot.workspace, BATCH_SIZE + 300
    org.page_size = 500
    company = desk.pilot.workspace.companies[0]
    for number in range(many):
        put_payment(desk, 0, AS_OF - 20 * DAY + number * 60 * SECOND)
        updated = seconds(AS_OF - 20 * DAY) + 60 * number
        workspace.conversations.append(
            talk(id=f"many-{number}", created_at=updated, updated_at=updated, company=company)
        )
    org.plan(f"-{BATCH_SIZE}", BROKEN)
    workspace.witness = lambda asked: workspace.plan(asked.path, BROKEN) if workspace.count("/search") == 15 else None
    stopped = desk.run(backfill)
    assert (stopped.code, sorted(stopped.summary["failed"])) == (3, ["intercom", "salesforce"])
    assert {feed["covered_since"] for feed in desk.run(status).summary["feeds"].values()} == {None}
    desk.now += HOUR
    went_on = desk.run(backfill).summary
    assert went_on["failed"] == {}
    assert went_on["pulled"]["salesforce/Payment_Record__c"] < many / 2
    assert went_on["pulled"]["intercom/all"] < many / 2
    assert raw(desk, 0, "financial_contract", "payment_health") == many
    assert raw(desk, 0, "support_health", "p1_p2_volume") == many + 1
    assert desk.run(status).summary["feeds"]["intercom"]["covered_since"] == format_instant(desk.now - 100 * DAY)
    assert desk.run(backfill).summary["pulled"]["intercom/all"] > many


def test_a_backfill_that_goes_further_back_begins_anew(desk: Desk) -> None:
    """What a shorter one took in does not reach so far."""
    old = talk(updated_at=seconds(NOW - 200 * DAY), company=desk.pilot.workspace.companies[0])
    desk.pilot.workspace.conversations.append(old)
    desk.pilot.workspace.plan("/deleted", BROKEN)
    assert desk.run(backfill).code == 3
    told = desk.run(backfill, "--since", "2026-01-01")
    assert told.code == 0
    with closing(SqliteStore(desk.store)) as store:
        known = {fact.subject.id for fact in store.facts("intercom", ["hotel-0"])}
    assert known == {"99", "0-0"}


@pytest.mark.parametrize(
    ("path", "name"), [("/query", "salesforce/Account"), ("/deleted", "intercom"), ("/run/json", "looker")]
)
def test_a_cursor_moves_only_after_all_is_taken_in(desk: Desk, path: str, name: str) -> None:
    """A part that breaks off stays where it was, is named, and the next sweep brings it."""
    assert desk.run(backfill).code == 0
    before = cursor(desk, name)
    desk.now += DAY
    day = desk.pilot.instance.days[0]
    desk.pilot.instance.days.append(type(day)(day.customer, format_date(AS_OF), day.values, day.name))
    for server in (desk.pilot.org, desk.pilot.workspace, desk.pilot.instance.server):
        server.plan(path, BROKEN)
    broken = desk.run(sweep)
    assert (broken.code, list(broken.summary["failed"])) == (3, [name.partition("/")[0]])
    assert cursor(desk, name) == before
    assert desk.run(sweep).code == 0
    assert cursor(desk, name) != before


def test_gaps_and_overflows_are_read_again_and_deletions_found(desk: Desk) -> None:
    """A payment that was deleted for good is found missing by the resync of its object."""
    gone, lost = put_payment(desk, 1, NOW - DAY), put_payment(desk, 1, NOW - DAY)
    assert desk.run(backfill).code == 0
    assert raw(desk, 1, "financial_contract", "payment_health") == 3
    ingest(desk, gap("Payment_Record__c", "GAP_OVERFLOW", "000000000000000AAA"), gap("Account", "GAP_UPDATE", "001*"))
    ingest(desk, gap("Opportunity", "GAP_UPDATE", *desk.pilot.org.records["Opportunity"]))
    assert len(desk.run(status).summary["reread"]) == 4
    for record_id in (gone, lost):
        del desk.pilot.org.records["Payment_Record__c"][record_id]
    desk.now += HOUR
    assert desk.run(sweep).code == 0
    assert desk.run(status).summary["reread"] == []
    with closing(SqliteStore(desk.store)) as store:
        facts = {fact.subject.id: fact for fact in store.facts("salesforce", [desk.pilot.accounts[1].id])}
    for record_id in (gone, lost):
        view = record_at(facts[record_id], desk.now + 1)
        assert view is not None
        assert view.values["deleted"] is True


def test_a_conversation_deleted_in_intercom_is_hidden(desk: Desk) -> None:
    """No webhook told of it."""
    assert desk.run(backfill).code == 0
    assert raw(desk, 0, "support_health", "p1_p2_volume") == 1
    gone = desk.pilot.workspace.conversations.pop(0)
    deleted = {"type": "conversation", "id": gone["id"], "deleted_at": seconds(AS_OF - HOUR)}
    desk.pilot.workspace.deleted.append(deleted)
    desk.run(backfill)
    assert raw(desk, 0, "support_health", "p1_p2_volume") == 0


def test_an_unattributed_conversation_is_counted_and_healed(desk: Desk) -> None:
    """Its contact has two companies that nobody mapped; once one of them is, the next sweep finds whose it is."""
    companies = [{"type": "company", "id": f"other-{name}", "company_id": name} for name in ("a", "b")]
    desk.pilot.workspace.contact_companies["c"] = companies
    desk.pilot.workspace.conversations.append(talk())
    assert desk.run(backfill).code == 0
    assert desk.run(status).summary["unattributed"] == {"conversation": 1}
    assert raw(desk, 0, "support_health", "p1_p2_volume") == 1
    with (desk.folder / "mapping.csv").open("a") as mapping:
        mapping.write(f"{desk.pilot.accounts[0].id},b,,,\n")
    desk.now += 2 * HOUR
    assert desk.run(sweep).code == 0
    assert desk.run(status).summary["unattributed"] == {}
    assert raw(desk, 0, "support_health", "p1_p2_volume") == 2


def looks(desk: Desk) -> int:
    """Count what is kept of the one conversation without a company."""
    with closing(SqliteStore(desk.store)) as store:
        (fact,) = store.unattributed_facts("conversation")
    return len(fact.observations)


def test_an_unattributed_conversation_that_says_nothing_new_adds_nothing(desk: Desk) -> None:
    """Read again each day for as long as it is open, it is taken in again only when it was updated."""
    desk.pilot.workspace.contact_companies["c"] = []
    conversation = talk(updated_at=seconds(AS_OF - 10 * DAY))
    desk.pilot.workspace.conversations.append(conversation)
    assert desk.run(backfill).code == 0
    kept = looks(desk)
    for _ in range(5):
        desk.now += DAY
        desk.run(sweep)
    assert looks(desk) == kept
    conversation["updated_at"] += 1
    desk.now += DAY
    desk.run(sweep)
    assert looks(desk) == kept + 1


def test_what_can_count_no_more_is_not_asked_for_again(desk: Desk) -> None:
    """An old conversation without a company that is closed or deleted; one that is still open is, once a day."""
    desk.pilot.workspace.contact_companies["c"] = []
    months = seconds(AS_OF - 150 * DAY)
    old = [talk(id=state, state=state, updated_at=months) for state in ("open", "closed")]
    desk.pilot.workspace.conversations += [*old, talk(id="gone")]
    ingest(
        desk, *({"type": "intercom.conversation", "read_at": format_instant(NOW), "conversation": one} for one in old)
    )
    desk.pilot.workspace.deleted.append({"type": "conversation", "id": "gone", "deleted_at": seconds(NOW)})
    assert desk.run(backfill).code == 0
    desk.pilot.workspace.calls.clear()
    assert desk.run(sweep).code == 0
    read = [call.path for call in desk.pilot.workspace.calls if call.path.startswith("/conversations/")]
    assert [path for path in read if path.count("/") == 2 and path.rsplit("/")[-1] not in ("search", "deleted")] == [
        "/conversations/open"
    ]
    desk.pilot.workspace.calls.clear()
    desk.now += HOUR
    assert desk.run(sweep).code == 0
    assert "/conversations/open" not in [call.path for call in desk.pilot.workspace.calls]
