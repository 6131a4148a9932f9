"""`healthscore import`: six spreadsheets become messages of our own, and what cannot be read is named."""

import csv
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import gather, record_at
from scoring.instants import parse_instant
from scoring.observations import Fields
from tests.calling import Called, call

SHEETS = Path(__file__).parents[1] / "cases/sheets"
EXPORTED = "2026-11-02T09:00:00Z"


def take(folder: Path, *words: str) -> Called:
    """Import a file of a folder, into the store and the mapping there."""
    given = ("--quiet", "--store", "sqlite:///store.db", "import", *words, "--exported-at", EXPORTED)
    return call(*given, "--accounts", "mapping.csv", folder=folder)


def told(called: Called) -> dict[str, Any]:
    """Read the summary of an import."""
    summary: dict[str, Any] = json.loads(called.stdout)
    return summary


def bad_rows(folder: Path) -> list[tuple[int, str]]:
    """Give the lines and columns of the bad rows that were kept."""
    kept = folder / "store.bad-rows.jsonl"
    rows = map(json.loads, kept.read_text().splitlines() if kept.exists() else ())
    return [(row["line"], row["column"]) for row in rows]


def kept(folder: Path, kind: str) -> list[Any]:
    """Give the observations of a kind that the store has."""
    store = SqliteStore(folder / "store.db")
    try:
        subjects = sorted(one for source in ("intercom", "looker", "salesforce") for one in store.subjects(source))
        facts = store.facts_of([subject for subject in subjects if subject.kind == kind])
        return sorted((one for fact in facts for one in fact.observations), key=lambda one: (one.subject, one.at))
    finally:
        store.close()


def write(folder: Path, name: str, lines: Iterable[str]) -> str:
    """Write a file, and give its name."""
    (folder / name).write_text("\n".join(lines) + "\n")
    return name


PAYMENTS = ("Payment ID,Account ID,Payment Date,Status", "P-1,0015f00000YtSBVAA3,2026-10-01,Failed")


def test_without_a_terminal_columns_are_proposed_and_the_call_stops(tmp_path: Path) -> None:
    """The proposal is a file beside the table; the next call goes by it, and asks nothing."""
    name = write(tmp_path, "payments.csv", PAYMENTS)
    first = take(tmp_path, "payments", name)
    assert first.returncode == 1
    assert first.stderr.decode().splitlines()[-1].endswith("payments.csv.columns.yaml, and run this again")
    assert not (tmp_path / "store.db").exists()
    second = take(tmp_path, "payments", name)
    assert (second.returncode, told(second)["taken"]) == (0, 1)


def test_what_a_person_writes_into_the_file_of_columns_decides(tmp_path: Path) -> None:
    """Here that a column is another one than proposed, and that days stand first."""
    rows = ("Payment ID,Account ID,Invoice Date,Paid on,Status", "P-1,0015f00000YtSBVAA3,1/2/2026,3/4/2026,Failed")
    name = write(tmp_path, "payments.csv", rows)
    assert take(tmp_path, "payments", name).returncode == 1
    assert take(tmp_path, "payments", name).returncode == 3
    assert bad_rows(tmp_path) == [(2, "Paid on")]
    plan = tmp_path / "payments.csv.columns.yaml"
    text = plan.read_text().replace("payment_date: Paid on", "payment_date: Invoice Date")
    plan.write_text(text.replace("dates: null", "dates: day_first"))
    assert take(tmp_path, "payments", name).returncode == 0
    (observation,) = kept(tmp_path, "payment")
    assert isinstance(observation.content, Fields)
    assert dict(observation.content.values)["payment_date"] == 1_769_904_000_000_000
    assert bad_rows(tmp_path) == []


def test_a_wrong_file_of_columns_is_refused_by_name(tmp_path: Path) -> None:
    """What it should be is said, and what was probably meant."""
    name = write(tmp_path, "payments.csv", PAYMENTS)
    take(tmp_path, "payments", name)
    plan = tmp_path / "payments.csv.columns.yaml"
    plan.write_text(
        plan.read_text()
        .replace("Payment Date", "Payment Dat")
        .replace("time_zone: UTC", "time_zone: Mars")
        .replace("currency: null", "currency: Euro")
    )
    called = take(tmp_path, "payments", name)
    assert called.returncode == 1
    assert 'time_zone is "Mars"' in called.stderr.decode()
    assert 'currency is "Euro": expected the code of a currency, such as EUR' in called.stderr.decode()
    plan.write_text(plan.read_text().replace("time_zone: Mars", "time_zone: UTC").replace("Euro", "eur"))
    called = take(tmp_path, "payments", name)
    assert called.returncode == 1
    assert 'columns.payment_date is "Payment Dat"' in called.stderr.decode()
    assert "did you mean Payment Date?" in called.stderr.decode()


def test_a_column_that_is_needed_and_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    """And the columns that the file has."""
    rows = ("Payment ID,Acount Nr,Payment Date,Status", "P-1,0015f00000YtSBVAA3,2026-10-01,Failed")
    called = take(tmp_path, "payments", write(tmp_path, "payments.csv", rows), "--yes")
    assert called.returncode == 1
    assert "the column account is not found" in called.stderr.decode()
    assert "has Payment ID, Acount Nr, Payment Date, Status" in called.stderr.decode()


def test_a_likeness_is_confirmed_by_a_person_alone(tmp_path: Path) -> None:
    """`--yes` takes names that are known, and no others, however often it is said."""
    rows = ("Payment ID,Account ID,Payment Date,Statuss", "P-1,0015f00000YtSBVAA3,2026-10-01,Failed")
    name = write(tmp_path, "payments.csv", rows)
    for said in (b'nobody can be sure of status ("Statuss"?)', b"did you mean Statuss?"):
        called = take(tmp_path, "payments", name, "--yes")
        assert (called.returncode, said in called.stderr) == (1, True)
    plan = tmp_path / f"{name}.columns.yaml"
    assert "status: null  # needed, is it Statuss?" in plan.read_text()
    plan.write_text(plan.read_text().replace("status: null", "status: Statuss"))
    assert take(tmp_path, "payments", name).returncode == 0


def test_bad_rows_are_named_and_kept_and_the_rest_goes_in(tmp_path: Path) -> None:
    """The exit code is 3, and nothing is said to be covered; mended, the file is taken in whole."""
    good = PAYMENTS[1]
    rows = (*PAYMENTS, "P-2,0015f00000ytsbvaa3,2026-10-01,Paid", "P-3,0015f00000YtSBVAA3,#N/A,Paid", "P-4,0015f", good)
    name = write(tmp_path, "payments.csv", rows)
    called = take(tmp_path, "payments", name, "--yes", "--covered-since", "2025-01-01")
    assert called.returncode == 3
    assert (told(called)["taken"], told(called)["bad_rows"], told(called)["repeated"]) == (1, 3, 1)
    assert bad_rows(tmp_path) == [(3, "Account ID"), (4, "Payment Date"), (5, "the row")]
    assert "line 3: Account ID is" in called.stderr.decode()
    assert "did you mean 0015f00000YtSBVAA3?" in called.stderr.decode()
    write(tmp_path, name, PAYMENTS)
    assert take(tmp_path, "payments", name).returncode == 0
    assert bad_rows(tmp_path) == []


def test_of_two_columns_of_one_name_a_person_says_which(tmp_path: Path) -> None:
    """Where they hold the same, nothing is to be said; what fits as well is named."""
    rows = (f"{PAYMENTS[0]},Due Date,Status", f"{PAYMENTS[1]},2026-09-01,Open")
    name = write(tmp_path, "payments.csv", rows)
    called = take(tmp_path, "payments", name, "--yes")
    assert (called.returncode, b'nobody can be sure of status ("Status"?)' in called.stderr) == (1, True)
    plan = tmp_path / f"{name}.columns.yaml"
    assert "or: Due Date" in plan.read_text()
    plan.write_text(plan.read_text().replace("status: null", "status: Status (2)"))
    assert told(take(tmp_path, "payments", name))["remarks"] == {"unknown:payment.status=Open": 1}
    plan.unlink()
    write(tmp_path, name, (rows[0], rows[1].replace("Open", "Failed")))
    assert take(tmp_path, "payments", name, "--yes").returncode == 0


def test_a_file_in_another_language_is_taken_in_by_its_file_of_columns(tmp_path: Path) -> None:
    """No name of it is known; the first call writes what to fill in, and names it."""
    name = write(tmp_path, "z.csv", ("Rechnung;Konto;Tag;Stand", "R-1;0015f00000YtSBVAA3;01.10.2026;Failed"))
    first = take(tmp_path, "payments", name)
    assert (first.returncode, b"expected its name in z.csv.columns.yaml" in first.stderr) == (1, True)
    plan = tmp_path / "z.csv.columns.yaml"
    text = plan.read_text()
    for ours, theirs in (("id", "Rechnung"), ("account", "Konto"), ("payment_date", "Tag"), ("status", "Stand")):
        text = text.replace(f"  {ours}: null", f"  {ours}: {theirs}")
    plan.write_text(text)
    unclear = take(tmp_path, "payments", name)
    assert b"say dates: day_first or month_first in z.csv.columns.yaml" in unclear.stderr
    plan.write_text(text.replace("dates: null", "dates: day_first"))
    assert told(take(tmp_path, "payments", name))["taken"] == 1


def test_a_file_of_columns_of_another_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    """Not column by column."""
    name = write(tmp_path, "payments.csv", PAYMENTS)
    take(tmp_path, "payments", name)
    said = take(tmp_path, "signals", name).stderr.decode().splitlines()
    expected = 'kind is "payments": expected signals; to read its table as that, remove this file'
    assert said == [f"healthscore: payments.csv.columns.yaml: {expected}"]


def test_a_word_of_a_helpdesk_is_given_a_meaning_in_the_file_of_columns(tmp_path: Path) -> None:
    """Then its rows go in; what is no table of words is refused."""
    rows = ("id,Created at,State", "1,2026-10-20 09:00,Parked")
    name = write(tmp_path, "c.csv", rows)
    called = take(tmp_path, "conversations", name, "--yes")
    assert (called.returncode, b'words: {state: {"Parked": ...}} in c.csv.columns.yaml' in called.stderr) == (3, True)
    plan = tmp_path / "c.csv.columns.yaml"
    text = plan.read_text()
    plan.write_text(text.replace("words: null", "words: {stat: {Parked: snoozed}}"))
    assert b"words.stat is" in take(tmp_path, "conversations", name).stderr
    plan.write_text(text.replace("words: null", "words: {state: {PARKED: snoozed}}"))
    assert told(take(tmp_path, "conversations", name))["taken"] == 1


def test_another_sheet_than_the_file_of_columns_says_is_refused(tmp_path: Path) -> None:
    """Its names and its first line are of one sheet alone."""
    shutil.copy(SHEETS / "usage.xlsx", tmp_path)
    take(tmp_path, "usage", "usage.xlsx")
    said = take(tmp_path, "usage", "usage.xlsx", "--sheet", "Other").stderr.decode()
    assert "usage.xlsx.columns.yaml is of the sheet" in said


def test_rows_that_fail_alike_are_named_together(tmp_path: Path) -> None:
    """By the first of them and the lines of the others; each is kept."""
    bad = [f"P-{number},0015f00000YtSBVAA3,soon,Paid" for number in range(2, 17)]
    called = take(tmp_path, "payments", write(tmp_path, "payments.csv", (*PAYMENTS, *bad)), "--yes")
    said = [line for line in called.stderr.decode().splitlines() if "soon" in line]
    assert [line.partition(" (as in ")[2] for line in said] == [
        "line 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ... (14 in all))"
    ]
    assert len(bad_rows(tmp_path)) == 15


def test_rows_of_one_id_that_differ_are_all_refused(tmp_path: Path) -> None:
    """Which of them is right nobody can tell."""
    name = write(tmp_path, "payments.csv", (*PAYMENTS, "P-1,0015f00000YtSBVAA3,2026-10-01,Paid"))
    called = take(tmp_path, "payments", name, "--yes")
    assert (called.returncode, told(called)["taken"], bad_rows(tmp_path)) == (3, 0, [(2, "id"), (3, "id")])


def test_a_word_without_a_meaning_is_named_by_its_row_and_taken(tmp_path: Path) -> None:
    """The model knows that it is unknown: it is never good news."""
    name = write(tmp_path, "payments.csv", (*PAYMENTS, "P-2,0015f00000YtSBVAA3,2026-10-02,Bounced"))
    words = ("--store", "sqlite:///store.db", "import", "payments", name, "--yes", "--exported-at", EXPORTED)
    called = call(*words, folder=tmp_path)
    assert called.returncode == 0
    assert "line 3: status 'Bounced' has no meaning in words.payment.status" in called.stderr.decode()
    assert told(called)["remarks"] == {"unknown:payment.status=Bounced": 1}


@pytest.fixture
def pilot(tmp_path: Path) -> Path:
    """Give a folder with the six spreadsheets, taken in."""
    for file in SHEETS.iterdir():
        shutil.copy(file, tmp_path)
    write(tmp_path, "mapping.csv", ["sf_account_id,intercom_company_id,looker_customer_id,account_name,segment"])
    for words in SIX:
        called = take(tmp_path, *words.split(), "--yes")
        assert (called.returncode, told(called)["bad_rows"]) == (0, 0)
    return tmp_path


SIX = (
    "accounts accounts.csv",
    "usage usage.xlsx",
    "conversations conversations.csv --covered-since 2026-07-01",
    "payments payments.csv --covered-since 2025-01-01",
    "opportunities opportunities.csv --covered-since 2025-01-01",
    "signals signals.csv --covered-since 2025-01-01",
)


def test_six_spreadsheets_make_a_dry_run(pilot: Path) -> None:
    """With every source covered, each account has most of the model, and the figures that the sheets say."""
    words = "--store sqlite:///store.db finalise --period 2026-10 --dry-run --accounts mapping.csv --output out.csv"
    scored = call(*words.split(), folder=pilot)
    assert scored.returncode == 0
    with (pilot / "out.csv").open(newline="") as file:
        shown = {row["account_name"]: row for row in csv.DictReader(file)}
    assert {name: row["tier"] for name, row in shown.items()} == {
        "Four Seasons": "Healthy",
        "Boutique Hotel Group": "Critical",
        "Harbour Inns": "Healthy",
    }
    boutique = shown["Boutique Hotel Group"]
    raws = ("payment_health", "contract_changes", "days_to_renewal", "p1_p2_volume", "first_response_minutes")
    assert [boutique[name] for name in raws] == ["1", "1", "60", "2", "342.0"]


def test_where_accounts_are_put_is_said(tmp_path: Path) -> None:
    """And how many; a mapping that has them all is not written."""
    name = write(tmp_path, "accounts.csv", ["Account ID,Company ID", "0015f00000YtSBVAA3,acme"])
    words = ("--store", "sqlite:///s.db", "import", "accounts", name, "--yes", "--accounts", "mine.csv")
    said = b"accounts.csv: 1 accounts are added to mine.csv, 0 are completed there"
    assert [said in call(*words, folder=tmp_path).stderr for _ in range(2)] == [True, False]


def test_the_same_files_again_change_nothing(pilot: Path) -> None:
    """A later export of the same rows says that they were seen later, and nothing else."""
    kinds = ("conversation", "reading", "payment", "opportunity", "signal", "account")
    before = {kind: kept(pilot, kind) for kind in kinds}
    for words in SIX:
        take(pilot, *words.split(), "--yes")
    assert {kind: kept(pilot, kind) for kind in kinds} == before
    mapping = (pilot / "mapping.csv").read_text()
    later = ("--store", "sqlite:///store.db", "import", "payments", "payments.csv")
    assert call(*later, "--exported-at", "2026-11-03", folder=pilot).returncode == 0
    assert len(kept(pilot, "payment")) == 2 * len(before["payment"])
    assert (pilot / "mapping.csv").read_text() == mapping


def status_of(folder: Path) -> str | None:
    """Give the status of the one payment in the store, as it is known."""
    (fact,) = gather(kept(folder, "payment"))
    seen = record_at(fact, parse_instant("2026-11-03"))
    return None if seen is None else seen.text("status")


def test_a_corrected_file_holds_though_it_claims_the_same_export(tmp_path: Path) -> None:
    """Whatever it says: the one that was taken in last; the same once more changes nothing."""
    for status in ("Paid", "Failed", "Paid", "Pending"):
        name = write(tmp_path, "payments.csv", (PAYMENTS[0], PAYMENTS[1].replace("Failed", status)))
        assert take(tmp_path, "payments", name, "--yes").returncode == 0
        assert status_of(tmp_path) == status
    before = kept(tmp_path, "payment")
    take(tmp_path, "payments", name)
    assert kept(tmp_path, "payment") == before


def test_a_file_that_is_read_in_another_way_says_that_the_first_may_count_still(tmp_path: Path) -> None:
    """What a wrong column said is in the store; the right one holds where both speak of the same."""
    rows = (f"{PAYMENTS[0]},State", f"{PAYMENTS[1]},Paid")
    name = write(tmp_path, "payments.csv", rows)
    assert b"read in another way" not in take(tmp_path, "payments", name, "--yes").stderr
    plan = tmp_path / f"{name}.columns.yaml"
    plan.write_text(plan.read_text().replace("status: Status", "status: State"))
    assert b"payments.csv was read in another way before" in take(tmp_path, "payments", name).stderr
    assert status_of(tmp_path) == "Paid"
    assert b"read in another way" not in take(tmp_path, "payments", name).stderr


def test_what_a_whole_file_no_longer_has_is_named(tmp_path: Path) -> None:
    """It was taken in, and counts still; what was before the time that the file holds is none of it."""
    old, other = (PAYMENTS[1].replace("P-1", "P-0").replace("2026", "2024"), PAYMENTS[1].replace("P-1", "P-2"))
    name = write(tmp_path, "payments.csv", (*PAYMENTS, old, other))
    assert take(tmp_path, "payments", name, "--yes").returncode == 0
    write(tmp_path, name, PAYMENTS)
    called = take(tmp_path, "payments", name, "--covered-since", "2026-01-01")
    said = "payments.csv is said to hold all, and has not 1 payments that were taken in before (P-2): they count still"
    assert (called.returncode, said in called.stderr.decode()) == (0, True)
    assert b"P-2" not in take(tmp_path, "payments", name).stderr


def test_conversations_whose_times_were_wrong_before_are_named(tmp_path: Path) -> None:
    """A close that came too late in the first file holds against the right one; a later change contradicts nothing."""
    head = "id,Created at,Closed at,State"
    first = (head, "1,2026-10-01 09:00,2026-10-12 09:00,closed", "2,2026-10-01 09:00,,open", "3,2026-10-01 09:00,,open")
    right = (first[0], first[1].replace("10-12", "10-02"), first[2], "3,2026-10-01 09:00,2026-10-03 09:00,closed")
    name = write(tmp_path, "c.csv", first)
    for _ in range(2):
        assert b"other times" not in take(tmp_path, "conversations", name, "--yes").stderr
    write(tmp_path, name, right)
    said = (
        b"c.csv gives other times than were taken in before of 1 conversations (1): what was said then may count still"
    )
    assert said in take(tmp_path, "conversations", name).stderr


def test_without_a_word_nothing_is_covered_and_that_is_said(tmp_path: Path) -> None:
    """Silence of a file that may be a part is no good news."""
    shutil.copy(SHEETS / "conversations.csv", tmp_path)
    words = ("--store", "sqlite:///store.db", "import", "conversations", "conversations.csv", "--yes")
    called = call(*words, "--exported-at", EXPORTED, folder=tmp_path)
    assert told(called)["covered_since"] is None
    assert "nobody said since when the file holds all there is" in called.stderr.decode()


def test_for_which_scores_usage_counts_is_said(tmp_path: Path) -> None:
    """A file of today says nothing of the month that has ended."""
    name = write(tmp_path, "u.csv", ("Customer ID,Date,Staff logins 30 days", "a,2026-11-02,5", "b,2026-11-02,7"))
    called = call("--store", "sqlite:///s.db", "import", "usage", name, "--yes", folder=tmp_path)
    said = "u.csv: usage is known of 2026-11-02: a reading counts for scores as of its date, and for 7 days after it"
    assert said in called.stderr.decode()


def test_the_time_of_the_file_is_the_time_of_its_export(tmp_path: Path) -> None:
    """Where neither the call nor the file of columns says another."""
    name = write(tmp_path, "payments.csv", PAYMENTS)
    os.utime(tmp_path / name, (1_793_610_000, 1_793_610_000))
    called = call("--quiet", "--store", "sqlite:///s.db", "import", "payments", name, "--yes", folder=tmp_path)
    assert told(called)["exported_at"] == "2026-11-02T09:00:00Z"
    plan = tmp_path / f"{name}.columns.yaml"
    plan.write_text(plan.read_text().replace("exported_at: null", "exported_at: 2026-11-01"))
    called = call("--quiet", "--store", "sqlite:///s.db", "import", "payments", name, folder=tmp_path)
    assert told(called)["exported_at"] == "2026-11-01T00:00:00Z"


def test_an_export_that_lies_ahead_is_refused(tmp_path: Path) -> None:
    """What it says would hold against everything that comes until then."""
    name = write(tmp_path, "payments.csv", PAYMENTS)
    words = ("--store", "sqlite:///s.db", "import", "payments", name, "--yes", "--exported-at", "2926-11-02")
    called = call(*words, folder=tmp_path)
    assert (called.returncode, b"2926-11-02T00:00:00Z lies ahead" in called.stderr) == (1, True)
    assert not (tmp_path / "s.db").exists()


def test_people_get_a_sentence_and_programs_json(tmp_path: Path) -> None:
    """The same figures in both."""
    name = write(tmp_path, "conversations.csv", ("id,Created at,First reply at,State,Priority,Tags", CONVERSATION))
    words = ("--quiet", "--store", "sqlite:///s.db", "import", "conversations", name, "--yes", "--exported-at")
    called = call(*words, EXPORTED, "--covered-since", "2026-10-01", "--table", folder=tmp_path)
    said = "1 of 1 rows are taken in, as of its export on 2026-11-02 09:00 UTC. Intercom is covered since 2026-10-01."
    assert called.stdout.decode().strip() == f"conversations.csv: {said}"


def test_a_file_that_was_touched_long_after_its_last_row_does_not_cover_the_time_between(tmp_path: Path) -> None:
    """Who opens and saves an old export makes peace of what came after it; who says when it was exported is."""
    name = write(tmp_path, "conversations.csv", ("id,Created at,First reply at,State,Priority,Tags", CONVERSATION))
    os.utime(tmp_path / name, (1_793_610_000, 1_793_610_000))
    words = ("--quiet", "--store", "sqlite:///s.db", "import", "conversations", name, "--yes")
    called = call(*words, "--covered-since", "2026-01-01", folder=tmp_path)
    assert told(called)["covered_since"] is None
    said = "its last row is of 2026-10-20, and it was last changed on 2026-11-02: say when it was exported"
    assert said in called.stderr.decode()
    called = call(*words[1:], "--covered-since", "2026-01-01", "--exported-at", EXPORTED, folder=tmp_path)
    assert told(called)["covered_since"] == "2026-01-01T00:00:00Z"
    assert b"it has no row from 2026-01-01 until 2026-10-20: is it whole from then on?" in called.stderr


def test_remarks_that_say_the_same_are_one_and_hide_no_other(tmp_path: Path) -> None:
    """With the number of lines that they are of."""
    rows = [f"P-{number},0015f00000YtSBVAA3,2026-10-02,Bounced" for number in range(30)]
    name = write(tmp_path, "payments.csv", (PAYMENTS[0], *rows))
    words = ("--store", "sqlite:///store.db", "import", "payments", name, "--yes", "--exported-at", EXPORTED)
    said = call(*words, folder=tmp_path).stderr.decode().splitlines()
    named = [line for line in said if "'Bounced'" in line]
    lines = "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (30 in all)"
    assert [line.partition(": status")[0] for line in named] == [f"payments.csv: line {lines}"]
    assert any("nobody said since when the file holds all there is" in line for line in said)


CONVERSATION = "1,2026-10-20 09:00,,open,,"
