"""Whether an org takes suggested signals: the right to create them, their external id, the values of their category."""

from collections.abc import Iterator
from typing import Final

from config.api_names import lacking
from config.loader import Config
from config.source import SALESFORCE
from handlers.doctor.check import Check
from handlers.doctor.described import Described, DescribedObject
from handlers.environment import SettingsError
from handlers.jobs.suggestions import names_of
from handlers.sinks.suggested import Names

SYSTEM: Final = SALESFORCE.name
NAME = "suggest signals"
_GRANT = "deploy the package of salesforce/, and give the API user the permission set Health Score Suggestions"


def check_suggestions(described: Described, config: Config) -> Iterator[Check]:
    """Check what `words suggest` writes; nothing where no message is read. Whether it is used, the org does not say."""
    if not config.words.on:
        return
    try:
        names = names_of(config)
    except SettingsError as error:
        yield Check(SYSTEM, NAME, False, str(error), "see config/sources.yaml as it ships")
        return
    if isinstance(described, str):
        yield Check(SYSTEM, NAME, None, described, _GRANT)
        return
    yield _writable(described, names)
    yield from _unoffered(described, names, config)


def _writable(described: DescribedObject, names: Names) -> Check:
    key = described.field(names.apis["suggestion_key"])
    if key is None or not described.createable:
        return Check(SYSTEM, NAME, None, "the API user may not create suggested signals", _GRANT)
    if not (key.external_id and key.unique):
        remedy = f"tick External ID and Unique at {key.name} in the org, and do not treat capitals as different"
        return Check(SYSTEM, NAME, False, f"{key.name} is not an external id that is unique: they would double", remedy)
    wanted = [names.apis[one] for one in ("severity", "confidence", "status") if one in names.apis]
    wanted += [one for one in (names.fields.quote, names.fields.link) if one is not None]
    locked = lacking([key.name, *wanted], [field.name for field in described.fields if field.createable])
    if locked:
        return Check(SYSTEM, NAME, False, f"cannot be written by the API user: {', '.join(locked)}", _GRANT)
    return Check(SYSTEM, NAME)


def _unoffered(described: DescribedObject, names: Names, config: Config) -> Iterator[Check]:
    """Name the categories that the picklist does not offer: the org would refuse them."""
    field = described.field(names.apis.get("category", ""))
    offered = {one.value for one in (field.offered or ()) if one.active} if field is not None else set()
    words = config.words
    absent = sorted({words.categories[name].crm for name in words.active} - offered)
    if offered and absent:
        remedy = "add these values in the org, or name others in categories of config/words.yaml"
        yield Check(SYSTEM, NAME, False, f"Category does not offer {', '.join(absent)}", remedy)
