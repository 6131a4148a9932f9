"""What HubSpot's answer leaves unaccounted for counts as not written, and stays due (promise 7)."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.clients.hubspot.accounting import OPEN, outcome, read_answer
from handlers.clients.hubspot.calls import HubSpotError
from tests.fakes.hubspot import FakeHubSpot
from tests.fakes.server import Request, Response
from tests.live.portals import served, write
from tests.live.test_hubspot_writer import UPSERT, record, scores
from tests.live.test_salesforce_writer import LEAN, account

Json: TypeAlias = dict[str, Any]
Bend: TypeAlias = Callable[[Json, Random], object]


def _dropped(body: Json, chance: Random) -> object:
    return body | {"results": [one for one in body["results"] if chance.random() < 0.5]}


def _nameless(body: Json, chance: Random) -> object:
    for one in body["results"]:
        if chance.random() < 0.5:
            one.pop("objectWriteTraceId", None)
            one["properties"] = {}
    return body


def _swapped(body: Json, _: Random) -> object:
    traces = [one.get("objectWriteTraceId") for one in body["results"]]
    for one, trace in zip(body["results"], reversed(traces), strict=True):
        one["objectWriteTraceId"] = trace
    return body


def _contradicted(body: Json, chance: Random) -> object:
    named = [one["objectWriteTraceId"] for one in body["results"] if chance.random() < 0.5]
    error = {"category": "CONFLICT", "message": "both", "context": {"objectWriteTraceId": named}}
    return body | {"numErrors": 1, "errors": [error]}


def _unnamed_error(body: Json, chance: Random) -> object:
    kept = [one for one in body["results"] if chance.random() < 0.7]
    error = {"category": "OBJECT_NOT_FOUND", "message": "some", "context": {"ids": [""]}}
    return body | {"results": kept, "errors": [error]}


def _strange_errors(body: Json, _: Random) -> object:
    return body | {"errors": [{"message": None, "context": "?"}, {}, {"context": {"ids": None, "id": 5}}]}


BENDS: dict[str, Bend] = {
    "as it is": lambda body, _: body,
    "results are dropped": _dropped,
    "results name nothing": _nameless,
    "trace ids are swapped": _swapped,
    "errors contradict": _contradicted,
    "errors name nothing": _unnamed_error,
    "errors are strange": _strange_errors,
    "still at work": lambda body, _: body | {"status": "PROCESSING"},
    "empty": lambda _, __: {},
    "no results": lambda body, _: body | {"results": []},
    "a list": lambda body, _: [body],
    "no object": lambda _, __: None,
    "a string for results": lambda body, _: body | {"results": "none"},
    "doubled": lambda body, _: body | {"results": body["results"] * 2},
    "ids are numbers": lambda body, _: body | {"results": [one | {"id": int(one["id"])} for one in body["results"]]},
    "unknown members": lambda body, _: body | {"novelty": {"a": 1}, "links": {}},
}


@pytest.fixture(name="portal", scope="module")
def _portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeHubSpot]:
    portal = FakeHubSpot()
    with pytest.MonkeyPatch.context() as environment, served(portal, tmp_path_factory.mktemp("portal"), environment):
        yield portal


def _bent_by(bend: Bend, chance: Random) -> Callable[[Request, Response], Response]:
    def bent(asked: Request, answer: Response) -> Response:
        if UPSERT not in asked.path:
            return answer
        body: Any = copy.deepcopy(answer.body)
        return Response(answer.status, bend(body, chance))

    return bent


@pytest.mark.parametrize("bend", BENDS)
@given(seed=st.integers(0, 999), silent=st.sets(st.integers(0, 4)), refused=st.sets(st.integers(0, 4)))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_record_is_lost_in_silence(
    portal: FakeHubSpot, bend: str, seed: int, silent: set[int], refused: set[int]
) -> None:
    """Whatever HubSpot does and answers: what its companies do not show is named, and what they show is not."""
    for number, company in enumerate(portal.companies.values()):
        company.properties = {"healthscore_account_id": account(number)}
    portal.silent = {account(number) for number in silent}
    portal.refused = {account(number): [("CONFLICT", "no")] for number in refused}
    portal.bend = _bent_by(BENDS[bend], Random(seed))  # noqa: S311 - a test's own chance
    writer = write(portal, *(record(number) for number in range(5)), record_map=LEAN)
    assert set(writer.failed) == {account(number) for number in range(5)} - scores(portal).keys()
    assert set(writer.failed) == {account(number) for number in silent | refused}


def _answer(**more: object) -> Json:
    return {"status": "COMPLETE", "results": [], **more}


def test_a_result_that_says_two_things_of_itself_is_nobodys() -> None:
    """By its trace id one input, by its own id another: neither counts as written."""
    said = _answer(results=[{"id": "7", "objectWriteTraceId": "A", "properties": {}, "new": False}])
    answer = read_answer(said, ["A", "B"], "key", {"7": "B"})
    assert [(result.ok, result.sure, result.errors) for result in (outcome(key, answer) for key in "AB")] == [
        (False, False, (OPEN,)),
        (False, False, (OPEN,)),
    ]


def test_an_error_names_its_input_by_an_id_of_ours_or_of_hubspots() -> None:
    """The trace id that is sent, the unique value, or the company's own id."""
    errors = [
        {"category": "C", "message": "one", "context": {"objectWriteTraceId": ["A"]}},
        {"category": "C", "message": "two", "context": {"ids": [" b"]}},
        {"category": "C", "message": "three", "context": {"id": "7"}},
    ]
    answer = read_answer(_answer(errors=errors), ["A", "B", "D"], "key", {"7": "D"})
    assert {key: text for key, (_, text) in answer.faults.items()} == {"A": "one", "B": "two", "D": "three"}


def test_a_batch_that_is_not_complete_is_sure_of_nothing() -> None:
    """Its results are looked at again."""
    said = _answer(status="PROCESSING", results=[{"id": "7", "objectWriteTraceId": "A"}])
    assert not outcome("A", read_answer(said, ["A"], "key")).sure


def test_an_answer_without_results_cannot_be_read() -> None:
    """An empty object is no good news."""
    with pytest.raises(HubSpotError, match="cannot be read"):
        read_answer({}, ["A"], "key")
