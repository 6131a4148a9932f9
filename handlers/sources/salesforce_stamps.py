"""When what a record that was re-read over REST says has been so."""

from config.intake import CrmObject
from handlers.sources.reading import Json, milliseconds, take
from scoring.instants import DAY, SECOND, Instant


def dated(record: Json, crm_object: CrmObject, read_at: Instant, remarks: list[str]) -> Instant:
    """Date a record by the CRM's own stamp of its last change; without one, by the reading."""
    stamps = (take(record, name, milliseconds, remarks) for name in _stamps_of(crm_object))
    return next((_end_of_second(stamp, read_at) for stamp in stamps if stamp is not None), read_at)


def _stamps_of(crm_object: CrmObject) -> tuple[str, ...]:
    """Name what dates a record, the best first; each log-in may move a user's SystemModstamp, and says nothing.

    A user that is read again unchanged is the same observation: it does not say when it was read.
    """
    return ("LastModifiedDate", "SystemModstamp") if crm_object.is_person else ("SystemModstamp", "LastModifiedDate")


def _end_of_second(stamp: Instant, read_at: Instant) -> Instant:
    """Date a re-read: REST gives whole seconds, so it holds against all of its second that it has seen.

    A stamp of days after the reading is left as it is, and so refused at intake.
    """
    end = stamp + SECOND - 1 if stamp % SECOND == 0 else stamp
    return min(end, read_at) if stamp <= read_at + DAY else stamp
