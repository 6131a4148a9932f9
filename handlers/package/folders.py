"""The folders of the package that an org may do without, and what is left out with them."""

from collections.abc import Iterable, Mapping

OPTIONAL: Mapping[str, frozenset[str]] = {
    "optional/account-fields": frozenset(),
    "optional/payments": frozenset({"optional/payment-events"}),
    "optional/csql": frozenset(),
    "optional/payment-events": frozenset(),
}
"""Each folder that may be left out, and those that cannot be deployed without it."""


def without(left_out: Iterable[str]) -> frozenset[str]:
    """Give the folders that are left out, those that need them included."""
    asked = frozenset(left_out)
    return asked.union(*(OPTIONAL[folder] for folder in asked))
