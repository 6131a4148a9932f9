"""E-mail templates: the text of each, what it merges, and what a mail says."""

import re
from collections.abc import Iterator

from tests.salesforce.org import Org
from tests.salesforce.package import Component, file_of
from tests.salesforce.schema import find, objects

_FIELD = re.compile(r"\b([A-Z]\w+)\.([A-Za-z_]+)\b")
_MERGE = re.compile(r"\{!([^}]*)\}")
_MERGED = frozenset({"Contact", "Opportunity", "Account", "User", "Organization"})
"""What a mail to a contact about an opportunity can merge."""


def body_of(template: Component) -> str:
    """Give the text that lies beside a template's file."""
    path = file_of(str(template.path))
    return path.with_name(path.name.removesuffix("-meta.xml")).read_text()


def template_faults(template: Component) -> Iterator[str]:
    """Say which merge fields are not there: they would arrive as blanks, unseen."""
    for merged in _MERGE.findall((template.text("subject") or "") + body_of(template)):
        fields = _FIELD.findall(merged)
        if not fields:
            yield f"{merged}: merges nothing"
        for crm_object, name in fields:
            if crm_object not in _MERGED or find(crm_object, name) is None:
                yield f"{crm_object}.{name}: nothing to merge"


def merged(template: Component, org: Org, records: dict[str, str]) -> str:
    """Give a mail's text as it arrives: the fields of one record of each object."""

    def said(match: re.Match[str]) -> str:
        crm_object, name = _FIELD.findall(match[1])[0]
        value = org.value(crm_object, org.records[crm_object][records[crm_object]], name)
        instead = re.search(r'"([^"]*)"', match[1])
        return str(value if value is not None else instead[1] if instead else "")

    assert records.keys() <= objects().keys()
    return _MERGE.sub(said, body_of(template))
