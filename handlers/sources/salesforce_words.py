"""What a CRM record says in words that config does not know."""

from collections.abc import Iterable

from config.intake import CrmObject, Intake
from handlers.sources.reading import shown
from scoring.observations import Fields, Gap
from scoring.words import folded


def leaves_open(contents: Iterable[Fields | Gap], crm_object: CrmObject, intake: Intake) -> bool:
    """Tell whether a stage of no known meaning leaves it open if an opportunity is open or won."""
    known = intake.known_words.get(f"{crm_object.kind}.stage")
    said = {name: value for content in contents if isinstance(content, Fields) for name, value in content.values}
    stage = said.get("stage")
    is_known = known is None or not isinstance(stage, str) or not stage or folded(stage) in known
    return not is_known and (said.get("is_closed") is None or said.get("is_won") is None)


def remark_unknown(contents: Iterable[Fields | Gap], crm_object: CrmObject, intake: Intake, remarks: list[str]) -> None:
    """Remark each word of a record that config has no meaning for."""
    for content in contents:
        for name, value in content.values if isinstance(content, Fields) else ():
            field = f"{crm_object.kind}.{name}"
            known = intake.known_words.get(field)
            if known is not None and isinstance(value, str) and value and folded(value) not in known:
                remarks.append(f"unknown:{field}={shown(value)}")
