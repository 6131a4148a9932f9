"""What stands out of the metrics of a close in words: as the change of the source that they come from."""

from collections.abc import Collection, Iterable, Sequence

from config.source import SOURCES
from handlers.words.figures import number, percent, title
from scoring.drift import Finding, FindingKind
from scoring.metrics.catalogue import named

MOST = 4
"""Of more metrics of a source to which the same happened, so many are named."""


def sentences(findings: Iterable[Finding], sources: Collection[str]) -> list[str]:
    """Say what stands out, what happened to several metrics of a source in one sentence; `sources` are those known."""
    groups: dict[tuple[str, FindingKind], list[Finding]] = {}
    for one in findings:
        groups.setdefault((_source(one.metric, sources), one.kind), []).append(one)
    return [f"{source}: {_said(kind, some)}" for (source, kind), some in groups.items()]


def _source(metric: str, sources: Collection[str]) -> str:
    """Name the source that a metric comes from; where none of its kind is known, its kind."""
    role = named(metric).role
    own = [name for name in sorted(sources) if name in SOURCES and SOURCES[name].role == role]
    return ", ".join(own) or role or "unknown source"


def _said(kind: FindingKind, some: Sequence[Finding]) -> str:
    if len(some) < MOST:
        return "; ".join(f"{title(one.metric)} {_happened(kind, one)}" for one in some)
    names = ", ".join(title(one.metric) for one in some[:MOST])
    clearest = max(some, key=lambda one: one.pct)
    return f"{len(some)} metrics, the clearest {_happened(kind, clearest)}: {names} and {len(some) - MOST} more"


def _happened(kind: FindingKind, one: Finding) -> str:
    share, known = f"{percent(one.pct)} of {one.of:,} accounts", f"at most {percent(one.known_pct)} in earlier closes"
    if kind == "lost":
        return f"gone for {share} that had it ({known})"
    if kind == "one_value":
        return f"has one value for all {one.of:,} accounts ({known})"
    if kind == "moved":
        way = f"{'up' if one.typical > 0 else 'down'}, typically by {number(abs(one.typical))}"
        return f"moved for {share} in the same direction ({way}), further than ever in earlier closes"
    return f"turned {'green' if kind == 'to_green' else 'red'} for {share} ({known})"
