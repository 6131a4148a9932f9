"""Dead letters at the desk, on a laptop: their reasons, a retry, a drop; and nothing of people on the page."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from handlers.desk.audit import acts
from handlers.desk.services import Services
from handlers.jobs.letter_file import LetterFile, Written, parsed
from handlers.words.redacted import LEFT_OUT, LONGEST, redacted, without_people
from tests.calling import call
from tests.desk.axe import assert_accessible
from tests.desk.browsing import PHONE, served, window
from tests.desk.places import Place

PAGE = "/quality/dead-letters"
HOSTILE = "<script>alert(1)</script>"
GOOD = json.dumps({"type": "feed.heard", "source": "intercom", "at": "2026-10-30T00:00:00Z"})
BAD = json.dumps({"type": "feed.heard", "source": HOSTILE, "name": "Ana", "email": "ana@hotel.example", "x": "b@c.de"})


def file_of(place: Place) -> Path:
    """Give the file of letters beside the store."""
    letters = place.desk.services.letters
    assert isinstance(letters, LetterFile)
    return letters.file.path


def bury(place: Place, *bodies: str) -> list[Written]:
    """Write letters."""
    made = [Written("october.jsonl", n, f"bad for b@c.de {HOSTILE}", body) for n, body in enumerate(bodies, 1)]
    file_of(place).write_text("".join(json.dumps(vars_of(one)) + "\n" for one in made))
    return made


def vars_of(one: Written) -> dict[str, object]:
    """Give the members of a letter."""
    return {name: getattr(one, name) for name in one.__struct_fields__}


def left(place: Place) -> list[Written]:
    """Read the letters that the file has."""
    read = [parsed(line.encode()) for line in file_of(place).read_text().splitlines()]
    return [one for one in read if one is not None]


def test_a_page_without_letters_says_so(own_place: Place) -> None:
    """And makes no file."""
    assert "here lies no message that could not be read" in own_place.visitor("ops").get(PAGE)
    assert not file_of(own_place).exists()


def test_letters_are_shown_without_people_and_without_html(own_place: Place) -> None:
    """Reason, place, source and body; names, addresses and marks of HTML are not."""
    bury(own_place, BAD)
    page = own_place.visitor("ops").get(PAGE)
    assert "october.jsonl, line 1" in page
    assert [text for text in (HOSTILE, "ana@hotel.example", "b@c.de", "Ana&#34;") if text in page] == []
    assert LEFT_OUT in page
    assert "Dead letters" in own_place.visitor("ops").get("/quality")


def test_what_can_be_read_is_taken_in_and_the_rest_stays_with_its_new_reason(own_place: Place) -> None:
    """All at once; the audit says what came of it."""
    bury(own_place, GOOD, BAD)
    visitor = own_place.visitor("ops")
    address = visitor.send(f"{PAGE}/retry")
    assert "1 letter taken in; 1 letter still cannot be read, and stays." in visitor.get(address)
    (stays,) = left(own_place)
    assert (stays.file, stays.line, stays.body) == ("october.jsonl", 2, BAD)
    assert "bad for" not in stays.reason
    with own_place.store() as store:
        assert [(one.act, one.subject) for one in acts(store)] == [("dead letter retried", "dead letter all")]


def test_one_is_retried_and_the_others_stay_as_they_are(own_place: Place) -> None:
    """Its name does not change when it fails again."""
    good, bad, other = bury(own_place, GOOD, BAD, "no JSON")
    visitor = own_place.visitor("ops")
    visitor.send(f"{PAGE}/{good.id}/retry")
    assert left(own_place) == [bad, other]
    visitor.send(f"{PAGE}/{bad.id}/retry")
    assert {one.id for one in left(own_place)} == {bad.id, other.id}
    assert other in left(own_place)
    assert "0 letters taken in; 1 letter still" in visitor.get(visitor.send(f"{PAGE}/{bad.id}/retry"))
    assert "nothing was done" in visitor.get(visitor.send(f"{PAGE}/{good.id}/retry"))


def test_one_is_dropped_for_a_reason(own_place: Place) -> None:
    """Which is kept; without one nothing is dropped."""
    good, bad = bury(own_place, GOOD, BAD)
    visitor = own_place.visitor("ops")
    visitor.send(f"{PAGE}/{bad.id}/drop", {"reason": "  "}, expect=400)
    assert left(own_place) == [good, bad]
    assert "The letter is dropped." in visitor.get(visitor.send(f"{PAGE}/{bad.id}/drop", {"reason": "a test of ours"}))
    assert left(own_place) == [good]
    with own_place.store() as store:
        assert [(one.act, one.reason) for one in acts(store)] == [("dead letter dropped", "a test of ours")]
    assert "Nothing was dropped" in visitor.get(visitor.send(f"{PAGE}/{bad.id}/drop", {"reason": "once more"}))


def test_a_line_that_is_no_letter_stays_and_can_only_be_dropped(own_place: Place) -> None:
    """It is shown as it stands."""
    file_of(own_place).write_text("torn {line\n")
    visitor = own_place.visitor("ops")
    page = visitor.get(PAGE)
    assert "it is no dead letter" in page
    assert "/retry" not in page
    visitor.send(f"{PAGE}/retry")
    assert file_of(own_place).read_text() == "torn {line\n"


def test_desk_and_command_line_read_the_same_file(own_place: Place, tmp_path: Path) -> None:
    """What the one leaves, the other takes in."""
    (tmp_path / "bad.jsonl").write_text(f"{BAD}\n")
    store = f"sqlite:///{tmp_path / 'healthscore.db'}"
    assert call("--store", store, "ingest", "bad.jsonl", folder=tmp_path).returncode == 3
    (letter,) = left(own_place)
    assert letter.file == "bad.jsonl"
    own_place.visitor("ops").send(f"{PAGE}/retry")
    (again,) = left(own_place)
    done = call("--store", store, "ingest", "--dead-letters", str(file_of(own_place)), folder=tmp_path)
    assert done.returncode == 3
    assert left(own_place) == [again]


def test_letters_that_cannot_be_read_are_said_and_the_rest_of_the_page_stands(own_place: Place) -> None:
    """Silence of their place is no good news."""
    file_of(own_place).mkdir()
    visitor = own_place.visitor("ops")
    page = visitor.get("/quality")
    assert "Dead letters cannot be counted" in page
    assert "Feeds" in page
    assert "Nothing waits for you." not in page
    assert visitor.status(PAGE) == 503


def test_only_ops_see_and_retry_them(own_place: Place) -> None:
    """And a desk without a place of letters has no such page."""
    bury(own_place, GOOD)
    own_place.visitor("leader").send(f"{PAGE}/retry", expect=404)
    assert own_place.visitor("csm").status(PAGE) == 404
    assert len(left(own_place)) == 1
    other = own_place.__class__(
        own_place.desk.__class__(**{**vars(own_place.desk), "services": Services()}), own_place.door
    )
    assert other.visitor("ops").status(PAGE) == 404


def test_a_letter_is_read_and_dropped_in_a_browser(own_place: Place, browser: Browser) -> None:
    """On a phone, in the dark; a body of somebody else's words runs nowhere."""
    bury(own_place, BAD, GOOD)
    with served(own_place) as address, window(browser, own_place, address, "ops", size=PHONE, theme="dark") as seen:
        page = seen.open(PAGE)
        page.get_by_text("The message, without people").first.click()
        assert seen.is_within()
        page.get_by_label("Why it is not needed").first.fill("a test of ours")
        page.get_by_role("button", name="Drop").first.click()
        page.get_by_text("The letter is dropped.").wait_for()
        seen.assert_clean()
        assert len(left(own_place)) == 1
        assert_accessible(page)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"email": "a@b.cd", "n": 1}', '{\n  "email": "[left out]",\n  "n": 1\n}'),
        ('{"a": {"first_name": "Zoë"}, "tags": ["call a@b.cd"]}', '"call [left out]"'),
        ("not JSON, of zoe@acme.example", "not JSON, of [left out]"),
        ("+49 170 1234567 called", "[left out] called"),
        ("\x1b[31mred", "\N{REPLACEMENT CHARACTER}[31mred"),
    ],
)
def test_a_body_is_shown_without_people(body: str, shown: str) -> None:
    """Its build stays."""
    assert shown in redacted(body)


def test_a_long_or_deep_body_is_cut() -> None:
    """At a length that a page bears."""
    assert redacted("x" * (LONGEST + 5)).endswith("5 more characters")
    assert len(redacted("[" * 400 + "]" * 400)) < 2 * LONGEST
    assert without_people("nobody") == "nobody"
