"""The validation report: extracted values beside what people know, marked, and counted by source."""

import csv
import io
import re

from handlers.desk.audit import acts
from handlers.jobs.checks import NOT_KNOWN, Mark, extracted, figures, marks_of
from handlers.words.checking import HOW
from scoring.instants import SECOND, Instant
from scoring.metrics.catalogue import BY_NAME
from tests.desk.places import NOW, Place, Visitor

PERIOD = "2026-10"


def scored(place: Place, some: int = 3) -> list[str]:
    """Name some accounts that have a score."""
    with place.store() as store:
        known = [one.account_id for one in store.summaries(PERIOD) if one.final_score is not None]
    return sorted(known)[:some]


def address(*accounts: str) -> str:
    """Give the address of a report."""
    return "/pilot/validation?" + "&".join(f"account={one}" for one in accounts)


def values(page: str, account_id: str) -> dict[str, str]:
    """Give the values of an account as its form sends them back."""
    form = page.partition(f'action="/pilot/validation/{account_id}"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(value\.[^"]+)" value="([^"]*)"', form))


def mark(visitor: Visitor, account_id: str, said: dict[str, str], expect: int = 303) -> str:
    """Mark values of an account."""
    shown = values(visitor.get(address(account_id)), account_id)
    given = {f"said.{name}": word for name, word in said.items()}
    return visitor.send(f"/pilot/validation/{account_id}", {"account": account_id, **shown, **given}, expect=expect)


def rows(visitor: Visitor, *accounts: str) -> list[dict[str, str]]:
    """Give the report as a file."""
    text = visitor.get(address(*accounts).replace("validation", "validation.csv"))
    assert text.startswith("\ufeff"), "Excel takes it for UTF-8"
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_every_metric_says_how_it_is_checked() -> None:
    """By hand, in its source."""
    assert set(BY_NAME) <= set(HOW)


def test_every_value_of_an_account_is_listed_with_its_source(place: Place) -> None:
    """All that was measured, and what lists show; what is missing is a value too."""
    (account_id,) = scored(place, 1)
    with place.store() as store:
        record = store.record(account_id, PERIOD)
        (account,) = (one for one in store.portfolio.accounts() if one.id == account_id)
    assert record is not None
    found = extracted(record, account, place.desk.config.model)
    measured = {name for one in record.score.dimensions.values() for name in one.metrics}
    assert {one.name for one in found} >= measured | set(record.score.platform_value)
    assert all(one.sources for one in found)
    raws = {name: one.raw for group in record.score.dimensions.values() for name, one in group.metrics.items()}
    assert {one.name for one in found if one.value == NOT_KNOWN} >= {name for name, raw in raws.items() if raw is None}


def test_values_are_marked_and_counted_by_source(own_place: Place) -> None:
    """Who marked what stays, is audited, and is in the file."""
    ana = own_place.visitor("csm")
    (account_id,) = scored(own_place, 1)
    where = mark(
        ana, account_id, {"arr": "wrong", "segment": "right", "csm": "cannot say", "close_time_hours": "right"}
    )
    assert where == f"/pilot/validation?account={account_id}#at-{account_id}"
    page = ana.get(address(account_id))
    assert re.search(r"Salesforce</th><td[^>]*>1</td><td[^>]*>1</td><td[^>]*>1</td>\s*<td[^>]*><b>50%</b>", page)
    assert re.search(r"Intercom</th><td[^>]*>1</td><td[^>]*>0</td><td[^>]*>0</td>\s*<td[^>]*><b>100%</b>", page)
    with own_place.store() as store:
        (act,) = (one for one in acts(store) if one.act == "values checked")
        (held,) = marks_of(store).values()
    assert (act.act, act.subject, act.after) == ("values checked", account_id, "2 right, 1 wrong, 1 cannot say")
    assert {name: one.check.name for name, one in held.items()} == dict.fromkeys(
        ("arr", "segment", "csm", "close_time_hours"), "Ana Duarte"
    )
    said = {row["value"]: row["said"] for row in rows(ana, account_id)}
    assert (said["ARR"], said["Segment"], said["Renewal date"]) == ("wrong", "right", "")


def test_what_is_marked_as_before_is_not_kept_again(own_place: Place) -> None:
    """A form sends all its marks; only what is new is added, and the latest holds."""
    (account_id,) = scored(own_place, 1)
    for n, said in enumerate(({"arr": "wrong"}, {"arr": "wrong"}, {"arr": "right", "segment": "right"})):
        mark(own_place.at(Instant(NOW + n * SECOND)).visitor("csm"), account_id, said)
    with own_place.store() as store:
        assert [one.after for one in acts(store) if one.act == "values checked"] == ["1 wrong", "2 right"]
        (held,) = marks_of(store).values()
    assert held["arr"].mark.said == "right"


def test_a_mark_is_of_the_value_that_was_seen(own_place: Place) -> None:
    """A value that changed while the page was open is not marked by what was said of the old one."""
    ana = own_place.visitor("csm")
    (account_id,) = scored(own_place, 1)
    answer = ana.send(f"/pilot/validation/{account_id}", {"value.arr": "EUR 1", "said.arr": "right"}, expect=400)
    assert "A value was changed on the way" in answer
    mark(ana, account_id, {"arr": "fine"}, expect=400)
    with own_place.store() as store:
        assert marks_of(store) == {}


def test_a_report_has_three_to_five_accounts(place: Place) -> None:
    """Fewer are too few, more are not shown."""
    ana = place.visitor()
    assert "too few for a report" in ana.get(address(*scored(place, 2)))
    assert "too few for a report" not in ana.get(address(*scored(place, 3)))
    assert ana.get(address(*scored(place, 6))).count('<form class="check"') == 5
    assert ana.status(address("none")) == 404


def test_nothing_in_the_file_is_a_formula(own_place: Place) -> None:
    """A note that begins as one is led by an apostrophe."""
    ana = own_place.visitor()
    (account_id,) = scored(own_place, 1)
    shown = values(ana.get(address(account_id)), account_id)
    told = {"said.arr": "wrong", "note.arr": "=HYPERLINK(1)"}
    ana.send(f"/pilot/validation/{account_id}", {**shown, **told})
    (note,) = [row["note"] for row in rows(ana, account_id) if row["value"] == "ARR"]
    assert note == "'=HYPERLINK(1)"


def test_a_share_leaves_out_who_cannot_say() -> None:
    """Three of four, with the limits of Wilson."""
    said = ("right", "right", "right", "wrong", "cannot say")
    (found,) = figures(Mark(f"{n}", ("looker",), "1", word) for n, word in enumerate(said))  # type: ignore[arg-type]
    assert (found.right, found.wrong, found.cannot_say, found.share) == (3, 1, 1, 0.75)
    assert found.limits is not None
    assert (round(found.limits[0], 3), round(found.limits[1], 3)) == (0.301, 0.954)
