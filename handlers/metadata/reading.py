"""What a metadata file says, read from its XML."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from handlers.metadata.xml_text import NAMESPACE

_SUFFIX = ".field-meta.xml"
FIELD_FILES = f"objects/*/fields/*{_SUFFIX}"


def tag(element: Element) -> str:
    """Give the name of an element."""
    return element.tag.rpartition("}")[2]


def said(element: Element, path: str) -> str | None:
    """Give what an element within another says, by its name or by names with slashes between; None without one."""
    found = element.find("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
    return None if found is None else (found.text or "").strip()


@dataclass(frozen=True, slots=True)
class FieldFile:
    """A field that the package brings: its object, its name, its folder, and what its file says."""

    crm_object: str
    name: str
    folder: str
    root: Element

    def said(self, element: str) -> str | None:
        """Give what an element of the file says; None where it is not there."""
        return said(self.root, element)

    @property
    def is_detail(self) -> bool:
        """Tell whether it makes records of its object parts of another record."""
        return self.said("type") == "MasterDetail"

    @property
    def is_required(self) -> bool:
        """Tell whether every record has it; no permission set may name it then."""
        return self.said("required") == "true" or self.is_detail

    @property
    def is_computed(self) -> bool:
        """Tell whether nobody can edit it."""
        return self.said("formula") is not None or self.said("type") in {"Summary", "AutoNumber"}


def field_file(path: Path, text: str, folder: str) -> FieldFile:
    """Read the file of a field from its text."""
    root = fromstring(text)  # noqa: S314  our own files
    return FieldFile(path.parts[-3], path.name.removesuffix(_SUFFIX), folder, root)
