"""How much each benchmark does."""

from dataclasses import dataclass

EVENTS_PER_ACCOUNT = 50
"""Of so many events an account of a filled store has about 17 subjects."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is done: `rounds` of `webhooks` and `scored` accounts, `file_rounds` of `lines`.

    `portfolios` are the sizes of the portfolios that are closed, each in `closings`; the last is
    also that of the store which the long ingest fills. Each function is begun `starts` times.
    `cells` accounts and months are re-scored. The desk has a crowd for `seconds`. All cores share `shared` lines.
    """

    webhooks: int
    scored: int
    rounds: int
    lines: int
    file_rounds: int
    portfolios: tuple[int, ...]
    closings: int
    starts: int
    cells: int = 20_000
    seconds: int = 60
    shared: int = 200_000

    @property
    def events(self) -> int:
        """Count the events of the long ingest."""
        return self.portfolios[-1] * EVENTS_PER_ACCOUNT


FULL = Sizes(2_000, 50, 15, 20_000, 5, (200, 2_000, 20_000), 3, 11)
QUICK = Sizes(200, 15, 7, 2_000, 3, (20, 60, 200), 3, 3, 2_000, 6, shared=10_000)
