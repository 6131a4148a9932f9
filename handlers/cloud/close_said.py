"""What a step of a close says in the log, counts and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.cloud.close_steps import FinaliseError
from handlers.cloud.telemetry import log, trouble

if TYPE_CHECKING:
    from handlers.jobs.guards import Held
    from handlers.jobs.records import Terms
    from handlers.jobs.runs import Totals
    from scoring.alert_list import AlertList


def scored(close: Terms, totals: Totals) -> dict[str, Any]:
    """Say how many accounts of a shard have their provisional record; raises FinaliseError where some have none."""
    if totals.failed:
        raise FinaliseError(f"{len(totals.failed)} of {totals.accounts} accounts could not be scored")
    return {"period": close.period, "status": "provisional", "accounts": totals.accounts}


def say_seen(close: Terms, alerts: AlertList, drift: list[str]) -> None:
    """Log who is new on the list of alerts, who left it and why, and what moved for everybody at once."""
    for said in drift:
        log.warning("a source has changed", extra={"period": close.period, "seen": said})
    left = {one.account_id: one.why for one in alerts.left}
    log.info("alerts", extra={"period": close.period, "new": alerts.new, "left": left, **counted(alerts)})


def counted(alerts: AlertList | None) -> dict[str, int]:
    """Count a list of alerts; nothing where there is none."""
    if alerts is None:
        return {}
    return {"alerted": len(alerts.listed), "alerts_new": len(alerts.new), "alerts_left": len(alerts.left)}


def say_held(close: Terms, held: list[Held]) -> dict[str, Any]:
    """Say which guards hold a close: an alarm sounds, and nothing was written."""
    for guard, seen in held:
        log.error("the close is held", extra={"period": close.period, "guard": guard, "seen": seen})
    trouble("CloseHeld", len(held))
    return {"period": close.period, "status": "provisional", "is_held": bool(held), "held": dict(held)}
