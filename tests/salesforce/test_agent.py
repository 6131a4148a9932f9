"""Flows that an agent may take as actions: started by an id, answering in words, each part described."""

import pytest

from tests.salesforce.package import Component, named, text

ACTIONS = {"Explain_Health_Score": "Explanation", "Start_Renewal": "Outcome"}
"""By flow the output that an agent says."""


def variables(flow: Component, way: str) -> dict[str, str | None]:
    """Give the descriptions of a flow's inputs or outputs."""
    return {
        text(one, "name") or "": text(one, "description") for one in flow.all("variables") if text(one, way) == "true"
    }


@pytest.mark.parametrize("name", ACTIONS)
def test_an_agent_can_take_it_as_an_action(name: str) -> None:
    """Nothing starts it by itself; an agent chooses it, and fills it in, by the descriptions alone."""
    flow = named("Flow", name)
    assert (flow.text("processType"), flow.text("start/triggerType"), flow.text("status")) == (
        "AutoLaunchedFlow",
        None,
        "Active",
    )
    assert len(flow.text("description") or "") > 40
    inputs, outputs = variables(flow, "isInput"), variables(flow, "isOutput")
    assert ({*inputs}, {*outputs}) == ({"AccountId"}, {ACTIONS[name]})
    assert all((inputs | outputs).values())
