"""The page of a record: each metric in the section of its dimension, raw on the left, score on the right."""

from xml.sax.saxutils import escape

from config.record_map import RecordField, RecordMap
from scoring.metrics.catalogue import BY_NAME, TITLES

_END = "        </layoutColumns>\n"


def with_items(text: str, record_map: RecordMap) -> str:
    """Put in each metric of the map that is not on the page yet, at the end of its column."""
    for field in record_map:
        *_, name, part = field.path.split(".")
        if name in BY_NAME and part in ("raw", "score") and f"<field>{field.field}</field>" not in text:
            text = _with_item(text, field, TITLES[BY_NAME[name].dimension], column=part == "score")
    return text


def _with_item(text: str, field: RecordField, section: str, *, column: bool) -> str:
    """Put a field at the end of a column of a section (False: the first); ValueError where there is no such section."""
    place = text.index(f"<label>{escape(section)}</label>")
    for _ in range(1 + column):
        place = text.index(_END, place + 1)
    item = (
        "            <layoutItems>\n"
        "                <behavior>Edit</behavior>\n"
        f"                <field>{field.field}</field>\n"
        "            </layoutItems>\n"
    )
    return text[:place] + item + text[place:]
