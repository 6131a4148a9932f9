"""The morning digest in words: of each account how it stands, why, and what is at stake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.source import label_of
from handlers.jobs.digest import Group, News, Silence
from handlers.jobs.morning import Why
from handlers.jobs.portfolio import UNSCORED
from handlers.words.figures import count, moment, points
from handlers.words.layout import clean
from handlers.words.portfolio import causes_of, csm_of, money_of, name_of, range_of, renewal_of
from handlers.words.suggestions import waiting_said
from scoring.summary import Summary

MOST_NAMED = 40
"""So many accounts of a CSM are named; of a longer morning the rest is counted, and stands at the desk."""

_LONGEST_NAME, _LONGEST_LINE = 60, 160
_WHYS: Mapping[Why, tuple[str, str]] = {
    "fell": ("fell a tier", "fell a tier"),
    "lost": ("lost points", "lost points"),
    "renews": ("renews soon while at risk", "renew soon while at risk"),
}
"""What is said of one account, and of several."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is said of one account, in short lines; `name` and all lines are plain text, whoever wrote what is in it."""

    account_id: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel is told in one go: a heading, a sentence, accounts, and how many more there are.

    `waiting` says how many suggested signals wait for an answer, if any do.
    """

    title: str
    lead: str
    items: Sequence[Item] = ()
    more: int = 0
    waiting: str = ""


def letter_of(group: Group, period: str) -> Letter:
    """Write what is told of a CSM's accounts."""
    who = "Without a CSM" if group.csm is None else csm_of(group.csm)
    who = _cut(who, _LONGEST_NAME)
    named = group.news[:MOST_NAMED]
    waiting = "" if group.waits is None else waiting_said(group.waits.every, group.waits.cancellations)
    if not named:
        return Letter(f"{who}: suggested signals to answer", "", waiting=waiting)
    return Letter(
        f"{who}: {count(len(group.news), 'account')} to look at",
        f"{_counted(group.news)}. Month {period}; each is told once, and again when it is worse.",
        [item_of(one) for one in named],
        len(group.news) - len(named),
        waiting,
    )


def _counted(news: Sequence[News]) -> str:
    """Count the reasons; an account may have several."""
    counts = {why: sum(why in one.whys for one in news) for why in _WHYS}
    return ", ".join(f"{number} {_WHYS[why][number > 1]}" for why, number in counts.items() if number)


def item_of(news: News) -> Item:
    """Write what is told of one account."""
    summary = news.entry.line.summary
    lines = (_standing(summary), _why(summary), _stake(news), ", ".join(_WHYS[why][0] for why in news.whys))
    kept = tuple(_cut(line, _LONGEST_LINE) for line in lines if line)
    return Item(summary.account_id, _cut(name_of(summary), _LONGEST_NAME), kept)


def _standing(summary: Summary) -> str:
    tier = summary.tier or UNSCORED
    score = "no score" if summary.final_score is None else points(summary.final_score)
    between = range_of(summary)
    now = f"{tier} {score}{f' ({between})' if between else ''}"
    if summary.moved is None or summary.moved.score is None:
        return now
    return f"{now}, was {summary.moved.tier or UNSCORED} {points(summary.moved.score)} in {summary.moved.period}"


def _why(summary: Summary) -> str:
    causes = causes_of(summary, 2)
    return f"Why: {causes}" if causes else ""


def _stake(news: News) -> str:
    summary = news.entry.line.summary
    return f"ARR {clean(money_of(summary))}; renews {renewal_of(summary)}{_left(news.entry.days)}"


def _left(days: int | None) -> str:
    if days is None:
        return ""
    return f", in {count(days, 'day')}" if days >= 0 else f", {count(-days, 'day')} overdue"


def silence_letter(silences: Sequence[Silence]) -> Letter:
    """Write that sources fell silent: a quiet morning may be one of which nothing was heard."""
    return Letter(
        f"{count(len(silences), 'source')} fell silent",
        " ".join(map(_silence, silences)) + " A morning may look quiet because nothing was heard.",
    )


def _silence(one: Silence) -> str:
    heard = "was never heard" if one.heard is None else f"was last heard on {moment(one.heard)}"
    what = "scores leave its figures out" if one.is_dead else "its last figures are used, and may be out of date"
    return f"{label_of(one.source)} {heard}: {what}."


def text_of(letter: Letter) -> str:
    """Write a letter as plain text, for a terminal."""
    items = [line for item in letter.items for line in (f"- {item.name} ({item.account_id})", *_indented(item.lines))]
    more = [f"- and {count(letter.more, 'more account')} in this morning"] if letter.more else []
    said = [line for line in (letter.lead, f"{letter.waiting}." if letter.waiting else "") if line]
    return "\n".join([letter.title, *said, *items, *more])


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _cut(text: str, most: int) -> str:
    text = clean(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
