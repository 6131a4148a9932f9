"""How a metric is declared: once, beside its formula; all that is known of it by name follows from there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from scoring.metrics.measure import MISSING, Measure, Measures
from scoring.model import Model, Window
from scoring.roles import Role
from scoring.view import AccountView

Given = TypeVar("Given")
Form: TypeAlias = Literal["number", "change", "median", "yes_no", "countdown"]
"""How a raw value is read: as it stands, with its sign, as a median, as yes or no, as days that may be overdue."""


FieldType: TypeAlias = Literal["text", "number", "date", "yes_no", "lookup"]
"""What a field of a CRM record holds; a lookup the id of another record."""


@dataclass(frozen=True, slots=True)
class CrmField:
    """A field of a CRM record that a metric reads besides the usual ones, by our kind and name of it."""

    kind: str
    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class Called:
    """What people call a metric: `title` in Salesforce, `label` in sentences, its unit, how a value is read.

    `answers` are the words for 0 and for 1 of one that is read as yes or no. A value is shown with so many `decimals`
    at most.
    """

    title: str
    label: str
    unit: str = ""
    form: Form = "number"
    answers: tuple[str, str] = ("no", "yes")
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Metric:
    """What is known of a metric by its name.

    `window` is None for a present value, `role` for what only an old record knows. `reads` names the
    CRM fields that nothing else reads, without which it is always missing. `reference` says where its
    definition stands.
    """

    name: str
    dimension: str
    role: Role | None
    window: Window | None
    called: Called
    reads: tuple[CrmField, ...] = ()
    reference: str = ""

    @property
    def label(self) -> str:
        """Say what it is called in sentences."""
        return self.called.label

    @property
    def unit(self) -> str:
        """Say what its raw values are in; empty where they are plain numbers."""
        return self.called.unit


@dataclass(frozen=True, slots=True)
class Dimension(Generic[Given]):
    """A dimension: its metrics, and what their formulas are `given` of an account."""

    name: str
    title: str
    role: Role
    given: Callable[[AccountView, Model], Given]
    formulas: dict[Metric, Callable[[Given], Measure]] = field(default_factory=dict)

    def metric(
        self, called: Called, *, window: Window | None = None, reads: tuple[CrmField, ...] = (), reference: str = ""
    ) -> Callable[[Callable[[Given], Measure]], Callable[[Given], Measure]]:
        """Declare the function that follows as the metric of its name; order is that of the file.

        One with a `window` is missing unless the sources of the role covered it whole. Without a
        `reference` it is defined in MODEL.md, below the dimension's title.
        """

        def declare(formula: Callable[[Given], Measure]) -> Callable[[Given], Measure]:
            defined = reference or f"MODEL.md, {self.title}"
            metric = Metric(formula.__name__, self.name, self.role, window, called, reads, defined)
            self.formulas[metric] = formula
            return formula

        return declare

    def measures(self, view: AccountView, model: Model) -> Measures:
        """Measure every metric of the dimension that the model has: one of before a metric came does not know it."""
        given, known = self.given(view, model), model.metrics.get(self.name, model.pillars)
        covered: dict[Window | None, bool] = {}
        measured: Measures = {}
        for metric, formula in self.formulas.items():
            if metric.name in known:
                window = metric.window
                if window not in covered:
                    covered[window] = self._is_covered(window, view, model)
                measured[metric.name] = formula(given) if covered[window] else MISSING
        return measured

    def _is_covered(self, window: Window | None, view: AccountView, model: Model) -> bool:
        days = model.windows.days(window)
        return days is None or view.covers(self.role, days)
