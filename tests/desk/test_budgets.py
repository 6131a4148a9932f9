"""What pages weigh and cost, against the budgets of the desk: 200 accounts, CPU of this process with slack."""

import gzip
import re
import shutil
from pathlib import Path
from statistics import median
from time import process_time

import pytest

from tests.desk.everywhere import FILES, PAGES, Shown, filled
from tests.desk.places import Place, Visitor, place_of
from tests.desk.widened import widen

KIB = 1_024
COLD, WARM, REQUESTS = 120 * KIB, 15 * KIB, 7
SLACK, ROUNDS = 4, 5

BUDGETS: dict[str, int] = {
    "/": 15,
    "/?view=all&sort=score": 15,
    "/?q=a&tier=Healthy": 15,
    "/export.csv?view=all": 30,
    "/pilot": 20,
    "/report/{latest}": 100,
    "/versions": 30,
    "/what-if": 60,
    "/drafts": 100,
    "/audit": 60,
    "/quality": 60,
    "/quality/flags?flag=partial": 60,
    "/identity": 60,
    "/identity?show=decided": 60,
    "/accounts/{account}": 40,
    "/accounts/{account}?period={first}&as=record": 40,
    "/accounts/{account}/trend.json": 30,
    "/accounts/{account}/receipt.json": 30,
}
"""Milliseconds of CPU that a page may take at 200 accounts."""

_LOADED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture(scope="module")
def wide_place(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Open a desk on 200 accounts."""
    store = Path(shutil.copy(pristine, tmp_path_factory.mktemp("wide") / "healthscore.db"))
    widen(store, 200)
    return place_of(store)


@pytest.fixture(scope="module")
def visitor(wide_place: Place) -> Visitor:
    """Sign somebody in there."""
    return wide_place.visitor()


def test_the_desk_has_200_accounts(visitor: Visitor) -> None:
    """Budgets are of a list that has several pages."""
    assert "1\N{EN DASH}50 of 200" in visitor.get("/?view=all")


@pytest.mark.parametrize("shown", [one for one in PAGES if one.status == 200], ids=str)
def test_a_page_is_light(wide_place: Place, visitor: Visitor, shown: Shown) -> None:
    """Warm, the page alone; cold, with all that it loads, in few requests."""
    page = visitor.get(filled(shown.address, wide_place))
    warm, parts = len(gzip.compress(page.encode())), sorted(set(_LOADED.findall(page)))
    cold = warm + sum(_carried(visitor, part) for part in parts)
    assert warm <= WARM
    assert cold <= COLD
    assert 1 + len(parts) <= REQUESTS


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_costs_little(wide_place: Place, visitor: Visitor, address: str) -> None:
    """The median of a few, once the desk has read what it keeps."""
    budget, address = BUDGETS[address], filled(address, wide_place)
    visitor.get(address)
    assert median(_cpu(visitor, address) for _ in range(ROUNDS)) <= SLACK * budget / 1_000


def test_budgets_are_of_pages_that_are_looked_at(wide_place: Place) -> None:
    """Each is a page or a file of everywhere.py, whatever it asks for."""
    known = {filled(one.address, wide_place).partition("?")[0] for one in (*PAGES, *FILES)}
    assert {filled(one, wide_place).partition("?")[0] for one in BUDGETS} <= known


def _cpu(visitor: Visitor, address: str) -> float:
    begun = process_time()
    visitor.get(address)
    return process_time() - begun


def _carried(visitor: Visitor, part: str) -> int:
    """Count the bytes of what a page loads, as they are carried: a font is packed already."""
    answer = visitor.client.get(part)
    assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)
    return len(answer.content) if part.endswith(".woff2") else len(gzip.compress(answer.content))
