"""What one check found."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["fine", "look", "stops", "not known"]
"""`stops`: the deployment would fail, or break something. `look`: it goes, but a person should know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One block of the report: what was looked at, how it stands, what was found, and what to do."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""
