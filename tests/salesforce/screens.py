"""Screens of a flow: what is shown is answered, checked and kept, also by one who goes back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from xml.etree.ElementTree import Element as Xml

from tests.salesforce.evaluate import Context, evaluate
from tests.salesforce.flow_parts import Flow
from tests.salesforce.formula import parse
from tests.salesforce.package import every, tag, text, texts
from tests.salesforce.schema import find

if TYPE_CHECKING:
    from tests.salesforce.walk import Walk

Said: TypeAlias = Mapping[str, str | None]
Answers: TypeAlias = Mapping[str, Said | Sequence[Said]]
"""What a person enters, by screen and field; a list of such where the screen is visited again.

With an answer called Previous, the button Previous is pressed.
"""


class Stopped(Exception):  # noqa: N818 - no error
    """A screen that does not let the person go on."""


@dataclass(slots=True)
class Visits:
    """How often each screen was shown, and those that the button Previous leads back to."""

    times: Counter[str] = field(default_factory=Counter)
    before: list[str] = field(default_factory=list)


def show(walk: "Walk", node: Xml) -> str | None:
    """Show a screen, and give what comes next."""
    name, visits = text(node, "name") or "", walk.visits
    said = _said(walk, name)
    for one in every(node, "fields"):
        walk.held[text(one, "name") or ""] = _answer(walk, one, said, again=visits.times[name] > 0)
    visits.times[name] += 1
    if "Previous" in said:
        return _back(node, visits)
    for one in every(node, "fields"):
        _check(walk, one)
    visits.before.append(name)
    return text(node, "connector/targetReference")


def _said(walk: "Walk", name: str) -> Said:
    said = walk.answers.get(name, {})
    return said if isinstance(said, Mapping) else said[min(walk.visits.times[name], len(said) - 1)]


def _back(node: Xml, visits: Visits) -> str:
    if text(node, "allowBack") != "true" or not visits.before:
        raise Stopped("no way back")
    return visits.before.pop()


def _visible(walk: "Walk", one: Xml) -> bool:
    rule = every(one, "visibilityRule")
    return not rule or walk.holds(rule[0])


def _answer(walk: "Walk", one: Xml, said: Said, *, again: bool) -> object:
    """Give what a field holds: nothing where it is hidden, what it held before where it is not to be reset."""
    name = text(one, "name") or ""
    if not _visible(walk, one):
        return None
    if again and text(one, "inputsOnNextNavToAssocScrn") != "ResetValues":
        return said.get(name, walk.held.get(name))
    default = every(one, "defaultValue")
    return said.get(name, walk.literal(next(iter(default[0]), None)) if default else None)


def _check(walk: "Walk", one: Xml) -> None:
    name = text(one, "name") or ""
    value, is_shown = walk.held.get(name), _visible(walk, one)
    if is_shown and value is None and text(one, "isRequired") == "true":
        raise Stopped(f"{name} is required")
    if value is not None and every(one, "choiceReferences") and value not in choices(walk.parts, one):
        raise Stopped(f"{name}: {value} cannot be chosen")
    for rule in every(one, "validationRule") if is_shown else ():
        if evaluate(parse(text(rule, "formulaExpression") or ""), Context(walk.value, walk.org.now)) is not True:
            raise Stopped(text(rule, "errorMessage"))


def choices(parts: Flow, one: Xml) -> list[str]:
    """Give the values that a screen field lets choose from."""
    found: list[str] = []
    for name in texts(one, "choiceReferences"):
        resource = parts.resources[name]
        if tag(resource) == "choices":
            found += texts(resource, "value/stringValue")
        else:
            picked = find(text(resource, "picklistObject") or "", text(resource, "picklistField") or "")
            found += sorted(picked.words or ()) if picked else []
    return found
