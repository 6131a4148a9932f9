"""A desk on a store, and people who visit it without a screen."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from config.desk import ROLES, DeskTerms, Role
from config.loader import DEFAULT_DIRECTORY, load_config
from handlers.desk.app import desk_app
from handlers.desk.desk import Desk
from handlers.desk.local_closes import LocalCloses
from handlers.desk.local_scores import LocalScores
from handlers.desk.people import Person
from handlers.desk.services import Services
from handlers.desk.serving import Home, local_desk
from handlers.desk.signed import Session, Signer
from handlers.files import OutputFile
from handlers.jobs.letter_file import LetterFile
from handlers.stores.opening import open_store
from handlers.stores.protocol import Store
from handlers.stores.sqlite.watch import Watch
from scoring.account import Account
from scoring.instants import DAY, Instant, parse_instant

NOW = Instant(parse_instant("2026-11-01") + DAY // 2)
HOST = "testserver"


class NoDoor:
    """Signs in nobody: tests make cookies themselves."""

    def __init__(self) -> None:
        """Sign by a secret of the tests."""
        self.signer = Signer("secret of the tests", is_secure=False)

    def routes(self) -> list[BaseRoute]:
        """Give no routes."""
        return []

    def is_over(self, _session: Session, *, surely: bool) -> bool:  # noqa: ARG002  nobody signs out here
        """Tell that no session was ended."""
        return False

    def challenge(self, _request: Request) -> Response:
        """Answer whoever is not signed in."""
        return Response("sign in", 401)


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in: asks for pages, and sends forms as the pages would."""

    client: TestClient
    token: str

    def get(self, address: str, **headers: str) -> str:
        """Give a page that must be there."""
        answer = self.client.get(address, headers=headers)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:2_000])
        return answer.text

    def status(self, address: str) -> int:
        """Give the status of a page."""
        return int(self.client.get(address, follow_redirects=False).status_code)

    def send(self, address: str, fields: Mapping[str, str] | None = None, *, expect: int = 303) -> str:
        """Send a form, with the token of the session; gives where it leads, or what is answered."""
        form = {"token": self.token, **(fields or {})}
        answer = self.client.post(address, data=form, follow_redirects=False)
        assert answer.status_code == expect, (address, answer.status_code, answer.text[:2_000])
        return str(answer.headers.get("location", answer.text))


@dataclass(frozen=True)
class Place:
    """A desk on a store, and its door."""

    desk: Desk
    door: NoDoor

    def app(self, *hosts: str) -> Starlette:
        """Make its app."""
        return desk_app(self.desk, self.door, hosts=hosts or [HOST])

    def visitor(self, *roles: Role, name: str = "Ana Duarte", mail: str | None = None) -> Visitor:
        """Sign somebody in with these roles; by default with all."""
        session = self.session(*roles, name=name, mail=mail)
        client = TestClient(self.app())
        client.cookies.set(self.door.signer.cookie, self.cookie(session))
        return Visitor(client, self.door.signer.form_token(session))

    def session(self, *roles: Role, name: str = "Ana Duarte", mail: str | None = None) -> Session:
        """Make the session of somebody with these roles."""
        person = Person(name.casefold().replace(" ", "."), name, mail, frozenset(roles or ROLES))
        return Session(f"session of {name}", person)

    def cookie(self, session: Session) -> str:
        """Give the value of the cookie of a session."""
        signed = Response()
        self.door.signer.sign_in(signed, session)
        return signed.headers["set-cookie"].split(";")[0].partition("=")[2]

    def with_terms(self, terms: DeskTerms) -> "Place":
        """Give the same desk on other terms."""
        return replace(self, desk=replace(self.desk, terms=terms))

    def at(self, now: Instant) -> "Place":
        """Give the same desk at another instant."""
        return replace(self, desk=replace(self.desk, clock=lambda: now))

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open its store."""
        with self.desk.open_store() as store:
            yield store


def place_of(store: Path, terms: DeskTerms | None = None, now: Instant = NOW) -> Place:
    """Open a desk on a store of SQLite, with the config of the repository, at an instant."""

    @contextmanager
    def opened() -> Iterator[Store]:
        kept = open_store(f"sqlite:///{store}", lambda: now, create=False)
        try:
            yield kept
        finally:
            kept.close()

    def accounts() -> Sequence[Account]:
        with opened() as kept:
            return sorted(kept.portfolio.accounts(), key=lambda one: one.id)

    config = load_config(DEFAULT_DIRECTORY)
    services = Services(
        LetterFile(OutputFile(store.with_suffix(".dead-letter.jsonl")), opened, config.intake, lambda: now),
        LocalCloses(opened, accounts, config, lambda: now, store.parent),
        LocalScores(opened, config, lambda: now),
    )
    home = Home(opened, accounts, config, terms or DeskTerms(), lambda: now, Watch(store), services=services)
    return Place(replace(local_desk(home), is_local=False), NoDoor())
