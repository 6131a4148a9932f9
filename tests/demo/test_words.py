"""The demo with words on: what customers write is read, and no score is another."""

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple
from functools import cache
from pathlib import Path

from config.loader import DEFAULT_DIRECTORY, load_config
from config.words import WordsTerms
from handlers.jobs.customer_words import customer_words
from handlers.jobs.fold import WordsReader, fold_lines
from handlers.jobs.records import AccountReader
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY
from scoring.measurement import score
from scoring.messages import messages_at
from tests.demo.portfolios import AS_OF, demo, lines

LEAVES = b"We would like to cancel our subscription."


@cache
def told() -> tuple[bytes, ...]:
    """Give a part of the demo's events, in some of which customers say that they leave."""
    return tuple(line.replace(b"Contactless check-out fails for two rooms", LEAVES) for line in lines(demo())[::20])


@cache
def reader() -> WordsReader:
    """Give the reader of the figures as they ship."""
    return customer_words(DEFAULT_DIRECTORY, WordsTerms("rules"))


def came_to(events: Sequence[bytes], words: WordsReader | None, folder: Path) -> tuple[object, list[object]]:
    """Fold events into a fresh store; give each account's score, tier and range, and its messages."""
    config = load_config()
    with closing(SqliteStore(folder / f"{len(list(folder.iterdir()))}.db", durable=False)) as store:
        for _ in fold_lines(events, "demo", store, config.intake, AS_OF + DAY, words):
            pass
        known = [AccountReader(store).read(account) for account in demo().accounts]
    scores = [score(facts, AS_OF, config.model) for facts in known]
    seen = [(one.account_id, one.final_score, one.tier, one.low, one.high) for one in scores]
    return seen, [astuple(one.message) for facts in known for one in messages_at(facts, AS_OF)]


def test_scores_tiers_and_ranges_are_the_same_with_words_on(tmp_path: Path) -> None:
    """A finding counts nowhere; shuffled and doubled events say the same messages."""
    events = told()
    without, silent = came_to(events, None, tmp_path)
    scores, messages = came_to(events, reader(), tmp_path)
    assert silent == []
    assert scores == without
    assert "cancellation" in str(messages)
    again = random.Random(7).sample(events * 2, 2 * len(events))  # noqa: S311 - made-up data, no secrets
    assert came_to(again, reader(), tmp_path) == (scores, messages)
