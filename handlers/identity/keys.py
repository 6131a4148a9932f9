"""Keys that stand inside other texts: Salesforce ids, UUIDs, domains."""

import re
from collections.abc import Iterator

from handlers.identity.candidates import Profile
from scoring.ids import to_18

_ID = re.compile(r"(?<![A-Za-z0-9])([A-Za-z0-9]{15}|[A-Za-z0-9]{18})(?![A-Za-z0-9])")
_UUID = re.compile(
    r"(?<![0-9a-f])([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})(?![0-9a-f])",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"parent|group|ultimate|former|previous|prior|old|merged|referr|partner|reseller|agency|owner|billing|master|"
    r"duplicate|opportunity|contact|user|template|region|tenant|plan",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"website|web_?site|domain|url|e-?mail|homepage|^site$|^web$", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/@\s]*@)?((?:[\w-]+\.)+[a-z]{2,24})(?:[:/?#].*)?", re.IGNORECASE)
_SECOND_LEVEL = frozenset("ac co com edu gob gov gv ltd me ne net nom or org plc".split())

SHARED_HOSTS = frozenset(
    """gmail googlemail outlook hotmail live msn yahoo ymail icloud me aol gmx web mail email proton protonmail zoho
    yandex qq 163 126 t-online freenet orange wanadoo libero virgilio laposte free sfr btinternet telefonica terra uol
    bol hushmail fastmail rediffmail naver seznam wp onet interia
    facebook instagram linkedin twitter x tiktok youtube tripadvisor booking expedia airbnb hotels agoda google goo
    linktr bit wix wixsite wordpress blogspot weebly squarespace webflow godaddysites business jimdo jimdosite
    strikingly myshopify shopify herokuapp github azurewebsites cloudfront example intercom salesforce force""".split()
)
"""Mail providers, portals and site builders: their domains say nothing of who somebody is."""


def own_attributes(profile: Profile) -> Iterator[tuple[str, str]]:
    """Give the attributes that speak of the profile itself, not of its parent, group or partner."""
    return ((name, value) for name, value in profile.attributes if not _OTHERS.search(name))


def ids_in(text: str) -> set[str]:
    """Give what stands in a text as a word of 15 or 18 letters and digits, as ids of 18 characters.

    Those of 18 are given in lower case too: their checksum says the case of the others.
    """
    found = {to_18(word) for word in _ID.findall(text)}
    return found | {word.lower() for word in _ID.findall(text) if len(word) == 18}


def uuids_in(text: str) -> set[str]:
    """Give the UUIDs in a text, in lower case and without dashes; one that is all one digit is none."""
    found = {"".join(parts).lower() for parts in _UUID.findall(text)}
    return {uuid for uuid in found if len(set(uuid)) > 2}


def domains_of(profile: Profile) -> frozenset[str]:
    """Give the domains of a profile's own web and mail addresses, without those that many share."""
    addresses = (value for name, value in own_attributes(profile) if _ADDRESSES.search(name))
    hosts = (_HOST.fullmatch(part) for value in addresses for part in re.split(r"[,;\s]+", value))
    domains = {_registered(host[1].lower()) for host in hosts if host}
    return frozenset(domain for domain in domains if domain.partition(".")[0] not in SHARED_HOSTS)


def _registered(host: str) -> str:
    """Give the part of a host name that somebody registered; `co.uk` and its like are nobody's."""
    labels = host.split(".")
    is_national = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if is_national else labels[-2:])
