"""What the gate says of a draft, as Markdown for a comment on a pull request.

Whatever comes from outside (ids, names) stands in code whose punctuation is written in numbers: no link, no
image, no mention of anybody, no cell of a table can come of it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, get_args

from handlers.jobs.gate_limits import Impact, joint_weights
from handlers.jobs.gate_verdict import Judged
from handlers.jobs.portfolio import TIERS, UNSCORED
from handlers.words.figures import group_title, number, points, signed
from handlers.words.gate import gate_words, share_words
from handlers.words.history import NOTHING, change_words
from handlers.words.layout import clean
from handlers.words.what_if import why
from scoring.verdict import AT_RISK
from scoring.what_if import Group, Month, Standing

Naming: TypeAlias = Literal["counts", "ids", "names"]
NAMINGS: tuple[Naming, ...] = get_args(Naming)
"""How accounts stand in a comment: not at all, and nothing of money; by their ids; by their names."""

MOST_ACCOUNTS = 50
MARK = "<!-- healthscore gate -->"
"""By which the comment of an earlier run is found."""


def comment(judged: Judged, naming: Naming) -> str:
    """Write the comment."""
    return "\n".join([MARK, *_lines(judged, naming), ""])


def _lines(judged: Judged, naming: Naming) -> Iterator[str]:
    stopped = judged.stopped_by
    currency = None if naming == "counts" else judged.change.base.currencies.corporate
    state = f"stopped by {', '.join(stopped)}" if stopped else "the gate is open"
    yield f"## Health score: {state}"
    yield ""
    for said in gate_words(judged, currency):
        yield f"- {text(said)}"
    if judged.impact is not None and judged.tried is not None:
        yield from _table(judged.impact, currency)
        yield from _accounts(judged, judged.impact, naming)
        yield from _months(judged.tried.months)
    yield from _weights(judged)


def _table(impact: Impact, currency: str | None) -> Iterator[str]:
    money = [] if currency is None else [f">ARR base ({currency})", ">ARR draft"]
    yield from _head(f"Tiers in {impact.month.period}", "Tier", ">Base", ">Draft", ">Change", *money)
    for tier in TIERS:
        groups = impact.month.groups([None if tier == UNSCORED else tier])
        if groups[0].accounts or groups[1].accounts:
            yield _sides(tier, groups, currency)
    yield _sides("**at risk**", impact.month.groups(AT_RISK), currency)
    unknown = impact.everybody.without_worth
    if unknown and currency is not None:
        yield from ("", f"ARR without that of {unknown} accounts, which is not known.")


def _sides(name: str, groups: tuple[Group, Group], currency: str | None) -> str:
    base, draft = groups
    money = [] if currency is None else [number(base.worth), number(draft.worth)]
    return _row(name, base.accounts, draft.accounts, signed(draft.accounts - base.accounts), *money)


def _accounts(judged: Judged, impact: Impact, naming: Naming) -> Iterator[str]:
    moved = impact.moved
    if naming == "counts" or not moved:
        return
    yield from _head(f"{len(moved)} change their tier", "Account", "Base", "Draft", ">Change", ">ARR", "Why")
    for case in moved[:MOST_ACCOUNTS]:
        named = case.account_name if naming == "names" and case.account_name else case.account_id
        worth = NOTHING if case.worth is None else number(case.worth)
        drivers = () if judged.tried is None else judged.tried.drivers.get(case.account_id, ())
        said = text(why(case, drivers))
        yield _row(quoted(named), _standing(case.now), _standing(case.draft), change_words(case.change), worth, said)
    if len(moved) > MOST_ACCOUNTS:
        yield ""
        yield f"{MOST_ACCOUNTS} of {len(moved)} are shown, those that move most."


def _months(months: Sequence[Month]) -> Iterator[str]:
    if len(months) < 2:
        return
    yield from _head("Month-ends", "Month", ">Accounts", ">Tier changes", ">of them", ">At risk base", ">At risk draft")
    for month in reversed(months):
        base, draft = month.groups(AT_RISK)
        moved = sum(case.is_of_other_tier for case in month.cases)
        share = share_words(moved, len(month.cases))
        yield _row(month.period, len(month.cases), moved, share, base.accounts, draft.accounts)


def _weights(judged: Judged) -> Iterator[str]:
    base, draft = joint_weights(judged.change.base), joint_weights(judged.change.draft)
    if base == draft:
        return
    yield from _head("Joint weights (%)", "Part", ">Base", ">Draft", ">Change")
    for name, share in base.items():
        after = draft[name]
        yield _row(group_title(name), number(100 * share), number(100 * after), signed(100 * (after - share)))


def _head(title: str, *columns: str) -> Iterator[str]:
    """Begin a table; a column whose title begins with > stands to the right."""
    yield from ("", f"### {title}", "", _row(*(one.removeprefix(">") for one in columns)))
    yield _row(*("--:" if one.startswith(">") else "---" for one in columns))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _standing(one: Standing) -> str:
    tier = one.tier or UNSCORED
    return tier if one.final_score is None else f"{points(one.final_score)} {tier}"


def text(said: str) -> str:
    """Write plain text so that nothing in it is read as Markdown, HTML or a mention."""
    return "".join(_harmless(one) for one in " ".join(said.split()))


def _harmless(one: str) -> str:
    if one == "@":
        return "&#64;&#8203;"
    return f"&#{ord(one)};" if one in _SPEAKING else one


def quoted(said: str) -> str:
    """Write an id or a name in code, where nothing of it is read."""
    safe = "".join(one if one.isalnum() or one in " -" else f"&#{ord(one)};" for one in clean(said))
    return f"<code>{safe}</code>"


_SPEAKING = frozenset("\\`*_{}[]<>#|~&$!:")
