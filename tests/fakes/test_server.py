"""The fakes' server itself."""

from pathlib import Path

import pytest
import requests

from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience
from tests.fakes.server import FakeServer, Fault, Request, Response, serving


def echo(request: Request) -> Response:
    """Answer with what was asked."""
    return Response(200, {"path": request.path, "query": dict(request.query)})


def test_it_answers_over_https_and_remembers_its_calls(tmp_path: Path) -> None:
    """A client that trusts the certificate is served."""
    fake = FakeServer(echo)
    with serving(fake, tmp_path) as trusted:
        answer = requests.get(f"{fake.url}/a", params={"q": "1"}, verify=str(trusted), timeout=5)
    assert answer.json() == {"path": "/a", "query": {"q": "1"}}
    assert [call.path for call in fake.calls] == ["/a"]


def test_a_patient_session_gets_through_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut connection and two refusals, then the answer."""
    fake = FakeServer(echo)
    fake.plan("/a", Fault("cut"), Fault("answer", Response(503)), Fault("answer", Response(429)))
    with serving(fake, tmp_path) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        session = patient_session(pause=0.0)
        assert session.get(f"{fake.url}/a").status_code == 200
    assert len(fake.calls) == 4


def test_a_session_gives_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its tries the last answer stands."""
    fake = FakeServer(echo)
    fake.plan("/a", *[Fault("answer", Response(503))] * 3)
    with serving(fake, tmp_path) as trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        session = patient_session(retries=2, pause=0.0)
        assert session.get(f"{fake.url}/a").status_code == 503


def test_a_pause_of_days_is_not_waited_for(tmp_path: Path) -> None:
    """Whatever a source asks for, a minute is the most."""
    pauses: list[float] = []
    fake = FakeServer(echo)
    asked = [Fault("answer", Response(429, {}, {"Retry-After": text})) for text in ("7", "86400", "soon")]
    fake.plan("/a", *asked)
    with serving(fake, tmp_path) as trusted:
        session = patient_session(patience=Patience(0.0, pauses.append))
        assert session.get(f"{fake.url}/a", verify=str(trusted)).status_code == 200
    assert pauses == [7, 60, 0]


def test_a_slow_answer_times_out(tmp_path: Path) -> None:
    """The client's own timeout holds."""
    fake = FakeServer(echo)
    fake.plan("/a", Fault("slow", seconds=0.5))
    session = patient_session(retries=0, pause=0.0)
    with serving(fake, tmp_path) as trusted, pytest.raises(requests.Timeout):
        session.get(f"{fake.url}/a", verify=str(trusted), timeout=0.1)
