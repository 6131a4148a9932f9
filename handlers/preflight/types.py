"""Whether a field of the org is of the type that a file of ours would make it."""

from collections.abc import Mapping
from typing import Any

from handlers.metadata.reading import FieldFile

_TYPES = {
    "Text": "string",
    "LongTextArea": "textarea",
    "Number": "double",
    "Currency": "currency",
    "Percent": "percent",
    "TextArea": "textarea",
    "Html": "textarea",
    "Url": "url",
    "Email": "email",
    "Phone": "phone",
    "Picklist": "picklist",
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "datetime",
    "MasterDetail": "reference",
    "Lookup": "reference",
}
_SIZES = {"Text": ("length",), "LongTextArea": ("length",), "Number": ("precision", "scale"), "Currency": ("scale",)}


def differences(field: FieldFile, there: Mapping[str, Any]) -> str:
    """Say how the org's field differs from ours; nothing where it does not."""
    wanted, kind = field.said("type") or "", _kind(there)
    ours = _our_kind(field)
    if kind != ours:
        return f"it is a {kind}, ours a {ours}"
    if field.said("formula") is not None or wanted == "Summary":
        return ""
    sizes = [(name, there.get(name), int(field.said(name) or 0)) for name in _SIZES.get(wanted, ())]
    return "; ".join(f"its {name} is {theirs}, ours {own}" for name, theirs, own in sizes if theirs != own)


def _our_kind(field: FieldFile) -> str:
    kind = field.said("type") or ""
    if kind == "Summary":
        return "roll-up"
    plain = _TYPES.get(kind, kind)
    return f"formula ({plain})" if field.said("formula") is not None else plain


def _kind(there: Mapping[str, Any]) -> str:
    plain = "double" if there.get("type") == "int" else str(there.get("type"))
    if not there.get("calculated"):
        return plain
    return f"formula ({plain})" if there.get("calculatedFormula") is not None else "roll-up"
