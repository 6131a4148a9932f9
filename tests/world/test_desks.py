"""Zendesk as the only desk, and beside Intercom: what an account's score says then, in any order of what came."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from config.errors import MappingError
from config.loader import Config, load_config
from config.portfolio import load_portfolio
from handlers.cli import cli
from scoring.ids import to_18
from scoring.instants import DAY, SECOND, format_instant, parse_instant
from tests.config.folders import change, copy_figures
from tests.messages import Message, body, conversation
from tests.tickets import created, event, later, metrics, reread, ticket
from tests.world.replaying import AS_OF, Line, faults, replay

ASKED = "2026-10-20T09:00:00Z"
SWEPT = "2026-10-31T22:00:00Z"
INTERCOM_LIMITS = "  intercom:\n    stale_days: 3\n    dead_days: 7\n"
ZENDESK_LIMITS = INTERCOM_LIMITS.replace("intercom", "zendesk")
BOTH, MAIL, DESK = (to_18(f"00100000000{number}AAA") for number in range(1001, 1004))
COLUMNS = ("sf_account_id", "intercom_company_id", "zendesk_organization_id")


@pytest.fixture(scope="module", name="folders")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give folders of figures: Zendesk alone, and both desks."""
    made = {name: copy_figures(tmp_path_factory.mktemp(name)) for name in ("alone", "both")}
    change(made["alone"] / "sources.yaml", INTERCOM_LIMITS, ZENDESK_LIMITS)
    change(made["both"] / "sources.yaml", INTERCOM_LIMITS, INTERCOM_LIMITS + ZENDESK_LIMITS)
    return made


@cache
def figures(folder: Path) -> Config:
    """Load a folder of figures, once."""
    return load_config(folder)


def feed(source: str, heard: str = SWEPT) -> list[Message]:
    """Say that a source is covered since long ago, and when it was last heard."""
    covered = {"type": "feed.covered", "source": source, "since": "2025-01-01T00:00:00Z"}
    return [covered, {"type": "feed.heard", "source": source, "at": heard}]


def account(key: str) -> Message:
    """Let Salesforce tell of an account."""
    told = {"Id": key, "Name": key, "ARR__c": 300000, "Success_Tier__c": "Paid", "SystemModstamp": ASKED}
    created_long_ago = {"CreatedDate": "2025-01-01T00:00:00Z", "IsDeleted": False}
    return {"type": "salesforce.record", "object": "Account", "read_at": SWEPT, "record": told | created_long_ago}


def asked(number: int, replied: int | None, organization: int | None = 71, **members: Any) -> Message:  # noqa: ANN401
    """Give a ticket of October as it was swept: answered after so many minutes, solved after 10 hours; or waiting."""
    begun, solved = later(ASKED, number), later(ASKED, number + 600)
    told = metrics(number, reopens=members.pop("reopens", 0), solved_at=solved, status_updated_at=solved)
    waiting = {"status": "open", "updated_at": begun} if replied is None else {"updated_at": solved}
    own = {"id": number, "created_at": begun, "organization_id": organization, "status": "solved", **waiting, **members}
    end = {"solved_at": None} if replied is None else {}
    return reread(ticket(**own), told | end | {"reply_time_in_minutes": {"calendar": replied}}, SWEPT)


def talk(number: int, replied: int, company: str, **members: object) -> Message:
    """Give a conversation of October in Intercom, answered after so many minutes and closed after 10 hours."""
    begun = parse_instant(ASKED) // SECOND + number * 60
    statistics = {
        "first_admin_reply_at": begun + replied * 60,
        "last_close_at": begun + 36_000,
        "count_reopens": 0,
        "count_conversation_parts": 3,
    }
    own = {"id": str(number), "created_at": begun, "updated_at": begun + 36_000, "statistics": statistics}
    item = conversation(**{**own, "priority": "none", "tags": {"tags": []}, "company": {"id": company}, **members})
    return {"type": "intercom.conversation", "read_at": SWEPT, "conversation": item}


TICKETS = [
    *(asked(number, 10 * number) for number in range(1, 6)),
    asked(6, None),
    asked(7, 70, priority="urgent", reopens=1),
    asked(8, 80, tags=["p1", "escalated"]),
    asked(9, 5, submitter_id=1, via={"channel": "web"}),
    asked(10, 5, status="closed", tags=["closed_by_merge"]),
    asked(11, 5, status="deleted"),
    asked(12, 5, organization=None),
]
"""Eight tickets that customers began; an agent's, a merged, a deleted one, and one of nobody."""

TALKS = [talk(number, 1000 + number, "co-1") for number in range(1, 4)]
ONLY_MAIL = [talk(number, 15, "co-2", priority="priority") for number in range(11, 17)]
ONLY_DESK = [asked(number, 25, 73) for number in range(21, 27)]
NAMED = [{"type": "owner.listed", "source": "zendesk", "owner": key, "at": "2025-01-01"} for key in (71, 73)]
ALL = [
    *feed("salesforce"),
    *feed("intercom"),
    *map(account, (BOTH, MAIL, DESK)),
    *NAMED,
    *TICKETS,
    *TALKS,
    *ONLY_MAIL,
    *ONLY_DESK,
]

OF_ZENDESK: Mapping[str, Any] = {
    "p1_p2_volume": 2,
    "first_response_minutes": 45,
    "close_time_hours": 10,
    "reopen_rate_pct": 12.5,
    "escalation_rate_pct": 12.5,
    "fin_deflection_pct": None,
}
"""Replies after 10 to 50, 70 and 80 minutes, one still waiting: the median is between 40 and 50."""


def mapping(folder: Path, *rows: tuple[str, str, str], columns: Iterable[str] = COLUMNS) -> Path:
    """Write a mapping."""
    path = folder / "mapping.csv"
    path.write_text("\n".join([",".join(columns), *(",".join(row) for row in rows)]) + "\n")
    return path


def everybody(folder: Path) -> Path:
    """Map the account of both desks, that of Intercom alone, that of Zendesk alone."""
    return mapping(folder, (BOTH, "co-1", "71"), (MAIL, "co-2", ""), (DESK, "", "73"))


def lines(messages: Iterable[Message], path: Path, config: Config) -> dict[str, Line]:
    """Replay messages, and give the score lines by account."""
    return replay(map(body, messages), path, config)


def test_zendesk_alone(folders: dict[str, Path], tmp_path: Path) -> None:
    """A portfolio whose only desk it is: every figure by hand, and no word of Intercom."""
    path = mapping(tmp_path, (BOTH, "", "71"))
    line = lines([*ALL, *feed("zendesk")], path, figures(folders["alone"]))[BOTH]
    assert faults(line, OF_ZENDESK) == []
    assert line["dimensions"]["support_health"]["score"] is not None
    assert not any("intercom" in flag for flag in line["flags"])
    assert "unmapped:looker" in line["flags"]


def test_zendesk_alone_by_the_command(folders: dict[str, Path], tmp_path: Path) -> None:
    """`replay` with a folder whose limits name it."""
    path = mapping(tmp_path, (BOTH, "", "71"))
    recorded, output = tmp_path / "events.jsonl", tmp_path / "scores.jsonl"
    recorded.write_bytes(b"\n".join(map(body, [*ALL, *feed("zendesk")])))
    words = ["--config", str(folders["alone"]), "replay", str(recorded), "--accounts", str(path)]
    done = CliRunner().invoke(cli, [*words, "--as-of", "2026-11-01", "--output", str(output)])
    assert done.exit_code == 0, done.output
    (line,) = map(json.loads, output.read_text().splitlines())
    assert faults(line, OF_ZENDESK) == []


def test_two_desks_are_one_cohort(folders: dict[str, Path], tmp_path: Path) -> None:
    """Conversations of both are counted, and medians are taken over both."""
    line = lines([*ALL, *feed("zendesk")], everybody(tmp_path), figures(folders["both"]))[BOTH]
    expected = {
        "p1_p2_volume": 2,
        "first_response_minutes": 70,
        "close_time_hours": 10,
        "reopen_rate_pct": 100 / 11,
        "escalation_rate_pct": 100 / 11,
    }
    assert faults(line, expected) == []
    assert not any(flag.startswith(("unmapped:intercom", "unmapped:zendesk", "dead:")) for flag in line["flags"])


def test_an_account_of_one_desk_is_measured_by_it(folders: dict[str, Path], tmp_path: Path) -> None:
    """And flagged: nobody said that it is not in the other."""
    found = lines([*ALL, *feed("zendesk")], everybody(tmp_path), figures(folders["both"]))
    mail, desk = found[MAIL], found[DESK]
    assert faults(mail, {"p1_p2_volume": 6, "first_response_minutes": 15, "flag": ["unmapped:zendesk"]}) == []
    assert faults(desk, {"p1_p2_volume": 0, "first_response_minutes": 25, "flag": ["unmapped:intercom"]}) == []
    assert faults(mail, {"no_flag": ["unmapped:intercom"]}) + faults(desk, {"no_flag": ["unmapped:zendesk"]}) == []


@pytest.mark.parametrize("source", ["zendesk", "intercom"])
def test_where_one_desk_is_dead_support_is_missing(folders: dict[str, Path], tmp_path: Path, source: str) -> None:
    """What both say is one whole: half of it must not look like all. Who is in the other alone is measured."""
    long_ago = format_instant(AS_OF - 10 * DAY)
    messages = [one for one in ALL if one.get("source") != "intercom" and not is_of(one, source)]
    feeds = [*feed("zendesk", long_ago if source == "zendesk" else SWEPT)]
    feeds += feed("intercom", long_ago if source == "intercom" else SWEPT)
    found = lines([*messages, *feeds], everybody(tmp_path), figures(folders["both"]))
    missing = dict.fromkeys(OF_ZENDESK)
    assert faults(found[BOTH], {**missing, "flag": [f"dead:{source}"]}) == []
    assert found[BOTH]["dimensions"]["support_health"]["score"] is None
    alone, other = (MAIL, DESK) if source == "zendesk" else (DESK, MAIL)
    assert found[alone]["dimensions"]["support_health"]["score"] is not None
    assert found[other]["dimensions"]["support_health"]["score"] is None


def is_of(message: Message, source: str) -> bool:
    """Tell whether a message is one that a sweep of a desk read: it would be a sign of life."""
    return str(message["type"]) in {f"{source}.ticket", f"{source}.conversation"}


def test_an_organization_that_nobody_named_is_no_peace(folders: dict[str, Path], tmp_path: Path) -> None:
    """A typo in the mapping: its support is missing, not healthy."""
    path = mapping(tmp_path, (BOTH, "co-1", "71"), (DESK, "", "7300"))
    line = lines([*ALL, *feed("zendesk")], path, figures(folders["both"]))[DESK]
    assert faults(line, {**dict.fromkeys(OF_ZENDESK), "flag": ["unknown_owner:zendesk"]}) == []


def test_without_a_backfill_support_is_missing(folders: dict[str, Path], tmp_path: Path) -> None:
    """Webhooks and sweeps alone do not say that all is there."""
    path = mapping(tmp_path, (BOTH, "", "71"))
    line = lines([*ALL, feed("zendesk")[1]], path, figures(folders["alone"]))[BOTH]
    assert faults(line, dict.fromkeys(OF_ZENDESK)) == []


def test_events_without_a_sweep_let_the_feed_die(folders: dict[str, Path], tmp_path: Path) -> None:
    """They have no metrics: replies and closes go unseen, so what was known must not be taken for what is."""
    path = mapping(tmp_path, (BOTH, "", "71"))
    seen = feed("zendesk", format_instant(AS_OF - 10 * DAY))
    told = [*(created(id=str(n), created_at=SWEPT, updated_at=SWEPT) for n in range(50, 60)), *seen]
    told += [event("ticket.status_changed", SWEPT, id=str(n)) for n in range(50, 60)]
    line = lines([*map(account, [BOTH]), *feed("salesforce"), *NAMED, *told], path, figures(folders["alone"]))[BOTH]
    assert faults(line, {**dict.fromkeys(OF_ZENDESK), "flag": ["dead:zendesk"]}) == []


def test_a_stack_without_zendesk_is_not_changed_by_it(tmp_path: Path) -> None:
    """Whatever comes of it: the lines are the same, byte for byte."""
    path = mapping(tmp_path, (BOTH, "co-1", ""), (MAIL, "co-2", ""))
    without = [one for one in ALL if not is_of(one, "zendesk") and one not in NAMED]
    assert lines(ALL, path, load_config()) == lines(without, path, load_config())


def test_a_mapping_may_not_name_organizations_that_nobody_asks_for(tmp_path: Path) -> None:
    """They would be lost without a word."""
    with pytest.raises(MappingError, match="zendesk is not in use"):
        load_portfolio(everybody(tmp_path))


NOISE = [
    *(event("ticket.status_changed", later(ASKED, 700 + n), id=str(n), status="OPEN") for n in range(1, 9)),
    *(created(id=str(n), created_at=later(ASKED, n), updated_at=later(ASKED, n)) for n in range(1, 9)),
    event("ticket.merged", later(ASKED, 610), {"target_ticket_id": "1"}, id="10", status="CLOSED"),
    event("ticket.soft_deleted", later(ASKED, 620), id="11"),
]
"""Webhook events of the same tickets, some of them later than what was swept."""


def orders(messages: list[Message]) -> Iterator[list[Message]]:
    """Give messages backwards, shuffled, and doubled."""
    chance = random.Random(7)  # noqa: S311 - a shuffle, no secret
    yield messages[::-1]
    yield chance.sample(messages, len(messages))
    yield chance.sample(messages * 2, 2 * len(messages))


def test_the_order_of_events_and_sweeps_makes_no_difference(folders: dict[str, Path], tmp_path: Path) -> None:
    """With all webhook events or with none, in any order and twice: the same lines."""
    path, config = everybody(tmp_path), figures(folders["both"])
    swept = [*ALL, *feed("zendesk")]
    as_swept = lines(swept, path, config)
    for ordered in orders([*swept, *NOISE]):
        assert lines(ordered, path, config) == as_swept
