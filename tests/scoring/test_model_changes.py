"""What two models say otherwise: each figure by its path, and nothing else."""

from dataclasses import replace

from scoring.model_changes import ModelChange, model_changes
from tests.models import the_model

MODEL = the_model()


def test_a_model_says_nothing_otherwise_than_itself() -> None:
    """The version alone is no figure."""
    assert model_changes(MODEL, replace(MODEL, version="other")) == ()


def test_each_figure_that_differs_is_named_by_its_path() -> None:
    """Numbers, lists and words; one that only one model has stands beside nothing."""
    weights = {**MODEL.dimensions, "support_health": 0.5}
    rules = replace(MODEL.rules, urgent_tags=frozenset({"b", "a"}))
    pillars = {name: share for name, share in MODEL.pillars.items() if name != "messaging"}
    other = replace(MODEL, dimensions=weights, rules=rules, pillars=pillars, tiers=MODEL.tiers[:1])
    assert model_changes(MODEL, other) == (
        ModelChange("dimensions.support_health", MODEL.dimensions["support_health"], 0.5),
        ModelChange("pillars.messaging", MODEL.pillars["messaging"], None),
        ModelChange("rules.urgent_tags", tuple(sorted(MODEL.rules.urgent_tags)), ("a", "b")),
        ModelChange("tiers", MODEL.tiers, MODEL.tiers[:1]),
    )
