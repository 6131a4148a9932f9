"""A finding as lines for a person."""

from collections.abc import Iterator, Mapping

from handlers.preflight.finding import Finding, Verdict

_MARKS: Mapping[Verdict, str] = {"fine": "ok", "look": "LOOK", "stops": "STOPS", "not known": "NOT KNOWN"}


def block(finding: Finding) -> Iterator[str]:
    """Write how it stands and what was found, and below it what to do."""
    yield f"{_MARKS[finding.verdict]:<9} {finding.check}: {finding.found}"
    if finding.remedy:
        yield f"          -> {finding.remedy}"
