"""The templates of the desk: text from outside is escaped, and what a template does not know is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from handlers.desk.assets import address
from handlers.desk.words import WORDS


def render(template: str, **context: object) -> str:
    """Write a template, named by its folder and file, such as `portfolio/portfolio.html.j2`."""
    return _environment().get_template(template).render(context)


def part(template: str, **context: object) -> Markup:
    """Write a template as a part of another one: what it escaped is not escaped again."""
    return Markup(render(template, **context))  # noqa: S704 - the template escapes


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(asset=address)
    made.filters.update(WORDS)
    return made
