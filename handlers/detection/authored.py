"""Which words of a plain text are the customer's own: not a quoted mail, not a signature."""

import re

_LINE = re.compile(r"[^\n]*\n?")
_ENDS = re.compile(
    r"""\s*(?:
    (?:On\s.{4,200}\swrote|Am\s.{4,200}\sschrieb\b.{0,120}|Le\s.{4,200}\sa\s+écrit|El\s.{4,200}\sescribió
      |Il\s.{4,200}\sha\s+scritto|Em\s.{4,200}\sescreveu)\s*:
    |-{2,}\s*(?:Original\ Message|Ursprüngliche\ Nachricht|Message\ d'origine|Mensaje\ original
      |Messaggio\ originale|Mensagem\ original)\s*-{2,}
    |--\s?)\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def own_stretches(text: str) -> list[str]:
    """Give what of a plain text its author wrote, stretch by stretch."""
    return [text[span] for span in own_words(text)]


def own_words(text: str) -> tuple[slice, ...]:
    """Give the stretches of a plain text that its author wrote, in order; each is whole lines."""
    own: list[slice] = []
    for line in _LINE.finditer(text):
        if _ENDS.fullmatch(line.group()):
            break
        if line.group().lstrip().startswith(">") or not line.group():
            continue
        begins = own.pop().start if own and own[-1].stop == line.start() else line.start()
        own.append(slice(begins, line.end()))
    return tuple(own)
