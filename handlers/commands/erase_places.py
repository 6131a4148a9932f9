"""Where `erase` looks beside the store: dead letters, the mapping of the config, and by choice the CRM and a bucket."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from config.loader import Config
from handlers.clients.remote import SourceError
from handlers.commands.letters import beside
from handlers.commands.session import Session
from handlers.jobs.erasing.beyond import Beyond, Elsewhere, Letters
from handlers.jobs.erasing.receipt import Found
from handlers.jobs.erasing.sifting import Sifter
from handlers.jobs.erasing.targets import Target
from handlers.jobs.letter_file import LetterFile
from handlers.jobs.suggestions import names_of
from handlers.settings import SalesforceSettings, sink_settings
from handlers.sinks.salesforce_erasing import SalesforceErasing, Theirs
from handlers.stores.protocol import StoreError
from handlers.words.figures import count


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call names: a file of dead letters, a mapping, a bucket of reports, and whether Salesforce too."""

    letters: Path | None = None
    mapping: Path | None = None
    bucket: str | None = None
    salesforce: bool = False


def beyond_of(session: Session, asked: Asked) -> Beyond:
    """Give all that is to be looked at beside the store."""
    places: list[Elsewhere] = [MappingRows(session, asked.mapping)]
    if asked.salesforce:
        places.append(InSalesforce(_salesforce(session), session))
    if asked.bucket is not None:
        places.append(InReports(asked.bucket))
    return Beyond(list(_letters(session, asked.letters)), places)


def _letters(session: Session, file: Path | None) -> Iterator[Letters]:
    if session.prefix is not None:
        from handlers.cloud.stack_letters import stack_letters  # noqa: PLC0415  boto3 is slow to import

        yield stack_letters(session.prefix)
    if session.prefix is None or file is not None:
        from handlers.commands.outputs import output_file  # noqa: PLC0415  not needed on AWS

        path = file or beside(session.store_url)
        yield LetterFile(output_file(session, path), session.store, session.config().intake, session.clock)


def _salesforce(session: Session) -> SalesforceSettings:
    settings = sink_settings(os.environ, session.config().sink)
    if isinstance(settings, SalesforceSettings):
        return settings
    raise click.ClickException(
        "--salesforce needs the environment to name Salesforce (see .env.example); nothing was erased"
    )


@dataclass(frozen=True)
class MappingRows:
    """The rows of account_mapping.csv that name somebody: a person takes them out, for the file may be in git."""

    session: Session
    mapping: Path | None
    places: Sequence[str] = ()

    def erase(self, target: Target, found: Found, *, write: bool) -> None:  # noqa: ARG002 - it only looks
        """Name the rows that are still there."""
        terms, path = target.terms, self.mapping or self.session.config_dir / "account_mapping.csv"
        if target.kind == "person" or not path.exists():
            return
        rows = self.session.mapping_sheet(self.mapping).rows
        number = sum(any(terms.is_one(cell, "id") for cell in row.raw) for row in rows)
        if number:
            named = "names it" if number == 1 else "name it"
            found.stay("mapping", f"{count(number, 'row')} of {path} {named}: take them out, then run the same again")


@dataclass(frozen=True)
class InReports:
    """The CSV files of dry runs in a bucket."""

    bucket: str
    places: Sequence[str] = ("reports",)

    def erase(self, target: Target, found: Found, *, write: bool) -> None:
        """Take their rows out of every file."""
        from handlers.cloud.erased_reports import erase_rows  # noqa: PLC0415  boto3 is slow to import

        terms = target.terms
        try:
            theirs = partial(_is_theirs, Sifter(terms))
            found.add("reports", erase_rows(self.bucket, theirs, write=write))
        except StoreError as error:
            found.stay("reports", str(error))


def _is_theirs(sifter: Sifter, cell: str) -> bool:
    return sifter.terms.is_one(cell) or sifter.terms.is_within(cell)


@dataclass(frozen=True)
class InSalesforce:
    """The scores and suggestions of an account in Salesforce; of a company or a person it has none of ours."""

    settings: SalesforceSettings
    session: Session
    places: Sequence[str] = ("CRM records", "CRM suggestions")

    def erase(self, target: Target, found: Found, *, write: bool) -> None:
        """Delete them; what is still there is named by its id there."""
        if target.kind != "account":
            return
        from handlers.clients.salesforce.client import connect  # noqa: PLC0415  slow to import, and seldom needed

        org = SalesforceErasing(connect(self.settings, self.session.patience))
        for place, asked in _queries(self.session.config()).items():
            try:
                deleted = org.delete(asked, target.id, write=write)
            except SourceError as error:
                found.stay(place, str(error))
                continue
            found.add(place, deleted.found)
            for record_id, why in deleted.still.items():
                found.stay(place, f"{record_id}: {why}")


def _queries(config: Config) -> dict[str, Theirs]:
    lookup = next(one.field for one in config.record_map if one.path == "score.account_id")
    names = names_of(config)
    signal = names.crm_object
    return {
        "CRM records": Theirs("Health_Score__c", lookup),
        "CRM suggestions": Theirs(signal.object, signal.owner_field or "Account__c", names.apis["suggestion_key"]),
    }
