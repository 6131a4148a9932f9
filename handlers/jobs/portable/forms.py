"""Refuses rows that a newer version of the program wrote: this one would not read them as what they say."""

from collections.abc import Callable, Mapping
from typing import Any

from config.errors import ConfigError
from config.model_text import NewerModelError, model_from_text
from handlers.stores.account_forms import decode_account, decode_entry
from handlers.stores.codec import decode_content, decode_record
from handlers.stores.protocol import NewerFormError, StoreError
from handlers.stores.summaries import decode_summary
from handlers.stores.whole_rows import (
    AccountRow,
    ChangeRow,
    ModelRow,
    ObservationRow,
    RecordRow,
    Row,
    SummaryRow,
    extracted,
)
from scoring.instants import Instant


def check(row: Row) -> None:
    """Raise StoreError where a store with this row could not be used by this version of the program.

    A record or a model that was damaged before it was exported stays what it is: `verify` names it.
    """
    if type(row) in _CHECKS:
        _CHECKS[type(row)](row)


def _record(row: RecordRow) -> None:
    _if_newer(lambda: decode_record(extracted(row.record)))


def _summary(row: SummaryRow) -> None:
    _if_newer(lambda: decode_summary(extracted(row.summary)))


def _model(row: ModelRow) -> None:
    _if_newer(lambda: model_from_text(extracted(row.text)))


def _if_newer(read: Callable[[], object]) -> None:
    try:
        read()
    except NewerFormError:
        raise
    except NewerModelError as error:
        raise StoreError(f"a model cannot be read: {error}") from error
    except (StoreError, ConfigError):
        return


_CHECKS: Mapping[type[Row], Callable[[Any], object]] = {
    ObservationRow: lambda row: decode_content(row.form, extracted(row.content)),
    AccountRow: lambda row: decode_account(row.account_id, extracted(row.account)),
    ChangeRow: lambda row: decode_entry(row.account_id, Instant(row.at), row.by, extracted(row.change)),
    RecordRow: _record,
    SummaryRow: _summary,
    ModelRow: _model,
}
