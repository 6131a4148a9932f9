"""Which model is asked, and where: both or none, and what cannot be right is refused by name."""

import pytest

from handlers.clients.bedrock.detector import detector_of
from handlers.clients.bedrock.settings import ModelSettings, model_settings
from handlers.environment import SettingsError
from tests.bedrock.stubs import MODEL, TERMS, now

PROFILE = "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123"


@pytest.mark.parametrize("model", [MODEL.model, "anthropic.claude-haiku-4-5-20251001-v1:0", PROFILE])
def test_a_model_is_named_by_its_id_or_that_of_a_profile(model: str) -> None:
    """What an ARN says of the account is in no finding."""
    given = model_settings({"WORDS_MODEL": model, "WORDS_MODEL_REGION": "eu-central-1"})
    assert given == ModelSettings(model, "eu-central-1")
    assert "123456789012" not in given.name


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"WORDS_MODEL": "a.model"}, "WORDS_MODEL_REGION"),
        ({"WORDS_MODEL_REGION": "eu-central-1"}, "WORDS_MODEL"),
        ({"WORDS_MODEL": "a model", "WORDS_MODEL_REGION": "eu-central-1"}, "WORDS_MODEL is 'a model'"),
        ({"WORDS_MODEL": "a.model", "WORDS_MODEL_REGION": "Frankfurt"}, "WORDS_MODEL_REGION is 'Frankfurt'"),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(environ: dict[str, str], named: str) -> None:
    """Before anything is asked."""
    with pytest.raises(SettingsError, match=named):
        model_settings(environ)


def test_a_run_on_a_laptop_asks_the_model_of_the_environment_or_says_what_is_missing() -> None:
    """With a name that findings bear."""
    environ = {"WORDS_MODEL": MODEL.model, "WORDS_MODEL_REGION": MODEL.region}
    assert detector_of(environ, TERMS, now).rule == f"model/{MODEL.model}"
    assert model_settings({"WORDS_MODEL": " "}) is None
    with pytest.raises(SettingsError, match="WORDS_MODEL"):
        detector_of({}, TERMS, now)
