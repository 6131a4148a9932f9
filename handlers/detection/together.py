"""Rules and a language model together: what the rules find stands, the model may add to it."""

from collections import Counter
from dataclasses import replace

from handlers.detection.detected import Detected, Detector, DetectorError
from handlers.detection.gate import Gate


def united(rules: Detected, model: Detected) -> Detected:
    """Give the rules' hits, and after them the model's of other categories."""
    found = {hit.category for hit in rules.hits}
    return replace(rules, hits=(*rules.hits, *(hit for hit in model.hits if hit.category not in found)))


class RulesAndModel:
    """A detector of two: the rules read each message, the model those that a gate lets through.

    Where the model fails, the rules' word stands. `outcomes` counts the questions: `answered`, or why not.
    """

    def __init__(self, rules: Detector, model: Detector, gate: Gate) -> None:
        """Join rules and a model by a gate."""
        self._rules, self._model, self._gate = rules, model, gate
        self.outcomes: Counter[str] = Counter()

    @property
    def version(self) -> str:
        """Name the state of both."""
        return f"{self._rules.version}+{self._model.version}"

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text by the rules, and by the model where it is worth a question."""
        found = self._rules.detect(text, language)
        if not self._gate.lets_through(text, found.language):
            return found
        try:
            more = self._model.detect(text, found.language)
        except DetectorError as error:
            self.outcomes.update([error.reason])
            return found
        self.outcomes.update(["answered"])
        return united(found, more)
