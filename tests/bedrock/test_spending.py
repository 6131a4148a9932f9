"""A day's cap: reserved before a question, settled after it, and never overspent, however many ask at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import replace
from uuid import uuid4

import pytest

from handlers.clients.bedrock.errors import ModelError
from handlers.clients.bedrock.spending import OwnSums, Reserved, Spending
from handlers.stores.dynamodb.checkpoints import Checkpoints
from handlers.stores.dynamodb.store import DynamoStore, open_tables
from handlers.stores.protocol import StoreError
from scoring.instants import DAY, SECOND, Instant
from tests.bedrock.stubs import NO_SIGNAL, NOW, TERMS, TEXT, by_schema, capped, now, said, stubbed
from tests.fakes.dynamodb.service import in_memory

ONE = 3 * ((100 + 1_000) * 1 + 600 * 5)
"""What is reserved for a question of 100 bytes: all tries, at the prices of the terms."""


class Broken:
    """A counter whose store is away."""

    def reserve(self, name: str, amount: int, most: int, until: Instant) -> bool:
        """Fail."""
        raise StoreError(f"DynamoDB: {name}, {amount}, {most}, {until}")

    def settle(self, name: str, difference: int) -> None:
        """Fail."""
        raise StoreError(f"DynamoDB: {name}, {difference}")


def spending(counter: OwnSums | Checkpoints, questions: float) -> Spending:
    """Give a day's money for so many questions at their dearest."""
    return Spending(counter, replace(TERMS, cap_a_day=questions * ONE / 1_000_000), 3, now)


def test_a_question_costs_what_its_tokens_cost() -> None:
    """At the prices of the terms; what was cached counts in full."""
    purse = OwnSums()
    money = spending(purse, 1)
    reserved = money.reserve(100)
    assert purse.sums == {"words-model/2026-03-04": ONE}
    response = said([])
    response["usage"] |= {"cacheReadInputTokens": 7, "cacheWriteInputTokens": 3}
    money.settle(reserved, response)
    assert purse.sums == {"words-model/2026-03-04": 910 + 40 * 5}


def test_a_question_that_was_sent_again_is_counted_as_often() -> None:
    """One that timed out may have cost money, too."""
    purse = OwnSums()
    money = spending(purse, 1)
    money.settle(money.reserve(100), said([], retries=2))
    assert sum(purse.sums.values()) == 3 * (900 + 40 * 5)


def test_without_money_for_the_dearest_answer_nobody_asks() -> None:
    """The cap is a day's: the next day has one of its own."""
    with stubbed(capped(0.01)) as model:
        with pytest.raises(ModelError) as failed:
            model.detector.read(TEXT)
        assert (failed.value.reason, failed.value.is_for_all, failed.value.is_passing) == ("capped", True, True)
        assert model.asked == []


def test_a_cap_that_is_reached_ends_the_day_s_questions() -> None:
    """What is left over is less than one more may cost."""
    with stubbed(capped(0.04), all_asked_for=False) as model:
        for _ in range(30):
            model.answers(by_schema(NO_SIGNAL))
        with pytest.raises(ModelError, match="capped"):
            all(model.detector.read(TEXT) for _ in range(30))
        assert model.spent == 1_100 * len(model.asked)
        assert 0 < len(model.asked) < 30


def test_what_cannot_be_counted_is_not_asked() -> None:
    """Without the store nobody knows what was spent."""
    with stubbed(counter=Broken()) as model:
        with pytest.raises(ModelError) as failed:
            model.detector.read(TEXT)
        assert (failed.value.reason, model.asked) == ("uncounted", [])


def test_what_cannot_be_settled_stays_reserved() -> None:
    """Too much is counted rather than too little."""
    money = Spending(Broken(), TERMS, 3, now)
    money.settle(Reserved("words-model/2026-03-04", ONE), said([]))
    money.release(Reserved("words-model/2026-03-04", ONE))


@pytest.fixture(params=["memory", "dynamodb_local"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoStore]:
    """Give a store in the tests' own DynamoDB, and in the one that AWS gives out."""
    if request.param == "dynamodb_local":
        request.getfixturevalue("dynamodb_url")
    else:
        monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    here = in_memory() if request.param == "memory" else nullcontext()
    with here, closing(open_tables(f"sums-{uuid4().hex[:8]}", now)) as given:
        yield given


def test_many_at_once_never_come_above_the_cap(store: DynamoStore) -> None:
    """Forty reserve at once what there is money for seven times: DynamoDB lets seven through."""
    money = spending(store.checkpoints, 7.5)

    def ask(_: int) -> Reserved | None:
        try:
            return money.reserve(100)
        except ModelError:
            return None

    with ThreadPoolExecutor(8) as pool:
        reserved = [one for one in pool.map(ask, range(40)) if one is not None]
    assert len(reserved) == 7
    money.release(reserved[0])
    assert money.reserve(100).amount == ONE
    with pytest.raises(ModelError, match="capped"):
        money.reserve(100)
    money.settle(reserved[1], said([]))
    assert money.reserve(100).amount == ONE


def test_the_sum_of_a_day_goes_by_itself(store: DynamoStore) -> None:
    """It is in no other's way, and DynamoDB removes it when it is old."""
    for name, amount, fits in (("a", 5, True), ("a", 6, False), ("b", 11, False), ("b", 10, True)):
        assert store.checkpoints.reserve(name, amount, 10, Instant(NOW + DAY)) is fits
    (item,) = store._registry.partition("sum/a")  # noqa: SLF001
    assert (item["sum"]["N"], item["expires"]["N"]) == ("5", str((NOW + DAY) // SECOND))
