"""Which fields of a record a change event says to have changed (contracts.md 2.1, 2.2)."""

from dataclasses import dataclass
from typing import TypeGuard

from config.api_names import spelled_as
from config.intake import CrmObject
from handlers.sources.reading import Json


@dataclass(frozen=True, slots=True)
class Changed:
    """The fields that an update changed, spelled as config spells them; `nulled` were emptied.

    `illegible` says that not all of them are given by name.
    """

    names: tuple[str, ...] = ()
    nulled: frozenset[str] = frozenset()
    illegible: bool = False

    def gives(self, name: str | None, payload: Json) -> bool:
        """Tell whether a field changed, and its new value is given."""
        return name in self.names and (name in payload or name in self.nulled)


def read_changed(header: Json, crm_object: CrmObject) -> Changed:
    """Read what changed; the relay leaves `nulledFields` empty, and gives what was emptied as null."""
    emptied = _spelled(header.get("nulledFields") or [], crm_object)
    told = dict.fromkeys([*_spelled(header.get("changedFields"), crm_object), *emptied])
    named, nulled = (tuple(name for name in names if name is not None) for names in (told, emptied))
    return Changed(named, frozenset(nulled), illegible=None in told)


def _spelled(names: object, crm_object: CrmObject) -> list[str | None]:
    """Spell the names of a list as config does; what is no name is None."""
    listed = names if isinstance(names, list) else [None]
    return [spelled_as(name, crm_object.names) if _is_api_name(name) else None for name in listed]


def _is_api_name(name: object) -> TypeGuard[str]:
    """Tell a field's name from the bitmaps (`0x…`) that other subscribers than the relay are sent."""
    return isinstance(name, str) and name[:1].isalpha()
