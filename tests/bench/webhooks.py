"""(a) A webhook from its raw bytes into a batch: verified, parsed, merged."""

import hmac
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from config.intake import Intake
from config.loader import load_config
from config.source import Signature
from handlers.demo import load_lines
from handlers.jobs.fold import read_message
from handlers.sources.signature import is_signed
from handlers.stores.protocol import Batch
from tests.bench.load import NOW, SEED, parse_all
from tests.bench.rows import Goal, Row, spread
from tests.bench.sizes import Sizes
from tests.bench.timing import Lap, fresh, laps

_SCHEME = Signature("x-hub-signature", "sha1", "hex", begins="sha1=")
_SECRET = b"the client secret of the app"
_ACCOUNTS = 200


def rows(sizes: Sizes, _folder: Path) -> Iterator[Row]:
    """Measure the time per webhook."""
    size, rounds = fresh(_measure, sizes)
    micros = spread([1_000_000 * lap.ours / sizes.webhooks for lap in rounds])
    what = f"verify, parse, merge: per webhook of {size / 1000:.1f} KB"
    yield Row("a", what, "us", micros, spread([lap.ratio for lap in rounds]), Goal("<=", 0.9, of_ratio=True))


def _measure(sizes: Sizes) -> tuple[float, list[Lap]]:
    """Give the mean size of a webhook, and the rounds."""
    bodies = list(islice(_webhooks(sizes), sizes.webhooks))
    signed = [(body, f"sha1={hmac.digest(_SECRET, body, 'sha1').hex()}") for body in bodies]
    ours = partial(take_in, signed, load_config().intake)
    return sum(map(len, bodies)) / len(bodies), laps(ours, partial(parse_all, bodies), sizes.rounds)


def _webhooks(sizes: Sizes) -> Iterator[bytes]:
    lines = load_lines(SEED, 2 * sizes.webhooks, _ACCOUNTS)
    return (line for line in lines if line.startswith(b'{"type":"notification_event"'))


def take_in(signed: Sequence[tuple[bytes, str]], intake: Intake) -> Batch:
    """Verify bodies by their signatures, parse them, and merge what they say."""
    batch = Batch()
    for body, signature in signed:
        if not is_signed(body, {_SCHEME.header: signature}, _SCHEME, _SECRET):
            raise ValueError("a webhook is not signed")
        for statement in read_message(body, intake, NOW).statements:
            batch.add(statement)
    return batch
