"""How people and their mail programs sign: farewells, names and titles, devices, legal notices."""

import re
from collections.abc import Iterator, Sequence

_FAREWELL = re.compile(
    r"""(?:(?:with\s+)?(?:kind|best|warm|warmest|kindest|many)(?:\s+and\s+\w+)?\s+(?:regards|wishes)|regards
    |all\ the\ best|yours(?:\s+(?:sincerely|faithfully|truly))?|sincerely(?:\s+yours)?|respectfully|br|rgds|cheers
    |(?:mit\s+)?(?:\w+\s+)?(?:freundlichen|freundliche|besten|beste|vielen|viele|lieben|liebe|herzlichen|herzliche|schöne
      |sonnige)\s+(?:grüßen|grüße|grüssen|grüsse|gruß|gruss)(?:\s+(?:aus|vom|von)\s+\w+)?|gruß|gruss|grüße|mfg|lg|vg
    |hochachtungsvoll
    |(?:bien\s+|très\s+)?cordialement|(?:bien\s+)?à\s+(?:vous|toi)|(?:sincères|meilleures|cordiales)\s+salutations
      |salutations(?:\s+distinguées)?|respectueusement
    |(?:un\s+)?(?:cordial(?:es)?\s+)?saludos?(?:\s+cordial(?:es)?)?|atentamente|atte|cordialmente
    |(?:i\s+più\s+)?(?:cordiali|distinti|migliori)\s+saluti|(?:un\s+)?(?:cordiale\s+)?saluto|saluti
    |atenciosamente|att|(?:com\s+)?(?:os\s+)?(?:melhores|meus)?\s*(?:melhores\s+)?cumprimentos|saudações|abraços?
    |best)\s*[,.!]*(?-i:\s+[A-ZÀ-Þ][\w.'-]*){0,4}""",
    re.VERBOSE | re.IGNORECASE,
)
_THANKS = re.compile(
    r"""(?:thx|(?:many\s+)?thanks(?:\s+(?:again|in\s+advance|so\s+much|and\s+(?:best|kind)?\s*regards))?|thank\s+you.{0,30}
    |danke.{0,20}|(?:vielen|besten|herzlichen)\s+dank.{0,20}|merci.{0,30}|(?:muchas\s+)?gracias.{0,20}
    |grazie.{0,20}|(?:muito\s+)?obrigad[oa].{0,20})\s*[,.!]*""",
    re.VERBOSE | re.IGNORECASE,
)
_DELIMITER = re.compile(r"--|—")
_RULE = re.compile(r"_{5,}")
_DEVICE = re.compile(
    r"""(?:sent\ from\ (?:my|outlook|mail|yahoo|proton|samsung|gmail|mobile)|get\ outlook\ for
    |von\ meine[mr]\ .{2,40}\ gesendet|gesendet\ (?:von|mit)\ (?:meine[mr]|der|outlook|mail)
    |outlook\ für\ .{2,20}\ (?:holen|herunter)
    |envoyé\ (?:de|depuis|à\ partir\ de)\ (?:mon|ma|outlook|l['\u2019])|(?:obtenir|télécharger)\ outlook
    |enviado\ (?:desde|de)\ mi\b|(?:obtener|obtén)\ outlook
    |inviato\ da(?:l\ mio|lla\ mia|\ outlook|\ iphone)|(?:ottieni|scarica)\ outlook
    |enviado\ (?:do|a\ partir\ do|através\ do)\ (?:meu|outlook|iphone)|obter\ o\ outlook)
    [^,;?!<(]{0,40}(?:[<(][^<>()]*[>)])?""",
    re.VERBOSE | re.IGNORECASE,
)
_NOTICE = re.compile(
    r"""intended\ (?:only\ |solely\ |exclusively\ )?for\ the|intended\ recipient|not\ the\ (?:intended|named)
    |received\ (?:it|this).{0,30}\ error
    |nur\ für\ den|ausschließlich\ für\ den|nicht\ der\ (?:richtige|beabsichtigte|vorgesehene)|irrtümlich\ erhalten
    |destin\w+\ exclusiv\w+|exclusiv\w+\ destin\w+|destinataire\ (?:prévu|désigné)|reçu.{0,40}\ par\ erreur
    |(?:dirigid|destinad)\w+\ (?:exclusiv|únic)\w+|(?:exclusiv|únic)\w+\ (?:dirigid|destinad)\w+|uso\ exclusivo\ d
    |(?:recibi|recebi)d\w+.{0,40}\ por\ (?:error|erro|engano)
    |(?:destinat|dirett|indirizzat)\w+\ esclusiv\w+|esclusiv\w+\ (?:destinat|al\ destinatari)
    |ricevut.{0,40}\ per\ errore
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CONFIDENTIAL = "confidential confidentiel confidencial confidenzial vertraulich riservat privileged sigilos".split()
_POSTSCRIPT = re.compile(r"p\.?\s?(?:p\.?\s?)?s\b", re.IGNORECASE)
_MOST_LINES = 12
_LONGEST_FAREWELL = 60
_LONGEST_DEVICE = 120
_LONGEST_LINE = 80
_MOST_WORDS = 9
_SHORT_WORD = 3


def signed(lines: Sequence[str]) -> frozenset[int]:
    """Name the lines of a text (without what it quotes) that sign it."""
    found: set[int] = {place for place, line in enumerate(lines) if _is_by_a_program(line)}
    found.update(_notices(lines))
    place = 0
    while place < len(lines):
        tail = _tail(lines, place) if place not in found else 0
        begins = place + _is_thanks(lines[place])
        found.update(range(begins, place + 1 + tail) if tail or _is_farewell(lines, place) else ())
        place += 1 + tail
    return frozenset(found)


def _tail(lines: Sequence[str], place: int) -> int:
    """Count the lines below one that belong to a signature which it begins."""
    line = lines[place]
    below = lines[place + 1 : place + 1 + _MOST_LINES]
    if _DELIMITER.fullmatch(line):
        rest = lines[place + 1 :]
        return len(rest) if len(rest) <= _MOST_LINES and all(map(_may_sign, rest)) else 0
    if _is_farewell(lines, place) or (place > 0 and _is_thanks(line)):
        return next((count for count, one in enumerate(below) if not _names(one)), len(below))
    return 0


def _is_farewell(lines: Sequence[str], place: int) -> bool:
    """Tell whether a line is a farewell; the first one of a text is none."""
    line = lines[place]
    return place > 0 and len(line) <= _LONGEST_FAREWELL and _FAREWELL.fullmatch(line) is not None


def _is_thanks(line: str) -> bool:
    return len(line) <= _LONGEST_FAREWELL and _THANKS.fullmatch(line) is not None


def _is_by_a_program(line: str) -> bool:
    """Tell whether a mail program wrote a line: of which device a mail is, or a rule."""
    return len(line) <= _LONGEST_DEVICE and (_DEVICE.fullmatch(line) or _RULE.fullmatch(line)) is not None


def _may_sign(line: str) -> bool:
    """Tell whether a line is no sentence."""
    return not _POSTSCRIPT.match(line) and len(line) <= _LONGEST_LINE and len(line.split()) <= _MOST_WORDS


def _names(line: str) -> bool:
    """Tell whether a line is blank, or names: more than half of its longer words are names, numbers or addresses."""
    if not line:
        return True
    words = line.split()
    longer = [word for word in words if len(word) > _SHORT_WORD] or words
    named = sum(not word[0].isalpha() or word[0].isupper() or "@" in word or "." in word[:-1] for word in longer)
    return _may_sign(line) and not line.endswith((".", "!", "?", ":", ";")) and named * 2 > len(longer)


def _notices(lines: Sequence[str]) -> Iterator[int]:
    """Name the lines of paragraphs that say that a mail is confidential, and for whom it is."""
    for begins, ends in _paragraphs(lines):
        told = " ".join(lines[begins:ends]).lower()
        if any(word in told for word in _CONFIDENTIAL) and _NOTICE.search(told):
            yield from range(begins, ends)


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    begins = 0
    for place, line in enumerate([*lines, ""]):
        if not line:
            if begins < place:
                yield begins, place
            begins = place + 1
