"""What a suggestion may be answered with."""

from dataclasses import dataclass

from handlers.jobs.suggestion_answers import REASONS
from scoring.signals import CONFIDENCES, SEVERITIES


@dataclass(frozen=True, slots=True)
class Choices:
    """The words to choose from: how severe, how sure, why not."""

    severities: tuple[str, ...]
    confidences: tuple[str, ...]
    reasons: tuple[str, ...]


CHOICES = Choices(tuple(SEVERITIES), tuple(CONFIDENCES), REASONS)
