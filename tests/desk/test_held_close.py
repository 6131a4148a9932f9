"""A held close let through at the desk: as the command line would, by each guard's name, and with a reason."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from handlers.desk.audit import acts
from handlers.desk.quality.closes import Asked
from handlers.desk.services import Services
from handlers.desk.visit import Refused
from handlers.jobs.closes import Note, deeds, note, noted
from handlers.jobs.guards import Guard, Held
from handlers.jobs.kept import keep
from handlers.stores.accounts import Edit
from handlers.stores.protocol import StoreError
from scoring.instants import Instant
from tests.calling import call
from tests.desk.axe import assert_accessible
from tests.desk.browsing import PHONE, served, window
from tests.desk.places import NOW, Place

QUALITY = "/quality"
PERIOD = "2026-10"
ASKED_OF = f"desk/quality/closes/{PERIOD}"
REASON = "The model was changed on purpose; CS agreed."
HELD = (Held("fewer_scored", "3 accounts have a score"), Held("tier_changes", "9 of 10 <b>accounts</b>"))
BOTH = [("guard", "fewer_scored"), ("guard", "tier_changes")]


@pytest.fixture(autouse=True)
def _no_crm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SALESFORCE_URL", "HUBSPOT_ACCESS_TOKEN", "LOOKERSDK_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def hold(place: Place, *held: Held) -> None:
    """Let guards hold the close of the last month."""
    with place.store() as store:
        note(store, PERIOD, Note("held", NOW, held=held or HELD))


def ended(place: Place) -> str:
    """Wait until the close has ended; gives what it came to."""
    closes = place.desk.services.closes
    assert closes is not None
    while closes.is_running(PERIOD, Note("held", NOW), NOW):
        time.sleep(0.02)
    return closes.outcome(PERIOD) or ""


def send(place: Place, fields: list[tuple[str, str]], *, expect: int = 303) -> str:
    """Send the form of a held close."""
    visitor = place.visitor("ops")
    body = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in [("token", visitor.token), *fields])
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = visitor.client.post(f"{QUALITY}/closes/{PERIOD}", content=body, headers=headers, follow_redirects=False)
    assert answer.status_code == expect, answer.text[:2_000]
    return answer.text


def test_it_is_closed_as_the_command_line_closes(own_place: Place, tmp_path: Path) -> None:
    """Records are final, the month is closed, files lie beside the store; the log and the audit say who and why."""
    hold(own_place)
    send(own_place, [*BOTH, ("reason", REASON)])
    assert ended(own_place).startswith("Closed: ")
    with own_place.store() as store:
        said = noted(store, PERIOD)
        assert said is not None
        assert said.stage == "closed"
        assert {one.status for one in store.summaries(PERIOD)} == {"final"}
        (deed,) = deeds(store)
        assert (deed.deed, deed.of) == ("let through", f"{PERIOD} fewer_scored, tier_changes")
        assert REASON in deed.reason
        assert [(one.act, one.reason) for one in acts(store)] == [("held close let through", REASON)]
        desk_rows = {one.account_id: one.final_score for one in store.summaries(PERIOD)}
    assert (tmp_path / f"health-scores-{PERIOD}.csv").exists()
    assert (tmp_path / f"health-scores-{PERIOD}.receipts.jsonl").exists()
    done = call(
        "--store", f"sqlite:///{tmp_path / 'healthscore.db'}", "finalise", "--period", PERIOD, "--json", folder=tmp_path
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scored"] == sum(score is not None for score in desk_rows.values())
    page = own_place.visitor("ops").get(QUALITY)
    assert "Closes that wait" not in page
    assert "let through" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("guard", "fewer_scored"), ("reason", REASON)], "tier_changes is not confirmed"),
        ([("reason", REASON)], "fewer_scored, tier_changes is not confirmed"),
        ([*BOTH, ("reason", "  ok  ")], "Write the reason"),
        (BOTH, "Write the reason"),
    ],
)
def test_each_guard_and_a_reason_are_needed(own_place: Place, fields: list[tuple[str, str]], said: str) -> None:
    """Else nothing is begun, and nothing is noted."""
    hold(own_place)
    assert said in send(own_place, fields, expect=400)
    with own_place.store() as store:
        assert deeds(store) == []
        assert list(acts(store)) == []


def test_only_ops_let_through_and_only_what_is_held(own_place: Place) -> None:
    """A CSM finds no such deed; a month that no guard holds is not closed."""
    form = {"guard": "tier_changes", "reason": REASON}
    own_place.visitor("leader").send(f"{QUALITY}/closes/{PERIOD}", form, expect=404)
    assert "No guard holds" in own_place.visitor("ops").send(f"{QUALITY}/closes/{PERIOD}", form, expect=404)


def test_what_it_came_to_stays_on_the_page_when_it_is_held_again(own_place: Place) -> None:
    """Another guard may hold it when it is scored anew: here nobody has a mapped owner any more."""
    hold(own_place, Held("tier_changes", "9 of 10"))
    with own_place.store() as store:
        accounts = own_place.desk.accounts()
        gone = [Edit(one.id, owners={"intercom": (), "looker": ()}) for one in accounts]
        store.portfolio.put(gone, "zoe", NOW)
    send(own_place, [("guard", "tier_changes"), ("reason", REASON)])
    said = ended(own_place)
    assert said.startswith(("It is held again", "Closed: "))
    page = own_place.visitor("ops").get(QUALITY)
    with own_place.store() as store:
        left = noted(store, PERIOD)
        assert left is not None
        assert left.stage == ("held" if "held again" in said else "closed")
    assert ("It is held again" in page) == (left.stage == "held")


class Silent:
    """Closes that nobody takes: what AWS answers when it cannot be asked."""

    def where(self) -> str:
        """Say where."""
        return "Nowhere."

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Fail."""
        raise StoreError(f"the close of {period} could not be asked for ({', '.join(guards)})")

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:
        """Take what was asked for and has said nothing since to be running."""
        assert period == PERIOD
        return asked_at is not None and note.at <= asked_at

    def outcome(self, period: str) -> str | None:
        """Know of none."""
        return None if period == PERIOD else period


def test_a_close_that_could_not_be_asked_for_can_be_let_through_again(own_place: Place) -> None:
    """It is no running one, whatever was noted of it."""
    place = replace(own_place, desk=replace(own_place.desk, services=Services(closes=Silent())))
    hold(place)
    for _ in range(2):
        assert "could not be asked for" in send(place, [*BOTH, ("reason", REASON)], expect=503)
        assert "Let it through" in place.visitor("ops").get(QUALITY)


@dataclass
class Raced(Silent):
    """Closes that somebody else lets through while this one is looked at."""

    place: Place
    other: str = ""

    def begin(self, period: str, guards: Sequence[Guard]) -> None:
        """Refuse, since the other one's runs."""
        raise Refused(f"The close of {period} runs, with {len(guards)} guards: wait until it has ended.")

    def is_running(self, period: str, note: Note, asked_at: Instant | None) -> bool:
        """See nothing yet, and have the other one go first."""
        if not self.other:
            said = f"The {note.stage} close of {period} is right: nobody ({asked_at}) was there before."
            self.other = keep(Asked("2026-11-01T12:00:00Z", "zoe", ("tier_changes",), said))
            with self.place.store() as store:
                store.set_cursor(ASKED_OF, self.other)
        return False


def test_who_comes_second_takes_nothing_from_who_came_first(own_place: Place) -> None:
    """Two let the same close through at once: the second is refused, and the first one's word stands."""
    raced = Raced(own_place)
    place = replace(own_place, desk=replace(own_place.desk, services=Services(closes=raced)))
    hold(place)
    assert "wait until it has ended" in send(place, [*BOTH, ("reason", REASON)], expect=400)
    with place.store() as store:
        assert store.cursor(ASKED_OF) == raced.other


def test_an_environment_that_names_half_a_crm_is_said(own_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sentence, where the close would go."""
    monkeypatch.setenv("SALESFORCE_URL", "https://acme.my.salesforce.com")
    hold(own_place)
    assert "before the environment is put right" in own_place.visitor("ops").get(QUALITY)


def test_somebody_lets_a_close_through_in_a_browser(own_place: Place, browser: Browser) -> None:
    """What each guard saw is read, confirmed and reasoned; the page says what it came to."""
    hold(own_place)
    with served(own_place) as address, window(browser, own_place, address, "ops") as seen:
        page = seen.open(QUALITY)
        assert page.locator("#closes").inner_text().count("accounts") >= 1
        for guard in ("fewer_scored", "tier_changes"):
            page.locator(f'input[value="{guard}"]').check()
        page.get_by_label("Why it is right").fill(REASON)
        assert "names no CRM" in page.locator("#closes").inner_text()
        page.get_by_role("button", name="Let it through").click()
        page.wait_for_load_state()
        ended(own_place)
        page = seen.open(QUALITY)
        assert page.locator("#closes").count() == 0
        seen.assert_clean()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_form_is_accessible(own_place: Place, browser: Browser, theme: Literal["light", "dark"]) -> None:
    """Guards are a group with a name, each box and the reason have a label; on a phone nothing is too wide."""
    hold(own_place)
    with served(own_place) as address, window(browser, own_place, address, "ops", size=PHONE, theme=theme) as seen:
        page = seen.open(QUALITY)
        assert seen.is_within()
        assert_accessible(page)
