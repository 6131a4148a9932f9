"""`words report`: whether suggestions help, by category, and what is missed."""

from collections.abc import Iterator, Sequence

import click

from config.loader import Config
from handlers.commands.session import Session, result
from handlers.jobs.learning import learn
from handlers.jobs.samples import Missed, missed, sample_answers
from handlers.words.suggestions import CATEGORY_WORDS
from scoring.learning import Learned
from scoring.proportions import Proportion


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON in place of sentences.")
@click.pass_obj
def report(session: Session, *, as_json: bool) -> None:
    """Say how suggestions were answered, category by category, and which category has muted itself.

    Right are those that were accepted, and those that were dismissed because they were known or dealt with. A
    category whose precision is surely too low (words.yaml, mute) suggests nothing more; this is where that is
    reckoned anew. What is missed is estimated by messages without a finding, drawn each month, that CSMs looked at.

    \b
    Example:
      healthscore words report
    """
    config = session.config()
    with session.store() as store:
        said = learn(store, config, session.clock())
        sampled = missed(sample_answers(store))
    if as_json:
        result({"categories": [_json(one) for one in said], "missed": _share(sampled.missed)})
        return
    for line in _sentences(said, sampled, config):
        click.echo(line)


def _sentences(said: Sequence[Learned], sampled: Missed, config: Config) -> Iterator[str]:
    if not config.words.on:
        yield "Messages are not read: words.yaml says detector: off."
    for one in said:
        yield f"{CATEGORY_WORDS[one.category]:<38}{_answered(one)}{_muted(one, config)}"
    yield ""
    yield _missed(sampled)


def _answered(one: Learned) -> str:
    told, share = one.right, one.right.share
    waiting = f"; {one.waiting} wait" if one.waiting else ""
    expired = f"; {one.unanswered} expired unanswered" if one.unanswered else ""
    if share is None:
        return f"no answers yet{waiting}{expired}"
    return f"right {told.part} of {told.whole}, {share:.0%} [{told.low:.0%}, {told.high:.0%}]{waiting}{expired}"


def _muted(one: Learned, config: Config) -> str:
    mute = config.words.mute
    return f"; muted: its lower limit is under {mute.below:.0%} after {mute.after} answers" if one.is_muted else ""


def _missed(sampled: Missed) -> str:
    told = sampled.missed
    if told.share is None:
        return "What is missed is not known: no message of the monthly samples was looked at yet (healthscore desk)."
    what = ", ".join(f"{times} {CATEGORY_WORDS[name]}" for name, times in sampled.by_category)
    return (
        f"Of {told.whole} messages without a finding that were drawn and looked at, {told.part} were signals"
        f" ({told.share:.0%} [{told.low:.0%}, {told.high:.0%}]){f': {what}' if what else ''}."
    )


def _json(one: Learned) -> dict[str, object]:
    counts = {"waiting": one.waiting, "unanswered": one.unanswered, "muted": one.is_muted}
    return {"category": one.category, "right": _share(one.right), **counts}


def _share(told: Proportion) -> dict[str, object]:
    return {"part": told.part, "of": told.whole, "share": told.share, "low": told.low, "high": told.high}
