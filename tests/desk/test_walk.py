"""Every route there is, walked by everybody: a new one that asks for no role, or shows others' accounts, fails here."""

from dataclasses import dataclass, replace

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from config.desk import ROLES, Role
from handlers.desk.people import Person
from handlers.desk.routes import Room
from handlers.jobs.portfolio import latest_period
from tests.desk.places import HOST, Place, Visitor

OPEN = {"/healthz"}
"""What needs no sign-in, style and script apart."""

OF_ACCOUNTS = {"id", "account", "account_id"}
"""Parameters of paths that stand for an account."""

ASKED = (
    "", "view=all", "view=all&q={name}", "q={id}", "view=all&csm={csm}", "account={id}", "account={id}&view=all&page=2",
    "id={id}&with={id}", "draft={id}&account={id}",
)  # fmt: skip
"""Questions that an address may ask of any page: of another's account by its id and its name."""


def rooms(place: Place, method: str) -> list[Room]:
    """List the routes behind the sign-in."""
    return [one for one in place.app().routes if isinstance(one, Room) and method in (one.methods or ())]


def filled(room: Room, place: Place, account_id: str) -> str:
    """Fill the parameters of a path: accounts by one, months by the latest, anything else by a word."""
    with place.store() as store:
        month = latest_period(store) or ""
    known = {
        name: account_id if name in OF_ACCOUNTS else month if name == "period" else "x"
        for name in room.param_convertors
    }
    return room.path.format_map(known) if known else room.path


def test_every_route_asks_who_comes(place: Place) -> None:
    """What is no room is open to all, and those are few."""
    others = [one for one in place.app().routes if not isinstance(one, Room)]
    assert {one.path for one in others if isinstance(one, Route)} == OPEN
    assert [one.name for one in others if isinstance(one, Mount)] == ["static"]


def test_no_route_answers_whoever_is_not_signed_in(place: Place) -> None:
    """Pages and deeds alike, with whatever is sent."""
    client = TestClient(place.app())
    for room in rooms(place, "GET"):
        assert client.get(filled(room, place, "x")).status_code == 401, room.path
    for room in rooms(place, "POST"):
        assert client.post(filled(room, place, "x"), data={"token": "x"}).status_code == 401, room.path


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_it_is_enough_for_and_nothing_else(place: Place, role: Role) -> None:
    """What is not for somebody is not there for them."""
    visitor, person = place.visitor(role), Person("x", "x", None, frozenset({role}))
    for room in rooms(place, "GET"):
        if not person.may(room.need):
            assert visitor.status(filled(room, place, "x")) == 404, (role, room.path)
    for room in rooms(place, "POST"):
        if not person.may(room.need):
            visitor.send(filled(room, place, "x"), expect=404)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": f"https://{HOST}"},
        {"origin": f"http://{HOST}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_no_deed_is_done_for_another_site(place: Place, headers: dict[str, str]) -> None:
    """Even with the right token: the browser says where the form was."""
    visitor = place.visitor()
    for room in rooms(place, "POST"):
        answer = visitor.client.post(filled(room, place, "x"), data={"token": visitor.token}, headers=headers)
        assert answer.status_code == 403, (room.path, headers)


def test_no_deed_is_done_without_the_token_of_the_session(place: Place) -> None:
    """None, a forged one, that of another's session, a cookie's own value; nor by a form that is too large."""
    visitor, other = place.visitor(), place.visitor(name="Somebody Else")
    cookie = visitor.client.cookies[place.door.signer.cookie]
    for room in rooms(place, "POST"):
        for form in (
            {},
            {"token": "x"},
            {"token": other.token},
            {"token": cookie},
            {"token": visitor.token, "a": "x" * 10**6},
        ):
            answer = visitor.client.post(filled(room, place, "x"), data=form)
            assert answer.status_code == 403, (room.path, list(form))


def test_no_address_takes_another_method(place: Place) -> None:
    """A page is read, a deed is sent; what is neither changes nothing."""
    visitor = place.visitor()
    paths = {room.path for method in ("GET", "POST") for room in rooms(place, method)}
    for path in paths:
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            assert visitor.client.request(method, path.replace("{", "").replace("}", "")).status_code in (404, 405)


@dataclass(frozen=True)
class Own:
    """A desk that shows a CSM their own accounts alone: ids and names of theirs, and of others."""

    place: Place
    csm: Visitor
    own: dict[str, str]
    foreign: dict[str, str]
    other: str

    def leaks(self, text: str) -> set[str]:
        """Name what a text says of others' accounts; a name that an own account has too is none."""
        ours = " ".join(self.own.values())
        return {one for pair in self.foreign.items() for one in pair if one in text and one not in ours}


@pytest.fixture
def own(place: Place) -> Own:
    """Sign in a CSM of the demo at a desk of `visibility: own`, where a leader has looked at all before."""
    desk = replace(place.desk, terms=replace(place.desk.terms, visibility="own"))
    mine = replace(place, desk=desk)
    with place.store() as store:
        lines = list(store.summaries(latest_period(store) or ""))
    csm = next(one.csm for one in lines if one.csm is not None and one.csm.mail)
    assert csm.mail is not None
    theirs = {one.account_id: one.account_name or one.account_id for one in lines if one.csm == csm}
    others = {one.account_id: one.account_name or one.account_id for one in lines if one.csm != csm}
    other = next(one.csm.name for one in lines if one.csm is not None and one.csm != csm and one.csm.name)
    assert theirs
    assert others
    seen = mine.visitor("leader").get("/?view=all")
    given = Own(mine, mine.visitor("csm", name="Whoever", mail=csm.mail.upper()), theirs, others, other or "")
    assert len(given.leaks(seen)) > 1
    return given


def test_a_csm_finds_no_other_account_on_any_page(own: Own) -> None:
    """By no address, no search, no filter and no file; what is own is there."""
    foreign_id, foreign_name = next(iter(own.foreign.items()))
    own_id = next(iter(own.own))
    for room in rooms(own.place, "GET"):
        is_of_one = bool(OF_ACCOUNTS & room.param_convertors.keys())
        for question in ASKED:
            asked = question.format_map({"id": foreign_id, "name": foreign_name, "csm": own.other})
            for account_id in (own_id, foreign_id) if is_of_one else (own_id,):
                address = f"{filled(room, own.place, account_id)}?{asked}"
                answer = own.csm.client.get(address, follow_redirects=False)
                asked_for = {one for one in (foreign_id, foreign_name) if one in address}
                assert own.leaks(answer.text) - asked_for == set(), address
                if account_id == foreign_id:
                    assert answer.status_code == 404, address


def test_what_is_not_theirs_is_told_as_what_is_not_there(own: Own) -> None:
    """Whoever asks learns nothing: the same words for both."""
    foreign_id = next(iter(own.foreign))
    for room in rooms(own.place, "GET"):
        if OF_ACCOUNTS & room.param_convertors.keys():
            there = own.csm.client.get(filled(room, own.place, foreign_id))
            not_there = own.csm.client.get(filled(room, own.place, "001000000000999AAA"))
            assert (there.status_code, not_there.status_code) == (404, 404), room.path
            assert there.text.replace(foreign_id, "") == not_there.text.replace("001000000000999AAA", ""), room.path


def test_no_deed_is_done_to_another_s_account(own: Own) -> None:
    """It is refused as one to an account that is not there."""
    foreign_id, nobody = next(iter(own.foreign)), "001000000000999AAA"
    for room in rooms(own.place, "POST"):
        if room.need == "any" and OF_ACCOUNTS & room.param_convertors.keys():
            answers = [
                own.csm.client.post(
                    filled(room, own.place, one), data={"token": own.csm.token, "tier": "Healthy", "said": "x"}
                ).status_code
                for one in (foreign_id, nobody)
            ]
            assert answers[0] == answers[1] >= 400, room.path


def test_a_csm_s_own_accounts_are_there(own: Own) -> None:
    """The rule hides no more than it should."""
    page = own.csm.get("/?view=all")
    assert all(account_id in page for account_id in own.own)
    assert own.csm.status(f"/accounts/{next(iter(own.own))}") == 200
