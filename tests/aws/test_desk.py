"""The desk of the stack, through its HTTP API: people sign in by a provider on loopback, and see what is theirs."""

import shutil
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from config.loader import DEFAULT_DIRECTORY
from handlers.clock import now
from handlers.stores.dynamodb.store import DynamoStore
from tests.aws.world import World, world
from tests.engines import EngineMissingError
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, FakeOidc
from tests.fakes.server import serving
from tests.golden import sample
from tests.golden.make import of_config

OWN, FOREIGN = (one.id for one in sample.ACCOUNTS[:2])
ANA = {"sub": "ana", "name": "Ana Größe", "email": "ana@example.com", "groups": ["healthscore-csm"]}
LEA = {"sub": "lea", "name": "Lea", "email": "lea@example.com", "groups": ["healthscore-leader"]}
OMAR = {"sub": "omar", "name": "Omar", "email": "omar@example.com", "groups": ["healthscore-ops"]}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    text: str

    @property
    def leads(self) -> str:
        """Give where it leads."""
        return str(self.headers["Location"])


@dataclass(slots=True)
class Browser:
    """A browser at the desk of a stack."""

    deployed: World
    provider: FakeOidc
    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """Ask the desk; cookies that it sets are kept."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {"Host": self.host, **({"Cookie": cookie} if cookie else {}), **headers}
        if form is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", self.deployed.emulator.port, timeout=60)) as connection:
            connection.request(method, path, None if form is None else urlencode(form), told)
            answer = connection.getresponse()
            body = answer.read()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._keep(line)
        return Answer(answer.status, answer.headers, body.decode(errors="replace"))

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self.call("GET", path, None, **headers)

    def come(self, person: Mapping[str, object]) -> Answer:
        """Sign somebody in; gives the desk's answer to their return."""
        self.cookies.clear()
        self.provider.person = dict(person)
        begun = self.get("/login?next=/%3Fview%3Dall")
        assert begun.status == 303, begun.text
        return self.get(self._agree(begun.leads).removeprefix(f"https://{self.host.partition(':')[0]}"))

    def _agree(self, address: str) -> str:
        parts = urlsplit(address)
        trusted = ssl.create_default_context(cafile=str(self.deployed.emulator.folder / "certificate.pem"))
        with closing(HTTPSConnection(parts.netloc, context=trusted, timeout=30)) as connection:
            connection.request("GET", f"{parts.path}?{parts.query}")
            return str(connection.getresponse().getheader("Location"))

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Deploy a stack with a desk where a CSM sees their own accounts alone; it has the records of a small portfolio."""
    folder = tmp_path_factory.mktemp("desk")
    mapping = folder / "mapping.csv"
    mapping.write_text(
        "sf_account_id,intercom_company_id,looker_customer_id,account_name,segment\n001000000000009AAA,x,y,X,\n"
    )
    provider = FakeOidc(now, dict(ANA))
    try:
        with (
            serving(provider.server, folder),
            world(
                folder,
                mapping,
                DeskIssuer=provider.issuer,
                DeskClientId=CLIENT_ID,
                DeskClientSecret=CLIENT_SECRET,
                DeskSecret="a secret of forty characters, of tests",
            ) as deployed,
        ):
            _fill(deployed)
            yield Browser(deployed, provider, _prepared(deployed, folder))
    except EngineMissingError as missing:
        pytest.skip(str(missing))


def _fill(deployed: World) -> None:
    made = of_config()
    with closing(DynamoStore(deployed.emulator.client("dynamodb"), deployed.stack.name, now)) as store:
        sample.fill(store, made.text, made.records)


def _prepared(deployed: World, folder: Path) -> str:
    """Let the desk have the emulator's address of its API, and a config of `visibility: own`; gives the address."""
    config = folder / "own"
    shutil.copytree(DEFAULT_DIRECTORY, config, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.csv"))
    terms = config / "desk.yaml"
    terms.write_text(terms.read_text().replace("visibility: all", "visibility: own"))
    host = urlsplit(deployed.stack.outputs["DeskUrl"]).netloc.split(".")[0] + ".execute-api.localhost"
    variables = deployed.stack.configuration("desk")["Environment"]["Variables"]
    changed = {"DESK_ADDRESS": f"https://{host}", "HEALTHSCORE_CONFIG": str(config)}
    deployed.stack.configure("desk", Environment={"Variables": variables | changed})
    return f"{host}:{deployed.emulator.port}"


def test_nobody_sees_anything_without_signing_in(browser: Browser) -> None:
    """Nor with a cookie that they made; the page leads to the sign-in."""
    browser.cookies.clear()
    for cookie in ({}, {"__Host-desk": "forged"}, {"__Host-desk": "e30.aaaa.bbbb"}):
        browser.cookies = dict(cookie)
        answer = browser.get("/?view=all")
        assert answer.status == 401
        assert "url=/login?next=%2F%3Fview%3Dall" in answer.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_csm_sees_their_own_accounts_and_no_others(browser: Browser) -> None:
    """In the list, by address and in files; another's account is as one that is not there."""
    back = browser.come(ANA)
    assert (back.status, back.leads) == (303, "/?view=all"), back.text
    for path in ("/?view=all", "/export.csv?view=all"):
        page = browser.get(path)
        assert page.status == 200, page.text
        assert OWN in page.text
        assert FOREIGN not in page.text
    assert browser.get(f"/accounts/{OWN}").status == 200
    theirs, nobody = browser.get(f"/accounts/{FOREIGN}"), browser.get("/accounts/001000000000999AAA")
    assert (theirs.status, nobody.status) == (404, 404)
    assert theirs.text == nobody.text
    assert [browser.get(path).status for path in ("/audit", "/quality", "/pilot/agreement")] == [404] * 3


def test_a_leader_sees_all_and_signs_out(browser: Browser) -> None:
    """By the form of a page of theirs alone."""
    assert browser.come(LEA).status == 303
    page = browser.get("/?view=all")
    assert OWN in page.text
    assert FOREIGN in page.text
    token = page.text.split('name="token" value="')[1].split('"')[0]
    assert browser.call("POST", "/logout", {"token": "forged"}).status == 403
    assert browser.call("POST", "/logout", {"token": token}, Origin="https://evil.example").status == 403
    assert browser.call("POST", "/logout", {"token": token}, Origin=f"https://{browser.host}").status == 303
    assert browser.get("/?view=all").status == 401


def test_ops_read_who_came(browser: Browser) -> None:
    """Also who was not let in."""
    refused = browser.come({**ANA, "groups": ["others"]})
    assert refused.status == 403
    assert "CS operations" in refused.text
    assert browser.come(OMAR).status == 303
    told = browser.get("/audit.csv").text
    for line in ("ana,Ana Größe,sign-in refused", "omar,Omar,signed in,Omar,,ops"):
        assert line in told


def test_an_answer_of_the_provider_is_of_one_browser(browser: Browser) -> None:
    """And what the provider did not sign for this desk signs nobody in."""
    browser.provider.bend = lambda claims: {**claims, "aud": "another"}
    try:
        assert browser.come(LEA).status == 502
    finally:
        browser.provider.bend = lambda claims: claims
    assert browser.get("/callback?code=x&state=y").status == 400
    assert browser.get("/login", Host="abcdef12.execute-api.localhost").status >= 400
