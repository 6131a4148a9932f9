"""How often the gate errs: `python -m tests.trust.gate_bench [PORTFOLIOS]` prints it, edit by edit.

A worse edit is to be stopped by the comparison alone, limits left aside, in 90 % of portfolios of 50 churns; an
equal one to be called better or worse in at most 10 %, at 10, 20 and 50.
"""

import sys
from collections import Counter

from scoring.backtest.comparison import Verdict, compare
from tests.trust.edits import EQUAL, WORSE, Edit, seeded

CHURNS = (10, 20, 50)


def verdicts(edit: Edit, churns: int, seeds: range, accounts: int = 200) -> Counter[Verdict]:
    """Count what the gate says of an edit, on one portfolio a seed."""
    return Counter(
        compare(edit.rows(seeded(f"{edit.name} {churns} {seed}"), churns, accounts), seeded("gate")).verdict
        for seed in seeds
    )


def main(portfolios: int) -> None:
    """Print a line for each cell; exit 1 where one is outside its bounds."""
    is_good = True
    for kind, edits in (("worse", WORSE), ("equal", EQUAL)):
        for edit in edits:
            base, draft = edit.truth_of(seeded(edit.name), 8000)
            is_good &= _is_true(kind, base, draft)
            print(f"{kind}  in truth AUC {base:.3f} -> {draft:.3f}  {edit.name}", flush=True)  # noqa: T201  a bench prints
            for churns in CHURNS:
                found = verdicts(edit, churns, range(portfolios))
                is_good &= _is_good(kind, churns, found)
                told = "  ".join(
                    f"{name} {found[name] / portfolios:4.0%}" for name in ("worse", "better", "cannot tell")
                )
                print(f"{kind}  {churns} churns  {told}  {edit.name}", flush=True)  # noqa: T201  a bench prints
    sys.exit(0 if is_good else 1)


def _is_true(kind: str, base: float, draft: float) -> bool:
    """Tell whether an edit is what it is said to be."""
    return base - draft >= (base - 0.5) / 2 if kind == "worse" else abs(base - draft) < 0.015


def _is_good(kind: str, churns: int, found: Counter[Verdict]) -> bool:
    if kind == "equal":
        return found["worse"] + found["better"] <= 0.10 * found.total()
    return churns < 50 or found["worse"] >= 0.90 * found.total()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
