"""`identity` as a person and a script use it, from listings to a mapping that scores."""

import csv
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from config.portfolio import USUAL_FORM, load_portfolio
from tests.calling import call
from tests.identity.profiles import BRAND, ONE, OTHER
from tests.messages import owner_listed

AT = "2026-10-01"
LISTED = [
    owner_listed("salesforce", ONE, name="Acme Hotels GmbH", attributes={"Brand__c": BRAND}, at=AT),
    owner_listed("salesforce", OTHER, name="Northern Lights", attributes={"Website": "nlights.no"}, at=AT),
    owner_listed("intercom", ONE[:15], also=["531ee472cce572a6ec000006"], name="Acme", at=AT),
    owner_listed("intercom", "nl", name="NL Group", attributes={"website": "https://nlights.no"}, at=AT),
    owner_listed("looker", f"Brand:{BRAND}", name=None, at=AT),
    owner_listed("looker", "axp-7", name="northern lights AS", at=AT),
]


class Answer(NamedTuple):
    """What a call came to."""

    code: int
    out: str
    err: str


class Desk:
    """A folder with a store, and the command line run in it."""

    def __init__(self, folder: Path) -> None:
        """Take in the listings; the mapping is still empty."""
        self.folder = folder
        (folder / "mapping.csv").write_text(",".join(USUAL_FORM.header) + "\n")
        (folder / "listed.jsonl").write_text("".join(json.dumps(message) + "\n" for message in LISTED))
        assert self.run("ingest", "listed.jsonl").code == 0

    def run(self, *words: str) -> Answer:
        """Run `healthscore` with these words."""
        done = call(*words, folder=self.folder)
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def identity(self, *words: str) -> Answer:
        """Run one of `identity`'s commands with the mapping."""
        return self.run("identity", *words, "--accounts", "mapping.csv")

    def rows(self) -> list[dict[str, str]]:
        """Read the proposals."""
        with (self.folder / "p.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def decide(self, **statuses: str) -> None:
        """Set the status of rows by their rule, as a person does."""
        rows = self.rows()
        with (self.folder / "p.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows({**row, "status": statuses.get(row["rule"], row["status"])} for row in rows)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a desk."""
    return Desk(tmp_path)


def test_from_listings_to_a_mapping(desk: Desk) -> None:
    """Propose, verify, reject, propose again, apply, take stock."""
    told = json.loads(desk.identity("propose", "--output", "p.csv").out)
    assert told["proposed"] == {"domain": 1, "exact": 1, "name": 1, "uuid": 1}
    first = {(row["owner"], row["sf_account_id"], row["rule"], row["status"]) for row in desk.rows()}
    assert first == {
        (ONE[:15], ONE, "exact", "proposed"),
        (f"Brand:{BRAND}", ONE, "uuid", "proposed"),
        ("nl", OTHER, "domain", "proposed"),
        ("axp-7", OTHER, "name", "proposed"),
    }
    desk.decide(exact="verified", uuid="verified", name="verified", domain="rejected")
    decided = desk.rows()
    told = json.loads(desk.identity("propose", "--output", "p.csv").out)
    assert (told["proposed"], told["kept"]) == ({}, {"verified": 3, "rejected": 1})
    assert desk.rows() == decided
    applied = desk.identity("apply", "p.csv", "--output", "mapping.csv")
    assert (applied.code, json.loads(applied.out)["accounts"]) == (0, 2)
    owners = {account.id: dict(account.owners) for account in load_portfolio(desk.folder / "mapping.csv")}
    assert owners == {
        ONE: {"salesforce": (ONE,), "intercom": (ONE[:15],), "looker": (f"Brand:{BRAND}",)},
        OTHER: {"salesforce": (OTHER,), "looker": ("axp-7",)},
    }
    stock = json.loads(desk.identity("audit").out)
    assert stock["accounts_lacking"]["intercom"] == [OTHER]
    assert [one["ids"] for one in stock["unmapped"]["intercom"]] == [["nl"]]
    assert stock["sources"]["intercom"]["attributes"] == {
        "website": {"share_pct": 50.0, "samples": ["https://nlights.no"]}
    }


def test_an_empty_mapping_has_an_audit(desk: Desk) -> None:
    """One line of JSON, also where a table is asked for but nobody looks."""
    answer = desk.identity("audit", "--table")
    assert (answer.code, answer.out.count("\n")) == (0, 1)
    assert json.loads(answer.out)["sources"]["intercom"]["unmapped"] == 2


def test_an_audit_shows_what_would_be_proposed(desk: Desk) -> None:
    """The same pairs as `propose` writes; what is mapped is proposed no more."""
    told = json.loads(desk.identity("audit").out)["proposed"]
    desk.identity("propose", "--output", "p.csv")
    assert [{**one, "score": str(one["score"])} for one in told] == desk.rows()
    desk.decide(exact="verified", uuid="verified", domain="verified", name="verified")
    desk.identity("apply", "p.csv", "--output", "mapping.csv")
    assert json.loads(desk.identity("audit").out)["proposed"] == []


def test_a_conflict_is_refused_in_one_line_and_nothing_is_written(desk: Desk) -> None:
    """Under Intercom's own id, the owner is the same."""
    (desk.folder / "mapping.csv").write_text(f"{','.join(USUAL_FORM.header)}\n{OTHER},531ee472cce572a6ec000006,,,\n")
    before = (desk.folder / "mapping.csv").read_bytes()
    header = "sf_account_id,account_name,source,owner,owner_name,rule,score,reason,status"
    (desk.folder / "p.csv").write_text(f"{header}\n{ONE},Acme,intercom,{ONE[:15]},,exact,100,by hand,verified\n")
    answer = desk.identity("apply", "p.csv", "--output", "mapping.csv")
    assert (answer.code, answer.out) == (1, "")
    assert f"p.csv: intercom owner {ONE[:15]} is {ONE}" in answer.err
    assert f"also given to {OTHER}" in answer.err
    assert (desk.folder / "mapping.csv").read_bytes() == before


@pytest.mark.parametrize("command", ["audit", "propose", "apply"])
def test_help_has_an_example(desk: Desk, command: str) -> None:
    """Every command shows how it is called."""
    answer = desk.run("identity", command, "--help")
    assert answer.code == 0
    assert f"healthscore identity {command}" in answer.out.partition("Example:")[2]
