"""Too much of something, typed or sent: it is cut or refused, and the desk neither fails nor toils."""

from itertools import cycle

import pytest

from tests.desk.places import Place
from tests.desk.test_what_if import fragment

SIDES = ("weights.health_score.churn_risk", "weights.health_score.platform_value")


@pytest.mark.parametrize("said", [("1e308", "1e308"), ("1e999", "-1e999"), ("-1e999", "0.5"), ("٣", "1e15")])
def test_figures_that_are_huge_are_refused_by_the_loader(place: Place, said: tuple[str, str]) -> None:
    """Their sum is no error of the desk, and no infinity stands on the page."""
    visitor, edits = place.visitor("ops"), dict(zip(SIDES, said, strict=True))
    page = visitor.send("/what-if", edits, expect=200)
    assert "This draft is refused" in page
    assert not {">inf<", ">-inf<", ">nan<"} & set(page.split())
    assert "refused" in fragment(visitor, edits)


@pytest.mark.parametrize("name", ["done", "stays", "dropped"])
def test_a_number_that_is_endless_says_nothing(place: Place, name: str) -> None:
    """Python reads no number of five thousand digits: the address is as without it."""
    page = place.visitor("ops").get(f"/quality/dead-letters?done=1&{name}={'9' * 5_000}")
    assert "9" * 40 not in page


def long(name: str) -> str:
    """Give words that are all in a name for the first hundred letters, and one that is not."""
    words, told = cycle(name.split()), ""
    while len(told) < 110:
        told += f"{next(words)} "
    return f"{told}nobody"


def test_words_are_compared_with_every_account_and_so_are_cut(place: Place) -> None:
    """Of a report's CSM and of an account that is looked for: a megabyte of words is no work for twenty thousand."""
    leader = place.visitor("leader")
    with place.store() as store:
        one = next(one for one in store.summaries("2026-10") if one.csm is not None and one.account_name)
    assert one.csm is not None
    assert one.csm.name is not None
    told = leader.client.get("/report/2026-10", params={"csm": long(one.csm.name)}).text
    assert one.csm.name in told
    assert "nobody" not in told.partition("<h1>")[2]
    page = leader.client.get("/pilot/validation", params={"q": long(one.account_name or "")}).text
    assert f"account={one.account_id}" in page
