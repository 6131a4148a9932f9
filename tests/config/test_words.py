"""words.yaml: how what customers write is read; off unless it says otherwise, and wrong lines are refused by name."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.loader import DEFAULT_DIRECTORY, load_config
from config.words import CRM_WORDS, USUAL_WORDS, WORDS, CategoryTerms
from config.words_file import load_words
from config.words_model import ModelTerms
from scoring.categories import CATEGORIES, LANGUAGES
from scoring.suggestion_terms import Muting, SuggestionDays
from tests.config.folders import copy_figures


def test_the_file_has_the_usual_figures_and_a_folder_without_it_too(tmp_path: Path) -> None:
    """Both are off, with every category in the picklist's own words, and neither has another model version."""
    config = load_config(copy_figures(tmp_path))
    shipped = load_words(DEFAULT_DIRECTORY)
    assert config.words == USUAL_WORDS
    assert replace(shipped, model=replace(shipped.model, words={})) == replace(USUAL_WORDS, model=ModelTerms(words={}))
    assert (USUAL_WORDS.on, tuple(USUAL_WORDS.categories), set(CRM_WORDS)) == (False, CATEGORIES, set(CATEGORIES))
    assert config.model.version == load_config().model.version


def test_other_figures_hold_and_what_is_absent_is_as_built_in(tmp_path: Path) -> None:
    """A change of them does not touch the version of the model."""
    before = load_config(copy_figures(tmp_path)).model.version
    lines = "detector: rules\ncategories: {budget: {sensitivity: low}, competitor: {crm: Rival}}\ndays: {expire: 20}\n"
    (tmp_path / WORDS).write_text(f"{lines}mute: {{after: 30}}\nsamples_a_month: 0\n")
    config = load_config(tmp_path)
    words = config.words
    assert (words.on, words.detector, words.samples_a_month, words.mute) == (True, "rules", 0, Muting(0.4, 30))
    assert words.days == SuggestionDays(30, 90, 20)
    assert words.categories["budget"] == CategoryTerms("low", "Budget")
    assert words.categories["competitor"] == CategoryTerms("normal", "Rival")
    assert words.categories["product_gap"] == CategoryTerms("normal", "Product gap")
    assert config.model.version == before


def test_the_model_s_gate_has_words_of_each_language_and_other_figures_hold(tmp_path: Path) -> None:
    """What the table does not say is as built in."""
    assert set(load_words(DEFAULT_DIRECTORY).model.words) == set(LANGUAGES)
    (tmp_path / WORDS).write_text(
        "detector: rules_and_model\nmodel: {languages: [en], words: {en: [Leave]}, cap_a_day: 5}\n"
    )
    terms = load_words(tmp_path).model
    assert terms == ModelTerms(languages=("en",), words={"en": ("leave",)}, cap_a_day=5.0)


@pytest.mark.parametrize("off", ["off", "'off'", "false", "Off: "])
def test_a_bare_off_is_off(off: str, tmp_path: Path) -> None:
    """However another program wrote it; capitals are another word."""
    lines = f"detector: {off}\ncategories: {{cancellation: {{sensitivity: {off}}}}}\n"
    (tmp_path / WORDS).write_text(lines)
    if off == "Off: ":
        with pytest.raises(ConfigError):
            load_words(tmp_path)
        return
    words = load_words(tmp_path)
    assert (words.on, words.categories["cancellation"].sensitivity) == (False, "off")
    assert words.active == set(CATEGORIES) - {"cancellation"}


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        ("detector: rule", "detector", "did you mean rules?"),
        ("detector: true", "detector", "unknown detector, expected one of off, rules, rules_and_model"),
        ("detector:", "detector", "unknown detector"),
        ("days: {}", "detector", "missing"),
        ("detector: off\ncategories: {budgets: {}}", "categories.budgets", "did you mean budget?"),
        ("detector: off\ncategories: {budget: {sensitivity: hi}}", "categories.budget.sensitivity", "off, low, normal"),
        ("detector: off\ncategories: {budget: {crm: ''}}", "categories.budget.crm", "expected a value of the picklist"),
        ("detector: off\ncategories: {budget: {crm: 7}}", "categories.budget.crm", "expected text"),
        ("detector: off\ndays: {one_in: 0}", "days.one_in", "expected whole days from 1 to 365"),
        ("detector: off\ndays: {expire: 91}", "days.expire", "expected whole days from 1 to 90"),
        ("detector: off\ndays: {one_in: 1.5}", "days.one_in", "expected"),
        ("detector: off\ndays: {expires: 5}", "days.expires", "did you mean expire?"),
        ("detector: off\nmute: {below: 1}", "mute.below", "expected a share from 0 (never), below 1"),
        ("detector: off\nmute: {after: 0}", "mute.after", "expected a whole number from 1 on"),
        ("detector: off\nsamples_a_month: -1", "samples_a_month", "expected"),
        ("detector: off\nmodel: {languages: [nl]}", "model.languages", "expected"),
        ("detector: off\nmodel: {words: {nl: [prijs]}}", "model.words.nl", "unknown language"),
        ("detector: off\nmodel: {words: {en: ['']}}", "model.words.en", "expected a word"),
        ("detector: off\nmodel: {share: 0}", "model.share", "expected a number above 0, up to 1"),
        ("detector: off\nmodel: {most_tokens: 10}", "model.most_tokens", "expected a whole number from 100 to 8000"),
        ("detector: off\nmodel: {seconds: 0.1}", "model.seconds", "expected seconds from 1 to 30"),
        ("detector: off\nmodel: {batch_seconds: 90}", "model.batch_seconds", "expected seconds from 1 to 60"),
        ("detector: off\nmodel: {cap_a_day: 0}", "model.cap_a_day", "expected a number above 0"),
        ("detector: off\nmodel: {cap: 1}", "model.cap", "unknown key"),
        ("detector: off\nsamples: 1", "samples", "did you mean samples_a_month?"),
    ],
)
def test_a_wrong_line_is_refused_by_name(lines: str, place: str, said: str, tmp_path: Path) -> None:
    """The key, what stands there, what was expected."""
    (copy_figures(tmp_path) / WORDS).write_text(f"{lines}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert place in str(caught.value)
    assert said in str(caught.value)
