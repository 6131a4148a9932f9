"""Figures changed one by one in the files of figures: what was meant is what the loader reads, and the rest stays."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.jobs.draft_figures import Drafted, figures_of, written

FIGURES = figures_of(DEFAULT_DIRECTORY)
TRIPLES = sorted({name.rpartition(".")[0] for name in FIGURES.values if ".paid." in name or ".standard." in name})
FLOOR, CLOSE = "thresholds.coverage_floor", "thresholds.thresholds.support_health.close_time_hours.paid"


def lines_changed(drafted: Drafted) -> dict[str, list[tuple[str, str]]]:
    """Give the lines that differ, by file, before and after; the files have as many lines as before."""
    pairs = {
        file: list(zip(FIGURES.texts[file].splitlines(), text.splitlines(), strict=True))
        for file, text in drafted.texts.items()
    }
    return {file: [(old, new) for old, new in those if old != new] for file, those in pairs.items()}


@st.composite
def valid_edits(draw: st.DrawFn) -> dict[str, str]:
    """Draw thresholds in their order, a floor of coverage and caps."""
    edits = {FLOOR: str(draw(st.integers(0, 100))), "thresholds.signal_expiry_days.Watch": draw(st.sampled_from("9 "))}
    for triple in draw(st.lists(st.sampled_from(TRIPLES), max_size=4, unique=True)):
        figures = sorted(draw(st.lists(st.integers(-99, 999), min_size=3, max_size=3, unique=True)))
        metric = triple.rpartition(".")[0].split(".")[-1]
        is_lower = load_config().model.thresholds["paid"][metric].lower_is_better
        edits |= {f"{triple}.{place}": f"{one}" for place, one in enumerate(figures if is_lower else figures[::-1])}
    return edits


@settings(max_examples=25, deadline=None)
@given(valid_edits())
def test_what_is_meant_is_read_and_all_other_lines_stay(edits: dict[str, str]) -> None:
    """The model is the present one but for the figures that were changed; no other line differs by a byte."""
    drafted = FIGURES.drafted(edits)
    assert drafted.config is not None
    model = drafted.config.model
    assert model.coverage_floor == float(edits[FLOOR])
    assert model.expiry_days["Watch"] == {"9": 9.0, " ": None}[edits["thresholds.signal_expiry_days.Watch"]]
    for name, said in edits.items():
        if ".paid." in name or ".standard." in name:
            *_, metric, segment, place = name.split(".")
            threshold = model.thresholds[segment][metric]  # type: ignore[index]
            assert (threshold.green, threshold.yellow, threshold.red)[int(place)] == float(said)
    touched = {name.split(".")[-3] if name.count(".") > 2 else name.split(".")[-1] for name in drafted.edits}
    for changes in lines_changed(drafted).values():
        assert all(any(f"{word}:" in old for word in touched) for old, _ in changes)
        assert all(old.partition("#")[2] == new.partition("#")[2] for old, new in changes)


def test_a_figure_that_is_the_same_in_other_words_is_no_change() -> None:
    """0.20, .2 and 0.2 are one number; nothing is written then, and the model is the present one."""
    share = "weights.weights.support_health.close_time_hours"
    drafted = FIGURES.drafted({share: ".200", FLOOR: " 50.0 ", "thresholds.signal_expiry_days.Critical": ""})
    assert (drafted.edits, drafted.texts, drafted.wrong) == ({}, {}, ())
    assert drafted.config is not None
    assert drafted.config.model.version == load_config().model.version


def test_what_is_refused_has_the_loaders_sentence_and_names_its_figures() -> None:
    """A text that would be YAML of its own is a text; an order that is wrong marks the three."""
    drafted = FIGURES.drafted({FLOOR: "1], x: [", f"{CLOSE}.2": "2"})
    assert drafted.config is None
    assert {wrong.said: wrong.names for wrong in drafted.wrong} == {
        'thresholds.yaml: coverage_floor is "1], x: [": expected a number': (FLOOR,),
        "thresholds.yaml: thresholds.support_health.close_time_hours.paid is [4, 12, 2]: "
        "expected green <= yellow <= red, green < red (lower_is_better is true)": tuple(
            f"{CLOSE}.{place}" for place in range(3)
        ),
    }


def test_weights_that_do_not_add_up_mark_the_whole_block() -> None:
    """Both sides are marked, though one was changed."""
    (wrong,) = FIGURES.drafted({"weights.health_score.churn_risk": "0.7"}).wrong
    assert wrong.names == ("weights.health_score.churn_risk", "weights.health_score.platform_value")
    assert wrong.said.endswith("expected shares that add up to 1, not 1.1")


def test_nothing_that_is_not_offered_is_written() -> None:
    """Not what decides what is measured, and not a name of one's own."""
    asked = {"thresholds.segments.paid_arr_floor": "1", "sources.windows.support_days": "1", "evil": "1"}
    assert FIGURES.drafted(asked).edits == {}


@pytest.mark.parametrize(
    ("said", "text"),
    [("60", "60"), ("+0.50", "0.5"), ("1e3", "1000"), ("-0", "0"), ("", "null"), (" 7 ", "7"), ("1_0", '"1_0"'),
     ("nan", '"nan"'), ("0,5", '"0,5"'), ("60\n#", '"60\\n#"')],
)  # fmt: skip
def test_a_number_is_written_plainly_and_all_else_as_a_text(said: str, text: str) -> None:
    """So nobody can add to the file by what is typed into a field."""
    assert written(said) == text


def test_comments_and_other_alphabets_keep_their_places(tmp_path: Path) -> None:
    """A file whose comments are not ASCII, with line ends of another system, is edited where it should be."""
    for file in DEFAULT_DIRECTORY.glob("*.yaml"):
        text = file.read_text().replace("# Where a raw", "# Schwellen: ä, 日本 🙂\n# Where a raw")
        (tmp_path / file.name).write_bytes(text.replace("\n", "\r\n").encode())
    drafted = figures_of(tmp_path).drafted({FLOOR: "45"})
    assert drafted.texts["thresholds.yaml"] == figures_of(tmp_path).texts["thresholds.yaml"].replace(
        "coverage_floor: 50", "coverage_floor: 45"
    )
