"""The values of picklists whose words decide: those that config gives a meaning, and no other."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.intake import Intake
from handlers.metadata.xml_text import Content, lines

SPELLINGS = frozenset({"Canceled"})
"""Words that orgs with an object of their own may have, beside another spelling that ours lets choose."""

_VALUES = re.compile(r"        <valueSetDefinition>\n.*?        </valueSetDefinition>\n", re.DOTALL)
_DEFAULT = re.compile(r"<default>true</default>\s*<fullName>([^<]*)</fullName>")


def picklists(intake: Intake, folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Give each field of ours whose words decide, and its text."""
    for crm_object in intake.objects.values():
        for api_name, field in crm_object.fields.items():
            words = intake.words.get(f"{crm_object.kind}.{field.name}")
            for folder in folders if words is not None else ():
                path = folder / "objects" / crm_object.object / f"fields/{api_name}.field-meta.xml"
                if path.exists():
                    yield path, with_words(path.read_text(), words or ())


def with_words(text: str, words: Sequence[str]) -> str:
    """Put the words in as the values of a picklist; the one that is the default stays so, and all else as it is."""
    default = next(iter(_DEFAULT.findall(text)), None)
    values: list[Content] = [
        {"default": word == default, "fullName": word, "label": word}
        for word in words
        if word and word not in SPELLINGS
    ]
    made = lines({"valueSetDefinition": {"sorted": False, "value": values}}, 2)
    return _VALUES.sub(lambda _: made, text)
