"""The morning digest: which channel is told of whose accounts, by the names of variables, never by addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from config.kinds import Strict
from config.reading import read_table

DIGEST = "digest.yaml"

Kind: TypeAlias = Literal["auto", "slack", "teams"]
_Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]


@dataclass(frozen=True, slots=True)
class DigestTerms:
    """Where the digest goes: the variable of the common channel, and by mail those of CSMs with one of their own."""

    kind: Kind = "auto"
    webhook: str = "DIGEST_WEBHOOK"
    csms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def variable_of(self, mail: str | None) -> str:
        """Name the variable of the channel that a CSM's accounts are told in; capitals make no difference."""
        own = {one.casefold(): variable for one, variable in self.csms.items()}
        return own.get((mail or "").casefold(), self.webhook)


class DigestFile(Strict):
    """The file digest.yaml."""

    kind: Kind
    webhook: _Variable
    csms: dict[str, _Variable]


def load_digest(directory: Path) -> DigestTerms:
    """Load digest.yaml from a folder of figures; without one, what is built in.

    Raises ConfigError with every problem of the file.
    """
    path = directory / DIGEST
    return DigestTerms(**read_table(DigestFile, path).model_dump()) if path.exists() else DigestTerms()
