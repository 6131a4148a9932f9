"""Which language model is asked, and where: from the environment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.environment import SettingsError, all_or_none

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLS_AT_ONCE = 4
"""So many questions are asked side by side, each on a connection of its own."""

_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./_-]{2,2047}")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d")


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model of Bedrock, by its id, or the id or ARN of an inference profile; and the region where it is asked."""

    model: str
    region: str

    @property
    def name(self) -> str:
        """Give the model's name as findings bear it: without what an ARN says of the account."""
        return self.model.rpartition("/")[2]


def model_settings(environ: Mapping[str, str]) -> ModelSettings | None:
    """Read which model is asked; None where none is set up."""
    told = all_or_none(environ, "WORDS_MODEL", "WORDS_MODEL_REGION")
    if told is None:
        return None
    model, region = told
    if not _MODEL.fullmatch(model):
        raise SettingsError(f"WORDS_MODEL is {model!r}: expected the id of a model or inference profile of Bedrock")
    if not _REGION.fullmatch(region):
        raise SettingsError(f"WORDS_MODEL_REGION is {region!r}: expected an AWS region, such as eu-central-1")
    return ModelSettings(model, region)
