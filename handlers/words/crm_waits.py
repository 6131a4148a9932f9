"""A close that waits for the CRM, in a sentence."""

from handlers.jobs.crm_waits import CrmWait
from handlers.words.figures import count, moment


def wait_in_words(wait: CrmWait) -> str:
    """Say since when a close waits, and when it asks again; or that it gave up."""
    lacks = f"{count(wait.accounts, 'account')} not written yet"
    if wait.is_over:
        gave_up = f"gave up at {moment(wait.again_at)}, {lacks}: {wait.reason}"
        return f"{gave_up}. Once it is mended: healthscore dead-letters retry"
    return f"waiting since {moment(wait.since)}, next try {moment(wait.again_at)}, {lacks}: {wait.reason}"
