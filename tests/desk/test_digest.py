"""The digest tells each account once, and again when it is worse; what a channel did not take is told the next time."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.digest import DigestTerms
from handlers.clients.remote import Patience
from handlers.environment import SettingsError
from handlers.jobs.digest import Digest, News, digest_of
from handlers.jobs.digest_told import Delivered, deliver
from handlers.jobs.digest_waits import Waits
from handlers.jobs.portfolio import lines_of
from handlers.jobs.views import Entry, entries_of
from handlers.jobs.waiting import Waiting
from handlers.sinks.channels.choice import Channels
from handlers.sinks.channels.links import Links
from handlers.sinks.channels.slack import MOST_BLOCKS, MOST_HEADER, MOST_SECTION, slack_messages
from handlers.sinks.channels.teams import MOST_BYTES, teams_messages
from handlers.sinks.channels.webhook import kind_of
from handlers.words.digest import MOST_NAMED, Item, Letter, letter_of, text_of
from scoring.instants import DAY, Instant
from scoring.record import Moved
from scoring.suggestion_answers import Answer
from tests.calling import call
from tests.desk.places import NOW, Place
from tests.fakes.server import FakeServer, Fault, Request, Response, serving

WEBHOOK = "T0SECRET/B0SECRET/xyzzy"
DESK = "https://desk.example"


@dataclass
class Channel:
    """A channel's webhooks, all on one server; what was told stays in `messages`, by path."""

    server: FakeServer
    waits: list[float] = field(default_factory=list)

    @property
    def messages(self) -> list[tuple[str, Any]]:
        """Give what was sent, with the path."""
        return [(call.path, call.json()) for call in self.server.calls]

    def channels(self, terms: DigestTerms | None = None, **more: str) -> Channels:
        """Choose channels, all of them on the server."""
        environ = {"DIGEST_WEBHOOK": f"{self.server.url}/services/{WEBHOOK}", "DESK_ADDRESS": DESK, **more}
        return Channels(terms or DigestTerms("slack"), environ, Patience(0.0, wait=self.waits.append))


@contextmanager
def channel_of(folder: Path, patch: pytest.MonkeyPatch, answer: Response | None = None) -> Iterator[Channel]:
    """Serve a channel that answers as Slack does."""

    def serve(_request: Request) -> Response:
        return answer or Response(200, "ok")

    server = FakeServer(serve)
    with serving(server, folder) as certificate:
        patch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield Channel(server)


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """Give a channel."""
    with channel_of(tmp_path, monkeypatch) as made:
        yield made


def entries(place: Place, period: str = "2026-10", now: Instant | None = None) -> list[Entry]:
    """Give the entries of a month, as the page has them."""
    with place.store() as store:
        lines = lines_of(store, period, place.desk.config.model.currencies)
    return entries_of(lines, period, place.desk.terms, now or place.desk.clock())


def found(place: Place, period: str = "2026-10", now: Instant | None = None) -> Digest:
    """Find what is new."""
    at = now or place.desk.clock()
    with place.store() as store:
        return digest_of(store, entries(place, period, at), place.desk.config.model, place.desk.terms, at)


def told(place: Place, channels: Channels, period: str = "2026-10", now: Instant | None = None) -> Delivered:
    """Tell what is new."""
    digest = found(place, period, now)
    with place.store() as store:
        return deliver(store, digest, period, channels)


def ids(digest: Digest) -> list[str]:
    """List the accounts of a digest."""
    return [one.entry.line.summary.account_id for group in digest.groups for one in group.news]


def rescored(place: Place, account_id: str, tier: str, score: float, minutes: int) -> None:
    """Have an account scored live in November, with a tier and a score."""
    with place.store() as store:
        october = store.record(account_id, "2026-10")
        assert october is not None
        moved = Moved("2026-10", october.score.final_score, october.score.tier)
        made = replace(
            october,
            period="2026-11",
            status="provisional",
            scored_at=Instant(october.scored_at + minutes * 60_000_000),
            score=replace(
                october.score, final_score=score, tier=tier, as_of=Instant(october.score.as_of + minutes * 60_000_000)
            ),
            moved=moved,
        )
        assert store.put_records([made]) == []


def test_the_first_digest_is_the_morning_of_the_page_and_the_second_is_empty(
    own_place: Place, channel: Channel
) -> None:
    """By CSM, each account once; then nothing is new, and nothing is sent."""
    morning = [entry.line.summary for entry in entries(own_place) if "morning" in entry.views]
    first = found(own_place)
    assert sorted(ids(first)) == sorted(one.account_id for one in morning)
    for group in first.groups:
        assert {one.entry.line.summary.csm for one in group.news} == {group.csm}
    done = told(own_place, channel.channels())
    assert (done.accounts, done.failed) == (len(morning), {})
    assert done.messages == len(channel.messages) == len(first.groups) + bool(first.silences)
    assert found(own_place).is_empty
    assert told(own_place, channel.channels()).messages == 0
    assert len(channel.messages) == done.messages


def test_a_live_fall_is_told_once_and_again_when_it_is_worse(own_place: Place, channel: Channel) -> None:
    """A rescore that moves a tier is told the next morning, and no morning after; a recovery is noted in silence."""
    told(own_place, channel.channels())
    quiet = next(
        entry.line.summary
        for entry in entries(own_place)
        if entry.line.tier == "Champion" and not {"morning", "renewals"} & entry.views
    )
    steps = [
        ("Healthy", 80.0, True),
        ("Healthy", 80.0, False),
        ("Healthy", 78.0, False),
        ("At Risk", 65.0, True),
        ("At Risk", 64.0, False),
        ("At Risk", 59.9, True),  # five points more
        ("Champion", 95.0, False),  # better, in no morning: noted
        ("Healthy", 80.0, True),  # falls again
        ("Healthy", 80.0, False),
    ]
    for minute, (tier, score, is_told) in enumerate(steps, 1):
        rescored(own_place, quiet.account_id, tier, score, minute)
        before = len(channel.messages)
        told(own_place, channel.channels(), "2026-11")
        news = json.dumps(channel.messages[before:])
        assert (quiet.account_id in news) == is_told, (minute, tier, score)


def test_what_a_channel_does_not_take_is_told_the_next_time(own_place: Place, channel: Channel) -> None:
    """Nothing of it is noted; the error names the variable and the channel's word, and no secret."""
    everything = ids(found(own_place))
    channel.server.plan("/services", *[Fault("answer", Response(404, "no_service"))] * 2)
    done = told(own_place, channel.channels())
    assert done.failed == {
        "DIGEST_WEBHOOK": "DIGEST_WEBHOOK: the channel answered 404 (no_service): the webhook is gone: make a new one, "
        "and set the variable anew"
    }
    assert done.accounts == 0
    channel.server.faults.clear()
    assert ids(found(own_place)) == everything
    assert told(own_place, channel.channels()).accounts == len(everything)


def test_each_message_is_noted_as_soon_as_it_is_taken(own_place: Place, channel: Channel) -> None:
    """What fails later in the same run does not have the first told again."""
    first = found(own_place)
    fails_after = 1 + bool(first.silences)
    fine = [Fault("answer", Response(200, "ok"))] * fails_after
    channel.server.plan("/services", *fine, Fault("answer", Response(410, "channel_is_archived")))
    done = told(own_place, channel.channels())
    assert done.accounts == len(first.groups[0].news)
    rest = found(own_place)
    assert [group.csm for group in rest.groups] == [group.csm for group in first.groups[1:]]
    assert not rest.silences


def test_a_page_that_says_200_is_no_ok(own_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's page is not the channel's word: nothing is noted."""
    page = Response(200, f"<html>not found: {WEBHOOK}</html>")
    with channel_of(tmp_path / "..", monkeypatch, page) as channel:
        done = told(own_place, channel.channels())
    assert done.accounts == 0
    assert "xyzzy" not in str(done.failed)
    assert "answered 200: see whether" in str(done.failed)


def test_a_channel_that_asks_to_wait_is_waited_for(own_place: Place, channel: Channel) -> None:
    """429 with Retry-After, then the same message again."""
    channel.server.plan("/services", Fault("answer", Response(429, "rate_limited", {"Retry-After": "7"})))
    done = told(own_place, channel.channels())
    assert done.failed == {}
    assert channel.waits == [7.0]
    assert channel.messages[0] == channel.messages[1]


def test_a_csm_may_have_a_channel_of_their_own(own_place: Place, channel: Channel) -> None:
    """Their accounts are told there, and all others in the common one; without its address nothing is told at all."""
    first = found(own_place)
    groups = first.groups
    assert not first.silences
    own = next(group.csm for group in groups if group.csm is not None and group.csm.mail)
    terms = DigestTerms("slack", csms={str(own.mail).upper(): "DIGEST_WEBHOOK_OWN"})
    with pytest.raises(SettingsError, match="DIGEST_WEBHOOK_OWN is not set"):
        told(own_place, channel.channels(terms))
    assert channel.messages == []
    told(own_place, channel.channels(terms, DIGEST_WEBHOOK_OWN=f"{channel.server.url}/own"))
    in_own = [message for path, message in channel.messages if path == "/own"]
    assert len(in_own) == 1
    assert in_own[0]["text"].startswith(str(own.name))
    assert [path for path, _ in channel.messages].count(f"/services/{WEBHOOK}") == len(groups) - 1


def test_a_source_that_falls_silent_is_told_once(own_place: Place, channel: Channel) -> None:
    """A quiet morning may be one of which nothing was heard; a source that is heard again is noted in silence."""
    told(own_place, channel.channels())
    later = Instant(own_place.desk.clock() + 40 * DAY)
    digest = found(own_place, now=later)
    assert {one.source for one in digest.silences} == {"intercom", "looker", "salesforce"}
    assert {one.source: one.is_dead for one in digest.silences}["looker"]
    before = len(channel.messages)
    told(own_place, channel.channels(), now=later)
    assert "fell silent" in channel.messages[before][1]["text"]
    assert not found(own_place, now=later).silences


def test_a_message_links_to_the_desk_and_says_why(own_place: Place, channel: Channel) -> None:
    """Each account with its score, what moved it, what is at stake, and the reason it is told."""
    group = found(own_place).groups[0]
    told(own_place, channel.channels())
    summary = group.news[0].entry.line.summary
    text = json.dumps(channel.messages, ensure_ascii=False)
    assert f"<{DESK}/accounts/{summary.account_id}|" in text
    item = letter_of(group, "2026-10").items[0]
    assert item.lines[0].startswith(f"{summary.tier} {summary.final_score}")
    assert "ARR" in item.lines[2 if summary.moved and summary.moved.drivers else 1]


HOSTILE = st.text(st.sampled_from("<>&@!*_`|]()[\\ahttps://x.y\u202e\n"), min_size=1, max_size=60)
ITEMS = st.lists(st.builds(Item, st.just("001"), HOSTILE, st.tuples(HOSTILE, HOSTILE)), max_size=MOST_NAMED)


@settings(max_examples=40, deadline=None)
@given(ITEMS, st.integers(0, 9))
def test_messages_stay_within_the_limits_whatever_names_say(items: Sequence[Item], more: int) -> None:
    """Blocks, sections and headers of Slack, bytes of Teams; every account in one message, and no mark-up of names."""
    letter = Letter("x" * 400, "lead", items, more)
    parts = list(slack_messages(letter, Links(DESK)))
    assert [item for part, _ in parts for item in part.items] == list(items)
    assert [part.more for part, _ in parts] == [0] * (len(parts) - 1) + [more]
    for _, message in parts:
        assert len(message["blocks"]) <= MOST_BLOCKS
        assert len(message["blocks"][0]["text"]["text"]) <= MOST_HEADER
        assert sum(len(json.dumps(block)) for block in message["blocks"]) < 40_000
        for block in message["blocks"][1:]:
            text = block["text"]["text"]
            assert 1 <= len(text) <= MOST_SECTION
            assert block["text"]["verbatim"]
            assert text.count("<") == text.count(f"<{DESK}/")
    cards = list(teams_messages(letter, Links(DESK)))
    assert [item for part, _ in cards for item in part.items] == list(items)
    for _, message in cards:
        assert len(json.dumps(message).encode()) <= MOST_BYTES
        (attachment,) = message["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert {block["type"] for block in attachment["content"]["body"]} == {"RichTextBlock"}


def test_a_long_morning_is_counted_and_not_told_again(own_place: Place) -> None:
    """Of more accounts than a message names the rest is counted; the desk has them."""
    group = found(own_place).groups[0]
    news: list[News] = [group.news[0]] * (MOST_NAMED + 3)
    letter = letter_of(replace(group, news=news), "2026-10")
    assert (len(letter.items), letter.more) == (MOST_NAMED, 3)
    *_, (_, last) = slack_messages(letter, Links(DESK))
    assert (
        last["blocks"][-1]["text"]["text"]
        == f"And 3 more accounts in this morning. <{DESK}/?view=morning|Open the desk>"
    )


def test_suggestions_that_wait_are_told_when_one_is_new(own_place: Place, channel: Channel) -> None:
    """By CSM, with the way to them, once; beside news of accounts they are always counted."""
    account = next(one for one in own_place.desk.accounts() if "intercom" in one.owners)

    def waiting(*made: int) -> list[Waiting]:
        told = [Answer(str(at), "salesforce", f"intercom-{at}-cancellation", frozenset({"cancellation"}), "Suggested",
                       Instant(NOW + at), Instant(NOW + at)) for at in made]  # fmt: skip
        return [Waiting(account, one, None) for one in told]

    def tell(*made: int) -> list[str]:
        before = len(channel.messages)
        with own_place.store() as store:
            model, terms = own_place.desk.config.model, own_place.desk.terms
            digest = digest_of(store, entries(own_place), model, terms, NOW, waiting(*made))
            deliver(store, digest, "2026-10", channel.channels())
        return [json.dumps(message) for _, message in channel.messages[before:]]

    told(own_place, channel.channels())
    (first,) = tell(1, 2)
    assert f"<{DESK}/suggestions|2 suggested signals wait for an answer (2 cancellations)>" in first
    assert "suggested signals to answer" in first
    assert tell(1, 2) == tell(1) == []
    assert len(tell(2, 3)) == 1


def test_what_waits_stands_beside_the_news(own_place: Place) -> None:
    """In Slack, in Teams, on a terminal; in the first message alone."""
    group = replace(found(own_place).groups[0], waits=Waits(3, 1, {}, is_new=False))
    letter, said = letter_of(group, "2026-10"), "3 suggested signals wait for an answer (1 cancellation)"
    assert letter.waiting == said
    assert f"{said}." in text_of(letter)
    pages = [
        json.dumps(message) for _, message in slack_messages(replace(letter, items=[*letter.items] * 30), Links(DESK))
    ]
    assert [said in page for page in pages] == [True, *[False] * (len(pages) - 1)]
    ((_, card),) = teams_messages(replace(letter, items=letter.items[:1]), Links(DESK))
    assert f"{DESK}/suggestions" in json.dumps(card)
    assert f"{said}." in json.dumps([message for _, message in slack_messages(letter, Links(None))])


@pytest.mark.parametrize(
    ("address", "asked", "expected"),
    [
        ("https://hooks.slack.com/services/a", "auto", "slack"),
        ("https://prod-05.westeurope.logic.azure.com:443/workflows/a", "auto", "teams"),
        ("https://0a.environment.api.powerplatform.com:443/powerautomate/a", "auto", "teams"),
        ("https://relay.acme.example/x", "teams", "teams"),
        ("https://relay.acme.example/x", "auto", "say the kind in digest.yaml"),
        ("http://hooks.slack.com/services/a", "auto", "begins with https://"),
        ("https://acme.webhook.office.com/webhookb2/a", "teams", "retired"),
        ("https://hooks.slack.com.evil.example/services/a", "auto", "say the kind"),
        ("https://user@hooks.slack.com/a", "auto", "copy the webhook's address anew"),
    ],
)
def test_what_listens_is_told_by_the_address(address: str, asked: Any, expected: str) -> None:  # noqa: ANN401
    """And one that cannot be used is refused by the name of its variable, never by the address."""
    if expected in {"slack", "teams"}:
        assert kind_of("DIGEST_WEBHOOK", address, asked) == expected
        return
    with pytest.raises(SettingsError, match=expected) as caught:
        kind_of("DIGEST_WEBHOOK", address, asked)
    assert address not in str(caught.value)
    assert "DIGEST_WEBHOOK" in str(caught.value)


def test_the_command_tells_and_a_dry_run_changes_nothing(own_place: Place, channel: Channel, tmp_path: Path) -> None:
    """By cron on a laptop; a failure is exit 3, and no secret is on any stream."""
    store = tmp_path / "healthscore.db"
    words: tuple[str, ...] = ("--store", f"sqlite:///{store}", "digest")

    def state() -> str:
        return hashlib.sha256(store.read_bytes()).hexdigest()

    before = state()
    dry = call(*words, "--dry-run", folder=tmp_path)
    assert (dry.returncode, state()) == (0, before)
    assert all(one.encode() in dry.stdout for one in ids(found(own_place)))
    unset = call(*words, folder=tmp_path)
    assert unset.returncode == 1
    assert b"DIGEST_WEBHOOK is not set" in unset.stderr
    environment = {"DIGEST_WEBHOOK": f"{channel.server.url}/services/{WEBHOOK}"}
    wrong = call(*words, folder=tmp_path, environment=environment)
    assert b"say the kind" in wrong.stderr
    config = tmp_path / "config"
    _copy(config, "kind: auto", "kind: slack")
    words = ("--config", str(config), *words)
    channel.server.plan("/services", *[Fault("answer", Response(403, "action_prohibited"))] * 3)
    failed = call(*words, folder=tmp_path, environment=environment)
    assert failed.returncode == 3
    assert b"what was not taken is told the next time" in failed.stderr
    channel.server.faults.clear()
    done = call(*words, folder=tmp_path, environment=environment)
    assert done.returncode == 0
    assert b"told of " in done.stderr
    again = call(*words, folder=tmp_path, environment=environment)
    assert again.stderr == b"nothing is new: nothing was sent\n"
    streams = b"".join(one.stdout + one.stderr for one in (dry, unset, wrong, failed, done, again))
    assert b"xyzzy" not in streams
    assert channel.server.url.encode() not in streams


def _copy(folder: Path, old: str, new: str) -> None:
    from config.loader import DEFAULT_DIRECTORY  # noqa: PLC0415

    folder.mkdir()
    for file in DEFAULT_DIRECTORY.glob("*.yaml"):
        text = file.read_text()
        (folder / file.name).write_text(text.replace(old, new) if file.name == "digest.yaml" else text)
