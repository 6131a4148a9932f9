"""What a measurement is asked for: a value that means nothing is refused before anything is measured."""

from collections.abc import Callable

import pytest

from tests.bench import overload, units
from tests.bench.scale import __main__ as scale


@pytest.mark.parametrize(
    ("main", "words", "says"),
    [
        (scale.main, ["--sizes", "200,many"], "argument --sizes: 'many' is no whole number of at least 1"),
        (scale.main, ["--months", "0"], "argument --months: '0' is no whole number of at least 1"),
        (scale.main, ["--done", "-5"], "argument --done: '-5' is no whole number of at least 1"),
        (scale.main, ["--jobs", "close,all"], "--jobs takes some of close,fold,"),
        (overload.main, ["--burst", "0"], "argument --burst: '0' is no whole number of at least 1"),
        (units.main, ["events.jsonl"], "EVENTS.jsonl takes MAPPING.csv and YYYY-MM after it"),
        (units.main, ["e", "m", "2026-10", "0"], "argument N: '0' is no whole number of at least 1"),
    ],
)
def test_a_value_that_means_nothing_is_named(
    main: Callable[[list[str]], object], words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line, with exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert says in capsys.readouterr().err
