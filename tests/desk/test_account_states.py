"""The page of an account in its states: who may see it, the way back, no record, deleted, gone, hostile, and proofs."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from config.desk import DeskTerms
from handlers.desk.account.back import safe_way
from handlers.jobs.records import Terms
from handlers.jobs.rescore import rescore
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from scoring.account import Account
from scoring.instants import DAY, HOUR, Instant
from scoring.observations import Conversation, Fields, Observation, Subject, Value
from tests.desk.places import NOW, Place
from tests.desk.test_account import text_of

ATTACK = "\"><script>alert(1)</script><svg onload='x()'>&amp;{{7*7}}"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


def first(place: Place) -> Account:
    """Give an account of the demo."""
    return place.desk.accounts()[3]


def tell(place: Place, *observations: Observation) -> None:
    """Take facts into the store."""
    batch = Batch()
    for observation in observations:
        batch.add(observation)
    with place.store() as store:
        store.merge(batch)


def crm(account: Account, kind: str, name: str, at: Instant, values: Mapping[str, Value]) -> Observation:
    """Say fields of a CRM record of an account."""
    content = Fields(tuple(sorted(values.items())), at, at + 1)
    return Observation(Subject("salesforce", kind, name), at, content, account.id)


def with_terms(place: Place, terms: DeskTerms) -> Place:
    """Open the same desk on other terms."""
    return replace(place, desk=replace(place.desk, terms=terms))


def test_an_account_that_is_not_there_or_not_ones_own_is_not_found(place: Place) -> None:
    """All alike: nobody learns whether there is such an account."""
    mine = with_terms(place, DeskTerms(visibility="own")).visitor("csm", name="Nobody", mail="nobody@example.com")
    account = first(place).id
    paths = [f"/accounts/{one}{rest}" for one in (account, "001AA0000000001AAA", "x") for rest in ("", "/trend.json")]
    assert {mine.status(path) for path in paths} == {404}
    assert place.visitor("csm").status(f"/accounts/{account}") == 200
    gone = [re.sub(r"x|001AA0000000001AAA", account, mine.client.get(path).text) for path in paths[::2]]
    assert len(set(gone)) == 1


@pytest.mark.parametrize(
    ("period", "status"), [("2026-13", 400), ("2026-12", 404), ("2020-01", 404), ("2026-11", 200), ("2025-10", 200)]
)
def test_a_month_is_there_or_said_not_to_be(place: Place, period: str, status: int) -> None:
    """No month, one that has not begun, one of long ago, the one that runs, the first."""
    assert place.visitor().status(f"/accounts/{first(place).id}?period={period}") == status


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("/", "/"),
        ("/?view=morning&tier=At+Risk", "/?view=morning&tier=At+Risk"),
        ("//evil.example/", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("/logout", None),
        ("/accounts/x", None),
        ("http://[", None),
        ("/?x=\r\nset-cookie: a", None),
        ("/?" + "x" * 2_000, None),
        ("", None),
    ],
)
def test_the_way_back_leads_to_a_list_of_ours_alone(address: str, safe: str | None) -> None:
    """Never to another place."""
    assert safe_way(address) == safe


def test_the_way_back_keeps_the_filters(place: Place) -> None:
    """By the address, and by the browser's word where it is of this desk."""
    visitor, path = place.visitor(), f"/accounts/{first(place).id}"
    assert 'href="/?view=renewals&amp;csm=x">Portfolio' in visitor.get(f"{path}?back=/%3Fview%3Drenewals%26csm%3Dx")
    assert 'href="/?q=sp">Portfolio' in visitor.get(path, referer="http://testserver/?q=sp")
    assert 'href="/">Portfolio' in visitor.get(path, referer="http://evil.example/?q=sp")
    kept = visitor.get(f"{path}?back=/%3Fview%3Drenewals")
    assert "back=%2F%3Fview%3Drenewals" in kept.partition('id="conversations"')[2]
    assert '<input type="hidden" name="back" value="/?view=renewals">' in kept


def test_a_month_without_a_record_says_so(own_place: Place) -> None:
    """What is known now of its end is shown, and no record is claimed."""
    account = first(own_place).id
    with own_place.store() as store:
        store.remove_record(account, "2026-09")
    page = text_of(own_place.visitor().get(f"/accounts/{account}?period=2026-09"))
    assert "There is no record of September 2026: what is shown is what is known now of its end" in page
    assert "no record: what is known today" in page
    later = text_of(own_place.visitor().get(f"/accounts/{account}?period=2026-10"))
    assert "What moved since August 2026" in later


def test_the_first_record_has_nothing_before_it(place: Place) -> None:
    """No movement is made up."""
    page = text_of(place.visitor().get(f"/accounts/{first(place).id}?period=2025-10"))
    assert "This is the first record of the account: there is nothing to compare it with yet." in page


def test_an_account_that_was_never_recorded_is_shown_live(own_place: Place) -> None:
    """All its months are without a record; nothing breaks."""
    with own_place.store() as store:
        store.portfolio.put([Edit("001AA0000000001AAA", {"name": "Newcomer"})], "test", NOW)
    page = text_of(own_place.visitor().get("/accounts/001AA0000000001AAA"))
    assert "Newcomer" in page
    assert "No month of this account has a record yet." in page
    assert "No score: nothing that counts is known" in page
    assert "No conversation is known there" in page


def test_an_account_that_left_the_portfolio_is_still_seen(own_place: Place) -> None:
    """By its id; the page says that it left, and when."""
    account = first(own_place).id
    with own_place.store() as store:
        store.portfolio.put([Edit(account, remove=True)], "test", NOW)
    page = text_of(own_place.visitor().get(f"/accounts/{account}"))
    assert "This account is in the portfolio no more: it was taken out on 2026-11-01." in page
    assert "Records and models October 2026" not in page
    assert "4b72ae31b71e" in page


def test_an_account_that_is_deleted_in_the_crm_says_so(own_place: Place) -> None:
    """Its record of before stands, and its live score is of nothing of the CRM."""
    account = first(own_place)
    tell(own_place, crm(account, "account", account.id, Instant(NOW - HOUR), {"deleted": True}))
    page = text_of(own_place.visitor().get(f"/accounts/{account.id}?as=live"))
    assert "This account is deleted in Salesforce: it gets no record until it is restored there." in page


def test_what_came_late_is_told_beside_the_record(own_place: Place) -> None:
    """The record keeps its figures, and the page says where it is not what is known now, and how to correct it."""
    account = first(own_place)
    values: dict[str, Value] = {
        "severity": "Critical", "confidence": "Confirmed", "status": "Active", "category": "Late news",
        "detail": "told too late", "reported_by": "CSM", "date_observed": float(NOW - 20 * DAY), "deleted": False,
    }  # fmt: skip
    tell(own_place, crm(account, "signal", "a2S5f000SAcEBxXEYZ", Instant(NOW - 20 * DAY), values))
    visitor = own_place.visitor()
    page = text_of(visitor.get(f"/accounts/{account.id}?period=2026-10"))
    assert "October 2026, as recorded" in page
    assert "October 2026, as known now" in page
    assert "The stored record of this period differs from what is known now" in page
    assert f"healthscore rescore {account.id} --period 2026-10" in page
    assert "cap: none stored" in page
    assert "told too late" in page
    with own_place.store() as store:
        stored = store.record(account.id, "2026-10")
    assert stored is not None
    recorded = text_of(visitor.get(f"/accounts/{account.id}?period=2026-10&as=record"))
    assert f"Score {stored.score.final_score} of 100" in recorded
    assert "told too late" not in recorded.partition("Churn signals")[2]


def test_a_suggested_signal_is_shown_apart_and_counts_nowhere(own_place: Place) -> None:
    """Below the signals, with what it waits for; the score is what it was, and dismissed it is gone."""
    account = first(own_place)
    visitor, address = own_place.visitor(), f"/accounts/{account.id}?as=live"
    before = text_of(visitor.get(address))
    assert "Suggested signals" not in before
    values: dict[str, Value] = {
        "severity": "Critical", "confidence": "Confirmed", "status": "Suggested", "category": "Competitive",
        "detail": "They look at another tool", "reported_by": "Customer", "date_observed": float(NOW - 2 * DAY),
    }  # fmt: skip
    tell(own_place, crm(account, "signal", "a2S5f000SAcEBxXEYZ", Instant(NOW - DAY), values))
    page = text_of(visitor.get(address))
    said = page.partition("Suggested signals")[2]
    assert "They count nowhere until somebody accepts them in Salesforce, where their quotes stand." in said
    assert "Competitive, They look at another tool" in said
    assert score_of(page) == score_of(before)
    tell(own_place, crm(account, "signal", "a2S5f000SAcEBxXEYZ", Instant(NOW - HOUR), {"status": "Dismissed"}))
    assert "Suggested signals" not in text_of(visitor.get(address))


def score_of(page: str) -> str:
    """Give what a page says of the score."""
    found = re.search(r"Score ([\d.]+) of 100", page)
    assert found is not None
    return found.group()


def test_names_and_texts_are_shown_as_they_are_and_never_run(own_place: Place) -> None:
    """In the head, signals, the course, conversations, the proof: nothing of an attack is a tag."""
    account = next(one for one in own_place.desk.accounts() if "intercom" in one.owners)
    with own_place.store() as store:
        store.portfolio.put([Edit(account.id, {"name": ATTACK, "csm": ATTACK})], "test", NOW)
    values: dict[str, Value] = dict.fromkeys(
        ("severity", "confidence", "status", "category", "detail", "reported_by"), ATTACK
    )
    tell(
        own_place,
        crm(account, "signal", ATTACK, Instant(NOW - DAY), {**values, "date_observed": float(NOW - DAY)}),
        Observation(
            Subject("intercom", "conversation", ATTACK),
            Instant(NOW - DAY),
            Conversation(Instant(NOW - 2 * DAY), state=ATTACK, priority="high"),
            account.owners["intercom"][0],
        ),
    )
    place = with_terms(
        own_place, DeskTerms(support_link="https://app.example/{id}", crm_link="https://crm.example/{id}")
    )
    for asked in ("as=live", f"back={ATTACK}&metric={ATTACK}&as={ATTACK}", "as=live&model=<i>&written=<b>x"):
        page = place.visitor().get(f"/accounts/{account.id}?{asked}")
        main = MAIN.search(page)
        assert main is not None
        assert [one for one in ("<script", "<svg onload", "<i>", "<b>x") if one in main.group()] == []
        assert "{{7*7}}" in main.group()
        assert "&lt;script&gt;" in main.group()
    live = place.visitor().get(f"/accounts/{account.id}?as=live")
    assert 'href="https://app.example/%22%3E%3Cscript%3E' in live
    assert f'href="https://crm.example/{account.id}"' in live


def test_a_proof_says_when_its_record_is_another_by_then(own_place: Place) -> None:
    """The link is fixed to the model and to the instant at which the record was written."""
    account, visitor = first(own_place), own_place.visitor()
    page = visitor.get(f"/accounts/{account.id}?period=2026-10")
    proof = page.partition('id="proof"')[2].partition(">")[2].partition("</pre>")[0].replace("&amp;", "&")
    sum_, how, link = proof.splitlines()
    total, _, parts = sum_.partition(": ")[2].rpartition(" (")[0].partition(" = ")
    signs = re.findall(r"([+-]) ([\d.]+)", parts)
    added = round(10 * float(parts.split()[0])) + sum(round(10 * float(f"{sign}{one}")) for sign, one in signs)
    assert added == round(10 * float(total))
    assert how.startswith("final record, as of 2026-11-01 00:00 UTC, model ")
    path = link.removeprefix("http://testserver")
    assert "This link was copied" not in visitor.get(path)
    with own_place.store() as store:
        model = own_place.desk.config.model
        terms = Terms("2026-10", Instant(NOW - DAY // 2), model, "provisional", Instant(NOW + DAY))
        rescore(account, store, terms)
    assert "This link was copied from a record written" in visitor.get(path)
    assert "This link was copied when the model was 000" in visitor.get(f"/accounts/{account.id}?model=000")
