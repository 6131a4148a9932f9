"""Pictures as SVG: places across in per cent of the width, down in pixels, so that marks keep their size."""

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: float | str | None) -> Markup:
    """Make an element; all text in it is escaped. `_` in a name is `-`, one at its end is left out."""
    said = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(map(escape, children))
    return Markup(f"<{name}{said}>{inside}</{name}>")  # noqa: S704 - all in it is escaped above


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"


def across(share: float) -> str:
    """Write a place or a width as per cent of the picture's; `share` is 0 at its left end, 1 at its right."""
    return f"{round(100 * share, 2):g}%"


def rect(start: float, end: float, top: float, height: float, class_: str) -> Markup:
    """Draw a bar from one share of the width to another."""
    return element("rect", x=across(start), y=top, width=across(max(end - start, 0.0)), height=height, class_=class_)


def line(start: float, end: float, top: float, bottom: float, class_: str) -> Markup:
    """Draw a line between two places."""
    return element("line", x1=across(start), y1=top, x2=across(end), y2=bottom, class_=class_)


def dot(place: float, middle: float, radius: float, class_: str) -> Markup:
    """Draw a dot."""
    return element("circle", cx=across(place), cy=middle, r=radius, class_=class_)


def shape(place: float, top: float, path: str, class_: str) -> Markup:
    """Draw a shape, whose path is in pixels around its own 0, at a place."""
    drawn = element("path", d=path, class_=class_)
    return element("svg", drawn, x=across(place), y=top, overflow="visible", width=1, height=1)


def picture(
    *parts: str, height: float, title: str, text: str = "", class_: str = "picture", width: float | None = None
) -> Markup:
    """Frame a picture that says in words what it shows; without a width it is as wide as there is room."""
    said = element("title", title), *([element("desc", text)] if text else [])
    return element(
        "svg",
        *said,
        *parts,
        role="img",
        class_=class_,
        width="100%" if width is None else width,
        height=height,
        aria_label=f"{title}. {text}" if text else title,
    )


def hidden(*parts: str, height: float, class_: str = "picture") -> Markup:
    """Frame a picture that only repeats what stands beside it in words."""
    return element("svg", *parts, class_=class_, width="100%", height=height, aria_hidden="true", focusable="false")
