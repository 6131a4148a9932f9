"""What a close leaves in a store, as it is written there."""

from collections.abc import Sequence
from typing import Any

from handlers.stores.codec import encode_record
from handlers.stores.protocol import Store
from handlers.stores.summaries import encode_summary


def texts_of(store: Store) -> Sequence[tuple[Any, ...]]:
    """Give all records, summaries and cursors of a store."""
    summaries = [encode_summary(one) for period in store.summarised() for one in store.summaries(period)]
    return [tuple(map(encode_record, store.records())), tuple(summaries), tuple(store.cursors("").items())]
