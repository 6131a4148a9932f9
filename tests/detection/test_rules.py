"""The engine of rules: which sentence a rule holds of, what its guards take away, what is quoted."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError
from config.phrasebook import Guard, GuardWords, Rule
from handlers.detection.rules import EDITION, QUOTE
from tests.detection.engine import detector

STOP = Rule("stop", "cancellation", ("cancel* .. contract",))
GUARDS: Mapping[Guard, GuardWords] = {
    "negated": GuardWords(before=("not|never",)),
    "past": GuardWords(sentence=("last year",), after=("back then",)),
    "question": GuardWords(mark=True),
    "settled": GuardWords(message=("ignore this",)),
}


def test_a_hit_names_its_rule_and_quotes_its_sentence() -> None:
    """A hit names its rule and quotes its sentence."""
    text = "Hello. We will cancel our contract, sorry! And the pool is open."
    (hit,) = detector([STOP]).detect(text).hits
    assert (hit.category, hit.rule) == ("cancellation", "en/cancellation/stop")
    assert hit.quote == "We will cancel our contract, sorry"


@pytest.mark.parametrize(
    "text",
    [
        "We will not cancel our contract",
        "We could cancel the contract last year",
        "We wanted to cancel the contract back then",
        "Is it possible to cancel our contract?",
        "We cancel our contract. Please ignore this.",
    ],
)
def test_a_guard_takes_the_meaning_away(text: str) -> None:
    """A guard takes the meaning away."""
    assert not detector([STOP], GUARDS).detect(text, "en").hits


@pytest.mark.parametrize(
    "text",
    [
        "This is not good, we cancel our contract",
        "It is not what we need but we cancel our contract now",
        "Last year it was fine. We cancel our contract.",
        "We cancel our contract. Who is the right person for it?",
    ],
)
def test_a_guard_reaches_no_further_than_its_clause_or_sentence(text: str) -> None:
    """A guard reaches no further than its clause or sentence."""
    assert detector([STOP], GUARDS).detect(text, "en").hits


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We will cancel our contract, how do we do that?", 1),
        ("As said, do we cancel our contract?", 0),
        ("So, we cancel our contract?!", 0),
    ],
)
def test_a_question_mark_may_ask_about_its_last_clause_alone(text: str, count: int) -> None:
    """What stands before the clause that asks is said."""
    guards: Mapping[Guard, GuardWords] = {"question": GuardWords(mark_clause=True)}
    assert len(detector([STOP], guards).detect(text).hits) == count


def test_a_rule_may_hold_despite_a_guard() -> None:
    """A rule may hold despite a guard."""
    rule = Rule("stop", "cancellation", STOP.any, despite=("question",))
    assert detector([rule], GUARDS).detect("How do we cancel our contract?", "en").hits


def test_a_second_match_of_a_sentence_counts_where_the_first_is_guarded() -> None:
    """A second match of a sentence counts where the first is guarded."""
    text = "we did not cancel the contract; now we cancel the contract"
    assert detector([STOP], GUARDS).detect(text, "en").hits


@pytest.mark.parametrize(
    ("rule", "text", "holds"),
    [
        (Rule("a", "budget", ("freeze",), beside=("we",)), "we have a freeze", True),
        (Rule("a", "budget", ("freeze",), beside=("we",)), "there is a freeze. we know", False),
        (Rule("a", "budget", ("freeze",), message=("we",)), "there is a freeze. we know", True),
        (Rule("a", "budget", ("freeze",), unless=("screen",)), "the screen, it will freeze", False),
        (Rule("a", "budget", ("freeze",), unless=("screen",)), "it will freeze. the screen", True),
        (Rule("a", "budget", ("freeze",), unless_message=("screen",)), "it will freeze. the screen", False),
        (Rule("a", "budget", ("freeze",), not_near=("screen",)), "the screen will often freeze", False),
        (
            Rule("a", "budget", ("freeze",), not_near=("screen",)),
            "on the screen we see that it all will freeze",
            True,
        ),
        (Rule("a", "budget", ("moving to <Name>",)), "we are moving to Guestwire", True),
        (Rule("a", "budget", ("moving to <Name>",)), "we are moving to new rooms", False),
        (Rule("a", "budget", ("will <Name>",)), "it's what will I do", False),
        (Rule("a", "budget", ("moving to <Name>",)), "we are moving to Mews", False),
    ],
)
def test_what_else_a_rule_asks_for(rule: Rule, text: str, *, holds: bool) -> None:
    """What else a rule asks for."""
    assert bool(detector([rule]).detect(text, "en").hits) is holds


def test_a_category_has_one_hit_and_the_strongest_rule_comes_first() -> None:
    """A category has one hit and the strongest rule comes first."""
    rules = [
        STOP,
        Rule("again", "cancellation", ("cancel",)),
        Rule("money", "budget", ("budget",), strength="strong"),
    ]
    hits = detector(rules).detect("we cancel the contract to cancel the budget", "en").hits
    assert [hit.category for hit in hits] == ["budget", "cancellation"]


@pytest.mark.parametrize(("sensitivity", "found"), [("off", []), ("low", ["a"]), ("normal", ["a"]), ("high", ["a"])])
def test_a_strong_rule_is_used_but_where_its_category_is_off(sensitivity: str, found: list[str]) -> None:
    """A strong rule is used but where its category is off."""
    rules = [Rule("a", "budget", ("cut",), strength="strong")]
    hits = detector(rules, sensitivity={"budget": sensitivity}).detect("the cut is ours", "en").hits
    assert [hit.rule.split("/")[-1] for hit in hits] == found


def test_a_weak_rule_is_used_at_high_sensitivity_alone() -> None:
    """A weak rule is used at high sensitivity alone."""
    rules = [Rule("a", "budget", ("cut",), strength="weak")]
    found = [
        bool(detector(rules, sensitivity={"budget": name}).detect("the cut is ours", "en").hits)
        for name in ("low", "normal", "high")
    ]
    assert found == [False, False, True]


def test_a_language_without_rules_is_not_guessed() -> None:
    """A language without rules is not guessed."""
    said = detector([STOP]).detect("wij cancel contract")
    assert (said.language, said.hits) == (None, ())
    assert detector([STOP]).detect("cancel contract", "nl").language is None


def test_a_quoted_mail_is_not_read() -> None:
    """A quoted mail is not read."""
    assert not detector([STOP]).detect("> will you cancel the contract\nWe will see to it that it is kept", "en").hits


def test_a_pattern_that_cannot_be_read_is_named_with_its_file() -> None:
    """Whoever changed the file sees which one it is."""
    with pytest.raises(ConfigError, match=r"phrases/en.yaml: a pattern is wrong: brackets of '\(cancel' do not fit"):
        detector([Rule("a", "budget", ("(cancel",))]).detect("the cut is ours", "en")


def test_a_version_changes_with_the_sensitivity() -> None:
    """A version changes with the sensitivity."""
    versions = {detector([STOP], sensitivity={"budget": name}).version for name in ("off", "low", "normal", "high")}
    assert len(versions) == 4
    assert {version.partition(".")[0] for version in versions} == {str(EDITION)}


_PIECES = st.sampled_from(["cancel", "the", "contract", "not", "won't", "caf\u00e9", "12", *"?.,\n\u200b()", "> "])


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map(" ".join)))
def test_any_text_is_read_and_its_quotes_are_its_own_words(text: str) -> None:
    """Any text is read and its quotes are its own words."""
    for hit in detector([STOP, Rule("any", "budget", ("the|not|won't",))], GUARDS).detect(text, "en").hits:
        assert hit.quote
        assert hit.quote in text
        assert len(hit.quote) <= QUOTE


def test_a_long_sentence_is_quoted_around_the_match() -> None:
    """A long sentence is quoted around the match."""
    text = "and " * 40 + "we cancel the contract " + "and so on " * 40
    (hit,) = detector([STOP]).detect(text, "en").hits
    assert "cancel the contract" in hit.quote
    assert len(hit.quote) <= QUOTE
