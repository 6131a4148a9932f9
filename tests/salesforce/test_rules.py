"""What tools that nobody here wrote say of the package: flows, formulas, Apex."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.salesforce import rules
from tests.salesforce.drawn_cases import NOT_COMPARED, Case, all_functions, cases, is_same
from tests.salesforce.package import PROJECT, file_of, named, of_type

Finding = tuple[str, str, str]
"""A rule, a flow, and the element that it speaks of."""
ACCEPTED: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("accepted_findings.yaml").read_text())
APEX = sorted(map(str, (*PROJECT.rglob("*.cls"), *PROJECT.rglob("*.apex"))))
FEWEST = 4
"""Of the cases drawn for a formula, how many must be ones that both compute."""


def found() -> set[Finding]:
    """Scan all flows by the scanner's own choice of rules."""
    flows = [str(file_of(str(component.path))) for component in of_type("Flow")]
    return {(one["rule"], one["flow"], one["element"]) for one in rules.ask("findings", flows=flows)}


def is_scheduled(flow: str) -> bool:
    """Tell whether a flow is started by the clock."""
    return named("Flow", flow).text("start/triggerType") == "Scheduled"


def lets_pass(accepted: dict[str, Any], finding: Finding) -> bool:
    """Tell whether an accepted line speaks of a finding."""
    rule, flow, element = finding
    if accepted["rule"] != rule:
        return False
    if "only" in accepted:
        return {"any flow": True, "scheduled flows": is_scheduled(flow)}[accepted["only"]]
    return element in accepted["in"].get(flow, [])


def still_there(accepted: dict[str, Any], findings: set[Finding]) -> Iterator[str]:
    """Name the places of an accepted line where nothing is found any more."""
    rule = accepted["rule"]
    if "only" in accepted and not any(lets_pass(accepted, one) for one in findings):
        yield rule
    for flow, elements in accepted.get("in", {}).items():
        yield from (f"{rule} {flow}.{one}" for one in elements if (rule, flow, one) not in findings)


@rules.are_here
def test_the_flow_scanner_finds_only_what_is_accepted_with_a_reason() -> None:
    """And all that is accepted is still there."""
    findings = found()
    assert all(accepted["reason"] for accepted in ACCEPTED)
    assert sorted(one for one in findings if not any(lets_pass(accepted, one) for accepted in ACCEPTED)) == []
    assert [gone for accepted in ACCEPTED for gone in still_there(accepted, findings)] == []


@rules.are_here
def test_the_formula_interpreter_computes_what_ours_does() -> None:
    """Fields, validation rules and formulas of flows, each on drawn values; one process for all."""
    drawn = cases()
    answers = rules.ask("values", cases=[{"formula": case.formula, "given": case.given} for case in drawn])
    computed: dict[str, int] = dict.fromkeys((case.where for case in drawn), 0)
    wrong: list[tuple[Case, object]] = []
    for case, answer in zip(drawn, answers, strict=True):
        computed[case.where] += "error" not in answer
        if "error" not in answer and not is_same(case.value, answer["value"]):
            wrong.append((case, answer["value"]))
    assert wrong[:5] == []
    assert [where for where, times in computed.items() if times < FEWEST] == []


def test_what_is_not_compared_is_there() -> None:
    """Each function that the interpreter does not know is named with its reason, and none that no formula uses."""
    assert NOT_COMPARED.keys() - all_functions() == set()
    assert all(NOT_COMPARED.values())


@rules.are_here
def test_apex_is_written_as_the_language_asks(tmp_path: Path) -> None:
    """No class and no script has a syntax error; one that has is found."""
    wrong = tmp_path / "Wrong.cls"
    wrong.write_text("class Wrong { void open( { } }")
    (fault,) = rules.ask("syntax", files=[*APEX, str(wrong)])
    assert fault.startswith(str(wrong))
    assert {Path(one).suffix for one in APEX} == {".cls", ".apex"}
