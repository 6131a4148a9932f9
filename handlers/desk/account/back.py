"""The way back: to the list that somebody came from, with its filters, and never to another place."""

from urllib.parse import urlsplit

from handlers.desk.visit import Visit

_LONGEST = 1_000
_LISTS = ("/", "/quality", "/pilot", "/pilot/agreement", "/report", "/what-if", "/identity")


def way_back(visit: Visit) -> str:
    """Give the address of the list that somebody came from: as the address says, else by the browser's word."""
    return safe_way(visit.query.get("back", "")) or _referred(visit) or "/"


def safe_way(address: str) -> str | None:
    """Give back the address of a list of ours, path and query alone; None of anything else."""
    if len(address) > _LONGEST or "\\" in address or not address.isprintable():
        return None
    try:
        told = urlsplit(address)
    except ValueError:
        return None
    if told.scheme or told.netloc or told.path not in _LISTS or address.startswith("//"):
        return None
    return f"{told.path}?{told.query}" if told.query else told.path


def _referred(visit: Visit) -> str | None:
    try:
        told = urlsplit(visit.request.headers.get("referer", ""))
    except ValueError:
        return None
    is_ours = told.scheme in {"http", "https"} and told.netloc == visit.request.headers.get("host", "")
    return safe_way(f"{told.path}?{told.query}" if told.query else told.path) if is_ours else None
