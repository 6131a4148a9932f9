"""`healthscore doctor` against small systems: what it finds, what it says, and that it only reads."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.intake import ArrSnapshot, Field
from config.loader import Config, load_config
from handlers.cli import cli
from handlers.clock import now
from handlers.doctor.check import Check
from handlers.doctor.systems import Examiner
from handlers.jobs.fold import read_message
from handlers.pulls.salesforce import records
from scoring.instants import DAY, SECOND, format_date, start_of_day
from scoring.observations import Fields, Observation
from tests.fakes import looker, salesforce
from tests.fakes.intercom import TOKEN, FakeIntercom, StillClock, error
from tests.fakes.looker import Day, FakeLooker
from tests.fakes.salesforce import FakeSalesforce, refusal
from tests.fakes.server import FakeServer, Fault, Request, Response, serving
from tests.live import orgs

CONFIG = load_config()
SYSTEMS: tuple[str, ...] = ("salesforce", "intercom", "looker")
SELECTED = (
    "AccountChangeEvent",
    "OpportunityChangeEvent",
    "EventChangeEvent",
    "Payment_Record__ChangeEvent",
    "Churn_Signal__ChangeEvent",
)
MAPPING = "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n001000000000001AAA,a,b,A,\n"


class Org(FakeSalesforce):
    """An org that tells of an object or a field what a test says."""

    def __init__(self) -> None:
        """Tell the truth."""
        super().__init__()
        self.told: dict[str, dict[str, bool]] = {}

    def _describe(self, asked: Request, crm_object: str) -> Response:
        answer = super()._describe(asked, crm_object)
        body: Any = answer.body
        for one in [body, *body["fields"]] if answer.status == 200 else ():
            one.update(self.told.get(one["name"], {}))
        return answer


@dataclass
class Systems:
    """The three systems, served, and what the environment says of them."""

    org: Org
    workspace: FakeIntercom
    usage: FakeLooker
    environ: dict[str, str] = field(default_factory=dict)
    config: Config = CONFIG

    def found(self, system: str, *, behind: int = 0) -> dict[str, Check]:
        """Check one system, by a clock that is some seconds behind; checks by name."""
        examiner = Examiner(self.environ, self.config, lambda: now() - behind * SECOND)
        return {check.check: check for check in examiner.check(system)}

    def wrong(self, system: str) -> dict[str, str | None]:
        """Give the problems of the checks that fail, each of which has a remedy."""
        failed = [check for check in self.found(system).values() if check.ok is False]
        assert all(check.remedy for check in failed)
        return {check.check: check.problem for check in failed}


@pytest.fixture
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    """Serve three systems that have all that the config needs."""
    usage = FakeLooker([Day("b", day(age), {"staff_logins": 3}) for age in range(1, 62)])
    made = Systems(_org(), FakeIntercom(StillClock()), usage)
    servers: dict[str, FakeServer] = {"SALESFORCE_URL": made.org, "INTERCOM_URL": made.workspace}
    with ExitStack() as stack:
        for name, fake in {**servers, "LOOKERSDK_BASE_URL": usage.server}.items():
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stack.enter_context(serving(fake, tmp_path))))
            made.environ[name] = fake.url
        made.environ |= {
            "SALESFORCE_CLIENT_ID": salesforce.CLIENT_ID,
            "SALESFORCE_CLIENT_SECRET": salesforce.CLIENT_SECRET,
            "INTERCOM_TOKEN": TOKEN,
            "LOOKERSDK_CLIENT_ID": looker.CLIENT_ID,
            "LOOKERSDK_CLIENT_SECRET": looker.CLIENT_SECRET,
        }
        yield made


def day(age: int) -> str:
    """Give the day so many days ago."""
    return format_date(start_of_day(now()) - age * DAY)


def _org() -> Org:
    org = Org()
    org.declare_intake(CONFIG.intake)
    org.declare("Account", {"Website": "text"})
    org.declare_record(CONFIG.record_map)
    org.declare("AccountHistory", {"Field": "text", "OldValue": "text", "NewValue": "text"})
    org.declare("PlatformEventChannelMember", {"DeveloperName": "text", "SelectedEntity": "text"})
    for event in SELECTED:
        org.put("PlatformEventChannelMember", DeveloperName=f"Health_chn_{event}", SelectedEntity=event)
    return org


def test_where_all_is_well_nothing_fails(systems: Systems) -> None:
    """Every check holds, but for what no API tells, which says where to look."""
    checks = [check for system in SYSTEMS for check in systems.found(system).values()]
    assert {check.check: check.ok for check in checks if check.ok is not True} == {
        "selection for change events": None,
        "webhook topics": None,
        "all rows": None,
    }
    assert {check.check for check in checks if check.ok} == {
        *("variables", "clock", "log-in", "API calls of the day", "write Health_Score__c", "key External_Key__c"),
        *(f"read {name}" for name in CONFIG.intake.objects),
        "sees all records",
        *(
            f"words of {words.name}"
            for words in CONFIG.model.words.values()
            if not words.name.startswith("conversation.")
        ),
        *("token", "API version", "read companies", "read conversations"),
        *("login", "explore customer_success/daily_usage", "fields", "custom fields"),
        *("measures", "logins add up", "yesterday's usage"),
    }
    assert all(check.problem and check.remedy for check in checks if check.ok is None)


def in_other_capitals(name: str) -> str:
    """Write a name as nobody would, but for its ending."""
    return f"{name.removesuffix('__c').swapcase()}__c" if name.endswith("__c") else name.swapcase()


def test_what_is_accepted_is_what_is_read_and_written(systems: Systems) -> None:
    """Names in other capitals are the same names: to the checks, to the readers, to the writer."""
    usual = CONFIG.intake
    objects = {
        in_other_capitals(one.object): replace(
            one,
            object=in_other_capitals(one.object),
            owner_field=one.owner_field and in_other_capitals(one.owner_field),
            fields={in_other_capitals(name): field for name, field in one.fields.items()},
        )
        for one in usual.objects.values()
    }
    record_map = tuple(replace(field, field=in_other_capitals(field.field)) for field in CONFIG.record_map)
    systems.config = replace(CONFIG, intake=replace(usual, objects=objects), record_map=record_map)
    assert systems.wrong("salesforce") == {}
    systems.org.put("Churn_Signal__c", Account__c="001000000000001AAA", Severity__c="Critical")
    crm = orgs.client(systems.org)
    [read] = records(crm, objects[in_other_capitals("Churn_Signal__c")], None, now())
    told = read_message(json.dumps(read).encode(), systems.config.intake, now())
    [seen] = [one for one in told.statements if isinstance(one, Observation)]
    assert isinstance(seen.content, Fields)
    assert dict(seen.content.values)["severity"] == "Critical"
    assert seen.owner == "001000000000001AAA"


def without_view_all(systems: Systems, *objects: str) -> None:
    """Let the user see all records of some objects alone."""
    org = systems.org
    (one,) = org.records["UserPermissionAccess"].values()
    one["PermissionsViewAllData"] = False
    org.declare("PermissionSetAssignment", {"PermissionSetId": "text", "AssigneeId": "text"})
    names = {"SobjectType": "text", "ParentId": "text", "PermissionsViewAllRecords": "yes_no"}
    org.declare("ObjectPermissions", names)
    org.put("PermissionSetAssignment", PermissionSetId="0PS1", AssigneeId=salesforce.USER)
    org.put("PermissionSetAssignment", PermissionSetId="0PS2", AssigneeId="005000000000009AAA")
    for name in CONFIG.intake.objects:
        org.put("ObjectPermissions", SobjectType=name, ParentId="0PS2", PermissionsViewAllRecords=True)
        seen = name in objects
        org.put("ObjectPermissions", SobjectType=name, ParentId="0PS1", PermissionsViewAllRecords=seen)


def test_objects_of_which_records_may_be_hidden_are_named(systems: Systems) -> None:
    """What sharing hides would look erased; activities are seen with their accounts, details with their masters."""
    without_view_all(systems, "Account", "Opportunity", "Payment_Record__c")
    check = systems.found("salesforce")["sees all records"]
    assert check.ok is None
    assert check.problem is not None
    assert "no View All of CSQL__c, Churn_Signal__c:" in check.problem
    systems.org.masters = {"CSQL__c": "Account__c", "Churn_Signal__c": "Account__c"}
    assert systems.found("salesforce")["sees all records"].ok is True


def test_whether_records_are_hidden_may_not_be_seen(systems: Systems) -> None:
    """Then it is said where to look."""
    (one,) = systems.org.records["UserPermissionAccess"].values()
    one["PermissionsViewAllData"] = False
    check = systems.found("salesforce")["sees all records"]
    assert check.ok is None
    assert "look by hand whether the API user has View All of Account, Opportunity" in str(check.remedy)


def test_nothing_is_written(systems: Systems) -> None:
    """Every call to Salesforce but the log-in is a GET; the others' POSTs are queries."""
    for system in SYSTEMS:
        systems.found(system)
    asked = {(call.method, call.path) for call in systems.org.calls if call.method != "GET"}
    asked |= {(call.method, call.path) for call in systems.workspace.calls if call.method != "GET"}
    asked |= {(call.method, call.path) for call in systems.usage.server.calls if call.method != "GET"}
    assert asked == {
        ("POST", "/services/oauth2/token"),
        ("POST", "/companies/list"),
        ("POST", "/conversations/search"),
        ("POST", "/api/4.0/login"),
        ("POST", "/api/4.0/queries/run/json"),
    }


SECRETS: dict[str, tuple[str, str]] = {
    "salesforce": ("SALESFORCE_CLIENT_SECRET", "log-in"),
    "intercom": ("INTERCOM_TOKEN", "token"),
    "looker": ("LOOKERSDK_CLIENT_SECRET", "login"),
}


@pytest.mark.parametrize("system", SECRETS)
def test_a_wrong_secret_is_the_one_thing_said(systems: Systems, system: str) -> None:
    """Nothing more is asked of a system that lets nobody in, and no secret is told."""
    variable, check = SECRETS[system]
    systems.environ[variable] = "not-the-secret"
    wrong = systems.wrong(system)
    assert list(wrong) == [check]
    assert "not-the-secret" not in str(wrong)


def test_variables_by_half_are_named(systems: Systems) -> None:
    """The variable that is lacking is named, and the other systems are checked all the same."""
    del systems.environ["SALESFORCE_CLIENT_ID"]
    assert "SALESFORCE_CLIENT_ID not set" in str(systems.wrong("salesforce")["variables"])
    assert systems.wrong("intercom") == {}


def test_objects_and_fields_that_are_not_there_are_named(systems: Systems) -> None:
    """A field lacks in what is read, one in what is written, and an object is hidden."""
    del systems.org.fields["Account"]["ARR__c"]
    del systems.org.fields["Health_Score__c"]["Tier__c"]
    del systems.org.fields["CSQL__c"]
    assert systems.wrong("salesforce") == {
        "read Account": "not there, or hidden from the API user: ARR__c",
        "read CSQL__c": "the org has no such object, or hides it from the API user",
        "write Health_Score__c": "not there, or hidden from the API user: Tier__c",
    }


def test_a_field_of_outcomes_that_config_names_must_be_there(systems: Systems) -> None:
    """It is asked for only where the org has it: a name that is misspelt would pass in silence."""
    account = CONFIG.intake.objects["Account"]
    dated = replace(account, fields={**account.fields, "Churn_Date__c": Field("churn_date", "date", optional=True)})
    systems.config = replace(CONFIG, intake=replace(CONFIG.intake, objects={**CONFIG.intake.objects, "Account": dated}))
    assert "Churn_Date__c" in (systems.wrong("salesforce")["read Account"] or "")
    systems.org.declare("Account", {"Churn_Date__c": "date"})
    assert "read Account" not in systems.wrong("salesforce")


def test_past_arr_is_looked_for_where_config_says(systems: Systems) -> None:
    """Without field history there is a hint; an object that config names must be there."""
    del systems.org.fields["AccountHistory"]
    check = systems.found("salesforce")["past ARR"]
    assert (check.ok, check.problem) == (None, "no AccountHistory: the trend of ARR begins today")
    snapshot = ArrSnapshot("ARR_Snapshot__c", "Account__c", "Date__c", "ARR__c")
    systems.config = replace(CONFIG, intake=replace(CONFIG.intake, arr_snapshot=snapshot))
    assert list(systems.wrong("salesforce")) == ["read ARR_Snapshot__c"]
    systems.org.declare("ARR_Snapshot__c", {"Account__c": "text", "Date__c": "date"})
    assert systems.wrong("salesforce") == {"read ARR_Snapshot__c": "not there, or hidden from the API user: ARR__c"}


def test_a_field_that_may_not_be_edited_is_named(systems: Systems) -> None:
    """A field that the user only reads, or a formula, cannot take a record's value."""
    systems.org.told["Tier__c"] = {"updateable": False}
    wrong = systems.wrong("salesforce")
    assert wrong == {"write Health_Score__c": "cannot be written by the API user: Tier__c"}


@pytest.mark.parametrize("right", ["queryable", "createable", "updateable"])
def test_a_right_that_lacks_at_the_object_fails(systems: Systems, right: str) -> None:
    """Records are read before they are written, and written by an upsert."""
    systems.org.told["Health_Score__c"] = {right: False}
    assert list(systems.wrong("salesforce")) == ["write Health_Score__c"]


@pytest.mark.parametrize("property_", ["externalId", "unique"])
def test_the_key_must_be_a_unique_external_id(systems: Systems, property_: str) -> None:
    """An upsert goes by it."""
    systems.org.told["External_Key__c"] = {property_: False}
    assert list(systems.wrong("salesforce")) == ["key External_Key__c"]


def test_an_object_that_is_not_selected_for_events_is_named(systems: Systems) -> None:
    """Five of our six may be selected; with four events are missed, and which is said."""
    member = next(iter(systems.org.records["PlatformEventChannelMember"]))
    del systems.org.records["PlatformEventChannelMember"][member]
    wrong = systems.wrong("salesforce")
    assert wrong == {"selection for change events": "no events of Account, CSQL__c"}


def test_a_selection_that_may_not_be_seen_is_to_be_looked_at(systems: Systems) -> None:
    """An API user without View Setup and Configuration is no failure."""
    del systems.org.fields["PlatformEventChannelMember"]
    check = systems.found("salesforce")["selection for change events"]
    assert (check.ok, "by hand" in str(check.remedy)) == (None, True)


def test_a_day_whose_calls_are_used_up_stops_the_checks(systems: Systems) -> None:
    """The last calls are left to others."""
    systems.org.used = 90_000
    assert list(systems.wrong("salesforce")) == ["API calls of the day"]


def test_an_org_out_of_order_is_said(systems: Systems) -> None:
    """An answer in the middle that is an error fails its own check alone."""
    systems.org.plan("sobjects/Event/describe", Fault("answer", refusal(500, "UNKNOWN_EXCEPTION", "out of order")))
    assert "out of order" in str(systems.wrong("salesforce")["read Event"])


@pytest.mark.parametrize(
    ("path", "check"), [("/companies/list", "read companies"), ("/conversations/search", "read conversations")]
)
def test_a_missing_permission_in_intercom_is_named(systems: Systems, path: str, check: str) -> None:
    """Each scope of the app is checked by itself."""
    systems.workspace.plan(path, Fault("answer", error(403, "api_plan_restricted", "Active subscription needed.")))
    assert list(systems.wrong("intercom")) == [check]


def test_an_unknown_version_of_intercom_is_told_apart_from_a_wrong_token(systems: Systems) -> None:
    """The version is refused, not the token."""
    systems.environ["INTERCOM_API_VERSION"] = "1.0"
    assert list(systems.wrong("intercom")) == ["API version"]


def test_each_field_that_looker_refuses_is_named(systems: Systems) -> None:
    """Two fields are not in the explore; the others are."""
    query = CONFIG.looker
    values = {**query.values, "admin_logins": "daily_usage.nobody", "platform_score": "daily_usage.nothing"}
    systems.config = replace(CONFIG, looker=replace(query, values=values))
    assert systems.wrong("looker") == {"fields": "refused: daily_usage.nobody, daily_usage.nothing"}


def test_a_field_that_is_spelt_otherwise_is_told_how(systems: Systems) -> None:
    """Looker's names are in small letters; a capital is another name."""
    values = {
        **CONFIG.looker.values,
        "staff_logins": "Daily_Usage.Staff_Logins",
        "platform_score": "daily_usage.platfrm",
    }
    systems.config = replace(CONFIG, looker=replace(CONFIG.looker, values=values))
    assert systems.wrong("looker") == {
        "fields": "refused: Daily_Usage.Staff_Logins (did you mean daily_usage.staff_logins?), "
        "daily_usage.platfrm (did you mean daily_usage.platform_score?)"
    }


def test_a_measure_that_does_not_add_up_is_refused_where_config_adds_it(systems: Systems) -> None:
    """By its type, with the line that mends it; asked for by window it is well."""
    systems.usage.types["daily_usage.staff_logins"] = "count_distinct"
    systems.usage.days = [replace(one, values={"staff_logins": (1, 2)}) for one in systems.usage.days]
    problem = systems.wrong("looker")["logins add up"] or ""
    assert "daily_usage.staff_logins (count_distinct of daily_usage)" in problem
    assert "custom_fields to false" in str(systems.found("looker")["logins add up"].remedy)
    systems.config = replace(CONFIG, looker=replace(CONFIG.looker, custom_fields=False))
    assert systems.wrong("looker") == {}


def test_a_measure_of_another_view_than_the_day_is_refused_where_config_adds_it(systems: Systems) -> None:
    """A user that is joined to many days is one user of all of them."""
    systems.usage.types["daily_usage.staff_logins"] = "count"
    systems.usage.views["daily_usage.staff_logins"] = "users"
    assert list(systems.wrong("looker")) == ["logins add up"]


def test_what_can_be_no_figure_is_said_as_the_reader_says_it(systems: Systems) -> None:
    """Types of all fields at once; nothing is read on trial then."""
    systems.usage.types |= {"daily_usage.staff_logins": "running_total", "daily_usage.usage_date": "date_month"}
    problem = systems.wrong("looker")["measures"]
    assert problem == (
        "daily_usage.usage_date is of type date_month: name a dimension of days (of type date); "
        "daily_usage.staff_logins is of type running_total, computed over the rows of an answer: "
        "name a measure of its own"
    )
    assert "yesterday's usage" not in systems.found("looker")


def test_an_explore_that_may_not_be_looked_at_is_no_failure(systems: Systems) -> None:
    """Nothing is added then; the readings come all the same."""
    systems.usage.metadata = False
    found = systems.found("looker")
    assert (found["measures"].ok, found["yesterday's usage"].ok) == (None, True)


def test_filters_of_the_explore_are_said(systems: Systems) -> None:
    """Customers that the API user may not see are missing without a word."""
    systems.usage.filtered_by = ("daily_usage.customer_id",)
    check = systems.found("looker")["filters"]
    assert (check.ok, check.problem) == (None, "rows are left out by filters on daily_usage.customer_id")


@pytest.mark.parametrize(("lost", "named"), [((5,), 1), (range(2, 22), 5)])
def test_days_without_use_of_anybody_are_named(systems: Systems, lost: Iterable[int], named: int) -> None:
    """So many, and how many more."""
    gone = {day(age) for age in lost}
    systems.usage.days = [one for one in systems.usage.days if one.day not in gone]
    check = systems.found("looker")["days of usage"]
    assert check.ok is None
    assert sum(one in str(check.problem) for one in gone) == named
    assert (" and 15 more" in str(check.problem)) == (len(gone) == 20)
    assert "looker.rest_days" in str(check.remedy)


def test_an_explore_without_logins_has_no_days_to_miss(systems: Systems) -> None:
    """There is no window to look for holes in."""
    values = {"platform_score": "daily_usage.platform_score"}
    systems.config = replace(CONFIG, looker=replace(CONFIG.looker, values=values))
    assert systems.wrong("looker") == {}
    assert "days of usage" not in systems.found("looker")


def test_an_explore_that_is_not_there_is_told_apart_from_a_wrong_login(systems: Systems) -> None:
    """The login holds."""
    systems.config = replace(CONFIG, looker=replace(CONFIG.looker, explore="nowhere"))
    assert list(systems.wrong("looker")) == ["explore customer_success/nowhere"]
    assert systems.found("looker")["login"].ok


def test_custom_fields_that_are_not_allowed_are_said(systems: Systems) -> None:
    """A sweep would fail by them."""
    systems.usage.custom_fields = False
    assert list(systems.wrong("looker")) == ["custom fields"]


def test_an_explore_without_yesterday_is_said(systems: Systems) -> None:
    """A sweep needs the day before."""
    systems.usage.days = [one for one in systems.usage.days if one.day != day(1)]
    assert systems.wrong("looker") == {
        "yesterday's usage": f"Looker has no use of anybody on {day(1)} yet: run this again later"
    }


def test_rows_cut_short_are_said(systems: Systems) -> None:
    """As many rows as Looker gives to a user without download_without_limit."""
    systems.usage.days = [Day(f"c-{number}", day(1), {}) for number in range(600)]
    systems.usage.most_rows = 500
    assert list(systems.wrong("looker")) == ["all rows"]


@pytest.mark.parametrize("system", ["salesforce", "intercom"])
def test_a_clock_that_is_off_by_minutes_is_said(systems: Systems, system: str) -> None:
    """Ours is told against the Date of the answers; a minute is no matter."""
    assert systems.found(system, behind=60)["clock"].ok
    check = systems.found(system, behind=600)["clock"]
    assert (check.ok, "10 minutes behind" in str(check.problem)) == (False, True)


def doctor(
    folder: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], *words: str, mapping: str = MAPPING
) -> Result:
    """Run `healthscore doctor` over a mapping of one account and an environment."""
    for name in ("SALESFORCE_URL", "INTERCOM_TOKEN", "LOOKERSDK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    (folder / "mapping.csv").write_text(mapping)
    store = ["--store", f"sqlite:///{folder}/healthscore.db"]
    return CliRunner().invoke(cli, [*store, "doctor", "--accounts", str(folder / "mapping.csv"), *words])


def test_the_command_tells_all_in_one_line_and_lists_it(
    systems: Systems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is well: exit 0; one line of JSON, a line for each check, and no secret in either."""
    told = doctor(tmp_path, monkeypatch, systems.environ, "--require", "looker")
    assert told.exit_code == 0, told.output
    read = json.loads(told.stdout)
    assert read["ok"] is True
    assert told.stdout.count("\n") == 1
    assert {"system": "healthscore", "check": "store", "ok": True, "problem": None, "remedy": None} in read["checks"]
    assert {"owners in intercom", "owners in looker"} <= {check["check"] for check in read["checks"]}
    assert "✓ salesforce: log-in" in told.stderr.splitlines()
    secrets = (TOKEN, salesforce.CLIENT_SECRET, looker.CLIENT_SECRET)
    assert not any(secret in told.output for secret in secrets)


def test_a_failure_is_listed_with_its_remedy(systems: Systems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, what is wrong, and how to mend it."""
    del systems.org.fields["Account"]["ARR__c"]
    told = doctor(tmp_path, monkeypatch, systems.environ)
    assert (told.exit_code, json.loads(told.stdout)["ok"]) == (1, False)
    lines = told.stderr.splitlines()
    at = lines.index("✗ salesforce: read Account")
    assert lines[at + 1] == "    not there, or hidden from the API user: ARR__c"
    assert "config/sources.yaml" in lines[at + 2]


def test_a_system_that_is_not_named_fails_only_where_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said to be not set up; its owners do not matter then."""
    told = doctor(tmp_path, monkeypatch, {})
    assert told.exit_code == 0, told.output
    problems = [check["problem"] for check in json.loads(told.stdout)["checks"] if check["ok"] is None]
    assert problems == ["not set up"] * 3
    assert doctor(tmp_path, monkeypatch, {}, "--require", "intercom").exit_code == 1


def test_accounts_without_owners_are_counted(systems: Systems, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some that lack one are named; where all do, nothing of that system can be scored, and that fails."""
    mapping = MAPPING.replace(",a,b,", ",,b,") + "001000000000002AAA,,,B,\n"
    told = doctor(tmp_path, monkeypatch, systems.environ, mapping=mapping)
    found = {check["check"]: (check["ok"], check["problem"]) for check in json.loads(told.stdout)["checks"]}
    both = "2 of 2 accounts have none: 001000000000001AAA, 001000000000002AAA"
    assert found["owners in intercom"] == (False, both)
    assert found["owners in looker"] == (None, "1 of 2 accounts have none: 001000000000002AAA")
    assert found["owners in salesforce"] == (True, None)


def test_a_store_that_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other checks go on."""
    (tmp_path / "healthscore.db").write_text("no database, but long enough to be taken for one" * 9)
    told = doctor(tmp_path, monkeypatch, {})
    failed = [check["check"] for check in json.loads(told.stdout)["checks"] if check["ok"] is False]
    assert (told.exit_code, failed) == (1, ["store"])


def test_a_store_is_not_made_by_being_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it can be made is said; where a file stands in the place of its folder it cannot."""
    assert doctor(tmp_path, monkeypatch, {}).exit_code == 0
    assert not (tmp_path / "healthscore.db").exists()
    told = CliRunner().invoke(cli, ["--store", f"sqlite:///{tmp_path}/mapping.csv/x/y.db", "doctor"])
    (problem,) = (check["problem"] for check in json.loads(told.stdout)["checks"] if check["check"] == "store")
    assert problem.endswith(f"y.db cannot be made: nobody may write in {tmp_path}/mapping.csv")


def test_help_has_an_example() -> None:
    """The command shows how it is called."""
    told = CliRunner().invoke(cli, ["doctor", "--help"])
    assert "healthscore doctor --require" in told.stdout.partition("Example:")[2]
