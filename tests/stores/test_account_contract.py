"""The contract of a store's accounts, proved on each implementation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.stores.accounts import WORDS as NAMED
from handlers.stores.accounts import Change, Edit, OwnerTakenError, Word, owned, word_of
from handlers.stores.protocol import Store, StoreError
from scoring.account import Account, OwnerKey
from scoring.ids import to_18
from scoring.instants import Instant
from tests.stores.places import NOW, Place

ACME, BETA = (to_18(f"001AA000000000{number}") for number in ("1", "2"))
TOLD: Edit = Edit(
    ACME, {"name": "Acme", "segment": "paid", "csm": "Ana"}, {"intercom": ("acme", "id1"), "looker": ("77",)}
)
FULL = Account(ACME, {"intercom": ("acme", "id1"), "looker": ("77",), "salesforce": (ACME,)}, "Acme", "paid", "Ana")


def put(store: Store, *edits: Edit, by: str = "zoe", at: Instant = NOW) -> list[Change]:
    """Make edits."""
    return store.portfolio.put(edits, by, at)


def by_id(store: Store) -> dict[str, Account]:
    """Read all accounts."""
    return {account.id: account for account in store.portfolio.accounts()}


def test_an_account_is_what_was_said_of_it(place: Place) -> None:
    """By its id, by each owner, in the list; of what is not there, nothing."""
    store = place.open("said")
    is_used = [store.portfolio.is_used]
    assert put(store, TOLD) == [Change(ACME, None, FULL)]
    assert [*is_used, store.portfolio.is_used] == [False, True]
    assert by_id(store) == {ACME: FULL}
    assert store.portfolio.account(ACME) == FULL
    assert store.portfolio.account(BETA) is None
    asked = {("intercom", "id1"), ("looker", "77"), ("looker", "acme"), ("salesforce", ACME), ("salesforce", BETA)}
    assert store.portfolio.accounts_of(asked) == {
        ("intercom", "id1"): ACME,
        ("looker", "77"): ACME,
        ("salesforce", ACME): ACME,
    }


def test_what_is_already_so_is_no_change(place: Place) -> None:
    """And no line of the history; in whatever order owners are named."""
    store = place.open("same")
    put(store, TOLD)
    assert put(store, TOLD, Edit(ACME, {"name": "Acme"}, {"intercom": ("id1", "acme")}, more=(("looker", "77"),))) == []
    assert put(store, Edit(BETA, remove=True)) == []
    assert len(list(store.portfolio.history())) == 1


def test_what_an_edit_does_not_name_stays(place: Place) -> None:
    """A word, a source, an owner."""
    store = place.open("stays")
    put(store, TOLD)
    put(store, Edit(ACME, {"csm": None}, more=(("looker", "78"),), less=(("intercom", "acme"),)))
    owners = {"intercom": ("id1",), "looker": ("77", "78"), "salesforce": (ACME,)}
    assert by_id(store) == {ACME: Account(ACME, owners, "Acme", "paid")}


def test_an_account_that_is_removed_is_gone_and_its_history_is_not(place: Place) -> None:
    """Its owners are free, the store goes on deciding, and it may come back."""
    store = place.open("gone")
    put(store, TOLD, by="zoe", at=NOW)
    put(store, Edit(ACME, remove=True), by="max", at=Instant(NOW + 1))
    assert by_id(store) == {}
    assert store.portfolio.account(ACME) is None
    assert store.portfolio.some([ACME]) == {}
    assert store.portfolio.accounts_of([("intercom", "acme"), ("salesforce", ACME)]) == {}
    assert store.portfolio.is_used
    assert list(store.portfolio.removals()) == list(store.portfolio.history())[1:]
    put(store, Edit(BETA, more=(("intercom", "acme"),)), Edit(ACME), by="eva", at=Instant(NOW + 2))
    assert set(by_id(store)) == {ACME, BETA}
    assert list(store.portfolio.removals()) == []
    told = [(one.at - NOW, one.by, one.deed, one.gained, one.lost) for one in store.portfolio.history(ACME)]
    names = (("intercom", "acme"), ("intercom", "id1"), ("looker", "77"))
    assert told == [(0, "zoe", "added", names, ()), (1, "max", "removed", (), names), (2, "eva", "added", (), ())]
    assert [one.account_id for one in store.portfolio.history()].count(BETA) == 1


def test_the_history_says_old_and_new(place: Place) -> None:
    """Of each word."""
    store = place.open("words")
    put(store, TOLD)
    put(store, Edit(ACME, {"name": "Acme Hotels", "segment": None}), by="max", at=Instant(NOW + 5))
    first, second = store.portfolio.history(ACME)
    assert first.words == {"name": (None, "Acme"), "segment": (None, "paid"), "csm": (None, "Ana")}
    assert (second.at, second.by, second.deed) == (NOW + 5, "max", "changed")
    assert second.words == {"name": ("Acme", "Acme Hotels"), "segment": ("paid", None)}


@pytest.mark.parametrize("beside", [(), (Edit(ACME, {"name": "other"}),)])
def test_an_owner_of_another_account_is_refused_by_name(place: Place, beside: tuple[Edit, ...]) -> None:
    """And nothing of the call is written."""
    store = place.open(f"taken{len(beside)}")
    put(store, TOLD)
    with pytest.raises(OwnerTakenError, match=f"intercom owner id1 is not {BETA}'s: it belongs to {ACME}") as refused:
        put(store, *beside, Edit(BETA, {"name": "Beta"}, {"intercom": ("id1", "beta")}))
    assert refused.value.taken == ((("intercom", "id1"), ACME, BETA),)
    assert by_id(store) == {ACME: FULL}
    assert store.portfolio.accounts_of([("intercom", "beta")]) == {}
    assert len(list(store.portfolio.history())) == 1


def test_two_accounts_of_one_call_cannot_have_an_owner(place: Place) -> None:
    """Whoever is named first."""
    store = place.open("both")
    with pytest.raises(OwnerTakenError, match="looker owner 1 is not"):
        put(store, Edit(BETA, more=(("looker", "1"),)), Edit(ACME, more=(("looker", "1"),)))
    assert by_id(store) == {}


def test_an_owner_goes_from_one_account_to_another_in_one_call(place: Place) -> None:
    """Two may swap theirs."""
    store = place.open("swap")
    put(store, Edit(ACME, {}, {"looker": ("1",)}), Edit(BETA, {}, {"looker": ("2",)}))
    put(store, Edit(ACME, {}, {"looker": ("2",)}), Edit(BETA, {}, {"looker": ("1",)}))
    assert store.portfolio.accounts_of([("looker", "1"), ("looker", "2")]) == {
        ("looker", "1"): BETA,
        ("looker", "2"): ACME,
    }


def test_more_than_a_transaction_holds_is_written_whole(place: Place) -> None:
    """Accounts with very many owners, half of which change hands, and one that leaves."""
    store = place.open("large")
    keys = [str(number) for number in range(place.many + 130)]
    half, rest = tuple(keys[: len(keys) // 2]), tuple(keys[len(keys) // 2 :])
    put(store, Edit(ACME, {"name": "A"}, {"looker": tuple(keys)}), Edit(BETA, {"name": "B"}))
    (moved, got) = put(store, Edit(ACME, {}, {"looker": half}), Edit(BETA, {"name": "C"}, {"looker": rest}))
    assert (len(moved.lost), len(got.gained), got.words) == (len(rest), len(rest), {"name": ("B", "C")})
    assert by_id(store)[ACME].owners["looker"] == half
    assert set(by_id(store)[BETA].owners["looker"]) == set(rest)
    put(store, Edit(BETA, remove=True))
    assert set(store.portfolio.accounts_of([("looker", key) for key in keys]).values()) == {ACME}


def test_shards_share_all_accounts_out(place: Place) -> None:
    """Each account is in one shard of any number; a page more than one holds is listed to its end."""
    store = place.open("shards")
    ids = {to_18(f"001BB{number:010d}") for number in range(place.many)}
    put(store, *(Edit(key) for key in sorted(ids)))
    for of in (1, 2, 7):
        shards = [{account.id for account in store.portfolio.accounts((number, of))} for number in range(of)]
        assert set().union(*shards) == ids
        assert sum(map(len, shards)) == len(ids)


KEYS = [("intercom", "a"), ("intercom", "b"), ("looker", "a")]
WORDS: st.SearchStrategy[dict[Word, str | None]] = st.dictionaries(
    st.sampled_from(["name", "segment", "csm"]), st.sampled_from([None, "paid", "standard"]), max_size=2
)
OWNERS = st.lists(st.sampled_from(KEYS), max_size=2).map(tuple)
EDITS = st.builds(
    Edit, st.sampled_from([ACME, BETA]), WORDS, st.just({}), OWNERS, OWNERS, st.sampled_from([False] * 4 + [True])
)


def apart(edit: Edit, number: int) -> Edit:
    """Ask the same of an account and of owners that only this example has."""
    more, less = (tuple((source, f"{number}-{key}") for source, key in some) for some in (edit.more, edit.less))
    return replace(edit, account_id=f"{edit.account_id}-{number}", more=more, less=less)


@dataclass
class Replayed:
    """Accounts as the history alone tells of them."""

    words: dict[str, dict[Word, str | None]] = field(default_factory=dict)
    owners: dict[str, set[OwnerKey]] = field(default_factory=dict)

    def of(self, store: Store, ids: Iterable[str]) -> "Replayed":
        """Follow the history of accounts."""
        for entry in (one for key in ids for one in store.portfolio.history(key)):
            words = self.words.setdefault(entry.account_id, {})
            assert all(words.get(word) == old for word, (old, _) in entry.words.items())
            words.update({word: new for word, (_, new) in entry.words.items()})
            owners = self.owners.setdefault(entry.account_id, set())
            assert not owners & set(entry.gained)
            assert owners >= set(entry.lost)
            owners |= set(entry.gained)
            owners -= set(entry.lost)
            if entry.deed == "removed":
                del self.words[entry.account_id], self.owners[entry.account_id]
        return self


def lean(words: Mapping[str, Mapping[Word, str | None]]) -> dict[str, dict[Word, str]]:
    """Leave out what is not said."""
    return {key: {word: text for word, text in said.items() if text} for key, said in words.items()}


def test_the_history_is_complete_and_no_owner_has_two_accounts(place: Place) -> None:
    """Followed from its beginning it gives every account as it is; what is refused changes nothing."""
    store, examples = place.open("any"), count()

    def ask(edits: list[Edit], at: int) -> None:
        before = store.portfolio.some([one.account_id for one in edits])
        try:
            put(store, *edits, at=Instant(NOW + at))
        except OwnerTakenError:
            assert store.portfolio.some([one.account_id for one in edits]) == before

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=5))
    def holds(calls: list[list[Edit]]) -> None:
        number = next(examples)
        for at, edits in enumerate(calls):
            ask([apart(edit, number) for edit in edits], at)
        ids = [f"{key}-{number}" for key in (ACME, BETA)]
        accounts, told = store.portfolio.some(ids), Replayed().of(store, ids)
        assert lean(told.words) == lean(
            {key: {word: word_of(one, word) for word in NAMED} for key, one in accounts.items()}
        )
        assert told.owners == {key: owned(one) for key, one in accounts.items()}
        every = [(owner, key) for key, one in accounts.items() for owner in owned(one)]
        assert store.portfolio.accounts_of([(source, f"{number}-{key}") for source, key in KEYS]) == dict(every)
        assert len(dict(every)) == len(every)

    holds()


@pytest.mark.parametrize("kind", ["sqlite", "dynamodb_local"])
def test_of_several_who_want_an_owner_at_once_one_gets_it(request: pytest.FixtureRequest, kind: str) -> None:
    """The others are refused by name, or, where they changed something else, are heard too."""
    place: Place = request.getfixturevalue(f"{kind}_place")
    ids = [to_18(f"001CC{number:010d}") for number in range(4)]
    outcomes: dict[str, str] = {}
    place.open("race").close()

    def want(account_id: str) -> None:
        store = place.opener("race")
        try:
            put(store, Edit(account_id, {"name": account_id}, more=(("looker", "1"), ("looker", account_id))))
            put(store, Edit(ids[0], more=(("intercom", account_id),)))
            outcomes[account_id] = "got it"
        except StoreError as error:
            outcomes[account_id] = type(error).__name__
        finally:
            store.close()

    threads = [Thread(target=want, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = place.open("race")
    (winner,) = [one for one, said in outcomes.items() if said == "got it"]
    assert sorted(outcomes.values()) == ["OwnerTakenError"] * 3 + ["got it"]
    assert store.portfolio.accounts_of([("looker", "1")]) == {("looker", "1"): winner}
    assert set(by_id(store)) == {winner, ids[0]}
    assert Replayed().of(store, ids).owners == {key: owned(one) for key, one in by_id(store).items()}
