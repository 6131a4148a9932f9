"""Every page of the desk in the states that it can be in: a new page gets into every proof by a line here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.jobs.drafts import kept_drafts
from handlers.jobs.portfolio import latest_period
from scoring.summary import Summary
from tests.desk.places import Place


@dataclass(frozen=True)
class Shown:
    """A page in a state: its address, in which `{account}` and the like stand for ones of the demo; and its status."""

    address: str
    status: int = 200

    def __str__(self) -> str:
        """Name it in a list of tests."""
        return self.address


PAGES: Sequence[Shown] = (
    Shown("/"),
    Shown("/?period={first}"),
    Shown("/?view=all&sort=coverage"),
    Shown("/?view=alerts&segment=paid"),
    Shown("/accounts/none", 404),
    Shown("/accounts/{account}"),
    Shown("/accounts/{capped}?period={latest}"),
    Shown("/accounts/{blind}?as=live"),
    Shown("/accounts/{account}?period={first}&as=record&metric=close_time_hours"),
    Shown("/no-such-page", 404),
    Shown("/pilot"),
    Shown("/pilot/{account}"),
    Shown("/pilot/none", 404),
    Shown("/report"),
    Shown("/report/{latest}"),
    Shown("/report/{first}?segment=paid"),
    Shown("/report/2031-01", 404),
    Shown("/pilot/agreement"),
    Shown("/pilot/validation"),
    Shown("/pilot/validation?account={account}&account={capped}&account={blind}"),
    Shown("/what-if"),
    Shown("/what-if?account={account}"),
    Shown("/what-if?draft=none", 404),
    Shown("/drafts"),
    Shown("/drafts/none", 404),
    Shown("/drafts/{draft}"),
    Shown("/what-if?draft={draft}"),
    Shown("/versions"),
    Shown("/versions/compare"),
    Shown("/versions/compare?a={model}&b={model}"),
    Shown("/versions/{model}"),
    Shown("/versions/none", 404),
    Shown("/quality"),
    Shown("/quality/flags?flag=partial"),
    Shown("/quality/flags?flag=none", 404),
    Shown("/quality/dead-letters"),
    Shown("/quality/dead-letters?done=2&stays=1"),
    Shown("/identity"),
    Shown("/identity?show=ambiguous"),
    Shown("/identity?show=rest"),
    Shown("/identity?show=decided"),
    Shown("/identity?source=looker&q=nobody"),
    Shown("/?q=nobody+is+called+so"),
    Shown("/?view=morning"),
    Shown("/?period=2026-13", 400),
    Shown("/suggestions"),
    Shown("/suggestions?category=budget"),
    Shown("/suggestions/report"),
    Shown("/audit"),
    Shown("/audit?act=signed+in&q=nobody&days=396&page=7"),
)
"""Pages, for people."""

FILES: Sequence[Shown] = (
    Shown("/export.csv?view=all"),
    Shown("/audit.csv?days=396"),
    Shown("/drafts/{draft}/draft.patch"),
    Shown("/drafts/{draft}/impact.json"),
    Shown("/identity/mapping.csv"),
    Shown("/identity/proposals.csv"),
    Shown("/pilot/validation.csv?account={account}"),
    Shown("/accounts/{account}/trend.json"),
    Shown("/accounts/{account}/receipt.json"),
    Shown("/report/{latest}.csv"),
    Shown("/report/{latest}.html"),
)
"""Files and data that pages link to."""


def filled(address: str, place: Place) -> str:
    """Put accounts and months of a desk's store into an address."""
    known = place.desk.memory.get("everywhere", lambda: _known(place))
    return address.format_map(known)


def _known(place: Place) -> Mapping[str, str]:
    with place.store() as store:
        latest = latest_period(store) or ""
        drafts = kept_drafts(store)
        months, summaries = store.summarised(), sorted(store.summaries(latest), key=lambda one: one.account_id)
    scored = [one for one in summaries if one.final_score is not None]
    capped = [one for one in scored if one.cap is not None]
    return {
        "account": scored[0].account_id,
        "capped": (capped or scored)[0].account_id,
        "blind": min(summaries, key=_seen).account_id,
        "latest": latest,
        "first": months[0],
        "draft": drafts[0].draft.hash if drafts else "none",
        "model": summaries[0].model_version,
    }


def _seen(summary: Summary) -> float:
    return summary.coverage_pct
