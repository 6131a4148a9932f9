"""A portfolio whose every text is an attack: names, mail addresses, words and details, in facts and in records."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "{{7*191}}",
    "{% include 'base.html.j2' %}",
    "javascript:alert(1)",
    "=cmd|' /c calc'!A1",
    "\u202egnp.exe\u2066",
    "a\0b\x1b[31m",
    "</textarea></title></script><script>alert(1)</script>",
    "x\r\nSet-Cookie: evil=1",
    "+1+cmd",
    "@SUM(1)",
    "-2+cmd",
    "\t=1",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- ]]> ${7*191} %0d%0aX: y",
    "' onmouseover='alert(1)' x='",
    "</style><style>*{display:none}</style>",
)
FREE = frozenset("account_name name mail detail reported_by category industry title description reason".split())
"""Whose words nobody chooses from a list."""

TEXTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("records", "body"): ("account_id", "period"),
    ("summaries", "body"): ("account_id", "period"),
    ("accounts", "body"): ("account_id",),
    ("observations", "content"): ("subject", "at", "owner", "form", "content"),
}
"""Columns of JSON, and the keys of their tables."""
ADDRESSED = ("href", "src", "action", "formaction")
OURS = ("/", "#", "https://", "?", "data:image", "mailto:")
DANGEROUS = frozenset("iframe object embed base style meta-refresh frame applet".split())


def poison(store: Path) -> None:
    """Put an attack in the place of every free text of a store, and of some words that have a meaning."""
    attacks = cycle(ATTACKS)
    known: dict[str, str] = {}

    def attack(text: str) -> str:
        return known.setdefault(text, f"{next(attacks)} {len(known)}")

    with closing(sqlite3.connect(store)) as db:
        for (table, column), keys in TEXTS.items():
            rows = db.execute(f"SELECT {column}, {', '.join(keys)} FROM {table}").fetchall()  # noqa: S608 - our own tables
            changed = [
                (_poisoned(row[0], attack), *row[1:]) for row in rows if any(f'"{name}"' in row[0] for name in FREE)
            ]
            those = " AND ".join(f"{key} = ?" for key in keys)
            db.executemany(f"UPDATE OR REPLACE {table} SET {column} = ? WHERE {those}", changed)  # noqa: S608
        names = db.execute("SELECT DISTINCT name FROM owner_names").fetchall()
        db.executemany("UPDATE owner_names SET name = ? WHERE name = ?", [(attack(name), name) for (name,) in names])
        db.commit()


def _poisoned(text: str, attack: Any) -> str:  # noqa: ANN401 - a function of texts
    return json.dumps(_walked(json.loads(text), "", attack), ensure_ascii=False, separators=(",", ":"))


def _walked(value: Any, name: str, attack: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _walked(one, key, attack) for key, one in value.items()}
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and value[0] in FREE and isinstance(value[1], str):
            return [value[0], attack(value[1])]
        return [_walked(one, name, attack) for one in value]
    return attack(value) if isinstance(value, str) and name in FREE and value else value


class Dangers(HTMLParser):
    """Finds in a page what would run, load or send where it should not."""

    def __init__(self) -> None:
        """Find nothing yet."""
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        told = dict(attrs)
        if tag in DANGEROUS or (tag == "script" and not (told.get("src") or "").startswith("/static/")):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in ADDRESSED and not address.startswith(OURS):
                self.found.append(f"{tag} {name}={value}")


def dangers(html: str) -> list[str]:
    """List what is dangerous in a page."""
    looked = Dangers()
    looked.feed(html)
    return looked.found


def formulas(rows: Iterator[list[str]]) -> list[str]:
    """List the cells that a spreadsheet would take for a formula; numbers are none."""
    return [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r") and not _is_number(cell)]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
