"""Sign-in by an identity provider: who is let in, and every way in which an answer may not be what it should."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.responses import Response

from handlers.desk import audit
from handlers.desk.begun import COOKIE
from handlers.desk.signed import Session
from scoring.instants import HOUR, SECOND, Duration
from tests.desk.doors import ADDRESS, ANA, SECRETS, Behind, behind, query_of
from tests.desk.places import place_of
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, Claims, FakeOidc
from tests.fakes.server import Fault

SESSION = "__Host-desk"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behind]:
    """Put a desk with an empty store behind a provider where Ana signs in."""
    with behind(place_of(tmp_path / "healthscore.db"), tmp_path, monkeypatch) as made:
        yield made


def test_somebody_with_a_role_gets_in_and_goes_where_they_wanted(desk: Behind) -> None:
    """By the code with PKCE; the page, its roles, and the audit say who it is."""
    assert desk.come("/?view=all") == (303, "/?view=all")
    session = desk.session()
    assert session is not None
    assert (session.person.id, session.person.name, session.person.mail) == ("ana", "Ana Duarte", "ana@acme.example")
    assert session.person.roles == {"csm"}
    assert "Ana Duarte · CSM" in desk.browser.get("/").text
    with desk.place.store() as store:
        told = [(one.person, one.act, one.after) for one in audit.acts(store)]
    assert told == [("ana", "signed in", "csm")]


def test_the_provider_is_asked_as_the_protocol_wants_it(desk: Behind) -> None:
    """PKCE by S256, a state and a nonce of their own each time, and the address from the settings alone."""
    first, second = (query_of(desk.begin()) for _ in range(2))
    assert first["redirect_uri"] == f"{ADDRESS}/callback"
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    assert first["scope"] == "openid profile email"
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43


def test_the_cookies_are_bound_to_the_host_and_hold_no_token(desk: Behind) -> None:
    """`__Host-`, out of reach of scripts, https alone, and not sent along by other sites' forms."""
    begun = desk.browser.get("/login")
    back = desk.browser.get(desk.agree(begun.headers["location"]))
    for name, answer in ((COOKIE, begun), (SESSION, back)):
        (cookie,) = (one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}="))
        assert {part.strip().lower() for part in cookie.split(";")[1:]} >= {
            "httponly",
            "secure",
            "samesite=lax",
            "path=/",
        }
        assert "domain" not in cookie.lower()
    assert "Max-Age=28800" in back.headers["set-cookie"]
    assert not any(token in back.headers["set-cookie"] for token in desk.fake.tokens)
    assert COOKIE not in desk.browser.cookies


def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(desk: Behind) -> None:
    """A page that goes on by itself, since a form of ours may lead to no other site; a form is not sent again."""
    answer = desk.browser.get("/?q=a%26b&tier=Champion")
    assert answer.status_code == 401
    assert 'content="0; url=/login?next=%2F%3Fq%3Da%2526b%26tier%3DChampion"' in answer.text


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "https://evil.example/",
        "/\t/evil.example", "/\n/evil.example", "/ok\r\nSet-Cookie: a=b", "javascript:alert(1)", "evil.example",
        "", "/login?next=/", "/logout", "/callback", "/%0d%0aX: y\x00",
        "///evil.example", "/a" * 600, "/x y", "/\u202e",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere_after_the_sign_in(desk: Behind, onward: str) -> None:
    """What is no path of our own leads to the portfolio."""
    assert desk.come(onward) == (303, "/")


def test_a_code_is_of_the_browser_that_began(desk: Behind) -> None:
    """An answer that another browser is given (login CSRF) signs nobody in."""
    back = desk.agree(desk.begin())
    other = desk.new_browser()
    for path in (back, f"{ADDRESS}/callback", f"{ADDRESS}/callback?code=x&state=", f"{ADDRESS}/callback?state=%00"):
        answer = other.get(path)
        assert answer.status_code == 400
        assert SESSION not in other.cookies


def test_an_answer_is_good_once(desk: Behind) -> None:
    """The same address again, after a sign-out or by the back button, signs nobody in."""
    back = desk.agree(desk.begin())
    assert desk.browser.get(back).status_code == 303
    assert (desk.browser.get(back).status_code, desk.browser.get(back).headers["location"]) == (303, "/")
    desk.browser.cookies.delete(SESSION)
    assert desk.browser.get(back).status_code == 400


def test_another_tab_that_began_too_loses_nothing(desk: Behind) -> None:
    """The tab that began first comes back to a desk where the second signed in, not to an error."""
    first, second = desk.agree(desk.begin("/a")), desk.agree(desk.begin("/b"))
    assert desk.browser.get(second).headers["location"] == "/b"
    assert desk.browser.get(first).headers["location"] == "/"


def test_a_session_is_new_at_each_sign_in(desk: Behind) -> None:
    """A cookie that somebody planted before does not become that of the person."""
    desk.come()
    before, value = desk.session(), desk.browser.cookies[SESSION]
    desk.come()
    after = desk.session()
    assert before is not None
    assert after is not None
    assert before.id != after.id
    assert value != desk.browser.cookies[SESSION]


def change(**told: object) -> Callable[[Claims], Claims]:
    """Change claims of an id_token; None takes one away."""
    return lambda claims: {name: value for name, value in {**claims, **told}.items() if value is not None}


def shift(name: str, by: Duration) -> Callable[[Claims], Claims]:
    """Move a time of an id_token, and what it depends on."""
    return lambda claims: {**claims, name: claims["iat"] + by // SECOND}


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (change(iss="https://evil.example"), "iss"),
        (change(iss=None), "iss"),
        (change(aud="another"), "udience"),
        (change(aud=None), "aud"),
        (change(aud=[CLIENT_ID, "another"]), "azp"),
        (change(azp="another"), "azp"),
        (change(nonce="of another"), "nonce"),
        (change(nonce=None), "nonce"),
        (change(nonce=7), "nonce"),
        (change(sub=None), "sub"),
        (change(exp=None), "exp"),
        (change(exp="soon"), "exp"),
        (change(exp=True), "exp"),
        (shift("exp", Duration(-121 * SECOND)), "over"),
        (shift("iat", Duration(HOUR)), "later"),
        (shift("nbf", Duration(HOUR)), "later"),
    ],
)
def test_an_id_token_that_does_not_fit_signs_nobody_in(
    desk: Behind, bend: Callable[[Claims], Claims], said: str
) -> None:
    """Each claim by itself is reason enough, and the page says which."""
    desk.fake.bend = bend
    status, text = desk.come()
    assert (status, SESSION in desk.browser.cookies) == (502, False)
    assert said in text


@pytest.mark.parametrize(
    "bend",
    [
        change(aud=[CLIENT_ID]),
        change(aud=[CLIENT_ID, "another"], azp=CLIENT_ID),
        shift("exp", Duration(-119 * SECOND)),
        shift("nbf", Duration(119 * SECOND)),
    ],
)
def test_clocks_may_be_two_minutes_apart(desk: Behind, bend: Callable[[Claims], Claims]) -> None:
    """And an audience may be a list."""
    desk.fake.bend = bend
    assert desk.come() == (303, "/")


def unsigned(_fake: FakeOidc, claims: Claims) -> str:
    """Sign by nothing."""
    return jwt.encode(claims, "", "none")


def by_the_client_secret(_fake: FakeOidc, claims: Claims) -> str:
    """Sign by the secret that both sides share."""
    return jwt.encode(claims, CLIENT_SECRET.ljust(32), "HS256", {"kid": "first"})


def by_a_stranger(_fake: FakeOidc, claims: Claims) -> str:
    """Sign by a key of one's own, under the name of the published one."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256", {"kid": "first"})


def with_another_body(fake: FakeOidc, claims: Claims) -> str:
    """Change what was signed."""
    head, _, signature = jwt.encode(claims, fake.keys[fake.kid], "RS256", {"kid": fake.kid}).split(".")
    body = urlsafe_b64encode(b'{"sub":"eve"}').rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def no_token(_fake: FakeOidc, _claims: Claims) -> str:
    """Give what is none."""
    return "a.b"


@pytest.mark.parametrize("sign", [unsigned, by_the_client_secret, by_a_stranger, with_another_body, no_token])
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    desk: Behind, sign: Callable[[FakeOidc, Claims], str]
) -> None:
    """By nothing, by a shared secret, by a stranger's key, or changed after it was signed."""
    desk.fake.sign = sign
    assert desk.come()[0] == 502
    assert SESSION not in desk.browser.cookies


def test_a_new_key_of_the_provider_is_asked_for_and_not_at_every_token(desk: Behind) -> None:
    """A rotation is seen at once; tokens that name keys nobody knows make no flood of questions."""
    assert desk.come()[0] == 303
    desk.clock.go(Duration(61 * SECOND))
    desk.fake.rotate("second")
    assert desk.come()[0] == 303
    assert desk.fake.server.count("/keys") == 2
    desk.fake.sign = lambda fake, claims: jwt.encode(claims, fake.keys[fake.kid], "RS256", {"kid": "nobody's"})
    assert [desk.come()[0] for _ in range(3)] == [502] * 3
    assert desk.fake.server.count("/keys") == 2


def test_a_key_that_is_withdrawn_is_forgotten_within_the_hour(desk: Behind) -> None:
    """What was published once does not hold for ever."""
    assert desk.come()[0] == 303
    old = desk.fake.keys["first"]
    desk.fake.rotate("second")
    desk.fake.sign = lambda _, claims: jwt.encode(claims, old, "RS256", {"kid": "first"})
    desk.clock.go(HOUR)
    assert desk.come()[0] == 502


@pytest.mark.parametrize(
    ("methods", "secret"), [(["client_secret_post"], None), (None, None), ([], ""), (["none"], "")]
)
def test_the_client_proves_itself_as_the_provider_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, methods: list[str] | None, secret: str | None
) -> None:
    """In the body, by Basic where nothing is said, or not at all where it has no secret."""
    given = {} if secret is None else {"client_secret": secret}
    with behind(place_of(tmp_path / "healthscore.db"), tmp_path, monkeypatch, **given) as desk:  # type: ignore[arg-type]
        desk.fake.methods = methods
        assert desk.come()[0] == 303
        (call,) = (one for one in desk.fake.server.calls if one.path == "/token")
        assert ("authorization" in call.headers) == (methods is None)


def test_the_secret_is_in_no_page(desk: Behind) -> None:
    """Not even where the provider says it back."""
    desk.fake.secret, desk.fake.methods = "another", ["client_secret_post"]
    status, text = desk.come()
    assert status == 502
    assert "invalid_client" in text
    assert "s3cret" not in text


def test_a_provider_that_refuses_or_is_silent_is_said(desk: Behind) -> None:
    """In its own word, escaped; a code is not sent twice; a provider that is down is tried again."""
    desk.fake.refuse = "access_denied"
    status, text = desk.come()
    assert status == 502
    assert "access_denied &lt;b&gt;not today" in text
    desk.fake.refuse = None
    desk.fake.server.plan("/token", Fault("cut"))
    assert desk.come()[0] == 502
    assert desk.fake.server.count("/token") == 1
    assert desk.come()[0] == 303


def test_a_provider_that_describes_another_is_refused(desk: Behind) -> None:
    """A wrong issuer in the settings (Entra's `common`, Salesforce's login host) is said before anybody signs in."""
    desk.fake.describe = {"issuer": "https://login.example/{tenantid}/v2.0"}
    answer = desk.browser.get("/login")
    assert answer.status_code == 503
    assert "DESK_ISSUER" in answer.text
    desk.fake.describe = {"authorization_endpoint": "http://plain.example/"}
    assert desk.browser.get("/login").status_code == 503


def test_what_the_token_does_not_say_the_userinfo_does(desk: Behind) -> None:
    """Okta's thin tokens, Salesforce's permissions; of somebody else it is not taken."""
    desk.fake.person = {"sub": "ana"}
    desk.fake.userinfo = {"name": "Ana", "email": "a@b.example", "groups": ["desk-ops"]}
    assert desk.come()[0] == 303
    session = desk.session()
    assert session is not None
    assert session.person.roles == {"ops"}
    assert session.person.mail == "a@b.example"
    desk.fake.userinfo = {**desk.fake.userinfo, "sub": "eve"}
    assert desk.come()[0] == 502


def test_nobody_without_a_role_gets_in(desk: Behind) -> None:
    """A sentence says whom to ask; that it was tried is in the audit."""
    desk.fake.person = {**ANA, "groups": ["desk-csm-not", "others"]}
    status, text = desk.come()
    assert (status, SESSION in desk.browser.cookies) == (403, False)
    assert "CS operations" in text
    assert "ana@acme.example" in text
    with desk.place.store() as store:
        assert [(one.act, one.reason) for one in audit.acts(store)] == [("sign-in refused", "no role")]


def test_groups_that_are_left_out_are_said_and_not_taken_for_none(desk: Behind) -> None:
    """Entra gives no groups where there are more than a token holds."""
    del desk.fake.person["groups"]
    for told in ({"_claim_names": {"groups": "src1"}}, {"hasgroups": True}, {"hasgroups": "true"}):
        desk.fake.person = {**desk.fake.person, **told}
        status, text = desk.come()
        assert status == 403
        assert "app roles" in text


def test_signing_out_ends_the_session_and_offers_to_end_the_provider_s(desk: Behind) -> None:
    """By a form of the page alone; the way back is ours."""
    desk.come()
    assert desk.browser.post("/logout", data={"token": "forged"}).status_code == 403
    session = desk.session()
    assert session is not None
    token = desk.sign_in.signer.form_token(session)
    assert (
        desk.browser.post("/logout", data={"token": token}, headers={"origin": "https://evil.example"}).status_code
        == 403
    )
    desk.clock.go(SECOND)
    answer = desk.browser.post("/logout", data={"token": token}, headers={"origin": ADDRESS})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert SESSION not in desk.browser.cookies
    assert desk.browser.get("/").status_code == 401
    page = desk.browser.get("/signed-out").text
    assert (
        f"{desk.fake.issuer}/end?client_id={CLIENT_ID}&amp;post_logout_redirect_uri=https%3A%2F%2Fdesk.example" in page
    )
    with desk.place.store() as store:
        assert [one.act for one in audit.acts(store)] == ["signed in", "signed out"]


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(desk: Behind) -> None:
    """Of pages and of deeds; another session of the same person goes on, and a second sign-out says nothing new."""
    desk.come()
    session, cookie = desk.session(), desk.browser.cookies.get(SESSION)
    assert session is not None
    thief, elsewhere = desk.new_browser(), desk.new_browser()
    thief.cookies.set(SESSION, cookie or "", domain="desk.example", path="/")
    assert thief.get("/").status_code == 200
    other = Session("another session", session.person)
    signed = Response()
    desk.sign_in.signer.sign_in(signed, other)
    elsewhere.cookies.set(SESSION, signed.headers["set-cookie"].split(";")[0].partition("=")[2], domain="desk.example")
    token = {"token": desk.sign_in.signer.form_token(session)}
    assert desk.browser.post("/logout", data=token).status_code == 303
    assert thief.get("/").status_code == 401
    assert thief.get("/export.csv").status_code == 401
    assert thief.post("/views", data={**token, "name": "x", "query": ""}).status_code == 401
    assert elsewhere.get("/").status_code == 200
    assert thief.post("/logout", data=token).status_code == 303
    with desk.place.store() as store:
        assert [one.act for one in audit.acts(store)].count("signed out") == 1


def test_a_provider_without_an_end_is_not_asked_for_one(desk: Behind) -> None:
    """Signing out of the desk needs nobody."""
    desk.fake.describe = {"end_session_endpoint": None}
    assert "identity provider too" not in desk.browser.get("/signed-out").text


class Early(TimestampSigner):
    """Signs as if it were nine hours ago."""

    def get_timestamp(self) -> int:
        """Give the time."""
        return super().get_timestamp() - 9 * 3600


def told(name: str = "eve") -> dict[str, Any]:
    """Give what a session's cookie says."""
    return {"id": "x", "person": {"id": name, "name": name, "mail": None, "roles": ["ops"]}}


def test_a_cookie_that_is_forged_over_or_of_another_secret_is_none(desk: Behind) -> None:
    """Nor one of another use: a form's token or the cookie of a beginning is no session."""
    good = URLSafeTimedSerializer(list(SECRETS[:1]), salt="cookie")
    assert desk.read(good.dumps(told())) is not None
    over = URLSafeTimedSerializer(SECRETS[0], salt="cookie", signer=Early)
    other = URLSafeTimedSerializer("another secret", salt="cookie")
    salted = URLSafeTimedSerializer(SECRETS[0], salt="sign-in")
    odd = good.dumps({"id": "x", "person": {"id": "eve", "name": "e", "roles": ["admin"]}})
    for value in (over.dumps(told()), other.dumps(told()), salted.dumps(told()), odd, good.dumps(told())[:-2], "", "."):
        assert desk.read(value) is None


def test_an_old_secret_is_read_and_no_longer_signs(desk: Behind) -> None:
    """A rotation signs nobody out; without the old secret its cookies are none."""
    old = URLSafeTimedSerializer(SECRETS[1], salt="cookie").dumps(told())
    assert desk.read(old) is not None
    desk.come()
    (value,) = (one for name, one in desk.browser.cookies.items() if name == SESSION)
    assert URLSafeTimedSerializer(SECRETS[0], salt="cookie").loads(value)["person"]["id"] == "ana"


def test_a_sign_in_that_took_too_long_begins_anew(desk: Behind) -> None:
    """Ten minutes, by the cookie's own time."""
    back = desk.agree(desk.begin())
    late = URLSafeTimedSerializer(SECRETS[0], salt="sign-in", signer=Early)
    state = query_of(back)["state"]
    desk.browser.cookies.delete(COOKIE)
    begun = {"state": state, "nonce": "n", "verifier": "v", "onward": "/"}
    desk.browser.cookies.set(COOKIE, late.dumps(begun), domain="desk.example", path="/")
    assert desk.browser.get(back).status_code == 400


def test_only_the_desk_s_own_name_is_answered(desk: Behind) -> None:
    """No address comes from a request: another name is refused, and a forwarded one is not looked at."""
    assert desk.browser.get("/login", headers={"host": "evil.example"}).status_code == 400
    answer = desk.browser.get("/login", headers={"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"})
    assert query_of(answer.headers["location"])["redirect_uri"] == f"{ADDRESS}/callback"


def test_https_is_asked_for_again(desk: Behind) -> None:
    """Browsers are to stay with it."""
    assert desk.browser.get("/login").headers["strict-transport-security"].startswith("max-age=")
