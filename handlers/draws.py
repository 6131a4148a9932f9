"""Where the draws of resamples begin: at one place, so that the same call gives the same limits."""

from random import Random

SEED = 2026


def seeded() -> Random:
    """Give the chance that resamples are drawn by."""
    return Random(SEED)  # noqa: S311 - resamples are to be repeated, not to be secret
