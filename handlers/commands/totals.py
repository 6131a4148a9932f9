"""What became of all messages of a call, and how it is said."""

import sys
from collections import Counter
from dataclasses import dataclass, field

from handlers.commands.session import PARTIAL, Session, result
from handlers.files import OutputFile
from handlers.jobs.fold import Tally


@dataclass(slots=True)
class Total:
    """What became of all messages of a call."""

    messages: int = 0
    silent: int = 0
    observations: int = 0
    dead: int = 0
    remarks: Counter[str] = field(default_factory=Counter)

    def add(self, tally: Tally) -> None:
        """Add what became of a batch."""
        self.messages += tally.messages
        self.silent += tally.silent
        self.observations += tally.observations
        self.dead += len(tally.dead_letters)
        self.remarks.update(tally.remarks)

    def say(self) -> None:
        """Print it as one line of JSON on stdout."""
        result(
            {
                "messages": self.messages,
                "observations": self.observations,
                "silent": self.silent,
                "dead_letters": self.dead,
                "remarks": dict(sorted(self.remarks.items())),
            }
        )


def finish(session: Session, total: Total, letters: OutputFile | None) -> None:
    """Say what was remarked and what is dead; exit 3 where any message is."""
    for remark, times in sorted(total.remarks.items()):
        session.stderr.print(f"{remark} ({times} times)" if times > 1 else remark, markup=False)
    if total.dead:
        session.warn(
            f"{total.dead} of {total.messages} lines could not be read" + (f": see {letters.path}" if letters else "")
        )
        sys.exit(PARTIAL)
