"""The routes of versions: the list, the text of one, and two side by side."""

import os
import re
from collections.abc import Sequence
from difflib import unified_diff

from starlette.responses import Response
from starlette.routing import BaseRoute

from config.errors import ConfigError
from config.model_text import model_from_text, model_text
from handlers.desk.routes import Rooms
from handlers.desk.visit import NotThere, Visit
from handlers.jobs.versions import Version, pretty, text_of, versions
from handlers.words.model_changes import Said, changes_said
from scoring.model import Model

COMMIT = "HEALTHSCORE_COMMIT"
"""Names in the environment the commit that is deployed."""
_HASH = re.compile(r"[0-9a-f]{7,40}")


def version_routes(rooms: Rooms) -> list[BaseRoute]:
    """Give the routes."""
    return [
        rooms.page("/versions", _list),
        rooms.page("/versions/compare", _compare),
        rooms.page("/versions/{version}", _one),
    ]


def _known(visit: Visit) -> Sequence[Version]:
    commit = os.environ.get(COMMIT, "").strip()
    said = commit if _HASH.fullmatch(commit) else ""

    def read() -> Sequence[Version]:
        with visit.store() as store:
            return versions(store, visit.desk.config.model.version, said)

    return visit.desk.memory.get("versions", read)


def _list(visit: Visit) -> Response:
    known = _known(visit)
    return visit.page("versions/versions.html.j2", section="/versions", known=known)


def _one(visit: Visit) -> Response:
    version = visit.request.path_params["version"]
    known = _known(visit)
    found = next((one for one in known if one.version == version), None)
    text = _text(visit, version)
    if found is None and text is None:
        raise NotThere("There is no such version of the model.")
    others = [one for one in known if one.version != version]
    return visit.page(
        "versions/version.html.j2", section="/versions", version=version, found=found, text=text, others=others
    )


def _text(visit: Visit, version: str) -> str | None:
    """Give the text of a version: that in force also where no record was made under it yet."""
    model = visit.desk.config.model
    with visit.store() as store:
        if version == model.version and store.model(version) is None:
            return pretty(model_text(model))
        return text_of(store, version)


def _model(visit: Visit, version: str) -> Model:
    model = visit.desk.config.model
    if version == model.version:
        return model
    with visit.store() as store:
        text = store.model(version)
    if text is None:
        raise NotThere("One of these versions is not kept: nothing can be compared with it.")
    return model_from_text(text)


def _compare(visit: Visit) -> Response:
    one, other = visit.query.get("a", ""), visit.query.get("b", "")
    known = _known(visit)
    if not one or not other:
        return visit.page("versions/compare.html.j2", section="/versions", known=known, a=one, b=other, said=None)
    said: Sequence[Said] | None = None
    fault = ""
    try:
        said = changes_said(_model(visit, one), _model(visit, other))
    except ConfigError as error:
        fault = str(error)
    return visit.page(
        "versions/compare.html.j2",
        section="/versions",
        known=known,
        a=one,
        b=other,
        said=said,
        fault=fault,
        diff=_diff(_text(visit, one) or "", _text(visit, other) or "", (one, other)),
    )


def _diff(before: str, after: str, names: tuple[str, str]) -> list[tuple[str, str]]:
    lines = unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=2)
    return [(_KINDS.get(line[:1], "same") if line[:3] not in ("---", "+++") else "head", line) for line in lines]


_KINDS = {"+": "added", "-": "removed", "@": "place"}
