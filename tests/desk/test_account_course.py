"""The course of an account: what is marked between its months, and what the picture does not draw."""

import json
import re
from itertools import pairwise

from handlers.jobs.explained import given_of
from scoring.instants import parse_instant
from scoring.periods import period_end
from tests.desk.places import Place


def course_of(page: str) -> str:
    """Give the picture of a page."""
    return page.partition('class="course"')[2].partition("As a table")[0]


def test_coverage_and_models_are_marked_once_each(own_place: Place) -> None:
    """A source that is covered from the middle of a month stands between two months; a model at its first record."""
    with own_place.store() as store:
        store.correct_coverage("intercom", parse_instant("2026-05-16"))
        account = next(one for one in own_place.desk.accounts() if "intercom" in one.owners)
        versions = [one.score.model_version for one in store.records_of(account.id)]
    data = json.loads(own_place.visitor().get(f"/accounts/{account.id}/trend.json"))
    said = {mark["said"]: mark["place"] for mark in data["marks"]}
    months = [month["period"] for month in data["months"]]
    began, ended = period_end("2026-04"), period_end("2026-05")
    place = months.index("2026-04") + (parse_instant("2026-05-16") - began) / (ended - began)
    assert said["from here on Intercom is covered, since 2026-05-16"] == place
    changed = [number for number in range(1, len(versions)) if versions[number] not in versions[:number]]
    models = [place for words, place in said.items() if "under model" in words]
    assert models == [number - 0.5 for number in changed]
    assert [mark["letter"] for mark in data["marks"]] == [chr(65 + number) for number in range(len(said))]


def test_no_line_is_drawn_where_there_is_no_score(place: Place) -> None:
    """As many lines as pairs of months with a score, as many rings as records with one, and no dot at 0."""
    for account in place.desk.accounts()[:8]:
        page = place.visitor().get(f"/accounts/{account.id}")
        data = json.loads(place.visitor().get(f"/accounts/{account.id}/trend.json"))
        known = [month["known"]["final_score"] for month in data["months"]] + [data["live"]["final_score"]]
        pairs = sum(None not in pair for pair in pairwise(known))
        drawn = course_of(page)
        assert len(re.findall(r'class="line(?: unsure)?"', drawn)) == pairs
        recorded = [month["recorded"] for month in data["months"]]
        rings = sum(one is not None and one["final_score"] is not None for one in recorded)
        assert drawn.count('class="ring"') == rings
        assert len(re.findall(r'class="(?:dot|dot unsure|live)"', drawn)) == sum(one is not None for one in known)


def test_unknown_months_are_dashed(place: Place) -> None:
    """A line that leads to or from a month of which too little is known is dashed, and no other."""
    for account in place.desk.accounts():
        with place.store() as store:
            given = given_of(store, account)
        if any(one.score.tier == "Unknown" for one in given.records):
            page = place.visitor().get(f"/accounts/{account.id}")
            assert 'class="line unsure"' in course_of(page)
            return
    raise AssertionError("the demo has no Unknown month")
