"""Every family of items that the registry has, and how each leaves a store that is exported.

The registry takes no item of another family: whoever adds one says here whether it is exported, and as what.
"""

from collections.abc import Mapping

EXPORTED: Mapping[str, tuple[str, ...]] = {
    "owner": ("owner_id", "owner_name", "owner_attributes"),
    "owner-part": ("owner_id", "owner_attributes"),
    "feed": ("feed",),
    "heard": ("heard",),
    "model": ("model",),
    "summary": ("summary",),
    "cursor": ("cursor",),
    "closed": ("cursor",),
    "journal": ("journal",),
}
"""The families that are exported, each as which kinds of rows."""

LEFT_OUT: Mapping[str, str] = {
    "gap": "made anew of the observations of form gap",
    "summarised": "made anew of the summaries",
    "claim": "whoever claimed it works on this store, not on another",
    "run": "a run that is under way ends on this store",
    "archive": "closes to come put away anew what no score then needs",
    "sum": "what was spent today was spent from this store",
}
"""Those that are not, and why."""

FAMILIES = frozenset({*EXPORTED, *LEFT_OUT})


def family_of(partition: str) -> str:
    """Name the family of a partition."""
    return partition.partition("/")[0]


def known(partition: str) -> None:
    """Raise LookupError where nobody said how the items of a partition leave the store."""
    family = family_of(partition)
    if family not in FAMILIES:
        raise LookupError(f"the registry has no family {family!r}: add it to handlers/stores/dynamodb/families.py")
