"""A look back at what customers wrote: each conversation in full, once, resumed after a stop."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.clients.remote import SourceError
from handlers.jobs.words_backfill import AT_ONCE, CURSOR, LookBack, usual_since
from handlers.stores.protocol import Store
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import EPOCH
from scoring.messages import written_in
from scoring.observations import Subject
from tests.calling import call
from tests.config.folders import change, copy_figures
from tests.fakes.intercom import error
from tests.fakes.server import Fault
from tests.live.intercom_workspace import NOW, Workspace, at, talk, workspace
from tests.messages import part
from tests.shipped_words import shipped_words

CONFIG = load_config()
LEAVING = "<p>We have decided that we will not be renewing our contract.</p>"


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Workspace]:
    with workspace(tmp_path) as place:
        yield place


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield store


def _with_parts(number: int, updated_at: int) -> dict[str, object]:
    customer = {"type": "user", "id": "u1", "name": "Ana", "email": "ana@example.com"}
    said = part(id=f"p{number}", author=customer, body=LEAVING, created_at=updated_at, part_type="comment")
    parts = {"type": "conversation_part.list", "conversation_parts": [said], "total_count": 1}
    return talk(number, updated_at, created_at=updated_at - 100, conversation_parts=parts)


def _look(place: Workspace, store: Store) -> LookBack:
    return LookBack(place.connect(), store, CONFIG.intake, shipped_words(), at(NOW))


def _found(store: Store, number: int) -> list[str]:
    facts = store.facts_of([Subject("intercom", "conversation", str(number))])
    return [one.category for fact in facts for said in written_in(fact, at(NOW + 1)) for one in said.message.findings]


def _asked(place: Workspace) -> list[str]:
    return [one.path for one in place.fake.calls if one.path.startswith("/conversations/") and "search" not in one.path]


def test_what_was_written_before_the_first_day_is_read(place: Workspace, store: Store) -> None:
    """Each conversation is asked for once, and its text is nowhere in the store."""
    place.fake.conversations = [_with_parts(number, NOW - 10_000 * number) for number in (1, 2, 3)]
    tallies = list(_look(place, store).take_in(usual_since(at(NOW))))
    assert sum(one.messages for one in tallies) == 3
    assert [_found(store, number) for number in (1, 2, 3)] == [["cancellation"]] * 3
    assert len(_asked(place)) == 3


def test_a_second_look_reads_only_what_is_newer(place: Workspace, store: Store) -> None:
    """What was read in full is not asked for again."""
    place.fake.conversations = [_with_parts(1, NOW - 100_000)]
    list(_look(place, store).take_in(usual_since(at(NOW))))
    place.fake.conversations.append(_with_parts(2, NOW - 60))
    place.fake.calls.clear()
    list(_look(place, store).take_in(usual_since(at(NOW))))
    assert _asked(place) == ["/conversations/2"]


def test_a_look_that_begins_earlier_begins_anew(place: Workspace, store: Store) -> None:
    """What lies before the earlier one was never read."""
    place.fake.conversations = [_with_parts(1, NOW - 100_000), _with_parts(2, NOW - 60)]
    list(_look(place, store).take_in(at(NOW - 5_000)))
    assert _found(store, 1) == []
    list(_look(place, store).take_in(EPOCH))
    assert _found(store, 1) == ["cancellation"]


def test_a_look_that_was_stopped_resumes(place: Workspace, store: Store) -> None:
    """It notes what is stored, and no more."""
    place.fake.conversations = [_with_parts(number, NOW - 1_000_000 + 2_000 * number) for number in range(AT_ONCE + 5)]
    list(islice(_look(place, store).take_in(usual_since(at(NOW))), 2))
    place.fake.calls.clear()
    list(_look(place, store).take_in(usual_since(at(NOW))))
    assert 5 <= len(_asked(place)) <= 6
    assert _found(store, AT_ONCE + 4) == ["cancellation"]


def test_an_outage_notes_nothing(place: Workspace, store: Store) -> None:
    """The next call begins where this one did."""
    place.fake.conversations = [_with_parts(1, NOW - 60)]
    place.fake.plan("/conversations/1", Fault("answer", error(401, "unauthorized", "Access Token Invalid")))
    with pytest.raises(SourceError):
        list(_look(place, store).take_in(usual_since(at(NOW))))
    assert store.cursor(CURSOR) is None


@pytest.mark.parametrize(("words", "named"), [("off", b"detector: off"), ("rules", b"INTERCOM_TOKEN is not set")])
def test_it_says_what_it_lacks(tmp_path: Path, words: str, named: bytes) -> None:
    """A switch that is off, and a system that is not named."""
    copy_figures(tmp_path)
    shutil.copy(DEFAULT_DIRECTORY / "words.yaml", tmp_path)
    change(tmp_path / "words.yaml", "detector: off", f"detector: {words}")
    environment = {"INTERCOM_TOKEN": ""}
    told = call("--config", str(tmp_path), "words", "backfill", folder=tmp_path, environment=environment)
    assert told.returncode == 1
    assert named in told.stderr
