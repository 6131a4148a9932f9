"""Which words of a text are the customer's own."""

from handlers.detection.authored import own_words


def read(text: str) -> str:
    """Give the customer's own words of a text."""
    return "".join(text[stretch] for stretch in own_words(text))


def test_a_text_without_quotes_is_all_the_customers() -> None:
    """The commonest message: one stretch, the whole of it."""
    assert own_words("We leave.\nIn March.") == (slice(0, 19),)
    assert own_words("") == ()


def test_a_quoted_line_is_not_the_customers_and_the_answer_below_it_is() -> None:
    """An inline answer stands between quoted lines."""
    assert read("> Will you cancel?\nNo.\n> Sure?\nYes.") == "No.\nYes."


def test_what_follows_the_line_of_a_quoted_mail_is_another_persons() -> None:
    """A mail program writes who wrote the quoted mail, and when."""
    assert read("It works.\n\nOn 3 May 2026, Ana wrote:\nDo you want to cancel?") == "It works.\n\n"
