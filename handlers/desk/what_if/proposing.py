"""What a pull request of a draft says."""

import re
from collections.abc import Iterator

from handlers.clients.github.proposals import Asked
from handlers.desk.what_if.gate import AGREEMENT
from handlers.desk.what_if.judging import Case
from handlers.jobs.impact_file import impact_words
from handlers.jobs.proposal import Proposal, one_line
from handlers.words.layout import clean

LABEL = "let through: {}"
"""The label that the gate of a pull request reads (.github/workflows/gate.yml)."""

_LONGEST_TITLE = 70

_ACTS = re.compile(r"(?<=[@#])|(?<=\bGH-)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
"""Where GitHub begins a mention, a reference or a link. It looks for them once Markdown is made, so that a backslash
before one is gone by then (github/cmark-gfm#181); in a commit's message there is no Markdown at all."""
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"


def asked_for(case: Case, made: Proposal, word: str) -> Asked:
    """Say of a draft what a reviewer needs; `word` is why limits are let through."""
    draft = case.kept.draft
    labels = [LABEL.format(limit) for limit in case.gate.asked if limit != AGREEMENT]
    title = f"Figures: {_quiet(clean(draft.name))}"[:_LONGEST_TITLE]
    return Asked(draft.hash, title, "\n".join(_body(case, word)), made.before, made.after, labels)


def _body(case: Case, word: str) -> Iterator[str]:
    """Write the body: what people wrote stands in it as text, mentions nobody and is no link."""
    draft, impact = case.kept.draft, case.impact
    yield from (f"**Why:** {_text(draft.reason)}", "", f"**Proposed by:** {_text(draft.author)}")
    if impact is not None:
        yield from ("", f"**Impact on {impact_words(impact)}** (model {impact.model_version} → {impact.draft_version})")
    yield from ("", "At the gate:", "")
    for check in case.gate.checks:
        yield f"- {_SIGNS[check.state]} {check.title}: {_text(check.said)}"
    if word:
        yield from ("", f"**Let through** ({', '.join(case.gate.asked)}): {_text(word)}")
    yield from ("", f"Draft {draft.hash}. CI computes the impact again, and refuses one that differs.")


def _text(said: str) -> str:
    return _quiet(one_line(said))


def _quiet(said: str) -> str:
    """Break what GitHub would act on by a space without width: nobody is called, nothing is closed or linked."""
    return _ACTS.sub(_NO_WIDTH, said)


_SIGNS = {"ok": "met", "ask": "passed", "stop": "not met", "unknown": "cannot be told"}
