"""Mail addresses, links and addresses of machines in a text, however they are spelt."""

import re

MAIL, LINK, MACHINE, HANDLE = "[e-mail]", "[link]", "[ip]", "[name]"
_TOKEN = re.compile(r"\S+")
_OPENING, _CLOSING = "([{<\"'«„“", ")]}>\"'»“”.,;:!?…"
_AT = r"(?:at|ät|a|@|arroba|aroba|arobas|arobase|chiocciola)"
_DOT = r"(?:dot|punkt|point|punto|ponto|\.)"
_HOST, _ENDING = r"(?!(?:the|this|that|a|any|one|some|which|what)\b)[\w\-]{1,63}", r"(?=[^\W\d_]{2,24}\b)"
_OPEN, _CLOSE = r"\s?[\[({<*_-]{1,2}\s?", r"\s?[\])}>*_-]{1,2}\s?"
_BETWEEN = rf"(?:{_OPEN}{_DOT}{_CLOSE}| {_DOT} {_ENDING})"
_SPOKEN = (
    rf" (?:at|ät) (?={_HOST}(?: (?:dot|punkt|\.) {_ENDING}|{_OPEN}{_DOT}{_CLOSE}))"
    rf"|(?: (?:arroba|aroba|arobase|chiocciola|@) |@)(?={_HOST}{_BETWEEN})"
)
_SPELT = re.compile(
    rf"(?<![\w.+\-])[\w.+\-]{{0,63}}\w(?:{_OPEN}{_AT}{_CLOSE}|{_SPOKEN}){_HOST}(?:(?:{_BETWEEN}|\.){_HOST}){{0,8}}",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<!\S)\S{1,64}(?: @ ?|@ )[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,6}\.[^\W\d_]{2,24}")
_PATH = re.compile(r"(?<![\w.\-])(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}(?::\d{1,5})?[/?#]\S")
_SCHEME = re.compile(r"://|(?<!\w)(?:www\.|mailto:|wa\.me|bit\.ly)", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)(?:live|skype):\w", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)


def without_addresses(text: str) -> str:
    """Put a placeholder where an address stood."""
    text = _SPACED.sub(MAIL, _SPELT.sub(MAIL, text))
    text = _TOKEN.sub(lambda found: _token(found.group()), text)
    return _IPV6.sub(MACHINE, _IPV4.sub(MACHINE, text))


def _token(token: str) -> str:
    if "@" in token:
        return _with_at(token)
    if _HANDLE.search(token):
        return _inside(token, HANDLE)
    if _SCHEME.search(token) or _PATH.search(token):
        return _inside(token, LINK)
    return token


def _with_at(token: str) -> str:
    before, _, after = token.partition("@")
    if not any(map(str.isalpha, before + after)):
        return token
    return _inside(token, MAIL if any(map(str.isalnum, before)) else HANDLE)


def _inside(token: str, placeholder: str) -> str:
    """Replace a token, but for the marks around it."""
    opened = token[: len(token) - len(token.lstrip(_OPENING))]
    closed = token[len(token.rstrip(_CLOSING)) :]
    return opened + placeholder + closed
