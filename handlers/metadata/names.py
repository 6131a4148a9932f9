"""What the files call each field of the record map: salesforce/names.yaml."""

import re

from config.record_map import RecordMap
from handlers.metadata.fields import OBJECT

_LINE = re.compile(r"^record\.(\w+): .*\n", re.MULTILINE)


def with_names(text: str, record_map: RecordMap) -> str:
    """Put in a line for each field of the map that has none, after that of the field before it.

    A line that is there stays: it says what the files are called, also where the map names another.
    """
    end = 0
    for field in record_map:
        there = {line[1]: line.end() for line in _LINE.finditer(text)}
        if field.name not in there:
            line = f"record.{field.name}: {OBJECT}.{field.field}\n"
            text = text[:end] + line + text[end:]
            there[field.name] = end + len(line)
        end = there[field.name]
    return text
