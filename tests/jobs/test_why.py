"""Why, in words, as it is written to a CRM: a few lines of one record, in the words of the explanation."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.loader import load_config
from config.record_map import DRIVERS, cell
from handlers.sinks.spoken import spoken
from handlers.words.why import LONGEST, MOST_LINES, fitting, why
from scoring.instants import DAY
from scoring.model import Model
from scoring.record import Moved, Record
from scoring.score import Measurements, grade
from scoring.signals import Signal
from scoring.summary import MOST_SIGNALS, moved_by
from tests.jobs.test_explanation import AS_OF, CONFIRMED, MODEL, MODERATE, measured, nothing

CONFIG = load_config()


def kept(measurements: Measurements, previous: Measurements | None = None, model: Model = MODEL) -> Record:
    """Make the record of October, and hold it against one of September."""
    record = Record("2026-10", "final", AS_OF, measurements, grade(measurements, model))
    if previous is None:
        return record
    before = Record("2026-09", "final", AS_OF - 31 * DAY, previous, grade(previous, model))
    return replace(record, moved=moved_by(before, record, model, model))


def lines(record: Record) -> list[str]:
    """Give the lines that are written of a record."""
    return why(record, MODEL).split("\n")


def test_a_score_that_fell_says_what_moved_what_caps_it_and_what_costs_most() -> None:
    """In this order, each on a line of its own."""
    now = measured({"close_time_hours": 30.0}, signals=(CONFIRMED,))
    assert lines(kept(now, measured())) == [
        (
            "Since September 2026: from 100.0 (Champion) to 50.0 (Critical). The cap by Competitive, Critical, "
            "Confirmed, seen on 20 October: -47.3. Time to close 4 h → 30 h: -2.7."
        ),
        (
            "Capped at 50.0, because a Critical churn signal is Confirmed. Without the cap the score would be 97.3 "
            "(Champion). The signal behind it: Critical, Confirmed, Active: Competitive; reported by Jane Doe, seen on "
            "2026-10-20"
        ),
        ("2.7 points are lost in all, before the cap. Most is lost by time to close, median 30 h (2.7)."),
    ]


def test_what_is_missing_is_said_last() -> None:
    """How much, and which; how a CSM cannot mend it is left out."""
    last = lines(kept(measured({"messaging": None})))[-1]
    assert last.startswith("What is missing: 1 of ")
    assert last.endswith(" of all that counts. Platform Value: messaging.")


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (None, "This is the first record of the account: there is nothing to compare it with yet."),
        (Moved("2026-08", 100.0, "Champion"), "Nothing has moved since the last record (August 2026): 100.0."),
        (Moved("2026-09", None, None), "Since September 2026: it had no score then, because too little was known."),
        (
            Moved("2026-09", 80.0, "Healthy"),
            (
                "Since September 2026: from 80.0 (Healthy) to 100.0 (Champion), +20.0 points. Why cannot be said: "
                "the facts or the model of that record are not known any more."
            ),
        ),
    ],
)
def test_what_moved_is_said_of_every_record(moved: Moved | None, said: str) -> None:
    """The first one, one that stayed, one that had no score, one whose model is gone."""
    assert lines(replace(kept(measured()), moved=moved))[0] == said


def test_an_account_without_a_score_says_so() -> None:
    """Nothing that is unknown looks well."""
    record = replace(kept(nothing(flags=("signals_unknown",))), moved=Moved("2026-09", 71.2, "At Risk"))
    first, second, third, *_ = lines(record)
    assert first == (
        "Since September 2026: from 71.2 (At Risk) to no score, because nothing that counts is known any more."
    )
    assert second == "No score: nothing that counts is known (coverage 0%)."
    assert third.startswith("Churn signals are not known, ")


def test_of_many_signals_the_first_are_named_and_the_others_counted() -> None:
    """A cap by five signals names two where it moved the score, three where it is explained."""
    many = tuple(
        replace(MODERATE, category=f"Reason {number}", observed=AS_OF - number * DAY) for number in range(1, 6)
    )
    first, cap, *_ = lines(kept(measured(signals=many), measured()))
    assert first.count("Reason") == MOST_SIGNALS - 1
    assert ", and more: -" in first
    assert cap.count("Reason") == 3
    assert cap.endswith("; and 2 more")


def test_what_people_wrote_of_a_signal_is_not_copied() -> None:
    """The signal itself has it, and where it is erased it must be gone."""
    assert CONFIRMED.detail is not None
    assert CONFIRMED.detail not in why(kept(measured(signals=(CONFIRMED,)), measured()), MODEL)


def test_of_a_model_that_is_gone_only_what_moved_is_said() -> None:
    """What other figures would say is not said in its place."""
    record = kept(measured({"messaging": 64.0}), measured())
    assert why(record, None) == lines(record)[0]


@given(st.lists(st.text("ab \U0001f600", max_size=9), max_size=8), st.integers(0, 40))
@settings(max_examples=30)
def test_what_is_too_long_is_cut_at_whole_lines(told: list[str], longest: int) -> None:
    """As many lines as fit, from the first on."""
    fits = list(fitting(told, longest))
    assert fits == told[: len(fits)]
    assert len("\n".join(fits)) <= longest
    assert len(fits) == len(told) or len("\n".join(told[: len(fits) + 1])) > longest


hostile = st.text(st.characters(codec="utf-8") | st.sampled_from("\n\r\u2028\u202e\x00<>&=|"), max_size=400)
words = st.builds(Signal, st.just("Moderate"), st.just("Likely"), st.just("Active"), st.just(AS_OF - DAY), hostile)


@given(st.lists(words, min_size=1, max_size=4), hostile)
@settings(max_examples=25)
def test_hostile_words_neither_break_a_line_nor_overflow(signals: list[Signal], reporter: str) -> None:
    """Text from outside stands on its line, without control characters; a record is said the same each time."""
    told = tuple(replace(signal, reported_by=reporter) for signal in signals)
    record = kept(measured({"messaging": None}, signals=told), measured())
    text = why(record, MODEL)
    assert text == why(record, MODEL)
    assert len(text) <= LONGEST / 2, "even where each character counts as two"
    assert 1 <= len(text.split("\n")) <= MOST_LINES
    assert text.replace("\n", "").isprintable()


def test_the_words_of_many_records_read_nothing_but_another_model_once() -> None:
    """The record holds all else: what moved stands in it since it was made."""
    asked: list[str] = []

    def model_of(version: str) -> Model:
        asked.append(version)
        return CONFIG.model

    (field,) = (one for one in spoken(CONFIG.model, CONFIG.record_map, model_of) if one.path == DRIVERS)
    record = kept(measured({"close_time_hours": 30.0}), measured(), CONFIG.model)
    others = [replace(record, score=replace(record.score, model_version=version)) for version in "aabba"]
    told = [cell(one, field) for one in (record, *others)]
    assert asked == ["a", "b"]
    assert {*told} == {why(record, CONFIG.model)}
