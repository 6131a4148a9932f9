"""`drift` over a store: spreads as closes noted them, else made of records; the guard names the source."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from msgspec import structs

from config.errors import ConfigError
from config.guards import GUARDS, Guards
from config.guards_file import load_guards
from config.loader import DEFAULT_DIRECTORY
from handlers.cli import cli
from handlers.jobs.closes import Note, note
from handlers.jobs.drift import Closes
from handlers.jobs.guards import Comparison, Digest, Situation, findings, holding
from handlers.stores.sqlite.store import SqliteStore
from handlers.words.drift import sentences
from scoring.drift import Finding, Spread
from scoring.feeds import Feed
from scoring.ids import to_18
from scoring.periods import period_end, periods_to
from scoring.record import Record
from tests.scoring.test_record import FINAL

PERIODS = periods_to("2026-10", 5)
ACCOUNTS = [to_18(f"001Qy0000000{number:03d}") for number in range(12)]
FEEDS = {"looker": Feed(), "salesforce": Feed()}
LIMITS = Guards()
GONE = Spread(100, had=100, lost=100)
USUAL = Spread(100, known=100, same=9, had=100, paired=100, up=50, down=49, typical=0.1)


def scored(account_id: str, period: str, platform_score: float | None) -> Record:
    """Give a final record with a platform score."""
    adoption = FINAL.score.dimensions["adoption_engagement"]
    metric = structs.replace(adoption.metrics["platform_score"], raw=platform_score, score=platform_score)
    changed = structs.replace(adoption, metrics={**adoption.metrics, "platform_score": metric})
    dimensions = {**FINAL.score.dimensions, "adoption_engagement": changed}
    as_of = period_end(period)
    score = replace(FINAL.score, account_id=account_id, as_of=as_of, dimensions=dimensions)
    measured = replace(FINAL.measurements, account_id=account_id, as_of=as_of)
    return replace(FINAL, period=period, scored_at=as_of, score=score, measurements=measured)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store of five closes; in the last one all but one account have lost their platform score."""
    path = tmp_path_factory.mktemp("drift") / "store.db"
    with closing(SqliteStore(path)) as store:
        for month, period in enumerate(PERIODS):
            is_last = period == PERIODS[-1]
            values = [None if is_last and number else 40.0 + number + month for number in range(12)]
            store.put_records(scored(one, period, raw) for one, raw in zip(ACCOUNTS, values, strict=True))
        store.put_records([replace(scored(ACCOUNTS[0], "2026-11", 1.0), status="provisional")])
    return path


@pytest.fixture(name="store")
def _store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path)) as store:
        yield store


def test_closes_that_noted_no_spreads_are_told_from_their_records(store: SqliteStore) -> None:
    """A month that still runs is no close."""
    closes = Closes(store)
    assert closes.periods == list(PERIODS)
    found = closes.drift(PERIODS[-1], LIMITS)
    assert [period for period, _ in found.earlier] == list(PERIODS[-2::-1])
    assert found.findings == [Finding("platform_score", "lost", 11, 12, 0.0, 1.0)]
    assert closes.drift(PERIODS[-2], LIMITS).findings == []
    assert closes.spreads(PERIODS[0])["platform_score"].had == 0


def test_what_a_close_noted_goes_first_and_one_that_is_held_is_none(store: SqliteStore) -> None:
    """As it was seen then, whatever was corrected since."""
    try:
        note(store, PERIODS[0], Note("closed", period_end(PERIODS[0]), Digest(spreads={"platform_score": USUAL})))
        note(store, PERIODS[1], Note("held", period_end(PERIODS[1])))
        note(store, PERIODS[2], Note("held", period_end(PERIODS[2]), Digest(spreads={"platform_score": GONE})))
        closes = Closes(store)
        assert closes.spreads(PERIODS[0]) == {"platform_score": USUAL}
        assert closes.periods == [PERIODS[0], *PERIODS[3:]]
        assert closes.seen == [PERIODS[0], *PERIODS[2:]]
        assert closes.drift(PERIODS[2], LIMITS).spreads == {"platform_score": GONE}
    finally:
        for period in PERIODS[:3]:
            note(store, period, Note("closed", period_end(period)))


def run(path: Path, *words: str) -> tuple[int, str, str]:
    """Run the command."""
    done = CliRunner().invoke(cli, ["--store", f"sqlite:///{path}", "drift", *words], env={"COLUMNS": "90"})
    return done.exit_code, done.stdout, done.stderr or str(done.exception or "")


def test_programs_get_each_metric_beside_the_closes_before_and_what_stands_out(path: Path) -> None:
    """Shares to one decimal, the least and the greatest of the closes before."""
    code, out, _ = run(path)
    told = json.loads(out)
    assert (code, told["period"], told["closes_before"]) == (0, PERIODS[-1], list(PERIODS[-2::-1]))
    assert told["metrics"]["platform_score"] == {
        "accounts": 12,
        "missing_pct": 91.7,
        "median": 44.0,
        "green_pct": 0.0,
        "red_pct": 0.0,
        "before": {"missing_pct": [0.0, 0.0], "median": [45.5, 48.5], "green_pct": [0.0, 0.0], "red_pct": [0.0, 0.0]},
    }
    [finding] = told["findings"]
    assert (finding["metric"], finding["kind"], finding["pct"]) == ("platform_score", "lost", 91.7)
    assert told["said"] == [
        "usage: platform score gone for 91.7% of 12 accounts that had it (at most 0% in earlier closes)"
    ]


def test_people_get_a_table_with_what_stands_out_above_it(path: Path) -> None:
    """Marked in its row."""
    code, out, _ = run(path, "--table")
    assert code == 0
    assert "platform score gone for 91.7% of 12 accounts" in out
    [row] = [line.split() for line in out.splitlines() if "platform score" in line and "gone" not in line]
    assert row == ["!", "platform", "score", "91.7%", "44", "0%", "0%"]
    assert "Nothing moved for everybody at once." in run(path, "--period", PERIODS[-2], "--table")[1]


def test_a_period_that_is_not_closed_is_refused_and_few_closes_are_said(path: Path, tmp_path: Path) -> None:
    """By the name of the nearest; what cannot stand out is no good news."""
    code, _, said = run(path, "--period", "2026-01")
    assert code == 1
    assert f"2026-01 is not closed: did you mean 2026-10? There are {', '.join(PERIODS)}" in said
    assert "has 1 closes before it: nothing can stand out beside fewer than 3" in run(path, "--period", PERIODS[1])[2]
    SqliteStore(tmp_path / "store.db").close()
    assert "no month is closed yet" in run(tmp_path / "store.db")[2]


def situation(**spreads: Spread) -> Situation:
    """Give a close after four in which each metric was as usual."""
    earlier = [Digest(scored=100, spreads=dict.fromkeys(spreads, USUAL))] * 4
    return Situation(Digest(100, 100, spreads=spreads), earlier, FEEDS, period_end("2026-10"))


def test_the_guard_names_the_source_and_may_be_off() -> None:
    """One sentence for each source and what happened; off, what stands out is still found."""
    found = situation(platform_score=GONE, days_to_renewal=replace(USUAL, to_red=40))
    [held] = holding(found, LIMITS)
    assert held.guard == "drift"
    assert held.seen.split("; ") == [
        "looker: platform score gone for 100% of 100 accounts that had it (at most 0% in earlier closes)",
        "salesforce: time to renewal turned red for 40% of 100 accounts (at most 0% in earlier closes)",
    ]
    assert holding(found, replace(LIMITS, drift_pct=None)) == []
    assert len(findings(found, replace(LIMITS, drift_pct=None))) == 2


def test_what_customers_wrote_holds_no_close_as_long_as_it_counts_nothing() -> None:
    """It is gone for everybody when somebody switches it off; once it has a weight, that is held as of any metric."""
    found = situation(customer_sentiment=GONE)
    assert [one.metric for one in findings(found, LIMITS)] == ["customer_sentiment"]
    assert holding(found, LIMITS) == []
    counting = replace(
        found, earlier=[Digest(scored=100, spreads={"customer_sentiment": replace(USUAL, scored=100)})] * 4
    )
    assert [held.guard for held in holding(counting, LIMITS)] == ["drift"]


def test_what_has_shifted_is_held_by_that_name_alone() -> None:
    """A person needs one word for one cause."""
    comparison = Comparison()
    for number, account_id in enumerate(ACCOUNTS):
        comparison.add(scored(account_id, "2026-10", 4000.0 + number), scored(account_id, "2026-09", 40.0 + number))
    earlier = Comparison()
    for number, account_id in enumerate(ACCOUNTS):
        earlier.add(scored(account_id, "2026-09", 40.0 + number), scored(account_id, "2026-08", 39.0 + number))
    found = Situation(comparison.digest(), [earlier.digest()] * 3, FEEDS, period_end("2026-10"))
    assert [one.metric for one in findings(found, LIMITS)] == ["platform_score"]
    assert [held.guard for held in holding(found, LIMITS)] == ["metric_shift"]
    assert [held.guard for held in holding(found, replace(LIMITS, metric_shift_pct=None))] == ["drift"]


def test_many_metrics_of_a_source_are_one_sentence() -> None:
    """The first are named, the others counted."""
    names = ("messaging", "automations", "contactless", "requests", "staff_adoption")
    some = [Finding(name, "lost", 90 + place, 100, 1.5, 0.0) for place, name in enumerate(names)]
    [said] = sentences(some, FEEDS)
    what, _, named = said.rpartition(": ")
    assert what == (
        "looker: 5 metrics, the clearest gone for 94% of 100 accounts that had it (at most 1.5% in earlier closes)"
    )
    assert named == f"{', '.join(f'{name} (Platform Value)' for name in names[:4])} and 1 more"
    rest = [
        Finding("first_response_minutes", "moved", 87, 100, 55.0, -58.26),
        Finding("payment_health", "one_value", 100, 100, 80.0, 0.0),
        Finding("platform_score", "to_green", 50, 100, 5.0, 3.0),
    ]
    way = "(down, typically by 58.3), further than ever in earlier closes"
    assert sentences(rest, FEEDS) == [
        f"support: time to first response moved for 87% of 100 accounts in the same direction {way}",
        "salesforce: failed payments has one value for all 100 accounts (at most 80% in earlier closes)",
        "looker: platform score turned green for 50% of 100 accounts (at most 5% in earlier closes)",
    ]


def test_a_digest_of_before_there_were_spreads_is_read() -> None:
    """It has none."""
    assert msgspec.json.decode(b'{"accounts":3}', type=Digest) == Digest(3)


def test_a_file_of_guards_of_before_there_was_this_one_has_its_usual_limits(tmp_path: Path) -> None:
    """An upgrade refuses no config; a wrong figure is refused by name."""
    lines = [line for line in (DEFAULT_DIRECTORY / GUARDS).read_text().splitlines() if not line.startswith("drift_")]
    (tmp_path / GUARDS).write_text("\n".join(lines))
    assert load_guards(tmp_path) == LIMITS
    (tmp_path / GUARDS).write_text("\n".join([*lines, "drift_pct: 250", "drift_time: 2"]))
    with pytest.raises(ConfigError) as caught:
        load_guards(tmp_path)
    assert "drift_pct" in str(caught.value)
    assert "did you mean drift_times?" in str(caught.value)
