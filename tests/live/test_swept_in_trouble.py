"""What goes wrong in the middle of a sweep of Intercom: it is named, the cursor stays, and nothing is missing after."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.clients.remote import SourceError
from handlers.jobs.sweep import Clients, Sweeper, folding, take_in
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.facts import conversation_at
from scoring.instants import HOUR, Instant
from scoring.observations import Subject
from tests.fakes.intercom import error
from tests.fakes.server import Request, Response
from tests.live.intercom_workspace import NOW, Workspace, at, company, talk, workspace
from tests.live.orgs import CONFIG

Bend = Callable[[dict[str, Any]], Response]
GONE = error(404, "not_found", "Conversation not found. Message deleted.")


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Workspace]:
    with workspace(tmp_path) as place:
        yield place


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path / "swept.db", durable=False)) as store:
        yield store


def swept(place: Workspace, store: Store, now: Instant) -> dict[str, str]:
    """Sweep, and give what failed."""
    failures: dict[str, str] = {}
    sweeper = Sweeper(Clients(intercom=place.connect()), CONFIG.intake, CONFIG.looker, (), store, now)
    for _ in take_in(sweeper.sweep(), folding(store, CONFIG.intake, now), store, failures):
        pass
    return failures


def state(store: Store, conversation_id: str, now: Instant) -> str | None:
    """Give the state of a conversation; `deleted` where it is hidden, None where it is unknown."""
    facts = store.facts_of([Subject("intercom", "conversation", conversation_id)])
    if not facts:
        return None
    seen = conversation_at(facts[0], now)
    return "deleted" if seen is None else seen[0].state


def fill(place: Workspace, count: int) -> list[dict[str, Any]]:
    """Put open conversations into a workspace, a second after each other."""
    talks = [talk(number, NOW - 3600 + number, state="open", company=company(1)) for number in range(count)]
    place.fake.conversations = talks
    place.fake.companies = [company(1)]
    return talks


ALTERED: Mapping[str, Bend] = {
    "refused": lambda _: GONE,
    "out of order": lambda _: error(500, "server_error", "Server Error"),
    "half a page": lambda body: Response(200, {**body, "conversations": body["conversations"][:20]}),
    "last page": lambda body: Response(200, {**body, "pages": {**body["pages"], "next": None}}),
    "first page again": lambda body: Response(
        200, {**body, "pages": {**body["pages"], "next": {"starting_after": ""}}}
    ),
    "no list": lambda body: Response(200, {**body, "conversations": None}),
    "nothing": lambda _: Response(200, {}),
    "no pages": lambda body: Response(200, {name: body[name] for name in body if name != "pages"}),
    "repeated": lambda body: Response(200, {**body, "conversations": body["conversations"][:1] * 150}),
    "uncounted and cut": lambda body: Response(200, {"conversations": body["conversations"][:20]}),
    "uncounted and empty": lambda _: Response(200, {"conversations": []}),
}


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("kind", ALTERED)
def test_a_page_that_goes_wrong_is_named_or_made_good(place: Workspace, store: Store, kind: str, page: int) -> None:
    """Either all are there at once, or the sweep fails by name; in the end all are."""
    fill(place, 200)
    asked: list[Request] = []

    def bend(request: Request, answer: Response) -> Response:
        if request.path != "/conversations/search" or not isinstance(answer.body, dict):
            return answer
        asked.append(request)
        broken = len(asked) == page or (len(asked) > page and kind in ("refused", "out of order"))
        return ALTERED[kind](answer.body) if broken and "conversations" in answer.body else answer

    place.fake.bend = bend
    now = at(NOW)
    failed = swept(place, store, now)
    cursor = store.cursor("intercom")
    there = {str(number) for number in range(200) if state(store, str(number), now) == "open"}
    assert set(failed) == {"intercom"} or (failed == {} and len(there) == 200)
    assert (cursor is None) is bool(failed)
    place.fake.bend = lambda _, answer: answer
    assert swept(place, store, now + HOUR) == {}
    assert all(state(store, str(number), now + HOUR) == "open" for number in range(200))


def test_what_is_closed_between_two_pages_is_closed_after_the_next_sweep(place: Workspace, store: Store) -> None:
    """Its last update lies beyond the window then; one that was given before it, too."""
    talks, changed = fill(place, 400), list[int]()
    now = at(NOW)

    def witness(request: Request) -> None:
        if request.path == "/conversations/search" and not changed:
            changed.extend((10, 300))
            for number in changed:
                talks[number].update(state="closed", open=False, updated_at=NOW + 30)

    place.fake.witness = witness
    assert swept(place, store, now) == {}
    assert swept(place, store, now + HOUR) == {}
    states = [state(store, str(number), now + HOUR) for number in range(400)]
    assert [number for number, one in enumerate(states) if one != "open"] == [10, 300]
    assert states[10] == states[300] == "closed"


@pytest.mark.parametrize("order", ["asc", "desc", "mixed"])
def test_a_deletion_is_found_wherever_it_stands(place: Workspace, store: Store, order: str) -> None:
    """Among hundreds of old ones, in whatever order they come."""
    fill(place, 3)
    place.fake.order_of_deleted = order
    old = [
        {"type": "conversation", "id": f"{number:03d}x", "deleted_at": NOW - 90_000 - number} for number in range(200)
    ]
    assert swept(place, store, at(NOW)) == {}
    place.fake.deleted = [*old, {"type": "conversation", "id": "1", "deleted_at": NOW + 600}]
    assert swept(place, store, at(NOW) + HOUR) == {}
    assert [state(store, str(number), at(NOW) + HOUR) for number in range(3)] == ["open", "deleted", "open"]


def test_a_search_that_is_not_whole_is_never_taken_for_whole(place: Workspace) -> None:
    """Pages cut, counted wrong or not at all, turned, repeated: a sweep without a failure has them all."""
    now, count = at(NOW), [0]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0), st.integers(1, 320))
    def holds(seed: int, size: int) -> None:
        random = Random(seed)  # noqa: S311 - no secret
        count[0] += 1
        talks = fill(place, size)
        for one in talks:
            one["id"] = f"{count[0]}-{one['id']}"
        place.fake.bend = lambda request, answer: _bent(request, answer, random)
        client, told, failed = place.connect(), set[str](), False
        try:
            told = {str(one["id"]) for one in client.search_conversations(now - HOUR, now)}
        except SourceError:
            failed = True
        assert failed or told == {one["id"] for one in talks}

    holds()


def _bent(request: Request, answer: Response, random: Random) -> Response:
    body = answer.body
    if request.path != "/conversations/search" or not isinstance(body, dict) or random.random() < 0.5:
        return answer
    told, left = list(body["conversations"]), dict(body)
    for lost in random.sample(["total_count", "pages"], random.randrange(3)):
        del left[lost]
    kind = random.choice(["", "cut", "repeated", "turned", "nothing"])
    if kind == "cut":
        told = told[: random.randrange(len(told) + 1)]
    if kind == "repeated":
        told = told + told[: len(told) // 2]
    told = [] if kind == "nothing" else told[::-1] if kind == "turned" else told
    return Response(200, {**left, "conversations": told})
