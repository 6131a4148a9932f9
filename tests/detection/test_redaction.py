"""What is kept of a customer's words says nothing of persons."""

from collections import Counter

import pytest

from handlers.detection.redaction import LONGEST_QUOTE, redacted, redacted_quote
from scoring.categories import LANGUAGES
from tests.detection.corpus import Row, rows


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Hi Jana, we leave Mews on 31.12.2026.", "Hi [name], we leave Mews on 31.12.2026."),
        ("Beatriz, who set this up, has resigned", "[name], who set this up, has resigned"),
        ("call +49 (0)30 123-456 or 0044 20 7946 0958", "call [phone] or [phone]"),
        ("write to jana [at] hotel.example <jana@hotel.example>", "write to [e-mail] <[e-mail]>"),
        ("IBAN de89 3704 0044 0532 0130 00, card 4111 1111 1111 1111", "IBAN [account], card [card]"),
        ("error 504 under ISO 27001, rooms 301-320, 12.500,00 EUR", None),
    ],
)
def test_quote(text: str, quote: str | None) -> None:
    """A quote has placeholders for what is a person's, and keeps the rest."""
    assert redacted(text) == (text if quote is None else quote)


def test_quote_is_cut_at_a_word() -> None:
    """A long text is cut, and says so."""
    quote = redacted("we are leaving " * 40)
    assert len(quote) <= LONGEST_QUOTE
    assert quote.endswith(("we…", "are…", "leaving…"))


def test_name_that_the_rest_of_the_text_gives_away() -> None:
    """A surname that stands alone in the quote is known from the whole message."""
    text = "Okafor has cancelled.\nRegards\nChioma Okafor, tel. 030 4455667"
    assert redacted_quote(text, "Okafor has cancelled.") == "[name] has cancelled."
    assert "4455" not in redacted_quote(text, "tel. 030 44")


ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.lang} {row.text[:40]}")
def test_corpus(row: Row) -> None:
    """What must be gone is gone, and what says something of the product stays."""
    quote = redacted(row.text)
    assert not [part for part in row.gone if part.casefold() in quote.casefold()]
    assert not [part for part in row.stays if part not in quote]


def test_corpus_is_of_every_language() -> None:
    """Each language that has rules has rows enough."""
    rows = Counter(row.lang for row in ROWS)
    assert set(rows) == set(LANGUAGES)
    assert min(rows.values()) >= 25


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Xanthe Okafor told us to cancel", "[name] told us to cancel"),
        ("Will said so, and Hope left", "[name] said so, and [name] left"),
        ("Edward Porter and Anne Best will leave", "[name] and [name] will leave"),
        (
            "Die Schulung mit Frank war gut, aber der Koch kündigt",
            "Die Schulung mit [name] war gut, aber der Koch kündigt",
        ),
        ("Please remove Nowicki and change the name Vandenbussche", "Please remove [name] and change the name [name]"),
        ("pls ask jana, she and oluwaseun aren't in, rosa is", "pls ask [name], she and [name] aren't in, rosa is"),
        ("L'équipe de Mme d'Ormesson-Lévy part", "L'équipe de Mme [name] part"),
        ("the user jana.kowalski and skype live:jkow_1", "the user [name].[name] and skype [name]"),
        ("invoice INV-2026-0418 and 2026-04-18", "invoice INV-2026-0418 and 2026-04-18"),
        ("We asked Duvelin for a proposal, not Xoanna", "We asked Duvelin for a proposal, not Xoanna"),
        ("I asked Xoanna to send it", "I asked [name] to send it"),
        ("We stay at Hotel Martin near San Marco", "We stay at Hotel Martin near San Marco"),
        ("We left Duvelin for Guestwire in May", "We left Duvelin for Guestwire in May"),
        ("THE SYSTEM IS DOWN, SAYS JANA KOWALSKI", "THE SYSTEM IS DOWN, SAYS [name]"),
    ],
)
def test_names_by_place_and_list(text: str, quote: str) -> None:
    """Names of one word and of more are found where they stand; houses, products and months are none."""
    assert redacted(text) == quote
