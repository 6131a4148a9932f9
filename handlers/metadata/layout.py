"""A record's page: why on top, each metric in the section of its dimension: raw on the left, score on the right."""

from xml.sax.saxutils import escape

from config.record_map import DRIVERS, RecordField, RecordMap
from scoring.metrics.catalogue import BY_NAME, TITLES

_END = "        </layoutColumns>\n"


def with_items(text: str, record_map: RecordMap) -> str:
    """Put in what is not on the page yet: why, in a section on top; each metric, at the end of its column."""
    for field in record_map:
        *_, name, part = field.path.split(".")
        if f"<field>{field.field}</field>" in text:
            continue
        if name in BY_NAME and part in ("raw", "score"):
            text = _with_item(text, field, TITLES[BY_NAME[name].dimension], column=part == "score")
        elif field.path == DRIVERS:
            text = _on_top(text, field)
    return text


def _on_top(text: str, field: RecordField) -> str:
    """Put a field into a section of its own, before all others; nobody edits it."""
    place = text.index("    <layoutSections>\n")
    section = (
        "    <layoutSections>\n"
        "        <customLabel>true</customLabel>\n"
        "        <detailHeading>true</detailHeading>\n"
        "        <editHeading>true</editHeading>\n"
        f"        <label>{escape(field.label)}</label>\n"
        "        <layoutColumns>\n"
        "            <layoutItems>\n"
        "                <behavior>Readonly</behavior>\n"
        f"                <field>{field.field}</field>\n"
        "            </layoutItems>\n"
        "        </layoutColumns>\n"
        "        <style>OneColumn</style>\n"
        "    </layoutSections>\n"
    )
    return text[:place] + section + text[place:]


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
