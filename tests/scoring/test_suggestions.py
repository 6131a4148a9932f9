"""What messages suggest: once an account, category and 30 days; asked again, shuffled and doubled the same."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.words import CRM_WORDS as WORDS
from scoring.categories import CATEGORIES
from scoring.facts import gather
from scoring.instants import DAY, Instant, start_of_day
from scoring.messages import messages_at
from scoring.observations import Fields, Finding, Message, Observation, Subject, Value
from scoring.suggestion_answers import Answer, answer_of, answers_of, waiting
from scoring.suggestions import Suggestion, due, suggestions_of
from scoring.timeline import Timeline
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID, LONG_AGO, conversation, days, known, record

MODEL = the_model()
CRM_WORDS = {str(name): word for name, word in WORDS.items()}


def message(at: Instant, part: str, *categories: str, talk: str = "c1", **members: object) -> Observation:
    """Say what a customer wrote in a part."""
    found = tuple(Finding(name, f"about {name}", "a rule", "1") for name in categories)
    content = Message(part, "en", None, found, "1", **members)  # type: ignore[arg-type]
    return Observation(Subject("intercom", "conversation", talk), at, content)


def said(at: Instant, part: str = "1", category: str = "competitor") -> Suggestion:
    """Give a suggestion."""
    return Suggestion(at, "intercom", "c1", part, category, "a quote", "a rule", "1")


def signal(status: str, observed: Instant, /, name: str = "s", **values: Value) -> Observation:
    """Say a churn signal of the account, as of the day it was observed."""
    told = {"status": status, "date_observed": start_of_day(observed), "category": "Competitive", **values}
    return record("signal", name, observed, **told)


def answers(*observations: Observation) -> list[Answer]:
    """Read how suggestions of the account were answered."""
    return answers_of(Timeline(known(*observations)), AS_OF, MODEL, CRM_WORDS)


def written(one: Suggestion, status: str = "Suggested", **values: Value) -> Observation:
    """Say the signal that a suggestion has become."""
    told = {"suggestion_key": one.key, "category": CRM_WORDS[one.category], **values}
    return signal(status, one.at, f"s-{one.key}", **told)


def asked(found: Sequence[Suggestion], *observations: Observation) -> list[Suggestion]:
    """Ask what is due now."""
    return due(found, answers(*observations), AS_OF, CATEGORIES)


SAID = st.builds(
    said,
    st.integers(0, 50 * 24).map(lambda hours: days(50) + hours * (DAY // 24)),
    st.integers(1, 40).map(str),
    st.sampled_from(["competitor", "cancellation"]),
)


@settings(max_examples=60)
@given(st.data(), st.lists(SAID, max_size=12))
def test_asked_again_nothing_doubles(data: st.DataObject, found: list[Suggestion]) -> None:
    """Shuffled, doubled, and after any of it was written: the same suggestions, each once, 30 days apart."""
    chosen = asked(found)
    for _, group in ((name, [one.day for one in chosen if one.category == name]) for name in CATEGORIES):
        assert all(later - earlier >= 30 for earlier, later in pairwise(group))
    assert asked([*data.draw(st.permutations(found)), *found]) == chosen
    some = [one for one in chosen if data.draw(st.booleans())]
    again = asked(found, *map(written, some))
    assert sorted([*some, *again]) == chosen
    assert asked(found, *map(written, chosen)) == []


def test_the_earliest_message_of_30_days_is_the_one() -> None:
    """The days are those of UTC: a CRM keeps no time of day of a signal."""
    first, second, third = said(days(40), "1"), said(days(10.5), "2"), said(days(10), "3")
    assert asked([third, first, second]) == [first, third]


def test_none_is_made_of_what_was_written_45_days_ago() -> None:
    """Nor of what was not written yet."""
    assert asked([said(days(45) - 1), said(AS_OF, "2", "budget")]) == []
    assert asked([said(days(45))]) == [said(days(45))]


@pytest.mark.parametrize(("ago", "is_quiet"), [(101, False), (100, False), (99, True), (12, True), (5, True)])
def test_a_category_is_quiet_for_90_days_after_a_dismissal(ago: int, is_quiet: bool) -> None:  # noqa: FBT001
    """What was written by then and for 90 days after suggests nothing, not even later; other categories are free."""
    dismissed = signal("Dismissed", days(200), dismissed_at=days(ago))
    one, other = said(days(10)), said(days(10), "2", "budget")
    assert asked([one, other], dismissed) == ([other] if is_quiet else [one, other])


def test_without_a_date_a_dismissal_is_of_when_its_status_was_said() -> None:
    """An org may lack the field."""
    told = [signal("Suggested", days(60)), record("signal", "s", days(3), status="Dismissed")]
    assert answers(*told)[0].dismissed_at == days(3)


@pytest.mark.parametrize(
    ("status", "ago", "leaves_room"),
    [
        *[("Active", 20, False), ("Monitoring", 20, False), ("Suggested", 20, False), ("Active", 50, True)],
        *[("Resolved", 20, True), ("Expired", 20, True), ("A new word", 20, True)],
    ],
)
def test_an_open_signal_of_the_category_makes_it_needless(status: str, ago: int, leaves_room: bool) -> None:  # noqa: FBT001
    """One that a CSM logged by hand within 30 days; a word without a meaning keeps no warning back."""
    assert bool(asked([said(days(10))], signal(status, days(ago)))) is leaves_room
    assert asked([said(days(10), "2", "budget")], signal(status, days(ago)))


def test_what_a_csm_did_with_a_suggestion_stands() -> None:
    """One that was moved to another category, ended or deleted still leaves no room, and is never made again."""
    one, later = said(days(30)), said(days(20), "2")
    for told in (
        written(one, "Active", category="Budget"),
        written(one, "Resolved"),
        written(one, "Expired"),
        written(one, deleted=True),
        written(one, suggestion_key=one.key.upper()),
    ):
        assert asked([one, later], told) == []
    moved = written(one, "Active", category="Budget")
    assert asked([said(days(20), "3", "budget")], moved) == []


def test_a_word_that_the_crm_has_for_several_categories_tells_none() -> None:
    """An open signal of `Other` keeps no cancellation back."""
    timeline = Timeline(known(signal("Active", days(5), category="Other")))
    told = answers_of(timeline, AS_OF, MODEL, {**CRM_WORDS, "cancellation": "Other", "budget": "other "})
    assert told[0].categories == frozenset()


def test_an_answer_is_read_of_the_signal_alone() -> None:
    """Whoever's account it is; before it was there, it was none."""
    (fact,) = gather([written(said(days(9)), "Dismissed")])
    assert [answer_of(fact, AS_OF, MODEL, CRM_WORDS)] == answers(*fact.observations)
    assert answer_of(fact, LONG_AGO, MODEL, CRM_WORDS) is None


def test_a_category_that_does_not_speak_suggests_nothing() -> None:
    """It is off, or has muted itself."""
    assert due([said(days(5))], [], AS_OF, {"budget"}) == []


def test_what_waits_for_an_answer() -> None:
    """For 45 days from when it was suggested, whatever day its message is of."""
    told = [
        written(said(days(80))),
        written(said(days(30), "2", "budget")),
        written(said(days(20), "3", "product_gap"), "Active"),
        written(said(days(20), "4", "cancellation"), deleted=True),
        signal("SUGGESTED", days(3), "theirs"),
    ]
    fresh = [Observation(one.subject, one.at, made_at(one)) for one in told]
    mine = [Observation(one.subject, one.at, one.content, ID) for one in fresh]
    assert [one.id for one in waiting(answers(*mine), AS_OF)] == ["theirs", "s-intercom-2-budget"]


def made_at(one: Observation) -> Fields:
    """Give the fields of a signal that was created when it was said."""
    assert isinstance(one.content, Fields)
    return Fields(one.content.values, one.at)


def test_which_messages_suggest() -> None:
    """Those of the account's own conversations, each category of a part once: the finding that stands first."""
    told = known(
        conversation("c1", days(9)),
        message(days(8), "10", "budget", "competitor", "budget"),
        message(days(8), "11", "budget"),
        message(days(8), "11", redacted=True),
        message(days(1), "13", "budget", talk="nobody's"),
        message(AS_OF, "14", "budget"),
    )
    found = suggestions_of(messages_at(told, AS_OF))
    assert [(one.key, one.quote, one.at) for one in found] == [
        ("intercom-10-budget", "about budget", days(8)),
        ("intercom-10-competitor", "about competitor", days(8)),
    ]


def test_a_key_is_the_same_in_any_capitals() -> None:
    """Ids that differ by capitals alone have keys that do not; a long id has a short one."""
    plain, one, other, long = (said(AS_OF, part).key for part in ("403", "aB", "Ab", "9" * 300))
    assert plain == "intercom-403-competitor"
    assert one.casefold() != other.casefold()
    assert all(key == key.lower() and len(key) <= 100 for key in (plain, one, other, long))
