"""Score lines that are read from a store that is far away: several accounts at once, with the same result."""

from handlers.jobs.records import Terms, record_of
from handlers.jobs.score_lines import LineTerms, stored_lines
from scoring.account import Account
from scoring.instants import HOUR, Instant
from scoring.periods import period_end, periods_to
from tests.models import the_model
from tests.scoring.accounts import AS_OF, known, reading
from tests.stores.places import Place

NOW = Instant(AS_OF + 6 * HOUR)
MODEL = the_model()
PERIODS = periods_to("2026-10", 13)


def test_records_that_are_read_at_once_give_the_same_lines(dynamodb_local_place: Place) -> None:
    """In the order of the accounts, those that left last."""
    store = dynamodb_local_place.open("lines")
    accounts = [Account(f"001AA000000000{number}AAA", {"looker": ("77",)}) for number in range(5)]
    for account in accounts:
        periods = [(period, period_end(period)) for period in PERIODS]
        facts = known(*(reading(end, messaging=50.0) for _, end in periods), account=account)
        store.put_records([record_of(facts, Terms(period, end, MODEL, "final", NOW)) for period, end in periods])
    one, many = (stored_lines(store, accounts[1:], LineTerms(MODEL, NOW), reads_at_once=n) for n in (1, 8))
    assert many == one
    assert list(many.lines) == [*(account.id for account in accounts[1:]), accounts[0].id]
    assert many.counts["as_shown"] + many.counts["written_later"] == 65
