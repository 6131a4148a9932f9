"""Are the systems where their parameters say: each address answers, asked without any secret."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import requests

from handlers.deploying.finding import Finding
from handlers.settings import INTERCOM_HOSTS

_SECONDS: Final = 10
_DOMAIN = "is the address right? Setup, My Domain names it, such as https://acme.my.salesforce.com"


@dataclass(frozen=True, slots=True)
class Address:
    """A system's address, what is asked there, and by what its answer is known; `remedy` is for one that is wrong."""

    system: str
    url: str
    path: str
    remedy: str
    is_known: Callable[[requests.Response], bool] = lambda _: True


def addresses(values: Mapping[str, str], sink: str) -> Iterator[Address]:
    """List the addresses that the parameters name."""
    given = {name: value.rstrip("/") for name, value in values.items()}
    if given.get("SalesforceUrl"):
        yield Address("Salesforce", given["SalesforceUrl"], "/services/data", _DOMAIN, _lists_versions)
    if given.get("IntercomClientSecret") or given.get("IntercomToken"):
        url = given.get("IntercomUrl") or INTERCOM_HOSTS[given.get("IntercomRegion") or "us"]
        yield Address("Intercom", url, "/", "IntercomRegion is that of the workspace; IntercomUrl is seldom needed")
    if given.get("ZendeskSubdomain"):
        url = given.get("ZendeskUrl") or f"https://{given['ZendeskSubdomain']}.zendesk.com"
        yield Address(
            "Zendesk", url, "/api/v2/tickets.json", "ZendeskSubdomain is acme of https://acme.zendesk.com", _asks
        )
    if given.get("LookerUrl"):
        yield Address("Looker", given["LookerUrl"], "/alive", "LookerUrl is the instance, without a path")
    if given.get("DeskIssuer"):
        path = "/.well-known/openid-configuration"
        yield Address(
            "identity provider", given["DeskIssuer"], path, "docs/sign-in.md says what DeskIssuer is", _is_issuer
        )
    if sink == "hubspot":
        yield Address("HubSpot", "https://api.hubapi.com", "/", "is the way out to the internet open?")


def _lists_versions(answer: requests.Response) -> bool:
    """Salesforce lists its API's versions to anybody."""
    told = _json(answer)
    return isinstance(told, list) and any(isinstance(one, dict) and "version" in one for one in told)


def _asks(answer: requests.Response) -> bool:
    """Zendesk asks who we are; of an account that is not there it says that."""
    return answer.status_code in {200, 401, 403, 429}


def _is_issuer(answer: requests.Response) -> bool:
    told = _json(answer)
    return isinstance(told, dict) and "authorization_endpoint" in told


def _json(answer: requests.Response) -> object:
    try:
        told: object = answer.json()
    except requests.JSONDecodeError:
        return None
    return told


def check_reach(values: Mapping[str, str], sink: str) -> Iterator[Finding]:
    """Ask each address once; no secret is sent."""
    for one in addresses(values, sink):
        yield _reached(one)


def _reached(one: Address) -> Finding:
    try:
        answer = requests.get(one.url + one.path, timeout=_SECONDS, allow_redirects=False)
    except requests.exceptions.InvalidURL as error:
        return Finding(one.system, "stops", f"{one.url} is no address: {error}", one.remedy)
    except requests.ConnectionError as error:
        if "NameResolution" in repr(error) or "getaddrinfo" in repr(error):
            return Finding(one.system, "stops", f"there is no {one.url}: its name is unknown", one.remedy)
        return _unknown(one, "it cannot be connected to from this machine")
    except requests.RequestException as error:
        return _unknown(one, f"no answer came: {type(error).__name__}")
    if answer.status_code < 500 and not one.is_known(answer):
        said = f"{one.url} answers (HTTP {answer.status_code}), but not as {one.system} does"
        return Finding(one.system, "stops", said, one.remedy)
    return Finding(one.system, "fine", f"{one.url} answers (HTTP {answer.status_code})")


def _unknown(one: Address, said: str) -> Finding:
    remedy = "the functions ask it from AWS: where only this machine has no way out, go on; else look at its address"
    return Finding(one.system, "look", f"{one.url}: {said}", remedy)
