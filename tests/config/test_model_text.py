"""The text of a model: read back whole, in this form and all earlier ones, refused by name in a later one."""

from dataclasses import replace

import pytest
from hypothesis import given

from config.errors import ConfigError
from config.loader import load_config
from config.model_forms import FORM
from config.model_text import NewerModelError, model_from_text, model_text
from scoring.model import Model
from tests.scoring.foreign import models

TEXT = load_config().model_text


@given(models())
def test_a_model_of_any_names_comes_back_equal_from_its_text(model: Model) -> None:
    """Names that the catalogue does not have are read as well as those that it has."""
    again = model_from_text(model_text(model))
    assert replace(again, version="") == replace(model, version="")
    assert model_text(again) == model_text(model)


def test_a_text_of_a_later_form_is_refused_by_its_number() -> None:
    """An older program does not take a newer model for one of its own."""
    later = TEXT.replace(f'"form":{FORM}', f'"form":{FORM + 1}')
    with pytest.raises(NewerModelError, match=rf"the text is of form {FORM + 1}: .* forms up to {FORM}: use the newer"):
        model_from_text(later)


@pytest.mark.parametrize("place", ["{", '"rules":{', '"windows":{'])
def test_a_text_with_a_member_that_its_form_does_not_have_is_refused(place: str) -> None:
    """What the program would overlook is no small thing: the score may hang on it."""
    with pytest.raises(ConfigError, match="members that its form does not have"):
        model_from_text(TEXT.replace(place, f'{place}"alien":[],', 1))


@pytest.mark.parametrize("form", ["0", "-1", '"2"', "null", "true", "1.5"])
def test_a_text_whose_form_is_no_number_is_refused(form: str) -> None:
    """A broken text is named as such."""
    with pytest.raises(ConfigError, match="stored model"):
        model_from_text(TEXT.replace(f'"form":{FORM}', f'"form":{form}'))
