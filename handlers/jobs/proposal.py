"""A draft as it is proposed: the files that change, its line in the log of figures, its impact."""

from collections.abc import Mapping
from typing import NamedTuple

from handlers.jobs.draft_figures import Drafted, Figures
from handlers.jobs.drafts import Draft
from handlers.jobs.impact_file import IMPACT, Stated, impact_words, written_impact
from handlers.jobs.patch import patch
from handlers.words.layout import clean

LOG = "CHANGELOG.md"
_HEAD = "# What changed in the figures, newest first\n\n"
FOLDER = "config"


class Proposal(NamedTuple):
    """The texts of files of the config before (None: not there) and after, by name."""

    before: Mapping[str, str | None]
    after: Mapping[str, str]

    @property
    def patch(self) -> str:
        """Write it as a patch."""
        before = {f"{FOLDER}/{name}": text for name, text in self.before.items() if text is not None}
        return patch(before, {f"{FOLDER}/{name}": text for name, text in self.after.items()})


def proposal(figures: Figures, draft: Draft, drafted: Drafted, impact: Stated, day: str) -> Proposal:
    """Make the files of a proposal, made on a day."""
    old = {name: _read(figures, name) for name in (LOG, IMPACT)}
    log = _logged(old[LOG] or _HEAD, _line(draft, impact, day))
    after = {**drafted.texts, LOG: log, IMPACT: written_impact(impact)}
    before = {**figures.texts, **old}
    return Proposal({name: before[name] for name in after}, after)


def _read(figures: Figures, name: str) -> str | None:
    path = figures.directory / name
    return path.read_bytes().decode() if path.exists() else None


def _line(draft: Draft, impact: Stated, day: str) -> str:
    name, author, reason = (one_line(text) for text in (draft.name, draft.author, draft.reason))
    return f"- {day} · {name} · {author}: {reason} (model {draft.base} → {draft.version}; {impact_words(impact)})\n"


def _logged(log: str, line: str) -> str:
    """Put a line before the first one there is."""
    head, mark, rest = log.partition("\n- ")
    return f"{head}\n{line}{mark[1:]}{rest}" if mark else f"{log.rstrip()}\n\n{line}"


def one_line(text: str) -> str:
    """Write what somebody wrote on one line, without marks that a page of Markdown would act on."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#|@!&" else one for one in " ".join(clean(text).split()))
