"""How far opinions and scores agree, in words."""

from collections.abc import Iterator

from handlers.jobs.pilot import Judged, Opinion, rated_of
from handlers.words.figures import count, number
from scoring.agreement import Agreement, Figure

ENOUGH = 50
"""So many accounts are asked for: with 15 the limits are too far apart to say much."""


def figures(found: Agreement) -> list[tuple[str, str, str, str]]:
    """List each figure: its name, the figure, its limits, what it says."""
    return [
        (
            "The very tier",
            _percent(found.exact.value),
            _limits(found.exact, percent=True),
            "of the opinions name the tier that the score has",
        ),
        (
            "Weighted kappa",
            _decimal(found.kappa.value),
            _limits(found.kappa),
            "1: always the same tier; 0: as much as by chance; far misses weigh more than near ones",
        ),
        (
            "Order (Spearman)",
            _decimal(found.spearman.value),
            _limits(found.spearman),
            "1: who is thought better has the better score, always; 0: no connection",
        ),
    ]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{number(100 * value)}%"


def _decimal(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _limits(found: Figure, *, percent: bool = False) -> str:
    if found.limits is None:
        return "too few to say"
    low, high = found.limits
    return f"{_percent(low)} to {_percent(high)}" if percent else f"{low:.2f} to {high:.2f}"


def agreed(found: Judged) -> str:
    """Say in a sentence how far both agree; empty under the least opinions."""
    known = found.agreement
    if known is None:
        return ""
    return (
        f"Opinions given before the score was shown: {count(known.opinions, 'opinion')} on "
        f"{count(known.accounts, 'account')}. {_percent(known.exact.value)} name the very tier "
        f"({_limits(known.exact, percent=True)}); weighted kappa {_decimal(known.kappa.value)} "
        f"({_limits(known.kappa)})."
    )


def sentences(found: Judged) -> Iterator[str]:
    """Say what there is, what it is worth, and what is left out."""
    if found.agreement is None:
        missing = found.least - len(found.compared)
        yield (
            f"There is no figure yet: {count(len(found.compared), 'opinion')} can be held against a score, and under "
            f"{found.least} a figure would say nothing. {count(missing, 'more opinion')} will make one."
        )
    else:
        yield agreed(found)
        if found.agreement.accounts < ENOUGH:
            yield (
                f"{count(found.agreement.accounts, 'account')} say little, as the limits show: ask for {ENOUGH}. "
                "Where 95 of 100 such pilots would end up, the figures lie between the limits."
            )
    left_out = list(_left_out(found))
    if left_out:
        yield f"Not counted as opinions: {', '.join(left_out)}."


def _left_out(found: Judged) -> Iterator[str]:
    if found.cannot_say:
        yield f"{number(found.cannot_say)} \N{LEFT DOUBLE QUOTATION MARK}cannot say\N{RIGHT DOUBLE QUOTATION MARK}"
    if found.unknown:
        yield f"{number(found.unknown)} on accounts whose score is Unknown or that have none"


def verdict(said: Opinion) -> str:
    """Say how one opinion stands to the score."""
    if said.opinion is None:
        return "You could not say"
    if not said.is_comparable:
        return "The score cannot say: too little is known"
    apart = rated_of(said).apart
    if not apart:
        return "You and the score agree"
    return f"{count(abs(apart), 'tier')} apart: the score is the {'better' if apart > 0 else 'worse'} one"
