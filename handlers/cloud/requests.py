"""What a queue or a schedule asks for, read strictly: a request with a wrong word is refused by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec

from config.loader import Config
from config.source import IN_TURN, SOURCES
from handlers.jobs.guards import Guard
from handlers.jobs.records import Terms
from handlers.sources.reading import UnreadableError
from handlers.stores.accounts import AccountStore, in_order, place_of, places
from scoring.account import Account
from scoring.ids import to_18
from scoring.instants import Instant, parse_instant
from scoring.periods import period_end, period_of, period_start

DAY_SECONDS = 86_400
T = TypeVar("T")


class _Rescore(msgspec.Struct, forbid_unknown_fields=True):
    account_id: str
    period: str | None = None
    as_of: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RescoreRequest:
    """One account to be scored for a period as of an instant, and why."""

    account: Account
    period: str
    as_of: Instant
    now: Instant
    reason: str

    def close(self, config: Config) -> Terms:
        """Say how to score it by the figures."""
        days, kept = config.alerts.notice_days, config.retention.superseded_observations
        return Terms(self.period, self.as_of, config.model, "provisional", self.now, notice_days=days, kept=kept)


def read_rescore(body: str, account_of: Callable[[str], Account | None], now: Instant) -> RescoreRequest:
    """Read a message of the rescore queue; raises UnreadableError with what is wrong, or that there is no account.

    Without `as_of` the period is scored as of its end, the running one as of now; without a
    period it is the one that `as_of` lies in.
    """
    try:
        asked = msgspec.json.decode(body, type=_Rescore)
        period, as_of = _when(asked, now)
    except (msgspec.MsgspecError, ValueError, OverflowError) as error:
        raise UnreadableError(f"no request for a rescore: {error}") from error
    account = account_of(to_18(asked.account_id))
    if account is None:
        raise UnreadableError(f"no account {asked.account_id} in the portfolio")
    return RescoreRequest(account, period, as_of, now, asked.reason)


def _when(asked: _Rescore, now: Instant) -> tuple[str, Instant]:
    as_of = now if asked.as_of is None else parse_instant(asked.as_of)
    period = asked.period or period_of(as_of - 1)
    if asked.as_of is None:
        as_of = min(period_end(period), now)
    if as_of > now:
        raise ValueError("as_of lies ahead")
    if not period_start(period) < as_of <= period_end(period):
        raise ValueError(f"{period} does not hold the instant to score at")
    return period, as_of


class Shard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of several equal parts of the portfolio, counted from 0."""

    index: Annotated[int, msgspec.Meta(ge=0)] = 0
    of: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1

    def __post_init__(self) -> None:
        """Refuse a part that is none; ValueError."""
        if self.index >= self.of:
            raise ValueError(f"shard {self.index} of {self.of}: they are counted from 0")

    @property
    def name(self) -> str:
        """Name the part among its kind."""
        return f"{self.index:05d}/{self.of}"

    def has(self, account: Account) -> bool:
        """Tell whether an account is of this part; which it is, its id alone says."""
        first, last = places((self.index, self.of))
        return first <= place_of(account.id) <= last


CloseStep: TypeAlias = Literal["close", "score", "guard", "write", "end"]


class ShardEnd(msgspec.Struct, frozen=True):
    """What became of a shard in the state machine: nothing is said of one that is closed."""

    shard: Shard | None = None
    error: str = ""


class FinaliseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What finalise is asked for.

    `time` is when it was due, and names the period that had then ended, unless `period` does.
    `run` names what is resumed when asked again. With `accounts` only those are closed; `usage`
    says whether Looker is asked first; `check` asks no more than whether the period is closed.
    `step` is the whole close, or one of its parts: to score a shard, to ask the guards about the
    whole period, to write a shard, to say by the `results` of the shards how it ended. `confirm` names the guards
    that are let through. `live` asks for the scores of the running month instead: it closes nothing. Where a state
    machine asks, `since` is when it began: until `wait_seconds` later a CRM that cannot be used is waited for.
    """

    time: str | None = None
    period: str | None = None
    run: str | None = None
    dry_run: bool = False
    shard: Shard = Shard()
    accounts: tuple[str, ...] = ()
    usage: bool = True
    plan: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    check: bool = False
    step: CloseStep = "close"
    confirm: tuple[Guard, ...] = ()
    live: bool = False
    since: str | None = None
    wait_seconds: Annotated[int, msgspec.Meta(ge=0, le=2 * DAY_SECONDS)] = DAY_SECONDS
    results: tuple[ShardEnd, ...] = ()

    def closing(self, now: Instant) -> tuple[str, Instant]:
        """Give the period and its as-of instant; ValueError where it has not ended."""
        due = now if not self.time else parse_instant(self.time)
        period = self.period or period_of(period_start(period_of(due)) - 1)
        as_of = period_end(period)
        if as_of > now:
            raise ValueError(f"{period} has not ended")
        return period, as_of


def read_finalise(event: Mapping[str, Any]) -> FinaliseRequest:
    """Read the event of finalise; raises UnreadableError with what is wrong."""
    return _asked(event, FinaliseRequest, "finalise")


def asked_of(request: FinaliseRequest, portfolio: AccountStore, refused: dict[str, str]) -> tuple[Account, ...]:
    """Take the accounts that are asked for: a shard of all, or of those that are named.

    Of all, those that cannot be read are noted in `refused`, with the reason. Raises UnreadableError where one
    that is named is unknown.
    """
    shard = request.shard
    if not request.accounts:
        return in_order(portfolio.accounts((shard.index, shard.of), refused))
    wanted = {to_18(key) for key in request.accounts}
    found = portfolio.some(wanted)
    if unknown := sorted(wanted - found.keys()):
        raise UnreadableError(f"not in the portfolio: {', '.join(unknown)}")
    return in_order(filter(shard.has, found.values()))


class SweepRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which systems are to be swept: by default all."""

    systems: tuple[str, ...] = IN_TURN

    def __post_init__(self) -> None:
        """Refuse a system that is none; ValueError."""
        unknown = [name for name in self.systems if name not in SOURCES]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no system: expected one of {', '.join(IN_TURN)}")


def read_sweep(event: Mapping[str, Any]) -> SweepRequest:
    """Read the event of sweep; raises UnreadableError with what is wrong."""
    return _asked(event, SweepRequest, "sweep")


def _asked(event: Mapping[str, Any], kind: type[T], deed: str) -> T:
    """Read an event; numbers may come as texts, as CloudFormation writes its parameters."""
    try:
        return msgspec.convert(event, kind, strict=False)
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnreadableError(f"no request to {deed}: {error}") from error
