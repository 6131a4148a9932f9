"""Records of somebody: those of an account go with their summaries, a person's names are replaced in all."""

from handlers.jobs.erasing.receipt import Found
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.targets import Target
from handlers.stores.codec import decode_record, encode_record
from handlers.stores.protocol import NewerFormError, Store, StoreError


def erase_records(store: Store, target: Target, found: Found, *, write: bool) -> None:
    """Take the records of an account away, its summaries too."""
    periods = {period for key, period in store.record_keys() if key == target.id}
    found.add("records", len(periods))
    if write:
        for period in sorted({*periods, *target.periods, *store.summarised()}):
            store.remove_record(target.id, period)


def erase_in_records(store: Store, target: Target, found: Found, *, write: bool) -> None:
    """Replace a person's names in all records; what they were made from and what follows from it say the same."""
    sifter = Sifter(target.terms)
    for account_id, period in list(store.record_keys()):
        try:
            record = store.record(account_id, period)
        except NewerFormError:
            raise
        except StoreError as error:
            found.stay("records", f"a record of {period} cannot be read: {error}")
            continue
        if record is None:
            continue
        before = encode_record(record)
        after = sifter.text(before) or before
        if after == before:
            continue
        found.add("records")
        if write and store.put_records([decode_record(after)]):
            found.stay("records", f"a record of {period} was written meanwhile: run the same again")
