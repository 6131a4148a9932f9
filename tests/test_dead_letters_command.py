"""`dead-letters` on a laptop: the letters of the file beside the store are seen, tried again, dropped for a reason."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.commands.dead_letters import dead_letters
from handlers.commands.session import PARTIAL, Session
from handlers.desk.audit import acts
from handlers.files import OutputFile
from handlers.jobs.fold import DeadLetter
from handlers.jobs.letter_file import written
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import parse_instant
from tests.messages import owner_listed

NOW = parse_instant("2026-10-15")
GOOD = json.dumps(owner_listed("looker", "axp-1", name="Ana", at="2026-10-01"))
BAD = '{"type": "no.such", "name": "Zoe Prince"}'


class Laptop:
    """A folder with a store, and two letters beside it: one can be read by now."""

    def __init__(self, folder: Path) -> None:
        """Write the letters."""
        self.session = Session(f"sqlite:///{folder / 'store.db'}", Path("config"), quiet=False, clock=lambda: NOW)
        SqliteStore(folder / "store.db").close()
        self.file = folder / "store.dead-letter.jsonl"
        dead = [DeadLetter("a.jsonl", n, why, body.encode()) for n, (why, body) in enumerate(self.bodies(), 1)]
        OutputFile(self.file).append(map(written, dead))

    @staticmethod
    def bodies() -> list[tuple[str, str]]:
        """Say why each is dead, and give it."""
        return [("as of then", GOOD), ("no such topic, says bo@acme.com", BAD)]

    def call(self, *words: str) -> Result:
        """Call the command."""
        return CliRunner().invoke(dead_letters, words, obj=self.session)

    def told(self, *words: str) -> Any:  # noqa: ANN401  JSON
        """Give what a call says as JSON."""
        called = self.call(*words)
        assert called.exit_code in (0, PARTIAL), called.output
        return json.loads(called.stdout.splitlines()[0])

    def acts(self) -> list[tuple[str, str]]:
        """Give what the audit has: the act, and the reason."""
        with closing(SqliteStore(Path(str(self.session.store_file)))) as store:
            return [(one.act, one.reason) for one in acts(store)]


@pytest.fixture(name="laptop")
def _laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_letters_are_listed_without_people_and_shown_whole_where_that_is_asked_for(laptop: Laptop) -> None:
    """By source, by words of the reason; the beginning of an id is enough."""
    listed = laptop.told("list", "--json")["letters"]
    assert [one["source"] for one in listed] == [None, "looker"]
    assert "bo@acme.com" not in json.dumps(listed)
    assert [one["id"] for one in laptop.told("list", "--json", "--saying", "NO SUCH")["letters"]] == [listed[0]["id"]]
    assert [one["id"] for one in laptop.told("list", "--json", "--source", "looker")["letters"]] == [listed[1]["id"]]
    assert laptop.told("list", "--json", "--place", "calls")["letters"] == []
    assert "Zoe" not in laptop.told("show", listed[0]["id"][:6])["body"]
    assert laptop.told("show", listed[0]["id"], "--raw")["body"] == BAD
    table = laptop.call("list", "--table").stdout
    assert "no such topic" in table
    assert "bo@acme.com" not in table


def test_what_can_be_read_by_now_is_taken_in_and_the_rest_stays(laptop: Laptop) -> None:
    """With the exit code of work that was done but for some; both are in the audit."""
    called = laptop.call("retry", "--all", "--by", "zoe")
    assert called.exit_code == PARTIAL
    assert json.loads(called.stdout.splitlines()[0]) == {"retried": 1, "stays": 1, "is_sent": False}
    assert len(laptop.file.read_text().splitlines()) == 1
    assert laptop.acts() == [("dead letter retried", "")] * 2


def test_a_drop_needs_a_reason_which_stays_in_the_audit(laptop: Laptop) -> None:
    """Without one nothing is done."""
    (bad, _) = laptop.told("list", "--json")["letters"]
    assert laptop.call("drop", bad["id"]).exit_code == 2
    assert laptop.call("drop", bad["id"], "--reason", " x ").exit_code == 2
    assert laptop.told("drop", bad["id"], "--reason", "a test of the sender") == {"dropped": 1}
    assert laptop.acts() == [("dead letter dropped", "a test of the sender")]
    assert len(laptop.told("list", "--json")["letters"]) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("retry",), 2, "say --all"),
        (("retry", "--all", "0f3a"), 2, "say --all"),
        (("retry", "nothing"), 1, "is not among those"),
        (("show", "ab"), 1, "is not among those"),
    ],
)
def test_letters_that_are_not_named_are_refused_in_words(
    laptop: Laptop, words: tuple[str, ...], code: int, says: str
) -> None:
    """And nothing is done."""
    called = laptop.call(*words)
    assert (called.exit_code, says in called.output) == (code, True)
    assert len(laptop.file.read_text().splitlines()) == 2
