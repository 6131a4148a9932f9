"""Roles and names from what identity providers say, each in its own form."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from config.desk import DeskTerms, Role
from handlers.desk.claims import LeftOutError, person_of, roles_of

ROLES: Mapping[Role, Sequence[str]] = {
    "csm": ["CSM", "11111111-aaaa"],
    "leader": ["CS_Leader"],
    "ops": ["Ops team", "desk.ops"],
}


def terms(claim: str) -> DeskTerms:
    """Give the terms of a desk whose roles come from a claim."""
    return DeskTerms(roles_claim=claim, roles=ROLES)


@pytest.mark.parametrize(
    ("claim", "claims", "had"),
    [
        ("groups", {"groups": ["CSM", "CS_Leader"]}, {"csm", "leader"}),
        ("cognito:groups", {"cognito:groups": ["CSM"]}, {"csm"}),
        ("roles", {"roles": "Ops team"}, {"ops"}),
        ("custom:roles", {"custom:roles": "[CSM, Ops team]"}, {"csm", "ops"}),
        ("roles", {"roles": "CSM,CS_Leader"}, {"csm", "leader"}),
        ("custom_permissions", {"custom_permissions": {"CSM": True, "CS_Leader": False, "desk.ops": "true"}}, {"csm"}),
        ("realm_access.roles", {"realm_access": {"roles": ["CSM"]}}, {"csm"}),
        ("https://acme.example/roles", {"https://acme.example/roles": ["CSM"]}, {"csm"}),
        ("groups", {"groups": ["11111111-aaaa"]}, {"csm"}),
        ("groups", {}, set()),
        ("groups", {"groups": None}, set()),
        ("groups", {"groups": ["csm", "CSM ", "not CSM", "CSM2", 7, {"CSM": True}]}, set()),
        ("groups", {"groups": "not CSM"}, set()),
        ("groups", {"groups": True}, set()),
        ("a.b.c", {"a": {"b": "CSM"}}, set()),
    ],
)
def test_roles_come_from_the_claim_that_is_named(claim: str, claims: dict[str, Any], had: set[str]) -> None:
    """A list, a text, a map or a nested one; a value counts whole, to the letter."""
    assert roles_of(claims, terms(claim)) == had


@pytest.mark.parametrize("told", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}])
def test_groups_that_are_left_out_are_no_empty_list(told: dict[str, Any]) -> None:
    """Nobody knows what they are; of another claim it says nothing."""
    with pytest.raises(LeftOutError):
        roles_of(told, terms("groups"))
    assert roles_of({**told, "roles": ["CSM"]}, terms("roles")) == {"csm"}
    assert roles_of({**told, "groups": ["CSM"]}, terms("groups")) == {"csm"}


@pytest.mark.parametrize("verified", [False, "false"])
def test_a_mail_address_that_is_not_verified_is_nobody_s(verified: object) -> None:
    """Whose accounts somebody sees hangs on it."""
    claims = {"sub": "s", "email": "boss@acme.example", "email_verified": verified}
    person = person_of(claims, terms("groups"))
    assert person.mail is None
    assert "boss" not in person.name


def test_a_user_of_salesforce_has_the_id_that_the_crm_has() -> None:
    """So that their accounts are theirs, even without a mail address."""
    claims = {"sub": "https://acme.my.salesforce.com/id/00D5g000004ABCDEA4/0055g00000AbCdE", "name": "Ana"}
    assert person_of(claims, terms("groups")).id == "0055g00000AbCdEAAV"
    other = {"sub": "https://acme.my.salesforce.com/id/00D5g000004ABCDEA4/0055g00000AbCdE/x"}
    assert person_of(other, terms("groups")).id == other["sub"]


def test_a_name_has_no_control_characters_and_little_room() -> None:
    """It stands in a cookie, in the head of each page and in the audit."""
    person = person_of({"sub": "s" * 900, "name": "A\r\nSet-Cookie: x\0\u202e" + "n" * 900}, terms("groups"))
    assert person.name.isprintable()
    assert len(person.name) <= 120
    assert len(person.id) <= 120
