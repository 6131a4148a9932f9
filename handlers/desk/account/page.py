"""All that the page of an account shows, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from markupsafe import Markup

from handlers.desk.account.back import way_back
from handlers.desk.account.behind import Behind, behind_of
from handlers.desk.account.course import Course, course_of
from handlers.desk.account.course_picture import axis, course_picture, tiers
from handlers.desk.account.crm_behind import CrmGroup, crm_behind_of
from handlers.desk.account.moving import Moving, moving_of
from handlers.desk.account.proof import Proof, proof_of
from handlers.desk.account.receipt import Group, receipt_of
from handlers.desk.account.standings import Kind, Standings
from handlers.desk.suggestions.answering import CHOICES, Choices
from handlers.desk.suggestions.waits import Row, rows_of_account
from handlers.desk.visit import Visit
from handlers.jobs.morning import days_to_renewal
from handlers.words.caps import cap_said
from handlers.words.explanation import alerted, verdict
from handlers.words.flags import freshness, in_order, sentences
from handlers.words.layout import Passage
from handlers.words.outcomes import elsewhere
from handlers.words.parts import missing_said, parts_of
from handlers.words.peers import Against, costing, helping
from handlers.words.repair import lifting
from handlers.words.signals import SignalWords, signal_words, suggested_words
from handlers.words.tone import tone_said
from scoring.blind_spots import blind_spots
from scoring.measurement import suggested_at
from scoring.metrics.tone import tone_at
from scoring.model import Model
from scoring.record import Record
from scoring.score import Measurements, Score
from scoring.summary import summary_of


@dataclass(frozen=True)
class Page:
    """The page of an account; each part is made when the template asks for it."""

    visit: Visit
    standings: Standings

    @property
    def record(self) -> Record:
        """Give what is shown, as a record."""
        return self.standings.shown.record

    @property
    def score(self) -> Score:
        """Give the score that is shown."""
        return self.record.score

    @property
    def measured(self) -> Measurements:
        """Give what was measured."""
        return self.record.measurements

    @property
    def model(self) -> Model | None:
        """Give the model of what is shown; None where it is not kept."""
        return self.standings.model

    @property
    def account_id(self) -> str:
        """Give the account's id."""
        return self.standings.read.found.account.id

    @property
    def name(self) -> str:
        """Give the account's name, or its id where it has none."""
        return self.score.account_name or self.standings.read.found.account.name or self.account_id

    @cached_property
    def back(self) -> str:
        """Give the way back to the list."""
        return way_back(self.visit)

    @property
    def crm_link(self) -> str | None:
        """Give the account's address in the CRM, where there is one."""
        link = self.visit.desk.terms.crm_link
        return link.replace("{id}", quote(self.account_id, safe="")) if link else None

    @property
    def days_left(self) -> int | None:
        """Count the days to renewal from the instant that is shown."""
        return days_to_renewal(summary_of(self.record), self.score.as_of)

    def to(self, period: str | None = None, kind: Kind | None = None, metric: str | None = None, **more: str) -> str:
        """Give the address of this page with another period, standing or metric; the way back is kept."""
        asked = {
            "period": period or self.standings.read.period,
            "as": kind or (self.standings.asked if period is None else "known"),
            "metric": self.behind.metric if metric is None else metric,
            **more,
            "back": "" if self.back == "/" else self.back,
        }
        usual = {"as": "known"}
        kept = {name: value for name, value in asked.items() if value and usual.get(name) != value}
        return f"/accounts/{quote(self.account_id, safe='')}?{urlencode(kept)}"

    @cached_property
    def verdict(self) -> str:
        """Say the score in a sentence."""
        return "" if self.model is None else verdict(self.score, self.measured, self.model)

    @cached_property
    def cap(self) -> Sequence[Passage]:
        """Say the cap in words."""
        return [] if self.model is None else cap_said(self.score, self.measured, self.model)

    @cached_property
    def alert(self) -> str:
        """Say why it is on the list of alerts, or that it leaves."""
        return alerted(self.standings.known.stored)

    @cached_property
    def course(self) -> Course:
        """Give the course over the months."""
        return course_of(self.standings)

    @cached_property
    def pictures(self) -> tuple[Markup, Markup, Markup]:
        """Draw the course: its scale, itself, the names of tiers."""
        return axis(self.course), course_picture(self.course), tiers(self.course)

    @cached_property
    def moving(self) -> Moving:
        """Say what moved."""
        return moving_of(self.standings)

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Give the receipt."""
        if self.model is None:
            return []
        feeds = self.standings.read.given.timeline.known.feeds
        return receipt_of(self.score, self.measured, self.model, blind_spots(self.measured, feeds, self.model))

    @cached_property
    def missing(self) -> Passage | None:
        """Say what is missing."""
        return None if self.model is None else missing_said(self.score, parts_of(self.score, self.model))

    @cached_property
    def against(self) -> Sequence[Against]:
        """Say what costs and what helps most against what others have."""
        told, model = self.standings.told, self.model
        if told is None or model is None:
            return []
        parts = parts_of(self.score, model)
        both = costing(self.score, parts, told.peers, model), helping(self.score, parts, told.peers, model)
        return [one for one in both if one is not None]

    @cached_property
    def lifted(self) -> Passage | None:
        """Say what would reach the next tier."""
        told = self.standings.told
        return None if told is None else lifting(told.lifted, self.visit.desk.config.repairs)

    @cached_property
    def signals(self) -> Sequence[SignalWords]:
        """Give the churn signals, the latest first."""
        model = self.model or self.visit.desk.config.model
        return signal_words(self.measured.signals, self.score.as_of, model)

    @cached_property
    def suggested(self) -> Sequence[SignalWords]:
        """Give the signals that were only suggested, as of the same instant; no score knows of them.

        On the page of the latest month those of ours that wait stand in `waits`.
        """
        model, timeline = self.model or self.visit.desk.config.model, self.standings.read.given.timeline
        return suggested_words(suggested_at(timeline, self.score.as_of, model, of_ours=not self._is_latest))

    @cached_property
    def waits(self) -> Sequence[Row]:
        """Give the suggestions that wait for an answer now, on the page of the latest month."""
        return rows_of_account(self.visit, self.standings.read.found.account) if self._is_latest else ()

    @property
    def _is_latest(self) -> bool:
        read = self.standings.read
        return self.standings.is_running or read.period == read.given.latest_period

    @property
    def may_answer(self) -> bool:
        """Tell whether suggestions can be answered here."""
        return self.visit.desk.services.suggestions.sink is not None

    @property
    def choices(self) -> Choices:
        """Give the words that suggestions are answered with."""
        return CHOICES

    @cached_property
    def fresh(self) -> Sequence[str]:
        """Say how fresh each source was."""
        ages = self.measured.age_hours or {}
        return [freshness(source, ages[source]) for source in in_order(ages)]

    @cached_property
    def flags(self) -> Sequence[str]:
        """Say what to know about the score."""
        return [] if self.model is None else sentences(self.score.flags, self.measured, self.model)

    @cached_property
    def behind(self) -> Behind:
        """List the conversations behind the metrics."""
        query, link = self.visit.query, self.visit.desk.terms.support_link
        return behind_of(self.standings, query.get("metric", ""), link, all_=query.get("all") == "1")

    @cached_property
    def tone(self) -> str:
        """Say how the account's people write, and over how many messages; empty where that is not known."""
        model, timeline = self.model or self.visit.desk.config.model, self.standings.read.given.timeline
        return tone_said(self.measured, tone_at(timeline, self.score.as_of, model), model)

    @cached_property
    def crm_behind(self) -> Sequence[CrmGroup]:
        """List the records of the CRM behind the metrics."""
        return crm_behind_of(self.standings, self.visit.desk.terms.crm_link)

    @cached_property
    def proof(self) -> Proof:
        """Write the proof to paste."""
        return proof_of(self.visit, self.standings, self.moving)

    @property
    def records(self) -> Sequence[Record]:
        """List the records of the account, the latest first."""
        return list(reversed(self.standings.read.given.records))

    @cached_property
    def elsewhere(self) -> Sequence[str]:
        """Say what is known of its renewals and fell into no month of the course."""
        return elsewhere({one.period for one in self.course.months}, self.standings.read.outcomes)


def page_of(visit: Visit, standings: Standings) -> Page:
    """Make the page of an account."""
    return Page(visit, standings)
