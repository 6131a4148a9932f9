"""Which pages become files, and how each is called: by ids and words of ours alone, never by a name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from os.path import relpath
from posixpath import dirname
from urllib.parse import parse_qsl, unquote, urlsplit

from handlers.jobs.portfolio import TIERS
from handlers.jobs.views import VIEWS

START = "/?view=all"
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STATIC = re.compile(r"/static/[0-9a-f]+/([a-z0-9-]+\.[a-z0-9]+)")
_KEPT_PAGE = re.compile(r"[1-9][0-9]{0,4}")
_SAYS_NOTHING = {"csm": "all", "back": None}
"""Parameters that change nothing here, with the value that they then have (None: any)."""


@dataclass(frozen=True)
class Places:
    """Where pages of a month are in a folder; `report` is the month of the report, if there is one."""

    period: str
    report: str | None = None

    def file(self, address: str) -> str | None:
        """Name the file of a page's address, within the folder; None for one that needs the server."""
        split = urlsplit(address)
        static = _STATIC.fullmatch(split.path)
        if static:
            return f"assets/{static[1]}"
        if split.scheme or split.netloc or not split.path.startswith("/"):
            return None
        asked = self._asked(dict(parse_qsl(split.query)))
        if split.path == "/":
            return _portfolio(asked)
        if split.path.startswith("/accounts/"):
            return _account(unquote(split.path.removeprefix("/accounts/")), asked)
        is_report = self.report is not None and split.path in {"/report", f"/report/{self.report}"}
        return "report.html" if is_report and not asked else None

    def _asked(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Leave out what changes nothing in this folder, such as the month that it is of."""
        usual = {**_SAYS_NOTHING, "period": self.period}
        return {name: said for name, said in asked.items() if name not in usual or usual[name] not in {None, said}}


def _portfolio(asked: Mapping[str, str]) -> str | None:
    view, tier, page = asked.get("view", "morning"), asked.get("tier", ""), asked.get("page", "1")
    is_ours = view in VIEWS and (not tier or (tier in TIERS and view == "all")) and _KEPT_PAGE.fullmatch(page)
    if not is_ours or asked.keys() - {"view", "tier", "page"}:
        return None
    words = [view, tier.lower().replace(" ", "-"), "" if page == "1" else page]
    name = "-".join(filter(None, words))
    return "index.html" if name == "morning" else f"{name}.html"


def _account(account_id: str, asked: Mapping[str, str]) -> str | None:
    return f"accounts/{account_id}.html" if _SAFE.fullmatch(account_id) and not asked else None


def between(file: str, other: str) -> str:
    """Write the way from one file of the folder to another."""
    return relpath(other, dirname(file) or ".")
