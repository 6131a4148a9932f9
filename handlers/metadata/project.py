"""Where the Salesforce package lies in the repository, and what its folders are called."""

import json
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "salesforce"
DEFINITION = "sfdx-project.json"
CONTENT = Path("main/default")
"""Where the metadata lies within each folder of the package."""

API_VERSION = "66.0"
"""The version of Salesforce's API that the package is written for."""


def is_there(project: Path = PROJECT) -> bool:
    """Tell whether a folder is a Salesforce project."""
    return (project / DEFINITION).is_file()


def is_free(folder: Path) -> bool:
    """Tell whether files may be written into a folder: it is new, or empty."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def folders(project: Path = PROJECT) -> tuple[str, ...]:
    """Name the package's folders in the order in which they are deployed."""
    return tuple(one["path"] for one in json.loads((project / DEFINITION).read_text())["packageDirectories"])


def content_of(folder: str, project: Path = PROJECT) -> Path:
    """Give the place of a folder's metadata."""
    return project / folder / CONTENT


def folder_of(path: Path, project: Path = PROJECT) -> str:
    """Give the folder of the package that a file is deployed with; nothing where it is deployed with none."""
    parts = path.relative_to(project).parts
    return "/".join(parts[: parts.index("main")]) if "main" in parts else ""


def is_optional(folder: str) -> bool:
    """Tell whether an org may have of its own what a folder brings."""
    return folder.startswith("optional/")


def word_of(folder: str) -> str:
    """Give the word that people say for a folder: `payments` for optional/payments, `relay` for 5-relay."""
    return folder.rpartition("/")[2].lstrip("0123456789-")
