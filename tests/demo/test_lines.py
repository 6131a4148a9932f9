"""The demo's lines: raw vendor payloads, in the order and with the faults that the wild has."""

import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.portfolio import load_portfolio
from handlers.demo import generate
from handlers.demo.oddities import UNMAPPED
from handlers.demo.portfolio import WORKED, Quirk
from scoring.ids import to_18
from tests.demo.portfolios import AS_OF, demo, lines

ROOT = Path(__file__).parents[2]
WIDE = demo(accounts=45, pilots=15)
DIGEST = (
    "import hashlib; from handlers.demo import generate; "
    f"print(hashlib.sha256(b'|'.join(generate(5, {AS_OF}, 8, 6).lines())).hexdigest())"
)


@cache
def messages() -> tuple[dict[str, Any], ...]:
    """Give the readable messages of the wide demo, parsed."""
    bad = set(WIDE.unreadable)
    return tuple(json.loads(line) for line in lines(WIDE) if line not in bad)


def of_topic(topic: str) -> list[dict[str, Any]]:
    """Give the items of the notifications of a topic."""
    return [message["data"]["item"] for message in messages() if message.get("topic") == topic]


def headers() -> list[dict[str, Any]]:
    """Give the headers of all change events."""
    return [m["detail"]["payload"]["ChangeEventHeader"] for m in messages() if "detail-type" in m]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_seed_gives_the_same_bytes_in_every_process(hash_seed: str) -> None:
    """Neither the process nor its hash seed makes a difference."""
    here = sha256(b"|".join(demo().lines())).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    there = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", DIGEST], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == here


def test_another_seed_gives_another_portfolio() -> None:
    """Ids and lines differ."""
    assert not {a.id for a in demo(seed=6).accounts} & {a.id for a in demo().accounts}
    assert lines(demo(seed=6)) != lines(demo())


def test_the_portfolio_is_as_large_as_asked_a_third_of_the_pilots_paid() -> None:
    """15 pilots: 5 Paid and 10 Standard, the worked examples among them."""
    hotels = WIDE.hotels[:15]
    assert len(WIDE.accounts) == len({a.id for a in WIDE.accounts}) == len({a.name for a in WIDE.accounts}) == 45
    assert WIDE.pilots == tuple(hotel.id for hotel in hotels)
    assert sum(hotel.paid for hotel in hotels) == 5
    assert set(WORKED) <= {hotel.name for hotel in hotels}


def test_names_stay_distinct_in_a_large_portfolio() -> None:
    """2,000 accounts have 2,000 names and ids."""
    accounts = generate(1, AS_OF, accounts=2_000).accounts
    assert len({a.name for a in accounts}) == len({a.id for a in accounts}) == 2_000


@pytest.mark.parametrize(("accounts", "pilots"), [(5, 5), (10, 11)])
def test_a_portfolio_that_cannot_be_is_refused(accounts: int, pilots: int) -> None:
    """There is room for the worked examples, and the pilots are accounts."""
    with pytest.raises(ValueError, match="at least 6 pilots"):
        generate(1, AS_OF, accounts, pilots)


def test_every_salesforce_id_bears_its_checksum() -> None:
    """Accounts and records have ids of 18 characters that follow from their first 15."""
    ids = {key for header in headers() for key in header["recordIds"]} | {a.id for a in WIDE.accounts}
    assert len(ids) > 400
    assert all(len(key) == 18 and to_18(key[:15]) == key for key in ids)


def test_the_mapping_file_gives_the_accounts(tmp_path: Path) -> None:
    """What `write_mapping` writes is read as `accounts`, brands with several rows among them."""
    WIDE.write_mapping(tmp_path / "mapping.csv")
    assert load_portfolio(tmp_path / "mapping.csv") == tuple(sorted(WIDE.accounts, key=lambda a: a.id))
    assert max(len(account.owners.get("intercom", ())) for account in WIDE.accounts) >= 2


def test_companies_are_mapped_by_salesforce_id_by_own_key_and_by_intercoms_own_id() -> None:
    """All three ways of naming a company occur."""
    keys = [(a.id, key) for a in WIDE.accounts for key in a.owners.get("intercom", ())]
    hexes = sum(len(key) == 24 for _, key in keys)
    assert sum(account == key for account, key in keys) > 10
    assert sum(key.startswith("htl-") for _, key in keys) > 10
    assert hexes > 3


def test_conversations_have_the_keys_of_the_sample() -> None:
    """Each notification has the usual keys, whatever the API version; `company` from 2.15 on."""
    sample = json.loads((ROOT / "events" / "intercom_conversation_admin_closed.json").read_text())
    mine = [m for m in messages() if m.get("topic") == "conversation.admin.closed"]
    assert len(mine) > 200
    for message in mine:
        assert message.keys() == sample.keys()
        assert sample["data"]["item"].keys() - message["data"]["item"].keys() <= {"company"}
        for part in ("source", "statistics", "contacts", "conversation_parts"):
            assert message["data"]["item"][part].keys() == sample["data"]["item"][part].keys()


def test_old_and_new_words_and_both_forms_of_dates_occur() -> None:
    """Priority and resolution of API 2.14 to 2.16; Unix seconds and ISO 8601; null members."""
    items = of_topic("conversation.admin.closed")
    words = {item["priority"] for item in items}
    assert {"priority", "not_priority", "none", "low", "medium", "urgent"} <= words
    states = {item["ai_agent"]["resolution_state"] for item in items if item["ai_agent"]}
    assert states >= {"routed_to_team", "escalated", "negative_feedback", "procedure_handoff"}
    assert {type(item["statistics"]["last_close_at"]) for item in items} == {int, str}
    assert any(item["statistics"] is None for item in of_topic("conversation.sla.breached"))


def test_some_conversations_name_no_company_until_the_sweep_does() -> None:
    """Re-reads carry the company that was found out; some of the nameless are never resolved."""
    nameless = {item["id"] for item in of_topic("conversation.user.created") if item.get("company") is None}
    rereads = [message for message in messages() if message.get("type") == "intercom.conversation"]
    found = {m["conversation"]["id"] for m in rereads if "company_id" in m or m["conversation"].get("company")}
    assert len(nameless & found) > 20
    assert nameless - found


def test_workflows_open_conversations_and_questions_that_came_twice_are_merged() -> None:
    """Some greetings are answered by a guest later on, some by nobody; a merge is told by its part."""
    closed = of_topic("conversation.admin.closed")
    greeted = [item for item in closed if item["source"]["delivered_as"] == "operator_initiated"]
    wrote = [item["first_contact_reply"]["created_at"] - item["created_at"] for item in greeted if _answered(item)]
    assert len(wrote) > 3
    assert all(20 <= seconds < 200 for seconds in wrote)
    assert len(greeted) - len(wrote) > 3
    parts = [item["conversation_parts"]["conversation_parts"][0]["part_type"] for item in closed]
    assert parts.count("merged_secondary_conversation") > 3


def _answered(item: dict[str, Any]) -> bool:
    return item["first_contact_reply"] is not None


def test_every_kind_of_message_occurs() -> None:
    """All the topics, changes and own messages that the demo promises."""
    kinds = Counter(m.get("topic") or m.get("detail-type") or m["type"] for m in messages())
    promised = """
        conversation.user.created conversation.admin.replied conversation.admin.noted conversation.admin.closed
        conversation.admin.opened conversation.rating.added conversation_part.tag.created
        conversation.priority.updated conversation.operator.replied conversation.admin.snoozed
        conversation.admin.unsnoozed conversation.admin.single.created conversation.deleted company.created
        company.updated company.contact.attached contact.user.created conversation.contact.attached ping
        ticket.created ticket.closed AccountChangeEvent OpportunityChangeEvent Payment_Record__ChangeEvent
        EventChangeEvent Churn_Signal__ChangeEvent intercom.conversation salesforce.record looker.reading
        owner.listed feed.covered feed.heard
    """.split()
    assert [kind for kind in promised if not kinds[kind]] == []


def test_every_kind_of_change_occurs() -> None:
    """Creates, updates, deletes, undeletes, two gaps, one event for two records, emptied fields."""
    kinds = Counter(header["changeType"] for header in {h["transactionKey"]: h for h in headers()}.values())
    assert kinds.keys() == {"CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_UPDATE"}
    assert kinds["GAP_UPDATE"] == 2
    assert {len(header["recordIds"]) for header in headers()} == {1, 2}
    payloads = [m["detail"]["payload"] for m in messages() if "detail-type" in m]
    assert any(p.get("Responsiveness__c", 0) is None for p in payloads)
    assert any("AccountId" in p and "AccountId" not in p["ChangeEventHeader"]["changedFields"] for p in payloads)


def test_one_line_in_twenty_comes_twice_and_one_in_ten_late() -> None:
    """Half of the repeats are a webhook's second delivery, half the very same bytes."""
    counts = Counter(line.replace(b'"delivery_attempts":2', b'"delivery_attempts":1') for line in lines(WIDE))
    repeated = sum(count > 1 for count in counts.values()) / len(counts)
    assert 0.04 < repeated < 0.06
    assert max(counts.values()) == 2
    created = [m["created_at"] for m in messages() if "created_at" in m]
    highest = 0
    late = sum((highest := max(highest, at)) - at > 3600 for at in created) / len(created)
    assert 0.05 < late < 0.2


def test_the_unreadable_lines_come_once_each() -> None:
    """Nine, each wrong in a way of its own."""
    counts = Counter(lines(WIDE))
    assert len(set(WIDE.unreadable)) == 9
    assert [counts[body] for body in WIDE.unreadable] == [1] * 9


def test_strangers_write_and_the_silent_account_does_not() -> None:
    """Two companies map to nothing; one mapped account was never heard of."""
    mapped = {key for account in WIDE.accounts for key in account.owners.get("intercom", ())}
    strangers = {item["company_id"] for item in of_topic("company.created") if item["name"] in UNMAPPED}
    assert len(strangers) == 2
    assert not strangers & mapped
    silent = next(hotel for hotel in WIDE.hotels if hotel.quirk is Quirk.SILENT)
    marks = (silent.id, silent.companies[0].id, silent.customers[0])
    assert not [mark for mark in marks if any(f'"{mark}"'.encode() in line for line in lines(WIDE))]


def test_history_reaches_back_further_than_a_year() -> None:
    """120 days of conversations, and accounts created long enough ago for ARR a year ago."""
    created = [item["created_at"] for item in of_topic("conversation.user.created")]
    day = 86_400
    assert AS_OF // 1_000_000 - 120 * day <= min(created) < AS_OF // 1_000_000 - 115 * day
    commits = [header["commitTimestamp"] // 1000 for header in headers()]
    assert min(commits) < AS_OF // 1_000_000 - 700 * day
    assert max([*created, *commits]) < AS_OF // 1_000_000
