"""How the list of alerts is made where nothing else is said."""

from scoring.alerts import AlertTerms

ALERTS = "alerts.yaml"

USUAL = AlertTerms("steady")
"""The figures of a folder without alerts.yaml."""
