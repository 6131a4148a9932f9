"""What a model does not take is asked in another form, once, and remembered; other errors are named."""

from types import SimpleNamespace
from typing import Any

import pytest

from handlers.clients.bedrock.answers import claims_of
from handlers.clients.bedrock.client import Converse
from handlers.clients.bedrock.errors import ModelError
from handlers.detection.claims import Claim
from handlers.detection.question import ANSWER
from tests.bedrock.stubs import MODEL, NO_SIGNAL, TEXT, Model, by_schema, by_tool, finding

NO_SCHEMAS = "The model returned the following errors: output_config.format: Extra inputs are not permitted"
NO_TEMPERATURE = "The model returned the following errors: `temperature` is deprecated for this model."


def test_a_model_without_schemas_is_made_to_use_a_tool_from_then_on(model: Model) -> None:
    """The first question is asked twice, the next one once."""
    model.fails("ValidationException", NO_SCHEMAS)
    for _ in range(2):
        model.answers(by_tool(finding()))
        assert [hit.category for hit in model.detector.read(TEXT).hits] == ["cancellation"]
    assert [("outputConfig" in asked, "toolConfig" in asked) for asked in model.asked] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    assert model.asked[-1]["toolConfig"]["toolChoice"] == {"tool": {"name": ANSWER}}


def test_a_model_without_a_temperature_is_asked_without_and_still_by_schema(model: Model) -> None:
    """Newer models refuse it."""
    model.fails("ValidationException", NO_TEMPERATURE)
    for _ in range(2):
        model.answers(by_schema(NO_SIGNAL))
        model.detector.read(TEXT)
    assert ["temperature" in asked["inferenceConfig"] for asked in model.asked] == [True, False, False]
    assert all("outputConfig" in asked for asked in model.asked)


def test_a_model_that_takes_neither_is_found_out(model: Model) -> None:
    """Both are left out, one after the other."""
    for complaint in (NO_SCHEMAS, NO_TEMPERATURE):
        model.fails("ValidationException", complaint)
    model.answers(by_tool(NO_SIGNAL))
    assert model.detector.read(TEXT).hits == ()


def test_a_request_that_is_refused_in_every_form_is_invalid_and_nothing_is_remembered(model: Model) -> None:
    """Such as a model that does not exist: the next question begins anew."""
    for _ in range(2):
        model.fails("ValidationException", "The provided model identifier is invalid.")
    with pytest.raises(ModelError) as failed:
        model.detector.read(TEXT)
    assert (failed.value.reason, failed.value.is_for_all, model.spent) == ("invalid", True, 0)
    model.answers(by_schema(NO_SIGNAL))
    model.detector.read(TEXT)


def test_an_older_botocore_that_knows_no_schemas_asks_by_the_tool() -> None:
    """Lambda brings one of its own; what it cannot send is not tried."""
    older = _Older()
    response, form = Converse(older, MODEL, 600).ask("data")
    assert claims_of(response, structured=form.structured) == [Claim("none", "asserted", "")]
    assert ["outputConfig" in asked for asked in older.asked] == [False]


class _Older:
    """A client whose service has no `outputConfig`."""

    def __init__(self) -> None:
        """Know what an older botocore knows of Converse."""
        members = {"modelId": None, "messages": None, "system": None, "inferenceConfig": None, "toolConfig": None}
        operation = SimpleNamespace(input_shape=SimpleNamespace(members=members))
        self.meta = SimpleNamespace(service_model=SimpleNamespace(operation_model=lambda _: operation))
        self.asked: list[dict[str, Any]] = []

    def converse(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        """Answer by the tool."""
        self.asked.append(request)
        return by_tool(NO_SIGNAL)


@pytest.mark.parametrize(
    ("code", "reason", "traits"),
    [
        ("AccessDeniedException", "denied", "for_all"),
        ("ExpiredTokenException", "credentials", "for_all"),
        ("ResourceNotFoundException", "unknown_model", "for_all"),
        ("ThrottlingException", "throttled", "passing"),
        ("ServiceUnavailableException", "unavailable", "passing"),
        ("ModelNotReadyException", "unavailable", "passing"),
        ("ModelTimeoutException", "timed_out", "passing billed"),
        ("ModelErrorException", "failed", "passing billed"),
        ("InternalServerException", "failed", "passing billed"),
    ],
)
def test_an_error_is_a_failure_by_name(
    model: Model,
    code: str,
    reason: str,
    traits: str,
) -> None:
    """Known of each: may it be gone later, does it hold for all, may it have cost money; its text is not kept."""
    model.fails(code, f"so long: {TEXT}")
    with pytest.raises(ModelError) as failed:
        model.detector.read(TEXT)
    error = failed.value
    found = {"for_all": error.is_for_all, "passing": error.is_passing, "billed": model.spent > 0}
    assert (error.reason, {name for name, holds in found.items() if holds}) == (reason, set(traits.split()))
    assert TEXT not in f"{error} {error!r} {error.__cause__!r}"
