"""One deployed stack for all tests here: it is told of a month bit by bit, and then closes it."""

from collections.abc import Iterator

import pytest

from tests.aws.events import portfolio
from tests.aws.story import Story
from tests.aws.world import world
from tests.engines import EngineMissingError


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Deploy the stack, its close split over two shards; skips without the emulator, or the packages."""
    folder, pilots = tmp_path_factory.mktemp("aws"), portfolio()
    pilots.write_mapping(folder / "mapping.csv")
    try:
        with world(folder, folder / "mapping.csv", Shards="2") as deployed:
            yield Story(deployed, pilots)
    except EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def whole(story: Story) -> Story:
    """Tell what was not told yet of the month, and wait until every touched account has its live score."""
    story.tell()
    story.world.drain()
    return story
