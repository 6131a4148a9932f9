"""The explanation: what a CSM reads of a score."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words.explanation import explanation
from handlers.words.flags import SENTENCES, sentences
from handlers.words.layout import LONGEST_QUOTE, WIDTH
from scoring.instants import parse_instant
from scoring.metrics.catalogue import BY_NAME, METRICS, PILLARS
from scoring.metrics.measure import Measure
from scoring.model import Segment
from scoring.movement import Movement, Part
from scoring.record import Record
from scoring.score import Measurements, grade
from scoring.signals import Signal
from tests.models import the_model

MODEL = the_model()
AS_OF = parse_instant("2026-11-01")
EARLIER = parse_instant("2026-10-01")
CONFIRMED = Signal(
    "Critical", "Confirmed", "Active", parse_instant("2026-10-20"), "Competitive", "own build heard of", "Jane Doe"
)
MODERATE = Signal("Moderate", "Likely", "Active", parse_instant("2026-10-02"), "Sponsor", None, "Ops")
FLAG_WORDS = frozenset(
    "unscored partial low_confidence signals_unknown monitored_critical segment_assumed account_deleted "
    "stale dead unmapped unknown_owner reread hole unknown_word currency invalid waiting small_sample".split()
)
"""The stable words of DESIGN.md."""


def measured(
    raws: dict[str, float | None] | None = None,
    *,
    signals: tuple[Signal, ...] = (),
    flags: tuple[str, ...] = (),
    segment: Segment = "paid",
) -> Measurements:
    """Measure an account whose every metric is at green, but for `raws` (None: missing)."""
    greens = {metric.name: MODEL.thresholds[segment][metric.name].green for metric in METRICS if _weighed(metric.name)}
    every = {**greens, **{pillar.name: 100.0 for pillar in PILLARS}, **(raws or {})}
    return Measurements(
        account_id="001AA0000000001AAA",
        account_name="Four Seasons",
        segment=segment,
        as_of=AS_OF,
        dimensions={
            dimension: {name: Measure(every[name]) for name in metrics if name in every}
            for dimension, metrics in MODEL.metrics.items()
        },
        pillars={pillar.name: Measure(every[pillar.name]) for pillar in PILLARS},
        signals=signals,
        flags=flags,
        age_hours={"intercom": 1, "salesforce": 30, "looker": 100},
    )


def _weighed(name: str) -> bool:
    return any(metrics.get(name, 0) > 0 for metrics in MODEL.metrics.values())


def nothing(**members: object) -> Measurements:
    """Measure an account of which nothing is known."""
    return replace(measured(), dimensions={}, pillars={}, **members)  # type: ignore[arg-type]


def recorded(measurements: Measurements, period: str = "2026-09", **changed: object) -> Record:
    """Keep the score of some measurements as a record, with changes."""
    score = replace(grade(measurements, MODEL), **changed)  # type: ignore[arg-type]
    return Record(period, "final", score.as_of + 6 * 3600 * 1_000_000, measurements, score)


def moving(before: float, parts: tuple[float, float, float, float], now: float) -> Movement:
    """Make a movement of its four parts."""
    late, time, behaviour, model = map(Part, parts)
    return Movement(before, late, time, behaviour, model, now)


def explained(
    measurements: Measurements,
    movement: Movement | None = None,
    previous: Record | None = None,
    stored: Record | None = None,
) -> str:
    """Explain the score of some measurements."""
    return explanation(grade(measurements, MODEL), measurements, MODEL, movement, previous, stored)


def one_line(text: str) -> str:
    """Undo the line breaks, so that a test need not know where they fall."""
    return " ".join(text.split())


def section(text: str, title: str) -> list[str]:
    """Give the lines under a title."""
    return next(part for part in text.split("\n\n") if part.startswith(title)).split("\n")[1:]


def test_it_begins_with_who_when_and_which_record() -> None:
    """Name, id, segment; period, as-of instant and the record's status."""
    text = explained(measured(), stored=recorded(measured(), "2026-10"))
    assert text.split("\n")[:2] == [
        "Four Seasons (001AA0000000001AAA), Paid segment",
        "Period 2026-10, as of 2026-11-01 00:00 UTC; final record, written 2026-11-01 06:00 UTC",
    ]


def test_without_a_record_or_a_name_it_says_so() -> None:
    """The period is then the month that ends at the as-of instant."""
    text = explained(replace(measured(), account_name=None))
    assert text.split("\n")[:2] == [
        "001AA0000000001AAA, Paid segment",
        "Period 2026-10, as of 2026-11-01 00:00 UTC; no record stored yet",
    ]


def test_the_score_its_tier_coverage_and_range_stand_in_one_sentence() -> None:
    """A full score has no range; a partial one does."""
    assert "Score 100.0 of 100, tier Champion; coverage 100%, range 100.0 to 100.0 (nothing is missing)." in (
        explained(measured())
    )
    partial = explained(measured({"messaging": None}))
    assert "tier Champion; coverage 80%, range 80.0 to 100.0, depending on what is missing." in one_line(partial)


def test_a_tier_that_coverage_leaves_unknown_is_explained() -> None:
    """The number is shown, the tier is not guessed."""
    known = replace(nothing(), pillars=measured().pillars)
    assert "tier Unknown (coverage is below 50%); coverage 40%, range 40.0 to 100.0" in one_line(explained(known))


def test_an_unscored_account_has_no_number_and_no_lists_of_points() -> None:
    """Nothing known is not a score of 0."""
    text = explained(nothing())
    assert "No score: nothing that the model weighs is known (coverage 0%)." in text
    assert "Churn Risk (high is healthy) missing 0% 60%" in one_line(text)
    assert "25 of 25 metrics and pillars, 100% of the weight.\n" in text
    assert "What costs most" not in text
    assert "What helps most" not in text


def test_a_cap_names_its_signal_and_who_reported_it_and_the_score_without_it() -> None:
    """Severity, confidence, status, category, detail, reporter, date."""
    text = one_line(explained(measured(signals=(CONFIRMED, MODERATE))))
    assert (
        "Capped at 50.0: a Critical signal is Confirmed. Without the cap the score would be 100.0 (Champion)." in text
    )
    assert (
        "- Critical, Confirmed, Active: Competitive, own build heard of; reported by Jane Doe, observed on 2026-10-20"
    ) in text
    assert "- 1 further signal in force, on which the cap does not rest" in text


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        ((replace(CONFIRMED, confidence=None),) * 2, "Capped at 55.0: two or more Critical signals are in force."),
        ((replace(CONFIRMED, confidence="Likely"),), "Capped at 65.0: a Critical signal is in force."),
        ((MODERATE,), "Capped at 75.0: at least one signal counts as Moderate."),
    ],
)
def test_every_rule_of_caps_has_its_reason(signals: tuple[Signal, ...], reason: str) -> None:
    """The rule in words."""
    assert reason in explained(measured(signals=signals))


def test_a_signal_under_monitoring_says_what_it_counts_as() -> None:
    """One severity lower."""
    text = one_line(explained(measured(signals=(replace(CONFIRMED, status="Monitoring"),))))
    assert "- Critical, Confirmed, Monitoring (so it counts as Moderate): Competitive" in text


def test_a_bare_signal_says_what_is_not_known_of_it() -> None:
    """Nothing is left blank."""
    text = one_line(explained(measured(signals=(Signal("Moderate", None, "Active", None),))))
    assert "- Moderate, no confidence given, Active: no category given; reported by a person without a name, " in text
    assert "observed on an unknown date" in text


def test_the_latest_signal_stands_first() -> None:
    """Of two that cause the cap."""
    older = replace(CONFIRMED, observed=EARLIER, reported_by="Ann")
    text = explained(measured(signals=(older, CONFIRMED)))
    assert text.index("Jane Doe") < text.index("Ann")


def test_a_signal_that_says_too_little_is_shown_with_the_cap_at_the_worst() -> None:
    """Beside the cap that fits, or where none does."""
    renamed = replace(CONFIRMED, confidence="Sure", status=None, unknown=("confidence", "status"))
    text = one_line(explained(measured(signals=(renamed,))))
    assert "No cap: no signal in force is Critical or Moderate." in text
    assert (
        "1 further signal may be in force: what is logged of it says too little. At the worst the cap is 50.0:" in text
    )
    assert '- Critical, "Sure" (a word without a meaning), no status given: Competitive' in text
    assert "At the worst the cap is 50.0:" in one_line(explained(measured(signals=(renamed, MODERATE))))
    watched = replace(CONFIRMED, severity="High", status="Monitoring", unknown=("severity",))
    assert '- "High" (a word without a meaning), Confirmed, Monitoring: C' in one_line(
        explained(measured(signals=(watched,)))
    )


def test_signals_of_an_account_that_was_never_named_are_not_known() -> None:
    """It is said why, and what follows."""
    unnamed = replace(measured(flags=("signals_unknown",)), signals_known=False)
    assert "Churn signals are not known: Salesforce never named this account, so the tier is Unknown." in one_line(
        explained(unnamed)
    )


def test_a_cap_that_does_not_bite_says_so() -> None:
    """The score is low by itself."""
    poor = measured(dict.fromkeys([pillar.name for pillar in PILLARS], 0.0), signals=(MODERATE,))
    text = one_line(explained(poor))
    assert "A cap of 75.0 fits (at least one signal counts as Moderate), but it takes nothing away" in text
    assert "before the cap" not in text


def test_a_cap_of_an_unscored_account_is_kept_for_later() -> None:
    """The CSM's word is data even where nothing else is."""
    assert "A cap of 50.0 is kept for when there is a score" in explained(nothing(signals=(CONFIRMED,)))


def test_without_signals_there_is_no_cap() -> None:
    """It is said, so that nobody has to look."""
    assert "No cap: no signal in force is Critical or Moderate." in explained(measured())


@pytest.mark.parametrize("flag", ["signals_unknown", "unmapped:salesforce", "unknown_owner:salesforce"])
def test_no_cap_is_said_only_where_signals_are_known(flag: str) -> None:
    """Without Salesforce nobody knows."""
    assert "No cap" not in explained(measured(flags=(flag,)))


def test_the_parts_show_score_coverage_and_weight() -> None:
    """Both sides and every dimension."""
    lines = section(explained(measured({"p1_p2_volume": 8, "messaging": 50.0, "days_to_renewal": None})), "What it is")
    assert [line.split() for line in lines] == [
        ["Churn", "Risk", "(high", "is", "healthy)", "92.5", "94%", "60%"],
        ["Support", "Health", "75.0", "100%", "18%"],
        ["Financial", "&", "Contract", "100.0", "80%", "18%"],
        ["Adoption", "&", "Engagement", "100.0", "100%", "15%"],
        ["Relationship", "&", "Expansion", "100.0", "100%", "9%"],
        ["Platform", "Value", "75.0", "100%", "40%"],
    ]


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("p1_p2_volume", 8, "urgent conversations: 8 in 30 days; full points at 2 or less"),
        ("first_response_minutes", 90, "time to first response: median 90 min; full points at 60 min or less"),
        ("first_response_minutes", 185.04, "median 185 min (3.1 h)"),
        ("first_response_minutes", 1440, "median 1,440 min (24 h)"),
        ("close_time_hours", 30.25, "time to close: median 30.3 h; full points at 4 h or less"),
        ("close_time_hours", 1200, "median 1,200 h (50 days)"),
        ("reopen_rate_pct", 100 / 6, "conversations reopened: 16.7%; full points at 5% or less"),
        ("days_to_renewal", 31, "time to renewal: 31 days; full points at 180 days or more"),
        ("days_to_renewal", 1, "time to renewal: 1 day;"),
        ("days_to_renewal", 0, "time to renewal: 0 days;"),
        ("days_to_renewal", -1, "time to renewal: 1 day overdue;"),
        ("days_to_renewal", -12, "time to renewal: 12 days overdue;"),
        ("payment_health", 2, "failed payments: 2 in 365 days; full points at 0"),
        ("arr_trajectory_pct", -12.34, "ARR against a year ago: -12.3%; full points at +5% or more"),
        ("arr_trajectory_pct", 4, "ARR against a year ago: +4%;"),
        ("tier_alignment", 1, "success tier below what the ARR asks for: yes; full points if not"),
        ("admin_login_trend", -100, "trend of admin logins: -100%; full points at 0% or more"),
        ("platform_score", 51.5, "platform score: 51.5 of 100; full points at 75 or more"),
        ("platform_score_trend", 1, "platform score against 90 days ago: +1 point; full points at +5 points or more"),
        ("platform_score_trend", -7.25, "platform score against 90 days ago: -7.2 points;"),
        ("responsiveness", 1.8, "responsiveness (1 best, 3 worst): 1.8; full points at 1 or less"),
        ("messaging", 64, "messaging (Platform Value): 64 of 100; full points at 100"),
    ],
)
def test_what_costs_points_stands_in_words_with_its_unit_and_target(name: str, raw: float, words: str) -> None:
    """One metric off green costs most, as people would say it."""
    text = explained(measured({name: raw}))
    assert words in one_line(" ".join(section(text, "What costs most")))


def test_a_median_of_which_most_is_still_waiting_is_at_least_so_long() -> None:
    """The lower bound is said where the figure stands."""
    waiting = measured({"first_response_minutes": 185.0}, flags=("waiting:first_response_minutes",))
    assert "time to first response: median at least 185 min (3.1 h)" in explained(waiting)


def test_the_three_costliest_stand_first_with_their_points() -> None:
    """Weight times what is short of 100; the total is in the title."""
    text = explained(measured({"messaging": 64, "close_time_hours": 30, "platform_score": 51, "payment_health": 0.1}))
    assert "What costs most (11.9 points are lost in all)" in text
    assert [line.split(":")[0].strip() for line in section(text, "What costs most")] == [
        "7.2 points",
        "2.7 points",
        "1.8 points",
    ]


def test_what_helps_most_shows_points_of_those_it_could_add() -> None:
    """The three with most points."""
    text = explained(measured({"messaging": 64}))
    assert "What helps most (92.8 points in all)" in text
    assert [one_line(line) for line in section(text, "What helps most")] == [
        "12.8 of 20.0 points: messaging (Platform Value): 64 of 100",
        "8.0 of 8.0 points: automations (Platform Value): 100 of 100",
        "8.0 of 8.0 points: contactless (Platform Value): 100 of 100",
    ]


def test_points_are_those_before_the_cap() -> None:
    """They add up to the score that the cap cut."""
    text = explained(measured({"messaging": 64}, signals=(CONFIRMED,)))
    assert "What costs most (7.2 points are lost in all, before the cap)" in text
    assert "What helps most (92.8 points in all, before the cap)" in text


def test_nothing_lost_and_nothing_gained_are_said() -> None:
    """An account at its best has no costs, one at its worst no helps."""
    assert section(explained(measured()), "What costs most") == ["  Nothing: all that is known has full points."]
    worst = replace(nothing(), pillars={pillar.name: Measure(0.0) for pillar in PILLARS})
    assert section(explained(worst), "What helps most") == ["  Nothing: all that is known is at its worst."]


def test_what_is_missing_is_listed_with_what_it_could_mean() -> None:
    """By dimension, with the score at its worst and at its best."""
    relationship = [metric.name for metric in METRICS if metric.dimension == "relationship_expansion"]
    text = explained(measured(dict.fromkeys([*relationship, "messaging", "payment_health"])))
    assert [one_line(line) for line in section(text, "What is missing")][:3] == [
        "7 of 25 metrics and pillars, 33.5% of the weight. With all of it at its worst the score would be",
        "66.5, at its best 100.0.",
        "- Financial & Contract: failed payments",
    ]
    assert "- Relationship & Expansion: all of it (business reviews attended, responsiveness" in text
    assert "- Platform Value: messaging\n" in text


def test_nothing_missing_is_said_and_metrics_without_weight_are_not_missed() -> None:
    """Phase 3 has no weight yet."""
    assert section(explained(measured()), "What is missing") == [
        "  Nothing: every metric that the model weighs is known."
    ]


def test_freshness_stands_in_words() -> None:
    """One line a source."""
    assert section(explained(measured()), "How fresh it is, as of 2026-11-01 00:00 UTC") == [
        "  Intercom: last heard 1 hour before",
        "  Salesforce: last heard 30 hours before",
        "  Looker: the latest reading is 4 days 4 h old",
    ]
    ages = {"intercom": None, "salesforce": 0, "looker": None}
    assert section(explained(replace(measured(), age_hours=ages)), "How fresh it is") == [
        "  Intercom: not heard yet",
        "  Salesforce: last heard less than an hour before",
        "  Looker: no reading yet",
    ]


def test_measurements_without_sources_have_no_freshness() -> None:
    """What was scored from a file says nothing of feeds."""
    assert "How fresh" not in explained(replace(measured(), age_hours=None))


def test_every_flag_has_a_sentence() -> None:
    """The stable words of the contract, no more and no less."""
    assert SENTENCES.keys() == FLAG_WORDS


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("low_confidence", "Less than 50% of the model rests on data"),
        ("stale:looker", "Looker was last heard 4 days 4 h before, longer ago than 2 days: its figures are used"),
        (
            "dead:intercom",
            "Intercom was last heard 1 hour before, longer ago than 7 days: what it would tell is missing",
        ),
        ("unmapped:looker", "No Looker customer is mapped to this account"),
        ("unknown_owner:intercom", "One mapped Intercom company was never named by Intercom: check the mapping."),
        ("reread:Opportunity", "A change of Opportunity in Salesforce went unseen"),
        ("invalid:messaging", 'A value of "messaging (Platform Value)" is missing or wrong in its source'),
        ("invalid:severity", "A value of a churn signal's severity (so the signal is skipped) is missing or wrong"),
        ("invalid:payment_date", "A value of a failed payment's date is missing or wrong in its source"),
        ("unknown_word:Event.Type", "A word of Event.Type has no meaning in config/sources.yaml, so it counts for"),
        ("unknown_word:Event.Type", "give it one (`healthscore doctor` lists the words of the org that have none)."),
        ("currency:JPY", "The ARR is in JPY, for which config/sources.yaml has no rate: what hangs on it is missing."),
        ("signals_unknown", "Churn signals are not known: Salesforce is not covered. A cap may be missing."),
        ("invalid:a_new_field", "A value of a_new_field is missing or wrong in its source"),
        ("waiting:close_time_hours", 'Most conversations are not over yet: "time to close" is at least what is shown.'),
        ("small_sample:reopen_rate_pct", 'Fewer than five conversations stand behind "conversations reopened".'),
        ("new_word:{x}", "new_word:{x}"),
    ],
)
def test_a_flag_is_a_plain_sentence(flag: str, words: str) -> None:
    """Names of sources, objects and metrics as people call them."""
    assert words in one_line(explained(measured(flags=(flag,))))


def test_a_source_never_heard_is_said_to_be_silent() -> None:
    """No age, no limit to name."""
    silent = replace(measured(), age_hours=None)
    assert sentences(["dead:looker"], silent, MODEL)[0].startswith("Looker has not been heard yet: ")


@pytest.mark.parametrize("word", sorted(FLAG_WORDS))
def test_no_sentence_has_a_gap_left_in_it(word: str) -> None:
    """Every placeholder is filled, with a name or without."""
    for flag in (word, f"{word}:looker", f"{word}:{METRICS[0].name}"):
        assert not set("{}") & set(*sentences([flag], measured(), MODEL))


def test_small_samples_share_one_sentence() -> None:
    """A quiet customer has many of them."""
    quiet = ("small_sample:close_time_hours", "small_sample:reopen_rate_pct", "partial")
    assert sentences(quiet, measured(), MODEL)[1:] == [
        'Fewer than five conversations stand behind "time to close", "conversations reopened".'
    ]


def test_notes_begin_with_what_matters_most() -> None:
    """Not by the alphabet."""
    notes = section(explained(nothing(flags=("account_deleted", "small_sample:reopen_rate_pct"))), "What to know")
    assert [line[4:11] for line in notes if line.startswith("  - ")] == ["Nothing", "Less th", "The acc", "Fewer t"]


def test_what_moved_stands_in_four_parts_that_add_up() -> None:
    """All four, also the one that is 0.0."""
    previous = recorded(measured(), as_of=EARLIER, final_score=97.4, tier="Champion")
    text = explained(measured(), moving(97.4, (0.3, -1.2, 3.5, 0.0), 100.0), previous)
    assert section(text, "What moved since the last record (2026-09, final, as of 2026-10-01)") == [
        "  From 97.4 (Champion) to 100.0 (Champion):",
        "   +0.3 points: learned late about 2026-10-01, after that record was made",
        "   -1.2 points: time passing: earlier events leave the windows, renewal comes nearer, signals expire",
        "   +3.5 points: new observations: what happened and what was reported since",
        "    0.0 points: a change of the model",
        "  97.4 + 0.3 - 1.2 + 3.5 + 0.0 = 100.0",
    ]


def test_a_change_of_the_model_names_both_versions() -> None:
    """Which figures were which."""
    previous = recorded(measured(), as_of=EARLIER, model_version="old")
    text = explained(measured(), moving(99.0, (0.0, 0.0, 0.0, 1.0), 100.0), previous)
    assert f"+1.0 points: a change of the model (from old to {MODEL.version})" in text


def test_where_nothing_moved_it_says_so() -> None:
    """No list of zeros."""
    text = explained(measured(), moving(100.0, (0.0, 0.0, 0.0, 0.0), 100.0), recorded(measured(), as_of=EARLIER))
    assert section(text, "What moved") == ["  Nothing: 100.0 then and now."]


def test_the_first_record_has_nothing_to_compare_with() -> None:
    """No movement is made up."""
    assert section(explained(measured()), "What moved") == [
        "  This is the first record: there is no earlier one to compare with."
    ]


@pytest.mark.parametrize(
    ("measurements", "before", "words"),
    [
        (measured(), None, "That record is unscored: there is no number to start from."),
        (nothing(), 97.4, "That record says 97.4 (Healthy); now there is no score to compare it with."),
        (
            measured(),
            97.4,
            "From 97.4 (Healthy) to 100.0 (Champion), +2.6 points. The change cannot be split",
        ),
    ],
)
def test_a_movement_that_cannot_be_split_says_why(measurements: Measurements, before: float | None, words: str) -> None:
    """Unscored then, unscored now, or the model of then is not known any more."""
    previous = recorded(measured(), as_of=EARLIER, final_score=before, tier="Healthy")
    assert words in one_line(explained(measurements, None, previous))


def test_a_stored_record_that_says_the_same_is_said_to() -> None:
    """Nothing to correct."""
    text = explained(measured(), stored=recorded(measured(), "2026-10"))
    assert text.endswith("The stored record of this period says the same.")


def test_a_stored_record_that_differs_says_where_and_how_to_correct_it() -> None:
    """The figures of both, and the command."""
    stored = recorded(measured({"messaging": 50.0}, signals=(MODERATE,)), "2026-10")
    assert section(explained(measured(), stored=stored), "The stored record of this period differs from what") == [
        "  - score: 75.0 stored, 100.0 now",
        "  - tier: At Risk stored, Champion now",
        "  - Platform Value: 75.0 stored, 100.0 now",
        "  - cap: 75.0 stored, none now",
        "To correct it, with the same --store, --config and --accounts:",
        "  healthscore rescore 001AA0000000001AAA --period 2026-10",
    ]


def test_a_stored_record_that_differs_in_its_receipt_alone_says_so() -> None:
    """The figures that people see are the same."""
    stored = recorded(measured(flags=("small_sample:reopen_rate_pct",)), "2026-10")
    assert section(explained(measured(), stored=stored), "The stored record")[0] == (
        "  - the figures are the same; only receipt or flags differ"
    )


def test_a_stored_record_of_an_earlier_instant_is_out_of_date_not_wrong() -> None:
    """A provisional record of the middle of the month."""
    stored = recorded(replace(nothing(), as_of=parse_instant("2026-10-15")), "2026-10")
    lines = section(
        explained(measured(), stored=stored), "The stored record of this period is as of 2026-10-15 00:00 UTC:"
    )
    assert lines[:2] == ["  - score: none stored, 100.0 now", "  - tier: none stored, Champion now"]
    assert "To bring it up to date, with the same --store, --config and --accounts:" in lines


def test_text_from_outside_is_one_line_without_control_characters() -> None:
    """A signal's detail cannot paint the terminal or fill it."""
    signal = replace(MODERATE, category="a\x1b[31m\r\nb", detail="x" * 10_000, reported_by="\u202edesrever")
    text = explained(measured(signals=(signal,)))
    assert "a [31m b" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 3_000 + LONGEST_QUOTE


any_text = st.text(max_size=400)
any_raws = st.fixed_dictionaries(
    {},
    optional={
        **{metric.name: st.none() | st.floats(-1e6, 1e6) | st.integers(-100, 100) for metric in METRICS},
        **{pillar.name: st.none() | st.floats(0, 100) for pillar in PILLARS},
    },
)
any_signals = st.builds(
    Signal,
    severity=st.sampled_from(["Critical", "Moderate", "Watch", "?", None]),
    confidence=st.none() | any_text,
    status=st.sampled_from(["Active", "Monitoring", "Resolved", None]),
    observed=st.sampled_from([None, EARLIER, AS_OF]),
    category=st.none() | any_text,
    detail=st.none() | any_text,
    reported_by=st.none() | any_text,
)
any_flags = st.builds(
    "{}:{}".format, st.sampled_from(sorted(FLAG_WORDS)), st.sampled_from([*BY_NAME, "looker", "x", "status"])
)


@given(
    any_raws,
    st.lists(any_signals, max_size=3),
    st.lists(any_flags, max_size=3),
    any_text,
    st.sampled_from(["paid", "standard"]),
)
def test_every_line_is_plain_and_fits_in_100_columns(
    raws: dict[str, float | None], signals: list[Signal], flags: list[str], name: str, segment: Segment
) -> None:
    """Whatever was measured and whatever people typed."""
    measurements = replace(
        measured(raws, signals=tuple(signals), flags=tuple(flags), segment=segment), account_name=name
    )
    text = explained(measurements, None, recorded(measured(), as_of=EARLIER), recorded(nothing(), "2026-10"))
    assert all(len(line) <= WIDTH and line.isprintable() for line in text.split("\n"))
