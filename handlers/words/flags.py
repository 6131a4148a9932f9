"""Flags and sources in words."""

from collections.abc import Iterable, Iterator

from config.source import SOURCES, label_of
from handlers.words.figures import count, percent, span, title
from handlers.words.layout import clean
from scoring.metrics.catalogue import BY_NAME
from scoring.metrics.support_health import OF_MESSAGES
from scoring.model import Model
from scoring.roles import ROLES
from scoring.score import Measurements

SENTENCES = {
    "unscored": "There is no score, because nothing that counts is known yet. That is not a score of 0.",
    "partial": "Part of the picture is missing: the score rests on what is known.",
    "low_confidence": "Less than {floor} of what counts is known: do not act on the score alone.",
    "signals_unknown": "Churn signals are not known, {why}. There may be a cap that is not shown.",
    "monitored_critical": (
        "A Critical signal is only under monitoring, so it counts as Moderate. Set it to Active if the danger is real."
    ),
    "segment_assumed": (
        "It is scored as Standard, because neither its success tier nor its ARR is filled in. Fill in one of them."
    ),
    "account_deleted": (
        "It gets no record, because it is deleted in Salesforce. Restore it there, or take it out of the mapping."
    ),
    "stale": "{source} {silence}: its last figures are used, and may be out of date. {check}",
    "dead": "{source} {silence}: its figures are left out until it is heard again. {check}",
    "unmapped": (
        "No {source} {owner} is mapped to this account, so nothing from {source} counts. "
        "`healthscore identity audit` proposes one."
    ),
    "unknown_owner": (
        "{source} has never named one {owner} that this account is mapped to, so what it should tell is missing. "
        "The id may be mistyped: `healthscore identity audit` proposes another."
    ),
    "hole": (
        "{source} has no usage of any customer on some days, so the login trends are left out. "
        "`healthscore doctor` lists the days."
    ),
    "reread": (
        "A change to {name} in Salesforce did not reach us: the last known values are used until the next sweep "
        "reads it again."
    ),
    "unknown_word": "Nobody has said what a word in {name} means, so it counts for nothing good: {remedy}.",
    "currency": (
        "The ARR is in {name}, for which there is no exchange rate, so what needs the ARR is left out. "
        "Add the rate to config/sources.yaml."
    ),
    "invalid": "A value is empty or wrong where it is kept, and is left out: {label}. Correct it there.",
    "waiting": "Most of these conversations are still waiting: {label} is as long as shown, or longer.",
    "small_sample": "Fewer than five conversations stand behind {label}: one more may change a lot.",
}
"""A sentence for every flag by its stable word; what matters most stands first."""

_SMALL = "small_sample:"
_REMEDY = "give it a meaning in config/sources.yaml (`healthscore doctor` lists such words)"
_CHECK = "`healthscore doctor` checks the connection."
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
    """Put flags into sentences, what matters most first; all small samples share one, of messages another."""
    ordered = sorted(flags, key=_weight)
    small = [flag for flag in ordered if flag.startswith(_SMALL)]
    others = [flag for flag in ordered if flag not in small]
    return [*(_sentence(flag, measurements, model) for flag in others), *_few(small)]


def _few(small: Iterable[str]) -> Iterator[str]:
    names = [flag.removeprefix(_SMALL) for flag in small]
    by_noun = {
        "conversations": [name for name in names if name not in OF_MESSAGES],
        "messages": [name for name in names if name in OF_MESSAGES],
    }
    for noun, of in by_noun.items():
        if of:
            said = SENTENCES["small_sample"].format(label=", ".join(map(_label, of)))
            yield said.replace("conversations", noun, 1)


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
        check=_CHECK,
    )


def _why_unknown(measurements: Measurements) -> str:
    if measurements.signals_known:
        return "because Salesforce has not been read in full (`healthscore backfill` does that)"
    return "because Salesforce never named this account, so the tier is Unknown: check its id in the mapping"


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
    return f"was last heard {span(age)} before, which is more than {count(days, 'day')}"


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
