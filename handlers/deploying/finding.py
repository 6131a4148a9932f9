"""What a check of the preflight found, and errors that end a deployment before it began."""

from handlers.preflight.finding import Finding, Verdict

__all__ = ["AwsRefusedError", "DeployingError", "Finding", "Verdict"]


class DeployingError(Exception):
    """The deployment cannot go on; the text is one line that says what to do."""


class AwsRefusedError(DeployingError):
    """Whoever deploys lacks a right; the text names the action as AWS does."""
