"""The commands of a deployment as `make deploy` calls them, and the workflow that calls it."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from handlers.deploying.commands import commands

ROOT = Path(__file__).parents[2]
FILE = """stack: hs-staging
prefix: hs-staging
region: eu-west-1
config_folder: config
account: "123456789012"
parameters: {SalesforceUrl: "https://acme.invalid", SalesforceClientId: id}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHSCORE_ENVIRONMENTS", str(tmp_path))
    (tmp_path / "staging.yaml").write_text(FILE)


def run(*words: str) -> Result:
    """Run a command on the environment staging."""
    return CliRunner().invoke(commands, [*words, "--environment", "staging"])


def test_the_target_is_as_sam_takes_it() -> None:
    """The stack, and the region of the file whatever the shell's."""
    assert run("target").stdout == "--stack-name hs-staging --region eu-west-1\n"


def test_policies_are_printed_for_the_environment_of_the_file() -> None:
    """One alone as IAM takes it."""
    told = json.loads(run("iam", "--who", "read").stdout)
    assert told["Statement"][0]["Resource"] == "arn:aws:dynamodb:eu-west-1:123456789012:table/hs-staging-*"
    assert set(json.loads(run("iam").stdout)) == {"deploy", "deploy-store", "operate", "read"}


def test_without_credentials_the_preflight_stops_before_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to do stands below what was found, and the exit code ends make."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    answer = run("preflight", "--ask", "no")
    first, second = answer.stdout.splitlines()
    assert first.startswith("STOPS     credentials: no credentials are found: log in")
    assert second.startswith("          -> aws sts get-caller-identity must answer")
    assert answer.exit_code == 1
    assert "nothing was deployed: mend what STOPS" in answer.stderr


def test_the_workflow_deploys_the_environment_that_it_was_started_for() -> None:
    """GitHub's environment of that name guards it, make reads its file, and one does not wait for another."""
    read = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())
    job = read["jobs"]["deploy"]
    assert read[True]["workflow_dispatch"]["inputs"]["environment"]["type"] == "environment"
    assert job["environment"] == job["env"]["NAME"] == "${{ inputs.environment }}"
    assert read["concurrency"]["group"].endswith("${{ inputs.environment }}")
    assert 'make deploy ASK=no ENV="$NAME"' in job["steps"][-1]["run"]


@pytest.mark.parametrize("step", ["preflight", "adopt"])
def test_make_deploy_looks_before_it_builds_and_adopts_before_it_deploys(step: str) -> None:
    """What stops is found in seconds, not after minutes."""
    recipe = (ROOT / "Makefile").read_text().partition("\ndeploy: ")[2].partition("\n\n")[0]
    places = [recipe.index(words) for words in (" ask ", " preflight ", " bundle ", " adopt ", '"$(SAM)" deploy')]
    assert places == sorted(places)
    assert f"$(DEPLOYING) {step} $(MEANT) --given $(GIVEN)" in recipe
