"""Messages for Teams, as its Workflows app takes them from a webhook: an Adaptive Card in `attachments`.

Office connectors (`webhook.office.com`) are retired, and so is their format; Workflows take Adaptive Cards alone
(learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using). A message may have 28 KB
(.../how-to/add-incoming-webhook, and the Teams connector's known limits), of which people found some 21 KB to hold
(msteams_hermes). A flow that cannot post the card fails after the webhook said 202, so cards must be right. A
RichTextBlock is used, since a TextBlock reads Markdown: a name could be a link to anywhere.
"""

import json
from collections.abc import Iterator
from typing import Any

from handlers.sinks.channels.links import Links
from handlers.sinks.channels.pages import pages_of
from handlers.words.digest import Item, Letter
from handlers.words.figures import count

MOST_BYTES = 28_000
_MOST_ITEMS, _MOST_OF_ITEMS = 20, 16_000
"""A message stays well within the limit: of items, and of their bytes in all."""


def teams_messages(letter: Letter, links: Links) -> Iterator[tuple[Letter, dict[str, Any]]]:
    """Write a letter as messages, each with the part of the letter that it tells."""
    pages = pages_of(letter, lambda item: len(json.dumps(_item(item, links))), _MOST_OF_ITEMS, _MOST_ITEMS)
    return ((page, _message(page, links)) for page in pages)


def _message(letter: Letter, links: Links) -> dict[str, Any]:
    lead = [_block(_run(letter.lead))] if letter.lead else []
    more = [_block(_run(f"And {count(letter.more, 'more account')} in this morning."))] if letter.more else []
    waiting = [_waiting(letter.waiting, links)] if letter.waiting else []
    title = _block({**_run(letter.title), "weight": "bolder", "size": "medium"})
    actions = [{"type": "Action.OpenUrl", "title": "Open the desk", "url": links.morning}] if links.morning else []
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [title, *lead, *waiting, *(block for item in letter.items for block in _item(item, links)), *more],
        "actions": actions,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _waiting(said: str, links: Links) -> dict[str, Any]:
    if links.suggestions is None:
        return _block(_run(f"{said}."))
    return _block({**_run(said), "selectAction": {"type": "Action.OpenUrl", "url": links.suggestions}})


def _item(item: Item, links: Links) -> list[dict[str, Any]]:
    address = links.account(item.account_id)
    name = {**_run(item.name), "weight": "bolder"}
    if address is not None:
        name |= {"selectAction": {"type": "Action.OpenUrl", "url": address}}
    first = {**_block(name), "separator": True, "spacing": "medium"}
    return [first, *({**_block(_run(line)), "spacing": "none"} for line in item.lines)]


def _block(run: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [run]}


def _run(text: str) -> dict[str, Any]:
    return {"type": "TextRun", "text": text}
