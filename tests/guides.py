"""Commands of the documentation, as a person would type them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from handlers.cli import cli

ROOT = Path(__file__).parents[1]
REHEARSED = ("operations", "first-run", "export", "privacy")
"""Pages that are followed to the letter."""


def page(name: str) -> str:
    """Give the text of a page."""
    return (ROOT / "docs" / f"{name}.md").read_text()


def blocks(name: str) -> list[str]:
    """Give what a page's blocks of shell say, wherever they are indented."""
    found = re.findall(r"^( *)```sh\n(.*?)^ *```$", page(name), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def scripts(name: str) -> list[str]:
    """Give the blocks, and what stands within a line."""
    prose = re.sub(r"^ *```.*?^ *```$", "", page(name), flags=re.MULTILINE | re.DOTALL)
    inline = [" ".join(text.split()).replace(r"\|", "|") for text in re.findall(r"`([^`]+)`", prose)]
    return [*blocks(name), *inline]


def calls(script: str, program: str) -> Iterator[list[str]]:
    """Give the words of each call of a program."""
    for line in script.replace("\\\n", " ").splitlines():
        for part in re.findall(rf"(?:^|[;&|(])\s*({program} (?:'[^']*'|\"[^\"]*\"|[^;&|)#])*)", line):
            yield shlex.split(part)


def strangers(words: list[str]) -> list[str]:
    """Name what `healthscore` does not know among the words of a call: a command or an option."""
    command: click.Command = cli
    context, unknown = click.Context(cli, info_name="healthscore"), []
    skips = False
    for word in words[1:]:
        if skips:
            skips = False
        elif word.startswith("--"):
            option = _options(command).get(word.partition("=")[0])
            unknown += [] if option else [word]
            skips = option is not None and "=" not in word and not option.is_flag and option.nargs == 1
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                return [*unknown, word]
            command = found
    return unknown


def _options(command: click.Command) -> dict[str, click.Option]:
    named = {
        name: one
        for one in command.params
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    }
    return named | {"--help": click.Option(["--help"], is_flag=True)}
