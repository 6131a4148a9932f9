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
        self._end: str | None = None

    @property
    def version(self) -> str:
        """Name the state of both."""
        return f"{self._rules.version}+{self._model.version}"

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Read a text by the rules, and by the model where it is worth a question."""
        found = self._rules.detect(text, language)
        if not self._gate.lets_through(text, found.language):
            return found
        return united(found, self._asked(text, found.language))

    def _asked(self, text: str, language: str | None) -> Detected:
        """Ask the model, until it fails for a reason that holds for all; what it does not answer adds nothing."""
        if self._end is not None:
            self.outcomes.update([self._end])
            return Detected(language)
        try:
            said = self._model.detect(text, language)
        except DetectorError as error:
            self.outcomes.update([error.reason])
            self._end = error.reason if error.is_for_all else None
            return Detected(language)
        self.outcomes.update(["answered"])
        return said
