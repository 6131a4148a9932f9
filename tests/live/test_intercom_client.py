"""The Intercom client against a workspace that limits, breaks and lies."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from handlers.clients.intercom import client as intercom
from handlers.clients.intercom.calls import TRIES, IntercomError
from handlers.clients.intercom.client import IntercomClient
from handlers.clients.patient import patient_session
from handlers.clients.remote import SourceError
from handlers.settings import IntercomSettings
from scoring.instants import EPOCH
from tests.fakes.intercom import NOT_FOUND, TOKEN, error
from tests.fakes.server import Fault, Request, Response
from tests.live.intercom_workspace import NOW, Workspace, at, company, sample, talk, workspace

OUT_OF_ORDER = Fault("answer", error(503, "service_unavailable", "Sorry, the API service is temporarily unavailable"))
CUT = Fault("cut")


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Workspace]:
    with workspace(tmp_path) as place:
        yield place


def ids(items: Iterator[dict[str, object]]) -> list[object]:
    """Name what came, in its order."""
    return [item["id"] for item in items]


def paths(place: Workspace) -> list[str]:
    """Name the paths that were called."""
    return [call.path for call in place.fake.calls]


def shape(value: Any, like: Any) -> Any:  # noqa: ANN401 - JSON
    """Give the types of a value, member by member; where the other one is empty or null, nothing."""
    if isinstance(value, dict) and isinstance(like, dict):
        return {name: shape(member, like.get(name)) for name, member in value.items()}
    if isinstance(value, list) and isinstance(like, list):
        return [shape(one, like[0]) for one in value[:1]] if like else []
    return None if value is None or like is None else type(value).__name__


def assert_same_shape(one: Any, other: Any) -> None:  # noqa: ANN401 - JSON
    """Both have the same members of the same types."""
    assert shape(one, other) == shape(other, one)


def test_a_search_answers_as_intercoms_own_example(place: Workspace) -> None:
    """The same members and values, but for the page size that was asked for."""
    expected = sample("search_conversations")
    place.fake.conversations = list(expected["conversations"])
    assert list(place.connect().search_conversations(at(1734537000), at(1734538000))) == expected["conversations"]
    (call,) = place.fake.calls
    answer = place.fake.answer(call)
    assert answer is not None
    assert answer.body == expected | {"pages": expected["pages"] | {"per_page": 150}}


def test_a_conversation_answers_as_intercoms_own_example(place: Workspace) -> None:
    """It is given whole."""
    expected = sample("get_conversation")
    place.fake.conversations = [expected]
    assert place.connect().conversation("503") == expected
    assert place.connect().conversation("504") is None


@pytest.mark.parametrize("name", ["list_contact_companies", "list_deleted_conversations", "scroll_companies", "me"])
def test_the_fakes_lists_have_the_members_of_intercoms_own_examples(place: Workspace, name: str) -> None:
    """Asked for pages as long as the example's, with what the example holds."""
    expected = sample(name)
    place.fake.admin = sample("me")
    place.fake.companies = expected.get("data", [])
    place.fake.contact_companies["c"] = expected.get("data", [])
    place.fake.deleted = [*expected.get("conversations", []), *expected.get("conversations", [])]
    place.connect(token=TOKEN)
    path = {
        "me": "/me",
        "scroll_companies": "/companies/scroll",
        "list_contact_companies": "/contacts/c/companies?per_page=50",
        "list_deleted_conversations": "/conversations/deleted?per_page=2",
    }[name]
    answer = asked(place, path)
    assert answer.status_code == 200
    assert_same_shape(answer.json(), expected)


def test_a_refusal_has_the_members_of_intercoms_own_example(place: Workspace) -> None:
    """Its code and message are the same too."""
    answer, expected = asked(place, "/me", "wrong"), sample("unauthorized")
    assert answer.status_code == 401
    assert_same_shape(answer.json(), expected)
    assert answer.json()["errors"] == expected["errors"]


def asked(place: Workspace, path: str, token: str = TOKEN) -> requests.Response:
    """Ask the fake itself."""
    headers = {"Authorization": f"Bearer {token}", "Intercom-Version": "2.16"}
    return requests.get(place.fake.url + path, headers=headers, timeout=5)


def test_the_examples_are_read_to_their_end(place: Workspace) -> None:
    """Companies of a contact, deletions, all companies, the admin."""
    place.fake.admin = sample("me")
    place.fake.contact_companies["c"] = sample("list_contact_companies")["data"]
    place.fake.deleted = sample("list_deleted_conversations")["conversations"]
    place.fake.companies = sample("scroll_companies")["data"]
    client = place.connect()
    assert client.me()["email"] == "admin1@email.com"
    assert ids(client.contact_companies("c")) == ["6762f0a61bb69f9f2193bb55"]
    assert ids(client.deleted_conversations(at(1734537400))) == ["512", "513"]
    assert ids(client.deleted_conversations(at(1734537401))) == ["512"]
    assert ids(client.companies()) == ["6762f0971bb69f9f2193bb2b"]


def test_every_call_names_the_version_and_the_token(place: Workspace) -> None:
    """Neither is left to the workspace's defaults, nor to a .netrc."""
    place.connect().me()
    (call,) = place.fake.calls
    assert call.headers["intercom-version"] == "2.16"
    assert call.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("or_equal", [False, True])
def test_a_search_reads_all_pages_of_its_time_both_ends_included(place: Workspace, *, or_equal: bool) -> None:
    """Whether `>` means more, or more and equal, as the documentation says."""
    place.fake.or_equal = or_equal
    place.fake.conversations = [talk(number, NOW + number) for number in range(-5, 405)]
    found = ids(place.connect().search_conversations(at(NOW), at(NOW + 399)))
    assert found[:3] + found[-2:] == (["-1", "0", "1", "399", "400"] if or_equal else ["0", "1", "2", "398", "399"])
    assert set(found) >= {str(number) for number in range(400)}
    assert len(found) == len(set(found)) == (402 if or_equal else 400)
    assert len(place.fake.calls) == 3


def test_a_window_that_holds_too_many_is_halved(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down to a second, which is read whatever it holds; nobody is left out."""
    monkeypatch.setattr(intercom, "MOST_IN_A_WINDOW", 50)
    moments = [*range(0, 400, 2), *[1000] * 170]
    place.fake.conversations = [talk(number, NOW + moment) for number, moment in enumerate(moments)]
    found = ids(place.connect().search_conversations(at(NOW), at(NOW + 2000)))
    assert set(found) == {str(number) for number in range(len(moments))}
    assert len(place.fake.calls) < 60


def test_a_search_can_look_for_open_ones_alone(place: Workspace) -> None:
    """Snoozed ones are open too."""
    states = ["open", "closed", "snoozed"]
    place.fake.conversations = [talk(number, state=state) for number, state in enumerate(states)]
    assert ids(place.connect().search_conversations(EPOCH, at(NOW), still_open=True)) == ["0", "2"]


def test_a_search_that_turns_in_circles_ends(place: Workspace) -> None:
    """The same cursor again is an error, not an endless sweep."""
    pages = {"next": {"starting_after": "x"}}
    circle = Fault("answer", Response(200, {"conversations": [], "pages": pages, "total_count": 9}))
    place.fake.plan("search", circle, circle, circle)
    with pytest.raises(IntercomError, match="same page twice"):
        list(place.connect().search_conversations(EPOCH, at(NOW)))


def test_a_search_that_is_cut_short_is_no_answer(place: Workspace) -> None:
    """Conversations that were held back must not look like peace."""
    place.fake.conversations = [talk(1), talk(2)]
    client = place.connect()
    told = {"type": "conversation.list", "conversations": [talk(1)], "pages": {"next": None}, "total_count": 2}
    place.fake.plan("/search", Fault("answer", Response(200, told)))
    with pytest.raises(IntercomError, match="a search gave 1 of 2 conversations: run this again"):
        list(client.search_conversations(EPOCH, at(NOW)))
    assert len(list(client.search_conversations(EPOCH, at(NOW)))) == 2


UNCOUNTED = ("total_count", "pages")


def uncounted(place: Workspace, *lost: str, keep: int | None = None) -> None:
    """Let every search lose its count, or more, and give no more than some conversations a page."""

    def bend(request: Request, answer: Response) -> Response:
        if "/search" not in request.path or not isinstance(answer.body, dict):
            return answer
        left = {name: value for name, value in answer.body.items() if name not in lost}
        return Response(200, {**left, "conversations": answer.body["conversations"][:keep]})

    place.fake.bend = bend


@pytest.mark.parametrize("or_equal", [False, True])
@pytest.mark.parametrize("lost", [("total_count",), UNCOUNTED])
@pytest.mark.parametrize("keep", [None, 40])
def test_a_search_that_counts_nothing_is_asked_until_nothing_new_comes(
    place: Workspace, lost: tuple[str, ...], keep: int | None, *, or_equal: bool
) -> None:
    """Each conversation once, however its pages were cut."""
    place.fake.or_equal = or_equal
    place.fake.conversations = [talk(number, NOW + number // 2) for number in range(400)]
    uncounted(place, *lost, keep=keep)
    found = ids(place.connect().search_conversations(at(NOW), at(NOW + 400)))
    assert found == [str(number) for number in sorted(range(400), key=lambda number: (number // 2, str(number)))]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"conversations": []}, "does not say how many there are"),
        ({"conversations": [talk(1, NOW + 1), talk(2, NOW)]}, "neither counts nor sorts"),
        ({"conversations": [talk(1) | {"updated_at": None}]}, "neither counts nor sorts"),
        ({"conversations": [talk(number, NOW) for number in range(150)]}, "does not say how many there are"),
    ],
)
def test_an_answer_that_proves_nothing_is_no_answer(place: Workspace, answer: dict[str, Any], said: str) -> None:
    """Neither a count, nor an order to go on by."""
    place.fake.bend = lambda _, __: Response(200, answer)
    with pytest.raises(IntercomError, match=said):
        list(place.connect().search_conversations(at(NOW), at(NOW + 9)))


def test_conversations_that_come_twice_are_not_counted_twice(place: Workspace) -> None:
    """As many as there are, and yet one of them is missing."""
    first = {"conversations": [talk(1), talk(2)], "total_count": 4, "pages": {"next": {"starting_after": "x"}}}
    second = {"conversations": [talk(2), talk(3)], "total_count": 4, "pages": {"next": None}}
    place.fake.plan("/search", *(Fault("answer", Response(200, told)) for told in (first, second)))
    with pytest.raises(IntercomError, match="a search gave 3 of 4 conversations"):
        list(place.connect().search_conversations(EPOCH, at(NOW)))


@pytest.mark.parametrize("cursors", ["xyxyxyxy", "abcdefgh"])
def test_a_search_that_goes_on_without_anything_new_ends(place: Workspace, cursors: str) -> None:
    """A circle of two pages, or new cursors to the same page."""
    told = (
        {"conversations": [talk(1)], "total_count": 9, "pages": {"next": {"starting_after": one}}} for one in cursors
    )
    place.fake.plan("/search", *(Fault("answer", Response(200, one)) for one in told))
    with pytest.raises(IntercomError, match="the same page twice"):
        list(place.connect().search_conversations(EPOCH, at(NOW)))


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("status", [404, 500])
def test_an_error_in_the_middle_of_a_search_is_named(place: Workspace, page: int, status: int) -> None:
    """Whatever was given before, the search has not ended well."""
    place.fake.conversations = [talk(number, NOW + number) for number in range(400)]
    asked: list[Request] = []

    def bend(request: Request, answer: Response) -> Response:
        asked.append(request)
        return error(status, "not_found", "Conversation not found.") if len(asked) >= page else answer

    place.fake.bend = bend
    with pytest.raises(IntercomError, match=f"answered with {status}"):
        list(place.connect().search_conversations(at(NOW), at(NOW + 400)))


def test_a_list_that_breaks_off_is_no_answer(place: Workspace) -> None:
    """A page without a next one that is not the last."""
    told = {"type": "list", "data": [company(1)], "pages": {"next": None, "page": 1, "total_pages": 2}}
    place.fake.plan("/companies", Fault("answer", Response(200, told)))
    with pytest.raises(IntercomError, match="broke off at page 1 of 2"):
        list(place.connect().contact_companies("c"))


@pytest.mark.parametrize("order", ["asc", "desc", "mixed"])
def test_deletions_are_found_in_whatever_order_they_come(place: Workspace, order: str) -> None:
    """By the ids, newest first, oldest first: an old page is no proof that later ones are older."""
    place.fake.order_of_deleted = order
    place.fake.deleted = [{"id": str(age), "deleted_at": NOW - age} for age in range(500)]
    found = ids(place.connect().deleted_conversations(at(NOW - 60)))
    assert sorted(found, key=str) == sorted((str(age) for age in range(61)), key=str)


def cut(place: Workspace, path: str, keep: int) -> None:
    """Let every answer of a list hold back all but its first items, and say that it is the last page."""

    def bend(request: Request, answer: Response) -> Response:
        if path not in request.path or not isinstance(answer.body, dict):
            return answer
        name = next(name for name, value in answer.body.items() if isinstance(value, list))
        told = {"pages": None, name: answer.body[name][:keep]}
        return Response(answer.status, {**answer.body, **told}, answer.headers)

    place.fake.bend = bend


def test_deletions_that_are_held_back_are_no_answer(place: Workspace) -> None:
    """A conversation that was deleted must not count for ever."""
    place.fake.deleted = [{"id": str(age), "deleted_at": NOW - age} for age in range(120)]
    cut(place, "/deleted", 20)
    with pytest.raises(IntercomError, match="gave 20 of 120 items: run this again"):
        list(place.connect().deleted_conversations(EPOCH))


def test_a_list_that_ends_at_a_limit_of_pages_is_no_answer(place: Workspace) -> None:
    """Beyond it a page is empty, and says that there is nothing at all."""
    place.fake.deleted = [{"id": str(age), "deleted_at": NOW - age} for age in range(120)]
    nothing = {"type": "conversations.list", "conversations": [], "pages": {"next": None, "total_pages": 0}}
    client, deleted = place.connect(), list[object]()
    place.fake.bend = lambda request, answer: (
        Response(200, {**nothing, "total_count": 0}) if request.query.get("page") == "2" else answer
    )
    with pytest.raises(IntercomError, match="gave 50 of 120 items"):
        deleted += client.deleted_conversations(EPOCH)


def test_a_list_that_tells_nothing_of_its_pages_is_read_to_its_end(place: Workspace) -> None:
    """A full page may have a next one; the same one for ever is none."""
    place.fake.contact_companies["c"] = [company(number) for number in range(120)]

    def bend(_: Request, answer: Response) -> Response:
        assert isinstance(answer.body, dict)
        return Response(200, {"data": answer.body["data"]})

    place.fake.bend = bend
    assert len(list(place.connect().contact_companies("c"))) == 120
    first = Response(200, {"data": [company(number) for number in range(50)]})
    place.fake.bend = lambda _, __: first
    with pytest.raises(IntercomError, match="the same page twice"):
        list(place.connect().contact_companies("c"))


def test_a_contact_that_goes_between_two_pages_is_not_gone(place: Workspace) -> None:
    """Half of its companies are no answer to whose it is."""
    place.fake.contact_companies["c"] = [company(number) for number in range(60)]
    client = place.connect()
    place.fake.bend = lambda request, answer: NOT_FOUND if request.query.get("page") == "2" else answer
    with pytest.raises(IntercomError, match="was answered with 404"):
        list(client.contact_companies("c"))


def test_a_scroll_that_gives_less_than_it_counts_is_begun_again_then_named(place: Workspace) -> None:
    """A company that is not listed would be an unknown owner."""
    place.fake.companies = [company(number) for number in range(25)]
    place.fake.bend = lambda _, answer: (
        Response(answer.status, {**answer.body, "total_count": 30}) if isinstance(answer.body, dict) else answer
    )
    with pytest.raises(IntercomError, match="a scroll gave 25 of 30 companies"):
        list(place.connect().companies())
    assert place.fake.scrolls == intercom.SCROLLS


def test_a_contact_may_have_many_companies_or_be_gone(place: Workspace) -> None:
    """All pages are read; a contact that is gone has none."""
    place.fake.contact_companies["c"] = [company(number) for number in range(120)]
    assert len(list(place.connect().contact_companies("c"))) == 120
    assert list(place.connect().contact_companies("a/../b")) == []
    assert paths(place)[-1] == "/contacts/a%2F..%2Fb/companies"


def test_a_refusal_for_haste_is_waited_out_until_its_reset(place: Workspace) -> None:
    """Not a second longer, and no call is lost."""
    headers = {"X-RateLimit-Reset": str(NOW + 7)}
    place.fake.plan("/me", Fault("answer", Response(429, error(429, "rate_limit_exceeded", "x").body, headers)))
    assert place.connect().me() == place.fake.admin
    assert place.clock.waits == [7.0]


def test_the_window_is_never_emptied(place: Workspace) -> None:
    """A tenth of it is left to others: the client waits for the next one before it is refused."""
    place.fake.limit = 20
    client = place.connect()
    for _ in range(50):
        client.me()
    assert place.clock.waits == [10.0, 10.0]
    assert len(place.fake.calls) == 50


@pytest.mark.parametrize("reset", ["0", "99999999999", "soon", ""])
def test_a_reset_that_makes_no_sense_is_not_believed(place: Workspace, reset: str) -> None:
    """Clocks differ: the wait is neither nothing nor hours."""
    refused = Fault("answer", Response(429, None, {"X-RateLimit-Reset": reset}))
    place.fake.plan("/me", refused, refused)
    place.connect().me()
    assert all(0.5 <= seconds <= 60 for seconds in place.clock.waits)
    assert len(place.clock.waits) == 2


@pytest.mark.parametrize("fault", [OUT_OF_ORDER, CUT, Fault("answer", Response(500)), Fault("cut", after=True)])
def test_a_search_gets_through_what_passes(place: Workspace, fault: Fault) -> None:
    """Reading twice does no harm, so a search is asked again; each wait is longer than the last."""
    place.fake.conversations = [talk(1)]
    place.fake.plan("search", *[fault] * (TRIES - 1))
    assert ids(place.connect().search_conversations(EPOCH, at(NOW))) == ["1"]
    assert place.clock.waits == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_slow_answer_is_asked_for_again(place: Workspace) -> None:
    """The session's timeout holds. On a busy machine another answer may be slow, too: it waits longer, then."""
    place.fake.plan("/me", Fault("slow", seconds=1.5))
    assert place.connect(timeout=0.5).me() == place.fake.admin
    assert place.clock.waits[:1] == [0.5]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (OUT_OF_ORDER, "Intercom: GET /me was answered with 503 (service_unavailable: Sorry, the API service is "),
        (CUT, "Intercom: GET /me got no answer (ConnectionError): check the network and INTERCOM_URL"),
        (Fault("answer", Response(429)), "Intercom: GET /me was answered with 429: the rate limit is used up"),
    ],
)
def test_what_does_not_pass_is_said_in_one_line(place: Workspace, fault: Fault, told: str) -> None:
    """After so many tries, with what to do."""
    place.fake.plan("/me", *[fault] * TRIES)
    with pytest.raises(SourceError) as raised:
        place.connect().me()
    assert str(raised.value).startswith(told)
    assert len(str(raised.value).splitlines()) == 1
    assert len(place.fake.calls) == TRIES


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (error(401, "unauthorized", f"Access Token\n{TOKEN} Invalid"), "check INTERCOM_TOKEN, and INTERCOM_REGION"),
        (error(403, "forbidden", "scope"), "the permission to read conversations, contacts and companies"),
        (error(400, "intercom_version_invalid", "?"), "set INTERCOM_API_VERSION to 2.16"),
        (Response(301, None, {"Location": "https://elsewhere.test/me"}), "answered with 301: check INTERCOM_URL"),
        (Response(200, "<html>"), "answered with 200: check INTERCOM_URL"),
        (Response(200, []), "answered with 200: check INTERCOM_URL"),
        (Response(418, {"errors": [7]}), "answered with 418: check INTERCOM_URL"),
    ],
)
def test_what_will_not_pass_is_not_tried_again(place: Workspace, response: Response, told: str) -> None:
    """It is said in one line, with what to do, and without the token."""
    place.fake.plan("/me", Fault("answer", response))
    with pytest.raises(SourceError) as raised:
        place.connect().me()
    assert told in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert TOKEN not in str(raised.value)
    assert len(place.fake.calls) == 1


@pytest.mark.parametrize("token", ["wrong-token", "wröng-tøken", "wrong\ntoken", "wrong token…"])
def test_a_wrong_token_never_leaks(place: Workspace, caplog: pytest.LogCaptureFixture, token: str) -> None:
    """Not in errors, causes or logs, whatever characters it has."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SourceError, match="INTERCOM") as raised:
        place.connect(token=token).me()
    chain = f"{raised.value!r} {raised.value.__cause__!r} {IntercomSettings(token)!r} {caplog.text}"
    assert "wr" not in chain


def test_an_unknown_version_is_named(place: Workspace) -> None:
    """The variable to set is told."""
    with pytest.raises(SourceError, match="set INTERCOM_API_VERSION"):
        place.connect(version="9.9").me()


def test_an_unreachable_host_is_named() -> None:
    """Nobody listens there."""
    settings, waits = IntercomSettings(TOKEN, "https://127.0.0.1:9"), list[float]()
    client = IntercomClient(settings, patient_session(retries=0), waits.append, lambda: NOW)
    with pytest.raises(SourceError, match="check the network and INTERCOM_URL"):
        client.me()
    assert len(waits) == TRIES - 1


@pytest.mark.parametrize("items", [None, {}, [7]])
def test_an_answer_of_another_shape_is_named(place: Workspace, items: object) -> None:
    """What is no list of conversations is not taken for none."""
    place.fake.plan("search", Fault("answer", Response(200, {"conversations": items, "total_count": 1})))
    with pytest.raises(SourceError, match="no list of conversations"):
        list(place.connect().search_conversations(EPOCH, at(NOW)))


def test_companies_are_scrolled_to_the_end(place: Workspace) -> None:
    """One scroll at a time; its last page is empty."""
    place.fake.companies, place.fake.scroll_page = [company(number) for number in range(25)], 10
    assert len(list(place.connect().companies())) == 25
    assert len(list(place.connect().companies())) == 25
    assert len(place.fake.calls) == 8
    assert place.clock.waits == []


def test_a_scroll_that_expired_begins_again(place: Workspace) -> None:
    """Whoever takes in a page for more than a minute loses the scroll, and gets each company once."""
    place.fake.companies, place.fake.scroll_page = [company(number) for number in range(25)], 10
    found = []
    for number, one in enumerate(place.connect().companies()):
        found.append(one["company_id"])
        if number == 12:
            place.clock.wait(61)
    assert found == [f"own-{number}" for number in range(25)]
    assert place.fake.scrolls == 2


@pytest.mark.parametrize("fault", [OUT_OF_ORDER, CUT, Fault("cut", after=True)])
def test_a_page_of_a_scroll_is_not_asked_for_twice(place: Workspace, fault: Fault) -> None:
    """The page after it might come: the scroll begins again, once the broken one has expired."""
    place.fake.companies, place.fake.scroll_page = [company(number) for number in range(25)], 10
    companies = place.connect().companies()
    found = [next(companies)["company_id"] for _ in range(10)]
    place.fake.plan("scroll", fault)
    found += [one["company_id"] for one in companies]
    assert found == [f"own-{number}" for number in range(25)]
    assert place.clock.waits == [61.0]


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (400, "parameter_invalid"), (410, "scroll_expired"), (500, "server_error")]
)
def test_a_scroll_that_is_forgotten_begins_again_however_that_is_said(place: Workspace, status: int, code: str) -> None:
    """Each company comes once; one that is forgotten each time is named in the end."""
    place.fake.companies, place.fake.scroll_page = [company(number) for number in range(25)], 10
    forgotten = Fault("answer", error(status, code, "scroll_param expired"))
    companies = place.connect().companies()
    found = [next(companies)["company_id"] for _ in range(10)]
    place.fake.plan("scroll", forgotten)
    found += [one["company_id"] for one in companies]
    assert found == [f"own-{number}" for number in range(25)]
    place.fake.bend = lambda request, answer: forgotten.response if "scroll_param" in request.query else answer
    with pytest.raises(IntercomError, match="scroll_param expired"):
        list(place.connect().companies())


def test_another_apps_scroll_is_waited_for_but_not_for_ever(place: Workspace) -> None:
    """Five minutes, then it is named."""
    other = Fault("answer", error(400, "scroll_exists", "scroll already exists for this workspace"))
    place.fake.plan("scroll", *[other] * 10)
    with pytest.raises(SourceError, match="another app lists the companies"):
        list(place.connect().companies())
    assert len(place.clock.waits) == intercom.SCROLLS - 1


def test_a_token_that_ends_in_the_middle_of_a_scroll_is_named(place: Workspace) -> None:
    """No new scroll can mend it."""
    place.fake.companies = [company(1)]
    companies = place.connect().companies()
    next(companies)
    place.fake.plan("scroll", Fault("answer", error(401, "unauthorized", "Access Token Invalid")))
    with pytest.raises(SourceError, match="check INTERCOM_TOKEN"):
        next(companies)
