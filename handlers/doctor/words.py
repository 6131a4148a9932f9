"""Words that decide: each active value of a picklist must have a meaning in config, and each stage the right one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.api_names import same_name
from config.intake import CrmObject, Intake
from config.source import SALESFORCE
from handlers.clients.crm import AbsentError
from handlers.clients.remote import SourceError
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check
from handlers.doctor.described import PICKLIST, Described, DescribedField
from handlers.words.meanings import COUNTS_EMPTY, config_line, where
from scoring.words import MEANINGS, Words, folded

SYSTEM: Final = SALESFORCE.name
MOST_NAMED = 5
_STAGE = "opportunity.stage"
_STAGES = "SELECT ApiName, MasterLabel, IsClosed, IsWon FROM OpportunityStage WHERE IsActive = true"


@dataclass(frozen=True, slots=True)
class _Place:
    """A field that holds words that decide, by our name and the org's, and what config says of them."""

    ours: str
    crm_object: CrmObject
    api_name: str
    words: Words

    @property
    def check(self) -> str:
        return f"words of {self.crm_object.object}.{self.api_name}"

    @property
    def where(self) -> str:
        return f"{where(self.ours)} of config/sources.yaml"


@dataclass(frozen=True, slots=True)
class _Value:
    """A value that the org offers, as people see it too, and what it must mean where the org tells."""

    word: str
    label: str | None = None
    told: str | None = None


def check_words(
    client: SalesforceClient, intake: Intake, words: Mapping[str, Words], described: Mapping[str, Described]
) -> Iterator[Check]:
    """Check each field whose words decide; another check names one that cannot be read at all."""
    for place in _places(intake, words):
        told = described[place.crm_object.object]
        field = None if isinstance(told, str) else told.field(place.api_name)
        if field is not None and field.offered is not None:
            yield _check(client, place, field)


def _places(intake: Intake, words: Mapping[str, Words]) -> Iterator[_Place]:
    by_kind = {crm_object.kind: crm_object for crm_object in intake.objects.values()}
    for ours in MEANINGS:
        kind, _, name = ours.partition(".")
        api_name = next(given for given, field in by_kind[kind].fields.items() if field.name == name)
        yield _Place(ours, by_kind[kind], api_name, words[ours])


def _check(client: SalesforceClient, place: _Place, field: DescribedField) -> Check:
    if field.type != PICKLIST:
        problem = f"this is no picklist ({field.type}), so the org cannot say which words it holds"
        return Check(
            SYSTEM, place.check, None, problem, f"see that each word that people enter stands in {place.where}"
        )
    try:
        values = {folded(value.word): value for value in (*_offered(client, place, field), *_empty(client, place))}
    except SourceError as error:
        return Check(SYSTEM, place.check, None, str(error), f"look by hand whether each value stands in {place.where}")
    wrong = [value for value in values.values() if _is_wrong(value, place.words)]
    if not wrong:
        return Check(SYSTEM, place.check)
    return Check(SYSTEM, place.check, False, _problem(wrong, place), _remedy(wrong, place))


def _is_wrong(value: _Value, words: Words) -> bool:
    meaning = words.meaning(value.word)
    return meaning is None or value.told not in {None, meaning}


def _offered(client: SalesforceClient, place: _Place, field: DescribedField) -> Sequence[_Value]:
    """Give what the org offers: of stages by their own object, which says what each means to Salesforce."""
    stages = _stages(client) if place.ours == _STAGE and same_name(place.crm_object.object, "Opportunity") else []
    return stages or [_Value(one.value, one.label) for one in field.offered or () if one.active]


def _stages(client: SalesforceClient) -> list[_Value]:
    try:
        found = list(client.query(_STAGES))
    except AbsentError:
        return []
    return [_Value(str(one["ApiName"] or one["MasterLabel"]), one["MasterLabel"], _outcome(one)) for one in found]


def _outcome(stage: Mapping[str, object]) -> str:
    if stage["IsWon"]:
        return "won"
    return "lost" if stage["IsClosed"] else "open"


def _empty(client: SalesforceClient, place: _Place) -> Sequence[_Value]:
    """Give the empty word, where some record has it and config says nothing of it."""
    if place.ours not in COUNTS_EMPTY or place.words.meaning("") is not None:
        return ()
    asked = f"SELECT Id FROM {place.crm_object.object} WHERE {place.api_name} = null LIMIT 1"  # noqa: S608  of config
    return [_Value("")] if list(client.query(asked)) else ()


def _problem(wrong: Sequence[_Value], place: _Place) -> str:
    unknown = [value for value in wrong if place.words.meaning(value.word) is None]
    others = [value for value in wrong if value not in unknown]
    said = []
    if unknown:
        what = "value has" if len(unknown) == 1 else "values have"
        said.append(f"{len(unknown)} {what} no meaning in config: {_named(unknown)}")
    said += [
        f"{_shown(value)} is {value.told} to Salesforce, and {place.words.meaning(value.word)} in config"
        for value in others
    ]
    return "; ".join(said)


def _named(values: Sequence[_Value]) -> str:
    return ", ".join(map(_shown, values[:MOST_NAMED])) + (", ..." if len(values) > MOST_NAMED else "")


def _shown(value: _Value) -> str:
    return value.word or "the empty one"


def _remedy(wrong: Sequence[_Value], place: _Place) -> str:
    """Give the lines that config should have, as they stand in the file."""
    sure = all(value.told is not None for value in wrong)
    advice = "" if sure else ", each with the meaning that is right; what is written here is the most careful one"
    return "\n".join([f"{place.where} must say{advice}:", *(_line(value, place) for value in wrong)])


def _line(value: _Value, place: _Place) -> str:
    return f"      {config_line(place.ours, value.word, value.told, value.label)}"
