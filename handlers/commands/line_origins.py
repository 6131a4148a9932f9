"""Where the score lines of a backtest are from, in words: what was shown then, and what may know too much."""

from collections.abc import Iterator

from handlers.jobs.score_lines import StoredLines
from handlers.words.figures import count


def origin_words(found: StoredLines) -> Iterator[str]:
    """Say in sentences where lines are from, and what of that may make a score look better than it was."""
    counts = found.counts
    whole = sum(counts.values())
    yield f"{count(counts['as_shown'], 'score')} of {whole:,} are as shown then, by the final records of closed months"
    if counts["written_later"]:
        yield (
            f"{count(counts['written_later'], 'score')} of {whole:,} are of records that were written when a further "
            "month had ended: they may know what became known by then"
        )
    if counts["as_known_now"]:
        yield (
            f"{count(counts['as_known_now'], 'score')} of {whole:,} are as known now, under the present model, for "
            "want of a record: what came late is in them, so they may know too much and warn better than was possible; "
            f"{found.seen_later:,} of these rest on something first seen when a further month had ended"
        )
    if len(found.models) > 1:
        yield f"they were scored under {len(found.models)} models: what is measured is what was shown, not one model"
    if found.left:
        yield f"{count(len(found.left), 'account')} left the portfolio; while they had a score they count"
