"""What is to be deployed, as far as the checks need to know it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import parse

from handlers.metadata.project import PROJECT, folder_of
from handlers.metadata.reading import FieldFile
from handlers.metadata.xml_text import NAMESPACE
from handlers.package.folders import FIELDS, LeftOut
from handlers.package.source import deployed, field_files, names


@dataclass(frozen=True)
class Plan:
    """The package without what is left out, and what is known of the org: its words, what it bought.

    `entities_allowed` is how many entities it may select for change events: five, without the add-on for more.
    """

    left_out: LeftOut = field(default_factory=LeftOut)
    review_words: tuple[str, ...] = ("QBR",)
    entities_allowed: int = 5
    project: Path = PROJECT

    def deploys(self, folder: str) -> bool:
        """Tell whether a folder is deployed: it is there, and not left out."""
        return folder not in self.left_out.folders and (self.project / folder).is_dir()

    @cached_property
    def fields(self) -> tuple[FieldFile, ...]:
        """Give the fields that are deployed."""
        return tuple(
            one
            for one in field_files(self.project)
            if self.deploys(one.folder) and not (one.folder == FIELDS and one.name in self.left_out.fields)
        )

    def fields_of(self, *crm_objects: str) -> list[FieldFile]:
        """Give the fields that are deployed to some objects."""
        return [one for one in self.fields if one.crm_object in crm_objects]

    @cached_property
    def objects(self) -> Mapping[str, str]:
        """Give the objects that the package creates, each with its folder."""
        found = deployed("*.object-meta.xml", self.project)
        folders = {path.parent.name: folder_of(path, self.project) for path in found}
        return {name: folder for name, folder in sorted(folders.items()) if self.deploys(folder)}

    @cached_property
    def flows(self) -> frozenset[str]:
        """Name the flows of the package."""
        return frozenset(names("*.flow-meta.xml", self.project))

    @cached_property
    def entities(self) -> frozenset[str]:
        """Name the entities that our channel selects."""
        return frozenset(self._said("*.platformEventChannelMember-meta.xml", "selectedEntity"))

    @cached_property
    def dynamic_dashboards(self) -> frozenset[str]:
        """Name our dashboards that run as the logged-in user."""
        kinds = {path: self._texts(path, "dashboardType") for path in deployed("*.dashboard-meta.xml", self.project)}
        return frozenset(path.name.partition(".")[0] for path, kind in kinds.items() if kind != ["SpecifiedUser"])

    def _said(self, pattern: str, element: str) -> Iterable[str]:
        for path in deployed(pattern, self.project):
            if self.deploys(folder_of(path, self.project)):
                yield from self._texts(path, element)

    @staticmethod
    def _texts(path: Path, element: str) -> list[str]:
        found = parse(path).getroot().iterfind(f"{{{NAMESPACE}}}{element}")  # noqa: S314  our own files
        return [one.text or "" for one in found]
