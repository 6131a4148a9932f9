"""The file words.yaml."""

from pathlib import Path
from types import MappingProxyType
from typing import Annotated, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StrictStr

from config.kinds import Keys, Number, Strict, matching, unknown, wrong
from config.reading import read_table
from config.suggested_fields import SUGGESTED_FIELDS, SuggestedFields
from config.words import (
    CRM_WORDS,
    USUAL_CATEGORIES,
    USUAL_WORDS,
    WORDS,
    CategoryTerms,
    DetectorChoice,
    Sensitivity,
    WordsTerms,
)
from config.words_model_table import ModelTable
from scoring.categories import CATEGORIES, Category
from scoring.suggestion_terms import DAYS, KEPT_DAYS, MUTING, Muting, SuggestionDays

YEAR = 365


def _off(word: object) -> object:
    """Take false for off: other programs write a bare off so."""
    return "off" if word is False else word


def _detector(word: object) -> object:
    if _off(word) not in get_args(DetectorChoice):
        raise unknown("detector", get_args(DetectorChoice))
    return _off(word)


def _sensitivity(word: object) -> object:
    if _off(word) not in get_args(Sensitivity):
        raise unknown("sensitivity", get_args(Sensitivity))
    return _off(word)


def _crm_word(word: str) -> str:
    if not word.strip() or len(word) > 255:
        raise wrong("expected a value of the picklist, of 1 to 255 characters")
    return word.strip()


def _days(days: int) -> int:
    if not 1 <= days <= YEAR:
        raise wrong(f"expected whole days from 1 to {YEAR}")
    return days


def _share(share: float) -> float:
    if not 0 <= share < 1:
        raise wrong("expected a share from 0 (never), below 1")
    return share


def _answers(answers: int) -> int:
    if answers < 1:
        raise wrong("expected a whole number from 1 on")
    return answers


def _expiry(days: int) -> int:
    if not 1 <= days <= KEPT_DAYS:
        raise wrong(f"expected whole days from 1 to {KEPT_DAYS}: messages are not kept longer for it")
    return days


_Field = Annotated[StrictStr, matching(r"[A-Za-z][A-Za-z0-9_]*", "expected the API name of a field, or null")]
_Days = Annotated[int, Field(strict=True), AfterValidator(_days)]
_Expiry = Annotated[int, Field(strict=True), AfterValidator(_expiry)]


class CategoryTable(Strict):
    """A category's line."""

    sensitivity: Annotated[Sensitivity, BeforeValidator(_sensitivity)] = "normal"
    crm: Annotated[StrictStr, AfterValidator(_crm_word)] | None = None

    def terms(self, name: Category) -> CategoryTerms:
        """Give the category's terms; the product's own word where none is given."""
        return CategoryTerms(self.sensitivity, self.crm or CRM_WORDS[name])


class DaysTable(Strict):
    """How often, and for how long."""

    one_in: _Days = DAYS.one_in
    quiet_after_dismissal: _Days = DAYS.quiet_after_dismissal
    expire: _Expiry = DAYS.expire


class MuteTable(Strict):
    """When a category mutes itself."""

    below: Annotated[Number, AfterValidator(_share)] = MUTING.below
    after: Annotated[int, Field(strict=True), AfterValidator(_answers)] = MUTING.after


class SuggestedFieldsTable(Strict):
    """The table `salesforce` of words.yaml."""

    quote: _Field | None = SUGGESTED_FIELDS.quote
    link: _Field | None = SUGGESTED_FIELDS.link
    decided_for: _Field | None = SUGGESTED_FIELDS.decided_for
    source: StrictStr = SUGGESTED_FIELDS.source


class WordsFile(Strict):
    """The file words.yaml; what is absent is as built in, but for the detector, which must be said."""

    detector: Annotated[DetectorChoice, BeforeValidator(_detector)]
    categories: Annotated[
        dict[Category, CategoryTable], Keys("category", dict.fromkeys(CATEGORIES, CategoryTable), required=False)
    ] = Field(default_factory=dict)
    days: DaysTable = DaysTable()
    mute: MuteTable = MuteTable()
    samples_a_month: Annotated[int, Field(ge=0, le=100, strict=True)] = 10
    model: ModelTable = ModelTable()
    salesforce: SuggestedFieldsTable = SuggestedFieldsTable()

    def terms(self) -> WordsTerms:
        """Give the file's terms."""
        said = {name: table.terms(name) for name, table in self.categories.items()}
        return WordsTerms(
            self.detector,
            MappingProxyType({**USUAL_CATEGORIES, **said}),
            SuggestionDays(**self.days.model_dump()),
            Muting(**self.mute.model_dump()),
            self.samples_a_month,
            self.model.terms(),
            SuggestedFields(**self.salesforce.model_dump()),
        )


def load_words(directory: Path) -> WordsTerms:
    """Load words.yaml from a folder of figures; without one, nothing that customers write is read.

    Raises ConfigError with every problem of the file.
    """
    path = directory / WORDS
    return read_table(WordsFile, path).terms() if path.exists() else USUAL_WORDS
