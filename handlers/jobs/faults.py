"""Where an error that nobody expected came from, without any value in it."""

from traceback import extract_tb
from typing import Final

_OURS: Final = ("config", "handlers", "scoring")


def place(error: BaseException) -> str:
    """Name an error's class and the line of ours that it came through last; values stay out of it."""
    frames = [frame for frame in extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    where = f" at {_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def _is_ours(filename: str) -> bool:
    return any(f"/{package}/" in filename for package in _OURS) and "site-packages" not in filename


def _short(filename: str) -> str:
    parts = filename.split("/")
    first = max(index for index, part in enumerate(parts) if part in _OURS)
    return "/".join(parts[first:])
