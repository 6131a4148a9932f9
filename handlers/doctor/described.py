"""What an org says of its objects: who may do what with them, and which words their picklists offer."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from config.api_names import same_name
from handlers.clients.crm import AbsentError
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient

PICKLIST = "picklist"


class Offered(msgspec.Struct, frozen=True):
    """A value of a picklist: as records bear it, and as people see it."""

    value: str
    label: str | None = None
    active: bool = True


class DescribedField(msgspec.Struct):
    """A field of an object; what its picklist offers is nothing where it is none."""

    name: str
    createable: bool
    updateable: bool
    unique: bool
    external_id: bool = msgspec.field(name="externalId")
    type: str = ""
    offered: list[Offered] | None = msgspec.field(name="picklistValues", default=None)


class DescribedObject(msgspec.Struct):
    """An object, and what the API user may do with it."""

    queryable: bool
    createable: bool
    updateable: bool
    fields: list[DescribedField]

    def field(self, name: str) -> DescribedField | None:
        """Give a field by its name, in whatever capitals; None where it is not there, or hidden."""
        return next((field for field in self.fields if same_name(field.name, name)), None)


Described: TypeAlias = DescribedObject | str
"""An object as it was described, or why it could not be."""


def describe(client: SalesforceClient, crm_object: str) -> Described:
    """Describe an object, or say why that cannot be."""
    try:
        return msgspec.convert(client.describe(crm_object), DescribedObject)
    except AbsentError:
        return "the org has no such object, or hides it from the API user"
    except SourceError as error:
        return str(error)
    except msgspec.ValidationError as error:
        return f"its description cannot be read: {error}"


def describe_all(client: SalesforceClient, objects: Sequence[str]) -> Mapping[str, Described]:
    """Describe objects, each once, by name."""
    return {name: describe(client, name) for name in objects}
