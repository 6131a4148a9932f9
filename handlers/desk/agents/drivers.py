"""What moved a score, for agents: causes with points that add up; words from outside stand in signals alone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from handlers.desk.agents.shapes import Shape, SignalTold, signals_of
from handlers.words.drivers import cause_words
from scoring.drivers import Driver


class DriverTold(Shape):
    """One cause of a change, and its points; of a cap with the signals that made it, or ended."""

    points: float
    cause: str
    metrics: list[str]
    signals: Annotated[list[SignalTold], Field(description="Only of a cap.")]


def drivers_of(drivers: Iterable[Driver]) -> list[DriverTold]:
    """Tell drivers, in their order."""
    return [
        DriverTold(
            points=driver.points,
            cause=cause_words(replace(driver, signals=())),
            metrics=list(driver.names),
            signals=signals_of(driver.signals),
        )
        for driver in drivers
    ]


def rest_of(change: float | None, drivers: Sequence[Driver]) -> float | None:
    """Give the points that the drivers of a list leave, so that all add up to the change."""
    return None if change is None else (round(10 * change) - sum(round(10 * one.points) for one in drivers)) / 10
