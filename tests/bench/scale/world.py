"""The functions of the stack in this process, with a store and systems around them that count."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from time import process_time
from types import SimpleNamespace
from typing import Final

import pytest

from config.loader import load_config
from scoring.instants import Duration
from tests.bench.scale.counts import Count
from tests.bench.scale.past import PREFIX, Past
from tests.bench.scale.service import CountingDynamoDB
from tests.bench.scale.tables import AccountTable, FactTable, Portfolio, RegistryTable, ScoreTable
from tests.bench.scale.vendors import Around
from tests.engines import CREDENTIALS
from tests.fakes.dynamodb.values import Item
from tests.fakes.intercom import TOKEN, FakeIntercom
from tests.fakes.looker import CLIENT_ID as LOOKER_ID
from tests.fakes.looker import CLIENT_SECRET as LOOKER_SECRET
from tests.fakes.looker import FakeLooker
from tests.fakes.salesforce import CLIENT_ID, CLIENT_SECRET, FakeSalesforce

ORG, LOOKER, INTERCOM = "scale.my.salesforce.com", "scale.looker.com", "api.intercom.io"
_QUEUE: Final = "https://sqs.us-east-1.amazonaws.com/123456789012/"
ENVIRONMENT: Final = {
    **CREDENTIALS,
    "HEALTHSCORE_STORE": f"dynamodb://{PREFIX}",
    "EVENTS_QUEUE_URL": f"{_QUEUE}events",
    "RESCORES_QUEUE_URL": f"{_QUEUE}rescores",
    "DEAD_EVENTS_QUEUE_URL": f"{_QUEUE}dead-events",
    "DEAD_RESCORES_QUEUE_URL": f"{_QUEUE}dead-rescores",
    "RESCORE_DELAY_SECONDS": "60",
    "REPORTS_BUCKET": "scale-reports",
    "SALESFORCE_URL": f"https://{ORG}",
    "SALESFORCE_CLIENT_ID": CLIENT_ID,
    "SALESFORCE_CLIENT_SECRET": CLIENT_SECRET,
    "LOOKERSDK_BASE_URL": f"https://{LOOKER}",
    "LOOKERSDK_CLIENT_ID": LOOKER_ID,
    "LOOKERSDK_CLIENT_SECRET": LOOKER_SECRET,
    "INTERCOM_TOKEN": TOKEN,
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": PREFIX,
}


@dataclass(slots=True)
class World:
    """The store, the systems around it, and what was counted so far."""

    portfolio: Portfolio
    store: CountingDynamoDB
    org: FakeSalesforce
    looker: FakeLooker
    intercom: FakeIntercom
    around: Around = field(init=False)
    later: int = 0

    def __post_init__(self) -> None:
        """Put the systems into the place of the network."""
        hosts = {
            ORG: ("Salesforce", self.org),
            LOOKER: ("Looker", self.looker.server),
            INTERCOM: ("Intercom", self.intercom),
        }
        self.around = Around(self.store, hosts)

    def let_pass(self, microseconds: Duration) -> None:
        """Let all clocks of the stack be so much later from now on."""
        self.later += microseconds

    @contextmanager
    def counted(self) -> Iterator[Count]:
        """Count what is done meanwhile; the processor's time without that of the systems around."""
        made, charges = Count(), self.store.charges
        charges.take()
        self.around.take()
        begun = process_time()
        yield made
        made.seconds = process_time() - begun - self.around.take()
        taken = charges.take()
        made.calls.update({f"DynamoDB {name}": number for name, number in taken.calls.items()})
        made.calls.update(self.around.take_calls())
        made.calls["messages"] += self.around.take_sent().total()
        made.reads, made.writes = taken.reads, taken.writes


@contextmanager
def world(past: Past, size: int, *, has_own: bool = False, is_kept: bool = False) -> Iterator[World]:
    """Give a portfolio of a size, all of whose accounts are like the few of the past, and functions that know it."""
    portfolio, there = Portfolio(size, past.accounts, has_own=has_own), past.tables
    made = {name: table.description for name, table in there.items()}
    facts, registry, scores, accounts = (f"{PREFIX}-{name}" for name in ("facts", "registry", "scores", "accounts"))
    tables = {
        facts: FactTable(made[facts], there[facts]),
        registry: RegistryTable(made[registry], portfolio, there[registry], _is_kept),
        scores: ScoreTable(made[scores], portfolio, there[scores]),
        accounts: AccountTable(made[accounts], portfolio, there[accounts]),
    }
    if is_kept:
        tables = {name: table.copy() for name, table in there.items()}
    org, config = FakeSalesforce(polls=0, limit=10**9), load_config()
    org.url = f"https://{ORG}"
    org.declare_intake(config.intake)
    org.declare_record(config.record_map)
    looker, intercom = FakeLooker(), FakeIntercom(lambda: 0.0)
    intercom.limit = 10**9
    whole = World(portfolio, CountingDynamoDB(tables), org, looker, intercom)
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_ENDPOINT_URL_DYNAMODB", None)
    with (
        _set_later(whole),
        whole.around.answering(),
        open(os.devnull, "w") as nowhere,  # noqa: PTH123 - a device
        redirect_stdout(nowhere),
    ):
        yield whole


@contextmanager
def _set_later(whole: World) -> Iterator[None]:
    """Let the stack's clock be as much later as the world's is."""
    there = time.time_ns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.clock.time", SimpleNamespace(time_ns=lambda: there() + 1_000 * whole.later))
        yield


def _is_kept(item: Item) -> bool:
    """Keep what the functions read again: no summaries, of which there is one an account, and no claims of rescores."""
    return not item["pk"]["S"].startswith(("summary/", "claim/", "owner"))
