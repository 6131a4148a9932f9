"""What `doctor` finds of the org's words, currencies and accounts, and that its lines go into config as they stand."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.loader import DEFAULT_DIRECTORY, Config, load_config
from handlers.clients.patient import patient_session
from handlers.clients.salesforce.client import SalesforceClient
from handlers.doctor.check import Check
from handlers.doctor.salesforce import check_salesforce
from handlers.settings import SalesforceSettings
from scoring.account import Account
from scoring.ids import to_18
from scoring.model import Currencies
from scoring.words import MEANINGS
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce
from tests.fakes.server import serving

CONFIG = load_config()
FRESH = {
    ("Opportunity", "Type"): [
        "Existing Customer - Upgrade",
        "Existing Customer - Replacement",
        "Existing Customer - Downgrade",
        "New Customer",
    ],
    ("Event", "Type"): ["Call", "Email", "Meeting", "Send Letter/Quote", "Other"],
}
"""What a fresh org offers."""

STAGES = {
    "Prospecting": (False, False),
    "Qualification": (False, False),
    "Needs Analysis": (False, False),
    "Value Proposition": (False, False),
    "Id. Decision Makers": (False, False),
    "Perception Analysis": (False, False),
    "Proposal/Price Quote": (False, False),
    "Negotiation/Review": (False, False),
    "Closed Won": (True, True),
    "Closed Lost": (True, False),
}
"""The stages of a fresh org: whether each is closed, and won."""


class Org(FakeSalesforce):
    """An org with what the config names, and stages that say what they mean."""

    def __init__(self) -> None:
        """Offer what a fresh org offers."""
        super().__init__()
        self.declare_intake(CONFIG.intake)
        self.declare("OpportunityStage", dict.fromkeys(("ApiName", "MasterLabel"), "text"))
        self.declare("OpportunityStage", dict.fromkeys(("IsActive", "IsClosed", "IsWon"), "yes_no"))
        self.declare("CurrencyType", {"IsoCode": "text", "ConversionRate": "number", "IsActive": "yes_no"})
        for (crm_object, name), words in FRESH.items():
            self.offered[crm_object, name] = []
            self.offer(crm_object, name, *words)
        for name, (closed, won) in STAGES.items():
            self.stage(name, closed=closed, won=won)
        self.rates(USD=1)

    def stage(self, name: str, *, closed: bool, won: bool = False, active: bool = True, label: str = "") -> None:
        """Add a stage."""
        told = {"IsClosed": closed, "IsWon": won, "IsActive": active}
        self.put("OpportunityStage", ApiName=name, MasterLabel=label or name, **told)

    def rates(self, **rates: float) -> None:
        """Have these active currencies, and one that is not."""
        self.records["CurrencyType"].clear()
        for code, rate in rates.items():
            self.put("CurrencyType", IsoCode=code, ConversionRate=rate, IsActive=True)
        self.put("CurrencyType", IsoCode="CHF", ConversionRate=0.9, IsActive=False)


@pytest.fixture
def org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Org]:
    """Serve an org."""
    made = Org()
    with serving(made, tmp_path) as certificate:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield made


def found(org: Org, config: Config = CONFIG, *accounts: Account) -> dict[str, Check]:
    """Check the org; checks by name."""
    client = SalesforceClient(SalesforceSettings(org.url, CLIENT_ID, CLIENT_SECRET), patient_session(timeout=10))
    return {check.check: check for check in check_salesforce(client, config, accounts)}


def lines(check: Check) -> list[str]:
    """Give the lines of config in a remedy."""
    return [line for line in str(check.remedy).splitlines() if line.startswith(" ")]


def test_the_ordinary_words_of_a_fresh_org_all_have_a_meaning(org: Org) -> None:
    """Each field whose words decide is looked at, and is well."""
    checks = {name: check for name, check in found(org).items() if name.startswith("words of ")}
    assert {name: check.ok for name, check in checks.items()} == dict.fromkeys(
        (
            f"words of {words.name}"
            for words in CONFIG.model.words.values()
            if not words.name.startswith("conversation.")
        ),
        True,
    )
    assert len(checks) == len(MEANINGS)


def test_each_active_value_without_a_meaning_is_listed_with_its_line(org: Org) -> None:
    """As it stands in the file, with the other meanings that it may have; an inactive one is not."""
    org.offer("Payment_Record__c", "Status__c", "Payment Failed", "Paid")
    org.offer("Payment_Record__c", "Status__c", "SEPA return", label="SEPA-Rücklastschrift")
    org.offer("Payment_Record__c", "Status__c", "Old", active=False)
    check = found(org)["words of Payment_Record__c.Status__c"]
    assert (check.ok, check.problem) == (False, "2 values have no meaning in config: Payment Failed, SEPA return")
    advice, *added = str(check.remedy).splitlines()
    assert advice == (
        "words.payment.status of config/sources.yaml must say, each with the meaning that is right; "
        "what is written here is the most careful one:"
    )
    assert added == [
        '      "Payment Failed": failed   # or nothing',
        '      "SEPA return": failed   # shown as "SEPA-Rücklastschrift"; or nothing',
    ]


def test_a_stage_gets_the_meaning_that_salesforce_gives_it(org: Org) -> None:
    """By its own flags; one that config takes for something else is named, an inactive one is not."""
    org.stage("Signed", closed=True, won=True)
    org.stage("No decision", closed=True)
    org.stage("Legal review", closed=False, label="Legal")
    org.stage("Old", closed=False, active=False)
    next(one for one in org.records["OpportunityStage"].values() if one["ApiName"] == "Closed Lost")["IsWon"] = True
    check = found(org)["words of Opportunity.StageName"]
    assert check.ok is False
    assert check.problem == (
        "3 values have no meaning in config: Signed, No decision, Legal review; "
        "Closed Lost is won to Salesforce, and lost in config"
    )
    assert str(check.remedy).splitlines() == [
        "words.opportunity.stage of config/sources.yaml must say:",
        '      "Closed Lost": won',
        '      "Signed": won',
        '      "No decision": lost',
        '      "Legal review": open   # shown as "Legal"',
    ]


def test_without_the_object_of_stages_the_picklist_is_read(org: Org) -> None:
    """As where the API user may not see it."""
    del org.fields["OpportunityStage"]
    org.offer("Opportunity", "StageName", "Signed")
    check = found(org)["words of Opportunity.StageName"]
    assert lines(check) == ['      "Signed": open   # or won, lost']


@pytest.mark.parametrize(
    ("crm_object", "name", "line"),
    [
        ("Opportunity", "Type", '      "": nothing   # or renewal, contraction'),
        ("Payment_Record__c", "Status__c", '      "": failed   # or nothing'),
        ("Event", "Type", '      "": nothing   # or qbr'),
        ("CSQL__c", "Status__c", '      "": nothing   # or open'),
    ],
)
def test_an_empty_field_that_records_have_needs_a_meaning_too(org: Org, crm_object: str, name: str, line: str) -> None:
    """One record is enough; a tier, or a word of a signal, may be empty."""
    org.put(crm_object, **{name: None})
    org.put("Account", Success_Tier__c=None)
    org.put("Churn_Signal__c", Severity__c=None, Status__c=None, Confidence__c=None)
    wrong = {check.check: check for check in found(org).values() if check.ok is False and "words of" in check.check}
    assert list(wrong) == [f"words of {crm_object}.{name}"]
    (check,) = wrong.values()
    assert check.problem == "1 value has no meaning in config: the empty one"
    assert lines(check) == [line]


def test_a_field_that_is_no_picklist_is_to_be_looked_at(org: Org) -> None:
    """The org cannot say what stands there."""
    del org.offered["Event", "Type"]
    check = found(org)["words of Event.Type"]
    assert (check.ok, check.problem) == (
        None,
        "this is no picklist (string), so the org cannot say which words it holds",
    )


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@pytest.mark.parametrize("place", MEANINGS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=3))
def test_with_its_lines_in_config_doctor_is_content(
    tmp_path_factory: pytest.TempPathFactory, org: Org, place: str, words: list[str]
) -> None:
    """Whatever stands in a word: the lines are YAML, the readers then know it, and nothing more is said."""
    name = CONFIG.model.words[place].name
    crm_object, _, api_name = name.partition(".")
    del org.fields["OpportunityStage"]
    org.offered[crm_object, api_name] = []
    org.offer(crm_object, api_name, *words)
    folder = _with_lines(tmp_path_factory.mktemp("config"), place, lines(found(org)[f"words of {name}"]))
    org.declare("OpportunityStage", {})
    config = load_config(folder)
    del org.fields["OpportunityStage"]
    assert all(config.model.words[place].meaning(word) is not None for word in words)
    assert found(org, config)[f"words of {name}"].ok
    org.declare("OpportunityStage", {})


def _with_lines(folder: Path, place: str, added: list[str]) -> Path:
    """Give a config with lines put below a field of words, at the very place that the remedy names."""
    for path in DEFAULT_DIRECTORY.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    kind, _, name = place.partition(".")
    sources = (folder / "sources.yaml").read_text(encoding="utf-8")
    block = re.search(rf"^words:\n(?:.*\n)*?  {kind}:\n(?:    .*\n)*?    {name}:.*\n", sources, re.MULTILINE)
    assert block is not None
    text = sources[: block.end()] + "".join(f"{line}\n" for line in added) + sources[block.end() :]
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    assert yaml.safe_load(text)
    return folder


def with_currencies(corporate: str, **rates: float) -> Config:
    """Give a config with currencies."""
    return replace(CONFIG, model=replace(CONFIG.model, currencies=Currencies(corporate, rates)))


def test_an_org_of_one_currency_is_not_compared(org: Org) -> None:
    """It has no such object."""
    del org.fields["CurrencyType"]
    assert "currencies" not in found(org)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (with_currencies("USD", EUR=0.92, JPY=150), None),
        (with_currencies("USD", EUR=0.9201, JPY=150.1, GBP=0.8), None),
        (with_currencies("EUR", USD=1 / 0.92, JPY=150 / 0.92), None),
        (with_currencies("USD", EUR=0.92), "JPY has no rate in config: amounts in it are missing from scores"),
        (with_currencies("USD", EUR=0.95, JPY=150), "EUR is 0.95 in config, and 0.92 in the org"),
        (
            with_currencies("USD", EUR=1 / 0.92, JPY=150),
            "EUR is 1.08696 in config, which is the org's turned over, and 0.92 in the org",
        ),
        (with_currencies("GBP", EUR=1.2), "the corporate currency of config, GBP, is none of the org's: USD, EUR, JPY"),
    ],
)
def test_rates_are_compared_with_those_of_the_org(org: Org, config: Config, problem: str | None) -> None:
    """Of active currencies; where config has another corporate currency, with those to that one."""
    org.rates(USD=1, EUR=0.92, JPY=150)
    check = found(org, config)["currencies"]
    assert (check.ok, check.problem) == (problem is None, problem)
    if problem is not None and "GBP" not in problem:
        assert lines(check) == ["    EUR: 0.92", "    JPY: 150"]


def test_accounts_that_the_org_does_not_have_are_named(org: Org) -> None:
    """Among more than one call can ask for; an id whose capitals were lost is such a one."""
    kept = [Account(org.put("Account"), {}) for _ in range(301)]
    assert found(org, CONFIG, *kept)["accounts of the mapping"].ok
    lost = to_18("001xx000003dhph")
    check = found(org, CONFIG, *kept, Account(lost, {}))["accounts of the mapping"]
    assert (check.ok, check.problem) == (None, f"1 of 302 are not in the org: {lost}")
    assert "loses the capitals" in str(check.remedy)
    assert "accounts of the mapping" not in found(org)
