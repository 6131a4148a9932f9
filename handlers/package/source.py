"""The package's own files as they are in the repository, and what they bring to an org."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, parse

from handlers.metadata.xml_text import NAMESPACE
from handlers.package.errors import PackageError

PROJECT = Path(__file__).parents[2] / "salesforce"
_SUFFIX = ".field-meta.xml"


@dataclass(frozen=True, slots=True)
class FieldFile:
    """A field that the package brings: its object, its name, its folder, and what its file says."""

    crm_object: str
    name: str
    folder: str
    root: Element

    def said(self, element: str) -> str | None:
        """Give what an element of the file says; None where it is not there."""
        found = self.root.find(f"{{{NAMESPACE}}}{element}")
        return None if found is None else found.text or ""


def check_is_there(project: Path = PROJECT) -> None:
    """Refuse a folder that is no package: nothing in it would be in an org's way, which says nothing."""
    if not (project / "sfdx-project.json").is_file():
        raise PackageError(f"{project} has no sfdx-project.json: call this in a copy of the repository")


def field_files(project: Path = PROJECT) -> Iterator[FieldFile]:
    """Give every field of the package."""
    for path in sorted(project.rglob(f"objects/*/fields/*{_SUFFIX}")):
        root = parse(path).getroot()  # noqa: S314  our own files
        yield FieldFile(path.parts[-3], path.name.removesuffix(_SUFFIX), folder_of(path, project), root)


def folder_of(path: Path, project: Path = PROJECT) -> str:
    """Give the folder of the package that a file is deployed with."""
    parts = path.relative_to(project).parts
    return "/".join(parts[: parts.index("main")]) if "main" in parts else ""


def names(pattern: str, project: Path = PROJECT) -> set[str]:
    """Name the components whose files match a pattern, such as `*.flow-meta.xml`."""
    return {path.name.rsplit(".", 2)[0] for path in project.rglob(pattern)}
