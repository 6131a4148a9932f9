"""Saved views: filters with a name, of one person or shared by a leader, kept in the store."""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_hex
from urllib.parse import parse_qsl

import msgspec

from handlers.desk.people import Person
from handlers.desk.portfolio.query import Query, read
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import Store

MOST = 6
"""So many saved views somebody sees at most: what fits one row of tabs."""
MOST_LETTERS = 30
_VIEWS = "desk/views/"
_OF_NO_VIEW = ("period", "page", "saved")


class SavedView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A named view: its filters and order as in an address, who made it, whether all see it."""

    id: str
    name: str
    query: str
    owner: str
    owner_name: str
    is_shared: bool = False

    def is_seen_by(self, person: Person) -> bool:
        """Tell whether somebody sees it."""
        return self.is_shared or self.owner == person.id

    def may_be_removed_by(self, person: Person) -> bool:
        """Tell whether somebody may remove or replace it: whoever made it, of shared ones any leader."""
        return self.owner == person.id or (self.is_shared and person.may("leader"))


def saved_views(visit: Visit, store: Store) -> list[SavedView]:
    """List the views that a person sees: shared ones first, then by name."""
    kept = (read_kept(text, SavedView, name) for name, text in store.cursors(_VIEWS).items() if text)
    seen = [one for one in kept if one.is_seen_by(visit.person)]
    return sorted(seen, key=lambda one: (not one.is_shared, one.name.casefold(), one.id))


def query_of(view: SavedView, period: str = "") -> Query:
    """Read the query of a view, for a month."""
    return replace(read(dict(parse_qsl(view.query)).get), period=period, saved=view.id)


def written(query: Query) -> str:
    """Write what a view keeps of a query."""
    return query.written(*_OF_NO_VIEW)


def save(visit: Visit) -> Query:
    """Save the view of a form; one of the same name and kind is replaced. Gives the query to go on with."""
    name, is_shared = _name(visit.form.get("name", "")), visit.form.get("shared") == "yes"
    query = read(dict(parse_qsl(visit.form.get("query", ""))).get)
    if is_shared and not visit.person.may("leader"):
        raise Refused("Only leaders and Ops share views with everybody: save it for yourself.")
    with visit.store() as store:
        known = saved_views(visit, store)
        before = _same(known, name, visit.person, is_shared=is_shared)
        if before is None and len(known) >= MOST:
            raise Refused(f"There are {MOST} saved views, as many as fit one row of tabs: remove one first.")
        made = SavedView(
            token_hex(6) if before is None else before.id,
            name,
            written(query),
            visit.person.id if before is None else before.owner,
            visit.person.name if before is None else before.owner_name,
            is_shared,
        )
        store.set_cursor(_VIEWS + made.id, keep(made))
        visit.note(store, "view saved", name, before="" if before is None else before.query, after=made.query)
    return query_of(made)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise Refused(f"A view needs a name of at most {MOST_LETTERS} letters.")
    return name


def _same(known: Sequence[SavedView], name: str, person: Person, *, is_shared: bool) -> SavedView | None:
    fits = (one for one in known if one.name.casefold() == name.casefold() and one.is_shared == is_shared)
    return next((one for one in fits if one.may_be_removed_by(person)), None)


def remove(visit: Visit, view_id: str) -> SavedView:
    """Remove a view."""
    with visit.store() as store:
        found = next((one for one in saved_views(visit, store) if one.id == view_id), None)
        if found is None:
            raise NotThere("There is no such view: it may have been removed already.")
        if not found.may_be_removed_by(visit.person):
            raise Refused(f"{found.owner_name} shared this view: they or a leader may remove it.")
        store.set_cursor(_VIEWS + found.id, "")
        visit.note(store, "view removed", found.name, before=found.query)
    return found
