"""Statements: all that an event can tell us, in our words."""

from typing import TypeAlias

from scoring.account import Naming
from scoring.feeds import Covered, Heard
from scoring.observations import Observation

Statement: TypeAlias = Observation | Naming | Covered | Heard
