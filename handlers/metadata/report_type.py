"""The columns that reports on health scores can have."""

import re

from config.record_map import RecordField, RecordMap

_COLUMN = re.compile(
    r"        <columns>\n(?:(?!</columns>).)*<field>([^<]*)</field>(?:(?!</columns>).)*        </columns>\n", re.DOTALL
)


def with_columns(text: str, record_map: RecordMap) -> str:
    """Put in a column for each field of the map that has none, after that of the field before it."""
    before: str | None = None
    for field in record_map:
        there = {column[1]: column for column in _COLUMN.finditer(text)}
        if field.field not in there and before in there and _is_reported(field):
            end = there[before].end()
            text = text[:end] + _column(field) + text[end:]
            before = field.field
        elif field.field in there:
            before = field.field
    return text


def _is_reported(field: RecordField) -> bool:
    """Tell whether people filter and group by a field: not by long texts, nor by the parent itself."""
    return field.type != "long_text" and field.path != "score.account_id"


def _column(field: RecordField) -> str:
    return (
        "        <columns>\n"
        "            <checkedByDefault>false</checkedByDefault>\n"
        f"            <field>{field.field}</field>\n"
        "            <table>Account.Health_Scores__r</table>\n"
        "        </columns>\n"
    )
