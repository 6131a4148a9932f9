"""The package's own files as they are in the repository, and what they bring to an org."""

from collections.abc import Iterator
from pathlib import Path

from handlers.metadata.project import PROJECT, folder_of, folders, is_there
from handlers.metadata.reading import FIELD_FILES, FieldFile, field_file
from handlers.package.errors import PackageError

BESIDE = ("config", "scripts")
"""What belongs to the package and is not deployed."""


def check_is_there(project: Path = PROJECT) -> None:
    """Refuse a folder that is no package: nothing in it would be in an org's way, which says nothing."""
    if not is_there(project):
        raise PackageError(f"{project} has no sfdx-project.json: call this in a copy of the repository")


def deployed(pattern: str, project: Path = PROJECT) -> Iterator[Path]:
    """Find files of what is deployed. What an administrator keeps beside it, such as a copy, is none of the package."""
    for directory in folders(project):
        yield from sorted((project / directory).rglob(pattern))


def check_outside(folder: Path, project: Path = PROJECT) -> None:
    """Refuse a folder within the package's own: the next deployment, and the next copy, would take it along."""
    own = {path.parts[0] for path in map(Path, folders(project))} | {*BESIDE}
    if any(folder.resolve().is_relative_to((project / name).resolve()) for name in own):
        raise PackageError(f"{folder} is within the package itself, and would be deployed with it: name another folder")


def field_files(project: Path = PROJECT) -> Iterator[FieldFile]:
    """Give every field of the package."""
    for path in sorted(deployed(FIELD_FILES, project)):
        yield field_file(path, path.read_text(), folder_of(path, project))


def names(pattern: str, project: Path = PROJECT) -> set[str]:
    """Name the components whose files match a pattern, such as `*.flow-meta.xml`."""
    return {path.name.rsplit(".", 2)[0] for path in deployed(pattern, project)}
