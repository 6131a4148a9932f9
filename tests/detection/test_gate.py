"""The gate before the model, and what rules and model are together."""

from collections.abc import Sequence

import pytest

from handlers.clients.bedrock.errors import ModelError
from handlers.detection.detected import Detected, DetectorError, Hit
from handlers.detection.gate import gate
from handlers.detection.together import RulesAndModel

EVERY = gate(["en", "de"], 3, {}, 1.0)
COMPETITOR, BUDGET = Hit("competitor", "a trial of X", "en.1"), Hit("budget", "too dear for us", "model/m")


class Says:
    """A detector that says the same of every text, or fails; `asked` are the texts."""

    version = "v"

    def __init__(self, *hits: Hit, language: str | None = "en", fails: str = "") -> None:
        """Say some hits."""
        self._said, self._fails = Detected(language, hits), fails
        self.asked: list[str] = []

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Say them."""
        self.asked.append(text)
        assert language in (None, "en")
        if self._fails:
            raise DetectorError(self._fails)
        return self._said


class Capped(Says):
    """A model whose money is spent."""

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Fail."""
        super().detect(text, language)
        raise ModelError("capped")


@pytest.mark.parametrize(
    ("text", "language", "passes"),
    [
        ("we will cancel it", "en", True),
        ("We will CANCELLED it", "en", True),
        ("we will uncancel it", "en", False),
        ("hello how are you", "en", False),
        ("cancel it", "en", False),
        ("hallo wie geht es", "de", True),
        ("ciao, noi vogliamo cancellare", "it", False),
        ("we will cancel it", None, False),
        ("> we will cancel it\n\nThanks", "en", False),
    ],
)
def test_the_gate_asks_for_language_length_and_words(text: str, language: str | None, passes: bool) -> None:  # noqa: FBT001
    """A language without words of its own lets every message through."""
    assert gate(["en", "de"], 3, {"en": ["cancel", "c++"], "de": []}, 1.0).lets_through(text, language) is passes


@pytest.mark.parametrize(("share", "least", "most"), [(1.0, 1000, 1000), (0.2, 150, 250), (0.001, 0, 8)])
def test_a_share_of_messages_passes_always_the_same(share: float, least: int, most: int) -> None:
    """Drawn by the message itself."""
    drawn = gate(["en"], 1, {}, share)
    texts = [f"message {number}" for number in range(1000)]
    passed = [text for text in texts if drawn.lets_through(text, "en")]
    assert least <= len(passed) <= most
    assert passed == [text for text in texts if drawn.lets_through(text, "en")]


@pytest.mark.parametrize(
    ("rules", "model", "hits"),
    [
        ([COMPETITOR], [BUDGET], [COMPETITOR, BUDGET]),
        ([COMPETITOR], [Hit("competitor", "other words", "model/m")], [COMPETITOR]),
        ([], [BUDGET], [BUDGET]),
        ([COMPETITOR], [], [COMPETITOR]),
    ],
)
def test_the_rules_hits_stand_and_the_model_adds(rules: Sequence[Hit], model: Sequence[Hit], hits: list[Hit]) -> None:
    """Of other categories."""
    both = RulesAndModel(Says(*rules), Says(*model), EVERY)
    assert both.detect("one two three") == Detected("en", tuple(hits))
    assert both.outcomes == {"answered": 1}
    assert both.version == "v+v"


def test_where_the_model_fails_the_rules_word_stands_and_it_is_counted() -> None:
    """It is never taken for a model that found nothing."""
    both = RulesAndModel(Says(COMPETITOR), Says(fails="timed_out"), EVERY)
    assert both.detect("one two three") == Detected("en", (COMPETITOR,))
    assert both.outcomes == {"timed_out": 1}


def test_a_failure_that_holds_for_all_is_not_met_again() -> None:
    """The rest is counted under it, and not asked."""
    model = Capped(BUDGET)
    both = RulesAndModel(Says(COMPETITOR), model, EVERY)
    for _ in range(3):
        assert both.detect("one two three") == Detected("en", (COMPETITOR,))
    assert (both.outcomes, len(model.asked)) == ({"capped": 3}, 1)


def test_a_message_that_the_gate_keeps_back_is_not_asked_about() -> None:
    """Nor one in a language that is not known."""
    model = Says(BUDGET)
    for rules, text in ((Says(), "short"), (Says(language=None), "one two three")):
        assert RulesAndModel(rules, model, EVERY).detect(text).hits == ()
    assert model.asked == []
