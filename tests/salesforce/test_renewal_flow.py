"""The renewal of an account that does well: made, prepared, approved, sent or taken back."""

from collections.abc import Callable

import pytest

from tests.salesforce.office import Office
from tests.salesforce.renewal_faults import FAILED
from tests.salesforce.renewal_scenarios import STARTED
from tests.salesforce.renewal_sending import SENT


@pytest.mark.parametrize("scenario", [*STARTED, *SENT, *FAILED], ids=lambda scenario: scenario.__name__)
def test_scenario(scenario: Callable[[], Office]) -> None:
    """Each scenario ends as it says."""
    scenario()
