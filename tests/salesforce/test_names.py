"""Other names: one table, words by what they stand for, and names that Salesforce would refuse."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from shutil import copytree

import pytest

import config
from config.loader import load_config
from handlers.package.errors import PackageError
from handlers.package.folders import left_out
from handlers.package.rename import renamed_path, renamed_text
from handlers.package.renames import Renames
from handlers.package.schema import Schema, schema_of
from handlers.package.source import field_files, names
from handlers.package.table import called, renames, written

FILES = tuple(field_files())
SCHEMA: Schema = schema_of(FILES, names("*.object-meta.xml"))
FIELDS = [one.name for one in FILES if one.folder == "optional/account-fields"]
CONFIG = load_config()


def test_the_table_is_what_config_says() -> None:
    """Each name of the config that the package has stands in the table as the config has it, and no other."""
    theirs, known = called(CONFIG), written()
    assert {key: place.rpartition(".")[2] for key, place in known.items()} == {key: theirs[key] for key in known}
    ours = {(one.crm_object, one.name) for one in FILES}
    kinds = {key: name for key, name in theirs.items() if "." not in key} | {"record": "Health_Score__c"}
    for key, name in theirs.items():
        kind = key.partition(".")[0]
        owner = "Activity" if kind == "event" else kinds[kind]
        is_ours = (owner, name) in ours if "." in key else name in SCHEMA.custom
        assert not is_ours or key in known, f"{key}: write it into salesforce/names.yaml"


def test_what_the_table_names_is_in_the_package() -> None:
    """Custom fields and objects; of Salesforce's own fields none is created."""
    for place in written().values():
        crm_object, _, field = place.partition(".")
        if place.endswith("__c"):
            assert SCHEMA.owner(crm_object, field) == crm_object if field else crm_object in SCHEMA.custom


SOME = Renames(
    SCHEMA,
    {
        ("Account", "ARR__c"): "Value__c",
        ("Account", "Responsiveness__c"): "Rating__c",
        ("Churn_Signal__c", "Status__c"): "State__c",
        ("Churn_Signal__c", "Account__c"): "Customer__c",
    },
    {"Churn_Signal__c": "Risk__c"},
    {"Churn_Signals": "Risks"},
)
FORMULA = '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><formula>{}</formula></CustomField>'
FLOW = (
    '<Flow xmlns="http://soap.sforce.com/2006/04/metadata"><start><object>Churn_Signal__c</object></start>'
    "<recordLookups><name>Score</name><object>Health_Score__c</object></recordLookups><x>{}</x></Flow>"
)
OF_SIGNALS, OF_ACCOUNTS = (
    PurePosixPath(f"1-objects/main/default/objects/{name}/fields/X.field-meta.xml")
    for name in ("Churn_Signal__c", "Account")
)
FLOWS, APEX, OTHER = PurePosixPath("flows/X.flow-meta.xml"), PurePosixPath("classes/X.cls"), PurePosixPath("x.json")
MAIL = PurePosixPath("email/X.email")


@pytest.mark.parametrize(
    ("path", "form", "text", "wanted"),
    [
        (OF_ACCOUNTS, FORMULA, "ARR__c + My_ARR__c + ARR__c2", "Value__c + My_ARR__c + ARR__c2"),
        (OF_ACCOUNTS, FORMULA, "Responsiveness__c", "Rating__c"),
        (OF_SIGNALS, FORMULA, "TEXT(Status__c) &amp; &quot;x&quot;", "TEXT(State__c) &amp; &quot;x&quot;"),
        (OF_SIGNALS, FORMULA, "Account__r.Responsiveness__c", "Customer__r.Rating__c"),
        (OF_SIGNALS, FORMULA, "<![CDATA[Account__r.ARR__c < 1]]>", "<![CDATA[Customer__r.Value__c < 1]]>"),
        (FLOWS, FLOW, "{!$Record.Status__c} {!Score.Status__c}", "{!$Record.State__c} {!Score.Status__c}"),
        (FLOWS, FLOW, "Score.Account__r.Responsiveness__c", "Score.Account__r.Rating__c"),
        (FLOWS, FLOW, "$Record__Prior.Account__r.ARR__c", "$Record__Prior.Customer__r.Value__c"),
        (FLOWS, FLOW, "Account.Churn_Signals__r$Status__c", "Account.Risks__r$State__c"),
        (FLOWS, FLOW, "Health_Score__c.Responsiveness__c", "Health_Score__c.Responsiveness__c"),
        (FLOWS, FLOW, "Churn_Signal__ChangeEvent", "Risk__ChangeEvent"),
        (APEX, "{}", "Churn_Signal__c s; s.Status__c = 'x';", "Risk__c s; s.State__c = 'x';"),
        (
            APEX,
            "{}",
            "new Churn_Signal__c(Account__c = f(a), Status__c = 'x')",
            "new Risk__c(Customer__c = f(a), State__c = 'x')",
        ),
        (APEX, "{}", "[SELECT Status__c FROM Health_Score__c]", "[SELECT Status__c FROM Health_Score__c]"),
        (OTHER, "{}", "ARR__c", "Value__c"),
        (MAIL, "{}", "{!Churn_Signal__c.Status__c}.", "{!Risk__c.State__c}."),
    ],
)
def test_a_word_is_renamed_by_what_it_stands_for(path: PurePosixPath, form: str, text: str, wanted: str) -> None:
    """In formulas, merge fields, reports, Apex: whole words, and those of the object that is meant."""
    assert renamed_text(path, form.format(text), SOME) == form.format(wanted).replace(
        "<object>Churn_Signal__c", "<object>Risk__c"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [(APEX, "x.Status__c = 1;"), (FLOWS, FLOW.format("Nobody.Status__c")), (MAIL, "{!Relation.Status__c}")],
)
def test_a_word_that_could_mean_two_things_is_refused(path: PurePosixPath, text: str) -> None:
    """Rather than changed or left at random."""
    with pytest.raises(PackageError, match=r"whose field is meant by \w+\.Status__c\?$"):
        renamed_text(path, text, SOME)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("objects/Churn_Signal__c/fields/Status__c.field-meta.xml", "objects/Risk__c/fields/State__c.field-meta.xml"),
        (
            "objects/Health_Score__c/fields/Status__c.field-meta.xml",
            "objects/Health_Score__c/fields/Status__c.field-meta.xml",
        ),
        (
            "layouts/Churn_Signal__c-Churn Signal Layout.layout-meta.xml",
            "layouts/Risk__c-Churn Signal Layout.layout-meta.xml",
        ),
        ("tabs/Churn_Signal__c.tab-meta.xml", "tabs/Risk__c.tab-meta.xml"),
        ("m/Health_chn_Churn_Signal_ChangeEvent.x-meta.xml", "m/Health_chn_Risk_ChangeEvent.x-meta.xml"),
        ("flows/Quick_Log_Churn_Signal.flow-meta.xml", "flows/Quick_Log_Churn_Signal.flow-meta.xml"),
    ],
)
def test_files_bear_the_new_names(old: str, new: str) -> None:
    """Where their place or name is that of an object or a field."""
    assert str(renamed_path(PurePosixPath(old), SOME)) == new


def asked(
    tmp_path: Path, changes: Mapping[str, str], *without: str, others: Mapping[str, str] | None = None
) -> Renames:
    """Give the names of a config with some lines changed."""
    folder = tmp_path / "config"
    copytree(Path(config.__file__).parent, folder, ignore=lambda *_: ["__pycache__"])
    for name in ("sources.yaml", "record.yaml"):
        text = (folder / name).read_text()
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / name).write_text(text)
    return renames(load_config(folder), SCHEMA, left_out(without, FIELDS), others or {})


@pytest.mark.parametrize(
    ("changes", "others", "said"),
    [
        ({"arr: ARR__c": "arr: AnnualRevenue"}, {}, "account.arr: AnnualRevenue is no name of a custom field"),
        ({"arr: ARR__c": "arr: crm__ARR__c"}, {}, "belongs to a managed package"),
        ({"arr: ARR__c": f"arr: {'A' * 41}__c"}, {}, "longer than 40 characters"),
        ({"arr: ARR__c": "arr: Signal_State__c"}, {}, "already the name of Account.Signal_State__c"),
        ({"arr: ARR__c": "arr: signal_state__c"}, {}, "already the name of Account.Signal_State__c"),
        ({"object: CSQL__c": "object: Lead"}, {}, "csql: Lead is no name"),
        ({"object: CSQL__c": "object: Health_Score__c"}, {}, "already the name of Health_Score__c"),
        ({}, {"Account.ARR__c": "X__c"}, "is changed in config/sources.yaml"),
        ({}, {"Health_Score__c": "X__c"}, "is changed in config/sources.yaml"),
        ({}, {"Account.Nothing__c": "X__c"}, "the package has no such field"),
        ({}, {"Account.Signal_State__c": "1st__c"}, "is no name of a custom field"),
        ({}, {"Health_Scores": "Health Scores"}, "is no name of a relationship"),
        ({}, {"Health_Scores": "churn_signals"}, "already the name of Churn_Signals"),
        ({}, {"Account.Signal_State__c": "A\nB__c"}, "is no name of a custom field"),
    ],
)
def test_a_wrong_name_is_refused_in_a_line(
    tmp_path: Path, changes: dict[str, str], others: dict[str, str], said: str
) -> None:
    """With the key that asks for it."""
    with pytest.raises(PackageError) as refused:
        asked(tmp_path, changes, others=others)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_field_that_the_org_brings_may_be_of_a_managed_package(tmp_path: Path) -> None:
    """Where it is left out, alone or with its folder; an object of a folder left out may be any."""
    new = asked(tmp_path, {"arr: ARR__c": "arr: crm__ARR__c", "object: CSQL__c": "object: Lead"}, "arr__c", "csql")
    assert (dict(new.fields), dict(new.objects)) == ({("Account", "ARR__c"): "crm__ARR__c"}, {})
