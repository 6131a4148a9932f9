"""The reader of what customers write, by the figures as they ship."""

from functools import cache

from handlers.detection.redaction import redacted_quote
from handlers.detection.sentiment import sentiment
from handlers.jobs.customer_words import CustomerWords
from tests.detection.engine import usual_detector


@cache
def shipped_words() -> CustomerWords:
    """Give the reader, one a process: to read the rules of six languages takes seconds."""
    return CustomerWords(usual_detector(), redacted_quote, sentiment)
