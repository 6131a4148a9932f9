"""`hubspot`: the properties that records are written to, and their creation."""

import os
import sys

import click

from handlers.clients.hubspot.client import connect
from handlers.commands.session import PARTIAL, Session, result
from handlers.doctor.hubspot import lacking_properties, unfit_properties
from handlers.settings import HubSpotSettings, sink_settings
from handlers.sinks.hubspot_values import GROUP, definitions


@click.command()
@click.option("--create", is_flag=True, help="Create what is missing, in a group of its own.")
@click.pass_obj
def hubspot(session: Session, *, create: bool) -> None:
    """Say which properties of companies are missing in HubSpot, each as its API takes it, or create them.

    The properties follow from config/record.yaml. What is missing is on stdout as one line of JSON, to
    be posted to /crm/v3/properties/companies/batch/create by whoever may, or created here with --create,
    for which the token needs the scope crm.schemas.companies.write. A property that is there is not
    changed: one of another type is named under `wrong`. The exit code is 3 while anything is missing or wrong.

    \b
    Example:
      healthscore hubspot
      healthscore hubspot --create
    """
    record_map = session.config().record_map
    client = connect(_settings(), session.patience)
    defined = {one["name"]: one for one in definitions(record_map)}
    before = lacking_properties(record_map, client.properties())
    told = client.create(GROUP, [defined[name] for name in before]) if create and before else []
    there = client.properties()
    missing, wrong = lacking_properties(record_map, there), unfit_properties(record_map, there)
    created = [name for name in before if name not in missing]
    wanted = [defined[name] for name in missing]
    result({"properties": len(defined), "created": created, "missing": wanted, "wrong": wrong})
    _say(session, told if missing else [], len(missing), wrong)
    sys.exit(PARTIAL if missing or wrong else 0)


def _settings() -> HubSpotSettings:
    settings = sink_settings(os.environ, "hubspot")
    if not isinstance(settings, HubSpotSettings):
        raise click.ClickException("HUBSPOT_ACCESS_TOKEN is not set: see .env.example")
    return settings


def _say(session: Session, refusals: list[str], missing: int, wrong: dict[str, str]) -> None:
    for text in refusals:
        session.warn(text)
    if missing:
        session.warn(f"{missing} properties are missing: run healthscore hubspot --create")
    for name, fault in wrong.items():
        session.warn(f"{name} is {fault}: archive it in HubSpot, then run healthscore hubspot --create")
