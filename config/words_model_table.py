"""The table `model` of words.yaml: when a language model is asked, and within what limits."""

from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from config.kinds import Keys, PerhapsWords, Portion, Positive, Strict, wrong
from config.words_model import USUAL_MODEL, ModelTerms
from scoring.categories import LANGUAGES, Language


def _whole(low: int, high: int) -> AfterValidator:
    return _between(low, high, f"expected a whole number from {low} to {high}")


def _seconds(low: float, high: float) -> AfterValidator:
    return _between(low, high, f"expected seconds from {low:g} to {high:g}")


def _between(low: float, high: float, expected: str) -> AfterValidator:
    def check(figure: float) -> float:
        if not low <= figure <= high:
            raise wrong(expected)
        return figure

    return AfterValidator(check)


_Count = Annotated[int, Field(strict=True)]


class ModelTable(Strict):
    """The table `model` of the file words.yaml; what is absent is as built in."""

    languages: list[Language] = Field(default_factory=lambda: list(LANGUAGES))
    least_words: Annotated[_Count, _whole(1, 1_000)] = USUAL_MODEL.least_words
    words: Annotated[
        dict[Language, PerhapsWords], Keys("language", dict.fromkeys(LANGUAGES, PerhapsWords), required=False)
    ] = Field(default_factory=dict)
    share: Portion = USUAL_MODEL.share
    most_characters: Annotated[_Count, _whole(100, 100_000)] = USUAL_MODEL.most_characters
    most_tokens: Annotated[_Count, _whole(100, 8_000)] = USUAL_MODEL.most_tokens
    seconds: Annotated[float, _seconds(1, 30)] = USUAL_MODEL.seconds
    batch_most: Annotated[_Count, _whole(1, 1_000)] = USUAL_MODEL.batch_most
    batch_seconds: Annotated[float, _seconds(1, 60)] = USUAL_MODEL.batch_seconds
    cap_a_day: Positive = USUAL_MODEL.cap_a_day
    price_of_input: Positive = USUAL_MODEL.price_of_input
    price_of_output: Positive = USUAL_MODEL.price_of_output

    def terms(self) -> ModelTerms:
        """Give the terms that the table sets."""
        words = MappingProxyType({name: tuple(some) for name, some in self.words.items()})
        return ModelTerms(**self.model_dump() | {"languages": tuple(self.languages), "words": words})
