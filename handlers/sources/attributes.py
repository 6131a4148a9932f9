"""What a listing tells of an owner besides its ids and name: short values, as text."""

from collections.abc import Iterator

from handlers.sources.reading import Json, key, number

_MOST = 100
_LONGEST = 100


def attributes_of(item: Json) -> tuple[tuple[str, str], ...]:
    """Give the scalar members of an object and of the objects in it as text, sorted by name.

    A member of an inner object is named `outer.inner`. What is blank, long or a list says nothing
    of who an owner is, and is passed over; so are members beyond the first hundred.
    """
    told = ((name, _text(value)) for name, value in _flat(item))
    return tuple(sorted((name, value) for name, value in told if value is not None and len(name) <= _LONGEST)[:_MOST])


def _flat(item: Json) -> Iterator[tuple[str, object]]:
    for name, value in item.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", member) for inner, member in value.items())
        else:
            yield name, value


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        if isinstance(value, float) and not value.is_integer():
            return str(number(value))
        return key(value)
    except (ValueError, OverflowError):
        return None
