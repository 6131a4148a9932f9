"""Drafts: kept with a name and a reason, judged at the gate, proposed by download; every act stands in the audit."""

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from config.draft import load_draft
from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.desk.audit import acts
from handlers.jobs.drafts import Draft, keep_draft, kept_draft
from tests.desk.places import Place, Visitor

CLOSE = "thresholds.thresholds.support_health.close_time_hours.paid.2"
SMALL = {CLOSE: "47", "name": "Slower closes", "reason": "Asked for <b>by</b> support"}
LARGE = {
    **SMALL,
    "weights.health_score.churn_risk": "0.8",
    "weights.health_score.platform_value": "0.2",
    "name": "Fewer healthy",
}


def keep(visitor: Visitor, edits: dict[str, str]) -> str:
    """Keep a draft; gives its address."""
    return visitor.send("/drafts", edits)


def told(place: Place) -> list[tuple[str, str, str]]:
    """Give the acts that the audit has of drafts, with their reasons."""
    with place.store() as store:
        return [(one.act, one.subject, one.reason) for one in acts(store)]


def test_a_draft_is_kept_once_by_what_it_says(own_place: Place) -> None:
    """Its address follows from it, its reason stands there escaped, and the audit has one line."""
    visitor = own_place.visitor("ops")
    address = keep(visitor, SMALL)
    assert keep(visitor, SMALL) == address
    page = visitor.get(address)
    assert "Asked for &lt;b&gt;by&lt;/b&gt; support" in page
    assert "Slower closes" in visitor.get("/drafts")
    assert "Slower closes" in visitor.get("/what-if")
    assert told(own_place) == [("draft saved", address.rpartition("/")[2], SMALL["reason"])]
    assert 'value="47"' in visitor.get(f"/what-if?draft={address.rpartition('/')[2]}")


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({**SMALL, "name": " "}, "with a name and a reason"),
        ({**SMALL, "reason": ""}, "with a name and a reason"),
        ({**SMALL, CLOSE: "48.0"}, "Nothing is changed"),
        ({**SMALL, CLOSE: "1"}, "expected green &lt;= yellow"),
    ],
)
def test_what_is_no_draft_is_not_kept(own_place: Place, edits: dict[str, str], said: str) -> None:
    """Nothing is written, and the page says why."""
    assert said in own_place.visitor("ops").send("/drafts", edits, expect=400)
    assert told(own_place) == []


def test_leaders_look_and_csms_do_not(own_place: Place) -> None:
    """Ops alone keep, propose and withdraw."""
    address = keep(own_place.visitor("ops"), SMALL)
    leader = own_place.visitor("leader")
    assert "Withdraw" not in leader.get(address)
    for deed in ("/drafts", f"{address}/propose", f"{address}/withdraw"):
        leader.send(deed, SMALL, expect=404)
    csm = own_place.visitor("csm")
    assert {csm.status(one) for one in ("/drafts", address, f"{address}/draft.patch", f"{address}/impact.json")} == {
        404
    }
    assert leader.status("/drafts/nothing") == 404


def test_the_patch_applies_and_makes_the_model_of_the_draft(own_place: Place, tmp_path: Path) -> None:
    """`git apply` takes it; the loader reads the model, the log has a line, the impact is that of the page."""
    visitor = own_place.visitor("ops")
    address = keep(visitor, LARGE)
    folder = tmp_path / "config"
    folder.mkdir()
    for file in DEFAULT_DIRECTORY.glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    (tmp_path / "draft.patch").write_text(visitor.get(f"{address}/draft.patch"))
    subprocess.run(["git", "apply", "--whitespace=error", "draft.patch"], cwd=tmp_path, check=True)  # noqa: S607
    with own_place.store() as store:
        kept = kept_draft(store, address.rpartition("/")[2])
    assert kept is not None
    assert load_config(folder).model.version == kept.draft.version == load_draft(folder, folder).model.version
    assert (folder / "impact.json").read_text() == visitor.get(f"{address}/impact.json")
    log = (folder / "CHANGELOG.md").read_text()
    assert log.count("\n- ") == 1
    assert "Fewer healthy · Ana Duarte: Asked for \\<b\\>by\\</b\\> support (model" in log
    assert "patch downloaded" in [act for act, _, _ in told(own_place)]


def test_a_limit_that_is_passed_wants_a_word_for_each_and_a_reason(own_place: Place) -> None:
    """Without the yes, or without the reason, nothing is proposed."""
    visitor = own_place.visitor("ops")
    address = keep(visitor, LARGE)
    page = visitor.get(address)
    assert "needs a word" in page
    asked = re.findall(r'name="yes" value="(\w+)"', page)
    assert "weight_move" in asked
    assert "needs your word" in visitor.send(f"{address}/propose", expect=400)
    assert "needs your word" in visitor.send(f"{address}/propose", {"yes": asked[0]}, expect=400)
    form = {"token": visitor.token, "yes": asked, "word": "Agreed with CS on 12 March"}
    done = visitor.client.post(f"{address}/propose", data=form, follow_redirects=False)
    assert done.status_code == 303
    assert "because: Agreed with CS on 12 March" in visitor.get(address)
    assert told(own_place)[-1][2].startswith("Agreed with CS on 12 March; ")


def test_a_draft_within_its_limits_is_proposed_by_download(own_place: Place) -> None:
    """Every condition is shown; then it is proposed, and withdrawn with a reason; each act is told."""
    visitor = own_place.visitor("ops")
    address = keep(visitor, SMALL)
    page = visitor.get(address)
    for title in (
        "The loader accepts it", "Its base is the model in force", "A reason is written",
        "Its impact is of the latest closed month", "Few accounts change their tier", "Little ARR is newly at risk",
        "No weight moves far", "What it changes could be tried", "Nobody becomes unscored",
        "It tells no worse who churns", "It agrees no less with opinions", "Whoever proposes does not approve",
    ):  # fmt: skip
        assert title in page
    assert "The gate is open" in page
    assert visitor.send(f"{address}/propose") == address
    assert "by download of the patch" in visitor.get(address)
    assert "Say why" in visitor.send(f"{address}/withdraw", expect=400)
    visitor.send(f"{address}/withdraw", {"reason": "Too soon"})
    assert "Withdrawn by Ana Duarte" in visitor.get(address)
    assert "was withdrawn" in visitor.send(f"{address}/propose", expect=400)
    assert [act for act, _, _ in told(own_place)] == ["draft saved", "draft proposed", "draft withdrawn"]


def test_a_draft_whose_base_moved_is_reapplied_not_proposed(own_place: Place) -> None:
    """The page says so, there is no patch, and what-if opens its figures on the model in force."""
    draft = Draft("Old", "Ana", "ana", "Once", "0123456789ab", "ba9876543210", {CLOSE: "40"}, "2026-05-01T00:00:00Z")
    with own_place.store() as store:
        assert keep_draft(store, draft)
        assert not keep_draft(store, msgspec.structs.replace(draft, at="2026-06-01T00:00:00Z"))
    visitor, address = own_place.visitor("ops"), f"/drafts/{draft.hash}"
    page = visitor.get(address)
    assert "The base moved" in page
    assert "It was made on 0123456789ab" in page
    assert visitor.status(f"{address}/draft.patch") == 404
    assert "The gate is closed: 1 condition not met" in visitor.send(f"{address}/propose", expect=400)
    opened = visitor.get(f"/what-if?draft={draft.hash}")
    assert "The model moved on since" in opened
    assert 'value="40"' in opened
