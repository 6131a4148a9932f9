"""Suggested signals at the desk: what waits, who may answer, and what an answer changes at once."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from config.desk import DeskTerms
from config.words import WordsTerms
from handlers.clients.remote import Patience
from handlers.desk.local_scores import LocalScores
from handlers.desk.services import SuggestionPlace
from handlers.jobs.learning import learn_daily
from handlers.jobs.samples import draw_last_month, sample_answers
from handlers.jobs.suggestions import Suggested, Suggesting
from handlers.sinks.suggested_choice import suggestion_sink
from handlers.stores.protocol import Batch
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant
from scoring.observations import Conversation, Finding, Message, Observation, Subject
from tests.desk.axe import assert_accessible
from tests.desk.browsing import CHROMIUM, PHONE, served, window
from tests.desk.places import NOW, Place, Visitor
from tests.desk.test_account import text_of
from tests.live.suggesting import LINKS

QUOTE = "we have decided not to renew for next year"
KEY = "intercom-9001-cancellation"
LATER = Instant(NOW + HOUR)


@pytest.fixture(name="reading")
def _reading(own_place: Place) -> Place:
    """Give the desk of the demo with messages read, and a suggestion of a cancellation that waits."""
    config = replace(own_place.desk.config, words=WordsTerms("rules"))
    answered = SuggestionPlace(lambda store, now: suggestion_sink(None, config, store, now, Patience()), LINKS)
    scores = LocalScores(own_place.desk.open_store, config, lambda: LATER)
    services = replace(own_place.desk.services, suggestions=answered, rescores=scores)
    made = replace(own_place, desk=replace(own_place.desk, config=config, services=services))
    write(made, "9001", "cancellation", QUOTE)
    assert suggest(made).written == [KEY]
    return made


def first(place: Place) -> Account:
    """Give an account of the demo with conversations of its own and without a cap."""
    return next(one for one in place.desk.accounts() if "intercom" in one.owners)


def write(place: Place, part: str, category: str, quote: str, at: Instant = Instant(NOW - HOUR)) -> None:  # noqa: B008
    """Let the customer write something in which a detector finds a signal; nothing, without a category."""
    found = (Finding(category, quote, f"en/{category}/test", "1"),) if category else ()
    subject, owner = Subject("intercom", "conversation", f"c{part}"), first(place).owners["intercom"][0]
    batch = Batch()
    batch.add(Observation(subject, at, Conversation(at, "open"), owner))
    batch.add(Observation(subject, at, Message(part, "en", 0.0, found, "1")))
    with place.store() as store:
        store.merge(batch)


def suggest(place: Place, now: Instant = Instant(NOW - HOUR // 2)) -> Suggested:  # noqa: B008
    """Suggest what is due."""
    with place.store() as store:
        sink = suggestion_sink(None, place.desk.config, store, now, Patience())
        return Suggesting(store, place.desk.config, LINKS, now).suggest(place.desk.accounts(), sink)


def answer(place: Place, visitor: Visitor, form: Mapping[str, str], expect: int = 303) -> str:
    """Send an answer from the list."""
    return visitor.send(f"/suggestions/{KEY}", {"account": first(place).id, **form}, expect=expect)


def final_score(place: Place) -> float | None:
    """Give the live score of the account, as the store has it."""
    with place.store() as store:
        record = store.record(first(place).id, "2026-11")
    return None if record is None else record.score.final_score


def test_what_waits_is_shown_with_its_words_and_its_conversation(reading: Place) -> None:
    """And what accepting it does to the score."""
    page = reading.visitor("csm").get("/suggestions")
    assert QUOTE in page
    assert "Wants to cancel or not to renew" in page
    assert 'href="https://app.intercom.com/a/inbox/w1/inbox/conversation/c9001"' in page
    assert "Confirmed: 50" in text_of(page)


def test_accepted_it_caps_the_score_at_once(reading: Place) -> None:
    """The severity and the confidence are those that the person chose; the audit has who did it."""
    visitor = reading.visitor("csm")
    chosen = {"act": "accept", "severity": "Critical", "confidence": "Confirmed"}
    assert answer(reading, visitor, chosen) == "/suggestions"
    score = final_score(reading)
    assert score is not None
    assert score <= 50
    later = reading.at(LATER).visitor()
    assert "No suggestion waits" in later.get("/suggestions")
    assert "suggestion accepted" in later.get("/audit")
    live = text_of(later.get(f"/accounts/{first(reading).id}?as=live"))
    assert "Critical · Confirmed · Active" in live


def test_dismissed_it_is_quiet(reading: Place) -> None:
    """The same account and category suggest nothing for 90 days, and nothing was capped."""
    answer(reading, reading.visitor("csm"), {"act": "dismiss", "reason": "Not a signal"})
    write(reading, "9002", "cancellation", QUOTE, Instant(NOW + 40 * DAY))
    assert suggest(reading, Instant(NOW + 41 * DAY)).due == []
    assert "No suggestion waits" in reading.at(LATER).visitor().get("/suggestions")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "accept", "severity": "Critical"}, "how sure you are"),
        ({"act": "accept", "severity": "Huge", "confidence": "Likely"}, "how severe it is"),
        ({"act": "dismiss"}, "Choose why"),
        ({"act": "dismiss", "reason": "No idea"}, "Choose why"),
        ({"reason": "Not a signal"}, "Choose why"),
    ],
)
def test_nothing_is_answered_without_a_choice(reading: Place, form: dict[str, str], said: str) -> None:
    """It still waits then."""
    visitor = reading.visitor("csm")
    assert said in answer(reading, visitor, form, 400)
    assert QUOTE in visitor.get("/suggestions")


def test_who_was_faster_decides(reading: Place) -> None:
    """The second one is told, and changes nothing."""
    answer(reading, reading.visitor("csm"), {"act": "dismiss", "reason": "Not a signal"})
    second = {"act": "accept", "severity": "Watch", "confidence": "Likely"}
    ben = reading.visitor("csm", name="Ben")
    assert "Somebody was faster: this signal is Dismissed already" in answer(reading, ben, second, 400)
    later = reading.at(LATER)
    told = answer(later, later.visitor("csm", name="Ben"), second, 400)
    assert "this signal is Dismissed already (Not a signal)" in told


def test_a_csm_sees_and_answers_their_own_alone(reading: Place) -> None:
    """Where the desk shows each CSM their own."""
    own = reading.with_terms(DeskTerms(visibility="own"))
    nobody = own.visitor("csm", name="Nobody", mail="nobody@example.com")
    assert QUOTE not in nobody.get("/suggestions")
    answer(own, nobody, {"act": "dismiss", "reason": "Other"}, 404)
    assert QUOTE in own.visitor("leader").get("/suggestions")


def test_the_page_of_the_account_has_the_same_two_forms(reading: Place) -> None:
    """Apart from signals that count, with the customer's words; an answer leads back there."""
    visitor, account = reading.visitor("csm"), first(reading)
    page = visitor.get(f"/accounts/{account.id}")
    assert QUOTE in page.partition("Suggested signals")[2]
    assert "Suggested signals" not in visitor.get(f"/accounts/{account.id}?period=2026-01&as=record")
    form = {"act": "accept", "severity": "Critical", "confidence": "Confirmed", "back": "account"}
    assert answer(reading, visitor, form) == f"/accounts/{account.id}?as=live#signals-title"
    after = reading.at(LATER).visitor("csm").get(f"/accounts/{account.id}?as=live")
    assert "Critical \N{MIDDLE DOT} Confirmed \N{MIDDLE DOT} Active" in text_of(after)
    assert "Suggested signals" not in after


def test_a_morning_says_how_many_wait(reading: Place) -> None:
    """Of the accounts that its list is of, with the way to them; nothing where none waits."""
    write(reading, "9003", "budget", "they cut our budget in half")
    suggest(reading)
    said = "2 suggested signals wait for an answer (1 cancellation)"
    assert f'<a href="/suggestions?csm=all">{said}</a>' in reading.visitor().get("/?view=morning")
    assert said not in reading.visitor().get("/?view=all")
    assert "for an answer" not in reading.visitor().get("/?view=morning&csm=Nobody+at+all")
    off = replace(reading, desk=replace(reading.desk, config=replace(reading.desk.config, words=WordsTerms())))
    assert "for an answer" not in off.visitor().get("/?view=morning")


def test_an_address_asks_for_a_category_and_for_a_csm(reading: Place) -> None:
    """An answer leads back to the same list."""
    write(reading, "9003", "budget", "they cut our budget in half")
    suggest(reading)
    visitor = reading.visitor()
    page = visitor.get("/suggestions?category=budget&csm=all")
    assert QUOTE not in page
    assert "they cut our budget in half" in page
    assert "No suggestion of these accounts waits" in visitor.get("/suggestions?csm=Nobody+at+all")
    form = {"act": "dismiss", "reason": "Known already", "category": "budget", "csm": "all"}
    assert answer(reading, visitor, form) == "/suggestions?category=budget&csm=all"


def test_a_desk_that_may_not_write_says_where_to_answer(reading: Place) -> None:
    """Nothing is lost by trying."""
    desk = replace(reading.desk, services=replace(reading.desk.services, suggestions=SuggestionPlace()))
    visitor = replace(reading, desk=desk).visitor("csm")
    said = answer(reading, visitor, {"act": "dismiss", "reason": "Other"}, 400)
    assert "in Salesforce" in said


def test_where_nothing_is_read_the_pages_say_so(place: Place) -> None:
    """And how to switch it on."""
    for page in ("/suggestions", "/suggestions/report"):
        assert "detector: off" in text_of(place.visitor().get(page))


def test_the_report_says_how_suggestions_were_answered(reading: Place) -> None:
    """By category, with limits; what nobody answered is no good news."""
    visitor = reading.visitor()
    assert "no answers yet" in text_of(visitor.get("/suggestions/report"))
    answer(reading, visitor, {"act": "dismiss", "reason": "Known already"})
    assert "1 of 1, 100" in text_of(reading.at(LATER).visitor().get("/suggestions/report"))


def test_samples_are_looked_at_and_counted(reading: Place) -> None:
    """Messages of last month without a finding; what was found in them says what is missed."""
    write(reading, "8001", "", "", Instant(NOW - 5 * DAY))
    write(reading, "8002", "", "", Instant(NOW - 6 * DAY))
    visitor = reading.visitor()
    assert "conversation/c8001" in visitor.get("/suggestions/report")
    send = {"part": "8001", "found": "budget"}
    assert visitor.send("/suggestions/samples/2026-10", send) == "/suggestions/report#samples"
    visitor.send("/suggestions/samples/2026-10", {"part": "8002", "found": "nothing"})
    assert "1 of 2" in text_of(visitor.get("/suggestions/report"))
    with reading.store() as store:
        assert [one.category for one in sample_answers(store, "2026-10")] in (["budget", None], [None, "budget"])
    visitor.send("/suggestions/samples/2026-10", {"part": "7", "found": "nothing"}, expect=404)
    visitor.send("/suggestions/samples/2026-10", {"part": "8001", "found": "sales"}, expect=400)
    visitor.send("/suggestions/samples/nonsense", {"part": "8001", "found": "nothing"}, expect=404)


def test_a_desk_that_may_not_read_all_shows_what_was_counted_last(reading: Place) -> None:
    """Numbers with the time, and the messages that were drawn then; before, that nothing was counted."""
    write(reading, "8001", "", "", Instant(NOW - 5 * DAY))
    services = replace(reading.desk.services, suggestions=SuggestionPlace(links=LINKS, counts=False))
    apart = replace(reading, desk=replace(reading.desk, services=services))
    page = apart.visitor().get("/suggestions/report")
    assert "Nothing was counted yet" in page
    assert "conversation/c8001" not in page
    config = apart.desk.config
    with apart.store() as store:
        learn_daily(store, config, NOW)
        draw_last_month(store, ["intercom"], config.words.samples_a_month, NOW)
    page = apart.visitor().get("/suggestions/report")
    assert "Counted on 2026-11-01 12:00 UTC" in page
    assert "conversation/c8001" in page


@pytest.mark.skipif(CHROMIUM is None, reason="no browser")
def test_on_a_phone_in_the_dark_it_can_be_read(reading: Place, browser: Browser) -> None:
    """Nothing scrolls sideways, and what an aid needs is there."""
    with served(reading) as address, window(browser, reading, address, size=PHONE, theme="dark") as seen:
        page = seen.open("/suggestions?csm=all")
        assert page.get_by_role("button", name="Accept: Wants to cancel or not to renew").count() == 1
        assert seen.is_within()
        assert_accessible(page)
        seen.assert_clean()
