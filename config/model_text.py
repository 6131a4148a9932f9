"""The model as one canonical text, whose hash is its version."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from config.errors import ConfigError, Problem
from scoring.metrics.catalogue import BY_NAME
from scoring.model import Model

_ORDER = {name: index for index, name in enumerate(BY_NAME)}


def model_text(model: Model) -> str:
    """Write all that the model means for a score; comments, order and 1 or 1.0 make no difference."""
    return json.dumps(_plain(asdict(replace(model, version=""))), sort_keys=True, separators=(",", ":"))


def version_of(text: str) -> str:
    """Give the version of a model's text: the first 12 hex digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


def model_from_text(text: str) -> Model:
    """Read a model back from its text; its version follows from the text.

    Raises ConfigError where the text is no model's.
    """
    try:
        model = _adapter().validate_json(text, strict=True)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise ConfigError([Problem("stored model", "the text", "not a model's", said)]) from error
    metrics = {dimension: _in_order(shares) for dimension, shares in model.metrics.items()}
    return replace(model, version=version_of(text), metrics=metrics, pillars=_in_order(model.pillars))


@cache
def _adapter() -> TypeAdapter[Model]:
    return TypeAdapter(Model)


def _in_order(shares: Mapping[str, float]) -> dict[str, float]:
    """Put metrics in the order of the catalogue, so that equal models give equal bytes."""
    return dict(sorted(shares.items(), key=lambda share: (_ORDER.get(share[0], len(_ORDER)), share[0])))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value + 0.0 if isinstance(value, int | float) and not isinstance(value, bool) else value
