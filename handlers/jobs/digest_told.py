"""Tell a digest to its channels, and note what each took; what one did not take is told the next time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from handlers.clients.remote import SourceError
from handlers.jobs.digest import Digest, Group, note_news, note_silently, note_sources
from handlers.jobs.digest_waits import note_waits
from handlers.stores.protocol import Store
from handlers.words.digest import Letter, letter_of, silence_letter
from scoring.customer import Csm


class Tells(Protocol):
    """A channel."""

    @property
    def variable(self) -> str:
        """Give what the channel is called."""

    def tell(self, letter: Letter) -> Iterator[Letter]:
        """Tell a letter; gives each part once it is taken, and raises SourceError where one is not."""


class Chooses(Protocol):
    """The channels."""

    def of(self, csm: Csm | None) -> Tells:
        """Give the channel that is told of a CSM's accounts."""

    def check(self, csms: Iterable[Csm | None]) -> None:
        """See that all channels that are needed are known."""


@dataclass
class Delivered:
    """What became of a digest: how many accounts were told of, in how many messages, and which channels failed."""

    accounts: int = 0
    messages: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def deliver(store: Store, digest: Digest, period: str, channels: Chooses) -> Delivered:
    """Tell a digest; raises SettingsError before anything is told where a channel's address is not known."""
    channels.check([*(group.csm for group in digest.groups), *([None] if digest.silences else [])])
    delivered = Delivered()
    note_silently(store, digest)
    if not digest.silences or _tell_silences(digest, channels.of(None), delivered):
        note_sources(store, digest)
    for group in digest.groups:
        channel = channels.of(group.csm)
        if channel.variable not in delivered.failed:
            _tell_group(store, group, period, channel, delivered)
    return delivered


def _tell_silences(digest: Digest, channel: Tells, delivered: Delivered) -> bool:
    """Tell the common channel of sources that fell silent; tells whether it took that."""
    try:
        for _ in channel.tell(silence_letter(digest.silences)):
            delivered.messages += 1
    except SourceError as error:
        delivered.failed[channel.variable] = str(error)
    return channel.variable not in delivered.failed


def _tell_group(store: Store, group: Group, period: str, channel: Tells, delivered: Delivered) -> None:
    """Tell a channel of a CSM's accounts, and note each message that it took at once."""
    told = 0
    try:
        for part in channel.tell(letter_of(group, period)):
            if group.waits is not None:
                note_waits(store, group.waits)
            taken = group.news[told : told + len(part.items) + part.more]
            note_news(store, taken)
            told += len(taken)
            delivered.messages += 1
    except SourceError as error:
        delivered.failed[channel.variable] = str(error)
    delivered.accounts += told
