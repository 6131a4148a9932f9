"""The files of a folder of figures: which there may be, but for the mapping of accounts."""

from config.alerts import ALERTS
from config.desk import DESK
from config.digest import DIGEST
from config.gate import GATE
from config.guards import GUARDS
from config.loader import FILES
from config.repairs import REPAIRS
from config.retention import RETENTION
from config.words import WORDS

ALL_FILES = (*FILES, GUARDS, GATE, REPAIRS, ALERTS, DESK, DIGEST, WORDS, RETENTION)
"""Those that a model is made of, and those beside them, which a folder may lack."""
