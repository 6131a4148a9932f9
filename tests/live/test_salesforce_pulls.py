"""Salesforce's records as messages, read through the same door as change events."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from config.intake import ArrSnapshot, CrmObject
from handlers.clients.crm import ExpiredQueryError, ObjectError
from handlers.jobs.fold import read_message
from handlers.pulls.salesforce import (
    account_owners,
    arr_history,
    arr_snapshots,
    as_there,
    reached_by,
    records,
    reread,
    resync,
)
from scoring.account import Naming
from scoring.facts import gather, record_at
from scoring.feeds import Heard
from scoring.instants import SECOND, Instant, parse_instant
from scoring.observations import Fields, Gap, Observation
from scoring.statements import Statement
from tests.fakes.salesforce import FakeSalesforce, refusal
from tests.fakes.server import Fault, Response
from tests.live.orgs import ACCOUNTS, CONFIG, PAYMENTS, client

NOW = parse_instant("2026-11-01T06:00:00")
HISTORY = {"AccountId": "text", "Field": "text", "OldValue": "number", "NewValue": "number"}


def stamp(day: str) -> str:
    """Write an instant as the REST API does."""
    return f"{day}T00:00:00.000+0000"


def told(messages: Iterable[dict[str, Any]]) -> list[Statement]:
    """Read messages as the queue's consumer does, signs of life apart; nothing may be remarked."""
    statements: list[Statement] = []
    for message in messages:
        taken = read_message(json.dumps(message).encode(), CONFIG.intake, NOW)
        assert taken.remarks == []
        statements += [statement for statement in taken.statements if not isinstance(statement, Heard)]
    return statements


def observed(messages: Iterable[dict[str, Any]]) -> list[Observation]:
    """Give the observations that messages hold."""
    return [statement for statement in told(messages) if isinstance(statement, Observation)]


def put_account(org: FakeSalesforce, name: str = "Acme", *, created: str = "2020-01-01", **fields: object) -> str:
    """Make an account that was last changed in October."""
    at = {"CreatedDate": stamp(created), "SystemModstamp": stamp("2026-10-10")}
    return org.put("Account", Name=name, **{**at, **fields})


def put_payment(org: FakeSalesforce, account: str, changed: str, **fields: object) -> str:
    """Make a failed payment that was last changed on a day."""
    at = {"SystemModstamp": stamp(changed), "CreatedDate": stamp("2026-01-01")}
    return org.put("Payment_Record__c", Account__c=account, Status__c="Failed", **{**at, **fields})


def contents(observation: Observation) -> dict[str, object]:
    """Give the fields that an observation says."""
    assert isinstance(observation.content, Fields)
    return dict(observation.content.values)


def test_all_records_are_read_with_all_fields_that_count(org: FakeSalesforce) -> None:
    """Each by its owner, from its last change on, over as many pages as it takes."""
    account = put_account(org)
    payments = [put_payment(org, account, f"2026-10-0{day}", Payment_Date__c="2026-09-30") for day in (3, 1, 2)]
    read = observed(records(client(org), PAYMENTS, None, NOW))
    assert [one.subject.id for one in read] == [payments[1], payments[2], payments[0]]
    assert {one.owner for one in read} == {account}
    assert [one.at for one in read] == [parse_instant(f"2026-10-0{day}") + SECOND - 1 for day in (1, 2, 3)]
    assert contents(read[0]) == {"status": "Failed", "payment_date": parse_instant("2026-09-30"), "deleted": False}
    assert isinstance(read[0].content, Fields)
    assert [read[0].content.created, read[0].content.read_at] == [parse_instant("2026-01-01"), NOW]


def test_only_what_changed_since_is_read(org: FakeSalesforce) -> None:
    """The instant itself is in, and no part of a second is lost on the way."""
    put_payment(org, put_account(org), "2026-10-01")
    second = put_payment(org, put_account(org), "2026-10-02")
    since = parse_instant("2026-10-02") + SECOND // 2
    assert [one.subject.id for one in observed(records(client(org), PAYMENTS, since, NOW))] == [second]


def test_a_deleted_record_is_told_from_its_deletion_on(org: FakeSalesforce) -> None:
    """Its last stamp is when it was deleted; it still says whose it was."""
    account = put_account(org)
    org.delete("Payment_Record__c", put_payment(org, account, "2026-10-01"), stamp("2026-10-05"))
    [gone] = observed(records(client(org), PAYMENTS, None, NOW))
    at = parse_instant("2026-10-05") + SECOND - 1
    assert [contents(gone), gone.at, gone.owner] == [{"deleted": True}, at, account]


def test_marked_records_are_read_again(org: FakeSalesforce) -> None:
    """One is there, one in the recycle bin, one gone for good, and one id was never any record's."""
    account = put_account(org)
    there, binned, gone = (put_payment(org, account, "2026-10-01") for _ in range(3))
    org.delete("Payment_Record__c", binned, stamp("2026-10-05"))
    del org.records["Payment_Record__c"][gone]
    read = observed(reread(client(org), PAYMENTS, [there, binned, gone[:15], "no-id'", there], NOW))
    deleted = {one.subject.id: contents(one)["deleted"] for one in read}
    assert deleted == {there: False, binned: True, gone: True, "no-id'": True}
    assert {one.at for one in read if one.subject.id in (gone, "no-id'")} == {NOW}
    assert org.count("/queryAll") == 1


def test_200_marked_records_are_asked_for_at_a_time(org: FakeSalesforce) -> None:
    """Their ids stand in the address of the call, which must not grow too long."""
    org.page_size = 2_000
    account = put_account(org)
    ids = [put_payment(org, account, "2026-10-01") for _ in range(201)]
    assert len(observed(reread(client(org), PAYMENTS, ids, NOW))) == 201
    assert org.count("/queryAll") == 2
    assert observed(reread(client(org), PAYMENTS, [], NOW)) == []


def test_a_resync_settles_every_gap_once_all_is_read(org: FakeSalesforce) -> None:
    """The word that all was read comes last."""
    payment = put_payment(org, put_account(org), "2026-10-01")
    *read, gone, last = observed(resync(client(org), PAYMENTS, NOW, [payment, "a9Z000000000999AAA"]))
    assert [gone.subject.id, gone.content] == ["a9Z000000000999AAA", Fields((("deleted", True),), read_at=NOW)]
    assert [one.subject.id for one in read] == [payment]
    assert [last.subject.id, last.at, last.content] == ["*", NOW, Gap("Payment_Record__c", resynced=True)]


def test_accounts_are_listed_as_owners(org: FakeSalesforce) -> None:
    """Each known since its creation, with what may tell who it is; deleted ones are not listed."""
    acme = put_account(org, Website="https://acme.example")
    plain = put_account(org, "Plain")
    org.delete("Account", put_account(org, "Gone"), stamp("2026-10-05"))
    named = [one for one in told(account_owners(client(org), ACCOUNTS, NOW)) if isinstance(one, Naming)]
    assert {one.ids for one in named} == {(acme,), (plain,)}
    assert [(one.name, one.at) for one in named if one.ids == (acme,)] == [
        (None, parse_instant("2020-01-01")),
        ("Acme", NOW),
    ]
    _, message, _, bare = account_owners(client(org), ACCOUNTS, NOW)
    assert [message["attributes"], bare["attributes"]] == [{"Website": "https://acme.example"}, {}]


def put_change(org: FakeSalesforce, account: str, day: str, old: object, new: object, field: str = "ARR__c") -> None:
    """Make an entry of an account's field history."""
    org.put("AccountHistory", AccountId=account, Field=field, OldValue=old, NewValue=new, CreatedDate=stamp(day))


def arr(messages: Iterable[dict[str, Any]], account: str, at: Instant) -> object:
    """Give an account's ARR just after an instant, as told and nothing inferred."""
    facts = {fact.subject.id: fact for fact in gather(observed(messages))}
    known = record_at(facts[account], at + 1, infer=False)
    return "unknown" if known is None else known.values["arr"]


def test_the_arr_of_a_year_ago_comes_from_field_history(org: FakeSalesforce) -> None:
    """Each change from its own instant on, and before the first what it changed."""
    org.declare("AccountHistory", HISTORY)
    account = put_account(org, ARR__c=130_000)
    put_change(org, account, "2026-03-01", 110_000, 130_000)
    put_change(org, account, "2025-09-01", 100_000, 110_000)
    put_change(org, account, "2025-08-01", "a", "b", field="Rating")
    remarks: list[str] = []
    messages = list(arr_history(client(org), ACCOUNTS, remarks))
    first, second = parse_instant("2025-09-01"), parse_instant("2026-03-01")
    expected = {first - 1: 100_000.0, first: 110_000.0, second - 1: 110_000.0, second: 130_000.0}
    assert {at: arr(messages, account, at) for at in expected} == expected
    assert remarks == []


def test_nothing_is_told_of_the_time_before_the_field_was_tracked(org: FakeSalesforce) -> None:
    """The earliest change of any account shows since when changes would be known."""
    org.declare("AccountHistory", HISTORY)
    changed, late, steady = (put_account(org, name, ARR__c=50_000) for name in ("changed", "late", "steady"))
    young = put_account(org, "young", created="2026-06-01", ARR__c=70_000)
    put_change(org, changed, "2025-09-01", 40_000, 50_000)
    put_change(org, late, "2026-05-01", None, 50_000)
    messages = list(arr_history(client(org), ACCOUNTS, []))
    known = {
        day: [arr(messages, account, parse_instant(day)) for account in (changed, late, steady, young)]
        for day in ("2025-08-30", "2025-11-01", "2026-11-01")
    }
    assert known == {
        "2025-08-30": ["unknown"] * 4,
        "2025-11-01": [50_000.0, None, 50_000.0, "unknown"],
        "2026-11-01": [50_000.0, 50_000.0, 50_000.0, 70_000.0],
    }


def test_history_that_speaks_in_texts_is_read(org: FakeSalesforce) -> None:
    """Some orgs give past figures as text."""
    org.declare("AccountHistory", HISTORY)
    account = put_account(org, ARR__c=2)
    put_change(org, account, "2026-01-01", "100000.50", "2")
    assert arr(arr_history(client(org), ACCOUNTS, []), account, parse_instant("2025-12-31T23:59:59.999")) == 100_000.5


def _without_object(_: FakeSalesforce) -> str:
    return "no_history:Account"


def _without_entries(org: FakeSalesforce) -> str:
    org.declare("AccountHistory", HISTORY)
    return "untracked:Account.ARR__c"


@pytest.mark.parametrize("prepare", [_without_object, _without_entries])
def test_without_field_history_it_says_so_and_goes_on(
    org: FakeSalesforce, prepare: Callable[[FakeSalesforce], str]
) -> None:
    """The trend stays missing; nothing is made up."""
    remark = prepare(org)
    put_account(org, ARR__c=1)
    remarks: list[str] = []
    assert list(arr_history(client(org), ACCOUNTS, remarks)) == []
    assert remark in remarks


def test_an_object_that_keeps_arr_by_date_tells_it(org: FakeSalesforce) -> None:
    """Each value from its date on; rows without an account or a date tell nothing."""
    acme = put_account(org)
    fields = {"Account__c": "text", "Snapshot_Date__c": "date", "ARR__c": "number"}
    org.declare("ARR_Snapshot__c", fields)
    org.put("ARR_Snapshot__c", Account__c=acme, Snapshot_Date__c="2025-10-01", ARR__c=100)
    org.put("ARR_Snapshot__c", Account__c=acme, Snapshot_Date__c="2026-04-01", ARR__c=120)
    org.put("ARR_Snapshot__c", Account__c=None, Snapshot_Date__c="2026-04-01", ARR__c=9)
    snapshot = ArrSnapshot("ARR_Snapshot__c", *fields)
    messages = list(arr_snapshots(client(org), ACCOUNTS, snapshot))
    told_arr = [arr(messages, acme, parse_instant(day)) for day in ("2025-10-02", "2026-03-31", "2026-04-02")]
    assert told_arr == [100, 100, 120]


def in_capitals(crm_object: CrmObject) -> CrmObject:
    """Give an object whose names are in other capitals than the org's."""
    owner = None if crm_object.owner_field is None else crm_object.owner_field.upper()
    fields = {name.upper(): field for name, field in crm_object.fields.items()}
    return replace(crm_object, object=crm_object.object.lower(), owner_field=owner, fields=fields)


def test_names_in_other_capitals_than_the_orgs_are_read_all_the_same(org: FakeSalesforce) -> None:
    """Records, re-reads, owners, field history and snapshots: none of them reads nothing for a field."""
    fields = {"Account__c": "text", "Snapshot_Date__c": "date", "ARR__c": "number"}
    org.declare("AccountHistory", HISTORY)
    org.declare("ARR_Snapshot__c", fields)
    account = put_account(org, ARR__c=130_000, Website="https://acme.example")
    payment = put_payment(org, account, "2026-10-01", Payment_Date__c="2026-09-30")
    put_change(org, account, "2026-03-01", 110_000, 130_000)
    org.put("ARR_Snapshot__c", Account__c=account, Snapshot_Date__c="2025-10-01", ARR__c=100)
    crm, payments, accounts = client(org), in_capitals(PAYMENTS), in_capitals(ACCOUNTS)
    history = replace(ACCOUNTS, object="account")
    assert observed(records(crm, payments, None, NOW)) == observed(records(crm, PAYMENTS, None, NOW))
    assert observed(reread(crm, payments, [payment], NOW)) == observed(reread(crm, PAYMENTS, [payment], NOW))
    assert told(account_owners(crm, accounts, NOW, ("WEBSITE",)))[0] == told(account_owners(crm, ACCOUNTS, NOW))[0]
    assert told(arr_history(crm, history, [])) == told(arr_history(crm, ACCOUNTS, []))
    snapshots = (arr_snapshots(crm, ACCOUNTS, ArrSnapshot(*names)) for names in (_lower(fields), _usual(fields)))
    one, other = (list(told(messages)) for messages in snapshots)
    assert one == other != []


def _usual(fields: Iterable[str]) -> list[str]:
    return ["ARR_Snapshot__c", *fields]


def _lower(fields: Iterable[str]) -> list[str]:
    return [name.lower() for name in _usual(fields)]


def test_a_field_that_the_org_leaves_out_is_not_read_as_empty(org: FakeSalesforce) -> None:
    """It answers by another name, say one with a namespace: that is said, with the name that was asked for."""
    put_payment(org, put_account(org), "2026-10-01")

    def bend(_: object, answer: Response) -> Response:
        if not isinstance(answer.body, dict) or "records" not in answer.body:
            return answer
        named = [
            {name.replace("Status__c", "ns__Status__c"): one[name] for name in one} for one in answer.body["records"]
        ]
        return replace(answer, body={**answer.body, "records": named})

    org.bend = bend
    with pytest.raises(ObjectError, match=r"a record of Payment_Record__c without Status__c: make config/sources.yaml"):
        observed(records(client(org), PAYMENTS, None, NOW))


EXPIRED_PLACE = Fault("answer", refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))


def test_a_query_whose_place_is_forgotten_goes_on_from_the_last_change(org: FakeSalesforce) -> None:
    """Nothing is left out, and what was read is not read again from the start."""
    account = put_account(org)
    payments = [put_payment(org, account, f"2026-10-0{day}") for day in range(1, 8)]
    org.plan("/query/1-4", EXPIRED_PLACE)
    read = [one.subject.id for one in observed(records(client(org), PAYMENTS, None, NOW))]
    assert sorted(set(read)) == sorted(payments)
    assert 7 < len(read) <= 9


def test_a_query_whose_place_is_forgotten_at_once_is_an_error(org: FakeSalesforce) -> None:
    """It would be asked for ever."""
    account = put_account(org)
    for _ in range(5):
        put_payment(org, account, "2026-10-01")
    org.bend = lambda request, answer: (
        EXPIRED_PLACE.response if "/query/" in request.path[:-1] and "-" in request.path else answer
    )
    with pytest.raises(ExpiredQueryError, match="took too long between two pages"):
        observed(records(client(org), PAYMENTS, parse_instant("2026-10-01"), NOW))


@pytest.mark.parametrize("stamp_told", [None, "", "soon", 7])
def test_a_stamp_that_is_none_stops_no_sweep(stamp_told: object) -> None:
    """It tells nothing of how far the sweep came."""
    assert reached_by({"record": {"SystemModstamp": stamp_told}}) is None


@pytest.mark.parametrize("spelled", ["CurrencyIsoCode", "CURRENCYISOCODE"])
def test_an_optional_field_is_asked_for_where_the_org_has_it(org: FakeSalesforce, spelled: str) -> None:
    """An org of one currency has none, and its records say nothing of it; otherwise it is read, empty or not."""
    put_account(org)
    without = as_there(client(org), ACCOUNTS)
    [plain] = observed(records(client(org), without, None, NOW))
    assert "currency" not in contents(plain)
    org.declare("Account", {spelled: "text"})
    put_account(org, **{spelled: "JPY"})
    within = as_there(client(org), ACCOUNTS)
    told = [contents(one)["currency"] for one in observed(records(client(org), within, None, NOW))]
    assert sorted(told, key=str) == ["JPY", None]
    assert as_there(client(org), PAYMENTS) == PAYMENTS
