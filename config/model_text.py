"""The model as one canonical text, whose hash is its version."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from config.errors import ConfigError, Problem
from config.model_forms import FORM, Members, as_written_now, form_of
from config.source import SOURCES, roles_of
from scoring.metrics.catalogue import BY_NAME, DIMENSIONS
from scoring.model import Model
from scoring.roles import Roles

T = TypeVar("T")

_PLACE = "stored model"


class NewerModelError(ConfigError):
    """The text of a model has a form that this version of the program does not know."""


def model_text(model: Model) -> str:
    """Write all that the model means for a score; comments, order and 1 or 1.0 make no difference."""
    return _text(_members(model) | {"form": FORM})


def version_of(text: str) -> str:
    """Give the version of a model's text: the first 12 hex digits of its SHA-256."""
    return sha256(text.encode()).hexdigest()[:12]


@lru_cache(maxsize=8)
def model_from_text(text: str) -> Model:
    """Read a model back from its text, of this form or an earlier one; its version follows from the text.

    Raises NewerModelError where the form is a later one, ConfigError where the text is no model's.
    """
    members = as_written_now(_known(_parsed(text)))
    try:
        model = msgspec.json.decode(_text(members | {"roles": _roles(members)}), type=Model)
    except msgspec.DecodeError as error:
        raise _no_model(str(error)) from error
    if _members(model) != members:
        raise _no_model("it has members that its form does not have")
    return replace(
        model,
        version=version_of(text),
        dimensions=_in_order(model.dimensions, DIMENSIONS),
        metrics={name: _in_order(shares, BY_NAME) for name, shares in _in_order(model.metrics, DIMENSIONS).items()},
        pillars=_in_order(model.pillars, BY_NAME),
    )


def _parsed(text: str) -> Members:
    try:
        members = json.loads(text)
    except json.JSONDecodeError as error:
        raise _no_model(str(error)) from error
    if not isinstance(members, dict):
        raise _no_model("expected a JSON object")
    return members


def _known(members: Members) -> Members:
    form = form_of(members)
    if form > FORM:
        expected = f"this version of the program knows forms up to {FORM}: use the newer version that wrote it"
        raise NewerModelError([Problem(_PLACE, "the text", f"of form {form}", expected)])
    if form < 1:
        raise _no_model("form: expected a number above 0")
    return members


def _roles(members: Members) -> Roles:
    """Give the roles of the sources of a model: they stand in no text, since each source has but one."""
    limits = members.get("limits")
    names = list(limits) if isinstance(limits, dict) else []
    unread = [name for name in names if name not in SOURCES]
    if unread:
        expected = "this version of the program cannot read it: use the newer version that wrote the model"
        raise NewerModelError([Problem(_PLACE, "limits", f"the source {', '.join(unread)}", expected)])
    return roles_of(names)


def _no_model(said: str) -> ConfigError:
    return ConfigError([Problem(_PLACE, "the text", "not a model's", said)])


def _in_order(named: Mapping[str, T], order: Iterable[str]) -> dict[str, T]:
    """Put named things in the order of the catalogue, so that equal models give equal bytes."""
    ranks = {name: rank for rank, name in enumerate(order)}
    return dict(sorted(named.items(), key=lambda item: (ranks.get(item[0], len(ranks)), item[0])))


def _members(model: Model) -> Members:
    members: Members = _plain(asdict(replace(model, version="")))
    return {name: value for name, value in members.items() if name != "roles"}


def _text(members: Members) -> str:
    return json.dumps(members, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> Any:  # noqa: ANN401  # what JSON can hold
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return value + 0.0 if isinstance(value, int | float) and not isinstance(value, bool) else value
