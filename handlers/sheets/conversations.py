"""Conversations of a helpdesk's export, as Intercom's own REST gives them: what was so at each of their instants."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.errors import one_of
from handlers.sheets.rows import BadRow, Row
from handlers.sheets.telling import Message, Said, Telling, distinct, not_after, not_before
from handlers.sheets.words import BEGUN_BY, PRIORITIES, STATES, meant
from scoring.instants import Instant, format_instant
from scoring.words import folded

_WORDS: Mapping[str, Mapping[str, str]] = {"state": STATES, "priority": PRIORITIES, "begun_by": BEGUN_BY}
"""By column, the words of helpdesks for ours."""
_OURS = {"begun_by": "delivered_as"}
_NONE: Mapping[str, Mapping[str, str]] = {}
_ENDS = ("created", "first_response", "closed", "updated")


@dataclass(frozen=True, slots=True)
class _Thread:
    """A conversation as its row says it is, its instants worked out."""

    row: Row
    created: Instant
    replied: Instant | None
    closed: Instant | None
    updated: Instant | None
    state: str

    @property
    def latest(self) -> Instant:
        """Say since when it is as it is: its last change that is known."""
        known = (self.created, self.replied, self.closed, self.updated)
        return max(at for at in known if at is not None)


def conversations(
    rows: Iterable[Row],
    read_at: Instant,
    known: Mapping[str, frozenset[str]],
    words: Mapping[str, Mapping[str, str]] = _NONE,
) -> Telling:
    """Tell conversations as they were when they began, when they were first answered, and last.

    Tags, priority and reopens are known as of the end alone: they are said of the beginning, too, so
    that no month looks calmer than it was. A word that nobody knows is refused, unless `words` say what
    it means: a state that is neither open nor closed would end every wait.
    """
    telling = Telling()
    for one in distinct(rows, ("id",), telling):
        bad = next((bad for name in _ENDS if (bad := not_after(one, name, read_at)) is not None), None)
        row = _in_our_words(one, words)
        thread = _thread(row)
        bad = bad or _contradiction(thread) or _unknown(one, row, known)
        if bad is not None:
            telling.bad.append(bad)
            continue
        telling.said.extend(Said(row.line, message) for message in _messages(thread, read_at))
    return telling


def _thread(row: Row) -> _Thread:
    created = Instant(row.instant("created") or 0)
    closed = _instant(row, "closed", "close_time", created)
    state = row.text("state")
    guessed = "open" if closed is None else "closed"
    replied = _instant(row, "first_response", "first_response_time", created)
    return _Thread(row, created, replied, closed, row.instant("updated"), guessed if state is None else state)


def _instant(row: Row, name: str, duration: str, start: Instant) -> Instant | None:
    """Give an instant as it is said, or by its distance from the beginning."""
    length = row.duration(duration)
    return row.instant(name) if length is None or row.instant(name) is not None else start + length


def _contradiction(thread: _Thread) -> BadRow | None:
    told = (("first_response", thread.replied), ("closed", thread.closed), ("updated", thread.updated))
    return next((bad for name, at in told if (bad := not_before(thread.row, name, thread.created, at))), None)


def _in_our_words(row: Row, words: Mapping[str, Mapping[str, str]]) -> Row:
    """Put the words of helpdesks into those of the support role."""
    ours = {
        name: meant(said, words[name] if folded(said) in words.get(name, ()) else known)
        for name, known in _WORDS.items()
        if (said := row.text(name)) is not None
    }
    return Row(row.line, {**row.values, **ours})


def _unknown(said: Row, row: Row, known: Mapping[str, frozenset[str]]) -> BadRow | None:
    """Refuse a word that decides, and that nobody knows."""
    for name in _WORDS:
        word, choices = row.text(name), known.get(f"conversation.{_OURS.get(name, name)}", frozenset())
        if word is not None and choices and word not in choices:
            example = f'words: {{{name}: {{"{said.text(name)}": ...}}}}'
            expected = f"expected {one_of(sorted(choices))}, or {example} in the file of columns"
            return BadRow(row.line, name, said.text(name) or "", expected)
    return None


def _messages(thread: _Thread, read_at: Instant) -> Iterator[Message]:
    """Give the conversation at its beginning, at its first answer, and as it is since its last change."""
    if thread.created < thread.latest:
        yield _message(thread, thread.created, read_at, replied=False, final=False)
    if thread.replied is not None and thread.created < thread.replied < thread.latest:
        yield _message(thread, thread.replied, read_at, replied=True, final=False)
    yield _message(thread, thread.latest, read_at, replied=True, final=True)


def _message(thread: _Thread, at: Instant, read_at: Instant, *, replied: bool, final: bool) -> Message:
    row = thread.row
    statistics = {
        "first_admin_reply_at": _shown(thread.replied if replied else None),
        "last_close_at": _shown(thread.closed if final else None),
        "count_reopens": row.number("reopens"),
    }
    conversation = {
        "type": "conversation",
        "id": row.need("id"),
        "created_at": _shown(thread.created),
        "updated_at": _shown(at),
        "state": thread.state if final else "open",
        "priority": row.text("priority"),
        "source": {"delivered_as": row.text("begun_by")},
        "tags": {"tags": [{"name": tag} for tag in row.tags("tags")]},
        "statistics": statistics,
        "ai_agent_participated": row.flag("ai_agent"),
        "conversation_rating": {"rating": row.number("rating")},
        **_company(row),
    }
    return {"type": "intercom.conversation", "read_at": format_instant(read_at), "conversation": conversation}


def _company(row: Row) -> Message:
    """Name the company; a file without such a column says nothing of it."""
    company = row.text("company_id")
    return {} if company is None else {"company": {"type": "company", "company_id": company}}


def _shown(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
