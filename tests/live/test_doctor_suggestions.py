"""Whether an org takes suggested signals is checked before any is made."""

from dataclasses import replace

from config.loader import Config
from handlers.doctor.check import Check
from handlers.doctor.described import Described, DescribedField, DescribedObject, Offered
from handlers.doctor.suggestions import check_suggestions
from tests.live.orgs import CONFIG
from tests.live.suggesting import READING

WRITTEN = ("Severity__c", "Confidence__c", "Status__c", "Suggested_Quote__c", "Conversation_Link__c")


def described(*, unique: bool = True, createable: bool = True, without: str = "", locked: str = "") -> DescribedObject:
    """Describe the object of signals as an org does that has the package."""
    category = [Offered(word) for word in READING.words.crm_words.values() if word != without]
    fields = [
        DescribedField("Suggestion_Key__c", True, False, unique, True),
        DescribedField("Signal_Category__c", True, False, False, False, "picklist", category),
        *(DescribedField(name, name != locked, False, False, False) for name in WRITTEN),
    ]
    return DescribedObject(True, createable, False, [one for one in fields if one.name != without])


def checked(said: Described, config: Config = READING) -> list[Check]:
    """Check, and give what was found."""
    return list(check_suggestions(said, config))


def test_an_org_that_has_the_package_takes_them() -> None:
    """Nothing is looked at where no message is read."""
    assert [one.ok for one in checked(described())] == [True]
    assert checked(described(), CONFIG) == []


def test_what_an_org_lacks_is_named_with_its_remedy() -> None:
    """A right, the external id, a field, a value of the category, the object."""
    for said, ok, problem in (
        (described(createable=False), None, "may not create"),
        (described(without="Suggestion_Key__c"), None, "may not create"),
        (described(unique=False), False, "not an external id that is unique"),
        (described(locked="Suggested_Quote__c"), False, "cannot be written by the API user: Suggested_Quote__c"),
        (described(without="Cancellation"), False, "Category does not offer Cancellation"),
        ("no such object", None, "no such object"),
    ):
        worst = checked(said)[-1]
        assert (worst.ok, problem in (worst.problem or ""), bool(worst.remedy)) == (ok, True, True)


def test_a_config_without_the_external_id_is_said() -> None:
    """Before the org is looked at."""
    fields = {
        name: one
        for name, one in CONFIG.intake.objects["Churn_Signal__c"].fields.items()
        if name != "Suggestion_Key__c"
    }
    objects = {
        **CONFIG.intake.objects,
        "Churn_Signal__c": replace(CONFIG.intake.objects["Churn_Signal__c"], fields=fields),
    }
    (one,) = checked(described(), replace(READING, intake=replace(READING.intake, objects=objects)))
    assert "lacks suggestion_key" in (one.problem or "")
