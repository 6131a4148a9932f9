"""Calls of an identity provider: each within seconds, for somebody waits before a blank page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import requests

from handlers.clients.oidc.errors import TokenError
from handlers.clients.oidc.registration import Registration
from handlers.clients.patient import patient_session
from handlers.clients.remote import Patience, SourceError, blotted

TIMEOUT_SECONDS = 5.0
ALL_SECONDS = 12.0
"""A question with its retries takes no longer: API Gateway answers in 30 seconds, or not at all."""

_BASIC, _POST = "client_secret_basic", "client_secret_post"
_MOST_SHOWN = 200


def ask(address: str, token: str | None = None) -> Mapping[str, Any]:
    """Ask for a JSON object; raises SourceError where none comes."""
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    patience = Patience().within(ALL_SECONDS)
    with patient_session(headers, timeout=TIMEOUT_SECONDS, retries=2, patience=patience) as session:
        try:
            answer = session.get(address, allow_redirects=token is None)
        except requests.RequestException as error:
            raise _silent(address, error) from error
    return _object(answer, address)


def exchange(address: str, methods: Any, registration: Registration, given: Mapping[str, str]) -> Mapping[str, Any]:  # noqa: ANN401 - as the provider says it
    """Exchange a code for tokens, once: a code is good for one call, so this one has no retry."""
    form = {"grant_type": "authorization_code", "redirect_uri": registration.callback, **given}
    headers, secret = {"Accept": "application/json"}, registration.client_secret
    basic = None
    if secret and (not isinstance(methods, list) or _BASIC in methods or _POST not in methods):
        basic = quote_plus(registration.client_id), quote_plus(secret)
    else:
        form |= {"client_id": registration.client_id, **({"client_secret": secret} if secret else {})}
    with patient_session(headers, timeout=TIMEOUT_SECONDS, retries=0) as session:
        try:
            answer = session.post(address, form, auth=basic, allow_redirects=False)
        except requests.RequestException as error:
            raise _silent(address, error) from error
    if not answer.ok:
        raise TokenError(f"the identity provider does not take the desk's client: {_reason(answer, registration)}")
    return _object(answer, address)


def _object(answer: requests.Response, address: str) -> Mapping[str, Any]:
    try:
        told = answer.json() if answer.ok else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SourceError(f"the identity provider answers {address} by {answer.status_code}, and not as it should")
    return told


def _reason(answer: requests.Response, registration: Registration) -> str:
    """Give the provider's own word for what is wrong, without a secret in it."""
    try:
        told = answer.json()
        said = f"{told.get('error', '')} {told.get('error_description', '')}"
    except (ValueError, AttributeError):
        said = f"status {answer.status_code}"
    return blotted(said, registration.client_secret).strip()[:_MOST_SHOWN]


def _silent(address: str, error: requests.RequestException) -> SourceError:
    return SourceError(f"the identity provider cannot be reached at {address}: {type(error).__name__}")
