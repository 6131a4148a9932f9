"""Small things that are kept: read as what they were, refused by name where they cannot be."""

import msgspec
import pytest

from handlers.jobs.closes import Note
from handlers.jobs.kept import keep, read_kept
from handlers.stores.protocol import StoreError
from tests.golden.sample import NOTE


def test_what_is_kept_comes_back_equal() -> None:
    """With all that it holds."""
    assert read_kept(keep(NOTE), Note, "close/2026-09") == NOTE


def test_a_member_that_a_newer_version_added_is_passed_over() -> None:
    """It says more; what this version knows of it is true all the same."""
    newer = msgspec.json.decode(keep(NOTE)) | {"mood": "good"}
    assert read_kept(keep(newer), Note, "close/2026-09") == NOTE


@pytest.mark.parametrize("text", ["", "{", "[]", keep(NOTE).replace('"held"', '"paused"', 1)])
def test_what_cannot_be_read_is_refused_by_its_name(text: str) -> None:
    """A word of a newer version is not taken for one of ours."""
    with pytest.raises(StoreError, match="what is kept as close/2026-09 cannot be read: use the newer version"):
        read_kept(text, Note, "close/2026-09")
