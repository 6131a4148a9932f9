"""Every metric and pillar by name, gathered from where each is declared."""

from scoring.metrics.adoption_engagement import ADOPTION_ENGAGEMENT, PLATFORM_VALUE
from scoring.metrics.declaration import Called, Metric
from scoring.metrics.financial_contract import FINANCIAL_CONTRACT
from scoring.metrics.relationship_expansion import RELATIONSHIP_EXPANSION
from scoring.metrics.support_health import SUPPORT_HEALTH

MEASURED = (SUPPORT_HEALTH, FINANCIAL_CONTRACT, ADOPTION_ENGAGEMENT, RELATIONSHIP_EXPANSION)
"""The dimensions of the Churn Risk Score, in the order in which they are shown."""

METRICS = tuple(metric for dimension in MEASURED for metric in dimension.formulas)
PILLARS = tuple(PLATFORM_VALUE.formulas)
BY_NAME = {metric.name: metric for metric in (*METRICS, *PILLARS)}
DIMENSIONS = tuple(dimension.name for dimension in MEASURED)
TITLES = {dimension.name: dimension.title for dimension in (*MEASURED, PLATFORM_VALUE)}
"""What people call the dimensions and Platform Value."""

METRIC_WINDOWS = {metric.name: metric.window for metric in METRICS if metric.window is not None}


def named(name: str) -> Metric:
    """Give a metric or pillar; of one that only an old record knows, its name is all there is to say."""
    known = BY_NAME.get(name)
    if known is not None:
        return known
    words = name.replace("_", " ")
    return Metric(name, "", None, None, Called(words.capitalize(), words))
