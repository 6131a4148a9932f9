"""Permissions on the fields that the record map names."""

import re

from config.record_map import RecordMap
from handlers.metadata.fields import OBJECT, is_permitted

_BLOCK = re.compile(r"    <fieldPermissions>\n.*?<field>([^<]*)</field>.*?    </fieldPermissions>\n", re.DOTALL)


def with_permissions(text: str, record_map: RecordMap, *, edits: bool) -> str:
    """Put in a permission for each field of the map that has none, all in the order of their names."""
    blocks = {block[1]: block[0] for block in _BLOCK.finditer(text)}
    for field in record_map:
        name = f"{OBJECT}.{field.field}"
        if is_permitted(field):
            blocks.setdefault(name, _permission(name, edits=edits))
    start, end = text.index("    <fieldPermissions>"), text.rindex("    </fieldPermissions>\n")
    return (
        text[:start] + "".join(blocks[name] for name in sorted(blocks)) + text[end + len("    </fieldPermissions>\n") :]
    )


def _permission(name: str, *, edits: bool) -> str:
    return (
        "    <fieldPermissions>\n"
        f"        <editable>{str(edits).lower()}</editable>\n"
        f"        <field>{name}</field>\n"
        "        <readable>true</readable>\n"
        "    </fieldPermissions>\n"
    )
