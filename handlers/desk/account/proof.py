"""The proof that people paste: a sum in one line, and a link that is fixed to the record and its model."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from handlers.desk.account.moving import Moving
from handlers.desk.account.standings import Standings
from handlers.desk.visit import Visit
from handlers.desk.words import month
from handlers.words.figures import moment, points
from handlers.words.layout import clean
from scoring.instants import format_instant


@dataclass(frozen=True, slots=True)
class Proof:
    """The text to paste; `warning` says where what the address was fixed to is not what is shown now."""

    text: str
    warning: str


def proof_of(visit: Visit, standings: Standings, moving: Moving) -> Proof:
    """Write the proof of the standing that is shown."""
    shown, score = standings.shown, standings.shown.score
    name = clean(score.account_name or score.account_id)
    what = moving.sum or ("no score" if score.final_score is None else points(score.final_score))
    tier = "Unscored" if score.tier is None else score.tier
    line = f"{name}, {month(shown.record.period)}: {_turned(what)} ({tier})"
    how = f"{_kind(standings)}, as of {moment(score.as_of)}, model {score.model_version}"
    return Proof(f"{line}\n{how}\n{_address(visit, standings)}", _warning(visit, standings))


def _turned(sum_: str) -> str:
    """Write the total first: `75.0 = 84.1 + 0.0 + 1.5 - 10.6 + 0.0`."""
    parts, is_sum, total = sum_.rpartition(" = ")
    return f"{total} = {parts}" if is_sum else sum_


def _kind(standings: Standings) -> str:
    shown = standings.shown
    if shown.is_recorded or shown.is_same:
        status = standings.known.stored.status if standings.known.stored is not None else ""
        return f"{status} record"
    return "live score" if shown.kind == "live" else "as known when this was copied"


def _address(visit: Visit, standings: Standings) -> str:
    shown = standings.shown
    fixed = {"period": standings.read.period, "as": shown.kind, "model": shown.score.model_version}
    stored = standings.known.stored
    if stored is not None and (shown.is_recorded or shown.is_same):
        fixed["written"] = format_instant(stored.scored_at)
    base = str(visit.request.base_url).rstrip("/")
    return f"{base}/accounts/{quote(shown.score.account_id, safe='')}?{urlencode(fixed)}"


def _warning(visit: Visit, standings: Standings) -> str:
    """Say where the model or the record is not the one that the address names."""
    model, written = visit.query.get("model", ""), visit.query.get("written", "")
    stored, score = standings.known.stored, standings.shown.score
    said = []
    if model and model != score.model_version:
        said.append(
            f"This link was copied when the model was {clean(model)}; what is shown is of {score.model_version}."
        )
    if written and (stored is None or format_instant(stored.scored_at) != written):
        now = "there is no record any more" if stored is None else f"it was written {moment(stored.scored_at)}"
        said.append(f"This link was copied from a record written {clean(written)}; now {now}.")
    return " ".join(said)
