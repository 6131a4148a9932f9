"""The real Looker client library against a fake that speaks the protocol, over HTTPS."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from handlers.clients.looker.client import PAUSES, InlineQuery, LookerClient
from handlers.clients.remote import SourceError
from handlers.settings import LookerSettings
from tests.fakes.looker import CLIENT_ID, CLIENT_SECRET, CUSTOMER, DATE, VIEW, Day, FakeLooker, refusal
from tests.fakes.server import Fault, Response, serving
from tests.live.looker_places import connected

LOGINS, SCORE = f"{VIEW}.staff_logins", f"{VIEW}.platform_score"
QUERY = InlineQuery("customer_success", VIEW, (CUSTOMER, LOGINS), {DATE: "2026-10-02 to 2026-11-01"})
RUN = "queries/run/json"
OUT_OF_ORDER = Response(500, {"error": "out of order"})


def small() -> FakeLooker:
    """Give a Looker that knows two customers, one of them on two days."""
    told = [("c-1", "2026-10-02", 3), ("c-1", "2026-10-31", 4), ("c-2", "2026-10-31", 5), ("c-2", "2026-11-01", 90)]
    return FakeLooker([Day(customer, day, {"staff_logins": count}) for customer, day, count in told])


ROWS = [{CUSTOMER: "c-1", LOGINS: 7}, {CUSTOMER: "c-2", LOGINS: 5}]


def refused(fake: FakeLooker, query: InlineQuery = QUERY, *, secret: str = CLIENT_SECRET) -> str:
    """Run a query that must fail, and give the error's text, which is one line and holds no secret."""
    with connected(fake, secret=secret, timeout=1) as client, pytest.raises(SourceError) as caught:
        client.rows(query)
    text = str(caught.value)
    assert text.startswith("Looker")
    assert "\n" not in text
    assert secret not in text + repr(caught.value.__cause__)
    assert not any(token in text for token in fake.tokens)
    return text


def test_rows_come_by_one_login_and_one_call_each() -> None:
    """The token of the first query serves the second; every query is JSON, in UTC, uncached, with a limit."""
    fake = small()
    with connected(fake) as client:
        assert [client.rows(QUERY), client.rows(QUERY)] == [ROWS, ROWS]
    assert fake.paths == ["login", RUN, RUN]
    assert {query["limit"] for query in fake.queries} == {"-1"}


def test_numbers_that_come_as_text_are_left_so() -> None:
    """What a dialect writes is handed on; the intake reads it."""
    fake = small()
    fake.text_numbers = True
    with connected(fake) as client:
        assert [row[LOGINS] for row in client.rows(QUERY)] == ["7", "5"]


def test_a_token_no_longer_taken_is_renewed() -> None:
    """Looker may end a session early: one new login, and the query again."""
    fake = small()
    fake.uses = 1
    with connected(fake) as client:
        assert [client.rows(QUERY), client.rows(QUERY)] == [ROWS, ROWS]
    assert fake.paths == ["login", RUN, RUN, "login", RUN]


def test_a_new_token_that_is_refused_too_ends_it() -> None:
    """No endless logging in."""
    fake = small()
    fake.uses = 0
    assert "refused the query (401)" in refused(fake)
    assert fake.paths == ["login", RUN, "login", RUN]


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Fault("cut"), 1.0),
        (Fault("slow", seconds=1.3), 1.0),
        (Fault("answer", OUT_OF_ORDER), 1.0),
        (Fault("answer", Response(503, "<html>maintenance</html>")), 1.0),
        (Fault("answer", Response(429, {"message": "Too many"}, {"Retry-After": "7"})), 7.0),
        (Fault("answer", Response(429, {"message": "Too many"}, {"Retry-After": "86400"})), 120.0),
    ],
    ids=["cut", "slow", "500", "503", "429", "429 for a day"],
)
@pytest.mark.parametrize("path", ["login", RUN])
def test_a_passing_fault_is_outlived(fault: Fault, pause: float, path: str) -> None:
    """Whatever goes wrong once, at login or at the query, the rows come."""
    fake, waits, is_slow = small(), list[float](), fault.kind == "slow"
    fake.server.plan(path, fault)
    with connected(fake, waits, timeout=1 if is_slow else 30) as client:
        assert client.rows(QUERY) == ROWS
    assert waits[:1] == [pause]
    assert len(waits) == 1 or is_slow


def test_a_lasting_fault_is_an_error_in_the_end() -> None:
    """It waits longer each time, then says so."""
    fake, waits = small(), list[float]()
    fake.server.plan(RUN, *[Fault("answer", OUT_OF_ORDER)] * 9)
    with (
        connected(fake, waits) as client,
        pytest.raises(SourceError, match=r"out of order at every try \(status 500\)"),
    ):
        client.rows(QUERY)
    assert waits == list(PAUSES)
    assert fake.paths.count(RUN) == len(PAUSES) + 1


def test_a_wrong_secret_is_said_and_not_shown() -> None:
    """One login, no second try: accounts are locked for less."""
    fake = small()
    assert "check LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET" in refused(fake, secret="not-the-secret")  # noqa: S106
    assert fake.paths == ["login"]


def test_a_field_that_is_not_there_is_named() -> None:
    """What Looker says of it stands in the error; a refusal is not tried again."""
    fake = small()
    text = refused(fake, replace(QUERY, fields=(CUSTOMER, f"{VIEW}.no_such")))
    assert "refused the query (422): Validation Failed; fields: unknown daily_usage.no_such" in text
    assert "config/sources.yaml" in text
    assert fake.paths == ["login", RUN]


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [
        (RUN, refusal(400, f"you sent {CLIENT_SECRET}\nand token-0 " + "x" * 900), "you sent (secret) and (secret) x"),
        (RUN, Response(200, "<html>please log in</html>"), "no list of rows"),
        (RUN, Response(200, {"rows": []}), "no list of rows"),
        (RUN, Response(200, [1]), "no list of rows"),
        (RUN, Response(200, "[" * 100_000), "no list of rows"),
        (RUN, Response(200, [{"looker_error": "SQL\nfailed"}]), "could not run the query: SQL failed"),
        (RUN, Response(200, [{CUSTOMER: "c-1"}]), "left out daily_usage.staff_logins"),
        (RUN, Response(404, {"error": 1}), "refused the query (404): it could not be read"),
        (RUN, Response(400, {"message": None, "errors": None}), "refused the query (400)"),
        (RUN, Response(400, "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), "refused the query (400)"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(path: str, answer: Response, says: str) -> None:
    """In one short line, without a secret, and only once asked."""
    fake = small()
    fake.server.plan(path, Fault("answer", answer))
    text = refused(fake)
    assert says in text
    assert len(text) < 500
    assert fake.paths == ["login", RUN]


@pytest.mark.parametrize("answer", [Response(200, "<html>"), Response(200, []), Response(200, {"access_token": 1})])
def test_a_login_that_answers_nonsense_is_an_error(answer: Response) -> None:
    """A proxy's page in place of a token does not pass."""
    fake = small()
    fake.server.plan("login", *[Fault("answer", answer)] * 9)
    fake.uses = 0
    assert refused(fake)


def test_a_number_that_is_none_is_null() -> None:
    """NaN would spoil the whole message."""
    fake = small()
    fake.server.plan(RUN, Fault("answer", Response(200, f'[{{"{CUSTOMER}": "c-1", "{LOGINS}": NaN}}]')))
    with connected(fake) as client:
        assert client.rows(QUERY) == [{CUSTOMER: "c-1", LOGINS: None}]


def test_as_many_rows_as_the_limit_are_refused() -> None:
    """Looker does not say that it cut rows off."""
    assert "gave 2 rows, the limit: raise looker.row_limit" in refused(small(), replace(QUERY, limit=2))
    assert "gave 1 rows, the limit" in refused(small(), replace(QUERY, limit=1))
    with connected(small()) as client:
        assert client.rows(replace(QUERY, limit=3)) == ROWS


def test_a_limit_that_is_more_than_is_granted_is_no_proof() -> None:
    """Of 50,000 rows asked for 5,000 came: as many as Looker gives to a user without download_without_limit."""
    fake = FakeLooker([Day(f"c-{i}", "2026-10-31", {"staff_logins": 1}) for i in range(5_001)])
    with connected(fake) as client:
        fake.days.pop()
        with pytest.raises(SourceError, match="gave 5000 rows, as many as it gives at most to some"):
            client.rows(replace(QUERY, limit=50_000))
        fake.days.pop()
        assert len(client.rows(replace(QUERY, limit=50_000))) == 4_999


@pytest.mark.parametrize(
    "answer",
    [
        Response(403, {"message": "Forbidden"}),
        Response(404, {"message": "Not found"}),
        Response(200, "<html>log in</html>"),
        Response(200, []),
        Response(200, {"fields": {"measures": [{"type": "sum"}]}}),
        Response(200, {"fields": None}),
    ],
)
def test_an_explore_that_cannot_be_looked_at_is_not_known(answer: Response) -> None:
    """It is no reason to stop: what is not known of it is not relied on."""
    fake = small()
    fake.server.plan("/explores/", Fault("answer", answer))
    with connected(fake) as client:
        assert client.explore("customer_success", VIEW) is None


def test_an_explore_that_is_out_of_order_is_an_error() -> None:
    """It may be back in a while."""
    fake = small()
    fake.server.plan("/explores/", *[Fault("answer", OUT_OF_ORDER)] * 9)
    with connected(fake) as client, pytest.raises(SourceError, match="out of order at every try"):
        client.explore("customer_success", VIEW)


def test_an_explore_is_its_fields_and_what_leaves_rows_out() -> None:
    """Of each field whether it is a measure, its type and its view; a type may be absent, and new words are kept."""
    fake = small()
    body = {
        "fields": {
            "dimensions": [{"name": "a.day", "type": "date_date", "category": "dimension", "view": "a", "new": {}}],
            "measures": [{"name": "b.users", "type": "Count_Distinct"}, {"name": "a.odd", "type": None, "view": "a"}],
        },
        "access_filters": [{"field": "a.region", "user_attribute": "region"}],
        "always_filter": [{"name": "a.live", "value": "yes"}],
        "conditionally_filter": [{"name": "a.region", "value": "EU"}],
    }
    fake.server.plan("/explores/", Fault("answer", Response(200, body)))
    with connected(fake) as client:
        told = client.explore("customer_success", VIEW)
    assert told is not None
    assert {(one.name, one.is_measure, one.type, one.view) for one in told.fields.values()} == {
        ("a.day", False, "date_date", "a"),
        ("b.users", True, "count_distinct", "b"),
        ("a.odd", True, "", "a"),
    }
    assert told.filtered_by == ("a.region", "a.live")


def test_as_many_rows_as_lookers_own_limit_are_refused() -> None:
    """Where all rows are asked for and not granted, Looker gives 500, or 5,000, without a word."""
    fake = FakeLooker([Day(f"c-{i}", "2026-10-31", {"staff_logins": 1}) for i in range(600)], most_rows=500)
    assert "give the API user download_without_limit" in refused(fake)
    fake.most_rows = None
    with connected(fake) as client:
        assert len(client.rows(QUERY)) == 600


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library's own variables say, and without a byte sent."""
    monkeypatch.setenv("LOOKERSDK_VERIFY_SSL", "false")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    fake = small()
    with serving(fake.server, tmp_path):
        settings = LookerSettings(fake.server.url, CLIENT_ID, CLIENT_SECRET, 5)
        with pytest.raises(SourceError, match="gave no answer"):
            LookerClient(settings, wait=lambda _: None).rows(QUERY)
    assert fake.paths == []


class _Trap(socketserver.BaseRequestHandler):
    caught: list[str]

    def handle(self) -> None:
        self.caught.append(self.request.recv(100).decode())


@contextmanager
def trap(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Catch every call that goes anywhere but to this machine."""
    caught: list[str] = []
    with socketserver.TCPServer(("127.0.0.1", 0), type("Trap", (_Trap,), {"caught": caught})) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield caught
        server.shutdown()


def test_an_error_calls_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would fetch a public page about each error, and wait for it without end."""
    with trap(monkeypatch) as caught:
        refused(small(), replace(QUERY, explore="no_such"))
        assert caught == []
        with suppress(requests.RequestException):
            requests.get("https://public.example", timeout=5)
        assert caught
