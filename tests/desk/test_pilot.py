"""The pilot check: the question hides the score, the opinion is kept, and both are held against each other."""

import html
import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser

from config.desk import DeskTerms
from handlers.desk.audit import acts
from handlers.desk.what_if.room import Room
from handlers.jobs.drafts import kept_drafts
from handlers.jobs.pilot import ASKED_AGAIN, Opinion, counted, judged, kappa_of, opinions, rated
from scoring.agreement import LADDER
from scoring.instants import format_instant
from scoring.summary import Summary
from tests.desk.browsing import PHONE, served, window
from tests.desk.places import NOW, Place, Visitor


def summaries(place: Place) -> Mapping[str, Summary]:
    """Give the summaries of the latest month by account."""
    with place.store() as store:
        return {one.account_id: one for one in store.summaries("2026-10")}


def asked(visitor: Visitor) -> str:
    """Give the account that a person is asked about."""
    found = re.search(r'<form class="card ask" method="post" action="/pilot/([^"]+)"', visitor.get("/pilot"))
    assert found is not None
    return found[1]


def give(visitor: Visitor, account_id: str, opinion: str, reason: str = "") -> str:
    """Give an opinion; gives the page that follows."""
    return visitor.get(visitor.send(f"/pilot/{account_id}", {"opinion": opinion, "reason": reason}))


def of(person: str, account_id: str, opinion: str | None, tier: str | None, **more: object) -> Opinion:
    """Make an opinion of now."""
    said: dict[str, object] = {"at": format_instant(NOW), "period": "2026-10", "model": "m", "score": 70.0, **more}
    return Opinion(person=person, name=person, account_id=account_id, opinion=opinion, tier=tier, **said)  # type: ignore[arg-type]


def test_the_question_gives_nothing_away(place: Place) -> None:
    """Of each account that is asked about neither score, tier, change nor reason is on the page, nor a link to them."""
    ana = place.visitor()
    for account_id, one in list(summaries(place).items())[:8]:
        answer = ana.client.get(f"/pilot?account={account_id}")
        page, headers = html.unescape(answer.text), str(answer.headers)
        assert f'action="/pilot/{account_id}"' in page
        score = "no score" if one.final_score is None else f"{one.final_score:.1f}"
        for word in (score, f"/accounts/{account_id}", "checked", "Unknown", "Capped", "overage"):
            assert word not in page, (account_id, word)
            assert word not in headers
        assert page.count('class="tier ') == len(LADDER)


def test_an_address_of_an_account_without_an_opinion_leads_to_the_question(place: Place) -> None:
    """The page that shows scores shows none of it."""
    account_id = next(iter(summaries(place)))
    answer = place.visitor().client.get(f"/pilot/{account_id}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/pilot?account={account_id}")


def test_an_opinion_is_kept_and_then_the_score_is_shown(own_place: Place) -> None:
    """With the month and the model that it is held against; and the audit says who gave it."""
    ana = own_place.visitor("csm")
    account_id = asked(ana)
    one = summaries(own_place)[account_id]
    page = give(ana, account_id, "Critical", "  They told us\nso ")
    assert f"{one.final_score:.1f}" in page
    with own_place.store() as store:
        (kept,) = opinions(store)
        (act,) = (one for one in acts(store) if one.act == "opinion given")
    assert (kept.person, kept.opinion, kept.reason, kept.is_blind) == (
        "ana.duarte",
        "Critical",
        "They told us so",
        True,
    )
    assert (kept.period, kept.model, kept.tier, kept.score) == ("2026-10", one.model_version, one.tier, one.final_score)
    assert (act.act, act.subject, act.after) == ("opinion given", account_id, "Critical")
    assert asked(ana) != account_id


def test_changing_ones_mind_is_a_new_line_and_the_first_counts(own_place: Place) -> None:
    """Both stay; what was said before the score was shown is what is held against it."""
    ana = own_place.visitor("csm")
    account_id = asked(ana)
    give(ana, account_id, "Critical")
    assert "what you said first counts" in give(ana, account_id, "Champion")
    with own_place.store() as store:
        given = opinions(store)
    assert [(one.opinion, one.is_blind) for one in given] == [("Critical", True), ("Champion", False)]
    assert [one.opinion for one in counted(given)] == ["Critical"]


def test_what_is_none_of_the_answers_is_refused(own_place: Place) -> None:
    """Nothing is kept."""
    ana = own_place.visitor("csm")
    assert "Choose one of the four tiers" in ana.send(f"/pilot/{asked(ana)}", {"opinion": "Unknown"}, expect=400)
    ana.send("/pilot/none", {"opinion": "Healthy"}, expect=404)
    with own_place.store() as store:
        assert opinions(store) == []


def test_own_accounts_come_first_and_each_person_has_an_order_of_their_own(place: Place) -> None:
    """So that not all rate the same accounts first; asked again, the order is the same."""
    names = {one.csm.name for one in summaries(place).values() if one.csm is not None and one.csm.mail is not None}
    mails = {one.csm.name: one.csm.mail for one in summaries(place).values() if one.csm is not None}
    first = {name: asked(place.visitor("csm", name=name, mail=mails[name])) for name in sorted(filter(None, names))}
    csms = {account_id: one.csm.name for account_id, one in summaries(place).items() if one.csm is not None}
    assert {name: csms[account_id] for name, account_id in first.items()} == {name: name for name in first}
    strangers = [asked(place.visitor("csm", name=f"Stranger {n}")) for n in range(6)]
    assert len(set(strangers)) > 2
    assert asked(place.visitor("csm", name="Stranger 0")) == strangers[0]


def test_who_sees_only_their_own_is_asked_about_these_alone(own_place: Place) -> None:
    """With visibility `own` another's account is not there."""
    place = own_place.with_terms(DeskTerms(visibility="own"))
    stranger = place.visitor("csm", name="Nobody")
    assert "No account is yours to see" in stranger.get("/pilot")
    stranger.send(f"/pilot/{next(iter(summaries(place)))}", {"opinion": "Healthy"}, expect=404)


def test_whoever_reads_the_disagreements_is_not_asked_about_them(own_place: Place) -> None:
    """A leader is asked about others' accounts until somebody said something of them; a score is never given away."""
    csm, leader = own_place.visitor("csm", name="Kim"), own_place.visitor("leader", name="Lea")
    account_id = asked(leader)
    page = give(csm, account_id, "Critical")
    assert "The score said" in page
    assert asked(leader) != account_id
    leader.send(f"/pilot/{account_id}", {"opinion": "Healthy"}, expect=404)


def test_under_the_least_opinions_there_is_no_number(own_place: Place) -> None:
    """Only the list, and how many are missing."""
    ana = own_place.visitor()
    for _ in range(3):
        account_id = asked(ana)
        tier = summaries(own_place)[account_id].tier
        give(ana, account_id, "Critical" if tier != "Critical" else "Champion", "I know better")
    page = ana.get("/pilot/agreement")
    assert "There is no figure yet" in page
    assert "I know better" in page
    assert '<th scope="row">Weighted kappa' not in page


def test_from_the_least_opinions_on_there_are_figures_with_limits(own_place: Place) -> None:
    """The table, the figures, who disagrees by most tiers first; and that few accounts say little."""
    place = own_place.with_terms(DeskTerms(least_opinions=8))
    ana = place.visitor()
    known = {account_id: one for account_id, one in summaries(place).items() if one.tier in LADDER}
    for n, (account_id, one) in enumerate(known.items()):
        ladder = LADDER if n else tuple(reversed(LADDER))
        give(ana, account_id, ladder[LADDER.index(one.tier or "")])
    page = ana.get("/pilot/agreement")
    assert re.search(r"Weighted kappa</th><td[^>]*><b>\d\.\d\d</b></td><td[^>]*>-?\d\.\d\d to \d\.\d\d", page)
    assert "say little, as the limits show: ask for 50" in page
    assert page.count('<td data-label="Apart">') == (1 if next(iter(known.values())).tier else 0)


def test_leaders_see_what_differs_and_ops_who_said_so(own_place: Place) -> None:
    """A leader's page has no name of a person but their own."""
    kim = own_place.visitor("csm", name="Kim Secret")
    account_id = asked(kim)
    tier = summaries(own_place)[account_id].tier
    give(kim, account_id, "Critical" if tier != "Critical" else "Champion", "They said so")
    leader, ops = own_place.visitor("leader", name="Lea"), own_place.visitor("ops", name="Oli")
    assert "They said so" in leader.get("/pilot/agreement")
    assert "Kim Secret" not in leader.get("/pilot/agreement")
    assert "Kim Secret" in ops.get("/pilot/agreement")
    assert own_place.visitor("csm", name="Kim Secret").status("/pilot/agreement") == 404


def test_the_disagreement_on_an_own_account_waits_for_ones_own_opinion(own_place: Place) -> None:
    """A leader who is the CSM of an account is asked first, though a colleague has spoken."""
    one = next(
        one for one in summaries(own_place).values() if one.csm is not None and one.csm.mail and one.tier in LADDER
    )
    assert one.csm is not None
    kim = own_place.visitor("csm", name="Kim")
    give(kim, one.account_id, "Critical" if one.tier != "Critical" else "Champion", "Kim knows")
    lead = own_place.visitor("leader", name=one.csm.name or "", mail=one.csm.mail)
    assert "Kim knows" not in lead.get("/pilot/agreement")
    assert "left out, because you are still asked about it" in lead.get("/pilot/agreement")
    give(lead, one.account_id, "Healthy")
    assert "Kim knows" in lead.get("/pilot/agreement")


def test_who_cannot_say_and_unknown_are_counted_apart() -> None:
    """They are no opinions that can be held against a score."""
    given = [of("a", "1", "Healthy", "Healthy"), of("a", "2", None, "Healthy"), of("a", "3", "Critical", "Unknown")]
    found = judged([*given, of("a", "4", "Critical", None, score=None)], 1)
    assert (len(found.compared), found.cannot_say, found.unknown, found.given) == (1, 1, 2, 4)
    assert judged(given, 2).agreement is None


def test_an_opinion_holds_for_ninety_days() -> None:
    """Then its person is asked again, and the new one counts."""
    old = of("a", "1", "Healthy", "Healthy", at=format_instant(NOW - ASKED_AGAIN - 1))
    new = of("a", "1", "Critical", "Healthy")
    assert rated([old], NOW) == {}
    assert rated([old, new], NOW) == {"1": new}
    assert counted([old, new]) == [new]


def test_opinions_are_held_against_the_tiers_of_a_draft() -> None:
    """Kappa of the same opinions, with the tiers that a draft would give; none under the least."""
    given = [
        of("a", "1", "Critical", "Healthy"),
        of("a", "2", "Healthy", "Healthy"),
        of("b", "3", "Champion", "Healthy"),
    ]
    assert kappa_of(given, {one.account_id: one.opinion for one in given}, 3) == pytest.approx(1.0)
    assert kappa_of(given, dict.fromkeys("123", "Healthy"), 3) == pytest.approx(0.0)
    assert kappa_of(given, {"1": "Critical", "2": "Unknown", "3": None}, 2) is None


def test_text_of_people_is_no_html(own_place: Place) -> None:
    """A reason that is an attack stands there as text."""
    ana = own_place.visitor()
    account_id = asked(ana)
    page = give(ana, account_id, "Critical", '"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert "<script>alert" not in ana.get("/pilot/agreement")


def test_an_account_is_rated_in_a_browser_without_script(own_place: Place, browser: Browser) -> None:
    """From the question to the score to the next account, on a phone."""
    with served(own_place) as address, window(browser, own_place, address, "csm", size=PHONE, script=False) as seen:
        page = seen.open("/pilot")
        first = page.locator("h2").first.inner_text()
        page.get_by_label("At Risk").check()
        page.get_by_label("Why?").fill("It is quiet")
        page.get_by_role("button", name="Keep it, and show the score").click()
        assert page.locator("h1").inner_text() == first
        assert "The score said" in page.locator("main").inner_text()
        assert seen.is_within()
        page.get_by_role("link", name="Next account").click()
        assert page.locator("h2").first.inner_text() != first
        seen.assert_clean()


def test_opinions_are_held_against_a_draft(own_place: Place) -> None:
    """Kappa with the figures in force, and under the draft: those of the tiers that what-if gives."""
    place = own_place.with_terms(DeskTerms(least_opinions=5))
    ana = place.visitor()
    known = [one for one in summaries(place).values() if one.tier in LADDER][:9]
    for n, one in enumerate(known):
        give(ana, one.account_id, "Healthy" if n % 3 == 0 else one.tier or "")
    with place.store() as store:
        (draft,) = kept_drafts(store)
        given = opinions(store)
    room = Room(place.desk)
    answer = room.tried(draft.draft.edits, months=False).answer
    assert answer is not None
    now = kappa_of(given, {case.account_id: case.now.tier for case in answer.month.cases}, 5)
    then = kappa_of(given, {case.account_id: case.draft.tier for case in answer.month.cases}, 5)
    page = ana.get(f"/pilot/agreement?draft={draft.draft.hash}")
    assert f"kappa is {now:.2f} with the figures in force, and {then:.2f} under the draft" in page
    assert ana.status("/pilot/agreement?draft=none") == 404
    few = own_place.with_terms(DeskTerms(least_opinions=50)).visitor()
    assert "nothing can be said" in few.get(f"/pilot/agreement?draft={draft.draft.hash}")


def test_ops_see_who_has_not_spoken_of_their_own_accounts(own_place: Place) -> None:
    """By each CSM's name: how many of their own accounts wait for their opinion."""
    csms = [one.csm for one in summaries(own_place).values() if one.csm is not None and one.csm.mail and one.csm.name]
    csm = csms[0]
    own = sum(one.name == csm.name for one in csms)
    mine = own_place.visitor("csm", name=csm.name or "", mail=csm.mail)
    give(mine, asked(mine), "Healthy")
    page = own_place.visitor("ops", name="Oli").get("/pilot/agreement")
    row = page.partition(f'<th scope="row">{html.escape(csm.name or "", quote=False)}</th>')[2].partition("</tr>")[0]
    assert f">{own - 1} of {own}<" in row
