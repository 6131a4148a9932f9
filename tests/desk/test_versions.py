"""Versions: which there were, whose records they made, who proposed them, and what differs between two."""

import re
from dataclasses import replace

from config.model_text import model_text
from handlers.jobs.drafts import Draft, keep_draft
from handlers.jobs.versions import versions
from handlers.words.model_changes import changes_said
from scoring.model import Threshold
from tests.desk.places import Place
from tests.models import the_model


def test_each_version_has_its_records(place: Place) -> None:
    """As many as there are in the store, by month; the one in force first."""
    with place.store() as store:
        counted: dict[str, int] = {}
        for record in store.records():
            counted[record.score.model_version] = counted.get(record.score.model_version, 0) + 1
        known = versions(store, place.desk.config.model.version)
    assert {one.version: one.records for one in known} == counted
    assert len(known) > 1
    assert known[0].is_live
    assert all(one.is_kept for one in known)
    page = place.visitor("csm").get("/versions")
    assert all(f"{one.records:,}</td>" in page for one in known)


def test_two_versions_are_compared_figure_by_figure(place: Place) -> None:
    """In words and line by line; one that is not kept is not there; a version and itself do not differ."""
    visitor = place.visitor("csm")
    live, earlier = re.findall(r'<option value="(\w+)"', visitor.get("/versions"))[:2]
    page = visitor.get(f"/versions/compare?a={earlier}&b={live}")
    assert re.search(r'<th scope="row">Weight of Churn Risk</th><td>[\d.]+</td><td>0\.6</td>', page)
    assert '<span class="added">+  &#34;churn_risk&#34;: 0.6,</span>' in page
    assert "Nothing differs" in visitor.get(f"/versions/compare?a={live}&b={live}")
    assert visitor.status(f"/versions/compare?a=none&b={live}") == 404
    assert visitor.status("/versions/none") == 404
    assert "&#34;coverage_floor&#34;: 50.0" in visitor.get(f"/versions/{live}")


def test_a_version_is_joined_with_its_draft(own_place: Place) -> None:
    """Who proposed it, and why; of one that is the only one, the page says so."""
    live = own_place.desk.config.model.version
    with own_place.store() as store:
        keep_draft(store, Draft("Softer", "Ben Ito", "ben", "Agreed in <May>", "0123456789ab", live, {"x": "1"}))
        for account_id, period in list(store.record_keys()):
            record = store.record(account_id, period)
            if record is not None and record.score.model_version != live:
                store.remove_record(account_id, period)
    page = own_place.visitor().get("/versions")
    assert "Ben Ito" in page
    assert "Agreed in &lt;May&gt;" in page
    assert "There is one version" in page


def test_a_model_that_made_no_record_yet_is_named(own_place: Place) -> None:
    """It is in force, and was not used."""
    with own_place.store() as store:
        (first, *_) = versions(store, "feedfeedfeed", "0a1b2c3d")
    assert (first.version, first.records, first.said, first.commit) == ("feedfeedfeed", 0, "none yet", "0a1b2c3d")


def test_changes_are_said_in_words() -> None:
    """Weights, thresholds, tiers and what is new."""
    now = the_model()
    paid = {**now.thresholds["paid"], "close_time_hours": Threshold(True, 4.0, 12.0, 50.0)}
    earlier = replace(
        now,
        coverage_floor=40.0,
        thresholds={**now.thresholds, "paid": paid},
        pillars={**now.pillars, "messaging": 0.4},
        caps={**now.caps, "critical_1": 60.0},
    )
    assert model_text(earlier) != model_text(now)
    said = {one.what: (one.before, one.after) for one in changes_said(earlier, now)}
    assert said["Coverage floor (%)"] == ("40", "50")
    assert said["Cap: critical 1"] == ("60", "65")
    assert said["Share of the pillar: messaging (Platform Value)"] == ("0.4", "0.5")
    assert said["Thresholds: paid, time to close, red"] == ("50", "48")
