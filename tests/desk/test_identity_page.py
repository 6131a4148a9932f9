"""Identity at the desk: pairs verified, rejected, undone; and the score that heals."""

import csv
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.portfolio import USUAL_FORM, portfolio_of
from config.sheets import parse_sheet
from handlers.desk.audit import acts
from handlers.desk.services import Services
from handlers.identity.proposals import read_proposals
from handlers.jobs.decisions import Shown, decisions
from handlers.jobs.records import AccountReader
from handlers.stores.accounts import Edit
from handlers.stores.protocol import Batch
from scoring.account import Account, Naming
from scoring.instants import Duration, parse_instant
from scoring.measurement import score
from tests.calling import call
from tests.desk.axe import assert_accessible
from tests.desk.browsing import PHONE, served, window
from tests.desk.places import NOW, Place, Visitor

PAGE = "/identity"
HOSTILE = '"><script>alert(1)</script>'
_PAIR = re.compile(r'<tr id="pair-([0-9a-f]+)">.*?</tr>', re.DOTALL)


def without_owner(place: Place, source: str = "intercom") -> tuple[Account, str]:
    """Take its owner in a source away from an account that has facts there; gives both."""
    with place.store() as store:
        accounts = [one for one in place.desk.accounts() if one.owners.get(source)]
        account = next(one for one in accounts if len(store.facts(source, one.owners[source])) > 20)
        (owner,) = account.owners[source]
        store.portfolio.put([Edit(account.id, less=((source, owner),))], "zoe", NOW)
    return account, owner


def pair_of(page: str, account: Account) -> str:
    """Give the id of the pair that a page proposes for an account."""
    return next(row[1] for row in _PAIR.finditer(page) if account.id in row[0])


def proposed(visitor: Visitor) -> dict[str, str]:
    """Give the rows of the proposed pairs, by id."""
    return {row[1]: unescape(row[0]) for row in _PAIR.finditer(visitor.get(PAGE))}


def test_only_ops_see_pairs_and_decide(own_place: Place) -> None:
    """Neither the page, nor its files, nor its deeds are anybody else's."""
    account, _ = without_owner(own_place)
    pair = pair_of(own_place.visitor("ops").get(PAGE), account)
    for role in ("csm", "leader"):
        visitor = own_place.visitor(role)
        assert [visitor.status(f"{PAGE}{rest}") for rest in ("", "/mapping.csv", "/proposals.csv")] == [404] * 3
        visitor.send(f"{PAGE}/{pair}", {"act": "verify"}, expect=404)
    with own_place.store() as store:
        assert decisions(store) == []


def test_a_verified_pair_heals_the_score(own_place: Place) -> None:
    """The owner is the account's again, its live score rests on more, and the history names who did it."""
    account, owner = without_owner(own_place)
    visitor = own_place.visitor("ops")
    own_place.desk.services.rescores.rescore([account.id])  # type: ignore[union-attr]
    visitor.send(f"{PAGE}/{pair_of(visitor.get(PAGE), account)}", {"act": "verify", "why": "same contract"})
    with own_place.store() as store:
        healed = store.portfolio.account(account.id)
        (made,) = decisions(store)
        live = store.record(account.id, "2026-11")
        assert healed is not None
        assert live is not None
        assert healed.owners["intercom"] == (owner,)
        assert next(reversed(list(store.portfolio.history(account.id)))).by == "Ana Duarte"
        assert (made.status, made.person, made.why) == ("verified", "Ana Duarte", "same contract")
        assert made.before is not None
        assert made.after is not None
        assert made.before.coverage < made.after.coverage == live.score.coverage_pct
        assert [(one.act, one.before, one.after) for one in acts(store)] == [("pair verified", "proposed", "verified")]
    assert account.id not in visitor.get(PAGE)
    assert f"coverage {made.before.coverage:g}" in visitor.get(f"{PAGE}?show=decided")


def test_what_a_pair_changed_is_told_apart_from_what_time_changed(own_place: Place) -> None:
    """Where the last record is of another month, the live score before the decision is what is compared with."""
    account, _ = without_owner(own_place)
    with own_place.store() as store:
        facts = AccountReader(store).read(next(one for one in store.portfolio.accounts() if one.id == account.id))
        live, record = score(facts, NOW, own_place.desk.config.model), store.record_before(account.id, "2026-11")
    assert record is not None
    assert (live.final_score, live.coverage_pct) != (record.score.final_score, record.score.coverage_pct)
    visitor = own_place.visitor("ops")
    visitor.send(f"{PAGE}/{pair_of(visitor.get(PAGE), account)}", {"act": "verify"})
    with own_place.store() as store:
        (made,) = decisions(store)
    assert made.before == Shown(live.final_score, live.coverage_pct)


def test_a_rejected_pair_is_never_proposed_again_by_desk_or_command_line(own_place: Place, tmp_path: Path) -> None:
    """Until it is undone."""
    account, owner = without_owner(own_place)
    visitor = own_place.visitor("ops")
    pair = pair_of(visitor.get(PAGE), account)
    visitor.send(f"{PAGE}/{pair}", {"act": "reject", "why": "another company"})
    assert pair not in proposed(visitor)
    assert (account.id, owner) not in by_command_line(own_place, tmp_path)
    visitor.send(f"{PAGE}/{pair}", {"act": "undo"})
    assert pair in proposed(visitor)
    assert (account.id, owner) in by_command_line(own_place, tmp_path)


def by_command_line(place: Place, folder: Path) -> set[tuple[str, str]]:
    """Give the pairs that the command line proposes for the same store, those that were rejected left out."""
    (folder / "proposals.csv").unlink(missing_ok=True)
    store = next(folder.glob("*.db"))
    done = call("--store", f"sqlite:///{store}", "identity", "propose", "--output", "proposals.csv", folder=folder)
    assert done.returncode == 0, done.stderr
    read = read_proposals(folder / "proposals.csv")
    assert place.desk.accounts()
    return {(one.sf_account_id, one.owner) for one in read if one.status == "proposed"}


def test_undoing_takes_the_owner_away_again(own_place: Place) -> None:
    """And the live score is made anew without it."""
    account, owner = without_owner(own_place)
    visitor = own_place.visitor("ops")
    pair = pair_of(visitor.get(PAGE), account)
    visitor.send(f"{PAGE}/{pair}", {"act": "verify"})
    visitor.send(f"{PAGE}/{pair}", {"act": "undo"})
    with own_place.store() as store:
        now = store.portfolio.account(account.id)
        live = store.record(account.id, "2026-11")
        assert now is not None
        assert live is not None
        assert owner not in now.owners.get("intercom", ())
        assert "unmapped:intercom" in live.score.flags
    assert pair in proposed(visitor)
    visitor.send(f"{PAGE}/{pair}", {"act": "undo"}, expect=404)


def test_a_pair_that_several_verify_at_once_is_verified_once(own_place: Place) -> None:
    """One of them is named as who did it; the others read that it is done."""
    account, owner = without_owner(own_place)
    visitors = [own_place.visitor("ops", name=name) for name in ("Ana", "Bo", "Cy", "Di")]
    pair = pair_of(visitors[0].get(PAGE), account)

    def verify(visitor: Visitor) -> int:
        form = {"token": visitor.token, "act": "verify"}
        return int(visitor.client.post(f"{PAGE}/{pair}", data=form, follow_redirects=False).status_code)

    with ThreadPoolExecutor(len(visitors)) as several:
        answers = sorted(several.map(verify, visitors))
    assert answers[0] == 303
    assert set(answers[1:]) <= {400, 404}
    with own_place.store() as store:
        assert [one.act for one in acts(store)].count("pair verified") == 1
        found = store.portfolio.account(account.id)
        assert found is not None
        assert owner in found.owners["intercom"]


def test_an_owner_of_another_account_is_refused_in_words(own_place: Place) -> None:
    """Somebody else gave it away since the page was loaded."""
    account, owner = without_owner(own_place)
    visitor = own_place.visitor("ops")
    page = visitor.get(PAGE)
    other = next(one for one in own_place.desk.accounts() if one.id != account.id)
    with own_place.store() as store:
        store.portfolio.put([Edit(other.id, more=(("intercom", owner),))], "zoe", NOW)
    remembered = own_place.desk.memory._slow  # noqa: SLF001  # a matching that took long is kept for a while
    remembered["identity"] = (None, replace(remembered["identity"][1], took=Duration(10**9)))
    said = visitor.send(f"{PAGE}/{pair_of(page, account)}", {"act": "verify"}, expect=400)
    assert "Another account has this owner" in said
    assert str(other.id) in said
    with own_place.store() as store:
        assert decisions(store) == []


def test_only_exact_keys_are_verified_at_once_and_only_those_that_were_seen(own_place: Place) -> None:
    """A stamp of the list is part of the form; pairs of any other rule stay."""
    listed = [f"001000000000{number:03d}" for number in (111, 222)]
    batch = Batch()
    for number, key in enumerate(listed):
        batch.add(Naming("intercom", (key,), parse_instant("2026-10-01"), f"Exact {number}"))
        batch.add(Naming("salesforce", (f"{key}AAA",), parse_instant("2026-10-01"), f"Exact {number}"))
    with own_place.store() as store:
        store.merge(batch)
    visitor = own_place.visitor("ops")
    page = visitor.get(PAGE)
    stamp = re.search(r'name="stamp" value="([0-9a-f]+)"', page)
    assert stamp is not None
    visitor.send(f"{PAGE}/exact", {"stamp": "0", "source": "", "q": ""}, expect=400)
    exact = {pair for pair, row in proposed(visitor).items() if "Exact key" in row}
    visitor.send(f"{PAGE}/exact", {"stamp": stamp[1], "source": "", "q": ""})
    with own_place.store() as store:
        assert {one.id for one in decisions(store)} == exact
        assert {one.rule for one in decisions(store)} == {"exact"}
        assert len(exact) >= 2


def test_an_account_that_came_by_a_pair_leaves_with_it(own_place: Place) -> None:
    """Undone, it is out of the portfolio again."""
    batch = Batch()
    batch.add(Naming("intercom", ("001000000000333",), parse_instant("2026-10-01"), "New House"))
    batch.add(Naming("salesforce", ("001000000000333AAA",), parse_instant("2026-10-01"), "New House"))
    with own_place.store() as store:
        store.merge(batch)
    visitor = own_place.visitor("ops")
    rows = proposed(visitor)
    pair = next(pair for pair, row in rows.items() if "New House" in row)
    assert "Not in the portfolio yet" in rows[pair]
    visitor.send(f"{PAGE}/{pair}", {"act": "verify"})
    with own_place.store() as store:
        added = store.portfolio.account("001000000000333AAA")
        assert added is not None
        assert added.name == "New House"
    visitor.send(f"{PAGE}/{pair}", {"act": "undo"})
    with own_place.store() as store:
        assert store.portfolio.account("001000000000333AAA") is None


def test_the_account_of_an_owner_that_nobody_is_found_for_is_chosen_by_hand(own_place: Place) -> None:
    """By its id, which must be one of an account that is known."""
    batch = Batch()
    batch.add(Naming("looker", ("zzz-1",), parse_instant("2026-10-01"), "Qqq Xxx"))
    with own_place.store() as store:
        store.merge(batch)
    visitor, account = own_place.visitor("ops"), own_place.desk.accounts()[0]
    assert "Qqq Xxx" in visitor.get(f"{PAGE}?show=rest&source=looker")
    form = {"source": "looker", "owner": "zzz-1"}
    assert "no id of an account" in visitor.send(f"{PAGE}/choose", {**form, "account": "nonsense"}, expect=400)
    assert "No source named" in visitor.send(f"{PAGE}/choose", {**form, "account": "001000000000999AAA"}, expect=400)
    visitor.send(f"{PAGE}/choose", {**form, "account": account.id})
    with own_place.store() as store:
        mapped = store.portfolio.account(account.id)
        assert mapped is not None
        assert "zzz-1" in mapped.owners["looker"]


def test_names_are_escaped_and_files_are_the_command_lines(own_place: Place, tmp_path: Path) -> None:
    """The mapping reads back as the accounts are; the proposals read back by the command line's own reader."""
    batch = Batch()
    batch.add(Naming("intercom", ("evil",), parse_instant("2026-10-01"), f"=cmd {HOSTILE}"))
    with own_place.store() as store:
        store.merge(batch)
    without_owner(own_place)
    visitor = own_place.visitor("ops")
    for tab in ("proposed", "ambiguous", "rest", "decided"):
        assert HOSTILE not in visitor.get(f"{PAGE}?show={tab}&q=")
    accounts = portfolio_of(parse_sheet(visitor.get(f"{PAGE}/mapping.csv").encode(), "mapping.csv", USUAL_FORM.columns))
    assert {one.id: one.owners for one in accounts} == {one.id: one.owners for one in own_place.desk.accounts()}
    text = visitor.get(f"{PAGE}/proposals.csv")
    (tmp_path / "proposals.csv").write_text(text)
    assert len(read_proposals(tmp_path / "proposals.csv")) == len(list(csv.reader(StringIO(text)))) - 1


def test_with_accounts_of_a_file_the_decision_is_kept_and_the_file_offered(own_place: Place, tmp_path: Path) -> None:
    """The desk does not write the file; the mapping that it offers has the pair, the store's accounts do not."""
    account, owner = without_owner(own_place)
    path = tmp_path / "mapping.csv"
    path.write_bytes(own_place.visitor("ops").get(f"{PAGE}/mapping.csv").encode())
    before = path.read_bytes()
    place = replace(own_place, desk=replace(own_place.desk, services=Services(mapping=path)))
    visitor = place.visitor("ops")
    page = visitor.get(PAGE)
    assert "which the desk does not write" in page
    visitor.send(f"{PAGE}/{pair_of(page, account)}", {"act": "verify"})
    offered = portfolio_of(parse_sheet(visitor.get(f"{PAGE}/mapping.csv").encode(), "mapping.csv", USUAL_FORM.columns))
    assert next(one for one in offered if one.id == account.id).owners["intercom"] == (owner,)
    assert path.read_bytes() == before
    assert account.id not in visitor.get(PAGE)
    with place.store() as store:
        kept = store.portfolio.account(account.id)
        assert kept is not None
        assert "intercom" not in kept.owners


@pytest.mark.parametrize("asked", ["?page=99", "?page=x", "?show=nonsense", "?source=nonsense&q=%00"])
def test_strange_addresses_are_pages_like_others(place: Place, asked: str) -> None:
    """What is no page is the first or the last, what is no list is the first."""
    assert "Identity" in place.visitor("ops").get(f"{PAGE}{asked}")


def test_somebody_verifies_a_pair_in_a_browser_and_sees_the_score_heal(own_place: Place, browser: Browser) -> None:
    """From the missing owner to the decision with the live score before and after; on a phone nothing is too wide."""
    account, _ = without_owner(own_place)
    own_place.desk.services.rescores.rescore([account.id])  # type: ignore[union-attr]
    with served(own_place) as address:
        with window(browser, own_place, address, "ops") as seen:
            page = seen.open(f"{PAGE}?q={account.id}")
            page.get_by_role("button", name="Verify", exact=False).last.click()
            page.wait_for_url("**/identity?show=decided*")
            healed = page.locator("tr", has_text=account.id).inner_text()
            assert "Verified" in healed
            seen.assert_clean()
        with window(browser, own_place, address, "ops", size=PHONE) as seen:
            seen.open(f"{PAGE}?show=decided")
            assert seen.is_within()
    with own_place.store() as store:
        live = store.record(account.id, "2026-11")
        assert live is not None
        assert f"{live.score.coverage_pct:g}%" in healed
        assert "unmapped:intercom" not in live.score.flags
    with served(own_place) as address, window(browser, own_place, address, "ops", theme="dark") as seen:
        assert_accessible(seen.open(f"{PAGE}?show=decided"))
        assert_accessible(seen.open(PAGE))
