"""Find the account that an agent means, among those that its person sees."""

from collections.abc import Mapping, Sequence

from config.errors import nearest
from handlers.desk.agents.asking import Asking
from handlers.desk.seen import Seen, account_of, may_see
from handlers.identity.folding import folded, is_part
from handlers.jobs.portfolio import Line
from handlers.words.layout import clean
from scoring.account import Account
from scoring.ids import to_18

MOST_NAMED = 10


def found_account(asking: Asking, words: str) -> Account:
    """Find an account by its id (15 or 18 characters), its name or a part of it.

    Words that fit several are refused, and the candidates are named: an answer must not pick one of them.
    An account that this person may not see is answered like one that is not there.
    """
    account_id = to_18(words.strip())
    known = asking.desk.by_id().get(account_id)
    if known is not None and may_see(asking, account_id):
        return known
    seen = asking.seen()
    line = seen.by_id.get(account_id) or _named(asking, words, seen)
    if line.summary.account_id not in asking.desk.by_id():
        left = f"{line.summary.account_id} has a record of {seen.period}, but has left the portfolio"
        asking.refuse(f"{left}: portfolio with this period still shows it")
    return account_of(asking, line.summary.account_id)


def _named(asking: Asking, words: str, seen: Seen) -> Line:
    names = {account_id: line.summary.account_name or "" for account_id, line in seen.by_id.items()}
    fitting = _fitting(words, names)
    if len(fitting) > 1:
        asking.refuse(_ambiguous(words, fitting, names))
    if not fitting:
        asking.refuse(_unknown(words, names))
    return seen.by_id[fitting[0]]


def _fitting(words: str, names: Mapping[str, str]) -> list[str]:
    """Give the accounts of exactly this name, else those whose names have it as a part."""
    sought = folded(words)
    exact = [key for key, name in names.items() if name and folded(name) == sought]
    return exact or [key for key, name in names.items() if name and is_part(words, name)]


def _ambiguous(words: str, fitting: Sequence[str], names: Mapping[str, str]) -> str:
    ordered = sorted(fitting, key=lambda key: (folded(names[key]), key))
    named = "; ".join(f"{key} = {clean(names[key])!r}" for key in ordered[:MOST_NAMED])
    more = f"; and {len(ordered) - MOST_NAMED} more" if len(ordered) > MOST_NAMED else ""
    return f"{clean(words)!r} fits {len(ordered)} accounts: ask again with an id. {named}{more}"


def _unknown(words: str, names: Mapping[str, str]) -> str:
    by_name = {folded(name): key for key, name in names.items() if name}
    near = nearest(folded(words), by_name)
    hint = "" if near is None else f": did you mean {by_name[near]} = {clean(names[by_name[near]])!r}?"
    advice = hint or ": ask portfolio with a part of the name as text"
    return f"no account {clean(words)!r} that you see{advice}"
