"""Payments, opportunities, signals and accounts as records of the CRM, in the names that config gives its fields."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.intake import CrmObject, Intake
from handlers.sheets.rows import BadRow, Row
from handlers.sheets.telling import Message, Said, Telling, distinct, not_after
from handlers.sheets.wanted import Kind, Wanted
from scoring.instants import Instant, format_date, format_instant
from scoring.words import folded

_DATED: Mapping[str, str] = {"payment": "payment_date", "signal": "date_observed"}
"""By kind, the date from which a record can count at all: it was there by then, where nothing says since when."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When a file was exported, and since when it holds all there is, where that was said."""

    read_at: Instant
    since: Instant | None
    intake: Intake


def with_api_names(wanted: Iterable[Wanted], crm_object: CrmObject) -> tuple[Wanted, ...]:
    """Add the names that the CRM gives to columns."""
    names = {field.name: api_name for api_name, field in crm_object.fields.items()}
    names |= {"account_name": names["name"]} if "name" in names else {}
    names |= {} if crm_object.owner_field is None else {"account": crm_object.owner_field}
    return tuple(one.also(names[one.name]) if one.name in names else one for one in wanted)


OBJECTS: Mapping[Kind, str] = {
    "accounts": "account",
    "payments": "payment",
    "opportunities": "opportunity",
    "signals": "signal",
}
"""By kind of file, our kind of the records it holds."""


def object_of(kind: str, intake: Intake) -> CrmObject:
    """Give the CRM's object of a kind of ours."""
    return next(one for one in intake.objects.values() if one.kind == kind)


def records(rows: Iterable[Row], crm_object: CrmObject, reading: Reading) -> Telling:
    """Tell rows as records that were read when the file was exported."""
    telling = Telling()
    for row in distinct(rows, ("id",), telling):
        bad = _early(row, reading)
        if bad is not None:
            telling.bad.append(bad)
            continue
        telling.remarks.extend(_unknown(row, crm_object, reading.intake))
        telling.said.append(Said(row.line, _message(row, row.need("id"), crm_object, reading)))
    return telling


def _early(row: Row, reading: Reading) -> BadRow | None:
    found = (not_after(row, name, reading.read_at) for name in ("created", "modified"))
    return next((bad for bad in found if bad is not None), None)


def account_records(rows: Iterable[Row], reading: Reading) -> Iterator[Said]:
    """Tell accounts: that they are there, since when, and what the file says of them."""
    crm_object = object_of("account", reading.intake)
    for row in rows:
        account_id, name = row.need("sf_account_id"), row.text("account_name")
        listed = {"type": "owner.listed", "source": "salesforce", "owner": account_id}
        first = row.instant("created") or reading.since
        if first is not None:
            yield Said(row.line, {**listed, "at": format_instant(first)})
        yield Said(row.line, {**listed, "name": name, "at": format_instant(reading.read_at)})
        if any(field.name in row.values for field in crm_object.fields.values()):
            yield Said(row.line, _message(row, account_id, crm_object, reading))


def _message(row: Row, record_id: str, crm_object: CrmObject, reading: Reading) -> Message:
    created = _created(row, crm_object.kind, reading)
    record = {
        "Id": record_id,
        **({} if crm_object.owner_field is None else {crm_object.owner_field: row.need("account")}),
        **{name: value for name, field in crm_object.fields.items() if (value := _value(row, field.name)) is not None},
        **({} if created is None else {"CreatedDate": format_instant(created)}),
        **({} if (at := row.instant("modified")) is None else {"LastModifiedDate": format_instant(at)}),
    }
    read_at = format_instant(reading.read_at)
    return {"type": "salesforce.record", "object": crm_object.object, "read_at": read_at, "record": record}


def _created(row: Row, kind: str, reading: Reading) -> Instant | None:
    """Say since when a record is there: as it is said, else its own date, else since the file holds all there is."""
    dated = _DATED.get(kind)
    told = (row.instant("created"), None if dated is None else row.instant(dated), reading.since)
    first = next((at for at in told if at is not None), None)
    return None if first is None else min(first, reading.read_at)


def _value(row: Row, name: str) -> object:
    """Give the value of a field as the CRM would."""
    if name in _DATES:
        day = row.instant(name)
        return None if day is None else format_date(day)
    if name == "name":
        return row.text("account_name")
    money = row.amount(name)
    return row.values.get(name) if money is None else money.value


_DATES = frozenset(
    "payment_date close_date date_observed accepted_at dismissed_at champion_since last_exec_interaction".split()
)


def _unknown(row: Row, crm_object: CrmObject, intake: Intake) -> Iterator[str]:
    """Remark the words that config gives no meaning."""
    for field in crm_object.fields.values():
        known = intake.known_words.get(f"{crm_object.kind}.{field.name}")
        word = row.text(field.name)
        if known is not None and word is not None and folded(word) not in known:
            place = f"words.{crm_object.kind}.{field.name} of sources.yaml"
            yield f"line {row.line}: {field.name} {word!r} has no meaning in {place}: taken as unknown"
