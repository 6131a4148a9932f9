"""Opportunities: their type, and whether they are open or won, in the words that config gives a meaning."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from scoring.facts import CrmRecord
from scoring.instants import Instant
from scoring.model import Model

_Means: TypeAlias = Mapping[str | bool, bool]
_OPEN: _Means = {"open": True, "won": False, "lost": False, False: True, True: False}
"""Whether an opportunity is open, by its stage or its flag IsClosed."""
_WON: _Means = {"open": False, "won": True, "lost": False, False: False, True: True}
"""Whether it is won, by its stage or its flag IsWon."""


class Told(NamedTuple):
    """What the newer of stage and flag tells: yes or no, or nothing; `sure` unless a stage was not understood."""

    yes: bool | None
    sure: bool = True

    @property
    def perhaps(self) -> bool:
        """Tell whether it may be so."""
        return not self.sure or self.yes is True


class Deal(NamedTuple):
    """An opportunity as the model reads it; `type` is None where its word has no meaning."""

    id: str
    type: str | None
    open: Told
    won: Told
    close_date: Instant | None


def deal(opportunity: CrmRecord, model: Model) -> Deal:
    """Read an opportunity."""
    return Deal(
        id=opportunity.id,
        type=type_of(opportunity, model),
        open=is_open(opportunity, model),
        won=_told(opportunity, "is_won", _WON, model),
        close_date=opportunity.instant("close_date"),
    )


def type_of(opportunity: CrmRecord, model: Model) -> str | None:
    """Give the type of an opportunity; None where its word has no meaning."""
    return model.words["opportunity.type"].meaning(opportunity.text("type"))


def is_open(opportunity: CrmRecord, model: Model) -> Told:
    """Tell whether an opportunity is open."""
    return _told(opportunity, "is_closed", _OPEN, model)


def _told(opportunity: CrmRecord, flag: str, means: _Means, model: Model) -> Told:
    said = opportunity.yes(flag)
    by_flag = None if said is None else means[said]
    if not _stage_is_newer(opportunity, flag):
        return Told(by_flag)
    stage = model.words["opportunity.stage"].meaning(opportunity.text("stage"))
    return Told(by_flag, sure=False) if stage is None else Told(means[stage])


def _stage_is_newer(opportunity: CrmRecord, flag: str) -> bool:
    """Tell whether the stage was said after the flag; the flag of the same statement holds."""
    if opportunity.yes(flag) is None:
        return True
    return "stage" in opportunity.said and opportunity.said["stage"] > opportunity.said[flag]
