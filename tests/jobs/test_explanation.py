"""The explanation: what a CSM reads of a score."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words.explanation import Beside, explanation
from handlers.words.flags import SENTENCES, sentences
from handlers.words.layout import LONGEST_QUOTE, WIDTH
from handlers.words.tone import tone_said
from scoring.alerts import Alert
from scoring.drivers import Driver, summed
from scoring.instants import HOUR, Instant, parse_instant
from scoring.metrics.catalogue import BY_NAME, METRICS, PILLARS
from scoring.metrics.measure import Measure
from scoring.metrics.tone import Tone
from scoring.model import Segment
from scoring.movement import Movement, Part
from scoring.peers import Peers
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
    raws: Mapping[str, float | None] | None = None,
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
    return Movement(before, late, time, behaviour, model, now, ())


def explained(
    measurements: Measurements,
    movement: Movement | None = None,
    previous: Record | None = None,
    stored: Record | None = None,
    peers: Peers | None = None,
) -> str:
    """Explain the score of some measurements."""
    return explanation(grade(measurements, MODEL), measurements, MODEL, Beside(movement, previous, stored, peers))


def test_how_its_people_write_is_said_with_how_many_messages_stand_behind_it() -> None:
    """Beside it the rating of the AI agent where there is one; nothing is said where nothing is known."""
    support = {
        "customer_sentiment": Measure(-0.124),
        "customer_sentiment_trend": Measure(-0.05),
        "fin_cx_score": Measure(4.2),
    }
    feels = replace(measured(), dimensions={"support_health": support})
    told = said_of(feels, Tone(23, 7, 41))
    assert told == (
        "Customer sentiment -0.12 on a scale of -1 to 1, over 23 messages in 30 days; 7 more messages in other "
        "languages. Against the 60 days before (41 messages): -0.05 points. Beside it, rating of AI agent "
        "conversations: 4.2 of 5. It counts nothing in the score."
    )
    alone = replace(feels, dimensions={"support_health": {"customer_sentiment": Measure(0.5)}})
    assert said_of(alone, Tone(1)) == (
        "Customer sentiment 0.50 on a scale of -1 to 1, over 1 message in 30 days, too few to build on. It cannot be "
        "compared with the 60 days before. It counts nothing in the score."
    )
    approved = {**MODEL.metrics, "support_health": {**MODEL.metrics["support_health"], "customer_sentiment": 0.1}}
    assert "counts nothing" not in tone_said(feels, Tone(9), replace(MODEL, metrics=approved))
    assert (said_of(measured(), Tone(0, 4)), said_of(feels, None)) == ("", "")
    assert "\n\nHow its people write\n  Customer sentiment" in explanation(
        grade(feels, MODEL), feels, MODEL, Beside(tone=Tone(23, 7, 41))
    )


def said_of(measurements: Measurements, tone: Tone | None) -> str:
    """Say how people write."""
    return tone_said(measurements, tone, MODEL)


def usual(**raws: float) -> Peers:
    """Say what other accounts usually have: every metric at green, but for `raws`."""
    thresholds = MODEL.thresholds["paid"]
    greens = {
        (group, name): thresholds[name].green
        for group, own in MODEL.metrics.items()
        for name in own
        if name in thresholds
    }
    pillars = {("platform_value", pillar.name): 100.0 for pillar in PILLARS}
    return Peers("paid", "2026-09", 20, {key: raws.get(key[1], raw) for key, raw in (greens | pillars).items()})


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
    assert "Score 100.0 of 100, tier Champion. All that counts is known (coverage 100%).\n" in explained(measured())
    partial = explained(measured({"messaging": None}))
    assert (
        "tier Champion. 80% of what counts is known (coverage); depending on the rest it is between 80.0 and 100.0."
    ) in one_line(partial)


def test_a_tier_that_coverage_leaves_unknown_is_explained() -> None:
    """The number is shown, the tier is not guessed."""
    known = replace(nothing(), pillars=measured().pillars)
    assert (
        "tier Unknown, because less than 50% of what counts is known. 40% of what counts is known (coverage); "
        "depending on the rest it is between 40.0 and 100.0."
    ) in one_line(explained(known))


def test_a_capped_account_has_no_range_of_one_figure() -> None:
    """Whatever is missing, the cap holds; or nothing is."""
    for missing in ((), ("requests",)):
        text = explained(measured(dict.fromkeys(missing), signals=(CONFIRMED,)))
        assert "between" not in text
        assert "50.0 to 50.0" not in text


def test_a_tier_that_signals_leave_unknown_is_explained() -> None:
    """With full coverage it is not the coverage."""
    unclear = replace(CONFIRMED, severity="High", unknown=("severity",))
    assert (
        "tier Unknown, because a churn signal is unclear. All that counts is known (coverage 100%); "
        "depending on what its churn signals turn out to be it is between 50.0 and 100.0."
    ) in one_line(explained(measured(signals=(unclear,))))
    unnamed = replace(measured(flags=("signals_unknown",)), signals_known=False)
    assert "tier Unknown, because its churn signals are not known." in explained(unnamed)


def test_a_deleted_account_says_so_first() -> None:
    """It gets no record, and a record from before is not to be rescored."""
    deleted = nothing(flags=("account_deleted",))
    text = explained(deleted, stored=recorded(measured(), "2026-10"))
    assert "\n\nThis account is deleted in Salesforce. No score: nothing that counts is known (coverage 0%)." in text
    assert "It gets no record, because it is deleted in Salesforce." in one_line(text)
    assert text.endswith("The record of 2026-10 was written before the account was deleted in Salesforce.")


def test_an_unscored_account_has_no_number_and_no_lists_of_points() -> None:
    """Nothing known is not a score of 0."""
    text = explained(nothing())
    assert "No score: nothing that counts is known (coverage 0%)." in text
    assert "Churn Risk (high is healthy) missing 0% 60%" in one_line(text)
    assert "25 of 25 metrics and pillars, 100% of all that counts." in text
    assert "What costs most" not in text
    assert "What helps most" not in text


def test_a_cap_names_its_signal_and_who_reported_it_and_the_score_without_it() -> None:
    """Severity, confidence, status, category, detail, reporter, date."""
    text = one_line(explained(measured(signals=(CONFIRMED, MODERATE))))
    assert (
        "Capped at 50.0, because a Critical churn signal is Confirmed. Without the cap the score would be 100.0 "
        "(Champion). The signal behind it: - Critical, Confirmed, Active: Competitive, own build heard of; "
        "reported by Jane Doe, seen on 2026-10-20"
    ) in text
    assert "- 1 more signal in force, without which the cap would be the same" in text


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        (
            (replace(CONFIRMED, confidence=None),) * 2,
            "Capped at 55.0, because two or more Critical churn signals are in force.",
        ),
        ((replace(CONFIRMED, confidence="Likely"),), "Capped at 65.0, because a Critical churn signal is in force."),
        ((MODERATE,), "Capped at 75.0, because a churn signal counts as Moderate."),
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
    assert "- Moderate, no confidence given, Active: no category given; nobody named as reporter, no date given" in text


def test_the_latest_signal_stands_first() -> None:
    """Of two that cause the cap."""
    older = replace(CONFIRMED, observed=EARLIER, reported_by="Ann")
    text = explained(measured(signals=(older, CONFIRMED)))
    assert text.index("Jane Doe") < text.index("Ann")


def test_a_signal_that_says_too_little_is_shown_with_the_cap_at_the_worst() -> None:
    """Beside the cap that fits, or where none does."""
    renamed = replace(CONFIRMED, confidence="Sure", status=None, unknown=("confidence", "status"))
    text = one_line(explained(measured(signals=(renamed,))))
    assert "No cap: no churn signal in force is Critical or Moderate." in text
    assert (
        "1 more churn signal may be in force: what was logged does not say enough. "
        "In the worst case the score can be 50.0 at most:"
    ) in text
    assert '- Critical, "Sure" (a word without a meaning), no status given: Competitive' in text
    assert "In the worst case the score can be 50.0 at most:" in one_line(
        explained(measured(signals=(renamed, MODERATE)))
    )
    watched = replace(CONFIRMED, severity="High", status="Monitoring", unknown=("severity",))
    assert '- "High" (a word without a meaning), Confirmed, Monitoring: C' in one_line(
        explained(measured(signals=(watched,)))
    )


def test_signals_of_an_account_that_was_never_named_are_not_known() -> None:
    """It is said why, and what follows."""
    unnamed = replace(measured(flags=("signals_unknown",)), signals_known=False)
    assert (
        "Churn signals are not known, because Salesforce never named this account, so the tier is Unknown: check its id"
    ) in one_line(explained(unnamed))


def test_a_cap_that_does_not_bite_says_so() -> None:
    """The score is low by itself."""
    poor = measured(dict.fromkeys([pillar.name for pillar in PILLARS], 0.0), signals=(MODERATE,))
    text = one_line(explained(poor))
    assert "The score can be 75.0 at most, because a churn signal counts as Moderate; it is no higher anyway." in text
    assert "before the cap" not in text


def test_a_cap_of_an_unscored_account_is_kept_for_later() -> None:
    """The CSM's word is data even where nothing else is."""
    assert "Once there is a score, it can be 50.0 at most: a Critical churn signal is Confirmed." in explained(
        nothing(signals=(CONFIRMED,))
    )


def test_without_signals_there_is_no_cap() -> None:
    """It is said, so that nobody has to look."""
    assert "No cap: no churn signal in force is Critical or Moderate." in explained(measured())


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
        ("tier_alignment", 1, "success tier: too low for the ARR; full points: fits the ARR"),
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
    text = one_line(" ".join(section(explained(measured({name: raw}), peers=usual()), "What costs most")))
    assert [piece for piece in words.removesuffix(";").split("; ") if piece not in text] == []
    assert f"{words.partition(';')[0]}, usually " in text


def test_a_median_of_which_most_is_still_waiting_is_at_least_so_long() -> None:
    """The lower bound is said where the figure stands."""
    waiting = measured({"first_response_minutes": 185.0}, flags=("waiting:first_response_minutes",))
    assert "time to first response: median at least 185 min (3.1 h)" in explained(waiting)


def test_the_three_that_are_furthest_below_the_usual_stand_first() -> None:
    """Weight times what is short of the usual score; the total that is lost is in the title."""
    raws = {"messaging": 64.0, "close_time_hours": 30.0, "platform_score": 51.0, "payment_health": 0.1}
    text = explained(measured(raws), peers=usual())
    assert section(text, "What costs most (11.9 points are lost in all)") == [
        "  Most is lost by messaging (Platform Value), 64 of 100 (7.2); time to close, median 30 h (2.7);",
        "  platform score, 51 of 100 (1.8). Against what Paid accounts usually have (the median of 20 others,",
        "  2026-09):",
        "   7.2 points: messaging (Platform Value): 64 of 100, usually 100 of 100; full points at 100",
        "   2.7 points: time to close: median 30 h, usually median 4 h; full points at 4 h or less",
        "   1.8 points: platform score: 51 of 100, usually 75 of 100; full points at 75 or more",
    ]


def test_what_all_accounts_lack_is_no_news() -> None:
    """Messaging loses most points by its weight, but it is better than usual: that is what helps."""
    text = explained(measured({"messaging": 64.0, "payment_health": 1.0}), peers=usual(messaging=50.0))
    assert section(text, "What costs most")[0].startswith(
        "  Most is lost by messaging (Platform Value), 64 of 100 (7.2)"
    )
    assert [line.split(":")[:2] for line in section(text, "What costs most")[2:]] == [
        ["   2.3 points", " failed payments"]
    ]
    assert section(text, "What helps most (90.6 points in all)")[1:] == [
        "   2.8 points: messaging (Platform Value): 64 of 100, usually 50 of 100"
    ]


def test_without_others_to_compare_with_a_middling_score_is_the_measure() -> None:
    """And that is said; so it is of a metric that too few others have."""
    text = one_line(explained(measured({"messaging": 64.0, "payment_health": 3.0})))
    middling = "a middling score of 50 (fewer than 5 other Paid accounts have a record to compare with)"
    assert f"Against {middling}: 2.3 points: failed payments: 3 in 365 days; full points at 0" in text
    assert f"Against {middling}: 4.0 points: automations (Platform Value): 100 of 100 4.0 points: contactless" in text


any_scores = st.fixed_dictionaries(dict.fromkeys([pillar.name for pillar in PILLARS], st.floats(0, 100)))


@given(any_scores, any_scores, st.integers(0, 1))
def test_a_metric_stands_in_one_list_only(now: dict[str, float], others: dict[str, float], accounts: int) -> None:
    """What costs does not help."""
    text = explained(measured(now), peers=usual(**others) if accounts else None)
    listed = [
        line.split(": ")[1]
        for title in ("What costs", "What helps")
        for line in section(text, title)
        if " points: " in line
    ]
    assert len(set(listed)) == len(listed) <= 6


def test_points_are_those_before_the_cap() -> None:
    """They add up to the score that the cap cut."""
    text = explained(measured({"messaging": 64}, signals=(CONFIRMED,)))
    assert "What costs most (7.2 points are lost in all, before the cap)" in text
    assert "What helps most (92.8 points in all, before the cap)" in text


def test_nothing_worse_and_nothing_better_than_usual_are_said() -> None:
    """An account that is as others are has neither."""
    text = explained(measured(), peers=usual())
    others = "than what Paid accounts usually have (the median of 20 others, 2026-09)."
    assert section(text, "What costs most") == [f"  Nothing is worse {others}"]
    assert section(text, "What helps most") == [f"  Nothing is better {others}"]


def test_what_is_missing_is_listed_with_what_to_do() -> None:
    """By dimension, with how much it is."""
    relationship = [metric.name for metric in METRICS if metric.dimension == "relationship_expansion"]
    text = explained(measured(dict.fromkeys([*relationship, "messaging", "payment_health"])))
    assert [one_line(line) for line in section(text, "What is missing")][:3] == [
        "7 of 25 metrics and pillars, 33.5% of all that counts. `healthscore doctor` says what it takes to",
        "know them.",
        "- Financial & Contract: failed payments",
    ]
    assert "- Relationship & Expansion: all of it (business reviews attended, responsiveness" in text
    assert "- Platform Value: messaging\n" in text


def test_where_nothing_is_missing_nothing_is_listed() -> None:
    """Metrics without weight are not missed: phase 3 has none yet."""
    assert "What is missing" not in explained(measured())


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
        ("low_confidence", "Less than 50% of what counts is known: do not act on the score alone."),
        (
            "stale:looker",
            "Looker was last heard 4 days 4 h before, which is more than 2 days: its last figures are used",
        ),
        ("stale:looker", "may be out of date. `healthscore doctor` checks the connection."),
        ("dead:intercom", "Intercom was last heard 1 hour before, which is more than 7 days: its figures are left out"),
        ("unmapped:looker", "No Looker customer is mapped to this account, so nothing from Looker counts."),
        ("unmapped:zendesk", "No Zendesk organization is mapped"),
        ("unknown_owner:intercom", "Intercom has never named one company that this account is mapped to, so"),
        ("unknown_owner:intercom", "The id may be mistyped: `healthscore identity audit` proposes another."),
        ("hole:looker", "so the login trends are left out. `healthscore doctor` lists the days."),
        ("reread:Opportunity", "A change to Opportunity in Salesforce did not reach us"),
        (
            "invalid:messaging",
            'wrong where it is kept, and is left out: "messaging (Platform Value)". Correct it there',
        ),
        ("invalid:severity", "is left out: a churn signal's severity (so the signal is skipped)."),
        ("invalid:payment_date", "is left out: a failed payment's date."),
        ("unknown_word:Event.Type", "Nobody has said what a word in Event.Type means, so it counts for nothing good: "),
        (
            "unknown_word:Event.Type",
            "give it a meaning in config/sources.yaml (`healthscore doctor` lists such words).",
        ),
        ("currency:JPY", "The ARR is in JPY, for which there is no exchange rate, so what needs the ARR is left out."),
        ("signals_unknown", "Churn signals are not known, because Salesforce has not been read in full"),
        ("invalid:a_new_field", "is left out: a_new_field."),
        ("waiting:close_time_hours", '"time to close" is as long as shown, or longer.'),
        ("small_sample:reopen_rate_pct", 'Fewer than five conversations stand behind "conversations reopened":'),
        ("small_sample:customer_sentiment", 'Fewer than five messages stand behind "customer sentiment": one more'),
        ("new_word:{x}", "new_word:{x}"),
    ],
)
def test_a_flag_is_a_plain_sentence(flag: str, words: str) -> None:
    """Names of sources, objects and metrics as people call them."""
    assert words in one_line(explained(measured(flags=(flag,))))


def test_a_source_never_heard_is_said_to_be_silent() -> None:
    """No age, no limit to name."""
    silent = replace(measured(), age_hours=None)
    assert sentences(["dead:looker"], silent, MODEL)[0].startswith("Looker has not been heard yet: its figures")


@pytest.mark.parametrize("word", sorted(FLAG_WORDS))
def test_no_sentence_has_a_gap_left_in_it(word: str) -> None:
    """Every placeholder is filled, with a name or without."""
    for flag in (word, f"{word}:looker", f"{word}:{METRICS[0].name}"):
        assert not set("{}") & set(*sentences([flag], measured(), MODEL))


def test_small_samples_share_one_sentence() -> None:
    """A quiet customer has many of them."""
    quiet = ("small_sample:close_time_hours", "small_sample:reopen_rate_pct", "partial")
    assert sentences(quiet, measured(), MODEL)[1:] == [
        (
            'Fewer than five conversations stand behind "time to close", "conversations reopened": '
            "one more may change a lot."
        )
    ]


def test_notes_begin_with_what_matters_most() -> None:
    """Not by the alphabet."""
    notes = section(explained(nothing(flags=("account_deleted", "small_sample:reopen_rate_pct"))), "What to know")
    assert [line[4:11] for line in notes if line.startswith("  - ")] == ["There i", "Less th", "It gets", "Fewer t"]


def metric(name: str, before: float, after: float, points: float) -> Driver:
    """Make a driver of a metric."""
    return Driver("pillar" if name == "messaging" else "metric", points, (name,), before, after)


def test_what_moved_leads_with_drivers_and_stands_in_parts_that_add_up() -> None:
    """In words as people say them; a part in which nothing moved is left out."""
    previous = recorded(measured(), as_of=EARLIER, final_score=80.0, tier="Healthy")
    cap = Driver("cap", -25.6, (), None, 50.0, (replace(CONFIRMED, category="Internal build"),))
    close = metric("close_time_hours", 9.0, 30.0, -1.9)
    small = [metric(name, 1.0, 0.0, 0.1) for name in ("payment_health", "contract_changes", "p1_p2_volume")]
    late = Part(-2.6, (metric("messaging", 70.0, 61.0, -2.8), metric("days_to_renewal", 90, 91, 0.2)))
    movement = Movement(
        80.0,
        late,
        Part(0.0),
        Part(-27.2, (*small, close, cap)),
        Part(0.0),
        50.2,
        summed((*late.drivers, *small, close, cap)),
    )
    text = explained(measured(), movement, previous)
    lines = section(text, "What moved since the last record (2026-09, final, as of 2026-10-01)")
    assert one_line(" ".join(lines[:3])) == (
        "From 80.0 (Healthy) to 100.0 (Champion). "
        "The cap by Internal build, Critical, Confirmed, seen on 20 October: -25.6. "
        "Messaging (Platform Value) 70 → 61 of 100: -2.8. Time to close 9 h → 30 h: -1.9. All else: +0.5."
    )
    assert lines[3:] == [
        "   -2.6  what became known late about the time before 2026-10-01",
        "         -2.8 Messaging (Platform Value) 70 → 61 of 100",
        "         +0.2 Time to renewal 90 days → 91 days",
        "  -27.2  news: what happened and what was reported since",
        "        -25.6 The cap by Internal build, Critical, Confirmed, seen on 20 October",
        "         -1.9 Time to close 9 h → 30 h",
        "         +0.1 Failed payments 1 → 0",
        "         +0.1 Downgrades and amendments 1 → 0",
        "         +0.1 Urgent conversations 1 → 0",
        "  80.0 - 2.6 - 27.2 = 50.2",
    ]


def test_of_many_drivers_of_a_part_the_smaller_are_added_up() -> None:
    """So the list still makes the part."""
    drivers = tuple(metric(item.name, 1.0, 0.0, 0.1 * n) for n, item in enumerate(METRICS[:8], 1))
    movement = Movement(96.4, Part(0.0), Part(0.0), Part(3.6, drivers), Part(0.0), 100.0, drivers)
    lines = section(explained(measured(), movement, recorded(measured(), as_of=EARLIER)), "What moved")
    assert lines[-2:] == ["         +0.6 3 smaller ones", "  96.4 + 3.6 = 100.0"]


def test_a_change_of_the_model_names_both_versions() -> None:
    """Which figures were which."""
    previous = recorded(measured(), as_of=EARLIER, model_version="old")
    text = explained(measured(), moving(99.0, (0.0, 0.0, 0.0, 1.0), 100.0), previous)
    assert f"+1.0  the model was changed (from old to {MODEL.version})" in text


def test_where_nothing_moved_there_is_one_quiet_line() -> None:
    """No list of zeros."""
    previous = recorded(measured(), as_of=EARLIER)
    text = explained(measured(), moving(100.0, (0.0, 0.0, 0.0, 0.0), 100.0), previous)
    quiet = "Nothing has moved since the last record (2026-09, final, as of 2026-10-01): 100.0."
    assert quiet in text.split("\n\n")
    capped = explained(measured(signals=(MODERATE,)), moving(75.0, (0.0, 0.0, 0.0, 0.0), 75.0), previous)
    assert "): 75.0, held by the cap." in one_line(capped)


def test_what_moved_and_came_back_is_still_told() -> None:
    """Late and time against each other: the score is the same, but not by rest."""
    text = explained(measured(), moving(100.0, (-1.0, 1.0, 0.0, 0.0), 100.0), recorded(measured(), as_of=EARLIER))
    assert section(text, "What moved")[-1] == "  100.0 - 1.0 + 1.0 = 100.0"


def test_the_first_record_has_nothing_to_compare_with() -> None:
    """No movement is made up."""
    assert "This is the first record of the account: there is nothing to compare it with yet." in (
        explained(measured()).split("\n\n")
    )


@pytest.mark.parametrize(
    ("measurements", "then", "words"),
    [
        (measured(), nothing(), "It had no score then, because too little was known. Now known: 5 metrics of Support"),
        (nothing(), nothing(), "It had no score then, because too little was known. Nothing of that has changed."),
        (
            nothing(),
            measured(),
            "From 100.0 (Champion) to no score, because nothing that counts is known any more. Lost: 5 metrics of",
        ),
        (measured(), measured({"messaging": 64.0}), "From 92.8 (Champion) to 100.0 (Champion), +7.2 points. Why"),
    ],
)
def test_a_movement_that_cannot_be_split_says_why(measurements: Measurements, then: Measurements, words: str) -> None:
    """Unscored then, unscored now (what came, or was lost, is said), or the model of then is not known any more."""
    previous = recorded(replace(then, as_of=EARLIER))
    assert words in one_line(explained(measurements, None, previous))


def test_a_second_look_right_after_a_rescore_is_quiet() -> None:
    """The record says the same, or is of a moment ago and says the same but for its instant."""
    for stored in (measured(), replace(measured(), as_of=Instant(AS_OF - HOUR))):
        text = explained(measured(), stored=recorded(stored, "2026-10"))
        assert "stored record" not in text


def test_a_stored_record_that_differs_says_where_and_how_to_correct_it() -> None:
    """The figures of both, and the command."""
    stored = recorded(measured({"messaging": 50.0}, signals=(MODERATE,)), "2026-10")
    assert section(explained(measured(), stored=stored), "The stored record of this period differs from what") == [
        "  - score: 75.0 stored, 100.0 now",
        "  - tier: At Risk stored, Champion now",
        "  - Platform Value: 75.0 stored, 100.0 now",
        "  - range: 75.0 to 75.0 stored, 100.0 to 100.0 now",
        "  - cap: 75.0 stored, none now",
        "Metric by metric, and why:",
        "  healthscore history 001AA0000000001AAA --period 2026-10",
        "To correct it, with the same --store, --config and --accounts:",
        "  healthscore rescore 001AA0000000001AAA --period 2026-10",
    ]


def test_a_stored_record_that_differs_in_its_receipt_alone_says_so() -> None:
    """The figures that people see are the same."""
    stored = recorded(measured(flags=("small_sample:reopen_rate_pct",)), "2026-10")
    assert section(explained(measured(), stored=stored), "The stored record")[0] == (
        "  - the figures are the same, but not all that is said about them"
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


def test_an_alert_is_told_with_its_reason_and_a_decision_to_leave_with_its_day() -> None:
    """As the record has them; an alert is no tier."""
    stored = recorded(measured(), "2026-10")
    alert = Alert(EARLIER, "steady", 43.2, 97, 3, 20, 200, "2026-10")
    told = " ".join(explained(measured(), stored=replace(stored, alert=alert)).split())
    assert (
        "On the list of alerts since 2026-10-01: renewal due in 97 days, smoothed score 43.2; number 3 of 200 accounts "
        "for 20 places. An alert is no tier: it ranks accounts against each other."
    ) in told
    left = explained(measured(), stored=replace(stored, left=EARLIER))
    assert "It leaves: decided on 2026-10-01. Who leaves is on no list of alerts." in left
    assert "alert" not in explained(measured(), stored=stored)
