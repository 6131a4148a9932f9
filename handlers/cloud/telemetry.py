"""Telemetry: what a function says of itself as log lines, metrics of trouble (in the log, as EMF) and error reports.

What goes well is a figure in a log line, which the dashboard reads: a metric costs money in each hour in which it
has a value, so only trouble that an alarm listens to is one. No body of a message and no secret is ever said.
"""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from handlers.cloud.settings import report_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

NAMESPACE = "healthscore"
_T = TypeVar("_T")
Door: TypeAlias = "Callable[[dict[str, Any], LambdaContext], _T]"

log = Logger()


def trouble(name: str, times: float = 1, **dimensions: str) -> None:
    """Say that there is trouble, as a metric that an alarm listens to; without any nothing is said, and costs nothing.

    Dimensions besides the service tell apart what is counted.
    """
    if times <= 0:
        return
    service = {"service": log.service, **dimensions}
    with single_metric(name, MetricUnit.Count, times, namespace=NAMESPACE, default_dimensions=service):
        pass


def observed(door: Door[_T]) -> Door[_T]:
    """Make a function observed: its log lines bear the request, errors are reported."""
    watched: Door[_T] = log.inject_lambda_context(_reporting(door), clear_state=True)
    return watched


def traced(door: Door[_T]) -> Door[_T]:
    """Make a function observed, and its calls of AWS traced by X-Ray."""
    from aws_lambda_powertools import Tracer  # noqa: PLC0415  the SDK behind it is slow to import; ingest does without

    tracer = Tracer(patch_modules=("botocore",))  # to patch all it knows of, it would import all of it
    followed: Door[_T] = tracer.capture_lambda_handler(door, capture_response=False, capture_error=False)
    return observed(followed)


def _reporting(door: Door[_T]) -> Door[_T]:
    @wraps(door)
    def reporting(event: dict[str, Any], context: LambdaContext) -> _T:
        try:
            return door(event, context)
        except Exception:
            report_error(os.environ)
            raise

    return reporting


def report_error(environ: Mapping[str, str], endpoint: str = "https://api.rollbar.com/api/1/") -> None:
    """Report the error that is being handled to Rollbar: its traceback alone. Without a token, nothing."""
    settings = report_settings(environ)
    if settings is None:
        return
    import rollbar  # noqa: PLC0415  only where there is a token

    rollbar.init(
        settings.token,
        settings.environment,
        handler="blocking",
        endpoint=endpoint,
        locals={"enabled": False},
        capture_ip=False,
        timeout=3,
        suppress_reinit_warning=True,
    )
    rollbar.report_exc_info(extra_data={"service": log.service})
