"""docs/extending.md does what it says: its blocks are applied to a copy of the program, which is then used."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/extending.md").read_text()
BLOCK = re.compile(r"^```(python|diff) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

USE = """
import json, sys
from contextlib import closing
from pathlib import Path
from config.loader import load_config
from config.portfolio import form_of, load_portfolio
from handlers.commands.lines import score_line
from handlers.jobs.fold import Tally, fold_lines
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.sinks.csv_file import CsvWriter
from handlers.sinks.json_lines import JsonLines
from handlers.stores.memory import MemoryStore
from scoring.instants import parse_instant
import config, scoring
assert all(Path(one.__file__).is_relative_to(Path.cwd()) for one in (config, scoring))
figures = load_config()
now = parse_instant("2026-11-02")
events = [json.dumps(one).encode() for one in json.loads(sys.argv[1])]
(account,) = load_portfolio(Path("mapping.csv"), form_of(figures))
with closing(MemoryStore()) as store:
    for _ in range(2):
        (tally,) = fold_lines(events, "events", store, figures.intake, now)
        assert not tally.dead_letters, tally.dead_letters
    terms = Terms("2026-10", parse_instant("2026-11-01"), figures.model, "final", now)
    record = record_of(AccountReader(store).read(account), terms)
    assert store.put_records([record]) == [] and list(store.records()) == [record]
JsonLines(Path("records.jsonl")).write([record])
CsvWriter(Path("records.csv"), figures.record_map).write([record])
print(score_line(record.score).decode())
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the program with all that the page says in it."""
    copy = tmp_path_factory.mktemp("extended")
    for package in ("config", "scoring", "handlers"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for kind, name, text in BLOCK.findall(PAGE):
        path = copy / name
        if kind == "python":
            path.write_text(f"{path.read_text()}\n\n{text}" if path.exists() else text)
        else:
            path.write_text(changed(path.read_text(), text, name))
    return copy


def changed(whole: str, diff: str, name: str) -> str:
    """Apply the changes of a block: runs of lines taken away, each with those put in their place."""
    for run in re.finditer(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE):
        before, after = (re.sub(r"^[-+]", "", part, flags=re.MULTILINE) for part in run.groups())
        assert whole.count(before) == 1, f"{name} has not once:\n{before}"
        whole = whole.replace(before, after)
    return whole


EVENTS = [
    *({"type": "feed.covered", "source": source, "since": "2025-01-01"} for source in ("salesforce", "front")),
    *({"type": "feed.heard", "source": source, "at": "2026-10-31T20:00:00Z"} for source in ("salesforce", "front")),
    {
        "type": "salesforce.record",
        "object": "Account",
        "read_at": "2026-10-01",
        "record": {"Id": "001XX000003DHPhYAO", "SystemModstamp": "2026-09-01T00:00:00Z", "Sponsor_Meetings__c": 4},
    },
    {
        "type": "salesforce.record",
        "object": "Payment_Record__c",
        "read_at": "2026-10-01",
        "record": {
            "Id": "a01000000000001AAA",
            "Account__c": "001XX000003DHPhYAO",
            "SystemModstamp": "2026-09-01T00:00:00Z",
            "Status__c": "Paid",
            "Payment_Date__c": "2026-09-02",
        },
    },
    {
        "type": "front.conversation",
        "conversation": {
            "id": "cnv_1",
            "account_id": "acc_1",
            "status": "archived",
            "created_at": 1793000000,
            "updated_at": 1793003600,
            "subject": "not read",
        },
    },
]


def test_the_page_does_what_it_says(extended: Path) -> None:
    """A metric, one from a new field, a source, a sink and a store, used together in one process."""
    (extended / "mapping.csv").write_text("sf_account_id,front_account_id\n001XX000003DHPhYAO,acc_1\n")
    command = [sys.executable, "-c", USE, json.dumps(EVENTS)]
    done = subprocess.run(command, cwd=extended, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    score = json.loads(done.stdout)
    metrics = {name: told for group in score["dimensions"].values() for name, told in group["metrics"].items()}
    assert (metrics["last_payment"]["raw"], metrics["sponsor_meetings"]["raw"]) == (60, 4)
    assert metrics["last_payment"]["score"] == 50
    assert metrics["p1_p2_volume"]["raw"] == 0
    assert {"unmapped:intercom", "unmapped:looker"} <= set(score["flags"])
    assert not {flag for flag in score["flags"] if flag.endswith(":front")}
    header = (extended / "records.csv").read_text().splitlines()[0].split(",")
    assert {"last_payment", "last_payment_score", "sponsor_meetings", "sponsor_meetings_score"} <= set(header)
    (line,) = (extended / "records.jsonl").read_text().splitlines()
    assert json.loads(line) == ["001XX000003DHPhYAO", "2026-10", score["final_score"]]


def test_a_metric_from_a_field_that_is_read_touches_three_files() -> None:
    """One function, two rows: the counts that the page promises."""
    first = PAGE[PAGE.index("## A metric") : PAGE.index("### From a field")]
    assert [name for _, name, _ in BLOCK.findall(first)] == [
        "scoring/metrics/financial_contract.py",
        "config/weights.yaml",
        "config/thresholds.yaml",
    ]
