"""Permission sets: each gives what its users need, all of it, and nothing more."""

import pytest

from tests.live.orgs import CONFIG
from tests.salesforce.package import Component, fields, named, of_type, text, texts
from tests.salesforce.schema import find, objects

SCORE = "Health_Score__c"
PEOPLE = ("Health_Score_CSM", "Health_Score_CS_Leader")
FLOWS = ["Accept_Suggested_Signal", "Dismiss_Suggested_Signal", "Quick_Log_Churn_Signal", "Send_Renewal"]


def sets(name: str) -> list[Component]:
    """Give a permission set, and those of the optional folders that go with it."""
    added = [f"{name}_{folder}" for folder in ("Account_Fields", "CSQL", "Payments")]
    return [named("PermissionSet", one) for one in (name, *added)]


def granted(name: str) -> dict[str, bool]:
    """Give the fields that a permission set lets its users see, and whether they may edit them."""
    found = [one for permissions in sets(name) for one in permissions.all("fieldPermissions")]
    return {text(one, "field") or "": text(one, "editable") == "true" for one in found}


def rights(name: str) -> dict[str, set[str]]:
    """Give what a permission set lets its users do with each object."""
    may: dict[str, set[str]] = {}
    for permissions in sets(name):
        for crm_object, found in rights_of(permissions).items():
            may.setdefault(crm_object, set()).update(found)
    return may


def rights_of(permissions: Component) -> dict[str, set[str]]:
    """Give what one permission set alone lets its users do with each object."""
    return {
        text(one, "object") or "": {part.tag.rpartition("}")[2] for part in one if part.text == "true"}
        for one in permissions.all("objectPermissions")
    }


def test_the_middleware_writes_its_own_fields_alone() -> None:
    """Every field of the record map that can be named, and no other, may be edited."""
    editable = {name for name, edit in granted("Health_Score_Integration").items() if edit}
    wanted = {field.field for field in CONFIG.record_map if not objects()[SCORE][field.field].is_required}
    assert editable == {f"{SCORE}.{name}" for name in wanted}


def test_the_middleware_reads_what_config_says() -> None:
    """Every field of our own that config/sources.yaml names is seen; required ones always are."""
    seen = granted("Health_Score_Integration")
    for crm_object in CONFIG.intake.objects.values():
        for name, field in objects()[crm_object.object].items():
            if name in crm_object.fields and field.component is not None and not field.is_required:
                assert seen[f"{crm_object.object}.{name}"] is False


def test_the_middleware_may_do_no_more() -> None:
    """It creates and edits scores, reads the rest, deletes nothing, and may use the API alone."""
    may = rights("Health_Score_Integration")
    read = {"allowRead"}
    assert may.pop(SCORE) == {"allowRead", "allowCreate", "allowEdit"}
    assert may.pop("Account") == may.pop("Opportunity") == {"allowRead", "viewAllRecords"}
    assert may == {"Churn_Signal__c": read, "Payment_Record__c": read, "CSQL__c": read}
    assert "ApiUserOnly" in texts(named("PermissionSet", "Health_Score_Integration").root, "userPermissions/name")


@pytest.mark.parametrize("people", PEOPLE)
def test_people_see_every_score_and_edit_none(people: str) -> None:
    """All fields of a health score, and all roll-ups; a score is nobody's to write."""
    seen = granted(people)
    for crm_object in (SCORE, "Churn_Signal__c", "Account"):
        named_fields = {name for name in fields(crm_object) if not objects()[crm_object][name].is_required}
        assert {f"{crm_object}.{name}" for name in named_fields} <= seen.keys()
    assert not any(edit for name, edit in seen.items() if name.startswith(SCORE))
    assert rights(people)[SCORE] == {"allowRead"}
    assert {"allowCreate", "allowEdit"} <= rights(people)["Churn_Signal__c"]
    assert texts(named("PermissionSet", people).root, "flowAccesses/flow") == FLOWS


def test_people_decide_on_suggestions_and_write_none() -> None:
    """The two roles may edit signals, and so accept or dismiss; nobody edits a quote, nor who decided and when."""
    sets_of_all = {one.name: rights_of(one).get("Churn_Signal__c", set()) for one in of_type("PermissionSet")}
    desk = "Health_Score_Desk_Decisions"
    assert {name for name, may in sets_of_all.items() if "allowEdit" in may} == {*PEOPLE, "Health_Score_Admin", desk}
    said = ("Suggested_Quote__c", "Accepted_By__c", "Accepted_At__c", "Dismissed_By__c", "Dismissed_At__c")
    for people in PEOPLE:
        assert [granted(people)[f"Churn_Signal__c.{name}"] for name in said] == [False] * len(said)


def test_who_suggests_may_do_nothing_else() -> None:
    """A permission set of its own creates suggested signals; the middleware has it only where it is to suggest."""
    suggests = named("PermissionSet", "Health_Score_Suggestions")
    assert rights_of(suggests) == {"Account": {"allowRead"}, "Churn_Signal__c": {"allowRead", "allowCreate"}}
    assert texts(suggests.root, "customPermissions/name") == ["Suggest_Churn_Signals"]
    others = sorted(one.name for one in of_type("PermissionSet") if one.all("customPermissions"))
    assert others == ["Health_Score_Desk_Decisions", "Health_Score_Suggestions"]


def test_who_decides_for_people_edits_signals_and_makes_none() -> None:
    """A permission set of its own, beside the one that suggests: only where people decide on the desk."""
    decides = named("PermissionSet", "Health_Score_Desk_Decisions")
    assert rights_of(decides) == {"Account": {"allowRead"}, "Churn_Signal__c": {"allowRead", "allowEdit"}}
    assert texts(decides.root, "customPermissions/name") == ["Decide_For_Others"]


@pytest.mark.parametrize("people", PEOPLE)
def test_people_see_a_renewal_and_write_its_terms(people: str) -> None:
    """Where it stands is the flows' to write; the settings of the flows can be read by whom they run for."""
    seen = {name: edit for name, edit in granted(people).items() if name.startswith("Opportunity.")}
    assert seen == {f"Opportunity.{name}": name == "Renewal_Terms__c" for name in fields("Opportunity")}
    assert rights(people)["Opportunity"] == {"allowRead", "allowEdit"}
    assert "Health_Setting__mdt" in texts(named("PermissionSet", people).root, "customMetadataTypeAccesses/name")


def test_an_administrator_sees_and_edits_all_of_the_package() -> None:
    """Every field that can be named, edited where it can be; every object, tab, screen and setting."""
    seen, may = granted("Health_Score_Admin"), rights("Health_Score_Admin")
    settings = {one.name for one in of_type("CustomObject") if one.name.endswith("__mdt")}
    for component in of_type("CustomField"):
        known = find("Event" if component.object == "Activity" else component.object, component.name)
        assert known is not None
        if component.object not in settings and not known.is_required:
            assert seen.pop(f"{known.crm_object}.{known.name}") is not known.is_computed
    assert seen == {}
    whole = {one.name for one in of_type("CustomObject")} - settings - {"Account"}
    assert all({"allowCreate", "allowEdit", "allowDelete", "allowRead"} <= may[name] for name in whole)
    (main, *_) = sets("Health_Score_Admin")
    assert set(texts(main.root, "customMetadataTypeAccesses/name")) == settings
    assert set(texts(main.root, "tabSettings/tab")) == {one.name for one in of_type("CustomTab")}
    screens = {one.name for one in of_type("Flow") if one.text("processType") == "Flow"}
    assert set(texts(main.root, "flowAccesses/flow")) == screens


def test_leaders_may_delete_what_was_logged_by_mistake() -> None:
    """And CSMs may not."""
    assert ["allowDelete" in rights(people)["Churn_Signal__c"] for people in PEOPLE] == [False, True]


def test_layouts_show_every_field() -> None:
    """The page of a score has each of its fields but the receipt, which is for machines; the others have all.

    A setting, too: a field that is deployed is on no page by itself, and nobody could edit it.
    """
    others = (("Churn_Signal__c", "Churn Signal"), ("Health_Fault__c", "Health Fault"))
    for crm_object, layout in ((SCORE, "Health Score"), *others, ("Health_Setting__mdt", "Health Setting")):
        here = {name for name, field in fields(crm_object).items() if field.folder == "1-objects"}
        shown = texts(named("Layout", f"{crm_object}-{layout} Layout").root, "//layoutItems/field")
        assert here - {*shown} == ({"Receipt__c"} if crm_object == SCORE else set())
        assert crm_object != SCORE or shown[0] == "Drivers__c", "why stands on top"


def test_the_channel_carries_the_five_objects() -> None:
    """As many as an org may select, Health_Score__c not among them, each with its account."""
    members = {one.text("selectedEntity") or "": one for one in of_type("PlatformEventChannelMember")}
    with_account = {name: texts(one.root, "enrichedFields/name") for name, one in members.items()}
    assert with_account == {
        "AccountChangeEvent": [],
        "OpportunityChangeEvent": ["AccountId"],
        "EventChangeEvent": ["AccountId"],
        "Churn_Signal__ChangeEvent": ["Account__c"],
        "Payment_Record__ChangeEvent": ["Account__c"],
    }
    assert members["EventChangeEvent"].text("filterExpression") == "Type = 'QBR'"


def test_history_is_kept_of_every_field_of_a_signal() -> None:
    """Whatever a CSM or a flow changes; of formulas and the account none can be kept."""
    tracked = {name for name, field in fields("Churn_Signal__c").items() if field.text("trackHistory") == "true"}
    computed = {name for name, field in objects()["Churn_Signal__c"].items() if field.is_computed}
    assert tracked == fields("Churn_Signal__c").keys() - computed - {"Account__c"}
    assert named("CustomObject", "Churn_Signal__c").text("enableHistory") == "true"
