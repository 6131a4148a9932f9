"""Words of somebody in texts, and the inventory of where they can stand."""

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from handlers.jobs.erasing.inventory import PLACES, place_of_line
from handlers.jobs.erasing.receipt import by_hand, leaving
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.terms import Terms

ACCOUNT = Sifter(
    Terms("account", frozenset(("001QyGONE0000000AA", "42", "Acme Hotels")), frozenset(("001QyGONE0000000AA",)))
)
PERSON = Sifter(Terms("person", frozenset(("Anna Meier", "am@x.io")), frozenset(("Anna Meier", "am@x.io"))))
GONE = "001QyGONE0000000AA"
OTHER = "001QySTAY0000000AA"


def sifted(sifter: Sifter, value: object) -> object:
    """Sift what JSON says."""
    text = sifter.text(msgspec.json.encode(value).decode())
    return None if text is None else msgspec.json.decode(text)


CASES: tuple[tuple[object, object], ...] = (
    ({"shown": {GONE: 1, OTHER: 2}}, {"shown": {OTHER: 2}}),
    ([f"{GONE}_2026-10/final", OTHER], [OTHER]),
    ({"listed": [[GONE, 1, 2], [OTHER, 3, 4]]}, {"listed": [[OTHER, 3, 4]]}),
    ({"account_id": GONE, "tier": "Healthy"}, None),
    ({"marks": [{"account_id": GONE}, {"account_id": OTHER}]}, {"marks": [{"account_id": OTHER}]}),
    ({"held": [["unscored", f"2: {GONE}, {OTHER}"]]}, {"held": [["unscored", f"2: erased account, {OTHER}"]]}),
    ({"entry": [False, 33.2, GONE]}, {"entry": [False, 33.2, "erased account"]}),
    ({"entry": [False, 33.2, OTHER], "staying": None}, {"entry": [False, 33.2, OTHER], "staying": None}),
    ({"company_id": "42"}, None),
    ({"company_id": 42}, None),
    ({"count": 42, "note": "42"}, {"count": 42, "note": "42"}),
    ({"name": "Acme Hotels & Spa"}, {"name": "Acme Hotels & Spa"}),
    ({"id": f"{GONE}X"}, {"id": f"{GONE}X"}),
)


@pytest.mark.parametrize(("before", "after"), CASES)
def test_what_is_theirs_goes_and_the_rest_stays(before: object, after: object) -> None:
    """Whole members, entries, pairs and objects; a short id only where an id is named, and no part of another word."""
    assert sifted(ACCOUNT, before) == after


def test_of_a_person_only_the_words_go() -> None:
    """However they are written; what they did stays."""
    before = {"by": "AM@X.io", "why": "asked by anna  meier: Anna Meier left", "names": ["Anna Meier", "Anna Meierhof"]}
    told: Any = sifted(PERSON, before)
    assert (told["by"], told["names"]) == ("erased person", ["erased person", "Anna Meierhof"])
    assert told["why"] == "asked by erased person: erased person left"
    assert PERSON.text("plain words of Anna Meier") == "plain words of erased person"


def test_a_name_is_found_however_its_accents_and_capitals_are_written() -> None:
    """An accent composed or not is the same name, whole or within a text; another accent is another name."""
    names = frozenset(("Jos\u00e9 M\u00fcller", "Jose Muller"))
    sifter = Sifter(Terms("person", names, names))
    for said in ("Jose\u0301 Mu\u0308ller", "JOS\u00c9 M\u00dcLLER", "jos\u00e9\u00a0 mu\u0308ller", "Jose Muller"):
        assert sifted(sifter, [said, f"by {said}!"]) == ["erased person", "by erased person!"]
    assert sifter.text("Jose Mulle\u0301r and Jose Muller\u0301") == "Jose Mulle\u0301r and Jose Muller\u0301"


def test_a_mail_address_is_no_part_of_another() -> None:
    """Neither before nor behind it: others' addresses stay whole."""
    others = ["x.am@x.io", "x-am@x.io", "hs+am@x.io", "am@x.io.uk", "am@x.io-y.com", "dam@x.io"]
    assert sifted(PERSON, [*others, "to am@x.io. Then", "<am@x.io>"]) == [
        *others,
        "to erased person. Then",
        "<erased person>",
    ]


def test_a_name_within_the_name_of_another_is_spared() -> None:
    """What others are called stays, also where it has the erased one's name in it."""
    words = frozenset(("Four Seasons", "acme-hotels"))
    sifter = Sifter(Terms("account", words, words, frozenset(("Four Seasons Bangkok", "acme-hotels-berlin"))))
    before = {"acme-hotels-berlin": 1, "acme-hotels": 2, "said": "Four Seasons Bangkok, Four Seasons, Four Seasons!"}
    assert sifted(sifter, before) == {
        "acme-hotels-berlin": 1,
        "said": "Four Seasons Bangkok, erased account, erased account!",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from((OTHER, "Healthy", "a b", f"{OTHER}_2026-10")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("shown", "x", OTHER)), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=60, deadline=None)
def test_a_text_that_does_not_name_them_is_given_byte_for_byte(value: object) -> None:
    """Also one that is no JSON."""
    text = msgspec.json.encode(value).decode()
    for one in (text, f" {text}", f"{text} {{"):
        assert ACCOUNT.text(one) == one
        assert PERSON.text(one) == one


def test_places_have_names_of_their_own_and_say_when_they_are_left() -> None:
    """A receipt counts by these names; what leaves by itself says when."""
    names = [place.name for place in PLACES]
    assert len(names) == len(set(names))
    assert all(place.leaves for place in PLACES if place.deed == "leaves")
    assert {one.place for one in leaving("account")} >= {"backups", "logs", "recycle bin", "queues"}
    assert "CRM records" in {one.place for one in by_hand("account", ())}
    assert "CRM records" not in {one.place for one in by_hand("account", ("CRM records",))}


KNOWN = {
    "cursor/desk/pilot/opinion/a/001/1": "opinions",
    "cursor/desk/pilot/check/001/2026-10": "opinions",
    "cursor/desk/identity/ab": "pairs",
    "cursor/desk/quality/closes/2026-10": "closes",
    "cursor/hubspot/unwritten/part": "due to the CRM",
    "cursor/salesforce/Opportunity/erased": "census",
    "cursor/words/sample-answer/2026-10/p": "samples",
    "cursor/run": "runs and claims",
    "journal/hubspot/live/1": "live scores sent",
    "journal/audit/1": "audit",
    "history/001/3": "history of accounts",
    "claim/rescore/001/rescore/001": "runs and claims",
}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_lines_are_counted_at_their_places(name: str) -> None:
    """By what their names begin or end with."""
    assert place_of_line(name).name == KNOWN[name]


def test_every_journal_of_the_program_has_a_place() -> None:
    """A journal is where lines about people and accounts pile up: a new one is added to the inventory."""
    known = tuple(said for place in PLACES for said in place.lines)
    for name in _journals():
        assert f"journal/{name}/".startswith(tuple(one for one in known if one.startswith("journal/"))), name


def _journals() -> set[str]:
    """Give the names of journals that modules declare."""
    told = set[str]()
    for path in Path(handlers.__path__[0]).rglob("*.py"):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)) if "JOURNAL" in text else ():
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "JOURNAL" for t in node.targets
            ):
                value = node.value
                assert isinstance(value, ast.Constant)
                told.add(str(value.value))
    return told
