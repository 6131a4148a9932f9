"""Folders of figures to try things on."""

import shutil
from pathlib import Path

from config.loader import DEFAULT_DIRECTORY

FILES = ("weights.yaml", "thresholds.yaml", "sources.yaml", "record.yaml")


def copy_figures(folder: Path) -> Path:
    """Copy the product's own figures into a folder."""
    folder.mkdir(exist_ok=True)
    for name in FILES:
        shutil.copy(DEFAULT_DIRECTORY / name, folder / name)
    return folder


def change(path: Path, old: str, new: str) -> None:
    """Write one thing for another in a file, where it first stands."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
