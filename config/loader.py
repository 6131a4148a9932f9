"""Load the figures: four files into one model, the intake and the record map, or a refusal by name.

What reads the files is imported where they are read: figures that were compiled (`config.compiled`) need none of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.alerts import USUAL
from config.guards import Guards
from config.intake import Intake, LookerQuery
from config.record_map import RecordMap, Sink
from config.repairs import Repairs
from config.retention import USUAL_RETENTION, Retention
from config.words import USUAL_WORDS, WordsTerms
from scoring.alerts import AlertTerms
from scoring.model import Model

DEFAULT_DIRECTORY = Path(__file__).parent

FILES = ("weights.yaml", "thresholds.yaml", "sources.yaml", "record.yaml")
"""The files of figures, each of which a folder of config must have."""


@dataclass(frozen=True, slots=True)
class Config:
    """All that is set by figures and names; `model_text` is the model as it is kept beside records.

    `sink` is the CRM that records are written to, `repairs` what can be changed within 30 days, `alerts` how
    the list of alerts is made, `words` how what customers write is read, `retention` how long what is stored is kept.
    """

    model: Model
    intake: Intake
    record_map: RecordMap
    model_text: str
    looker: LookerQuery
    guards: Guards = field(default_factory=Guards)
    sink: Sink = "salesforce"
    repairs: Repairs = field(default_factory=Repairs)
    alerts: AlertTerms = USUAL
    words: WordsTerms = USUAL_WORDS
    retention: Retention = USUAL_RETENTION


def load_config(
    directory: Path = DEFAULT_DIRECTORY, draft: Path | None = None, changes: Mapping[str, Any] | None = None
) -> Config:
    """Load weights.yaml, thresholds.yaml, sources.yaml and record.yaml from a directory.

    Those that the folder of a `draft` has are read there instead. `changes` have by file, named without .yaml,
    figures that stand in the place of the file's own.
    Raises ConfigError with every problem found, one a line.
    """
    from config.from_files import read_config  # noqa: PLC0415  pydantic and YAML are slow to import

    return read_config(directory, draft, changes or {})
