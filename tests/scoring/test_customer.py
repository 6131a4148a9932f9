"""Who looks after a customer, what it is worth and until when: as it was at an instant, and nothing made up."""

from dataclasses import replace

import pytest

from scoring.customer import Csm, named_csms
from scoring.instants import DAY
from scoring.measurement import measure
from scoring.observations import Fields, Gap, Observation, Subject, Value
from scoring.score import Measurements
from tests.models import the_model
from tests.scoring.accounts import AS_OF, ID, LONG_AGO, conversation, days, known, profile, record

ANA, BEN, QUEUE = "005AA0000000001YAA", "005AA0000000002YAA", "00GAA0000000001YAA"


def user(name: str, /, **values: Value) -> Observation:
    """Say fields of a user, read once, ten days before the as-of instant."""
    content = Fields(tuple(sorted({"deleted": False, **values}.items())), LONG_AGO)
    return Observation(Subject("salesforce", "user", name), days(10), content, name)


PEOPLE = (user(ANA, name="Ana", mail="ana@example.com", is_active=True), user(BEN, name="Ben", is_active=False))


def measured(*observations: Observation, before: int = 0) -> Measurements:
    """Measure the account, so many days before the as-of instant."""
    return measure(known(*PEOPLE, *observations), AS_OF - before * DAY, the_model())


@pytest.mark.parametrize(
    ("owner", "csm"),
    [
        (ANA, Csm(ANA, "Ana", "ana@example.com", is_active=True)),
        (BEN, Csm(BEN, "Ben", None, is_active=False)),
        (QUEUE, Csm(QUEUE)),
        ("", None),
        (None, None),
    ],
    ids=["a user", "one who left", "no user's id", "nothing", "nobody"],
)
def test_the_csm_is_whom_the_accounts_record_names(owner: str | None, csm: Csm | None) -> None:
    """Of whom nothing is known, the id alone stands: a queue, or a user nobody may read."""
    assert measured(profile(owner_id=owner)).csm == csm


def test_the_csm_is_that_of_the_instant() -> None:
    """An account that changes hands keeps its past."""
    said = profile(owner_id=ANA), profile(days(5), owner_id=BEN)
    assert [measured(*said, before=before).csm for before in (6, 0)] == [
        Csm(ANA, "Ana", "ana@example.com", is_active=True),
        Csm(BEN, "Ben", None, is_active=False),
    ]


@pytest.mark.parametrize(
    ("said", "csm"),
    [
        ("Zoe", Csm(None, "Zoe")),
        ("Ana", Csm(ANA, "Ana", "ana@example.com", is_active=True)),
        ("ana@example.com", Csm(ANA, "Ana", "ana@example.com", is_active=True)),
        (ANA, Csm(ANA, "Ana", "ana@example.com", is_active=True)),
        ("Ben", Csm(None, "Ben")),
    ],
)
def test_whom_the_portfolio_names_holds_against_the_crm(said: str, csm: Csm) -> None:
    """Where both name the same user, what the CRM knows of that user is not lost."""
    facts = known(*PEOPLE, profile(owner_id=ANA))
    told = replace(facts, account=replace(facts.account, csm=said))
    assert measure(told, AS_OF, the_model()).csm == csm


def test_whom_the_portfolio_names_holds_where_the_crm_names_nobody() -> None:
    """As where the CRM has no owners of accounts at all."""
    facts = known(conversation("1", days(3)))
    told = replace(facts, account=replace(facts.account, csm="Zoe"))
    assert measure(told, AS_OF, the_model()).csm == Csm(None, "Zoe")


def test_a_user_that_is_gone_is_an_id() -> None:
    """Salesforce deletes none, but an API user may lose sight of one."""
    gone = Observation(Subject("salesforce", "user", ANA), days(1), Fields((("deleted", True),)), ANA)
    assert measured(profile(owner_id=ANA), gone).csm == Csm(ANA)


def test_an_account_without_a_record_has_none_of_it() -> None:
    """What was never said is not known."""
    bare = measured(conversation("1", days(3)))
    assert (bare.csm, bare.arr, bare.currency, bare.renewal) == (None, None, None, None)


def test_arr_is_in_the_currency_that_the_record_says() -> None:
    """Without one it is in the corporate currency."""
    said = [measured(profile(arr=85_000.0, currency=code)) for code in ("EUR", None)]
    assert [(one.arr, one.currency) for one in said] == [(85_000.0, "EUR"), (85_000.0, "USD")]


def test_the_renewal_is_the_one_that_is_counted_to() -> None:
    """The earliest that is not long overdue; won and other opportunities are none."""
    deals = [
        record("opportunity", "1", type="Renewal", stage="Negotiation", close_date=AS_OF + 40 * DAY),
        record("opportunity", "2", type="Renewal", stage="Negotiation", close_date=AS_OF - 200 * DAY),
        record("opportunity", "3", type="Renewal", stage="Closed Won", close_date=AS_OF + 2 * DAY),
        record("opportunity", "4", type="Upsell", stage="Negotiation", close_date=AS_OF + DAY),
        record("opportunity", "5", type="Renewal", stage="Negotiation", close_date=None),
    ]
    told = measured(*deals)
    assert told.renewal == AS_OF + 40 * DAY
    assert told.dimensions["financial_contract"]["days_to_renewal"].raw == 40
    assert measured(*deals[1:]).renewal == AS_OF - 200 * DAY


def test_everybody_whom_accounts_ever_named_is_listed_once() -> None:
    """So their records can be read; other records and gaps name nobody."""
    gap = Observation(Subject("salesforce", "account", ID), days(2), Gap("Account"), ID)
    said = profile(owner_id=ANA), profile(days(5), owner_id=BEN), profile(days(4), owner_id=ANA), gap
    facts = known(*said, record("payment", "1", owner_id=QUEUE), profile(days(3), owner_id=None)).facts
    assert named_csms(facts) == {("salesforce", ANA), ("salesforce", BEN)}
