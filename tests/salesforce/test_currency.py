"""Amounts in an org of several currencies: each stays in its record's own, and only Salesforce converts it.

`CurrencyIsoCode` is there only in such an org, so no file can name it. A flow or formula that compared, copied or
told an amount would take it for one of another currency; a report's filter takes its figure for the user's own.
"""

import re

import pytest

from tests.salesforce.package import Component, file_of, of_type, package, texts
from tests.salesforce.schema import objects

OWN = {
    f"{component.object}.{component.name}"
    for component in of_type("CustomField")
    if component.text("type") == "Currency"
}
AMOUNTS = {name.partition(".")[2] for name in OWN} | {"Amount", "ExpectedRevenue", "AnnualRevenue"}
"""Fields that hold money: our own, and Salesforce's."""
NAMED = re.compile(rf"\b(?:{'|'.join(sorted(AMOUNTS))})\b")


def test_the_amounts_are_fields_of_money() -> None:
    """So that they bear the currency of their record; ARR is no plain number."""
    assert {"Account.ARR__c", "Payment_Record__c.Amount__c"} == OWN


def test_no_file_names_what_only_an_org_of_several_currencies_has() -> None:
    """It could not be deployed to any other."""
    naming = [one.path for one in package() if "CurrencyIsoCode" in file_of(str(one.path)).read_text()]
    assert naming == []


def others() -> list[Component]:
    """Give the flows but the one that copies an amount where a setting says so."""
    return [one for one in of_type("Flow") if one.name != "Start_Renewal"]


def test_the_amount_of_a_renewal_is_copied_only_where_somebody_says_so() -> None:
    """The new opportunity may have another currency than the last one: the setting is off, and says why."""
    setting = file_of("customMetadata/Health_Setting.Renewal_Amount.md-meta.xml").read_text()
    is_on = re.search(r"<field>Is_On__c</field>\s*<value [^>]*>(\w+)<", setting)
    assert is_on is not None
    assert is_on[1] == "false"
    assert "currenc" in setting


@pytest.mark.parametrize("component", others(), ids=lambda component: component.name)
def test_no_flow_reads_or_writes_an_amount(component: Component) -> None:
    """Neither in a condition, nor in what it saves, nor in a text, where a figure stands without its currency."""
    assert NAMED.findall(file_of(str(component.path)).read_text()) == []


def test_no_formula_nor_roll_up_reckons_with_amounts() -> None:
    """Validation rules among them; roll-ups count records."""
    formulas = [field.formula or "" for fields in objects().values() for field in fields.values()]
    formulas += [rule.text("errorConditionFormula") or "" for rule in of_type("ValidationRule")]
    formulas += [field.text("summarizedField") or "" for field in of_type("CustomField")]
    assert [formula for formula in formulas if NAMED.search(formula)] == []


@pytest.mark.parametrize("report", list(of_type("Report")), ids=lambda report: report.name)
def test_a_report_adds_amounts_up_and_asks_for_none(report: Component) -> None:
    """A sum is converted to the currency of who reads it; a filter by an amount would say something else to each."""
    asked = texts(report.root, "filter/criteriaItems/column") + texts(report.root, "crossFilters//column")
    assert [name for name in asked if NAMED.search(name)] == []
    summed = [one for one in report.all("columns") if NAMED.search(texts(one, "field")[0])]
    assert {kind for one in summed for kind in texts(one, "aggregateTypes")} <= {"Sum"}
