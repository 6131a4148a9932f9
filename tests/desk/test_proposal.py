"""A draft as a pull request: the same draft gives the same one, whatever is lost on the way; the App may do no more."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.loader import DEFAULT_DIRECTORY
from handlers.clients.github.calls import GitHubCalls, GitHubError
from handlers.clients.github.proposals import Asked, Proposals
from handlers.clients.github.settings import GitHubSettings, github_settings
from handlers.clients.patient import patient_session
from handlers.desk.services import Services
from handlers.environment import SettingsError
from tests.desk.places import Place
from tests.fakes.github import APP_ID, KEY, REPOSITORY, FakeGitHub
from tests.fakes.server import Fault, Response, serving

NOW = 1_793_500_000.0
FILES = {f"config/{file.name}": file.read_text() for file in DEFAULT_DIRECTORY.glob("*.yaml")}
ASKED = Asked(
    "0123456789abcdef", "Figures: x", "Why: y",
    {"thresholds.yaml": FILES["config/thresholds.yaml"], "impact.json": None},
    {"thresholds.yaml": "new\n", "impact.json": "{}\n"}, ["let through: weight_move"],
)  # fmt: skip


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """Serve a GitHub whose main has the figures of this repository."""
    made = FakeGitHub(FILES, NOW)
    with serving(made, tmp_path) as certificate:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield made


def proposals(fake: FakeGitHub, clock: float = NOW, **other: str) -> Proposals:
    """Open proposals there, by a machine whose clock says so."""
    settings = replace(GitHubSettings(APP_ID, KEY, REPOSITORY, url=fake.url), **other)
    session = patient_session(timeout=5, retries=1, pause=0.01)
    return Proposals(GitHubCalls(settings, session, lambda: clock), settings)


def test_a_pull_request_has_the_files_and_the_label(fake: FakeGitHub) -> None:
    """One commit on main, on a branch of its own; the token may write contents and pull requests of one repository."""
    address = proposals(fake).propose(ASKED)
    assert address == f"https://github.com/{REPOSITORY}/pull/1"
    (pull,) = fake.pulls
    assert (pull["head"], pull["base"]) == ("healthscore/draft-0123456789abcdef", "main")
    changed = {**FILES, "config/thresholds.yaml": "new\n", "config/impact.json": "{}\n"}
    assert fake.files_of(pull["head"]) == changed
    assert fake.files_of("main") == FILES
    assert fake.labels == {1: ["let through: weight_move"]}
    assert fake.granted == {
        "repositories": ["scores"], "permissions": {"contents": "write", "pull_requests": "write"}
    }  # fmt: skip


def test_the_same_draft_twice_is_one_pull_request(fake: FakeGitHub) -> None:
    """Also by another process, and after it was merged; one that was closed is opened anew."""
    assert proposals(fake).propose(ASKED) == proposals(fake).propose(ASKED)
    fake.pulls[0] |= {"state": "closed", "merged_at": "2026-11-01T00:00:00Z"}
    proposals(fake).propose(ASKED)
    assert len(fake.pulls) == 1
    fake.pulls[0]["merged_at"] = None
    assert proposals(fake).propose(ASKED).endswith("/pull/2")


@pytest.mark.parametrize("path", ["/git/trees", "/git/commits", "/git/refs", "/pulls", "/labels", "/access_tokens"])
def test_a_call_whose_answer_is_lost_is_retried_and_does_nothing_twice(fake: FakeGitHub, path: str) -> None:
    """What it did is found: a branch that is there, a pull request that is there."""
    fake.plan(path, Fault("cut", after=True))
    assert proposals(fake).propose(ASKED).endswith("/pull/1")
    assert len(fake.pulls) == 1
    assert list(fake.heads) == ["main", "healthscore/draft-0123456789abcdef"]


def test_a_proposal_that_was_interrupted_is_gone_on_with(fake: FakeGitHub) -> None:
    """The branch was made, and no pull request: the next try opens it."""
    fake.plan("/pulls", Fault("answer", Response(200, [])), Fault("answer", Response(500, {"message": "Server Error"})))
    with pytest.raises(GitHubError, match="500"):
        proposals(fake).propose(ASKED)
    assert proposals(fake).propose(ASKED).endswith("/pull/1")


@pytest.mark.parametrize("wrong", [-59.0, 55.0])
def test_a_clock_that_is_a_minute_wrong_does_no_harm(fake: FakeGitHub, wrong: float) -> None:
    """GitHub refuses tokens of its future, and those that last too long by its clock."""
    assert proposals(fake, NOW + wrong).propose(ASKED)


def test_a_clock_that_is_very_wrong_is_said(fake: FakeGitHub) -> None:
    """The sentence says what to check; no secret is in it."""
    with pytest.raises(GitHubError, match=r"401 .*clock of this machine") as error:
        proposals(fake, NOW + 3_600).propose(ASKED)
    assert "PRIVATE" not in str(error.value)


def test_figures_that_are_others_there_are_refused(fake: FakeGitHub) -> None:
    """What was merged and not yet deployed would be undone: nothing is made."""
    other = replace(ASKED, before={**ASKED.before, "thresholds.yaml": "older\n"})
    with pytest.raises(GitHubError, match=r"config/thresholds\.yaml of acme/scores is not the one in force here"):
        proposals(fake).propose(other)
    assert list(fake.heads) == ["main"]
    with pytest.raises(GitHubError, match="no branch release"):
        proposals(fake, branch="release").propose(ASKED)
    with pytest.raises(GitHubError, match="404"):
        proposals(fake, repository="acme/other").propose(ASKED)
    with pytest.raises(GitHubError, match="whole PEM file"):
        proposals(fake, key="none").propose(ASKED)


def test_ops_propose_from_the_page(fake: FakeGitHub, own_place: Place) -> None:
    """What people wrote stands in the body as text: it mentions nobody and is no link."""
    place = replace(own_place, desk=replace(own_place.desk, services=Services(proposals=proposals(fake))))
    visitor = place.visitor("ops")
    edits = {"thresholds.thresholds.support_health.close_time_hours.paid.2": "47"}
    name, reason = "[x](http://e.example) fixes GH-3", "@everyone <img> closes #7, acme/x#8, www.e.example, a@b.example"
    address = visitor.send("/drafts", {**edits, "name": name, "reason": reason})
    assert f"Propose to {REPOSITORY}" in visitor.get(address)
    visitor.send(f"{address}/propose")
    assert re.search(rf'href="https://github.com/{REPOSITORY}/pull/1"', visitor.get(address))
    (pull,) = fake.pulls
    assert "**Why:** \\@\u200beveryone \\<img\\> closes \\#\u200b7, acme/x\\#\u200b8" in pull["body"]
    for told in (pull["title"], pull["body"]):
        assert not re.search(r"@\w|#\d|GH-\d|://|www\.", told), told
    assert "Few accounts change their tier" in pull["body"]
    assert set(fake.files_of(pull["head"])) - set(FILES) == {"config/impact.json", "config/CHANGELOG.md"}


def test_what_github_refuses_is_said_and_nothing_is_marked(fake: FakeGitHub, own_place: Place) -> None:
    """The draft stays as it was, and the patch is there."""
    place = replace(own_place, desk=replace(own_place.desk, services=Services(proposals=proposals(fake, key="none"))))
    visitor = place.visitor("ops")
    edits = {"thresholds.thresholds.support_health.close_time_hours.paid.2": "47"}
    address = visitor.send("/drafts", {**edits, "name": "A", "reason": "B"})
    assert "No pull request was opened" in visitor.send(f"{address}/propose", expect=400)
    assert "Proposed by" not in visitor.get(address)


def test_settings_go_together() -> None:
    """Nothing set: no App. Something: all, each as it should be."""
    whole = {"GITHUB_APP_ID": "1", "GITHUB_APP_KEY": "-----BEGIN\\nX", "GITHUB_REPOSITORY": "a/b"}
    assert github_settings({"GITHUB_REPOSITORY": "a/b"}) is None
    made = github_settings(whole)
    assert made is not None
    assert made.key == "-----BEGIN\nX"
    assert "BEGIN" not in repr(made)
    for name, value in [("GITHUB_APP_KEY", ""), ("GITHUB_REPOSITORY", "a"), ("GITHUB_CONFIG_FOLDER", "../x")]:
        with pytest.raises(SettingsError, match=name):
            github_settings({**whole, name: value})
