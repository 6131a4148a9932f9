"""The smallest repair in words, with its arithmetic."""

from config.repairs import Repairs
from handlers.words.figures import points, value
from handlers.words.layout import Passage, clean, paragraph
from scoring.repair import Move, NoRepair, Outcome, Repair

_REASONS = {
    "unknown": "Too little is known to say: see what is missing.",
    "cap": "No metric would: churn signals hold the score below it. Settle the signals that the cap rests on.",
    "out_of_reach": "Nothing that can be changed within 30 days (repairs.yaml of the config) suffices.",
}


def lift(outcome: Outcome, repairs: Repairs) -> list[str]:
    """Say in lines what would reach the next tier, or why nothing does; nothing where there is none to reach."""
    said = lifting(outcome, repairs)
    return [] if said is None else [said.text, *paragraph(said.points[0], "  ")]


def lifting(outcome: Outcome, repairs: Repairs) -> Passage | None:
    """Say what would reach the next tier, or why nothing does, below a heading; None where there is none to reach."""
    if outcome is None or not repairs.ways:
        return None
    if isinstance(outcome, NoRepair):
        tier = "a higher tier" if outcome.tier is None else clean(outcome.tier)
        return Passage(f"What would lift it to {tier}", (_REASONS[outcome.reason],))
    text = f"{_together(outcome, repairs)}: {points(outcome.before)} -> {points(outcome.after)}, {outcome.tier}."
    return Passage(f"What would lift it to {outcome.tier}", (text,))


def _together(found: Repair, repairs: Repairs) -> str:
    said = [_said(move, repairs.says[move.name]) for move in found.moves]
    *first, last = said
    text = f"{', '.join(first)} and {last}" if first else last
    return f"{text[0].upper()}{text[1:]}"


def _said(move: Move, sentence: str) -> str:
    before, after = (value(move.name, raw, None) for raw in (move.before, move.after))
    return sentence.format(before=before, after=after)
