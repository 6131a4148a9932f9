"""Answers to suggested signals: a CSM accepts or dismisses one, in the CRM or in the store alone."""

from dataclasses import dataclass

from config.loader import Config
from handlers.jobs.suggestions import take_in, word_for
from handlers.sinks.suggested import Decision, SuggestionSink, UndecidedError
from handlers.stores.protocol import FactStore
from scoring.instants import Instant
from scoring.signals import CONFIDENCES, SEVERITIES

REASONS = ("Not a signal", "Wrong category", "Wrong account", "Known already", "Dealt with", "Other")
"""Why a suggestion is dismissed: the values of the CRM's picklist. The first two, and Other, count as none."""

WRONG = frozenset({*REASONS[:2], REASONS[-1]})


@dataclass(frozen=True, slots=True)
class Answering:
    """Writes answers where suggestions are; what was written is in the store at once, so that a cap holds at once."""

    store: FactStore
    config: Config
    sink: SuggestionSink
    now: Instant

    def accept(self, record_id: str, person: str, severity: str, confidence: str) -> None:
        """Make a suggestion an active signal of a severity and confidence, in the model's words, that a person chose.

        Raises ValueError where a word is none, UndecidedError where it waits no longer, SourceError where nothing
        can be written.
        """
        for word, known in ((severity, SEVERITIES), (confidence, CONFIDENCES)):
            if word not in known:
                raise ValueError(f"{word!r}: expected one of {', '.join(known)}")
        chosen = {"severity": severity, "confidence": confidence, "status": "Active"}
        told = {name: word_for(self.config, f"signal.{name}", word) for name, word in chosen.items()}
        self._decide(Decision(record_id, "accepted", told, person))

    def dismiss(self, record_id: str, person: str, reason: str) -> None:
        """Dismiss a suggestion for one of REASONS: its account and category are quiet for a while.

        Raises ValueError where the reason is none, and what `accept` raises.
        """
        if reason not in REASONS:
            raise ValueError(f"{reason!r}: expected one of {', '.join(REASONS)}")
        status = word_for(self.config, "signal.status", "Dismissed")
        self._decide(Decision(record_id, "dismissed", {"status": status, "dismissal_reason": reason}, person))

    def _decide(self, decision: Decision) -> None:
        """Write a decision; where somebody was faster, what they decided is in the store."""
        try:
            messages = self.sink.decide(decision)
        except UndecidedError as error:
            take_in(error.messages, self.store, self.config, self.now)
            raise
        take_in(messages, self.store, self.config, self.now)
