"""Pages made fit to stand alone: links lead to files, and what needs the server or a script is left out."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

_LEFT_OUT = frozenset({"script", "form", "noscript", "dialog", "button"})
_SECTIONS = frozenset({"/what-if", "/versions", "/quality", "/identity", "/pilot", "/audit"})
"""Pages that no export has: a link to one of them says nothing once it leads nowhere."""
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_Attributes = Sequence[tuple[str, str | None]]

Lead = Callable[[str], str | None]
"""Gives the file that an address leads to, from where the page is; None where there is none."""


def alone(page: str, lead: Lead, note: str) -> str:
    """Make a page fit to stand alone; the note, as text, stands above its content."""
    writer = _Writer(lead, note)
    writer.feed(page)
    writer.close()
    return "".join(writer.written)


class _Writer(HTMLParser):
    """Writes a page anew as it reads it: all as it stands, but for links and what is left out."""

    def __init__(self, lead: Lead, note: str) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._lead, self._note = lead, note
        self._skipped: list[str] = []
        self._links: list[str] = []
        self._is_sections = False

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        if self._skipped:
            self._skipped += [tag] if tag == self._skipped[0] else []
            return
        if tag in _LEFT_OUT or ("data-served", None) in attrs:
            self._skipped.append(tag)
        elif tag == "a":
            self._open_link(dict(attrs))
        elif tag in {"link", "img"}:
            self._load(tag, dict(attrs))
        else:
            self._is_sections = self._is_sections or (tag == "nav" and dict(attrs).get("class") == "sections")
            self._write(self.get_starttag_text() or "")
            if tag == "main":
                self._write(f'\n<p class="note">{escape(self._note)}</p>')

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)
        elif tag not in _LEFT_OUT:
            self._write(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[0]:
                self._skipped.pop()
            return
        if tag == "nav":
            self._is_sections = False
        self._write(f"</{self._links.pop() if tag == 'a' and self._links else tag}>")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._write(f"<!{decl}>")

    def _write(self, text: str) -> None:
        if not self._skipped:
            self.written.append(text)

    def _open_link(self, attributes: Mapping[str, str | None]) -> None:
        """Open a link that leads to a file; one that needs the server is text, a button or a section is left out."""
        target = self._target(attributes.get("href") or "")
        if target is not None:
            self._links.append("a")
            self._write(_tag("a", {**attributes, "href": target}))
            return
        is_button = "button" in (attributes.get("class") or "").split()
        if self._is_sections or is_button or urlsplit(attributes.get("href") or "").path in _SECTIONS:
            self._skipped.append("a")
            return
        self._links.append("span")
        self._write(_tag("span", {name: said for name, said in attributes.items() if name in {"class", "title"}}))

    def _target(self, address: str) -> str | None:
        split = urlsplit(address)
        if split.scheme in {"https", "mailto"} or address.startswith("#"):
            return address
        found = self._lead(address)
        return None if found is None else f"{found}{f'#{split.fragment}' if split.fragment else ''}"

    def _load(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Write what loads a style, an icon or a picture of ours; what is only loaded early is not needed."""
        name = "href" if tag == "link" else "src"
        target = self._lead(attributes.get(name) or "")
        if target is not None and attributes.get("rel") != "preload":
            self._write(_tag(tag, {**attributes, name: target}))


def _tag(name: str, attributes: Mapping[str, str | None]) -> str:
    said = "".join(f" {key}" if value is None else f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>"
