"""A copy of the package for one org: without what is left out, under the org's names."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from handlers.metadata.project import PROJECT, folder_of, is_free
from handlers.package.errors import PackageError
from handlers.package.folders import FIELDS, LeftOut
from handlers.package.rename import renamed_path, renamed_text
from handlers.package.renames import Renames
from handlers.package.source import BESIDE, deployed
from handlers.package.table import WRITTEN

_LEFT_ALONE = ".forceignore"
"""Where an administrator names the files that no deployment overwrites: it holds for the copy as well."""
_NOT_COPIED = frozenset({"README.md", WRITTEN})
_PERMISSION = re.compile(
    r"    <fieldPermissions>\n(?:(?!</fieldPermissions>).)*<field>([^<]*)</field>(?:(?!</fieldPermissions>).)*"
    r"    </fieldPermissions>\n",
    re.DOTALL,
)
_SEEN_AS = {"Activity": ("Activity", "Event", "Task")}


@dataclass(frozen=True, slots=True)
class Built:
    """One file of the copy."""

    path: PurePosixPath
    text: str


def build(renames: Renames, out: LeftOut, project: Path = PROJECT) -> Iterator[Built]:
    """Make each file of the copy. Raises PackageError where a name could mean two things."""
    gone = [f"{owner}.{name}" for name in sorted(out.fields) for owner in _owners(renames, name)]
    for path in _files(project):
        place = PurePosixPath(path.relative_to(project))
        if folder_of(path, project) in out.folders or _is_gone(place, path, out):
            continue
        text = path.read_text()
        if place.name == "sfdx-project.json":
            text = _project(text, renames, out)
        elif place.name.endswith(".permissionset-meta.xml"):
            text = _PERMISSION.sub(lambda block: "" if block[1] in gone else block[0], text)
        yield Built(renamed_path(place, renames), renamed_text(place, text, renames))


def write(built: list[Built], folder: Path) -> None:
    """Write the copy into a folder that is new or empty."""
    if not is_free(folder):
        raise PackageError(f"{folder} is there and not empty: name a new folder")
    for one in built:
        place = folder / one.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(one.text)


def _files(project: Path) -> Iterator[Path]:
    beside = (path for folder in BESIDE for path in (project / folder).rglob("*"))
    for path in sorted({*project.glob("*"), *beside, *deployed("*", project)}):
        if path.is_file() and path.name not in _NOT_COPIED and not _is_hidden(path.relative_to(project)):
            yield path


def _is_hidden(place: Path) -> bool:
    return str(place) != _LEFT_ALONE and any(part.startswith(".") for part in place.parts)


def _owners(renames: Renames, name: str) -> Iterator[str]:
    for file in renames.schema.files:
        if file.folder == FIELDS and file.name == name:
            yield from _SEEN_AS.get(file.crm_object, (file.crm_object,))


def _is_gone(place: PurePosixPath, path: Path, out: LeftOut) -> bool:
    """Tell whether a file goes with a field that is left out: the field, a rule that asks for it."""
    if not str(place).startswith(f"{FIELDS}/"):
        return False
    if place.parent.name == "fields":
        return place.name.partition(".")[0] in out.fields
    return place.parent.name == "validationRules" and bool(out.fields & set(re.findall(r"\w+", path.read_text())))


def _project(text: str, renames: Renames, out: LeftOut) -> str:
    """Write the project without the folders that are left out, and without what only they need."""
    told: dict[str, Any] = json.loads(text)
    kept = [one for one in told["packageDirectories"] if one["path"] not in out.folders]
    packages = {one["package"] for one in kept if "package" in one}
    for one in kept:
        if "dependencies" in one:
            one["dependencies"] = [other for other in one["dependencies"] if other["package"] in packages]
            if not one["dependencies"]:
                del one["dependencies"]
    told["packageDirectories"] = kept
    told["replacements"] = [
        {**one, "filename": str(renamed_path(PurePosixPath(one["filename"]), renames))}
        for one in told["replacements"]
        if not any(one["filename"].startswith(f"{folder}/") for folder in out.folders)
    ]
    return f"{json.dumps(told, indent=2)}{text[len(text.rstrip()) :]}"
