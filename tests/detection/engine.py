"""A small language to try the engine with."""

from collections.abc import Mapping, Sequence
from functools import cache

from config.loader import DEFAULT_DIRECTORY
from config.phrasebook import Guard, GuardWords, Phrases, Rule
from config.words import USUAL_WORDS
from handlers.detection.language import Languages
from handlers.detection.making import rule_detector
from handlers.detection.rules import RuleDetector
from scoring.categories import Category

ENGLISH = Languages({"en": frozenset("we the a you to is not will our and i it of".split()), "nl": frozenset(["wij"])})


def phrases(
    rules: Sequence[Rule], guards: Mapping[Guard, GuardWords] | None = None, classes: Mapping[str, str] | None = None
) -> Phrases:
    """Give phrases of English with these rules."""
    return Phrases(
        language="en",
        exact={"won't": "will not", "wont": "will not"},
        endings={"n't": "not", "'re": "are"},
        abbreviations=frozenset({"e.g"}),
        breaks=frozenset({"but"}),
        classes=classes or {"we": "we|our team"},
        guards=guards or {},
        rules=tuple(rules),
        version="1",
        no_names=frozenset({"mews"}),
    )


def detector(
    rules: Sequence[Rule],
    guards: Mapping[Guard, GuardWords] | None = None,
    sensitivity: Mapping[Category, str] | None = None,
) -> RuleDetector:
    """Make a detector that has these rules of English alone."""
    written = phrases(rules, guards)
    return RuleDetector(
        ENGLISH, {"en": lambda: written}, sensitivity or dict.fromkeys(("cancellation", "budget"), "normal")
    )


@cache
def usual_detector() -> RuleDetector:
    """Give the detector of the repository's own figures, made once: its phrases are many."""
    return rule_detector(DEFAULT_DIRECTORY, USUAL_WORDS)
