"""Which channel is told of whose accounts: by the digest's terms, and the addresses that the environment holds."""

from collections.abc import Iterable, Mapping

from config.digest import DigestTerms
from handlers.clients.remote import Patience
from handlers.environment import SettingsError, get, https
from handlers.sinks.channels.links import Links
from handlers.sinks.channels.webhook import Channel, kind_of
from scoring.customer import Csm


class Channels:
    """The channels of a digest, each made when it is first told."""

    def __init__(self, terms: DigestTerms, environ: Mapping[str, str], patience: Patience | None = None) -> None:
        """Read addresses from an environment; `DESK_ADDRESS` says where links lead, if anywhere."""
        self._terms, self._environ, self._patience = terms, environ, patience
        desk = get(environ, "DESK_ADDRESS", "")
        self._links = Links(https("DESK_ADDRESS", desk) if desk else None)
        self._made: dict[str, Channel] = {}

    def of(self, csm: Csm | None) -> Channel:
        """Give the channel that is told of a CSM's accounts; raises SettingsError where nobody said its address."""
        variable = self._terms.variable_of(None if csm is None else csm.mail)
        if variable not in self._made:
            address = get(self._environ, variable, "")
            if not address:
                raise SettingsError(
                    f"{variable} is not set: it holds the address of the webhook that the digest goes to (digest.yaml "
                    "names it); --dry-run shows what would be told"
                )
            kind = kind_of(variable, address, self._terms.kind)
            self._made[variable] = Channel(variable, address, kind, self._links, self._patience)
        return self._made[variable]

    def check(self, csms: Iterable[Csm | None]) -> None:
        """See that all channels that are needed are known, before any is told; raises SettingsError."""
        for csm in csms:
            self.of(csm)
