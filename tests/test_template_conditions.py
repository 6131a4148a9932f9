"""template.yaml under each of its conditions: whatever is left out, nothing refers to it."""

from collections.abc import Iterator

import pytest

from tests.templates import Resource, absences, references, template

FOLLOWING = {name: one["Fn::Or"] for name, one in template()["Conditions"].items() if "Fn::Or" in one}
CONDITIONS = sorted(template()["Conditions"].keys() - FOLLOWING)


def test_whatever_a_company_has_nothing_refers_to_what_is_not_there() -> None:
    """With and without each source, relay, shards, Datadog, figures, mail: all that is named is deployed."""
    assert list(absences(template())) == []


BASE: Resource = {
    "Parameters": {"Name": {}},
    "Globals": {},
    "Outputs": {},
    "Conditions": {
        "A": {"Fn::Not": []},
        "B": {"Fn::Not": []},
        "AOrB": {"Fn::Or": [{"Condition": "A"}, {"Condition": "B"}]},
    },
    "Resources": {"One": {"Condition": "A"}, "Either": {"Condition": "AOrB"}, "Always": {}},
}


@pytest.mark.parametrize(
    ("resource", "found"),
    [
        ({"Is": [{"Ref": "Name"}, {"Ref": "Always"}, {"Ref": "AWS::Region"}]}, []),
        ({"Is": {"Ref": "Nothing"}}, ["New refers to Nothing"]),
        ({"Is": {"Fn::GetAtt": ["One", "Arn"]}}, ["New refers to One"]),
        ({"DependsOn": "One", "Condition": "A"}, []),
        ({"DependsOn": ["Either"], "Condition": "B"}, []),
        ({"Is": {"Fn::Sub": "${One.Arn}"}, "Condition": "AOrB"}, ["New refers to One"]),
        ({"Is": {"Fn::If": ["A", {"Ref": "One"}, {"Ref": "AWS::NoValue"}]}}, []),
        ({"Is": {"Fn::If": ["A", "", {"Ref": "One"}]}}, ["New refers to One"]),
        ({"Is": {"Fn::If": ["B", {"Fn::If": ["A", {"Ref": "One"}, {"Ref": "Either"}]}, "x"]}}, []),
        ({"Is": {"Fn::If": ["B", "x", {"Ref": "One"}]}, "Condition": "AOrB"}, []),
    ],
)
def test_a_reference_to_what_may_be_absent_is_found(resource: Resource, found: list[str]) -> None:
    """By the condition of what refers, of what it refers to, and each `Fn::If` around it."""
    assert list(absences({**BASE, "Resources": {**BASE["Resources"], "New": resource}})) == found


def test_a_condition_asks_for_a_parameter_and_every_one_is_used() -> None:
    """None is left over."""
    named = {resource["Condition"] for resource in template()["Resources"].values() if "Condition" in resource}
    followed = {one["Condition"] for of in FOLLOWING.values() for one in of}
    assert named | followed | set(_asked_in(template())) == {*CONDITIONS, *FOLLOWING}
    assert set(references(template()["Conditions"])) <= template()["Parameters"].keys()


def _asked_in(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _asked_in(item)
    elif isinstance(value, dict):
        if value.keys() == {"Fn::If"}:
            yield str(value["Fn::If"][0])
        for item in value.values():
            yield from _asked_in(item)
