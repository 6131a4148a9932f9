"""How summaries are written down: one small JSON text for each, its form first."""

from collections.abc import Iterable, Iterator

import msgspec

from handlers.stores.protocol import NewerFormError, StoreError
from scoring.record import Record
from scoring.summary import Summary

_FORM = 2
"""The form that is written. Form 1 was of before there were alerts, and had no smoothed score."""
_BEGIN = f'{{"form":{_FORM},'
_READ = tuple(f'{{"form":{form},' for form in range(1, _FORM + 1))
_SUMMARY = msgspec.json.Decoder(Summary)
_ENCODER = msgspec.json.Encoder()


class _Form(msgspec.Struct):
    form: int


_ITS_FORM = msgspec.json.Decoder(_Form)


def encode_summary(summary: Summary) -> str:
    """Write a summary."""
    return _BEGIN + _ENCODER.encode(summary).decode().removeprefix("{")


def decode_summary(text: str) -> Summary:
    """Read a summary back.

    Raises NewerFormError where a newer version of the program wrote it, StoreError where the text is none.
    """
    try:
        _refuse_newer(text)
        return _SUMMARY.decode(text)
    except msgspec.DecodeError as error:
        raise _unreadable(error) from error


def _refuse_newer(text: str) -> None:
    if not text.startswith(_READ):
        raise NewerFormError("a summary", _ITS_FORM.decode(text).form, _FORM)


def _unreadable(error: Exception) -> StoreError:
    return StoreError(f"a summary cannot be read; restore the store or rescore its account: {error}")


class _Scored(msgspec.Struct):
    account_id: str
    final_score: float | None


_SCORED = msgspec.json.Decoder(_Scored)


def decode_score(text: str) -> tuple[str, float | None]:
    """Read of a summary only whose it is, and its score. Raises as `decode_summary` does."""
    try:
        _refuse_newer(text)
        read = _SCORED.decode(text)
    except msgspec.DecodeError as error:
        raise _unreadable(error) from error
    return read.account_id, read.final_score


def after_previous(records: Iterable[Record]) -> Iterator[tuple[Record, Record | None]]:
    """Pair records, given by account and period, each with the account's record before."""
    previous: Record | None = None
    for record in records:
        is_same = previous is not None and previous.score.account_id == record.score.account_id
        yield record, previous if is_same else None
        previous = record
