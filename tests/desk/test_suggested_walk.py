"""A CSM's way: a customer's message is suggested, seen, accepted and caps the score at once; dismissed, it is quiet.

With an org of Salesforce, and without any CRM.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from config.loader import DEFAULT_DIRECTORY, Config
from config.words import WordsTerms
from handlers.clients.remote import Patience
from handlers.desk.local_scores import LocalScores
from handlers.desk.services import SuggestionPlace
from handlers.jobs.customer_words import customer_words
from handlers.jobs.fold import fold_lines
from handlers.jobs.suggestions import Suggesting
from handlers.settings import SalesforceSettings
from handlers.sinks.suggested_choice import suggestion_sink
from scoring.account import Account
from scoring.instants import DAY, HOUR, SECOND, Instant, format_instant
from scoring.record import Record
from tests.desk.places import NOW, Place
from tests.desk.test_account import text_of
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce
from tests.live.orgs import served
from tests.live.suggesting import LINKS
from tests.messages import body, company, conversation, notification

OBJECT = "Churn_Signal__c"
CANCELS = "We have decided to cancel our subscription at the end of this term."
BUDGET = "The CFO has cut our software budget by half for next year."
SCORED = Instant(NOW + HOUR)


@dataclass(frozen=True)
class Walk:
    """A desk that reads what customers write, an account of it, and the org, if there is one."""

    place: Place
    account: Account
    org: FakeSalesforce | None
    settings: SalesforceSettings | None

    @property
    def config(self) -> Config:
        """Give the config, with the switch on."""
        return self.place.desk.config

    def fold(self, number: int, text: str, at: Instant, *, reading: bool = True) -> None:
        """Take in a customer's answer, as Intercom's webhook brings it."""
        seconds = at // SECOND
        author = {"type": "user", "id": "c"}
        part = {"type": "conversation_part", "id": str(number), "part_type": "comment", "created_at": seconds,
                "body": f"<p>{text}</p>", "author": author, "redacted": False}  # fmt: skip
        parts = {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1}
        item = conversation(
            id=f"9{number}",
            created_at=seconds,
            updated_at=seconds,
            conversation_parts=parts,
            company=company() | {"company_id": self.account.owners["intercom"][0]},
        )
        event = notification("conversation.user.replied", item, created_at=seconds)
        words = customer_words(DEFAULT_DIRECTORY, self.config.words) if reading else None
        with self.place.store() as store:
            (tally,) = fold_lines([body(event)], "events", store, self.config.intake, Instant(at + HOUR), words)
        assert tally.dead_letters == []

    def suggest(self, now: Instant) -> list[str]:
        """Suggest what is due; gives the keys of what was written."""
        with self.place.store() as store:
            sink = suggestion_sink(self.settings, self.config, store, now, Patience())
            told = Suggesting(store, self.config, LINKS, now).suggest([self.account], sink)
        assert told.failed == {}
        return told.written

    def record(self) -> Record:
        """Score the account anew, and give its record."""
        rescores = self.place.desk.services.rescores
        assert rescores is not None
        rescores.rescore([self.account.id])
        with self.place.store() as store:
            record = store.record(self.account.id, "2026-11")
        assert record is not None
        return record

    def ids(self) -> dict[str, str]:
        """Give the ids of suggestions by their keys, where they are kept."""
        if self.org is None:
            return {key: key for key in ("intercom-1-cancellation", "intercom-2-budget")}
        return {str(row["Suggestion_Key__c"]): name for name, row in self.org.records[OBJECT].items()}

    def send(self, key: str, **form: str) -> str:
        """Answer a suggestion on the list, as the account's CSM."""
        fields = {"account": self.account.id, **form}
        return self.place.visitor("csm", name="Ana Duarte").send(f"/suggestions/{self.ids()[key]}", fields)


def shown(record: Record) -> str:
    """Give what people see of a score."""
    score = record.score
    return repr((score.final_score, score.quantitative_score, score.tier, score.low, score.high, score.cap))


def _walk(place: Place, org: FakeSalesforce | None) -> Walk:
    config = replace(place.desk.config, words=WordsTerms("rules"))
    settings = None if org is None else SalesforceSettings(org.url, CLIENT_ID, CLIENT_SECRET)
    answered = SuggestionPlace(lambda store, now: suggestion_sink(settings, config, store, now, Patience()), LINKS)
    scores = LocalScores(place.desk.open_store, config, lambda: SCORED)
    services = replace(place.desk.services, suggestions=answered, rescores=scores)
    made = replace(place, desk=replace(place.desk, config=config, services=services))
    account = next(one for one in made.desk.accounts() if {"intercom", "salesforce"} <= one.owners.keys())
    return Walk(made, account, org, settings)


@pytest.fixture(name="walk", params=["salesforce", "store alone"])
def _walks(
    request: pytest.FixtureRequest, own_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    if request.param == "store alone":
        yield _walk(own_place, None)
        return
    with served(FakeSalesforce(), tmp_path, monkeypatch) as org:
        org.declare_package(OBJECT)
        org.flows[OBJECT] = _decided
        org.now = format_instant(Instant(NOW - HOUR))
        yield _walk(own_place, org)


_decided: Callable[..., dict[str, object]] = lambda row: (  # noqa: E731 - as the package's flow
    {"Accepted_At__c": format_instant(NOW)} if row.get("Status__c") == "Active" else {}
)


def test_a_message_is_suggested_seen_accepted_and_caps_the_score(walk: Walk) -> None:
    """Before somebody accepts it score, tier and range are the same, and the record to the last byte."""
    walk.fold(1, CANCELS, Instant(NOW - 3 * HOUR), reading=False)
    unread = walk.record()
    walk.fold(1, CANCELS, Instant(NOW - 3 * HOUR))
    before = walk.record()
    assert shown(before) == shown(unread)
    assert walk.suggest(Instant(NOW - HOUR)) == ["intercom-1-cancellation"]
    assert walk.suggest(Instant(NOW - HOUR // 2)) == []
    assert repr(walk.record()) == repr(before)
    page = walk.place.visitor("csm").get("/suggestions")
    assert "decided to cancel our subscription" in page
    assert "1 suggested signal waits for an answer (1 cancellation)" in walk.place.visitor().get("/?view=morning")
    walk.send("intercom-1-cancellation", act="accept", severity="Critical", confidence="Confirmed")
    with walk.place.store() as store:
        after = store.record(walk.account.id, "2026-11")
    assert after is not None
    assert after.score.final_score is not None
    assert after.score.final_score <= 50
    later = walk.place.at(SCORED).visitor("csm")
    assert "No suggestion waits" in later.get("/suggestions?csm=all")
    assert "Critical \N{MIDDLE DOT} Confirmed \N{MIDDLE DOT} Active" in text_of(
        later.get(f"/accounts/{walk.account.id}?as=live")
    )
    if walk.org is not None:
        (row,) = walk.org.records[OBJECT].values()
        assert (row["Status__c"], row["Severity__c"], row["Confidence__c"]) == ("Active", "Critical", "Confirmed")
        assert row["Decided_For__c"] == "Ana Duarte"


def test_dismissed_with_a_reason_it_is_quiet(walk: Walk) -> None:
    """The same account and category are not suggested for 90 days, and nothing was capped."""
    walk.fold(2, BUDGET, Instant(NOW - 3 * HOUR))
    before = walk.record()
    assert walk.suggest(Instant(NOW - HOUR)) == ["intercom-2-budget"]
    walk.send("intercom-2-budget", act="dismiss", reason="Not a signal")
    assert walk.record().score == before.score
    walk.fold(3, BUDGET, Instant(NOW + 40 * DAY))
    assert walk.suggest(Instant(NOW + 41 * DAY)) == []
    walk.fold(4, CANCELS, Instant(NOW + 42 * DAY))
    assert walk.suggest(Instant(NOW + 43 * DAY)) == ["intercom-4-cancellation"]
