"""How often the gate errs: `python -m tests.trust.gate_bench [PORTFOLIOS]` prints it, edit by edit and in all.

Worse edits are to be stopped by the comparison alone, limits left aside, in 90 % of portfolios of 50 churns;
equal ones to be called better or worse in at most 10 %, at 10, 20 and 50.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from scoring.backtest.comparison import Verdict, compare
from tests.trust.edits import EQUAL, WORSE, Edit, seeded

CHURNS = (10, 20, 50)
KINDS = {"worse": WORSE, "equal": EQUAL}


def verdicts(edit: Edit, churns: int, seeds: Sequence[int], accounts: int = 200) -> Counter[Verdict]:
    """Count what the gate says of an edit, on one portfolio a seed."""
    return Counter(
        compare(edit.rows(seeded(f"{edit.name} {churns} {seed}"), churns, accounts), seeded("gate")).verdict
        for seed in seeds
    )


def main(portfolios: int) -> None:
    """Print a line for each cell, and for all edits of a kind; exit 1 where these are outside their bounds."""
    with ProcessPoolExecutor() as pool:
        are_good = [_measured(pool, kind, portfolios) for kind in KINDS]
    sys.exit(0 if all(are_good) else 1)


def _measured(pool: ProcessPoolExecutor, kind: str, portfolios: int) -> bool:
    edits, is_good = KINDS[kind], True
    for edit, (base, draft) in zip(edits, pool.map(_truth, edits), strict=True):
        is_good &= is_what_it_is_said_to_be(kind, base, draft)
        print(f"{kind}  in truth AUC {base:.3f} -> {draft:.3f}  {edit.name}", flush=True)  # noqa: T201  a bench prints
    for churns in CHURNS:
        asked = partial(verdicts, churns=churns, seeds=range(portfolios))
        found = list(pool.map(asked, edits))
        every = sum(found, Counter[Verdict]())
        is_good &= keeps_its_bound(kind, churns, every)
        for name, counts in (*((edit.name, counts) for edit, counts in zip(edits, found, strict=True)), ("ALL", every)):
            said = "  ".join(f"{one} {counts[one] / counts.total():4.0%}" for one in ("worse", "better", "cannot tell"))
            print(f"{kind}  {churns} churns  {said}  {name}", flush=True)  # noqa: T201  a bench prints
    return is_good


def _truth(edit: Edit) -> tuple[float, float]:
    return edit.truth_of(seeded(edit.name), 8000)


def is_what_it_is_said_to_be(kind: str, base: float, draft: float) -> bool:
    """Tell whether an edit takes away half of what the base knows, or, of an equal one, nothing."""
    return base - draft >= (base - 0.5) / 2 if kind == "worse" else abs(base - draft) < 0.015


def keeps_its_bound(kind: str, churns: int, found: Counter[Verdict]) -> bool:
    """Tell whether the gate errs no more often than it may."""
    if kind == "equal":
        return found["worse"] + found["better"] <= 0.10 * found.total()
    return churns < 50 or found["worse"] >= 0.90 * found.total()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
