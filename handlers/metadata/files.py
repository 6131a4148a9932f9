"""Where the files are that follow from config, and what each is to say: from the record map, and from words.

Fields of the map are made whole, of picklists whose words decide the values; so are the administrator's
permission sets. In other permission sets, layout and report type people write too: what the map names
and is not there is put in its place, and all else stays as it stands.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from config.loader import Config
from handlers.metadata.admin import SETS, admin_sets
from handlers.metadata.fields import OBJECT, record_fields
from handlers.metadata.flow_list import flow_list
from handlers.metadata.layout import with_items
from handlers.metadata.names import with_names
from handlers.metadata.permissions import with_permissions
from handlers.metadata.picklists import picklists
from handlers.metadata.project import PROJECT, content_of, is_optional
from handlers.metadata.report_type import with_columns

OBJECTS, AUTOMATION, PERMISSIONS = map(content_of, ("1-objects", "2-automation", "3-permissions"))
OPTIONAL = tuple(content_of(folder) for folder in SETS if is_optional(folder))
FIELDS = OBJECTS / "objects" / OBJECT / "fields"
WRITES = "Health_Score_Integration"
"""The permission set of the user that writes records; people of the others read them."""
READ = ("Health_Score_CSM", "Health_Score_CS_Leader")


def files(config: Config) -> Iterator[tuple[Path, str]]:
    """Give each file that follows from config, and its text."""
    fields = dict(record_fields(config.record_map, config.model))
    yield from ((FIELDS / name, text) for name, text in fields.items())
    yield from admin_sets(PROJECT, fields)
    yield flow_list(PROJECT)
    for name in (WRITES, *READ):
        path = PERMISSIONS / f"permissionsets/{name}.permissionset-meta.xml"
        yield path, with_permissions(path.read_text(), config.record_map, edits=name == WRITES)
    layout = OBJECTS / f"layouts/{OBJECT}-Health Score Layout.layout-meta.xml"
    yield layout, with_items(layout.read_text(), config.record_map)
    report = AUTOMATION / "reportTypes/Accounts_with_Health_Scores.reportType-meta.xml"
    yield report, with_columns(report.read_text(), config.record_map)
    yield from picklists(config.intake, (OBJECTS, *OPTIONAL))
    names = PROJECT / "names.yaml"
    yield names, with_names(names.read_text(), config.record_map)


def write(made: Iterable[tuple[Path, str]]) -> list[Path]:
    """Write the files that say something else; give those."""
    changed = [(path, text) for path, text in made if not path.exists() or path.read_text() != text]
    for path, text in changed:
        path.write_text(text)
    return [path for path, _ in changed]
