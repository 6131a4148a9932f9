"""Make the detector of a folder of figures."""

from functools import partial
from pathlib import Path

from config.loader import DEFAULT_DIRECTORY
from config.phrasebook import FOLDER, Phrases, load_common_words, load_phrases, phrases_version
from config.words import WordsTerms
from handlers.detection.language import Languages
from handlers.detection.rules import RuleDetector
from scoring.categories import LANGUAGES


def rule_detector(directory: Path, terms: WordsTerms) -> RuleDetector:
    """Make the detector that works by the rules of a folder; a language's are read when its first text comes.

    A folder without phrases has the product's own.

    Raises ConfigError where the file of common words is wrong, and later where a file of phrases is.
    """
    figures = directory if (directory / FOLDER).is_dir() else DEFAULT_DIRECTORY
    sensitivity = {category: one.sensitivity for category, one in terms.categories.items()}
    phrases: dict[str, partial[Phrases]] = {
        language: partial(load_phrases, figures, language) for language in LANGUAGES
    }
    versions: dict[str, partial[str]] = {
        language: partial(phrases_version, figures, language) for language in LANGUAGES
    }
    return RuleDetector(Languages(load_common_words(figures)), phrases, sensitivity, versions)
