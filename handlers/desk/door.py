"""The desk on AWS: requests of the HTTP API, answered by the app that answers them on a laptop."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from mangum import Mangum

from config.desk import load_desk
from handlers.clients.oidc.provider import Provider
from handlers.clock import now
from handlers.cloud.deployment import Deployment
from handlers.cloud.desk_services import services_of
from handlers.cloud.settings import door_settings
from handlers.cloud.telemetry import report_error, traced
from handlers.desk.agents.door import agent_door
from handlers.desk.app import desk_app
from handlers.desk.desk import Desk
from handlers.desk.memory import Memory
from handlers.desk.oidc_sign_in import sign_in_of
from handlers.desk.settings import desk_settings
from scoring.instants import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from starlette.types import ASGIApp, Receive, Scope, Send

    from handlers.stores.protocol import Store
    from scoring.account import Account

KEPT = 60 * SECOND
"""What was read of the store is read anew after so long; after a deed of the same process at once."""


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    answer: dict[str, Any] = _served()(event, context)  # type: ignore[arg-type]  # its own idea of a context
    return answer


@cache
def _served() -> Mangum:
    settings, desk = desk_settings(os.environ), _desk()
    provider = Provider(settings.registration, now)
    sign_in = sign_in_of(desk, provider, settings.secrets, settings.address)
    agents = agent_door(desk, provider, settings)
    app = desk_app(desk, sign_in, hosts=[settings.host], is_secure=True, agents=agents)
    return Mangum(Reporting(app), lifespan="off")


@cache
def _desk() -> Desk:
    """Make the desk of the stack: its store is opened once, and stays open."""
    settings = door_settings(os.environ)
    deployed = Deployment(settings.store, settings.config)
    memory = Memory(lambda: now() // KEPT)

    @contextmanager
    def opened() -> Iterator[Store]:
        yield deployed.store

    def accounts() -> Sequence[Account]:
        return sorted(deployed.store.portfolio.accounts(), key=lambda one: one.id)

    return Desk(
        opened,
        deployed.config,
        load_desk(deployed.folder),
        lambda: memory.get("accounts", accounts),
        now,
        memory,
        directory=deployed.folder,
        services=services_of(settings, deployed.config, now),
    )


class Reporting:
    """Reports what goes wrong in an app: what stands around it answers, and says nothing."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand around an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self._app(scope, receive, send)
        except Exception:
            report_error(os.environ)
            raise
