"""The Zendesk client against an account that speaks its HTTP: signed in, in small answers, in trouble."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.clients.zendesk.client import LEAST_PAGE, Page, Ticket
from handlers.clients.zendesk.errors import ZendeskError
from scoring.instants import DAY, SECOND
from tests.fakes.server import Fault, Request, Response
from tests.fakes.zendesk import CLIENT_SECRET, EXPORT, TOKEN
from tests.live.zendesk_account import NOW, READ, Account, account

SINCE = READ - 100 * DAY
BROKEN = Fault("answer", Response(500, {"error": "InternalError"}))


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Account]:
    with account(tmp_path) as place:
        yield place


def ids(pages: Iterator[Page]) -> list[list[Any]]:
    """Name the tickets of each page."""
    return [[one.ticket["id"] for one in page.tickets] for page in pages]


def exports(place: Account) -> list[Request]:
    """Give the calls of the export."""
    return [call for call in place.fake.calls if call.path == EXPORT]


@pytest.mark.parametrize("oauth", [True, False])
def test_it_signs_in_by_an_oauth_client_or_an_api_token(place: Account, *, oauth: bool) -> None:
    """One token is asked for, and used for all calls."""
    client = place.connect(oauth=oauth)
    assert client.me()["role"] == client.me()["role"] == "admin"
    assert place.fake.count("/oauth/tokens") == int(oauth)


def test_a_token_is_renewed_before_it_ends_and_after_it_was_refused(place: Account) -> None:
    """A sweep may last longer than a token, and a token may be taken away."""
    client = place.connect()
    client.me()
    place.clock.wait(place.fake.lasts - 30)
    client.me()
    assert place.fake.count("/oauth/tokens") == 2
    place.fake.tokens.clear()
    client.me()
    assert place.fake.count("/oauth/tokens") == 3


@pytest.mark.parametrize("oauth", [True, False])
def test_what_is_refused_is_said_without_the_secret(place: Account, *, oauth: bool) -> None:
    """Though Zendesk repeats it."""
    if not oauth:
        place.fake.plan("/me", Fault("answer", Response(401, {"error": f"Couldn't authenticate you: {TOKEN}"})))
    with pytest.raises(ZendeskError, match="ZENDESK_CLIENT_SECRET") as refused:
        place.connect("wrong-secret" if oauth else "", oauth=oauth).me()
    assert "wrong-secret" not in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert refused.value.status == 401


def test_a_secret_that_is_none_is_refused_at_once(place: Account) -> None:
    """Nobody is asked."""
    with pytest.raises(ZendeskError, match="has characters that are in none"):
        place.connect(f"{CLIENT_SECRET}\n")
    assert place.fake.calls == []


def test_an_export_goes_from_page_to_page(place: Account) -> None:
    """Each ticket with its metrics, deleted ones without; the last page says that it is the last."""
    for number in range(1, 6):
        place.put(number, age=10_000 - number, status="deleted" if number == 5 else "open")
    place.fake.page = 2
    pages = list(place.connect().export(SINCE))
    assert ids(iter(pages)) == [[1, 2], [3, 4], [5]]
    assert [[one.metrics is not None for one in page.tickets] for page in pages] == [
        [True, True],
        [True, True],
        [False],
    ]
    first, second, third = (dict(call.query) for call in exports(place))
    assert first == {"start_time": str(SINCE // SECOND), "per_page": "1000", "include": "metric_sets"}
    assert second["cursor"] == pages[0].cursor
    assert third["cursor"] == pages[1].cursor


def test_an_export_goes_on_from_a_cursor(place: Account) -> None:
    """What came before it comes no more; what changed since comes again."""
    place.put(1, age=9000)
    place.put(2, age=8000)
    client = place.connect()
    (page,) = client.export(SINCE)
    place.put(1, age=100)
    assert ids(client.export(SINCE, page.cursor)) == [[1]]
    (empty,) = client.export(SINCE, page.cursor)
    place.fake.tickets = []
    (nothing,) = client.export(SINCE, empty.cursor)
    assert (nothing.tickets, nothing.cursor) == ([], empty.cursor)


def test_the_last_minute_comes_next_time(place: Account) -> None:
    """Zendesk holds it back; the cursor lies before it."""
    place.put(1, age=9000)
    place.put(2, age=30)
    client = place.connect()
    (page,) = client.export(SINCE)
    assert ids(iter([page])) == [[1]]
    place.clock.wait(60)
    assert ids(client.export(SINCE, page.cursor)) == [[2]]


def test_an_export_never_begins_too_late_for_zendesk(place: Account) -> None:
    """A start within the last minute is refused: it begins a little earlier."""
    place.put(1, age=200)
    assert ids(place.connect().export(READ)) == [[1]]


def test_an_empty_account_has_no_cursor(place: Account) -> None:
    """And the export is at its end."""
    assert list(place.connect().export(SINCE)) == [Page([], None)]


def test_an_export_leaves_some_of_its_limit_to_others(place: Account) -> None:
    """Ten a minute for the whole account: two are left, and nobody is turned away."""
    for number in range(1, 21):
        place.put(number, age=10_000 - number)
    place.fake.page = 1
    assert len(ids(place.connect().export(SINCE))) == 20
    assert len(place.clock.waits) == 2
    assert sum(place.clock.waits) < 125


def test_where_others_used_the_limit_up_it_waits_as_long_as_it_is_asked_to(place: Account) -> None:
    """429 with Retry-After."""
    place.put(1)
    place.fake.plan(EXPORT, Fault("answer", Response(429, {"error": "TooManyRequests"}, {"Retry-After": "37"})))
    assert ids(place.connect().export(SINCE)) == [[1]]
    assert place.clock.waits == [37]


def test_an_export_that_stays_limited_is_named(place: Account) -> None:
    """With what to do."""
    busy = Fault("answer", Response(429, {"error": "TooManyRequests"}, {"Retry-After": "60"}))
    place.fake.plan(EXPORT, *[busy] * 9)
    with pytest.raises(ZendeskError, match="stop other exports"):
        list(place.connect().export(SINCE))


def test_what_passes_is_retried(place: Account) -> None:
    """A server out of order, a cut connection."""
    place.put(1)
    place.fake.plan(EXPORT, BROKEN, Fault("cut"))
    assert ids(place.connect().export(SINCE)) == [[1]]


def test_a_page_that_is_too_much_is_asked_for_by_half(place: Account) -> None:
    """504 where Zendesk could not gather it in time."""
    for number in range(1, 301):
        place.put(number, age=10_000 - number)
    place.fake.most = 250
    assert [len(page) for page in ids(place.connect().export(SINCE))] == [250, 50]
    assert [call.query["per_page"] for call in exports(place)] == ["1000", "500", "250"] * 2


def test_a_page_that_is_too_much_however_small_is_named(place: Account) -> None:
    """In the end."""
    place.fake.most = 1
    with pytest.raises(ZendeskError, match="answered with 504"):
        list(place.connect().export(SINCE))
    assert exports(place)[-1].query["per_page"] == str(LEAST_PAGE)


@pytest.mark.parametrize(
    ("bent", "told"),
    [
        ({"end_of_stream": None}, "does not say whether it is at its end"),
        ({"after_cursor": None, "end_of_stream": False}, "broke off without a cursor"),
        ({"tickets": None}, "no list of tickets"),
        ({"metric_sets": None}, "no list of metric_sets"),
        ({"after_cursor": "MS4wfHwxfA==", "end_of_stream": False}, "gave the same page twice"),
    ],
)
def test_an_answer_that_breaks_off_is_never_taken_for_the_whole(
    place: Account, bent: dict[str, object], told: str
) -> None:
    """It is an error by name."""
    place.put(1)
    place.fake.bend = lambda _, answer: bend(answer, bent)
    with pytest.raises(ZendeskError, match=told):
        list(place.connect().export(SINCE))


def bend(answer: Response, members: dict[str, object]) -> Response:
    """Change members of an export's page."""
    body = json.loads(json.dumps(answer.body))
    return Response(answer.status, body | members if "end_of_stream" in body else body, answer.headers)


def test_metrics_that_a_page_leaves_out_are_asked_for_one_by_one(place: Account) -> None:
    """A ticket without them says less than is known of it; one that is gone meanwhile has none."""
    for number in (1, 2, 3):
        place.put(number, age=9000 - number)
    place.fake.bare = {2, 3}
    place.fake.plan("/tickets/3/metrics", Fault("answer", Response(404, {"error": "RecordNotFound"})))
    (page,) = place.connect().export(SINCE)
    assert [one.metrics and one.metrics["ticket_id"] for one in page.tickets] == [1, 2, None]
    assert place.fake.count("/metrics.json") == 2


def test_metrics_may_lie_in_the_ticket(place: Account) -> None:
    """As some answers have them."""
    place.put(1, metric_set={"reopens": 3})
    place.fake.side_loads = False
    (page,) = place.connect().export(SINCE)
    assert page.tickets[0].metrics == {"reopens": 3}


def test_who_is_no_admin_may_not_export(place: Account) -> None:
    """And is told so."""
    place.fake.role = "agent"
    with pytest.raises(ZendeskError, match="must be an admin"):
        list(place.connect().export(SINCE))


def test_the_oldest_tickets_are_listed_by_their_last_update(place: Account) -> None:
    """In pages; archived and deleted ones are not among them."""
    for number in range(1, 105):
        place.put(number, age=100_000 - number)
    place.put(200, age=200_000)
    place.put(300, age=300_000)
    place.fake.archived = {300}
    pages = list(place.connect().oldest())
    assert [len(page) for page in pages] == [100, 5]
    assert isinstance(pages[0][0], Ticket)
    assert [one.ticket["id"] for one in pages[0]][:3] == [200, 1, 2]


def test_a_list_that_is_not_sorted_as_asked_is_refused(place: Account) -> None:
    """Nobody could tell where it may end."""
    place.put(1, age=100)
    place.put(2, age=9000)
    place.fake.sorts = False
    with pytest.raises(ZendeskError, match="not sorted"):
        list(place.connect().oldest())


def test_every_organization_is_listed_once(place: Account) -> None:
    """Over pages, though one comes twice."""
    place.fake.organizations = [{"id": number, "name": f"No {number}"} for number in range(250)]
    assert [one["id"] for one in place.connect().organizations()] == list(range(250))
    place.fake.organizations = [{"id": 1, "name": "A"}] * 2
    assert len(list(place.connect().organizations())) == 1


def test_a_list_that_does_not_say_whether_it_goes_on_is_refused(place: Account) -> None:
    """An answer without it is not taken for the last."""
    place.fake.bend = lambda asked, answer: (
        Response(200, {"organizations": []}) if "organizations" in asked.path else answer
    )
    with pytest.raises(ZendeskError, match="does not say whether more comes"):
        list(place.connect().organizations())


@pytest.mark.parametrize("text", ["<html>", "[]", ""])
def test_what_is_no_answer_is_named(place: Account, text: str) -> None:
    """A page of somebody's proxy."""
    place.fake.plan("/me", Fault("answer", Response(200, text)))
    with pytest.raises(ZendeskError, match="check ZENDESK_SUBDOMAIN"):
        place.connect().me()


def test_who_cannot_be_reached_is_named(place: Account) -> None:
    """After all retries."""
    place.fake.plan("/me", *[Fault("cut")] * 9)
    with pytest.raises(ZendeskError, match="got no answer"):
        place.connect(oauth=False).me()
    assert place.clock.now > NOW
