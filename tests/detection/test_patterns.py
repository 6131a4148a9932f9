"""The language of patterns: what each sign of it matches, and what cannot be read."""

import pytest

from handlers.detection.patterns import Language, PatternError, Patterns
from handlers.detection.sentences import NUMBER, sentences
from handlers.detection.spelling import Spelling

SPELLING = Spelling({"won't": "will not", "dont": "do not"}, {"n't": "not", "'re": "are"})
LANGUAGE = Language(SPELLING, {"we": "we|our team", "end": "cancel*|put an end to", "us": "{we}|us"})


def _matches(pattern: str, text: str) -> bool:
    read = sentences(text, (slice(0, len(text)),), SPELLING, frozenset())
    return any(Patterns(LANGUAGE, (pattern,)).is_in(one.line, one.bites) for one in read)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("cancel", "Please cancel it"),
        ("cancel*", "We are CANCELLING it"),
        ("cancel|end", "we end it"),
        ("(put an end|stop) to?", "we put an end to it"),
        ("the? contract", "contract"),
        ("{end} it", "we put an end to it"),
        ("{us} leave", "our team leave"),
        ("cancel .. contract", "cancel this old bad contract"),
        ("cancel ..5 contract", "cancel one two three four five contract"),
        ("cancel ...5 contract", "cancel, as said, the contract"),
        ("^ no", "No, thanks"),
        ("no $", "I say no."),
        ("for <num> weeks", "down for 3 weeks"),
        ("in <year>", "we left in 2021"),
        ("will not renew", "we won\u2019t renew"),
        ("will not renew", "we WON'T renew"),
        ("do not", "i dont know"),
        ("are not", "they aren't here"),
        ("in house", "an in-house tool"),
        ("in-house", "an in house tool"),
        ("resilier", "R\u00c9SILIER"),
        ("stra\u00dfe", "STRASSE"),
        ("the !(old|new) contract", "the contract"),
        ("cancel !{us} contract", "cancel contract"),
        ("with !the ..2 <Name>", "with a certain Acme"),
    ],
)
def test_matches(pattern: str, text: str) -> None:
    """Each sign of a pattern matches what it says."""
    assert _matches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("cancel", "cancelled"),
        ("cel", "cancel"),
        ("cancel .. contract", "cancel one two three four contract"),
        ("cancel .. contract", "cancel, contract"),
        ("cancel contract", "cancel. contract"),
        ("^ no", "say no"),
        ("no $", "no more"),
        ("in <year>", "in 20211"),
        ("guest !app", "the guest app"),
        ("guest !(app|chat)", "a guest chat"),
        ("for <num> weeks", "for some weeks"),
    ],
)
def test_does_not_match(pattern: str, text: str) -> None:
    """And nothing more than it says."""
    assert not _matches(pattern, text)


@pytest.mark.parametrize("pattern", ["(cancel", "cancel)", "{nobody}", "a[b]|{", "<what>", "?", "can*cel"])
def test_a_pattern_that_cannot_be_read_is_named(pattern: str) -> None:
    """A pattern that cannot be read is named."""
    with pytest.raises(PatternError):
        Patterns(LANGUAGE, (pattern,))


def test_a_class_within_itself_is_an_error() -> None:
    """A class within itself is an error."""
    with pytest.raises(PatternError, match="within itself"):
        Patterns(Language(SPELLING, {"a": "b|{a}"}), ("{a}",))


def test_what_a_sentence_must_have_is_known_of_a_pattern() -> None:
    """What a sentence must have is known of a pattern."""
    assert LANGUAGE.sequence("{us} cancel*|terminate").bites == frozenset({"can", "ter"})
    assert LANGUAGE.sequence(".. ..").bites is None


def test_each_element_of_a_pattern_asks_for_a_word_of_its_own() -> None:
    """Each element of a pattern asks for a word of its own: without it a sentence is not tried."""
    (pattern,) = Patterns(LANGUAGE, ("{we}? terminate ..3 contract|plan",)).each
    assert pattern.has_its_words(frozenset({"ter", "con"}))
    assert pattern.has_its_words(frozenset({"ter", "pla"}))
    assert not pattern.has_its_words(frozenset({"ter", "our"}))


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("({end}|(a b|c))", ["cancel*", "put an end to", "a b", "c"]),
        ("{us}", ["we", "our team", "us"]),
        ("{end} it", ["{end} it"]),
        ("the?|a", ["the?", "a"]),
    ],
)
def test_a_pattern_that_is_but_alternatives_is_parted_into_them(pattern: str, parts: list[str]) -> None:
    """A pattern that is nothing but alternatives is parted into them."""
    assert list(LANGUAGE.parted(pattern)) == parts


@pytest.mark.parametrize("typed", ["k\u00fcndigen", "kuendigen", "kundigen", "KU\u0308NDIGEN"])
@pytest.mark.parametrize("written", ["k\u00fcndigen", "kuendigen", "kundig*"])
def test_letters_that_are_typed_in_two_ways_are_one(typed: str, written: str) -> None:
    """A word is one however its letters are typed, in a text and in a pattern."""
    spelling = Spelling({}, {}, {"ue": "u"})
    (read,) = sentences(typed, (slice(0, len(typed)),), spelling, frozenset())
    assert Patterns(Language(spelling, {}), (written,)).is_in(read.line, read.bites)


@pytest.mark.parametrize(
    ("text", "abbreviations", "count"),
    [
        ("Wir gehen am 31. Dezember", frozenset({NUMBER}), 1),
        ("Wir gehen am 31.12. ganz", frozenset({NUMBER}), 1),
        ("We are 31. They are not", frozenset[str](), 2),
        ("Das war 2024. Nun nicht", frozenset({NUMBER}), 2),
    ],
)
def test_a_full_stop_behind_a_day_may_end_no_sentence(text: str, abbreviations: frozenset[str], count: int) -> None:
    """A full stop behind a day ends no sentence in a language that writes days so."""
    assert len(list(sentences(text, (slice(0, len(text)),), SPELLING, abbreviations))) == count
