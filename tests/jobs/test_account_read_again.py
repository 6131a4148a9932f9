"""An account that a flow of ours saved is swept again: its stamp has moved, and its score has not."""

from handlers.jobs.records import AccountReader, Terms, record_of
from scoring.instants import DAY
from tests.jobs.test_fold import GOOD, PORTFOLIO, fold, store
from tests.messages import Message, body, change, record
from tests.models import the_model
from tests.sources.taking import NOW

SAID = {"Name": "Acme", "ARR__c": 477_000, "Success_Tier__c": "Paid"}
OURS = {"Health_Quantitative_Score__c": 82.5, "Health_Score_As_Of__c": "2026-06-01T00:00:00.000+0000"}


def again(stamp: str, **more: object) -> Message:
    """Give the account as the sweep reads it at a stamp."""
    return record("Account", **SAID, **more, SystemModstamp=stamp) | {"read_at": stamp}


def test_what_is_read_again_unchanged_gives_the_same_score() -> None:
    """The sweep after a save of our fields alone, and after an event that lost its content: nothing to write."""
    close = Terms("2026-05", NOW + DAY, the_model(), "provisional", NOW)
    with store() as kept:
        fold([*GOOD, body(again("2026-05-08T06:00:00Z"))], kept)
        before = record_of(AccountReader(kept).read(PORTFOLIO), close)
        fold([body(again("2026-05-08T09:00:00Z", **OURS))], kept)
        assert record_of(AccountReader(kept).read(PORTFOLIO), close).score == before.score
        fold([body(change("Account", "GAP_UPDATE")), body(again("2026-05-08T09:30:00Z", **OURS))], kept)
        assert record_of(AccountReader(kept).read(PORTFOLIO), close).score == before.score
        assert before.score.coverage_pct > 0
