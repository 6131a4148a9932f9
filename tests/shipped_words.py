"""The reader of what customers write, by the figures as they ship."""

from functools import cache

from config.loader import DEFAULT_DIRECTORY
from config.words import WordsTerms
from handlers.jobs.customer_words import CustomerWords, customer_words


@cache
def shipped_words() -> CustomerWords:
    """Give the reader, one a process: to read the rules of six languages takes seconds."""
    return customer_words(DEFAULT_DIRECTORY, WordsTerms("rules"))
