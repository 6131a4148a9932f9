"""What a close came to, and how a program is answered: one line of JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.record_map import Sink
from handlers.jobs.closing import Closed
from handlers.jobs.records import Terms
from handlers.sinks.close_files import CloseFiles
from scoring.alert_list import AlertList
from scoring.summary import Summary


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a close of so many accounts came to, and by source why it could not be read.

    `in_crm` says whether the records of a close that is not held go to the CRM. People are shown the
    `summaries` of its records; there are none where nobody is.
    """

    close: Terms
    accounts: int
    closed: Closed
    unread: Mapping[str, str]
    sink: Sink
    in_crm: bool
    files: CloseFiles
    summaries: Sequence[Summary] = ()

    @property
    def is_dry_run(self) -> bool:
        """Tell whether nothing is kept of it."""
        return self.close.status == "provisional"

    @property
    def is_written(self) -> bool:
        """Tell whether its records left the store: a guard may hold them, of a dry run it only says so."""
        return self.is_dry_run or not self.closed.held

    @property
    def written_to_crm(self) -> bool:
        """Tell whether its records went to the CRM."""
        return self.in_crm and self.is_written

    @property
    def written_files(self) -> dict[str, str | None]:
        """Name the files that were written, by what they are."""
        named = {"csv": self.files.csv, "receipts": self.files.receipts, "workbook": self.files.workbook}
        named |= {"report": self.files.report} if self.files.has_report else {}
        return {what: str(path) if self.is_written and path is not None else None for what, path in named.items()}

    def told(self) -> dict[str, object]:
        """Give what programs are told."""
        run = self.closed.run
        return {
            "period": self.close.period,
            "status": "provisional" if self.closed.held else self.close.status,
            "model_version": self.close.model.version,
            "accounts": self.accounts,
            "scored": run.scored,
            "unscored": run.unscored,
            "deleted": run.deleted,
            "outranked": run.outranked,
            "failed": run.all_failed,
            "unread": self.unread,
            self.sink: self.written_to_crm,
            "retried": run.retried,
            "held": {one.guard: one.seen for one in self.closed.held},
            **self.written_files,
            "alerts": _alerts(self.closed.alerts),
            "drift": self.closed.drift,
        }


def _alerts(made: AlertList | None) -> dict[str, object] | None:
    """Tell of the list of alerts how long it is, who is new, who left and why; None where a close made none."""
    if made is None:
        return None
    return {
        "rule": made.terms.rule,
        "budget": made.terms.budget,
        "accounts": made.accounts,
        "alerted": len(made.listed),
        "new": made.new,
        "left": {one.account_id: one.why for one in made.left},
    }
