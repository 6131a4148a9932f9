"""Landmark rows of made-up portfolios, as calibration takes them."""

from handlers.calibrate.arrays import Example
from tests.trust.generator import Portfolio


def examples_of(portfolio: Portfolio) -> list[Example]:
    """Give the 90-day landmark rows with the scores of their groups."""
    return [
        Example(row, {(group, group): score for group, score in row.line.groups.items()})
        for row in portfolio.backtest().landmarks(90).rows
    ]
