"""The package's files as parts: what Salesforce calls each, and which others it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError, fromstring

from handlers.metadata.project import content_of, folders, is_there
from handlers.metadata.reading import tag
from handlers.release import ReleaseError

ONCE = ("5-relay", "6-app")
"""The folders that are deployed once: a second time would stop the relay, and reset who the app runs as."""
_WORD = re.compile(r"\w+")
_FOLDERS = {"ReportFolder": "Report", "DashboardFolder": "Dashboard", "EmailFolder": "EmailTemplate"}
_FOLDERED = ("reports", "dashboards", "email")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the package: its folder, its place in it, its type, its name in a manifest, the words in it."""

    folder: str
    path: Path
    tag: str
    name: str
    words: frozenset[str]

    @property
    def type(self) -> str:
        """Give the type that a manifest lists it under: a folder of reports goes under Report."""
        return _FOLDERS.get(self.tag, self.tag)

    @property
    def is_folder(self) -> bool:
        """Say whether it is a folder of reports, dashboards or mails, which goes after what is in it."""
        return self.tag in _FOLDERS

    @property
    def bare(self) -> str:
        """Give its name without the object or folder that it belongs to."""
        return re.split(r"[./]", self.name)[-1]

    @property
    def object(self) -> str | None:
        """Give the object that it is a part of; None where it is none of any object's parts."""
        return self.path.parts[1] if self.path.parts[0] == "objects" else None

    @property
    def is_data(self) -> bool:
        """Say whether records are lost with it."""
        return self.tag in {"CustomObject", "CustomField"}


def upgraded(project: Path) -> tuple[str, ...]:
    """Name the folders that an upgrade deploys again."""
    return tuple(folder for folder in folders(project) if folder not in ONCE)


def parts(project: Path) -> tuple[Part, ...]:
    """Read every file of the package, in the order in which its folders are deployed."""
    if not is_there(project):
        raise ReleaseError(f"{project} is no Salesforce project: name the folder that sfdx-project.json lies in")
    found = tuple(part for folder in folders(project) for part in _of(project, folder))
    if not found:
        raise ReleaseError(f"{project} holds no metadata: name the folder of the package that was deployed")
    return found


def _of(project: Path, folder: str) -> Iterator[Part]:
    root = content_of(folder, project)
    for path in sorted(root.rglob("*-meta.xml")):
        yield _part(folder, path.relative_to(root), read_xml(path), _beside(path))


def _beside(path: Path) -> str:
    """Give what a file is about where that is no XML, such as the text of a class; it names parts as well."""
    body = path.with_name(path.name.removesuffix("-meta.xml"))
    return body.read_text() if body.is_file() else ""


def read_xml(path: Path) -> Xml:
    """Read a metadata file, or refuse it by name."""
    try:
        return fromstring(path.read_bytes())  # noqa: S314  the package's own, or what Salesforce's CLI wrote
    except ParseError as error:
        raise ReleaseError(f"{path} is no XML ({error}): retrieve it again") from error


def _part(folder: str, path: Path, root: Xml, beside: str) -> Part:
    said = (beside, *(element.text or "" for element in root.iter()))
    words = frozenset(word for text in said for word in _WORD.findall(text))
    return Part(folder, path, tag(root), _name(path), words)


def _name(path: Path) -> str:
    stem = path.name.removesuffix("-meta.xml").rpartition(".")[0]
    kind, *between = path.parts[:-1]
    if kind == "objects" and len(between) > 1:
        return f"{between[0]}.{stem}"
    return "/".join((*between, stem)) if kind in _FOLDERED else stem
