"""The legend of flags: what each says of a score, and what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.source import label_of
from handlers.words.figures import count, percent
from handlers.words.flags import SENTENCES
from scoring.model import FeedLimits, Model

NAMES = {
    "stale": "SOURCE",
    "dead": "SOURCE",
    "unmapped": "SOURCE",
    "unknown_owner": "SOURCE",
    "hole": "SOURCE",
    "reread": "OBJECT",
    "unknown_word": "OBJECT.FIELD",
    "currency": "CODE",
    "invalid": "NAME",
    "waiting": "METRIC",
    "small_sample": "METRIC",
}
"""What stands behind the colon of a flag; the others stand alone."""

REMEDIES = {
    "unscored": "Map the account to its sources, and bring what they know: `healthscore doctor` says which of "
    "them do not answer, `healthscore backfill` brings the past.",
    "partial": "See in `healthscore explain` what is missing: each missing part names its source.",
    "low_confidence": "Decide nothing by this score. Bring what is missing first: `healthscore explain` lists it.",
    "signals_unknown": "Take in Salesforce (`healthscore backfill`), and map the account to its Salesforce account.",
    "monitored_critical": "Nothing to repair: ask the CSM whether the signal is still to be watched, or is resolved.",
    "segment_assumed": "Fill in the account's success tier or ARR in Salesforce, or its segment in the mapping.",
    "account_deleted": "Take the account out of the portfolio (`healthscore accounts remove`), or undelete it "
    "in Salesforce.",
    "stale": "Look whether the source's webhook, stream or sweep still runs (`healthscore status` says when each was "
    "last heard); then run `healthscore sweep`.",
    "dead": "Mend the source's webhook, stream or sweep (`healthscore doctor` checks them), then run "
    "`healthscore backfill` for what was lost, and score the account again.",
    "unmapped": "Give the account its owner in this source (`healthscore accounts set`): "
    "`healthscore identity propose` finds likely ones. Where the customer is not in this source at all, there is "
    "nothing to do.",
    "unknown_owner": "Compare the id in the mapping with the source: it is mistyped, of another workspace, or new. "
    "`healthscore identity` lists the owners that the source has named.",
    "hole": "Ask who loads the usage data for the days that `healthscore doctor` lists, then sweep and score again. "
    "Where nobody works on these weekdays, name them in config/sources.yaml (`looker.rest_days`).",
    "reread": "Run `healthscore sweep`: it reads again what changed unseen.",
    "unknown_word": "Say in config/sources.yaml, under `words` or `known_words`, what the word means: "
    "`healthscore doctor` lists the words that have no meaning yet.",
    "currency": "Add the currency's rate to config/sources.yaml, under `currency`.",
    "invalid": "Correct or fill in the value in its source; the next event or sweep brings it.",
    "waiting": "Answer and close the oldest conversations: the true figure can only be worse than what is shown.",
    "small_sample": "Nothing to repair: read the figure as a handful of cases, not as a rate.",
}
"""What to do about each flag."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A flag of the legend; `name` says what stands behind its colon (None: it stands alone)."""

    flag: str
    name: str | None
    meaning: str
    remedy: str


def legend(model: Model) -> list[Entry]:
    """Give an entry for every flag that has a sentence, what matters most first."""
    return [Entry(word, NAMES.get(word), _meaning(word, model), REMEDIES[word]) for word in SENTENCES]


def _meaning(word: str, model: Model) -> str:
    """Fill a flag's sentence with what may stand in it, rather than with an account's own names."""
    name = NAMES.get(word, "")
    return (
        SENTENCES[word]
        .replace(": {remedy}", "")
        .replace(" {check}", "")
        .format(
            floor=percent(model.coverage_floor),
            source=name,
            owner="owner",
            silence=f"was last heard longer ago than its limit ({_limits(word, model)})",
            label=name,
            name=name,
            why="because Salesforce is not covered, or has never named this account (the tier is Unknown then)",
        )
    )


def _limits(word: str, model: Model) -> str:
    return ", ".join(f"{label_of(source)} {count(days, 'day')}" for source, days in _days(word, model.limits))


def _days(word: str, limits: Mapping[str, FeedLimits]) -> Iterator[tuple[str, float]]:
    for source, limit in limits.items():
        days = limit.dead_days if word == "dead" else limit.stale_days
        if days is not None:
            yield source, days
