"""The versions of flows that an org has, as Salesforce's CLI answers a query for them."""

from dataclasses import dataclass

import msgspec

from handlers.metadata.cli_answer import NoAnswerError, Records, RefusedError, result_of
from handlers.metadata.shell_text import shell_text
from handlers.release import ReleaseError

QUERY = "SELECT Definition.DeveloperName, Definition.NamespacePrefix, VersionNumber FROM Flow"
ASK = f'sf data query --use-tooling-api --json --query "{QUERY}" --target-org ORG > flows.json'
"""How an administrator gets the answer."""


@dataclass(frozen=True, slots=True, order=True)
class FlowVersion:
    """One version of a flow."""

    name: str
    number: int


class _Definition(msgspec.Struct, rename="pascal"):
    developer_name: str
    namespace_prefix: str | None = None


class _Row(msgspec.Struct, rename="pascal"):
    definition: _Definition
    version_number: int


def read_versions(answer: bytes) -> tuple[FlowVersion, ...]:
    """Read all versions of the org's own flows; what is not the whole answer is refused."""
    result = _result(answer)
    if not result.is_whole:
        few = f"the answer holds {len(result.records)} of {result.total_size} flow versions"
        names = "WHERE Definition.DeveloperName IN ('NAME', ...)"
        raise ReleaseError(f"{few}: ask again with a higher SF_ORG_MAX_QUERY_LIMIT, or with {names}")
    own = (row for row in result.records if row.definition.namespace_prefix is None)
    return tuple(sorted({FlowVersion(row.definition.developer_name, row.version_number) for row in own}))


def _result(answer: bytes) -> Records[_Row]:
    try:
        return result_of(shell_text(answer), Records[_Row])
    except NoAnswerError as error:
        raise ReleaseError(f"this is no answer to the query for flow versions: {error}. Run: {ASK}") from error
    except RefusedError as error:
        raise ReleaseError(f"Salesforce refused the query: {error.message}. Mend that, run: {ASK}") from error
