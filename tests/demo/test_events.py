"""The payloads in `events/`: each is taken in, or refused by name."""

import json
from pathlib import Path

import pytest

from config.loader import load_config
from handlers.jobs.fold import read_message
from handlers.sources.reading import UnreadableError
from scoring.instants import parse_instant

FILES = sorted((Path(__file__).parents[2] / "events").glob("*.json"))
NOW = parse_instant("2026-11-01")
REFUSED = {"appflow_opportunity_update": "AppFlow", "own_rescore": "type"}
SAY_NOTHING = frozenset(
    "zendesk_organization_deleted zendesk_ticket_comment_added zendesk_ticket_organization_changed "
    "zendesk_ticket_status_changed".split()
)
"""A ticket that was touched is told by the sweep, with its metrics; the event alone would wipe what was known."""
UNHEARD_OF = {"salesforce_contact_update": ["unknown:object=Contact"]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_event_is_taken_in_or_refused_by_name(file: Path) -> None:
    """Nothing in the folder is misunderstood."""
    body = json.dumps(json.loads(file.read_text())).encode()
    intake = load_config().intake
    if file.stem in REFUSED:
        with pytest.raises(UnreadableError, match=REFUSED[file.stem]):
            read_message(body, intake, NOW)
        return
    taken = read_message(body, intake, NOW)
    assert bool(taken.statements) == (file.stem not in SAY_NOTHING)
    assert taken.remarks == UNHEARD_OF.get(file.stem, [])


def test_names_say_who_sends_what() -> None:
    """The first word is the sender; a webhook's name ends in its topic, at times with what is special."""
    assert len(FILES) > 70
    for file in FILES:
        sender, _, what = file.stem.partition("_")
        assert sender in {"intercom", "salesforce", "zendesk", "appflow", "own"}
        topic = json.loads(file.read_text()).get("topic")
        assert topic is None or what.startswith(topic.replace(".", "_"))
