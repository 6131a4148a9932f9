"""What a language model is asked, how much of it, and for how much money: the table `model` of words.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from config.kinds import Keys, PerhapsWords, Portion, Positive, Strict, wrong
from scoring.categories import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """When a language model is asked, and within what limits.

    A message is asked about if its language is one of `languages`, it has `least_words` words, and one of its
    language's `words` begins a word in it (a language without any asks about each); of these a `share`. Of a long
    message the first `most_characters` are sent. An answer has at most `most_tokens` and takes at most `seconds`;
    one batch of events asks about `batch_most` messages, for `batch_seconds`. A day costs at most `cap_a_day`
    US dollars, at the prices of a million tokens that go in and come out.
    """

    languages: tuple[str, ...] = LANGUAGES
    least_words: int = 6
    words: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    share: float = 1.0
    most_characters: int = 4_000
    most_tokens: int = 600
    seconds: float = 10.0
    batch_most: int = 20
    batch_seconds: float = 20.0
    cap_a_day: float = 2.0
    price_of_input: float = 1.0
    price_of_output: float = 5.0


USUAL_MODEL = ModelTerms()


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
