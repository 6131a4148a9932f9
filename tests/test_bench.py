"""The benchmarks run, and print a row each; how quick they are is not asked here."""

from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHMARKS, main, run
from tests.bench.rows import Goal, Row, Spread, shown, spread
from tests.bench.sizes import Sizes

TINY = Sizes(
    webhooks=20,
    scored=6,
    rounds=2,
    lines=100,
    file_rounds=2,
    portfolios=(2, 4),
    closings=1,
    starts=1,
    cells=50,
    seconds=1,
    shared=200,
)


@pytest.mark.parametrize("key", sorted(BENCHMARKS))
def test_each_benchmark_runs_and_prints_its_rows(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A run at a tiny size ends, and every row of it bears the benchmark's letter."""
    run(TINY, [key])
    printed = capsys.readouterr().out.splitlines()
    titles = next(number for number, line in enumerate(printed) if "x json.loads" in line and "median" in line)
    assert {line[0] for line in printed[titles + 1 :]} == {key}


def test_the_long_ingest_leaves_the_store_that_is_closed(tmp_path: Path) -> None:
    """Benchmark (d) closes the portfolio whose events (e) took in."""
    rows = [row for key in ("e", "d") for row in BENCHMARKS[key](TINY, tmp_path)]
    assert {path.name for path in tmp_path.glob("*.db")} == {f"{size}-accounts.db" for size in TINY.portfolios}
    assert {row.key for row in rows} == {"d", "e"}


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """`--only` takes the letters of benchmarks alone."""
    with pytest.raises(SystemExit):
        main(["--only", "a,z"])
    assert "--only takes some of a,b,c,d,e,f,g,h,i,j,k,l,m" in capsys.readouterr().err


def test_a_goal_is_judged_by_the_median_of_what_it_limits() -> None:
    """A ratio's goal looks at the ratio, any other at the figure, and no goal is neither."""
    figure, ratio = Spread(9_000.0, 1.0, 10_000.0), spread([1.0, 3.0, 2.0])
    assert Row("c", "", "events/s", figure, ratio, Goal(">=", 8_000)).reached is True
    assert Row("c", "", "events/s", figure, ratio, Goal("<=", 8_000)).reached is False
    assert Row("a", "", "us", figure, ratio, Goal("<=", 1.5, of_ratio=True)).reached is False
    assert Row("a", "", "us", figure, ratio).reached is None


def test_a_row_shows_figure_ratio_and_goal() -> None:
    """A line of the table bears the medians, their spreads, the goal and whether it is reached."""
    row = Row("a", "parse", "us", spread([100.0]), spread([1.0, 3.0, 2.0]), Goal("<=", 1.5, of_ratio=True))
    assert shown(row).split() == "a parse 100 us 100..100 2.00 (1.00..3.00) <= 1.5 x NO".split()
