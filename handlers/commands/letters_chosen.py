"""Which dead letters a command means: by their ids, by the beginnings of these, or by what they are."""

from collections.abc import Sequence

import click

from handlers.jobs.letters import DeadLetters, Letter

SHORTEST_ID = 4
"""So much of an id is enough, where it is the beginning of no other."""


class Chosen:
    """The letters of a place that have a source, a place and a reason as they are asked for; None: any."""

    def __init__(self, letters: DeadLetters, source: str | None, place: str | None, saying: str | None) -> None:
        """Read the letters once."""
        self.letters = letters
        self._source, self._place, self._saying = source, (place or "").casefold(), (saying or "").casefold()
        box = letters.box()
        self.has_more = box.has_more
        self.found = [one for one in box.letters if self._is_meant(one)]

    def _is_meant(self, letter: Letter) -> bool:
        says = self._place in letter.place.casefold() and self._saying in letter.reason.casefold()
        return says and self._source in (None, letter.source)

    def named(self, said: Sequence[str], *, every: bool) -> list[Letter]:
        """Give the letters of some ids, each once, or all that are meant."""
        if every == bool(said):
            raise click.UsageError("name letters by their ids, or say --all")
        named = self.found if every else [self._one(name) for name in said]
        return list({one.id: one for one in named}.values())

    def _one(self, name: str) -> Letter:
        fits = [one for one in self.found if one.id == name or (len(name) >= SHORTEST_ID and one.id.startswith(name))]
        if len(fits) == 1:
            return fits[0]
        fault = "is the beginning of several" if fits else "is not among those that can be seen now"
        raise click.ClickException(f"letter {name} {fault}: healthscore dead-letters list shows their ids")
