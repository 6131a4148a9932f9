"""A made-up portfolio of hotels as three systems know it, and which owner truly is which account."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from handlers.identity.candidates import Known, account_profiles, owner_profile
from scoring.account import Owner
from scoring.ids import to_18
from scoring.instants import EPOCH

CITIES = (
    "Oslo Bergen Stockholm København Hamburg München Köln Wien Zürich Genève Paris Lyon Nice Madrid Sevilla Málaga "
    "Barcelona Lisboa Porto Milano Roma Venezia Firenze Napoli London Edinburgh Dublin Boston Chicago Miami Austin "
    "Denver Seattle Dubai Doha Singapore Sydney Auckland Kyoto"
).split()
BRANDS = (
    "Meridian Palace|Northern Lights|Grand Alpina|Saint Regent|Casa Marisol|Blue Harbour|Mount Royal|Cedar & Stone|"
    "International Plaza|Hôtel du Lac|Sørensen|Parkside|Old Mill House|Golden Hind|The Wellington|Quinta da Serra|"
    "Aurelia|Belvédère|Kronprinz|The Lodge at Fort Hill"
).split("|")
FIRST = (
    "Amber|Azure|Copper|Crystal|Emerald|Falcon|Granite|Harbor|Heron|Ivory|Jasper|Juniper|Lavender|Magnolia|Maple|"
    "Marble|Oak|Olive|Orchid|Pearl|Pine|Raven|Sapphire|Silver|Sparrow|Sycamore|Thistle|Velvet|Willow|Wren"
).split("|")
SECOND = "Bay|Court|Garden|Gate|Grove|Hall|Heights|Hill|House|Lodge|Manor|Park|Point|Terrace|View".split("|")
KINDS = ("Hotel", "Hotels", "Resort", "Suites", "Inn", "Hotel & Spa", "Residences", "Boutique Hotel", "Hospitality")
LEGAL = ("GmbH", "Ltd", "Ltd.", "Inc.", "S.L.", "LLC", "AG", "S.p.A.", "B.V.", "AS", "GmbH & Co. KG", "Limited", "SARL")
FREE = ("gmail.com", "outlook.com", "yahoo.co.uk", "gmx.de", "booking.com", "hotelito.wixsite.com")


@dataclass
class Portfolio:
    """What the three systems hold, and the truth: by source and owner key the account id, None for nobody's."""

    known: Known
    truth: dict[tuple[str, str], str | None]


@dataclass
class _Hotel:
    id: str
    name: str
    domain: str | None
    uuid: str
    in_crm: bool = True
    crm: list[tuple[str, str]] = field(default_factory=list)


def portfolio(seed: int, accounts: int = 300) -> Portfolio:
    """Make up a portfolio; the same arguments give the same."""
    rng = Random(seed)  # noqa: S311 - made-up data, no secrets
    hotels = list(_hotels(rng, accounts))
    owners: list[Owner] = []
    truth: dict[tuple[str, str], str | None] = {}
    for hotel in hotels:
        for owner in _owners(hotel, hotels, rng):
            owners.append(owner)
            truth[owner.source, owner_profile(owner).key] = hotel.id if hotel.in_crm else None
    listed = [
        Owner("salesforce", frozenset([hotel.id]), hotel.name, EPOCH, tuple(sorted(_crm_attributes(hotel, rng))))
        for hotel in hotels
        if hotel.in_crm
    ]
    known = Known(account_profiles((), listed), tuple(map(owner_profile, owners)), {})
    return Portfolio(known, truth)


def _hotels(rng: Random, accounts: int) -> Iterator[_Hotel]:
    """Make up hotels of brands in several cities, hotels of their own, near-doubles, and some that no CRM knows."""
    names = list(dict.fromkeys(_names(rng, accounts)))
    rng.shuffle(names)
    for number, (name, domain) in enumerate(names):
        key = "".join(rng.choices("ABCDEFGHJKLMabcdefghjkm0123456789", k=9))
        identity = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        yield _Hotel(to_18(f"001Qy0{key}"), name, domain, identity, in_crm=number < accounts)


def _names(rng: Random, accounts: int) -> Iterator[tuple[str, str | None]]:
    yield from (("Grand Hotel Oslo", "grandoslo.example.no"), ("Grand Hotel Osla", None))
    for brand in BRANDS:
        site = f"{_slug(brand)}.com" if rng.random() < 0.7 else None
        for city in rng.sample(CITIES, rng.randint(2, min(len(CITIES), accounts // 40))):
            kind = rng.choice(["", "", "Hotel", "Hotel", "Resort"])
            yield _legal(f"{brand} {kind} {city}" if rng.random() < 0.8 else f"{kind} {brand}, {city}", rng), site
    for _ in range(accounts):
        base = f"{rng.choice(FIRST)} {rng.choice(SECOND)}"
        city = f" {rng.choice(CITIES)}" if rng.random() < 0.35 else ""
        name = f"{'The ' if rng.random() < 0.2 else ''}{base} {rng.choice(KINDS)}{city}"
        site = f"{_slug(name)}.{rng.choice(['com', 'co.uk', 'de', 'es'])}" if rng.random() < 0.8 else None
        yield _legal(name, rng), site


def _legal(name: str, rng: Random) -> str:
    tidy = " ".join(name.replace(" ,", ",").split())
    return f"{tidy} {rng.choice(LEGAL)}" if rng.random() < 0.3 else tidy


def _slug(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())


def _crm_attributes(hotel: _Hotel, rng: Random) -> Iterator[tuple[str, str]]:
    if hotel.domain and rng.random() < 0.8:
        yield "Website", rng.choice(["https://www.{}/en?x=1", "{}", "http://{}", "www.{}/hotels"]).format(hotel.domain)
    if rng.random() < 0.35:
        yield "Brand_Id__c", hotel.uuid
    yield "Industry", "Hospitality"
    yield "NumberOfEmployees", str(rng.randrange(5, 900))


def _owners(hotel: _Hotel, hotels: list[_Hotel], rng: Random) -> Iterator[Owner]:
    if rng.random() < 0.92:
        yield _company(hotel, hotels, rng)
    if rng.random() < 0.05:
        yield _company(hotel, hotels, rng)
    if rng.random() < 0.85:
        yield _customer(hotel, rng)


def _company(hotel: _Hotel, hotels: list[_Hotel], rng: Random) -> Owner:
    own = f"{rng.getrandbits(96):024x}"
    key, attributes = _company_key(hotel, rng), dict(_company_attributes(hotel, hotels, rng))
    if key == "attribute":
        key = f"htl-{rng.randrange(10**6)}"
        attributes["custom_attributes.crm_link"] = (
            f"https://acme.lightning.force.com/lightning/r/Account/{hotel.id}/view"
        )
    return Owner(
        "intercom", frozenset({key, own}), _other_name(hotel.name, rng), EPOCH, tuple(sorted(attributes.items()))
    )


def _company_key(hotel: _Hotel, rng: Random) -> str:
    chance = rng.random()
    own = f"htl-{rng.randrange(10**6)}"
    forms = [hotel.id, hotel.id[:15], f"sf_{hotel.id}", "attribute", f"Brand:{hotel.uuid}", hotel.uuid.upper()]
    shares = (0.15, 0.2, 0.23, 0.3, 0.4, 0.45)
    known = next((form for form, share in zip(forms, shares, strict=True) if chance < share), own)
    return known if hotel.in_crm or hotel.id[:15] not in known else own


def _company_attributes(hotel: _Hotel, hotels: list[_Hotel], rng: Random) -> Iterator[tuple[str, str]]:
    if hotel.domain and rng.random() < 0.6:
        yield "website", f"https://{hotel.domain}/{_slug(hotel.name)}"
    elif rng.random() < 0.3:
        yield "contact_email", f"{_slug(hotel.name)}@{rng.choice(FREE)}"
    if rng.random() < 0.1:
        yield "custom_attributes.parent_account_id", rng.choice(hotels).id
    yield "custom_attributes.plan", rng.choice(["Pro", "Basic"])


def _customer(hotel: _Hotel, rng: Random) -> Owner:
    key = f"Brand:{hotel.uuid}" if rng.random() < 0.45 else f"axp-{rng.randrange(10**7)}"
    return Owner("looker", frozenset([key]), _other_name(hotel.name, rng) if rng.random() < 0.95 else None, EPOCH)


def _other_name(name: str, rng: Random) -> str:
    """Write a name as another team would."""
    for change, share in _CHANGES:
        if rng.random() < share:
            name = " ".join(change(name, rng).split())
    return name


def _swap_legal(name: str, rng: Random) -> str:
    borne = [form for form in LEGAL if name.endswith(f" {form}")]
    bare = name.removesuffix(f" {max(borne, key=len)}") if borne else name
    return bare if rng.random() < 0.6 else f"{bare} {rng.choice(LEGAL)}"


def _abbreviate(name: str, _: Random) -> str:
    for long, short in (("Saint", "St."), ("International", "Intl"), ("Mount", "Mt"), ("Fort", "Ft"), ("Hotel", "Htl")):
        name = name.replace(long, short)
    return name


def _typo(name: str, rng: Random) -> str:
    spot = rng.randrange(1, len(name) - 1)
    forms = (
        name[:spot] + name[spot + 1 :],
        name[:spot] + name[spot] + name[spot:],
        name[:spot] + name[spot + 1] + name[spot] + name[spot + 2 :],
        name[:spot] + rng.choice("aeinrst") + name[spot + 1 :],
    )
    return rng.choice(forms)


def _plain(name: str, _: Random) -> str:
    return name.translate(str.maketrans("üöôéèáø", "uooeeao"))


def _without_last(name: str, _: Random) -> str:
    return name.rsplit(" ", 1)[0] if name.count(" ") > 1 else name


def _reordered(name: str, rng: Random) -> str:
    words = name.replace(",", "").split()
    spot = rng.randrange(1, len(words))
    return " ".join([*words[spot:], *words[:spot]])


_CHANGES: tuple[tuple[Callable[[str, Random], str], float], ...] = (
    (_swap_legal, 0.4),
    (_abbreviate, 0.3),
    (lambda name, _: name.replace("&", "and"), 0.3),
    (lambda name, _: name.replace("Hotels", "").replace("Hotel", "") if name.count(" ") > 2 else name, 0.25),
    (lambda name, _: name.replace("The ", ""), 0.5),
    (_plain, 0.4),
    (lambda name, rng: f"{name} {rng.choice(['Group', 'HQ', 'Europe', '(new)', '- Test', 'Collection'])}", 0.06),
    (_typo, 0.12),
    (_without_last, 0.05),
    (_reordered, 0.06),
    (lambda name, rng: name.upper() if rng.random() < 0.5 else name.lower(), 0.15),
)
