"""What two models say otherwise, figure by figure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import NamedTuple

from scoring.model import Model


class ModelChange(NamedTuple):
    """A figure or word of a model by its path (`dimensions.support_health`), then and now; None where it has none."""

    path: str
    then: object
    now: object


def model_changes(then: Model, now: Model) -> tuple[ModelChange, ...]:
    """List what differs, by path; the version, which follows from all the rest, is left out."""
    before, after = (dict(_leaves("", asdict(model))) for model in (then, now))
    paths = sorted((before.keys() | after.keys()) - {"version"})
    changes = (ModelChange(path, before.get(path), after.get(path)) for path in paths)
    return tuple(change for change in changes if change.then != change.now)


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), inner)
    else:
        yield path, tuple(sorted(value)) if isinstance(value, frozenset) else value
