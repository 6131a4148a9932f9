"""Changed files as a patch that `git apply` takes."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff

_NO_END = "\n\\ No newline at end of file\n"


def patch(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Write what changes from some files to others, by path; a file that was not there is made."""
    return "".join(part for path in sorted(after) for part in _file(path, before.get(path), after[path]))


def _file(path: str, before: str | None, after: str) -> Iterator[str]:
    if before == after:
        return
    names = ("/dev/null" if before is None else f"a/{path}"), f"b/{path}"
    yield f"diff --git a/{path} b/{path}\n"
    if before is None:
        yield "new file mode 100644\n"
    for line in unified_diff(_lines(before or ""), _lines(after), *names):
        yield line if line.endswith("\n") else f"{line}{_NO_END}"


def _lines(text: str) -> list[str]:
    """Split a text as git does: at line feeds alone, which stay."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
