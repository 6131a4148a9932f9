"""A visit: one request of somebody who is signed in, and what answering it needs."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from starlette.datastructures import ImmutableMultiDict, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from handlers.desk import audit
from handlers.desk.desk import Desk
from handlers.desk.people import Person
from handlers.desk.templates import render
from handlers.stores.protocol import Store
from scoring.instants import Instant
from scoring.periods import period_start

_MOST_LETTERS = 100


class NotThere(Exception):  # noqa: N818  an answer rather than an error
    """There is no such page for this person; the text says what there is instead, or nothing."""


class Refused(Exception):  # noqa: N818  likewise
    """What was asked for cannot be done; the text says why, and what to do."""


@dataclass(frozen=True)
class Visit:
    """One request, who asks, and the desk; `form` is what a form was filled in with."""

    desk: Desk
    request: Request
    person: Person
    token: str
    form: ImmutableMultiDict[str, str]

    @cached_property
    def now(self) -> Instant:
        """Give the instant of the request: one for all that it shows."""
        return self.desk.clock()

    @property
    def query(self) -> QueryParams:
        """Give what the address asks for."""
        return self.request.query_params

    @property
    def is_fragment(self) -> bool:
        """Tell whether the page's own script asks for a part."""
        return self.request.headers.get("x-fragment") == "1"

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store."""
        with self.desk.open_store() as store:
            yield store

    def period(self) -> str | None:
        """Give the month that the address names; refuses what is none."""
        asked = self.query.get("period", "").strip()
        if not asked:
            return None
        try:
            period_start(asked)
        except ValueError as error:
            raise Refused(f"The address asks for a month that is none: {error}.") from error
        return asked

    def page(self, template: str, *, status: int = 200, **context: object) -> Response:
        """Answer with a page."""
        return HTMLResponse(self.html(template, **context), status)

    def html(self, template: str, **context: object) -> str:
        """Write a page or a part of one."""
        return render(template, visit=self, person=self.person, desk=self.desk, token=self.token, **context)

    def to(self, address: str) -> Response:
        """Send the browser on to a page of ours after a deed."""
        return RedirectResponse(address, 303)

    def note(self, store: Store, act: str, subject: str, **told: str) -> None:
        """Add a line to the audit: what this person did; `told` are before, after and reason."""
        audit.note(self.desk.trail(store), self.now, self.person, act, subject, **told)

    def words(self, name: str) -> str:
        """Give the words that the address asks for, on one line, and no more of them than a name may have.

        They are compared with every account: what is longer would keep the desk busy, and fits none.
        """
        return " ".join(self.query.get(name, "").split())[:_MOST_LETTERS]

    def chosen(self, name: str, known: Collection[str], default: Any = "") -> Any:  # noqa: ANN401 - as it was given
        """Give what the address chooses of a few words; what is none of them counts as nothing."""
        word = self.query.get(name, "")
        return word if word in known else default
