"""What a language model is asked, how much of it, and for how much money: the table `model` of words.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from scoring.categories import LANGUAGES


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
