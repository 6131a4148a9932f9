"""One version everywhere, packages that build on each other, an upgrade that stops nothing, an app with its user."""

import json
import re
import tomllib

import pytest

from handlers.release.parts import ONCE, parts, upgraded
from handlers.release.undo import plan
from handlers.release.versions import FlowVersion
from tests.salesforce.package import PROJECT, named, of_type, package

ROOT = PROJECT.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
DEFINITION = json.loads((PROJECT / "sfdx-project.json").read_text())
PACKAGED = [one for one in DEFINITION["packageDirectories"] if "package" in one]
SCHEMAS = ROOT / ".engines/salesforce/node_modules/@salesforce/schemas"
SECRET_OR_RUNNING = {
    "EventRelayConfig",
    "ExternalClientApplication",
    "ExtlClntAppConfigurablePolicies",
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthConfigurablePolicies",
    "ExtlClntAppOauthSettings",
    "NamedCredential",
}
"""What has a state, a key or a user of the org: it is deployed once, and is in no package."""


def test_an_upgrade_stops_nothing() -> None:
    """A relay that is deployed again could be stopped, an app's policies reset: no folder of an upgrade has one."""
    again = {component.type for component in package() if component.folder in upgraded(PROJECT)}
    assert again & SECRET_OR_RUNNING == set()
    assert {component.type for component in package() if component.folder in ONCE} == SECRET_OR_RUNNING
    assert named("EventRelayConfig", "Health_Relay").text("state") is None


def test_packages_have_the_products_version() -> None:
    """The newest version in CHANGELOG.md, if one was released, and that of pyproject.toml."""
    released = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[:1] in ([], [VERSION])
    assert {(one["versionName"], one["versionNumber"]) for one in PACKAGED} == {(VERSION, f"{VERSION}.NEXT")}
    depended = [other["versionNumber"] for one in PACKAGED for other in one.get("dependencies", ())]
    assert set(depended) == {f"{VERSION}.LATEST"}


def test_a_package_depends_on_those_before_it() -> None:
    """What is deployed before may be named, so it must be installed before."""
    names = [one["package"] for one in PACKAGED]
    for number, one in enumerate(PACKAGED):
        assert [other["package"] for other in one.get("dependencies", ())] == names[:number]


def test_what_no_package_may_hold_is_in_none() -> None:
    """The change events, too: their members belong to the org's limits."""
    paths = {one["path"] for one in PACKAGED}
    assert paths == {"optional/account-fields", "1-objects", "2-automation", "3-permissions"}
    held = {component.type for component in package() if component.folder in paths}
    assert held & (SECRET_OR_RUNNING | {"PlatformEventChannel", "PlatformEventChannelMember"}) == set()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("sfdx-project.json", "sfdx-project.schema.json"),
        ("config/project-scratch-def.json", "project-scratch-def.schema.json"),
    ],
)
def test_the_definitions_are_valid(path: str, schema: str) -> None:
    """By the schemas that Salesforce's CLI brings."""
    if not (SCHEMAS / schema).exists():
        pytest.skip("Salesforce's CLI is not here: make salesforce-cli")
    validator = pytest.importorskip("jsonschema")
    validator.validate(json.loads((PROJECT / path).read_text()), json.loads((SCHEMAS / schema).read_text()))


def test_the_apps_policies_are_those_that_salesforce_makes() -> None:
    """Under other names they would be second ones, where the app was there before: by hand, or without them."""
    app = next(of_type("ExternalClientApplication")).name
    assert [one.name for one in of_type("ExtlClntAppOauthSettings")] == [app]
    for kind in ("ExtlClntAppConfigurablePolicies", "ExtlClntAppOauthConfigurablePolicies"):
        assert [one.name for one in of_type(kind)] == [f"{app}_defaultPolicy"]
    plugins = named("ExtlClntAppConfigurablePolicies", f"{app}_defaultPolicy")
    assert (plugins.text("isEnabled"), plugins.text("isOauthPluginEnabled")) == ("true", "true")


def test_no_permission_set_is_bound_to_a_licence() -> None:
    """One bound to Salesforce API Integration hides standard objects; the user's licence is assigned apart."""
    assert [one.name for one in of_type("PermissionSet") if one.text("license") is not None] == []


STORY = ("docs/first-run.md", "salesforce/README.md")


@pytest.mark.parametrize("page", STORY)
def test_the_pages_tell_one_story(page: str) -> None:
    """The user before the app, the app before the relay; each by the name that the package gives it."""
    text = (ROOT / page).read_text()
    assert "Minimum Access - API Only Integrations" in text
    assert re.search(r"--source-dir 2-automation --target-org \w+ +# in production as flows\.md says\n", text)
    order = [
        "SalesforceAPIIntegrationPsl",
        "--name Health_Score_Integration",
        "--source-dir 6-app",
        "--source-dir 5-relay",
    ]
    places = [text.find(word) for word in order]
    assert -1 not in places
    assert places[:3] == sorted(places[:3])


def test_the_way_by_hand_stands_at_one_place() -> None:
    """Nobody makes a second app or relay beside the package's."""
    page = (ROOT / "docs/first-run.md").read_text()
    before, _, by_hand = page.partition("## Salesforce by hand")
    for words in ("New External Client App", "named credential** of the", "event relay** from the channel"):
        assert (words in before, words in by_hand) == (False, True)


def test_the_guide_shows_what_the_screen_shows() -> None:
    """So many files are compared, so many parts removed, where each flow has one version; the lists by their labels."""
    guide = (PROJECT / "README.md").read_text()
    found = parts(PROJECT)
    flows = [FlowVersion(part.name, 1) for part in found if part.tag == "Flow"]
    steps = plan(found, flows, (), ()).steps
    gone = sum(len(names) for step in steps for names in step.removed.values())
    assert f"{sum(part.folder in upgraded(PROJECT) for part in found)} files compared" in guide
    assert f"`{len(steps)} steps remove {gone} parts, {len(flows)} versions of flows among them`" in guide
    labels = {one.text("label") for one in of_type("ListView")} | {"All Accounts"}
    named = re.findall(r"(?<!related )list \*([^*]+)\*", " ".join(guide.split()))
    assert named
    assert set(named) <= labels
    opened = re.findall(r"Setup, Flows, \*([^*]+)\*", " ".join(guide.split()))
    assert opened
    assert set(opened) <= {one.text("label") for one in of_type("Flow")}


def test_each_folder_is_in_the_guide() -> None:
    """None is forgotten where one is added."""
    guide = (PROJECT / "README.md").read_text()
    assert [path for path in (one["path"] for one in DEFINITION["packageDirectories"]) if path not in guide] == []
    assert "config/project-scratch-def.json" in guide
