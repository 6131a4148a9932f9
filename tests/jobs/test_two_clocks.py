"""`history --period`: one month as shown then and as known now, for people a table, for programs a line of JSON."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from config.loader import load_config
from config.model_text import model_text
from handlers.cli import cli
from handlers.jobs.finalise import finalise
from handlers.jobs.records import AccountReader, Terms, record_of
from handlers.jobs.rescore import rescore
from handlers.jobs.score_lines import LineTerms, stored_lines
from handlers.jobs.two_clocks import read_clocks
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.clocks import model_words
from scoring.account import Account, Naming
from scoring.backtest.lines import score_line_of
from scoring.feeds import Covered, Heard
from scoring.instants import DAY, HOUR, Instant, format_instant
from scoring.observations import Fields, Observation
from scoring.record import Record
from scoring.said_outcomes import SaidOutcome, observation_of
from tests.scoring.accounts import ACCOUNT, AS_OF, ID, LONG_AGO, conversation, days, profile, reading, record

CONFIG = load_config()
MODEL = CONFIG.model
OTHER = replace(MODEL, version="other", churn_risk=0.3, platform_value=0.7)
SCORED_AT = AS_OF + 6 * HOUR
NOW = AS_OF + 20 * DAY
PERIOD = "2026-10"
NAMED = replace(ACCOUNT, name="Grand [b]Hotel")
BASE = (
    profile(arr=300_000.0, success_tier="Paid"),
    reading(AS_OF, **dict.fromkeys(MODEL.pillars, 60.0)),
    conversation("1", days(3), priority="high"),
)
SIGNAL = record("signal", "a0X", days(9), severity="Critical", confidence="Confirmed", status="Active")
LATE = structs.replace(SIGNAL, content=structs.replace(SIGNAL.content, read_at=AS_OF + 9 * DAY))


def taken_in(store: SqliteStore, *observations: Observation) -> None:
    """Have a store take in observations, and know the account and its sources of long ago."""
    batch = Batch()
    for source, keys in {**ACCOUNT.owners, "intercom": ("acme", "other")}.items():
        for key in keys:
            batch.add(Naming(source, (key,), LONG_AGO))
        batch.add(Covered(source, LONG_AGO))
        batch.add(Heard(source, AS_OF - HOUR))
    for observation in observations:
        batch.add(observation)
    store.merge(batch)


@pytest.fixture
def unused(tmp_path: Path) -> Iterator[SqliteStore]:
    """Give a store that knows an account's facts, and of no account."""
    with closing(SqliteStore(tmp_path / "store.db")) as opened:
        taken_in(opened, *BASE)
        yield opened


OWNED = {"intercom": ("acme",), "looker": ("77",)}


@pytest.fixture
def store(unused: SqliteStore) -> SqliteStore:
    """Give a store of one account."""
    unused.portfolio.put([Edit(ID, {"name": NAMED.name}, OWNED)], "zoe", LONG_AGO)
    return unused


def close(store: SqliteStore, account: Account = NAMED, model: object = MODEL) -> Record:
    """Close the month from what is known by then."""
    assert model in (MODEL, OTHER)
    used = OTHER if model is OTHER else MODEL
    store.put_model(used.version, model_text(used))
    made = record_of(AccountReader(store).read(account), Terms(PERIOD, AS_OF, used, "final", SCORED_AT))
    assert store.put_records([made]) == []
    return made


def run(folder: Path, *words: str, columns: int = 100, command: str = "history") -> Result:
    """Run a command on the store."""
    call = ["--store", f"sqlite:///{folder / 'store.db'}", command, ID, "--period", PERIOD, *words]
    return CliRunner().invoke(cli, call, env={"COLUMNS": str(columns)})


def test_a_month_is_a_line_of_json_with_both_sides_and_the_causes(store: SqliteStore, tmp_path: Path) -> None:
    """What was shown is the record's, to the byte; what came late stands beside it."""
    made = close(store)
    before = json.loads(run(tmp_path).stdout)
    assert (before["differs"], before["late"]) == ([], [])
    taken_in(store, LATE)
    after = json.loads(run(tmp_path).stdout)
    assert after["then"] == before["then"]
    assert {name: one["then"] for name, one in after["figures"].items()} == {
        name: one["then"] for name, one in before["figures"].items()
    }
    assert after["figures"]["final_score"] == {"then": made.score.final_score, "now": 50.0, "causes": ["late"]}
    assert after["differs"] == ["late"]
    assert [one["cause"] for one in after["moves"]] == ["late"]
    assert after["late"] == [
        {
            "source": "salesforce",
            "kind": "signal",
            "id": "a0X",
            "at": "2026-10-23T00:00:00Z",
            "known_at": "2026-11-10T00:00:00Z",
        }
    ]
    metric = after["metrics"]["support_health"]["p1_p2_volume"]
    assert metric["then"] == metric["now"]
    assert metric["now"]["raw"] == 1
    assert metric["causes"] == []


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_shows_what_differs_and_what_came_late(store: SqliteStore, tmp_path: Path, columns: int) -> None:
    """It fits, text is no markup, and what stays the same is not listed."""
    close(store)
    taken_in(store, LATE)
    answer = run(tmp_path, "--table", columns=columns)
    assert max(map(len, answer.stdout.splitlines())) <= columns
    words = " ".join(answer.stdout.split())
    assert "Grand [b]Hotel" in words
    assert "As shown then: the final record, written 2026-11-01 06:00 UTC" in words
    assert "seen after the record" in words
    assert "signal a0X (Salesforce): so since 2026-10-23, seen 2026-11-10" in words
    assert "urgent" not in words.casefold()


def test_a_correction_changes_nothing_of_what_was_shown(store: SqliteStore, tmp_path: Path) -> None:
    """A rescore of the month puts another record in its place, and keeps the first: that was shown."""
    made = close(store)
    before = json.loads(run(tmp_path).stdout)
    taken_in(store, LATE)
    (account,) = store.portfolio.accounts()
    rescore(account, store, Terms(PERIOD, AS_OF, MODEL, "provisional", NOW - DAY))
    rescore(account, store, Terms(PERIOD, AS_OF, MODEL, "provisional", NOW - HOUR))
    stored = store.record(ID, PERIOD)
    assert stored is not None
    assert (stored.score.final_score, stored.shown) == (50.0, made)
    after = json.loads(run(tmp_path).stdout)
    assert after["then"] == before["then"]
    assert after["differs"] == ["late"]
    assert (before["corrected"], after["corrected"]["final_score"]) == (None, 50.0)
    assert "The record was corrected" in " ".join(run(tmp_path, "--table").stdout.split())
    (line, *_) = stored_lines(store, [account], LineTerms(MODEL, NOW)).lines[ID][-1:]
    assert line == score_line_of(made.score)


class Nowhere:
    """Takes records and leaves it at that."""

    def write(self, records: Iterable[Record]) -> None:
        """Take all of them."""
        for _ in records:
            pass


def test_a_month_that_is_closed_again_keeps_what_was_shown_first(store: SqliteStore) -> None:
    """A second close of the same facts is no correction; one that knows more keeps the first, a third keeps it too."""
    (account,) = store.portfolio.accounts()
    store.put_model(MODEL.version, model_text(MODEL))
    kept = []
    for day in (0, 1, 10, 11):
        if day == 10:
            taken_in(store, LATE)
        finalise([account], store, Nowhere(), Terms(PERIOD, AS_OF, MODEL, "final", Instant(SCORED_AT + day * DAY)))
        kept.append(store.record(ID, PERIOD))
    finals = [one.score.final_score for one in kept if one is not None]
    firsts = [one.first.scored_at if one.first else None for one in kept if one is not None]
    assert finals == [finals[0], finals[0], 50.0, 50.0]
    assert firsts == [None, None, SCORED_AT + DAY, SCORED_AT + DAY]


def test_verify_proves_what_was_shown_first_as_well(store: SqliteStore, tmp_path: Path) -> None:
    """By its own receipt, under its own model."""
    made = close(store)
    wrong = replace(made, score=replace(made.score, final_score=1.0))
    lost = replace(made, score=replace(made.score, model_version="lost"))
    verify = ["--store", f"sqlite:///{tmp_path / 'store.db'}", "verify"]
    for later, first, said in (
        (1, made, None),
        (2, wrong, "shown first does not"),
        (3, lost, "shown first: its model"),
    ):
        store.put_records([replace(made, scored_at=Instant(SCORED_AT + later), first=first)])
        answer = CliRunner().invoke(cli, verify)
        assert answer.exit_code == (0 if said is None else 1)
        assert said is None or said in answer.stdout


def test_of_an_account_that_left_it_is_still_to_be_seen(store: SqliteStore, tmp_path: Path) -> None:
    """By its name or its id, as it was mapped at last; so is why it had its score."""
    made = close(store)
    other = Edit("001AA0000000002AAA", {"name": "Other"})
    store.portfolio.put([Edit(ID, remove=True), other], "zoe", NOW - DAY)
    told = json.loads(run(tmp_path).stdout)
    assert (told["differs"], told["figures"]["final_score"]["then"]) == ([], made.score.final_score)
    call = ["--store", f"sqlite:///{tmp_path / 'store.db'}", "history", "grand", "--period", PERIOD]
    assert json.loads(CliRunner().invoke(cli, call).stdout) == told
    assert run(tmp_path, command="explain").exit_code == 0


def test_of_an_account_that_left_a_mapping_file_the_record_is_still_to_be_seen(
    unused: SqliteStore, tmp_path: Path
) -> None:
    """What is known now is what its own records in the CRM tell."""
    close(unused, ACCOUNT)
    unused.portfolio.put([Edit("001AA0000000002AAA", {"name": "Other"})], "zoe", LONG_AGO)
    told = json.loads(run(tmp_path).stdout)
    assert told["differs"] == ["mapping"]
    assert told["figures"]["final_score"]["then"] is not None


def test_an_outcome_that_was_told_or_corrected_later_was_not_known_then(store: SqliteStore, tmp_path: Path) -> None:
    """What was known by the record stays beside what is known now; one that was taken back is gone only now."""
    taken_in(store, observation_of(SaidOutcome(ID, "renewed", days(2)), days(1)))
    close(store)
    same = json.loads(run(tmp_path).stdout)["outcomes"]
    assert [one["outcome"] for one in same["then"]] == [one["outcome"] for one in same["now"]] == ["renewed"]
    assert "then as now" in " ".join(run(tmp_path, "--table").stdout.split())
    taken_in(store, observation_of(SaidOutcome(ID, "churned", days(2), days(20)), AS_OF + 5 * DAY))
    told = json.loads(run(tmp_path).stdout)["outcomes"]
    assert told["then"] == same["then"]
    assert [one["outcome"] for one in told["now"]] == ["churned"]
    assert "as known then" in " ".join(run(tmp_path, "--table").stdout.split())
    taken_in(store, observation_of(SaidOutcome(ID, "withdrawn", days(2)), AS_OF + 6 * DAY))
    assert json.loads(run(tmp_path).stdout)["outcomes"] == {"then": same["then"], "now": []}


def test_where_nothing_differs_it_says_so(store: SqliteStore, tmp_path: Path) -> None:
    """Score and tier are shown all the same."""
    made = close(store)
    words = " ".join(run(tmp_path, "--table").stdout.split())
    assert "Nothing differs" in words
    assert f"Score {made.score.final_score} {made.score.final_score}" in words


def test_more_than_ten_that_came_late_are_counted(store: SqliteStore, tmp_path: Path) -> None:
    """JSON has all of them."""
    close(store)
    late = [record("payment", f"p{n:02d}", days(9), status="Paid") for n in range(12)]
    content = [structs.replace(one.content, read_at=AS_OF + DAY) for one in late if isinstance(one.content, Fields)]
    taken_in(store, *(structs.replace(one, content=seen) for one, seen in zip(late, content, strict=True)))
    printed = run(tmp_path, "--table").stdout
    assert "p09" in printed
    assert "p10" not in printed
    assert "and 2 more" in printed
    assert len(json.loads(run(tmp_path).stdout)["late"]) == 12


def test_without_a_record_nothing_was_shown(store: SqliteStore, tmp_path: Path) -> None:
    """The error says what tells of now; a month that has not begun, or that is none, is refused, too."""
    taken_in(store)
    answer = run(tmp_path)
    assert answer.exit_code == 1
    assert f"healthscore explain {ID} --period {PERIOD}" in answer.stderr
    assert run(tmp_path, "--months", "3").exit_code == 2
    assert run(tmp_path, "--period", "2026-13").exit_code == 2


def test_explain_names_the_way_to_the_reasons(store: SqliteStore, tmp_path: Path) -> None:
    """Where the record is not what is known now."""
    close(store)
    taken_in(store, LATE)
    assert f"  healthscore history {ID} --period {PERIOD}\n" in run(tmp_path, command="explain").stdout


def test_the_mapping_of_then_is_that_of_the_history_of_accounts(unused: SqliteStore, tmp_path: Path) -> None:
    """An account whose owner was corrected afterwards differs because of that, and of nothing else."""
    unused.portfolio.put([Edit(ID, owners={**OWNED, "intercom": ("other",)})], "zoe", LONG_AGO)
    (then,) = unused.portfolio.accounts()
    close(unused, then)
    unused.portfolio.put([Edit(ID, owners=OWNED)], "zoe", NOW - DAY)
    (now,) = unused.portfolio.accounts()
    found = read_clocks(unused, now, PERIOD, MODEL, NOW)
    assert found is not None
    assert found.causes == ("mapping",)
    (change,) = json.loads(run(tmp_path).stdout)["changes"]
    assert (change["by"], change["at"]) == ("zoe", format_instant(NOW - DAY))
    words = " ".join(run(tmp_path, "--table", columns=150).stdout.split())
    assert "Changed 2026-11-20 00:00 UTC by zoe" in words
    assert "+ Intercom acme; - Intercom other" in words


def test_an_account_that_the_store_came_to_know_later_was_mapped_as_it_is_now(unused: SqliteStore) -> None:
    """As far as anybody can tell: before, a file said so."""
    close(unused, ACCOUNT)
    unused.portfolio.put([Edit(ID, owners=OWNED)], "zoe", NOW - DAY)
    (now,) = unused.portfolio.accounts()
    found = read_clocks(unused, now, PERIOD, MODEL, NOW)
    assert found is not None
    assert found.causes == ()


def test_the_model_of_then_is_read_from_the_store(store: SqliteStore) -> None:
    """So of an earlier model it is said what it made, apart from what came late."""
    close(store, ACCOUNT, OTHER)
    taken_in(store, LATE)
    found = read_clocks(store, ACCOUNT, PERIOD, MODEL, NOW)
    assert found is not None
    assert found.causes == ("late", "model")
    shares = {change.path: (change.then, change.now) for change in found.model}
    assert shares["churn_risk"] == (0.3, MODEL.churn_risk)
    assert model_words(found.model).startswith(f"churn_risk 0.3 then, {MODEL.churn_risk:g} now")
    assert model_words([*found.model] * 3).endswith("and 1 more")
