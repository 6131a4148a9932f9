"""The routes of identity: pairs are shown, verified, rejected; mapping and proposals are downloaded."""

import csv
from io import StringIO

from starlette.responses import Response
from starlette.routing import BaseRoute

from config.errors import MappingError
from config.keys import account_fault
from config.portfolio import form_of, portfolio_of
from config.sheets import read_sheet
from handlers.desk.downloads import file_answer
from handlers.desk.identity.deciding import Deciding
from handlers.desk.identity.matches import MATCHES, Matches, id_of, matches_of, still_open
from handlers.desk.identity.shape import identity_page, sought_of, stamp_of
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.identity.mapping import mapping_bytes, with_verified
from handlers.identity.proposals import Proposal, proposal_rows
from handlers.jobs.decisions import Decision, decisions, standing_pairs
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.ids import to_18

PAGE = "/identity"
_BY_HAND = "chosen by hand"
_CSV = "text/csv; charset=utf-8"
_GONE = "This pair is not proposed any more: load the page again to see what is."


def identity_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page(PAGE, _show, need="ops"),
        rooms.page(f"{PAGE}/mapping.csv", _mapping, need="ops"),
        rooms.page(f"{PAGE}/proposals.csv", _proposals, need="ops"),
        rooms.deed(f"{PAGE}/exact", _bulk),
        rooms.deed(f"{PAGE}/choose", _choose),
        rooms.deed(f"{PAGE}/{{pair}}", _decide),
    ]


def _show(visit: Visit) -> Response:
    with visit.store() as store:
        page = identity_page(visit, store)
    return visit.page("identity/identity.html.j2", page=page)


def _decide(visit: Visit) -> Response:
    pair, act = str(visit.request.path_params["pair"]), visit.form.get("act", "")
    why = " ".join(visit.form.get("why", "").split())
    with visit.store() as store:
        deciding = Deciding(visit, store)
        if act == "undo":
            deciding.undo(_made(store, pair))
            visit.desk.memory.forget(MATCHES)
        elif act in {"verify", "reject"}:
            found = _proposed(visit, store, pair)
            deciding.verify([found], why) if act == "verify" else deciding.reject(found, why)
        else:
            raise Refused("The form says neither to verify, nor to reject, nor to undo.")
    return visit.to(_back(visit, pair))


def _back(visit: Visit, pair: str) -> str:
    """Lead to the decision that was made, where it shows what came of it."""
    return f"{PAGE}?show=decided#pair-{pair}" if visit.form.get("act") != "undo" else PAGE


def _proposed(visit: Visit, store: Store, pair: str) -> Proposal:
    open_pairs = still_open(matches_of(visit, store).value.proposals, decisions(store))
    found = next((one for one in open_pairs if id_of(one) == pair), None)
    if found is None:
        raise NotThere(_GONE)
    return found


def _made(store: Store, pair: str) -> Decision:
    found = next((one for one in decisions(store) if one.id == pair and one.status != "undone"), None)
    if found is None:
        raise NotThere("Nothing is decided of this pair, or it was undone already.")
    return found


def _bulk(visit: Visit) -> Response:
    """Verify all exact keys that the page showed; none where the list is another one by now."""
    with visit.store() as store:
        open_pairs = still_open(matches_of(visit, store).value.proposals, decisions(store))
        exact = [one for one in sought_of(visit, visit.form).proposals(open_pairs) if one.rule == "exact"]
        if not exact or stamp_of(exact) != visit.form.get("stamp"):
            raise Refused("The list has changed since the page was loaded: look at it again, then verify.")
        Deciding(visit, store).verify(exact, "all exact keys at once")
    return visit.to(f"{PAGE}?show=decided")


def _choose(visit: Visit) -> Response:
    """Verify an owner as that of an account that a person chose."""
    source, owner = visit.form.get("source", ""), visit.form.get("owner", "")
    with visit.store() as store:
        matches = matches_of(visit, store).value
        proposal = _chosen(matches, source, owner, _account(visit, matches))
        Deciding(visit, store).verify([proposal], " ".join(visit.form.get("why", "").split()))
    return visit.to(f"{PAGE}?show=decided#pair-{id_of(proposal)}")


def _account(visit: Visit, matches: Matches) -> str:
    said = visit.form.get("account", "").strip()
    fault = account_fault(said, form_of(visit.desk.config).prefix)
    if fault is not None:
        raise Refused(f"This is no id of an account: {fault.said}.")
    account_id = to_18(said)
    if account_id not in matches.accounts:
        raise Refused("No source named an account of this id, and it is not in the portfolio: compare it with the CRM.")
    return account_id


def _chosen(matches: Matches, source: str, owner: str, account_id: str) -> Proposal:
    profile = matches.owners.get((source, owner))
    is_open = (source, owner) in matches.ambiguous or profile in matches.rest
    if profile is None or not is_open:
        raise NotThere(_GONE)
    account = matches.accounts[account_id]
    return Proposal(account_id, account.name, source, owner, profile.name, "exact", 100.0, _BY_HAND)


def _mapping(visit: Visit) -> Response:
    """Give the accounts as a mapping; where they come from a file, that file with verified pairs in it."""
    form, path = form_of(visit.desk.config), visit.desk.services.mapping
    with visit.store() as store:
        sheet = None if path is None else read_sheet(path, form.columns)
        accounts = visit.desk.accounts() if sheet is None else _with_verified(portfolio_of(sheet, form), store)
        content = mapping_bytes(accounts, "mapping.csv", sheet, form)
        visit.note(store, "mapping downloaded", "mapping.csv")
    return file_answer("mapping.csv", _CSV, content)


def _with_verified(accounts: tuple[Account, ...], store: Store) -> tuple[Account, ...]:
    verified = standing_pairs(store, of_file=True)
    try:
        return with_verified(accounts, verified, lambda source, key: store.owner(source, key).ids, "the desk")
    except MappingError as error:
        raise Refused(f"The mapping has changed since pairs were verified: undo these first. {error}") from error


def _proposals(visit: Visit) -> Response:
    """Give decisions and proposals as the command line writes them."""
    of_file = visit.desk.services.mapping is not None
    with visit.store() as store:
        made, matches = decisions(store), matches_of(visit, store).value
        rows = proposal_rows([*standing_pairs(store, of_file=of_file), *still_open(matches.proposals, made)])
        visit.note(store, "proposals downloaded", "proposals.csv")
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return file_answer("proposals.csv", _CSV, text.getvalue())
