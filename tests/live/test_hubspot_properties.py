"""The properties that records are written to: by the record map, in the account, and as the doctor sees them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from config.record_map import RecordField
from handlers.clock import now
from handlers.commands.doctor import doctor
from handlers.commands.hubspot import hubspot
from handlers.commands.session import Session
from handlers.doctor.check import Check
from handlers.doctor.sinks import check_sink
from handlers.sinks.hubspot_values import definitions, is_there, written
from scoring.account import Account
from tests.config.folders import change, copy_figures
from tests.fakes.hubspot import TOKEN, FakeHubSpot, refusal
from tests.fakes.server import Fault, serving
from tests.live.desk import Told
from tests.live.orgs import CONFIG
from tests.live.portals import AT_ONCE
from tests.live.test_salesforce_writer import account

WRITES = replace(CONFIG, sink="hubspot")
ACCOUNTS = [Account(account(number), {}) for number in range(3)]
ALL = len(CONFIG.record_map)


@pytest.fixture(name="portal")
def _portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHubSpot]:
    portal = FakeHubSpot()
    with serving(portal, tmp_path) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        yield portal


def run(portal: FakeHubSpot, *words: str) -> Told:
    """Give the command, in an environment that names the account."""
    session = Session("sqlite:///no.db", Path("config"), False, patience=AT_ONCE)
    environment = {"HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_URL": portal.url}
    done = CliRunner().invoke(hubspot, list(words), obj=session, env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return Told(done.exit_code, json.loads(done.stdout), done.stderr)


def test_every_field_of_the_record_map_is_a_property() -> None:
    """One declaration: names follow from columns, types from types; the account's id alone is unique."""
    defined = list(definitions(CONFIG.record_map))
    assert [one["name"] for one in defined] == [f"healthscore_{field.name}" for field in CONFIG.record_map]
    assert {one["groupName"] for one in defined} == {"healthscore"}
    assert [one["name"] for one in defined if one.get("hasUniqueValue")] == ["healthscore_account_id"]
    by_name = {one["name"]: (one["type"], one["fieldType"]) for one in defined}
    assert by_name["healthscore_final_score"] == ("number", "number")
    assert by_name["healthscore_receipt"] == ("string", "textarea")
    assert by_name["healthscore_scoring_date"] == ("date", "date")
    assert by_name["healthscore_as_of"] == ("datetime", "date")
    assert len({one["label"] for one in defined}) == ALL


def test_what_is_missing_is_listed_as_the_api_takes_it(portal: FakeHubSpot) -> None:
    """Nothing is changed until it is asked for."""
    told = run(portal)
    assert (told.code, told.summary["missing"]) == (3, json.loads(json.dumps(list(definitions(CONFIG.record_map)))))
    assert f"{ALL} properties are missing: run healthscore hubspot --create" in told.said
    assert {call.method for call in portal.calls} == {"GET"}


def test_what_is_missing_is_created_and_then_nothing_is(portal: FakeHubSpot) -> None:
    """In a group of its own, which may be there already; a second time nothing is left to do."""
    made = run(portal, "--create")
    assert (made.code, len(made.summary["created"]), made.summary["missing"]) == (0, ALL, [])
    assert "healthscore" in portal.groups
    del portal.properties["healthscore_tier"]
    assert run(portal, "--create").summary["created"] == ["healthscore_tier"]
    calls = len(portal.calls)
    assert run(portal, "--create").summary == {"properties": ALL, "created": [], "missing": [], "wrong": {}}
    assert {call.method for call in portal.calls[calls:]} == {"GET"}


def test_what_cannot_be_created_is_named(portal: FakeHubSpot) -> None:
    """The account has room for some alone; those that are there then are there."""
    portal.room = 3
    told = run(portal, "--create")
    assert (told.code, len(told.summary["created"]), len(told.summary["missing"])) == (3, 3, ALL - 3)
    assert "Property limit reached" in told.said


def test_without_the_right_to_create_it_says_which_scope_is_missing(portal: FakeHubSpot) -> None:
    """As HubSpot names it."""
    portal.scopes.discard("crm.schemas.companies.write")
    told = run(portal, "--create")
    assert (told.code, told.summary["created"]) == (3, [])
    assert "MISSING_SCOPES" in told.said
    assert "crm.schemas.companies.write" in told.said


def test_a_property_of_another_type_is_left_and_named(portal: FakeHubSpot) -> None:
    """Whoever made it may have had a reason."""
    run(portal, "--create")
    portal.properties["healthscore_tier"] |= {"type": "enumeration", "options": []}
    told = run(portal, "--create")
    assert (told.code, told.summary["wrong"]) == (3, {"healthscore_tier": "enumeration, not string"})


def test_without_a_token_nothing_is_asked() -> None:
    """It says which variable is missing."""
    session = Session("sqlite:///no.db", Path("config"), False)
    done = CliRunner().invoke(hubspot, [], obj=session, env={"HUBSPOT_ACCESS_TOKEN": ""})
    assert (done.exit_code, "HUBSPOT_ACCESS_TOKEN is not set" in done.stderr) == (1, True)


@pytest.fixture(name="ready")
def _ready(portal: FakeHubSpot) -> FakeHubSpot:
    """Give an account that has all that is needed."""
    portal.declare(*definitions(CONFIG.record_map))
    for one in ACCOUNTS:
        portal.put(healthscore_account_id=one.id)
    return portal


def found(portal: FakeHubSpot, config: Any = WRITES, token: str = TOKEN) -> dict[str, Check]:  # noqa: ANN401
    """Give what the doctor finds, by the checks' names."""
    environ = {"HUBSPOT_ACCESS_TOKEN": token, "HUBSPOT_URL": portal.url}
    return {check.check: check for check in check_sink(environ, config, now, ACCOUNTS)}


def wrong(portal: FakeHubSpot) -> dict[str, str | None]:
    """Give the problems of the checks that fail, each of which has a remedy."""
    failed = [check for check in found(portal).values() if check.ok is False]
    assert all(check.remedy for check in failed)
    return {check.check: check.problem for check in failed}


def test_where_all_is_well_every_check_holds(ready: FakeHubSpot) -> None:
    """And nothing was changed by looking."""
    checks = found(ready)
    assert {check.check for check in checks.values() if check.ok} == set(checks)
    assert set(checks) == {
        *("variables", "sink", "token", "scopes", "properties of companies", "types of properties"),
        *("key healthscore_account_id", "companies of the accounts", "clock"),
    }
    changed = [call for call in ready.calls if call.method != "GET" and not call.path.endswith(("/read", "-info"))]
    assert changed == []


def test_what_is_wrong_is_named_with_its_remedy(ready: FakeHubSpot) -> None:
    """Properties, types, the key, scopes."""
    del ready.properties["healthscore_tier"]
    ready.properties["healthscore_low"]["type"] = "string"
    ready.properties["healthscore_high"]["modificationMetadata"] = {"readOnlyValue": True}
    ready.properties["healthscore_account_id"]["hasUniqueValue"] = False
    ready.scopes.discard("crm.objects.companies.write")
    ready.room = 0
    assert wrong(ready) == {
        "scopes": "not granted: crm.objects.companies.write",
        "properties of companies": "not there: healthscore_tier; there is room for 0 more: take lines out of "
        "config/record.yaml",
        "types of properties": "healthscore_low is string, not number, healthscore_high is read-only",
        "key healthscore_account_id": "healthscore_account_id is not a property with unique values",
    }


def test_a_wrong_token_is_all_that_is_said(ready: FakeHubSpot) -> None:
    """With the variable to look at."""
    checks = found(ready, token="pat-other")  # noqa: S106 - a made-up one
    assert [name for name, check in checks.items() if check.ok is False] == ["token"]
    assert "check HUBSPOT_ACCESS_TOKEN" in str(checks["token"].problem)


def test_a_token_that_is_none_is_said_before_anything_is_asked(ready: FakeHubSpot) -> None:
    """A header could not bear it."""
    checks = found(ready, token="pät")  # noqa: S106 - a made-up one
    assert "has characters that are in no token" in str(checks["answers"].problem)
    assert ready.calls == []


def test_a_token_that_hubspot_tells_nothing_of_may_do(ready: FakeHubSpot) -> None:
    """Not every kind of token can be asked what it may do."""
    ready.tells_scopes = False
    assert found(ready)["scopes"].ok is None
    assert wrong(ready) == {}


def test_accounts_without_a_company_are_named(ready: FakeHubSpot) -> None:
    """Some lack nothing but the month's figures; where all do, nothing could be written."""
    first, *others = ready.companies.values()
    first.properties.clear()
    some = found(ready)["companies of the accounts"]
    assert (some.ok, some.problem) == (None, f"1 of 3 have none: {account(0)}")
    for company in others:
        company.archived = True
    assert list(wrong(ready)) == ["companies of the accounts"]


def test_an_outage_is_said_once(ready: FakeHubSpot) -> None:
    """Whatever is asked for."""
    ready.plan("/properties", Fault("answer", refusal(400, "ODD", "no")))
    assert list(wrong(ready)) == ["token"]


def test_a_token_that_config_does_not_write_by_is_remarked_on(ready: FakeHubSpot) -> None:
    """It may have been set in vain, or config may have been forgotten."""
    check = found(ready, CONFIG)["sink"]
    assert (check.ok, check.problem) == (None, "records are written to salesforce: sink of config/record.yaml says so")


def test_who_does_not_write_to_hubspot_hears_nothing_of_it() -> None:
    """Unless it is required; config that writes there without a token says so."""
    assert list(check_sink({"HUBSPOT_ACCESS_TOKEN": ""}, CONFIG, now)) == []
    [missing] = check_sink({}, CONFIG, now, required=True)
    [unset] = check_sink({}, WRITES, now)
    assert [missing.ok, unset.ok] == [False, None]
    [broken] = check_sink({"HUBSPOT_ACCESS_TOKEN": "a\nb"}, CONFIG, now)
    assert "line break" in str(broken.problem)
    [dated] = check_sink({"HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_API_VERSION": "v4"}, CONFIG, now)
    assert "expected v3, or a date such as 2026-03" in str(dated.problem)


def test_the_doctor_looks_at_the_sink_of_the_config(ready: FakeHubSpot, tmp_path: Path) -> None:
    """From the command line, with the portfolio of the mapping."""
    change(copy_figures(tmp_path) / "record.yaml", "sink: salesforce", "sink: hubspot")
    mapping = tmp_path / "mapping.csv"
    header = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n"
    mapping.write_text(header + "".join(f"{one.id},,,,\n" for one in ACCOUNTS))
    session = Session(f"sqlite:///{tmp_path / 'no.db'}", tmp_path, False)
    unset = {"SALESFORCE_URL": "", "INTERCOM_TOKEN": "", "LOOKERSDK_BASE_URL": ""}
    environment = {**unset, "HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_URL": ready.url}
    done = CliRunner().invoke(doctor, ["--accounts", str(mapping)], obj=session, env=environment)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert {one["check"] for one in told["checks"] if one["system"] == "hubspot"} >= {"companies of the accounts"}


FIELD = RecordField("x", "X__c", "record.receipt", "number", "X")


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_a_number_is_written_plainly_and_known_again(number: float) -> None:
    """Without an exponent, which HubSpot need not take; whole numbers without a point."""
    field = replace(FIELD, path="score.final_score")
    text = written(number, "number")
    assert "e" not in text.lower()
    assert float(text) == number
    for there in (text, f"{number!r}", number):
        assert is_there({"healthscore_x": text}, {"healthscore_x": there}, (field,))
    assert not is_there({"healthscore_x": text}, {"healthscore_x": number + 1 + abs(number)}, (field,))


@pytest.mark.parametrize(
    ("kind", "sent", "there", "same"),
    [
        ("date", "1793491200000", "2026-11-01", True),
        ("date", "1793491200000", "2026-11-02", False),
        ("date", "", None, True),
        ("date", "", "2026-11-01", False),
        ("datetime", "1793491200000", "2026-11-01T00:00:00.000Z", True),
        ("datetime", "1793491200000", "1793491200000", True),
        ("datetime", "1793491200000", "soon", False),
        ("number", "", None, True),
        ("number", "0", None, False),
        ("number", "", "0", False),
        ("number", "1", "one", False),
        ("text", " a\nb ", "a b", True),
        ("text", "a", "b", False),
        ("yes_no", "true", "true", True),
        ("yes_no", "true", "false", False),
    ],
)
def test_what_is_there_as_it_was_sent(kind: Any, sent: str, there: str | None, same: bool) -> None:  # noqa: ANN401, FBT001
    """Dates come back as text of ISO 8601, texts without blanks around them; nothing is not zero."""
    assert is_there({"healthscore_x": sent}, {"healthscore_x": there}, (replace(FIELD, type=kind),)) is same
