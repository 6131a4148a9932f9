"""A draft: a folder with the files of figures that are to change; what it lacks stays as it is in the config."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from config.errors import ConfigError, Problem, nearest, one_of
from config.files import ALL_FILES
from config.loader import FILES, Config, load_config
from config.plain_yaml import Plain

_PLACE = "the folder"
_YAML = (".yaml", ".yml")


def load_draft(draft: Path, directory: Path) -> Config:
    """Load the config of a directory with the files of a draft in the place of its own.

    Raises ConfigError with every problem; also where the draft has none of the files, or one whose name is nearly one.
    """
    problems = list(_misnamed(draft))
    if not problems and not any((draft / name).exists() for name in FILES):
        problems.append(Problem(str(draft), _PLACE, "no draft", f"expected at least one of {', '.join(FILES)} in it"))
    if problems:
        raise ConfigError(problems)
    return load_config(directory, draft)


TRIED = ("weights", "thresholds", "sources")
"""The files whose figures a draft may change; record.yaml changes no score."""


def load_changes(changes: Mapping[str, Plain], directory: Path) -> Config:
    """Load the config of a directory with some figures changed: by file, and there block by block as the file has them.

    Raises ConfigError with every problem: also where no figure is changed, or a file is named that there is not.
    """
    problems = [
        Problem("the draft", str(name), "no file of figures", f"expected {one_of(TRIED)}", nearest(name, TRIED))
        for name in changes
        if name not in TRIED
    ]
    if not changes:
        problems.append(Problem("the draft", "changes", "empty", f"expected figures of {one_of(TRIED)}"))
    if problems:
        raise ConfigError(problems)
    return load_config(directory, changes=changes)


def _misnamed(draft: Path) -> Iterator[Problem]:
    """Find the files that are not read, though they seem to be meant for one that is not there."""
    missing = [name for name in FILES if not (draft / name).exists()]
    unknown = (file for file in sorted(draft.iterdir()) if file.suffix in _YAML and file.name not in ALL_FILES)
    for file in unknown:
        meant = nearest(file.name, FILES)
        if meant in missing:
            yield Problem(str(draft), _PLACE, f"holding {file.name}", "a file of that name is not read", meant)
