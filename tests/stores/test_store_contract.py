"""The contract of a store's facts, owners and feeds, proved on each implementation."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, count, permutations
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from handlers.stores.protocol import FactStore, Reread
from scoring.account import Naming, Owner
from scoring.facts import Fact, gather
from scoring.feeds import Covered, Feed, Heard, HeardHour, last_heard, merge_feeds, merge_hours
from scoring.instants import DAY, HOUR, LAST, Instant
from scoring.observations import (
    NOBODY,
    Content,
    Conversation,
    Fields,
    Finding,
    Gap,
    Message,
    Observation,
    Reading,
    Subject,
    Tombstone,
)
from scoring.statements import Statement
from tests.scoring.strategies import CONVERSATION, OPPORTUNITY, START, observations, of_any
from tests.stores.places import NOW, Place, batch_of

SOURCES = ("intercom", "looker", "salesforce")
SAID = Conversation(START, "open", parts=1)
ANOTHER = Subject("intercom", "conversation", "2/with~slash")


def said(at: Instant, owner: str | None, subject: Subject = CONVERSATION, parts: int = 1) -> Observation:
    """Say a conversation, with an owner or none."""
    return Observation(subject, at, Conversation(START, "open", parts=parts), owner)


def apart(observation: Observation, number: int) -> Observation:
    """Say the same of a subject and an owner that only this example has."""
    subject = observation.subject._replace(id=f"{number}-{observation.subject.id}")
    return structs.replace(observation, subject=subject, owner=observation.owner and f"{number}-{observation.owner}")


def every_fact(store: FactStore, number: int) -> list[Fact]:
    """Read the facts of both owners of the strategies, whatever the source."""
    owners = [f"{number}-one", f"{number}-other"]
    return list(chain.from_iterable(store.facts(source, owners) for source in SOURCES))


def owned(statements: Iterable[Observation]) -> list[Fact]:
    """Gather observations; leave out the subjects that none of them gives an owner."""
    return [fact for fact in gather(statements) if any(o.owner for o in fact.observations)]


def pieces(things: Sequence[Statement], random: Random) -> list[list[Statement]]:
    """Shuffle and repeat things, and split them at random."""
    shuffled = [*things, *random.choices(things, k=len(things) // 2)] if things else []
    random.shuffle(shuffled)
    cuts = sorted(random.randrange(len(shuffled) + 1) for _ in range(random.randrange(4)))
    return [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


def test_any_split_shuffle_and_repetition_of_observations_gives_the_same_facts(place: Place) -> None:
    """Merging is set union: the store holds what was gathered, however it came."""
    store, examples = place.open("union"), count()

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(of_any | observations(ANOTHER, st.just(SAID)), max_size=12), st.randoms(use_true_random=False))
    def holds(drawn: list[Observation], random: Random) -> None:
        number = next(examples)
        sent = [apart(observation, number) for observation in drawn]
        for piece in pieces(sent, random):
            store.merge(batch_of(*piece))
        assert every_fact(store, number) == owned(sent)

    holds()


def test_any_split_shuffle_and_repetition_of_feeds_gives_the_same_feeds(place: Place) -> None:
    """Coverage is the earliest said, heard hours are united."""
    store, examples = place.open("feeds"), count()
    instants = st.integers(0, 40).map(lambda step: START + step * HOUR // 3)
    sources = st.sampled_from(["intercom", "looker"])
    covered = st.builds(Covered, sources, instants)

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(covered | st.builds(Heard, sources, instants), max_size=12), st.randoms(use_true_random=False))
    def holds(drawn: list[Covered | Heard], random: Random) -> None:
        sources = f"source-{next(examples)}/"
        sent = [replace(one, source=sources + one.source) for one in drawn]
        for piece in pieces(sent, random):
            store.merge(batch_of(*piece))
        assert {name: feed for name, feed in store.feeds().items() if name.startswith(sources)} == united(sent)

    holds()


def united(sent: Iterable[Covered | Heard]) -> dict[str, Feed]:
    """Unite what feeds say, in memory."""
    feeds: dict[str, Feed] = {}
    for one in sent:
        feed = Feed(one.since) if isinstance(one, Covered) else Feed(None, merge_hours([HeardHour(one.at, one.at)]))
        feeds[one.source] = merge_feeds(feeds.get(one.source, Feed()), feed)
    return feeds


def test_content_of_every_form_comes_back_as_it_was(place: Place) -> None:
    """What is stored is read back equal, text in any script included."""
    contents: list[Content] = [
        Conversation(
            START,
            "closed",
            "customer_initiated",
            "high",
            ("p1", "größe"),
            Instant(1),
            Instant(2),
            3,
            4,
            True,
            "a",
            "b",
            5,
            1,
        ),
        Tombstone(),
        Fields((("arr", 0.1), ("deleted", False), ("name", "株 \"&'\n"), ("stage", None)), START, NOW),
        Gap("Account"),
        Reading(START, (("platform_score", 50.5),)),
        Message("a/b", "de", -0.1234, (Finding("budget", "kein „Budget“ \n", "de.budget.1", "2"),), "2"),
        Message("c", redacted=True),
    ]
    store = place.open("forms")
    sent = [
        Observation(Subject("salesforce", "any", str(at)), Instant(at), content, "one")
        for at, content in enumerate(contents)
    ]
    store.merge(batch_of(*sent))
    assert store.facts("salesforce", ["one"]) == list(gather(sent))


def test_a_subject_is_found_by_every_owner_ever_said_in_any_order(place: Place) -> None:
    """An owner move loses nobody: the past belongs to the former owner."""
    moves = [said(START, "one"), said(START + DAY, "two"), said(START + 2 * DAY, "three"), said(START + 3 * DAY, None)]
    store = place.open("moves")
    sent = []
    for number, order in enumerate(list(permutations(moves))[-place.examples :]):
        for one in order:
            sent.append(structs.replace(one, subject=Subject("intercom", "conversation", str(number))))
            store.merge(batch_of(sent[-1]))
    for owner in ("one", "two", "three"):
        assert store.facts("intercom", [owner]) == list(gather(sent))


def test_owners_moved_within_one_batch_all_find_the_subject(place: Place) -> None:
    """A batch may say several owners of one subject at once."""
    store = place.open("one-batch")
    store.merge(batch_of(said(START, "one"), said(START + 1, "two"), said(START + 2, "three")))
    assert [len(store.facts("intercom", [owner])) for owner in ("one", "two", "three", "four")] == [1, 1, 1, 0]


def test_facts_are_of_the_source_asked_for_by_subject_and_each_once(place: Place) -> None:
    """Owners of several sources may have the same key; a subject of two owners asked for comes once."""
    store = place.open("sources")
    subjects = [Subject("intercom", "conversation", str(number)) for number in range(9, 0, -1)]
    store.merge(batch_of(*(said(START, "one", subject) for subject in subjects), said(START + 1, "two", subjects[0])))
    store.merge(batch_of(said(START, "one", OPPORTUNITY)))
    assert [fact.subject for fact in store.facts("intercom", ["one", "two", "one"])] == sorted(subjects)
    assert [fact.subject for fact in store.facts("salesforce", ["one"])] == [OPPORTUNITY]
    assert store.facts("intercom", []) == []


def test_many_observations_of_one_subject_and_many_subjects_in_one_batch(place: Place) -> None:
    """Nothing is cut off where a request or a page is full."""
    store = place.open("many")
    sent = [said(START + at, "one") for at in range(100)]
    sent += [said(START, "other", Subject("intercom", "conversation", f"c{number}")) for number in range(place.many)]
    sent += [said(START - 1, "one", Subject("intercom", "conversation", f"c{number}")) for number in range(place.many)]
    store.merge(batch_of(*sent))
    assert store.facts("intercom", ["one"]) == list(gather(sent))


def test_what_was_merged_is_there_when_the_store_is_opened_again(place: Place) -> None:
    """Closing and opening changes nothing."""
    store = place.open("again")
    store.merge(batch_of(said(START, "one"), Naming("intercom", ("one", "id1"), START, "One"), Heard("intercom", NOW)))
    store.put_model("v1", "weights")
    seen = store.facts("intercom", ["one"]), store.owner("intercom", "id1"), store.feeds(), store.model("v1")
    store.close()
    store = place.open("again")
    assert (store.facts("intercom", ["one"]), store.owner("intercom", "id1"), store.feeds(), store.model("v1")) == seen


def test_ids_that_were_named_together_are_one_owner(place: Place) -> None:
    """The registry closes over ids; since is the earliest naming, the name the latest."""
    namings = [
        Naming("intercom", ("acme", "id1"), START + 5, "Acme"),
        Naming("intercom", ("acme", "old"), START + 1),
        Naming("intercom", ("old", "older", "oldest"), START + 3, "Acme Ltd"),
        Naming("intercom", ("acme",), START + 9),
        Naming("intercom", ("other",), START + 2, "Other"),
        Naming("salesforce", ("acme",), START, "Not this one"),
    ]
    ids = frozenset(("acme", "id1", "old", "older", "oldest"))
    for number, order in enumerate([namings[::-1], [*namings[3:], *namings]]):
        store = place.open(f"ids-{number}")
        for naming in order:
            store.merge(batch_of(naming))
        assert {store.owner("intercom", key) for key in ids} == {Owner("intercom", ids, "Acme", START + 1)}
        assert [owner.name for owner in store.owners("intercom")] == ["Acme", "Other"]


def test_names_of_one_instant_are_settled_by_content_alone(place: Place) -> None:
    """Which of two names of one instant holds does not depend on which came first."""
    one, other = Naming("intercom", ("acme",), START, "One"), Naming("intercom", ("acme",), START, "Other")
    for number, order in enumerate([(one, other), (other, one)]):
        store = place.open(f"names-{number}")
        for naming in order:
            store.merge(batch_of(naming))
        assert store.owner("intercom", "acme").name == "Other"


def test_an_owner_that_nothing_named_has_its_own_id_and_no_since(place: Place) -> None:
    """A typo in a mapping does not look like an owner."""
    store = place.open("nobody")
    store.merge(batch_of(said(START, "acme")))
    assert store.owner("intercom", "acme") == Owner("intercom", frozenset(["acme"]))
    assert list(store.owners("intercom")) == []


def test_owners_are_listed_once_each_by_their_smallest_id(place: Place) -> None:
    """A listing longer than a page is whole, and an owner of two ids comes once."""
    store = place.open("listing")
    names = [f"{number:04d}" for number in range(place.many)]
    store.merge(batch_of(*(Naming("looker", (f"z{name}", name), START) for name in names)))
    assert [min(owner.ids) for owner in store.owners("looker")] == names


def test_a_record_with_an_open_gap_is_to_be_re_read_until_it_was(place: Place) -> None:
    """A gap is settled by a re-read later than it, and by that alone."""
    store = place.open("gaps")
    gap = Observation(OPPORTUNITY, START + DAY, Gap("Opportunity"))
    store.merge(batch_of(gap, said(START, "one")))
    open_now = [Reread(OPPORTUNITY, "Opportunity", START + DAY)]
    assert store.rereads() == open_now
    store.merge(batch_of(Observation(OPPORTUNITY, START + 2 * DAY, Fields((), read_at=START))))
    assert store.rereads() == open_now
    store.merge(batch_of(Observation(OPPORTUNITY, START + 2 * DAY, Fields((), read_at=START + 2 * DAY))))
    assert store.rereads() == []
    assert store.gaps() == ()


def test_an_object_with_an_open_gap_is_to_be_re_read_until_it_was_resynced(place: Place) -> None:
    """Subject id `*` stands for all of an object; its facts are given apart."""
    store = place.open("resync")
    everything = Subject("salesforce", "payment", "*")
    marks = [Observation(everything, START + at, Gap("Payment_Record__c", resynced=at == 0)) for at in (0, 5, 3)]
    store.merge(batch_of(*marks))
    assert store.gaps() == gather(marks)
    assert store.rereads() == [Reread(everything, "Payment_Record__c", START + 5)]
    store.merge(batch_of(Observation(everything, START + 6, Gap("Payment_Record__c", resynced=True))))
    assert store.rereads() == []


def test_subjects_without_any_owner_are_counted_and_given_by_kind(place: Place) -> None:
    """What no observation attributes is counted until one does; gaps of whole objects are not."""
    store = place.open("unattributed")
    store.merge(batch_of(said(START, None), said(START, None, ANOTHER), said(START, None, OPPORTUNITY)))
    store.merge(batch_of(Observation(Subject("salesforce", "payment", "*"), START, Gap("Payment_Record__c"))))
    assert store.unattributed() == {"conversation": 2, "opportunity": 1}
    store.merge(batch_of(said(START - DAY, "one", ANOTHER), said(START + DAY, None, ANOTHER)))
    assert store.unattributed() == {"conversation": 1, "opportunity": 1}
    assert store.unattributed_facts("conversation") == list(gather([said(START, None)]))
    assert store.unattributed_facts("payment") == []


def test_messages_change_nothing_of_whose_a_subject_is(place: Place) -> None:
    """Alone they are no conversation that is nobody's; beside one they are found with it, whoever has it."""
    store, words = place.open("messages"), Message("1", "en", 0.5)
    alone, beside = Observation(ANOTHER, START, words), Observation(CONVERSATION, START + 9 * DAY, words)
    store.merge(batch_of(alone, beside))
    assert (store.unattributed(), store.unattributed_facts("conversation")) == ({}, [])
    store.merge(batch_of(said(START, None)))
    assert store.unattributed() == {"conversation": 1}
    store.merge(batch_of(said(START + DAY, "one")))
    assert store.unattributed() == {}
    (fact,) = store.facts("intercom", ["one"])
    assert fact.observations == {said(START, None), said(START + DAY, "one"), beside}
    store.merge(batch_of(said(START + 2 * DAY, NOBODY)))
    assert store.unattributed() == {"conversation": 1}
    store.discard(CONVERSATION, [beside])
    assert store.facts_of([ANOTHER]) == list(gather([alone]))
    assert beside not in store.facts("intercom", ["one"])[0].observations


def test_a_subject_whose_owner_is_taken_away_is_found_under_it_and_counted_without_one(place: Place) -> None:
    """Views of before need it under its owner; in whatever order it came, and until it has one again."""
    said_by = [said(START, "one"), said(START + DAY, NOBODY)]
    for name, order in (("forth", said_by), ("back", said_by[::-1])):
        store = place.open(f"nobody-{name}")
        for one in order:
            store.merge(batch_of(one))
        assert store.facts("intercom", ["one"]) == store.unattributed_facts("conversation") == list(gather(said_by))
        assert store.unattributed() == {"conversation": 1}
        assert store.owners_of(CONVERSATION) == frozenset({"one"})
        store.merge(batch_of(said(START + 2 * DAY, "other")))
        assert store.unattributed() == {}
        assert store.facts("intercom", ["one"]) == store.facts("intercom", ["other"])


def test_a_subject_that_was_only_ever_said_to_be_nobodys_is_counted(place: Place) -> None:
    """Empty is a word, too."""
    store = place.open("never")
    store.merge(batch_of(said(START, NOBODY)))
    assert store.unattributed() == {"conversation": 1}
    assert store.owners_of(CONVERSATION) == frozenset()


def test_the_subjects_of_a_source_are_listed_once_each(place: Place) -> None:
    """More than a page, whoever owned them, those of whole objects too; no other source's, nor what an item spilt."""
    store = place.open("subjects")
    many = {Subject("salesforce", "payment", f"{number:05d}") for number in range(place.many)}
    odd = {Subject("salesforce", "signal", "a/b"), Subject("salesforce", "payment", "*")}
    for owner in ("one", "two", None):
        store.merge(batch_of(*(said(START, owner, subject) for subject in many | odd)))
    store.merge(batch_of(said(START, "one"), said(START, "one", Subject("salesforce2", "payment", "x"))))
    listed = list(store.subjects("salesforce"))
    assert (set(listed), len(listed)) == (many | odd, len(many | odd))
    assert list(store.subjects("intercom")) == [CONVERSATION]
    assert list(store.subjects("looker")) == []


def test_facts_are_given_by_their_subjects(place: Place) -> None:
    """Whole, in order; of what is unknown there is none."""
    store = place.open("by-subject")
    sent = [said(START, "one"), said(START + DAY, None), said(START, None, ANOTHER), said(START, "one", OPPORTUNITY)]
    store.merge(batch_of(*sent))
    assert store.facts_of([ANOTHER, CONVERSATION]) == list(gather(sent[:3]))
    assert store.facts_of([OPPORTUNITY._replace(id="unheard")]) == store.facts_of([]) == []


def test_discarded_observations_are_gone_and_may_come_again(place: Place) -> None:
    """A compaction forgets what it names and nothing else; what was not there is no error."""
    store = place.open("discard")
    sent = [said(START + at, "one") for at in range(100)]
    store.merge(batch_of(*sent))
    store.discard(CONVERSATION, [*sent[5:], said(START + 500, None)])
    store.discard(ANOTHER, [said(START, "one", ANOTHER)])
    assert store.facts("intercom", ["one"]) == list(gather(sent[:5]))
    store.merge(batch_of(*sent[5:7]))
    assert store.facts("intercom", ["one"]) == list(gather(sent[:7]))


def test_feeds_before_an_instant_tell_of_it_what_all_of_them_tell(place: Place) -> None:
    """When each source was heard last, and since when it is covered: no more need be read."""
    store, examples = place.open("feeds-before"), count()
    moments = st.integers(0, 40).map(lambda step: START + step * 7 * HOUR // 2)
    sources = st.sampled_from(["intercom", "looker"])
    covered = st.builds(Covered, sources, moments)

    @settings(max_examples=place.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(covered | st.builds(Heard, sources, moments), max_size=20), moments)
    def holds(drawn: list[Covered | Heard], before: Instant) -> None:
        sources = f"source-{next(examples)}/"
        store.merge(batch_of(*(replace(one, source=sources + one.source) for one in drawn)))
        every, cut = store.feeds(), store.feeds(before)
        for source in (f"{sources}intercom", f"{sources}looker"):
            feed, some = every.get(source, Feed()), cut.get(source, Feed())
            assert (some.covered_since, last_heard(some, before)) == (feed.covered_since, last_heard(feed, before))
            assert len(some.heard) <= 48
            newest = store.feeds(LAST).get(source, Feed())
            assert newest.latest == feed.latest

    holds()
