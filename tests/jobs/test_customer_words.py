"""What customers wrote is read beside what an event tells: each part once, and nothing of the event hangs on it."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.loader import DEFAULT_DIRECTORY, load_config
from config.words import WordsTerms
from handlers.cloud.deliveries import Fold
from handlers.cloud.queue import Delivery
from handlers.detection.detected import Detected, Detector, Hit
from handlers.detection.redaction import redacted_quote
from handlers.detection.sentiment import sentiment
from handlers.jobs.customer_words import CustomerWords, WhenNeeded, customer_words
from handlers.jobs.fold import WordsReader, fold_lines, read_message
from handlers.sources.reading import Taken, UnreadableError
from handlers.stores.sqlite.store import SqliteStore
from scoring.instants import DAY
from scoring.observations import Finding, Message, Observation, Subject
from scoring.statements import Statement
from tests.detection.engine import usual_detector
from tests.messages import CREATED, UPDATED, body, conversation, notification, reread
from tests.messages import Message as Json
from tests.shipped_words import shipped_words
from tests.sources.mutations import spoiled_bytes, spoiled_trees
from tests.sources.taking import NOW, event, event_names, the_intake, unix
from tests.tickets import ORGANIZATION, READ, metrics, ticket

CUSTOMER = {"type": "lead", "id": "696205460674dbb9050aa7fd"}
LEAVES = "We cancel in March, says Ana Schmidt (ana@hotel.example, +49 30 1234567)."


@dataclass
class Finder:
    """A detector that finds one word, and speaks English alone; it keeps what it was given."""

    version: str = "v1"
    broken: bool = False
    seen: list[str] = field(default_factory=list)

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Find `cancel`, or fail with the text in the error."""
        self.seen.append(text)
        if self.broken:
            raise KeyError(text)
        if "Kündigung" in text:
            return Detected(language)
        return Detected("en", (Hit("cancellation", text, "en/leaves"),) if "cancel" in text else ())


def reader(detector: Detector | None = None) -> CustomerWords:
    """Make a reader with a detector of the tests."""
    return CustomerWords(detector or Finder(), redacted_quote, sentiment)


def take(message: object, words: WordsReader | None) -> Taken:
    """Read one message."""
    return read_message(body(message), the_intake(), NOW, words=words)


def said(message: object, words: WordsReader) -> list[Observation]:
    """Give what a message says of what customers wrote."""
    return [one for one in take(message, words).statements if _is_message(one)]  # type: ignore[misc]


def _is_message(statement: Statement) -> bool:
    return isinstance(statement, Observation) and isinstance(statement.content, Message)


def part(text: str | None, number: int = 7, **members: object) -> Json:
    """Give an answer of a customer."""
    told = {"type": "conversation_part", "id": str(number), "part_type": "comment", "body": text}
    return {**told, "created_at": UPDATED + number, "author": CUSTOMER, "redacted": False, **members}


def talk(*parts: Json, **members: object) -> Json:
    """Give a conversation with parts."""
    return conversation(conversation_parts={"conversation_parts": list(parts), "total_count": len(parts)}, **members)


def replied(*parts: Json) -> Json:
    """Give the webhook of an answer."""
    return notification("conversation.user.replied", talk(*parts))


def test_a_message_is_kept_without_its_text() -> None:
    """Under its conversation, at its instant, with the redacted quote, language, feeling and versions."""
    (one,) = said(replied(part(f"<p>{LEAVES}</p>")), reader())
    assert (one.subject, one.at, one.owner) == (
        Subject("intercom", "conversation", "215472621202693"),
        unix(UPDATED + 7),
        None,
    )
    assert isinstance(one.content, Message)
    assert (one.content.part, one.content.language, one.content.version) == ("7", "en", "v1")
    assert one.content.sentiment == sentiment(LEAVES, "en")
    (found,) = one.content.findings
    assert found == Finding("cancellation", redacted_quote(LEAVES, LEAVES), "en/leaves", "v1")
    assert not [word for word in ("Schmidt", "ana@hotel", "1234567") if word in repr(one)]


def test_the_text_is_beside_the_event_in_memory_alone() -> None:
    """A language model may read it after the event is folded; what is shown of it bears no word."""
    (read,) = take(replied(part(LEAVES)), reader()).parts
    assert (read.text, read.message.part) == (LEAVES, "7")
    assert "cancel in March" not in repr(read).replace(str(read.message), "")


def test_quoted_mail_reaches_the_detector_as_quoted() -> None:
    """It sees the whole of the text, and takes nothing of what others wrote."""
    finder = Finder()
    said(replied(part('<p>No.</p><div class="gmail_quote"><p>Do you cancel?</p></div>')), reader(finder))
    assert finder.seen == ["No.\n\n> Do you cancel?"]


@pytest.mark.parametrize("text", ["> Do you cancel?", "<blockquote>cancel</blockquote>", "<p></p>", "-- \nAna"])
def test_what_holds_no_word_of_the_customers_is_no_message(text: str) -> None:
    """A quote, an empty paragraph."""
    assert said(replied(part(text)), reader()) == [] or text.startswith("--")


def test_the_same_part_says_the_same_in_a_webhook_and_when_it_is_read_again() -> None:
    """A webhook may give plain text where REST gives HTML: same id, instant, words, so the same bytes."""
    first = conversation()["source"] | {"body": "<p>We cancel.</p>"}
    begun = notification("conversation.user.created", talk(source=first | {"body": "We cancel."}))
    answers = [
        replied(part("Yes, we\ncancel & leave.", 8)),
        notification("conversation.admin.closed", talk(source=first)),
    ]
    again = reread(talk(part("<p>Yes, we<br>cancel &amp; leave.</p>", 8), source=first))
    webhooks = {one for message in (begun, *answers) for one in said(message, reader())}
    assert webhooks == set(said(again, reader()))
    assert {one.at for one in webhooks} == {unix(CREATED), unix(UPDATED + 8)}


def test_a_part_that_only_repeats_the_first_message_is_none() -> None:
    """The event of a new conversation may bear it twice."""
    (one,) = said(event("intercom_conversation_user_created"), reader())
    assert isinstance(one.content, Message)
    assert one.content.part == "3381828792"
    twice = talk(part("hello", created_at=UPDATED))
    assert len(said(reread(twice), reader())) == 2, "the same words a while later are another message"


def test_a_redacted_part_says_that_it_is() -> None:
    """What was found in it before says nothing any more."""
    message = notification("conversation_part.redacted", talk(part(None, redacted=True)))
    (one,) = said(message, reader(Finder(broken=True)))
    assert one.content == Message("7", redacted=True)


def test_a_detector_that_fails_changes_nothing_of_the_event() -> None:
    """It is remarked by the place of the error, and no word of the text."""
    message = replied(part(LEAVES), part(LEAVES, 8))
    taken, without = take(message, reader(Finder(broken=True))), take(message, None)
    assert taken.statements == without.statements
    (remark,) = set(taken.remarks) - set(without.remarks)
    assert remark.startswith("words:failed=KeyError at handlers/jobs/customer_words.py:")
    assert taken.remarks.count(remark) == 2
    assert "cancel" not in str(taken.remarks)


def test_a_message_whose_sentiment_fails_keeps_its_findings() -> None:
    """It has none then, and the failure is remarked without a word of the text."""

    def failing(text: str, _language: str | None) -> float | None:
        raise LookupError(text)

    taken = take(replied(part(LEAVES)), CustomerWords(Finder(), redacted_quote, failing))
    (message,) = [one.content for one in taken.statements if _is_message(one)]  # type: ignore[union-attr]
    assert isinstance(message, Message)
    assert (len(message.findings), message.sentiment) == (1, None)
    assert [remark for remark in taken.remarks if "LookupError" in remark and "cancel" not in remark]


def test_one_part_that_fails_does_not_take_the_others() -> None:
    """Each part is read alone."""

    class Picky(Finder):
        def detect(self, text: str, language: str | None = None) -> Detected:
            if text == "bad":
                raise ValueError(text)
            return super().detect(text, language)

    found = said(replied(part("bad", 1), part("good", 2)), reader(Picky()))
    assert [one.content.part for one in found if isinstance(one.content, Message)] == ["2"]


def test_an_unknown_language_is_counted() -> None:
    """It is kept that somebody wrote; what it says is not guessed."""
    taken = take(replied(part("Kündigung")), reader())
    assert taken.remarks.count("words:language_unknown") == 1
    assert [one.content for one in taken.statements if _is_message(one)] == [Message("7", version="v1")]  # type: ignore[union-attr]


def test_a_part_that_lies_ahead_is_dropped_and_not_its_event() -> None:
    """Without words on nobody reads its instant, so the event is good."""
    late = part(LEAVES, created_at=(NOW + 2 * DAY) // 1_000_000)
    taken = take(replied(late), reader())
    assert not any(map(_is_message, taken.statements))
    assert "dropped:created_at" in taken.remarks
    assert taken.statements == take(replied(late), None).statements


@pytest.mark.parametrize("name", event_names())
def test_an_event_tells_the_same_with_words_on(name: str) -> None:
    """Its own statements, remarks and topic; what customers wrote comes beside them."""
    message = event(name)
    on, off = take(message, reader()), take(message, None)
    assert [one for one in on.statements if not _is_message(one)] == off.statements
    assert off.parts == []
    assert on.topic == off.topic
    assert [one for one in on.remarks if not one.startswith("words:")] == off.remarks


def told(line: bytes, words: WordsReader | None) -> object:
    """Give what a line tells but for what customers wrote, or why it cannot be read."""
    try:
        taken = read_message(line, the_intake(), NOW, words=words)
    except UnreadableError as error:
        return str(error).partition(":")[0]
    return [one for one in taken.statements if not _is_message(one)]


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled_trees() | spoiled_bytes())
def test_a_spoiled_message_tells_the_same_with_words_on(line: bytes) -> None:
    """Also one whose members are none of what they should be; an event is not dead for what a customer wrote."""
    assert told(line, reader()) == told(line, None)


def test_an_event_is_good_though_the_text_in_it_is_none() -> None:
    """Bytes of no character end the reading of what the customer wrote, and not that of its event."""
    line = body(replied(part("MARK"))).replace(b"MARK", b"\xff")
    taken = read_message(line, the_intake(), NOW, words=reader())
    assert taken.statements == take(replied(part("x")), None).statements
    assert taken.remarks == ["words:failed=not JSON"]


TEXTS = ["We cancel.", "<p>All fine</p>", "> cancel?\nNo.", "Kündigung", "<p>cancel</p><blockquote>cancel</blockquote>"]


def stream() -> list[bytes]:
    """Give webhooks of a conversation, and the conversation read again, as lines."""
    parts = [part(text, number) for number, text in enumerate(TEXTS)]
    others = [part("Do you cancel?", 20, author={"type": "admin", "id": "1"}), part("cancel", 21, part_type="note")]
    redacted = notification("conversation_part.redacted", talk(part(None, 1, redacted=True)))
    webhooks = [replied(one) for one in (*parts, *others)]
    return [body(one) for one in (*webhooks, redacted, reread(talk(*parts[:3], *others)), reread(talk(*parts)))]


def kept(lines: Sequence[bytes], folder: Path) -> list[Observation]:
    """Fold lines, and give all messages that are kept of the conversation."""
    with closing(SqliteStore(folder / f"{len(list(folder.iterdir()))}.db", durable=False)) as store:
        for _ in fold_lines(lines, "file", store, the_intake(), NOW, reader()):
            pass
        (fact,) = store.facts_of([Subject("intercom", "conversation", "215472621202693")])
    return sorted((one for one in fact.observations if _is_message(one)), key=repr)


def test_shuffled_and_doubled_events_keep_the_same_messages(tmp_path: Path) -> None:
    """Each part once, whatever order the events came in, and however often."""
    lines = stream()
    once = kept(lines, tmp_path)
    assert {one.content.part for one in once if isinstance(one.content, Message)} == {*"01234", "3381828792"}
    for seed in range(3):
        chance = Random(seed)  # noqa: S311 - made-up data, no secrets
        assert kept(chance.sample(lines * 2, 2 * len(lines)), tmp_path) == once


@settings(max_examples=40)
@given(text=st.text(st.sampled_from("<>&;p/-> \nab#9'\"="), max_size=60), redacted=st.booleans())
def test_any_body_is_read_or_left_and_nothing_raises(text: str, *, redacted: bool) -> None:
    """And every observation has the instant of its part."""
    taken = take(replied(part(text, redacted=redacted)), reader())
    assert all(one.at == unix(UPDATED + 7) for one in taken.statements if _is_message(one))  # type: ignore[union-attr]
    assert not any(remark.startswith("words:failed") for remark in taken.remarks)


def test_the_reader_of_the_figures_finds_what_the_rules_find() -> None:
    """By the phrases that ship, with redaction and feelings."""
    reader_of_figures = customer_words(DEFAULT_DIRECTORY, WordsTerms("rules"))
    (one,) = said(replied(part("<p>Hello,</p><p>we would like to cancel our subscription.</p>")), reader_of_figures)
    assert isinstance(one.content, Message)
    assert [found.category for found in one.content.findings] == ["cancellation"]
    assert one.content.language == "en"


def test_a_detector_is_made_once_when_it_is_needed() -> None:
    """It says what the detector says that it makes."""
    made: list[Detector] = []

    def make() -> Detector:
        made.append(usual_detector())
        return made[-1]

    later = WhenNeeded(make)
    assert made == []
    text = "We will not be renewing in March."
    assert (later.detect(text), later.version) == (usual_detector().detect(text), usual_detector().version)
    assert len(made) == 1


def test_a_comment_alone_touches_the_account_of_its_ticket(tmp_path: Path) -> None:
    """An event of Zendesk says nothing of the ticket, and its message asks for a score all the same; once a batch."""
    comment = {"id": "77", "body": "We cancel.", "is_public": True, "author": {"id": "9", "is_staff": False}}
    added = event("zendesk_ticket_comment_added") | {"event": {"comment": comment}}
    owner = ("zendesk", str(ORGANIZATION))
    with closing(SqliteStore(tmp_path / "store.db", durable=False)) as store:
        fold = Fold(store, lambda asked: {owner: "A"} if owner in asked else {}, the_intake(), reader())
        first = fold.fold(
            [delivery({"type": "zendesk.ticket", "read_at": READ, "ticket": ticket(), "metrics": metrics()})], NOW
        )
        later = fold.fold([delivery(added)], NOW)
    assert first.touched.keys() == later.touched.keys() == {"A"}
    assert [one.message.part for one in later.parts] == ["77"]


def delivery(message: Json) -> Delivery:
    """Deliver a message by a queue, for the first time."""
    return Delivery("m0", body(message).decode(), {}, sent_at=0, receives=1)


OTHERS_WORDS = [
    "<p>All good, thank you.</p><blockquote><p>{}</p></blockquote>",
    '<div>All good.</div><div class="gmail_quote"><div>On 3 May 2026, Ana wrote:<br></div>{}</div>',
    "All good.\n\nOn Sun, 3 May 2026 at 10:12, Ana from Support\n<ana@help.example> wrote:\n\n{}",
    "> {}\nAll good, thank you.",
    "<p>All good.</p><p>From: Ana<br>Sent: Sunday, 3 May 2026<br>To: Us<br>Subject: Plans</p><p>{}</p>",
    "All good.\n\n-----Original Message-----\n{}",
    "All good.\n\nBegin forwarded message:\n\n{}",
]


@pytest.mark.parametrize("form", OTHERS_WORDS)
def test_what_another_wrote_is_never_found_by_the_rules(form: str) -> None:
    """Quoted and forwarded; the same sentence by itself is found."""
    leaves = "We would like to cancel our subscription."
    quoted, own = said(replied(part(form.format(leaves)), part(leaves, 8)), shipped_words())
    assert isinstance(quoted.content, Message)
    assert isinstance(own.content, Message)
    assert quoted.content.findings == ()
    assert [found.category for found in own.content.findings] == ["cancellation"]


def test_what_agents_bots_and_notes_say_is_never_read() -> None:
    """Whatever it says."""
    leaves = "We would like to cancel our subscription."
    authors = ({"type": "admin", "id": "1"}, {"type": "bot", "id": "2"}, {"type": "team", "id": "3"})
    parts = [part(leaves, number, author=author) for number, author in enumerate(authors)]
    finder = Finder()
    assert said(replied(*parts, part(leaves, 9, part_type="note")), reader(finder)) == []
    assert finder.seen == []


def test_the_switch_is_off_as_it_ships() -> None:
    """Nothing that customers write is read unless somebody says so."""
    assert not load_config().words.on
