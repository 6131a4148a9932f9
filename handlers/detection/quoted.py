"""Where a mail that is quoted or forwarded begins in a text, in the ways that mail programs write it."""

import re
from collections.abc import Sequence

_LONGEST_LINE = 300
_LONGEST_MARKER = 120
_WRAPPED = 3
"""A mail program may break the line that says who wrote a quoted mail into so many."""

_VERB = r"\b(?:wrote|schrieb|a\s+écrit|escribió|ha\s+scritto|escreveu)\b"
_OPENS = r"(?:On|Am|Le|El|Il|Em)\b"
_DATED = r"\b20\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
_ADDRESS = r"<[^<>\s]+@[^<>\s]+>"
_NAMES = r"(?:(?![.!?]\s).)*"
_ATTRIBUTIONS = (
    re.compile(rf"{_OPENS}(?=.*(?:{_DATED}|@)).*{_VERB}.*:"),
    re.compile(rf"{_NAMES}{_ADDRESS}.*{_VERB}.*:"),
    re.compile(rf"{_NAMES}{_VERB}\s+(?:am|on|le|el|il|em|no\s+dia)\b(?=.*(?:{_DATED})).*:"),
)
_BEGINS = re.compile(rf"{_OPENS}.*(?:{_DATED})")
_SAID = re.compile(rf"{_OPENS}.*{_VERB}.*:")
_ABOVE = re.compile(
    r""".{0,60}\b(?:above\ this\ line|(?:oberhalb|über)\ dieser\ (?:linie|zeile)|au-dessus\ de\ cette\ ligne
      |encima\ de\ esta\ línea|sopra\ (?:di\ )?questa\ (?:linea|riga)|acima\ desta\ linha)\b.{0,20}""",
    re.VERBOSE | re.IGNORECASE,
)
_BY_A_PERSON = re.compile(
    r"\b(?:you|we|i|he|she|they)\s+wrote|schrieb\s+(?:ich|mir|uns|er|sie|man)\b|\b(?:me|nos|le|les)\s+escribió"
    r"|\b(?:mi|ci|vi|le|gli)\s+ha\s+scritto|\b(?:me|nos|lhe)\s+escreveu|\b(?:m'|nous\s+|lui\s+)a\s+écrit",
    re.IGNORECASE,
)
"""Mail programs write names; only people write pronouns."""
_MARKERS = re.compile(
    r"""-{2,}\s*[\w\s'\u2019]{0,40}(?:message|nachricht|mensaje|messaggio|mensagem|appointment)[\w\s'\u2019]{0,40}-{2,}
    |(?:begin\ forwarded\ message|anfang\ der\ weitergeleiteten\ nachricht|début\ du\ message\ (?:réexpédié|transféré)
      |inicio\ del\ mensaje\ reenviado|inizio\ (?:del\ )?messaggio\ inoltrato
      |início\ da\ mensagem\ (?:reencaminhada|encaminhada))\s*:
    |\#\#-.*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = r"\*{0,2}(?:%s)\s*:\*{0,2}(?:\s.*)?"
_FROM = re.compile(_LABEL % "from|von|de|da", re.IGNORECASE)
_SUBJECT = re.compile(_LABEL % "subject|betreff|objet|asunto|oggetto|assunto", re.IGNORECASE)
_SENT = re.compile(
    _LABEL % "sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|inviato|data|enviada(?: em)?", re.IGNORECASE
)
_TO = re.compile(_LABEL % "to|an|à|a|para|per", re.IGNORECASE)
_FIELD = re.compile(_LABEL % "message|comments?|nachricht|mitteilung|mensaje|messaggio|mensagem", re.IGNORECASE)
_HEADER_LINES = 10


def unquoted(lines: Sequence[str]) -> list[int]:
    """Name the lines that quote nothing, down to where all is another mail."""
    kept: list[int] = []
    place, answers = 0, False
    while place < len(lines):
        said = _attribution(lines, place)
        if _is_marker(lines[place]) or _heads_a_mail(lines, place):
            break
        if said and not _quotes(lines[place + said :]):
            break
        answers |= said > 0
        if not said and not _is_quoted(lines, place, surely=answers):
            kept.append(place)
        place += max(said, 1)
    return kept


def _is_quoted(lines: Sequence[str], place: int, *, surely: bool) -> bool:
    """Tell whether a line is quoted by a `>`; one that stands alone may say `more than`, in no answer to a mail."""
    line = lines[place]
    if surely or not line.startswith(">"):
        return line.startswith(">")
    beside = [lines[other] for other in (place - 1, place + 1) if 0 <= other < len(lines)]
    return re.match(r">=?\s?\d", line) is None or any(other.startswith(">") for other in beside)


def _attribution(lines: Sequence[str], place: int) -> int:
    """Say how many lines from here on say who wrote the mail that is quoted below: mostly none.

    Where the last of them say it without the first, that is the customer's, but for one that has the date.
    """
    told = ""
    for count, line in enumerate(lines[place : place + _WRAPPED], 1):
        told = f"{told} {line}".lstrip()
        if not line or len(told) > _LONGEST_LINE:
            return 0
        if told.endswith(":") and _attributes(told, lines[place + count :]):
            begins = _BEGINS.match(lines[place]) or not _attribution(lines[: place + count], place + 1)
            return count if begins else 0
    return 0


def _attributes(told: str, below: Sequence[str]) -> bool:
    """Tell whether a line says who wrote what is below: a date or an address proves it, and so do lines by `>`."""
    if _BY_A_PERSON.search(told):
        return False
    return any(pattern.fullmatch(told) for pattern in _ATTRIBUTIONS) or (
        _quotes(below) and _SAID.fullmatch(told) is not None
    )


def _quotes(lines: Sequence[str]) -> bool:
    """Tell whether the first line that is not blank is quoted by a `>`: below such lines there may be an answer."""
    return next((line.startswith(">") for line in lines if line), False)


def _is_marker(line: str) -> bool:
    """Tell whether a line says that all below it is another mail."""
    if not line or len(line) > _LONGEST_MARKER:
        return False
    return _MARKERS.fullmatch(line) is not None or _ABOVE.fullmatch(line) is not None


def _heads_a_mail(lines: Sequence[str], place: int) -> bool:
    """Tell whether the headers of a mail begin here: from whom, of what, and when or to whom.

    A form of a website has such lines, too, and one for the message.
    """
    if _FROM.fullmatch(lines[place]) is None:
        return False
    below = lines[place + 1 : place + _HEADER_LINES]
    return _any(_SUBJECT, below) and (_any(_SENT, below) or _any(_TO, below)) and not _any(_FIELD, below)


def _any(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    return any(pattern.fullmatch(line) for line in lines)
