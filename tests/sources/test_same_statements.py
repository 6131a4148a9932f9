"""What makes no difference: unknown fields, the order of keys and lists, how a number is written."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.jobs.fold import read_message
from handlers.sources.reading import UnreadableError
from handlers.stores.protocol import Batch
from tests.messages import body
from tests.sources.mutations import BASES
from tests.sources.taking import NOW, the_intake

NAMES = ("x_new", "Custom__c", "zz", "", "\u00e9\u2028", "__proto__", "newer_at", "X" * 500)
VALUES: tuple[object, ...] = (None, True, 0, -1.5, 10**30, "", "text", [], {}, [{"id": 1}], {"type": "conversation"})
EXACT = 2**53

seeds = st.integers(0, 2**32)


def told(message: object) -> Batch | str:
    """Read a message, and give its statements in no order, or the reason why it cannot be read."""
    batch = Batch()
    try:
        taken = read_message(body(message), the_intake(), NOW)
    except UnreadableError as error:
        return str(error)
    for statement in taken.statements:
        batch.add(statement)
    return batch


def grown(value: object, chance: Random) -> object:
    """Put unknown members into about every third object, at any depth; an owner's attributes are all known."""
    if isinstance(value, list):
        return [grown(member, chance) for member in value]
    if not isinstance(value, dict):
        return value
    members = {name: member if name == "attributes" else grown(member, chance) for name, member in value.items()}
    new = {name: chance.choice(VALUES) for name in chance.sample(NAMES, 3)} if chance.random() < 0.3 else {}
    return {**new, **members} if chance.random() < 0.5 else {**members, **new}


def shuffled(value: object, chance: Random) -> object:
    """Put the keys of every object in another order, and the members of every list."""
    if isinstance(value, list):
        return [shuffled(member, chance) for member in chance.sample(value, len(value))]
    if not isinstance(value, dict):
        return value
    return {name: shuffled(value[name], chance) for name in chance.sample(list(value), len(value))}


def rewritten(value: object) -> object:
    """Write each whole number as a float, and each whole float as an integer."""
    if isinstance(value, list):
        return [rewritten(member) for member in value]
    if isinstance(value, dict):
        return {name: rewritten(member) for name, member in value.items()}
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) >= EXACT:
        return value
    return float(value) if isinstance(value, int) else int(value) if value.is_integer() else value


@given(st.sampled_from(BASES), seeds)
def test_unknown_fields_change_no_statement(message: dict[str, object], seed: int) -> None:
    """Wherever they stand and whatever they hold."""
    assert told(grown(message, Random(seed))) == told(message)  # noqa: S311 - made-up data, no secrets


@given(st.sampled_from([base for base in BASES if base.get("type") != "owner.listed"]), seeds)
def test_the_order_of_keys_and_lists_changes_no_statement(message: dict[str, object], seed: int) -> None:
    """Tags, merged records, changed fields: what is a set is read as one."""
    assert told(shuffled(message, Random(seed))) == told(message)  # noqa: S311 - as above


NUMBERED = [message for message in BASES if json.dumps(rewritten(message)) != json.dumps(message)]


@pytest.mark.parametrize("message", NUMBERED, ids=[str(place) for place in range(len(NUMBERED))])
def test_how_a_number_is_written_changes_no_statement(message: dict[str, object]) -> None:
    """1 and 1.0 are one number, one id and one instant."""
    assert told(rewritten(message)) == told(message)
