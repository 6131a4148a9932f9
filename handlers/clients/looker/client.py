"""Looker: inline queries by its own client library, asked patiently, answers checked before they are believed."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import looker_sdk
import requests
from looker_sdk import error, models40
from looker_sdk.rtl import api_settings, auth_token, serialize

from handlers.clients.bounded import bounded
from handlers.clients.looker.answers import Row, rows_of
from handlers.clients.looker.explore import PARTS, Explore, read_explore
from handlers.clients.remote import Patience, SourceError, blotted
from handlers.settings import LookerSettings

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next."""
LONGEST_PAUSE = 120.0
ALL_ROWS = "-1"
_LONGEST_TEXT = 200
_MISREAD = (serialize.DeserializeError, ExceptionGroup, AssertionError, LookupError, TypeError, ValueError)
"""All that the library may stumble on in an answer that is not of Looker's shape."""


class LookerRefusalError(SourceError):
    """Looker was asked for what is not there, or what the API user may not have."""


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """One query: fields by their full names, filters by field, at most `limit` rows (None: all).

    `custom` adds dimensions that the explore lacks: the name of each (one of `fields`) and its
    Looker expression, which gives a text.
    """

    model: str
    explore: str
    fields: tuple[str, ...]
    filters: Mapping[str, str]
    limit: int | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


class LookerClient:
    """One Looker instance. It logs in when first asked, and again when its token is no longer taken."""

    def __init__(
        self,
        settings: LookerSettings,
        *,
        wait: Callable[[float], None] = time.sleep,
        patience: Patience | None = None,
    ) -> None:
        """Make ready to ask; nothing is sent yet.

        `patience` says how to pause between tries, and until when in all; without it `wait` pauses.
        """
        error.ErrorDocHelper.parse_and_lookup = _no_lookup  # type: ignore[method-assign]
        self._settings = settings
        self._patience = Patience(wait=wait) if patience is None else patience
        self._answer: requests.Response | None = None
        self._explores: dict[tuple[str, str], Explore | None] = {}
        self._sdk = looker_sdk.init40(config_settings=_Given(settings))
        self._sdk.transport.session.hooks["response"].append(self._see)  # type: ignore[attr-defined]

    @property
    def logged_in(self) -> bool:
        """Tell whether Looker took the credentials when it was last asked."""
        return bool(self._sdk.auth.token.access_token)

    def rows(self, query: InlineQuery) -> list[Row]:
        """Run a query and give its rows, values as Looker wrote them.

        Raises SourceError where there is no answer, none that can be read, or one cut short.
        """
        body = models40.WriteQuery(
            model=query.model,
            view=query.explore,
            fields=list(query.fields),
            filters=dict(query.filters),
            limit=ALL_ROWS if query.limit is None else str(query.limit),
            query_timezone="UTC",
            dynamic_fields=_dynamic_fields(query.custom),
        )
        text = self._patiently(lambda: self._sdk.run_inline_query("json", body, cache=False, force_production=True))
        return rows_of(text, query.fields, query.limit)

    def explore(self, model: str, name: str) -> Explore | None:
        """Tell what an explore is made of; asked once. None where the API user may not know it.

        Raises SourceError where there is no answer.
        """
        if (model, name) not in self._explores:
            self._explores[model, name] = self._explore(model, name)
        return self._explores[model, name]

    def _explore(self, model: str, name: str) -> Explore | None:
        """Ask in the words of the interface: what the library makes of an explore knows no new word in it."""
        path = f"/lookml_models/{quote(model, safe='')}/explores/{quote(name, safe='')}"
        try:
            return read_explore(self._patiently(lambda: str(self._sdk.get(path, str, {"fields": PARTS}))))
        except LookerRefusalError:
            return None

    def _see(self, answer: requests.Response, *_: object, **__: object) -> None:
        """Keep what the library's error does not tell: the status, and which call it was."""
        self._answer = answer

    def _patiently(self, ask: Callable[[], str | bytes]) -> str | bytes:
        renewed = False
        patience = self._patience.call(self._settings.timeout_seconds)
        trouble: Exception = TimeoutError()
        for pause in (*PAUSES, None):
            self._answer = None
            try:
                return bounded(ask, patience.left())
            except (error.SDKError, TimeoutError, *_MISREAD) as broken:
                trouble = broken
            if self._status() == 401 and not renewed and not self._at_login():
                self._sdk.auth.token = auth_token.AuthToken()
                renewed = True
            elif pause is None or not self._passing() or self._longer(pause) >= patience.left():
                break
            else:
                patience.wait(self._longer(pause))
        refused = not self._passing() and not self._at_login()
        raise (LookerRefusalError if refused else SourceError)(self._refusal(trouble)) from None

    def _status(self) -> int:
        return 0 if self._answer is None else self._answer.status_code

    def _at_login(self) -> bool:
        return self._answer is not None and self._answer.url.endswith("/login")

    def _passing(self) -> bool:
        """Tell whether another try may fare better."""
        return not 400 <= self._status() < 500 or self._status() == 429

    def _longer(self, pause: float) -> float:
        asked = "" if self._answer is None else self._answer.headers.get("Retry-After", "")
        return min(max(pause, float(asked)), LONGEST_PAUSE) if asked.isdecimal() else pause

    def _refusal(self, trouble: Exception) -> str:
        if isinstance(trouble, TimeoutError):
            return f"Looker at {self._settings.url} gave no answer in time: see how long its queries take"
        status, said = self._status(), self._said(trouble)
        if self._at_login() and 400 <= status < 500 and status != 429:
            return f"Looker refused the login ({status}): check LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET"
        if status < 400:
            return f"Looker at {self._settings.url} gave no answer: {said}; check LOOKERSDK_BASE_URL and the network"
        if self._passing():
            return f"Looker was out of order at every try (status {status}): {said}; run this again later"
        advice = "check looker in config/sources.yaml, and what the API user may do and see"
        return f"Looker refused the query ({status}): {said}; {advice}"

    def _said(self, trouble: Exception) -> str:
        if not isinstance(trouble, error.SDKError):
            return "it could not be read"
        details = [f"{one.field}: {one.message}" for one in trouble.errors if one.message]
        return self._clean(" ".join("; ".join([str(trouble.message), *details]).split()))

    def _clean(self, text: str) -> str:
        text = blotted(text, self._settings.client_secret, self._sdk.auth.token.access_token)
        return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"


class _Given(api_settings.ApiSettings):
    """The library's settings from ours: no file and no environment is read, certificates are checked.

    The timeout stands here and not in a call's transport_options: a login inside a call would write
    its own content type into those, and spoil the call.
    """

    def __init__(self, settings: LookerSettings) -> None:
        self._given = settings
        super().__init__()

    def read_config(self) -> api_settings.SettingsConfig:
        return {
            "base_url": self._given.url,
            "client_id": self._given.client_id,
            "client_secret": self._given.client_secret,
            "verify_ssl": "true",
            "timeout": str(self._given.timeout_seconds),
        }


def _no_lookup(*_: object, **__: object) -> tuple[str, str]:
    """Stand in for the library's call to a public page about the error, which waits without end."""
    return "", ""


def _dynamic_fields(custom: Mapping[str, str]) -> str | None:
    dimensions = [
        {
            "category": "dimension",
            "dimension": name,
            "label": name,
            "expression": expression,
            "_kind_hint": "dimension",
            "_type_hint": "string",
        }
        for name, expression in custom.items()
    ]
    return json.dumps(dimensions) if dimensions else None
