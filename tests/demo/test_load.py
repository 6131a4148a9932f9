"""The load: as many readable lines as asked, in flat memory."""

import json
import tracemalloc
from collections import Counter
from itertools import islice

from config.loader import load_config
from handlers.demo import load_accounts, load_lines
from handlers.jobs.fold import read_message
from scoring.instants import parse_instant
from scoring.observations import Observation

NOW = parse_instant("2026-11-01")
LINES = list(load_lines(3, events=6_000, accounts=40))


def test_the_load_has_as_many_lines_as_asked_and_repeats_itself() -> None:
    """The same arguments give the same lines, another seed gives others."""
    assert len(LINES) == 6_000
    assert list(load_lines(3, events=6_000, accounts=40)) == LINES
    assert list(islice(load_lines(4, events=6_000, accounts=40), 500)) != LINES[:500]


def test_every_line_is_read_without_a_remark_and_belongs_to_the_accounts() -> None:
    """Nothing in the load is refused, dropped or unheard of."""
    intake = load_config().intake
    owners = {key for account in load_accounts(40) for keys in account.owners.values() for key in keys}
    for line in LINES:
        taken = read_message(line, intake, NOW)
        assert taken.remarks == []
        said = [statement.owner for statement in taken.statements if isinstance(statement, Observation)]
        assert owners.issuperset(owner for owner in said if owner is not None)


def test_the_load_looks_like_a_real_stream() -> None:
    """Four in five are webhooks of about 6 KB; three in a hundred come twice; near lines change places."""
    webhooks = [line for line in LINES if line.startswith(b'{"type":"notification_event"')]
    assert 0.7 < len(webhooks) / len(LINES) < 0.9
    assert 5_000 < sum(map(len, webhooks)) / len(webhooks) < 7_000
    repeats = sum(count - 1 for count in Counter(LINES).values()) / len(LINES)
    assert 0.02 < repeats < 0.04
    numbers = [json.loads(line)["data"]["item"]["created_at"] for line in webhooks]
    assert numbers != sorted(numbers)


def test_no_hole_of_a_template_stays_open() -> None:
    """Every id and instant of the templates was replaced."""
    for line in LINES:
        assert b"%(" not in line
        assert b"feedface" not in line
        assert b"key-of-the" not in line
        assert b"2026-08-03T09:41:07" not in line


def test_memory_does_not_grow_with_the_number_of_lines() -> None:
    """Four times the lines take no more memory."""
    peaks = []
    for events in (1_000, 4_000):
        tracemalloc.start()
        for _ in load_lines(1, events, accounts=20):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3
