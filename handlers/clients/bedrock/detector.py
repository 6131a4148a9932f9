"""A language model as a detector."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from handlers.clients.bedrock.answers import claims_of
from handlers.clients.bedrock.client import TRIES, Converse, connect
from handlers.clients.bedrock.errors import ModelError
from handlers.clients.bedrock.settings import model_settings
from handlers.clients.bedrock.spending import OwnSums, Spending
from handlers.detection.authored import own_stretches
from handlers.detection.claims import Believed, Claim, believed
from handlers.detection.detected import Detected
from handlers.detection.question import INSTRUCTION, SCHEMA, as_data, version_of
from handlers.environment import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.words_model import ModelTerms
    from handlers.clients.bedrock.client import Client
    from handlers.clients.bedrock.settings import ModelSettings
    from handlers.clients.bedrock.spending import Sums
    from scoring.instants import Instant

_FRAME = len(INSTRUCTION.encode()) + len(str(SCHEMA).encode())


class ModelDetector:
    """Asks a language model about one message at a time, and believes only what the message itself says.

    Safe to use from several threads. It keeps no text, and no error of it repeats any.
    """

    def __init__(self, client: Client, model: ModelSettings, terms: ModelTerms, spending: Spending) -> None:
        """Ask a model through a client, within the terms and what may be spent."""
        self._converse = Converse(client, model, terms.most_tokens)
        self._most, self._spending = terms.most_characters, spending
        self.version = version_of(model.model)
        self.rule = f"model/{model.name}"

    def detect(self, text: str, language: str | None = None) -> Detected:
        """Ask about a text; the language is whatever it is said to be. Raises DetectorError."""
        return Detected(language, self.read(text).hits)

    def read(self, text: str) -> Believed:
        """Ask about a text's own words; give what may be believed, and count what may not. Raises ModelError."""
        own = own_stretches(text)
        if not "".join(own).strip():
            return Believed()
        return believed(self._claims("".join(own)), own, self.rule)

    def _claims(self, text: str) -> list[Claim]:
        data = as_data(text, secrets.token_hex(16), self._most)
        reserved = self._spending.reserve(_FRAME + len(data.encode(errors="replace")))
        try:
            response, form = self._converse.ask(data)
        except ModelError as error:
            if error.is_unbilled:
                self._spending.release(reserved)
            raise
        self._spending.settle(reserved, response)
        return claims_of(response, structured=form.structured)


def model_detector(model: ModelSettings, terms: ModelTerms, sums: Sums, now: Callable[[], Instant]) -> ModelDetector:
    """Make a detector that asks a model of Bedrock; what it costs is kept in sums. Raises ModelError."""
    client = connect(model.region, terms.seconds)
    return ModelDetector(client, model, terms, Spending(sums, terms, TRIES, now))


def detector_of(environ: Mapping[str, str], terms: ModelTerms, now: Callable[[], Instant]) -> ModelDetector:
    """Make a detector for one run of a command: by the environment, with a day's cap for the run.

    Raises SettingsError where no model is set up, ModelError where AWS's credentials or region are missing.
    """
    model = model_settings(environ)
    if model is None:
        raise SettingsError(
            "no language model is set up: set WORDS_MODEL and WORDS_MODEL_REGION (docs/words.md, A language model)"
        )
    return model_detector(model, terms, OwnSums(), now)
