"""The versions of the model: when each was first used, whose records it made, and who proposed it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.jobs.drafts import Kept, kept_drafts
from handlers.stores.protocol import RecordStore, Store
from scoring.instants import Instant

_EDGE = 3
_NULL = re.compile(r"(?<=: )null(?=,?$)", re.MULTILINE)


@dataclass(slots=True)
class Version:
    """A version: its records by month, the first instant that one was made as of; the draft that it came from.

    `is_kept` says that its text is kept, `is_live` that it is in force; `commit` brought it, where that is known.
    """

    version: str
    months: dict[str, int] = field(default_factory=dict)
    first: Instant | None = None
    draft: Kept | None = None
    is_kept: bool = False
    is_live: bool = False
    commit: str = ""

    @property
    def records(self) -> int:
        """Count its records."""
        return sum(self.months.values())

    @property
    def said(self) -> str:
        """Name its months: the first to the last, where there are many."""
        months = sorted(self.months)
        if len(months) <= _EDGE:
            return ", ".join(months) or "none yet"
        return f"{months[0]} to {months[-1]} ({len(months)} months)"


def versions(store: Store, live: str, commit: str = "") -> Sequence[Version]:
    """List the versions that made a record, and the one in force, the latest first."""
    found: dict[str, Version] = {live: Version(live, is_live=True, commit=commit)}
    for period in store.summarised():
        for one in store.summaries(period):
            version = found.setdefault(one.model_version, Version(one.model_version))
            version.months[period] = version.months.get(period, 0) + 1
            version.first = one.as_of if version.first is None else min(version.first, one.as_of)
    drafts = _by_version(kept_drafts(store))
    for version in found.values():
        version.is_kept = store.model(version.version) is not None
        version.draft = drafts.get(version.version)
    return sorted(found.values(), key=_latest, reverse=True)


def _latest(one: Version) -> tuple[bool, str, Instant]:
    return one.is_live, max(one.months, default=""), Instant(0) if one.first is None else one.first


def _by_version(kept: Iterable[Kept]) -> Mapping[str, Kept]:
    """Give by version the draft that says it: one that was proposed before one that was not."""
    ordered = sorted(kept, key=lambda one: (one.word == "proposed", one.draft.at))
    return {one.draft.version: one for one in ordered}


def text_of(store: RecordStore, version: str) -> str | None:
    """Give the text of a version as people read it; None where the store has none."""
    text = store.model(version)
    return None if text is None else pretty(text)


def pretty(text: str) -> str:
    """Write the text of a model with a value a line; what has no value is said in a word."""
    written = json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False)
    return _NULL.sub("(none)", written)
