"""Messages for Slack's incoming webhooks, in Block Kit.

Limits, as docs.slack.dev has them (reference/block-kit/blocks; messaging/formatting-message-text): 50 blocks a message,
150 characters a header, 3,000 a section's text, of which & < > are written as entities; besides, some 13,200
characters of blocks in all (slackapi/bolt-js#2509, in no list of limits). `verbatim` keeps Slack from making links or
mentions of what is plain text.
"""

from collections.abc import Iterator
from typing import Any

from handlers.sinks.channels.links import Links
from handlers.sinks.channels.pages import pages_of
from handlers.words.digest import Item, Letter
from handlers.words.figures import count

MOST_BLOCKS, MOST_HEADER, MOST_SECTION = 50, 150, 3_000
_MOST_ITEMS, _MOST_CHARACTERS = 20, 9_000
"""A message stays well within the limits: of items, and of characters in all."""


def slack_messages(letter: Letter, links: Links) -> Iterator[tuple[Letter, dict[str, Any]]]:
    """Write a letter as messages, each with the part of the letter that it tells."""
    pages = pages_of(letter, lambda item: len(_item(item, links)) + 120, _MOST_CHARACTERS, _MOST_ITEMS)
    return ((page, _message(page, links)) for page in pages)


def _message(letter: Letter, links: Links) -> dict[str, Any]:
    header = {"type": "header", "text": {"type": "plain_text", "text": letter.title[:MOST_HEADER], "emoji": False}}
    more = [_more(letter.more, links)] if letter.more else []
    lead = [_escaped(letter.lead)] if letter.lead else []
    waiting = [_waiting(letter.waiting, links)] if letter.waiting else []
    texts = [*lead, *waiting, *(_item(item, links) for item in letter.items), *more]
    fallback = _escaped(f"{letter.title}. {letter.lead or letter.waiting}".strip())
    return {"text": fallback, "blocks": [header, *map(_section, texts)], "unfurl_links": False, "unfurl_media": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _item(item: Item, links: Links) -> str:
    address, name = links.account(item.account_id), _escaped(item.name)
    title = f"*{name}*" if address is None else f"<{address}|{name}>"
    return "\n".join([title, *map(_escaped, item.lines)])


def _waiting(said: str, links: Links) -> str:
    return f"{_escaped(said)}." if links.suggestions is None else f"<{links.suggestions}|{_escaped(said)}>"


def _more(number: int, links: Links) -> str:
    said = f"And {count(number, 'more account')} in this morning."
    return said if links.morning is None else f"{said} <{links.morning}|Open the desk>"


def _escaped(text: str) -> str:
    """Write the three characters that Slack reads as its own; a grave accent or a star can do no harm but look odd."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
