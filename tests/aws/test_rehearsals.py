"""What the operations page has for a bad day is done as it stands there: redrive, restore beside, restore in place.

The page's commands are run by a shell. The emulator restores a table as it is now, whichever second is named: so it
is asked before the harm is done. It restores and deletes at once, so nothing is waited for.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handlers.clock import now
from handlers.demo.portfolio import Hotel, Quirk
from handlers.desk.audit import acts
from scoring.instants import DAY, format_instant
from scoring.record import Record
from tests.aws.shell import Shell, blocks, command, shell
from tests.aws.stack import LIVE
from tests.aws.story import Story
from tests.aws.world import World
from tests.messages import body

SOME = 60
ON_THE_PAGE = "0015f0000YtSBV8AQO"
DEAD = "## Dead events"


@pytest.fixture(name="hotel", scope="module")
def _hotel(story: Story) -> Hotel:
    """Choose an account that the stack knows something of; tell it some where no test before did."""
    if not story.told:
        story.tell(SOME)
    hotel = next(one for one in story.portfolio.hotels if one.quirk is Quirk.WORKED and one.customers)
    say(story, reading(hotel, logins=900))
    story.world.drain()
    return hotel


@pytest.fixture(name="page", scope="module")
def _page(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with shell(tmp_path_factory.mktemp("bin"), story.world.stack) as opened:
        yield opened


@pytest.fixture(name="beside", scope="module")
def _beside(page: Shell, hotel: Hotel) -> Iterator[str]:
    """Restore the tables into a prefix of their own, by the page; give what it prints of the account at the end."""
    *_, restore = blocks("## Rebuild facts from the sources")
    assert ON_THE_PAGE in restore
    yield page.run(restore.replace(ON_THE_PAGE, hotel.id))
    page.run('for t in facts registry scores accounts; do aws dynamodb delete-table --table-name "$P-then-$t"; done')


def test_what_died_for_want_of_a_store_is_sent_back_and_what_nobody_wants_is_dropped(
    story: Story, page: Shell, hotel: Hotel, tmp_path: Path
) -> None:
    """Its account's score follows, the queue of the dead is empty, and both are in the audit."""
    world, before = story.world, live(story, hotel)
    ahead = reading(hotel, logins=1, days=3)
    world.send([ahead])
    world.until(lambda: world.waiting("DeadEventQueue") == 1)
    with impatient(world), store_elsewhere(world):
        say(story, reading(hotel, logins=20))
        world.until(lambda: world.waiting("DeadEventQueue") == 2)
    listed = json.loads(page.run(command(DEAD, "dead-letters list")))["letters"]
    (failed,) = [one["id"] for one in listed if "failed each time" in one["reason"]]
    (saying,) = re.findall(r'--saying "(.+)"', command(DEAD, "--saying"))
    (early,) = [one["id"] for one in listed if saying in one["reason"]]
    page.run(command(DEAD, "dead-letters drop").replace(" ID ", f" {early[:8]} "))
    page.run(command(DEAD, "retry --all --place events"))
    world.drain()
    after = live(story, hotel)
    assert after.score.final_score != before.score.final_score
    assert after.score == story.score_of_a_replay(tmp_path, after)
    assert world.waiting("DeadEventQueue") == 0
    done = [(act.act, act.subject, act.reason) for act in acts(story.store)]
    assert ("dead letter dropped", f"dead letter {early}", "a test of the sender") in done
    assert ("dead letter retried", f"dead letter {failed}", "") in done


def test_tables_of_before_explain_an_account_as_it_was(page: Shell, hotel: Hotel, beside: str) -> None:
    """In a prefix of their own, while the stack goes on."""
    said = page.run(f"healthscore --store dynamodb://$P explain {hotel.id}")
    assert hotel.name in beside
    assert beside.endswith(said)


def test_a_damaged_table_gives_way_to_the_one_of_before_and_what_came_meanwhile_is_folded_afterwards(
    story: Story, page: Shell, hotel: Hotel, beside: str, tmp_path: Path
) -> None:
    """Step by step as the page says; nothing is lost, nothing of the harm is left, and the score is right."""
    assert beside
    (block,) = blocks("### Put a table back in place")
    at_first, pause, *replace, go_on = re.split(r"^# \d\. ", block, flags=re.MULTILINE)
    before = told(story)
    damage(story)
    page.run(f"{at_first}# {pause}")
    say(story, reading(hotel, logins=400))
    page.run(at_first + "".join(f"# {step}" for step in replace))
    assert story.world.waiting("EventQueue") == 1
    page.run(f"{at_first}# {go_on}")
    story.world.drain()
    changed = {subject for subject, item in told(story).items() if item != before.get(subject)}
    assert len(changed) == 1, changed
    assert before.keys() <= told(story).keys()
    after = live(story, hotel)
    assert after.score == story.score_of_a_replay(tmp_path, after)
    table = f"{story.world.stack.name}-facts"
    dynamodb = story.world.emulator.client("dynamodb")
    expires = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert (expires["TimeToLiveStatus"], expires["AttributeName"]) == ("ENABLED", "expires")
    assert story.world.take("DeadEventQueue") == []


def told(story: Story) -> dict[str, dict[str, Any]]:
    """Give what is known of each subject, as the table has it."""
    return {item["subject"]["S"]: item for item in story.world.scan("facts")}


def damage(story: Story) -> None:
    """Delete what is known of some subjects, and write over others what no program of ours writes."""
    dynamodb, table = story.world.emulator.client("dynamodb"), f"{story.world.stack.name}-facts"
    for number, item in enumerate(story.world.scan("facts")):
        key = {"subject": item["subject"]}
        if number % 2:
            dynamodb.delete_item(TableName=table, Key=key)
        else:
            dynamodb.put_item(TableName=table, Item=key | {"broken": {"S": "by hand"}})


def say(story: Story, message: bytes) -> None:
    """Send an event that is part of the story."""
    story.world.send([message])
    story.told.append(message)


def reading(hotel: Hotel, *, logins: int, days: int = 0) -> bytes:
    """Give a reading of an account's usage, of today or of so many days ahead."""
    at = format_instant(now() + days * DAY)
    (customer, *_) = hotel.customers
    values = {"staff_logins_30d": logins, "staff_logins_prev_30d": 1000, "active_staff": 140, "licensed_seats": 200}
    told = {"type": "looker.reading", "customer_id": customer, "date": at[:10], "pulled_at": at}
    return body(told | {"values": values})


def live(story: Story, hotel: Hotel) -> Record:
    """Give the record of an account's running month."""
    of_account = [record for record in story.store.records() if record.score.account_id == hotel.id]
    return max(of_account, key=lambda record: record.period)


@contextmanager
def store_elsewhere(world: World) -> Iterator[None]:
    """Release a fold that looks for tables that are not there; then go back to the release before, by the alias."""
    functions, name = world.emulator.client("lambda"), world.stack.function("fold")
    before = functions.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"]
    variables = world.stack.configuration("fold")["Environment"]["Variables"]
    world.stack.configure("fold", Environment={"Variables": variables | {"HEALTHSCORE_STORE": "dynamodb://nowhere"}})
    try:
        yield
    finally:
        functions.update_alias(FunctionName=name, Name=LIVE, FunctionVersion=before)
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


@contextmanager
def impatient(world: World) -> Iterator[None]:
    """Let an event be dead after two tries, a second apart: five and an hour on AWS."""
    sqs, url = world.emulator.client("sqs"), world.stack.outputs["EventQueue"]
    names = ["VisibilityTimeout", "RedrivePolicy"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    policy = json.loads(before["RedrivePolicy"]) | {"maxReceiveCount": 2}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(policy)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)
