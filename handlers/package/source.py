"""The package's own files as they are in the repository, and what they bring to an org."""

from collections.abc import Iterator
from pathlib import Path

from handlers.metadata.project import PROJECT, folder_of
from handlers.metadata.reading import FIELD_FILES, FieldFile, field_file
from handlers.package.errors import PackageError


def check_is_there(project: Path = PROJECT) -> None:
    """Refuse a folder that is no package: nothing in it would be in an org's way, which says nothing."""
    if not (project / "sfdx-project.json").is_file():
        raise PackageError(f"{project} has no sfdx-project.json: call this in a copy of the repository")


def field_files(project: Path = PROJECT) -> Iterator[FieldFile]:
    """Give every field of the package."""
    for path in sorted(project.rglob(FIELD_FILES)):
        yield field_file(path, path.read_text(), folder_of(path, project))


def names(pattern: str, project: Path = PROJECT) -> set[str]:
    """Name the components whose files match a pattern, such as `*.flow-meta.xml`."""
    return {path.name.rsplit(".", 2)[0] for path in project.rglob(pattern)}
