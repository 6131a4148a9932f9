"""HTML to plain text: what a reader sees, quoted mail marked by `> ` as in a mail of plain text.

The standard library's parser takes minutes for some malformed bodies of 100 KB; this reads tags in one pass.
"""

import re
from html import unescape

MOST_CHARACTERS = 20_000
"""Nobody writes more to a support desk; what is pasted is cut, and read up to here."""

_MOST_HTML = 131_072
_TAG = re.compile(r"<(?:[!?][^<>]*|(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?=[\s/>])([^<>]*))>")
_HTML = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|a|ul|ol|li|h[1-6]|table|tr|td|th|blockquote|pre|img|html|body|hr|font|code)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_PARAGRAPHS = frozenset("p blockquote ul ol table h1 h2 h3 h4 h5 h6 hr pre".split())
_LINES = frozenset("br div li tr section article header footer address dt dd".split())
_UNSEEN = frozenset("script style head title noscript template".split())
_EMPTY = frozenset("br hr img meta link input wbr col".split())
_QUOTES = re.compile(
    "gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix|mail-editor-reference-message"
    "|gmail_signature|moz-signature|protonmail_signature|ms-outlook-mobile-signature"
)
"""Names of elements in which mail programs put what the author did not write: quoted mail, and signatures."""
_REST_IS_QUOTED = re.compile(r"divRplyFwdMsg|appendonsend")
_DEEPEST = 50
_LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_MORE_THAN, _DOUBT = frozenset("=0123456789"), ">> "
"""A single `>` before a number may say `more than`; two never do."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\0]")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def plain(body: str) -> str:
    """Give the text of a body, HTML or plain: lines without space at their ends, one blank line at most between."""
    told = body[:_MOST_HTML]
    text = _text_of_html(told) if _HTML.search(told) else _unescaped(told)
    return _tidy(text)[:MOST_CHARACTERS].rstrip()


def _tidy(text: str) -> str:
    shown = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    lines = "\n".join(line.rstrip() for line in shown.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def _unescaped(html: str) -> str:
    """Write out entities; a number that no character has is none, and Python refuses the longest."""
    return unescape(_LONG_NUMBER.sub("\ufffd", html) if "&#" in html else html)


def _text_of_html(html: str) -> str:
    page, end = _Page(), 0
    for tag in _TAG.finditer(html):
        page.write(html[end : tag.start()])
        end = tag.end()
        if tag[2] is not None:
            page.turn(tag[2].lower(), tag[3], closes=bool(tag[1]))
    page.write(html[end:])
    return page.text()


class _Page:
    """Text as it is written, in lines; those inside of a quote are marked."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._begun = False
        self._spaced = True
        self._open: list[tuple[str, bool]] = []
        self._quotes = 0
        self._kept = 0
        self._rest_is_quoted = False
        self._unseen: str | None = None

    def write(self, html: str) -> None:
        """Write text where the page stands; in `pre` its lines are kept."""
        if not html or self._unseen is not None:
            return
        lines = html.split("\n") if self._kept else [html]
        for place, line in enumerate(lines):
            if place:
                self._end_line()
            self._write_line(line)

    def _write_line(self, html: str) -> None:
        """Write text into a line; space at its beginning, or after space, is none."""
        words = _SPACE.sub(" ", _unescaped(html))
        words = words.lstrip(" ") if self._spaced else words
        if not words:
            return
        if not self._begun and (self._quotes or self._rest_is_quoted):
            self._pieces.append(_DOUBT if words[0] in _MORE_THAN else "> ")
        self._pieces.append(words)
        self._begun, self._spaced = True, words.endswith(" ")

    def turn(self, name: str, attributes: str, *, closes: bool) -> None:
        """Open or close an element."""
        if self._unseen is not None:
            self._unseen = None if closes and name == self._unseen else self._unseen
        elif name in _UNSEEN:
            self._unseen = None if closes else name
        elif closes:
            self._close(name)
        else:
            self._begin(name, attributes)

    def _begin(self, name: str, attributes: str) -> None:
        self._break(name)
        self._rest_is_quoted |= _REST_IS_QUOTED.search(attributes) is not None
        if name in _EMPTY or attributes.endswith("/"):
            return
        quotes = name == "blockquote" or _QUOTES.search(attributes) is not None
        self._open.append((name, quotes))
        self._quotes += quotes
        self._kept += name == "pre"

    def _close(self, name: str) -> None:
        self._break(name)
        if not any(name == one for one, _ in self._open[-_DEEPEST:]):
            return
        while self._open:
            last, quotes = self._open.pop()
            self._quotes -= quotes
            self._kept -= last == "pre"
            if last == name:
                return

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self._end_line(blank=True)
        elif name == "br" or (name in _LINES and self._begun):
            self._end_line()
        elif name in ("td", "th"):
            self.write(" ")

    def _end_line(self, *, blank: bool = False) -> None:
        self._pieces.append("\n\n" if blank else "\n")
        self._begun, self._spaced = False, True

    def text(self) -> str:
        """Give all lines."""
        return "".join(self._pieces)
