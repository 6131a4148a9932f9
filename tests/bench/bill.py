"""What a month costs, counted from template.yaml: `python -m tests.bench.bill` prints the table of docs/scale.md."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.templates import resources, template

HOURS: Final = 720
OWN: Final = "healthscore"
TROUBLED_HOURS: Final = 24
"""In so many hours of a month each metric of trouble has a value: a bad day. On a good one none has."""

BYTES_OF_A_CALL: Final = 900
"""What Lambda itself logs of a call (START, END, REPORT with its trace): 450 bytes, assumed, taken twice."""

BYTES_SAID: Final = {"ingest": 700, "fold": 2_000, "rescore": 800}
"""What the functions say of one message, at most: held by tests/test_bill.py. CloudWatch adds 26 to each line."""

BYTES_OF_ACCESS: Final = 450

PRICES: Final = {
    "alarm": 0.10,
    "composite": 0.50,
    "metric": 0.30,
    "logs": 0.50,
    "logs kept": 0.03,
    "trace": 5e-6,
    "write": 0.625e-6,
    "read": 0.125e-6,
    "stored": 0.45,
    "sqs": 0.40e-6,
    "second": 0.0000133334,
    "call": 0.20e-6,
    "http": 1e-6,
    "event": 1e-6,
    "schedule": 1e-6,
    "transition": 25e-6,
}


@dataclass(frozen=True, slots=True)
class Month:
    """What a month of so many accounts needs, in the units of docs/scale.md."""

    accounts: int
    writes: float
    reads: float
    queue_calls: float
    seconds: float
    messages: float
    notifications: float
    scores: float
    events: float
    stored: float

    @property
    def calls(self) -> float:
        """Count calls of functions: each message on its own, which is more than there are."""
        return self.notifications + self.messages + self.scores + 4_400


SMALL = Month(200, 110e3, 0.5e6, 1.3e6, 16.4e3, 19e3, 5.8e3, 13.6e3, 1.4e3, 0.1)
LARGE = Month(20_000, 11e6, 50e6, 5.2e6, 153e3, 1.9e6, 580e3, 1.36e6, 140e3, 8.6)
TRACED_AT_MOST: Final = {200: 1.0, 20_000: 0.3}
"""X-Ray takes the first call of each second and 5 % of the others: of few calls all; of many three in ten, assumed."""

FREE: Final = {
    "alarms": 10 * 0.10,
    "metrics": 10 * 0.30,
    "logs": 5 * 0.50,
    "X-Ray": 100_000 * 5e-6,
    "SQS": 1e6 * 0.40e-6,
}
"""What AWS gives every account for nothing, each month and for ever; others of the account use it, too."""

USUAL: Final = frozenset(
    {"HasIntercom", "HasWebhook", "HasRelay", "HasLooker", "HasDesk", "HasAlarmEmail", "HasDashboard"}
)
EVERYTHING: Final = frozenset(template()["Conditions"])


def alarm_metrics(conditions: frozenset[str]) -> int:
    """Count what alarms are charged by: each metric that one listens to."""
    return sum(len(_listened(one)) for one in _there("AWS::CloudWatch::Alarm", conditions).values())


def own_metrics(conditions: frozenset[str]) -> int:
    """Count the metrics of our own that an alarm listens to: name and dimensions make one."""
    alarms = _there("AWS::CloudWatch::Alarm", conditions).values()
    return len({str(one) for alarm in alarms for one in _listened(alarm) if one["Namespace"] == OWN})


def bill(month: Month, conditions: frozenset[str] = USUAL) -> dict[str, float]:
    """Give the dollars of a month, by what they are for; nothing is taken off for what AWS gives for nothing."""
    said = sum(
        times * (BYTES_SAID[name] + BYTES_OF_A_CALL)
        for name, times in {"ingest": month.notifications, "fold": month.messages, "rescore": month.scores}.items()
    )
    said += month.notifications * BYTES_OF_ACCESS + 4_400 * 3_000
    composites = len(_there("AWS::CloudWatch::CompositeAlarm", conditions))
    return {
        "alarms": alarm_metrics(conditions) * PRICES["alarm"] + composites * PRICES["composite"],
        "metrics": own_metrics(conditions) * PRICES["metric"] * TROUBLED_HOURS / HOURS,
        "logs": said / 1e9 * (PRICES["logs"] + 3 * PRICES["logs kept"]),
        "X-Ray": month.calls * TRACED_AT_MOST[month.accounts] * PRICES["trace"],
        "DynamoDB": month.writes * PRICES["write"] + month.reads * PRICES["read"] + month.stored * PRICES["stored"],
        "SQS": month.queue_calls * PRICES["sqs"],
        "Lambda": month.seconds * PRICES["second"] + month.calls * PRICES["call"],
        "API Gateway": month.notifications * PRICES["http"],
        "EventBridge, schedules, states": month.events * PRICES["event"]
        + 4_400 * PRICES["schedule"]
        + 300 * PRICES["transition"],
    }


def with_free(dollars: Mapping[str, float]) -> dict[str, float]:
    """Take off what AWS gives for nothing."""
    return {name: max(amount - FREE.get(name, 0), 0) for name, amount in dollars.items()}


def _there(kind: str, conditions: frozenset[str]) -> dict[str, Any]:
    found = resources(kind)
    return {name: one for name, one in found.items() if one.get("Condition", next(iter(conditions))) in conditions}


def _listened(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    told = alarm["Properties"]
    if "Metrics" not in told:
        return [{name: told[name] for name in ("Namespace", "MetricName", "Dimensions")}]
    return [one["MetricStat"]["Metric"] for one in told["Metrics"] if "MetricStat" in one]


def table() -> str:
    """Write the bill as the page has it."""
    small, large = bill(SMALL), bill(LARGE)
    columns = (small, with_free(small), bill(SMALL, EVERYTHING), large)
    head = "| | 200 accounts | with the free tier | 200, every option on | 20,000 |\n|---|---|---|---|---|\n"
    rows = "".join(f"| {name} | {' | '.join(f'{one[name]:.2f}' for one in columns)} |\n" for name in small)
    return f"{head}{rows}| **in all** | {' | '.join(f'**{sum(one.values()):.2f}**' for one in columns)} |\n"


if __name__ == "__main__":
    sys.stdout.write(table())
