"""The people who look after the demo's customers, as Salesforce's users."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from handlers.demo.salesforce import record, rest_iso
from handlers.demo.span import Span
from handlers.demo.wire import Json, Sent
from scoring.ids import to_18
from scoring.instants import DAY


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the CRM; one who is not `active` left, and still owns accounts."""

    id: str
    name: str
    mail: str
    active: bool = True


def _person(number: int, name: str, mail: str, *, active: bool = True) -> Person:
    return Person(to_18(f"0055f000005mc{number:02d}"), name, f"{mail}@example.com", active)


CSMS = (
    _person(10, "Ana Lopes", "ana.lopes"),
    _person(11, "Jonas Weiß", "jonas.weiss"),
    _person(12, "Priya Raman", "priya.raman"),
    _person(13, "Tom O'Brien", "tom.obrien"),
    _person(14, "Zoë Martin", "zoe.martin"),
    _person(15, "Kenji Sato", "kenji.sato"),
    _person(16, "Lena Berg", "lena.berg", active=False),
)
"""Who owns the demo's accounts; one of them left."""


def csm_of(account: str) -> Person:
    """Say who owns an account: always the same person, by chance of the account's id."""
    return CSMS[crc32(account.encode()) % len(CSMS)]


def users(span: Span) -> Iterator[Sent]:
    """Tell of the users, as the sweep reads them."""
    for number, person in enumerate(CSMS):
        changed = span.start - (80 + number) * DAY
        fields: Json = {
            "Name": person.name,
            "Email": person.mail,
            "IsActive": person.active,
            "UserType": "Standard",
            "CreatedDate": rest_iso(span.start - (680 + number) * DAY),
        }
        yield record("User", person.id, span.start + DAY, changed, fields)
