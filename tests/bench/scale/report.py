"""The table of scale, as it is printed and as docs/scale.md has it."""

from collections.abc import Iterator, Sequence

from tests.bench.scale.counts import FIGURES, Result, growing

HEAD = ("job", "accounts", "months", *FIGURES, "MB", "of")


def table(results: Sequence[Result]) -> Iterator[str]:
    """Write a line a job and size: figures by account, dollars of the whole, the memory, of how many one was done."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'---|' * len(HEAD)}"
    for one in results:
        yield line(one)


def line(one: Result) -> str:
    """Write the line of a result."""
    figures = [_figure(one.each(figure(one))) for name, figure in FIGURES.items() if name != "dollars"]
    cells = (one.job, f"{one.accounts:,}", str(one.months), *figures, _figure(one.dollars), f"{one.peak:.0f}")
    return f"| {' | '.join((*cells, f'1 in {one.every}' if one.every > 1 else 'all'))} |"


def _figure(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 1 else f"{value:.2g}"


def judged(results: Sequence[Result]) -> list[str]:
    """Name what grows: by account, beside the smallest portfolio of the same job and past."""
    told = []
    for one in results:
        small = min((r for r in results if (r.job, r.months) == (one.job, one.months)), key=lambda r: r.accounts)
        told += growing(small, one)
    return told
