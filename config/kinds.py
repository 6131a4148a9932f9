"""What a value in a file of figures may be, and how a wrong one is named."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, ulp
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, StrictStr
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Strict(BaseModel):
    """A table with fixed keys: no other, none missing, no value taken for what it is not."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    noun: ClassVar[str] = "key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Marks a table whose keys are names we know: exactly these, each with a value of its kind.

    `noun` says what the keys are; where they are not `required`, any may be absent, else those alone
    that are `optional`.
    """

    noun: str
    kinds: Mapping[str, Any]
    required: bool = True
    optional: frozenset[str] = frozenset()

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Describe the table to pydantic."""
        fields = {
            name: core_schema.typed_dict_field(handler.generate_schema(kind), required=self._needs(name))
            for name, kind in self.kinds.items()
        }
        return core_schema.typed_dict_schema(fields, extra_behavior="forbid")

    def _needs(self, name: str) -> bool:
        return self.required and name not in self.optional


def wrong(expected: str) -> PydanticCustomError:
    """Make the error of a value that is not what was expected."""
    return PydanticCustomError("wrong", "{expected}", {"expected": expected})


def unknown(noun: str, names: Iterable[str]) -> PydanticCustomError:
    """Make the error of a name that is none of those known."""
    return PydanticCustomError("unknown", "unknown {noun}", {"noun": noun, "names": tuple(names)})


def matching(pattern: str, expected: str) -> AfterValidator:
    """Make the rule that a text matches a pattern as a whole."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise wrong(expected)
        return text

    return AfterValidator(check)


def _lowered(word: str) -> str:
    if not word.strip():
        raise wrong("expected a word")
    return word.strip().lower()


def _three(figures: object) -> object:
    if isinstance(figures, list) and len(figures) != 3:
        raise wrong("expected three numbers: [green, yellow, red]")
    return figures


def _some(words: list[str]) -> list[str]:
    if not words:
        raise wrong("expected at least one word")
    return words


def _within(low: float, high: float, expected: str) -> AfterValidator:
    def check(figure: float) -> float:
        if not low <= figure <= high:
            raise wrong(expected)
        return figure

    return AfterValidator(check)


Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Share = Annotated[Number, _within(0, 1, "expected a number from 0 to 1")]
Portion = Annotated[Number, _within(ulp(0.0), 1, "expected a number above 0, up to 1")]
Points = Annotated[Number, _within(0, 100, "expected a number from 0 to 100")]
Positive = Annotated[Number, _within(ulp(0.0), inf, "expected a number above 0")]
NotNegative = Annotated[Number, _within(0, inf, "expected a number from 0 on")]
Triple = Annotated[list[Number], BeforeValidator(_three)]
PerhapsWords = list[Annotated[StrictStr, AfterValidator(_lowered)]]
Words = Annotated[PerhapsWords, AfterValidator(_some)]
NAMESPACE = r"([A-Za-z][A-Za-z0-9]{0,14}__)?"
"""What the API names of an installed package begin with."""
ApiName = Annotated[
    StrictStr,
    matching(
        NAMESPACE + r"[A-Za-z](_?[A-Za-z0-9])*__p?c|[A-Za-z](_?[A-Za-z0-9])*", "expected an API name, such as ARR__c"
    ),
]
LookerName = Annotated[StrictStr, matching(r"[A-Za-z0-9_-]+", "expected the name of a model or explore")]
LookerField = Annotated[
    StrictStr, matching(r"[A-Za-z0-9_]+\.[A-Za-z0-9_]+", "expected the full name of a field, such as usage.date")
]
