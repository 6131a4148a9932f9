"""What a stack deployed beside its functions: the store, which has the accounts, and the figures."""

from functools import cached_property

from config.compiled import bundled_config
from config.loader import DEFAULT_DIRECTORY, Config
from handlers.clock import now
from handlers.stores.dynamodb.store import DynamoStore, deployed_store
from scoring.instants import NO_TIME, Duration


class Deployment:
    """A deployment as a function finds it; each part is loaded once, when it is first asked for."""

    def __init__(self, store: str, folder: str, *, feeds_kept: Duration = NO_TIME) -> None:
        """Use a store (`dynamodb://PREFIX`), and a folder of figures beside the packages.

        The feeds may be as old as `feeds_kept`.
        """
        self._url = store
        self.folder = DEFAULT_DIRECTORY.parent / folder
        self._feeds_kept = feeds_kept

    @cached_property
    def store(self) -> DynamoStore:
        """Give the store; its tables are there."""
        return deployed_store(self._url, now, feeds_kept=self._feeds_kept)

    @cached_property
    def config(self) -> Config:
        """Load the figures, as they were compiled when the bundle was made."""
        return bundled_config(self.folder)

    def keep_model(self) -> None:
        """Keep the model beside the records that are made under it."""
        self.store.put_model(self.config.model.version, self.config.model_text)
