"""Make the detector of a folder of figures."""

from functools import partial
from pathlib import Path

from config.phrasebook import load_common_words, load_phrases
from config.words import WordsTerms
from handlers.detection.detected import LANGUAGES
from handlers.detection.language import Languages
from handlers.detection.rules import RuleDetector


def rule_detector(directory: Path, terms: WordsTerms) -> RuleDetector:
    """Make the detector that works by the rules of a folder; a language's are read when its first text comes.

    Raises ConfigError where the file of common words is wrong, and later where a file of phrases is.
    """
    sensitivity = {category: one.sensitivity for category, one in terms.categories.items()}
    phrases = {language: partial(load_phrases, directory, language) for language in LANGUAGES}
    return RuleDetector(Languages(load_common_words(directory)), phrases, sensitivity)
