"""A model reads after the rules: what passes the gate, each message once, within a time; it adds and never takes."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import sleep

import pytest

from handlers.clients.bedrock.errors import ModelError
from handlers.clients.bedrock.settings import CALLS_AT_ONCE
from handlers.detection.claims import Believed
from handlers.detection.detected import Hit
from handlers.detection.gate import gate
from handlers.jobs.model_reading import Limits, ModelReading, ReadByModel
from handlers.sources.written import Part
from handlers.stores.protocol import StoreError
from scoring.categories import CATEGORIES, Category
from scoring.instants import DAY, Instant, parse_instant
from scoring.observations import Finding, Message, Observation, Subject

AT = parse_instant("2026-03-04")
_FOR_EVER = 60.0
"""Seconds: much longer than any test waits."""
RULES = Finding("competitor", "a trial of another", "en/competitor/trial", "r1")


def conversation(number: int = 1) -> Subject:
    """Give a conversation."""
    return Subject("intercom", "conversation", str(number))


def part(text: str = "we leave you", number: int = 1, *findings: Finding, language: str | None = "en") -> Part:
    """Give a part as the rules read it."""
    message = Message(f"p{number}", language=language, findings=findings, version="r1")
    return Part(conversation(number), AT, text, message)


class Fake:
    """A model that finds a category where a text names it, fails where it names a reason, or takes its time."""

    version = "m1"

    def __init__(self, waits: Callable[[], object] = lambda: None) -> None:
        """Do this before each answer."""
        self._waits = waits
        self.asked: list[str] = []

    def read(self, text: str) -> Believed:
        """Read a text."""
        self.asked.append(text)
        self._waits()
        if text.startswith("fails "):
            raise ModelError(text.split()[1])
        hits = tuple(Hit(category, text, "model/m") for category in CATEGORIES if category in text)
        return Believed(hits, Counter(quote=1) if "invented" in text else Counter())


class Claims:
    """Claims in memory; a store that is away, if it is `broken`."""

    def __init__(self, *, broken: bool = False, stuck: bool = False) -> None:
        """Begin with none."""
        self.names: set[str] = set()
        self._broken, self._stuck, self._lock = broken, stuck, threading.Lock()

    def claim(self, name: str, now: Instant, until: Instant) -> bool:
        """Claim a name."""
        if self._broken:
            raise StoreError("DynamoDB: away")
        assert until > now
        with self._lock:
            is_new = name not in self.names
            self.names.add(name)
        return is_new

    def release(self, name: str) -> None:
        """Give a name up."""
        if self._stuck:
            raise StoreError("DynamoDB: away")
        self.names.remove(name)


def reading(
    model: Fake, claims: Claims | None = None, most: int = 50, active: tuple[Category, ...] = CATEGORIES
) -> ModelReading:
    """Give a reading by a model, of all English messages of three words and more."""
    return ModelReading(model, gate(["en"], 3, {}, 1.0), claims or Claims(), Limits(most, 45, active), lambda: AT)


def outcomes(found: ReadByModel) -> Mapping[str, int]:
    """Give what became of the questions."""
    return dict(found.outcomes)


def test_what_a_model_adds_makes_the_message_anew_with_all_that_the_rules_found() -> None:
    """Its version names both, so that it stands in front of what the rules said alone; quotes are redacted."""
    text = "budget is gone, write to jana@hotel.example"
    found = reading(Fake()).read([part(text, 1, RULES)], 5.0)
    added = Finding("budget", "budget is gone, write to [e-mail]", "model/m", "m1")
    assert found.observations == [
        Observation(conversation(), AT, Message("p1", "en", None, (RULES, added), version="r1+m1"))
    ]
    assert (outcomes(found), found.dropped) == ({"answered": 1}, {})


@pytest.mark.parametrize(
    "given",
    [
        part("nothing at all"),
        part("competitor and more", 1, RULES),
        part("a product_gap here"),
        part("an invented quote"),
    ],
)
def test_what_adds_nothing_writes_nothing(given: Part) -> None:
    """No hit, one of a category that the rules found, one of a category that is off, a claim that was dropped."""
    active: tuple[Category, ...] = ("budget", "competitor")
    assert reading(Fake(), active=active).read([given], 5.0).observations == []


def test_a_message_is_asked_about_once_but_anew_where_rules_or_question_changed() -> None:
    """However often it is delivered, and read again."""
    model, claims = Fake(), Claims()
    read = reading(model, claims)
    assert outcomes(read.read([part(), part()], 5.0)) == {"answered": 1, "asked_before": 1}
    assert outcomes(read.read([part()], 5.0)) == {"asked_before": 1}
    newer = Part(conversation(), AT, "we leave you", Message("p1", language="en", version="r2"))
    assert outcomes(read.read([newer], 5.0)) == {"answered": 1}
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("reason", "again"), [("throttled", True), ("timed_out", True), ("denied", True), ("refused", False)]
)
def test_a_failure_is_counted_by_name_and_asked_again_where_that_may_help(reason: str, again: bool) -> None:  # noqa: FBT001
    """It is never nothing found."""
    claims = Claims()
    found = reading(Fake(), claims).read([part(f"fails {reason} always")], 5.0)
    assert (outcomes(found), found.observations) == ({reason: 1}, [])
    assert (claims.names == set()) is again


def test_a_failure_that_holds_for_all_ends_the_questions() -> None:
    """Such as a cap that is reached: the rest is counted under it, and not asked."""
    model = Fake(lambda: sleep(0.01))
    parts = [part("fails capped here", number) for number in range(1, 30)]
    found = reading(model).read(parts, 5.0)
    assert outcomes(found) == {"capped": 29}
    assert len(model.asked) <= 4


def test_no_more_are_asked_than_allowed_and_what_is_left_is_counted() -> None:
    """Those that do not pass the gate are no questions."""
    parts = [part(number=number) for number in range(1, 8)] + [part("short", 9), part(number=10, language=None)]
    assert outcomes(reading(Fake(), most=5).read(parts, 5.0)) == {"answered": 5, "left": 2}


def test_what_was_asked_before_takes_no_room_of_what_was_not() -> None:
    """A conversation that is re-read has old parts, too; the latest are asked about first, too old ones never."""
    model, claims = Fake(), Claims()
    parts = [replace(part(f"we leave you {number}", number), at=AT - number * DAY) for number in range(6)]
    first = reading(model, claims, most=2)
    assert outcomes(first.read(parts, 5.0)) == {"answered": 2, "left": 4}
    assert sorted(model.asked) == ["we leave you 0", "we leave you 1"]
    assert outcomes(first.read(parts, 5.0))["answered"] == 2
    old = replace(part("we leave you too", 9), at=AT - 46 * DAY)
    assert outcomes(first.read([old], 5.0)) == {}


def test_the_time_ends_though_the_model_hangs() -> None:
    """What was asked timed out, what was not is left; both may be asked again."""
    claims, hangs = Claims(), threading.Event()
    try:
        hanging = reading(Fake(lambda: hangs.wait(_FOR_EVER)), claims)
        found = outcomes(hanging.read([part(number=number) for number in range(1, 7)], 0.3))
    finally:
        hangs.set()
    assert found.keys() == {"timed_out", "left"}
    assert found["timed_out"] <= CALLS_AT_ONCE
    assert sum(found.values()) == 6
    assert claims.names == set()


def test_without_time_or_store_nobody_asks() -> None:
    """A claim that cannot be made is no leave to ask."""
    model = Fake()
    assert outcomes(reading(model).read([part()], -1.0)) == {"left": 1}
    assert outcomes(reading(model, Claims(broken=True)).read([part(), part(number=2)], 5.0)) == {"uncounted": 2}
    assert model.asked == []


def test_a_claim_that_cannot_be_given_up_ends_the_questions() -> None:
    """The store is away: what is not asked yet is not asked, and nothing is raised."""
    model = Fake(lambda: sleep(0.05))
    parts = [part("fails throttled now", number) for number in range(1, 20)]
    found = outcomes(reading(model, Claims(stuck=True)).read(parts, 5.0))
    assert found.keys() == {"uncounted"}
    assert len(model.asked) <= 8


def test_a_part_shows_no_text() -> None:
    """Not where it is logged or raised."""
    assert "leave" not in repr(part())
