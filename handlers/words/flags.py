"""Flags and sources in words."""

from collections.abc import Iterable

from config.source import SOURCES, label_of
from handlers.words.figures import count, percent, span, title
from handlers.words.layout import clean
from scoring.metrics.catalogue import BY_NAME
from scoring.model import Model
from scoring.roles import ROLES
from scoring.score import Measurements

SENTENCES = {
    "unscored": "Nothing that the model weighs is known, so there is no score; that is not a score of 0.",
    "partial": "Part of what the model weighs is missing; its weight is shared out among what is known.",
    "low_confidence": "Less than {floor} of the model rests on data: the score says little.",
    "signals_unknown": "Churn signals are not known: {why}. A cap may be missing.",
    "monitored_critical": "A Critical signal is under monitoring: it counts as Moderate, never as Confirmed.",
    "segment_assumed": "The segment is assumed to be Standard: neither success tier nor ARR is known.",
    "account_deleted": "The account is deleted in Salesforce: it gets no record.",
    "stale": "{source} {silence}: its figures are used, but they may be out of date.",
    "dead": "{source} {silence}: what it would tell is missing until it is heard again.",
    "unmapped": "No {source} {owner} is mapped to this account: what it would tell is missing.",
    "unknown_owner": "One mapped {source} {owner} was never named by {source}: check the mapping.",
    "hole": "{source} has no usage of anybody on some days of the login windows: their trends are missing.",
    "reread": "A change of {name} in Salesforce went unseen: the last known values are used until it is read again.",
    "unknown_word": "A word of {name} has no meaning in config/sources.yaml, so it counts for nothing good: {remedy}.",
    "currency": "The ARR is in {name}, for which config/sources.yaml has no rate: what hangs on it is missing.",
    "invalid": "A value of {label} is missing or wrong in its source, and is left out.",
    "waiting": "Most conversations are not over yet: {label} is at least what is shown.",
    "small_sample": "Fewer than five conversations stand behind {label}.",
}
"""A sentence for every flag by its stable word; what matters most stands first."""

_SMALL = "small_sample:"
_REMEDY = "give it one (`healthscore doctor` lists the words of the org that have none)"
_FIELDS = {
    "severity": "a churn signal's severity (so the signal is skipped)",
    "confidence": "a Critical signal's confidence (so it counts as not Confirmed)",
    "status": "a churn signal's status (so the signal is skipped)",
    "payment_date": "a failed payment's date",
    "close_date": "an opportunity's close date",
    "activity_date": "a business review's date",
    "attended": "a business review's attendance",
    "is_child": "what tells two business reviews of one day from copies (IsChild, IsRecurrence)",
    "currency": "the currency of the ARR",
    "success_tier": "the success tier",
}


def sentences(flags: Iterable[str], measurements: Measurements, model: Model) -> list[str]:
    """Put flags into sentences, what matters most first; all small samples share one."""
    ordered = sorted(flags, key=_weight)
    small = [flag for flag in ordered if flag.startswith(_SMALL)]
    others = [flag for flag in ordered if flag not in small]
    labels = ", ".join(_label(flag.removeprefix(_SMALL)) for flag in small)
    return [
        *(_sentence(flag, measurements, model) for flag in others),
        *([SENTENCES["small_sample"].format(label=labels)] if small else []),
    ]


def _weight(flag: str) -> tuple[int, str]:
    words = list(SENTENCES)
    word = flag.partition(":")[0]
    return (words.index(word) if word in words else len(words)), flag


def _sentence(flag: str, measurements: Measurements, model: Model) -> str:
    word, _, name = flag.partition(":")
    if word not in SENTENCES:
        return clean(flag)
    return SENTENCES[word].format(
        floor=percent(model.coverage_floor),
        source=clean(label_of(name)),
        owner=SOURCES[name].owner if name in SOURCES else "owner",
        silence=_silence(name, measurements, model),
        label=_label(name),
        name=clean(name),
        why=_why_unknown(measurements),
        remedy=_REMEDY,
    )


def _why_unknown(measurements: Measurements) -> str:
    covered = measurements.signals_known
    return "Salesforce is not covered" if covered else "Salesforce never named this account, so the tier is Unknown"


def _label(name: str) -> str:
    if name in _FIELDS:
        return _FIELDS[name]
    return f'"{title(name)}"' if name in BY_NAME else clean(name)


def _silence(source: str, measurements: Measurements, model: Model) -> str:
    age = (measurements.age_hours or {}).get(source)
    limits = model.limits.get(source)
    if age is None or limits is None:
        return "has not been heard yet"
    dead = f"dead:{source}" in measurements.flags and limits.dead_days is not None
    days = limits.dead_days if dead and limits.dead_days is not None else limits.stale_days
    return f"was last heard {span(age)} before, longer ago than {count(days, 'day')}"


def in_order(sources: Iterable[str]) -> list[str]:
    """Put sources in the order in which people read them: support, the CRM, usage."""
    return sorted(sources, key=lambda name: (ROLES.index(SOURCES[name].role) if name in SOURCES else len(ROLES), name))


def freshness(source: str, hours: int | None) -> str:
    """Say how long before the as-of instant a source was last heard (whole hours; None: never)."""
    label = label_of(source)
    if source in SOURCES and SOURCES[source].role == "usage":
        return f"{label}: no reading yet" if hours is None else f"{label}: the latest reading is {span(hours)} old"
    heard = "not heard yet" if hours is None else f"last heard {span(hours)} before"
    return f"{label}: {heard}"
