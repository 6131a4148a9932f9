"""What a newer version wrote, found by the one that was put back: refused by its name, and all else goes on.

Each stored thing that says its form is given the form after it, or a member that this version does not know, beside
what this version wrote itself: on both engines.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.loader import load_config
from config.source import ACCOUNTS as CRM
from handlers.jobs.checkpoints import CursorCheckpoints
from handlers.jobs.closing import Closing
from handlers.jobs.guards import GUARDS
from handlers.jobs.records import Terms
from handlers.jobs.runs import Resumable
from handlers.sinks.choice import Sinks
from handlers.stores.accounts import Edit, Everyone, in_order
from handlers.stores.protocol import NewerFormError, Store, StoreError
from scoring.instants import SECOND
from scoring.record import Record
from tests.engines import CREDENTIALS
from tests.golden import sample
from tests.stores.newer import PERIOD, Old, Text, old_file, old_tables

CONFIG = load_config()
ONE, TWO, THREE = (one.id for one in sample.ACCOUNTS)


@pytest.fixture(name="old", params=["sqlite", "dynamodb"])
def _old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Old]:
    """Give a store of each engine with the sample in it."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    with old_file(tmp_path) if request.param == "sqlite" else old_tables() as old:
        yield old


@pytest.fixture(name="store")
def _store(old: Old) -> Iterator[Callable[[], Store]]:
    """Open the store, as often as asked."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(old.open()))


def raised(form: int) -> Text:
    """Raise the form of a text by one."""
    return lambda text: text.replace(f'{{"form":{form}', f'{{"form":{form + 1}', 1)


def with_more(text: str) -> str:
    """Add a member to a JSON object, behind its first one."""
    first, _, others = text.partition(",")
    return f'{first},"mood":"good",{others}'


@dataclass(slots=True)
class Handed:
    """Takes what a close hands on."""

    ids: list[str] = field(default_factory=list)

    def write(self, records: Iterable[Record]) -> None:
        """Note whose records they are."""
        self.ids += [record.score.account_id for record in records]


def closed(store: Store) -> tuple[list[str], dict[str, str]]:
    """Close the period for all accounts; give whose records were handed on, and why others were not."""
    refused: dict[str, str] = {}
    accounts, handed, at = in_order(store.portfolio.accounts(refused=refused)), Handed(), sample.NOW + SECOND
    done = Closing(
        Everyone(store.portfolio),
        accounts,
        store,
        Terms(PERIOD, sample.PERIODS[PERIOD], CONFIG.model, "final", at, frozenset(GUARDS)),
        CONFIG.guards,
        CONFIG.alerts,
        Resumable("run", CursorCheckpoints(store), lambda: False, at),
        lambda *_: Sinks(csv=handed),
        refused=refused,
    ).close()
    assert done.run.accounts == len(accounts) + len(refused)
    return sorted(handed.ids), done.run.failed


def status(store: Store, account_id: str) -> str:
    """Give the status of an account's record."""
    record = store.record(account_id, PERIOD)
    assert record is not None
    return record.status


def test_where_nothing_newer_is_there_all_is_closed(store: Callable[[], Store]) -> None:
    """What the tests below compare with."""
    assert closed(store()) == ([ONE, TWO, THREE], {})


@pytest.mark.parametrize("text", [raised(1), with_more], ids=["form", "member"])
def test_an_account_of_a_newer_version_is_named_and_the_others_are_closed(
    old: Old, store: Callable[[], Store], text: Text
) -> None:
    """Whoever lists all accounts is told; a close names it, and closes all others."""
    assert old.rewrite("account", TWO, text) == 1
    with pytest.raises(StoreError, match=f"the account {TWO} .*use the newer version"):
        list(store().portfolio.accounts())
    handed, failed = closed(store())
    assert (handed, list(failed)) == ([ONE, THREE], [TWO])
    assert f"the account {TWO}" in failed[TWO]
    assert (status(store(), ONE), status(store(), TWO)) == ("final", "provisional")


@pytest.mark.parametrize("text", [raised(1), with_more], ids=["form", "member"])
def test_an_account_of_a_newer_version_is_never_written_over(old: Old, store: Callable[[], Store], text: Text) -> None:
    """A change of it is refused, whole: what this version does not know would be lost."""
    old.rewrite("account", TWO, text)
    with pytest.raises(StoreError, match=f"the account {TWO}"):
        store().portfolio.put([Edit(TWO, {"name": "New"}), Edit(ONE, {"name": "New"})], "zoe", sample.NOW)
    assert store().portfolio.some([ONE])[ONE].name == sample.ACCOUNTS[0].name
    assert old.rewrite("account", TWO, lambda body: body.replace("New", "Old")) == 0


def test_events_of_an_account_of_a_newer_version_are_folded(old: Old, store: Callable[[], Store]) -> None:
    """Whose an event is, is asked without reading the account."""
    old.rewrite("account", TWO, raised(1))
    asked = [(CRM.name, ONE), (CRM.name, TWO), ("intercom", "acme")]
    assert store().portfolio.accounts_of(asked) == {
        (CRM.name, ONE): ONE,
        (CRM.name, TWO): TWO,
        ("intercom", "acme"): ONE,
    }


@pytest.mark.parametrize("text", [raised(1), with_more], ids=["form", "member"])
def test_a_change_of_an_account_is_refused_by_its_name(old: Old, store: Callable[[], Store], text: Text) -> None:
    """The history of other accounts is read."""
    assert old.rewrite("change", TWO, text) >= 2
    with pytest.raises(StoreError, match=f"a change of the account {TWO} .*use the newer version"):
        list(store().portfolio.history(TWO))
    assert len(list(store().portfolio.history(ONE))) >= 2


@pytest.mark.parametrize("text", [raised(4), with_more], ids=["form", "member"])
def test_a_record_of_a_newer_version_is_named_and_stands(old: Old, store: Callable[[], Store], text: Text) -> None:
    """Its account fails, the others are closed, and nothing is written over it."""
    assert old.rewrite("record", TWO, text) == 1
    with pytest.raises(StoreError, match=r"a record (has form 5|cannot be read.*mood)"):
        store().record(TWO, PERIOD)
    handed, failed = closed(store())
    assert (handed, list(failed)) == ([ONE, THREE], [TWO])
    with pytest.raises(StoreError, match="a record "):
        store().record(TWO, PERIOD)


def test_a_summary_of_a_newer_version_is_refused_by_its_form(old: Old, store: Callable[[], Store]) -> None:
    """Neither it nor its score is read as something else; the close reads none, and goes on."""
    assert old.rewrite("summary", TWO, raised(2)) == 1
    for read in (lambda: list(store().summaries(PERIOD)), lambda: store().final_scores(PERIOD)):
        with pytest.raises(NewerFormError, match=r"a summary has form 3, .* reads up to 2"):
            read()
    assert closed(store()) == ([ONE, TWO, THREE], {})


def test_an_observation_of_a_kind_that_is_not_known_is_named(old: Old, store: Callable[[], Store]) -> None:
    """Its account fails, the others are closed."""
    assert old.rewrite("kind", TWO, lambda text: text.replace("conversation", "telepathy")) >= 1
    handed, failed = closed(store())
    assert (handed, list(failed)) == ([ONE, THREE], [TWO])
    assert "of the form 'telepathy', which this version of the program does not know: use the newer" in failed[TWO]


def test_a_member_of_an_observation_that_is_not_known_is_passed_over(old: Old, store: Callable[[], Store]) -> None:
    """What this version knows of the event is true all the same; the whole of it stays in the store."""
    before = store().facts("intercom", ["büro"])
    assert old.rewrite("observation", TWO, lambda text: text.replace('{"created"', '{"mood":"good","created"')) >= 1
    assert store().facts("intercom", ["büro"]) == before
    assert closed(store()) == ([ONE, TWO, THREE], {})
    assert old.rewrite("observation", TWO, lambda text: text.replace("mood", "hue")) >= 1
