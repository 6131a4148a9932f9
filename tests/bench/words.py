"""(k) What reading customers' words costs: a message, and the beginning of fold."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from time import process_time

import msgspec

from config.loader import DEFAULT_DIRECTORY
from config.words import USUAL_WORDS
from handlers.demo import load_lines
from handlers.detection.making import rule_detector
from handlers.detection.redaction import redacted_quote
from handlers.detection.rules import RuleDetector
from handlers.detection.sentiment import sentiment
from scoring.categories import LANGUAGES
from tests.bench.load import SEED, parse_all
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.starts import side_by_side
from tests.bench.timing import fresh, laps

MESSAGES = Path(__file__).parents[1] / "detection/messages.jsonl"
OFF = "import handlers.fold; from config.loader import load_config; load_config()"
ON = (
    "import handlers.fold; from config.loader import DEFAULT_DIRECTORY, load_config; words = load_config().words;"
    " from handlers.jobs.customer_words import customer_words_when_needed;"
    " customer_words_when_needed(DEFAULT_DIRECTORY, words)"
)
MOST_TIMES_OFF = 1.1
"""So many times as long as without it fold may take to begin."""


def rows(sizes: Sizes, _: Path) -> Iterator[Row]:
    """Measure a message in each language beside the parse of its webhook, the first of a language, fold's begin."""
    micros, ratios, first = fresh(_measure, sizes)
    what = "detect, sentiment: a message in English, its webhook parsed"
    yield Row("k", what, "us", spread(micros), spread(ratios))
    yield Row("k", "the first message of a language, CPU", "ms", spread(first))
    pairs = side_by_side(ON, OFF, sizes.starts)
    times = spread([spread([on.seconds for on, _ in pairs]).median / spread([off.seconds for _, off in pairs]).median])
    yield Row("k", "fold begins: times without the detector", "x", times, goal=Goal("<=", MOST_TIMES_OFF))


def _measure(sizes: Sizes) -> tuple[list[float], list[float], list[float]]:
    """Give the microseconds a message, their ratios to json.loads of its webhook, milliseconds of first messages."""
    detector = rule_detector(DEFAULT_DIRECTORY, USUAL_WORDS)
    every = [msgspec.json.decode(line) for line in MESSAGES.read_bytes().splitlines()]
    first = [_first(detector, language, every) for language in LANGUAGES]
    texts = [one["text"] for one in every if one["lang"] == "en"][: sizes.webhooks]
    bodies = list(islice(load_lines(SEED, len(texts), 200), len(texts)))
    rounds = laps(partial(_read, detector, texts), partial(parse_all, bodies), sizes.rounds)
    return [1_000_000 * lap.ours / len(texts) for lap in rounds], [lap.ratio for lap in rounds], first


def _first(detector: RuleDetector, language: str, every: Sequence[dict[str, str]]) -> float:
    text = next(one["text"] for one in every if one["lang"] == language)
    begun = process_time()
    detector.detect(text, language)
    return (process_time() - begun) * 1_000


def _read(detector: RuleDetector, texts: Sequence[str]) -> None:
    for text in texts:
        for hit in detector.detect(text).hits:
            redacted_quote(text, hit.quote)
        sentiment(text, "en")
