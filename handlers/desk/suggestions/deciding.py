"""A person accepts or dismisses a suggestion: in the CRM or the store, and the account's score at once."""

from handlers.clients.remote import SourceError
from handlers.desk.seen import account_of
from handlers.desk.suggestions.answering import CHOICES
from handlers.desk.suggestions.waits import forget, suggesting_of
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.environment import SettingsError
from handlers.jobs.records import AccountReader
from handlers.jobs.suggestion_answers import Answering
from handlers.sinks.suggested import UndecidedError
from handlers.stores.protocol import Store
from scoring.account import Account
from scoring.suggestion_answers import Answer

NO_PLACE = (
    "Suggestions cannot be answered here: this desk may not write churn signals. Accept or dismiss them in Salesforce, "
    "on the account's page."
)
GONE = "This suggestion is not there, or is of an account that is not yours to see."
LATE = "Nobody answered it in time, so it waits no longer. Log a churn signal of your own in its place."


def decide(visit: Visit, record_id: str) -> str:
    """Do what the form says; gives the id of the account. Raises Refused, NotThere."""
    account = account_of(visit, visit.form.get("account", ""))
    with visit.store() as store:
        answering = _answering(visit, store)
        _check_waits(visit, store, account, record_id)
        try:
            told = (
                _accept(visit, answering, record_id) if _is("accept", visit) else _dismiss(visit, answering, record_id)
            )
        except UndecidedError as error:
            forget(visit)
            raise Refused(f"Somebody was faster: {error}.") from error
        except (SourceError, SettingsError) as error:
            raise Refused(f"Nothing was changed: {error}") from error
        visit.note(store, told, f"{account.id} {record_id}", before="Suggested", after=_after(visit))
    forget(visit)
    if visit.desk.services.rescores is not None:
        visit.desk.services.rescores.rescore([account.id])
    return account.id


def _answering(visit: Visit, store: Store) -> Answering:
    sink = visit.desk.services.suggestions.sink
    if sink is None:
        raise Refused(NO_PLACE)
    try:
        return Answering(store, visit.desk.config, sink(store, visit.now), visit.now)
    except (SourceError, SettingsError) as error:
        raise Refused(f"Nothing was changed: {error}") from error


def _check_waits(visit: Visit, store: Store, account: Account, record_id: str) -> None:
    """See that a suggestion waits for an answer, as far as the store knows."""
    suggesting = suggesting_of(visit, store)
    answers = suggesting.answers(AccountReader(store).read(account))
    found = next((one for one in answers if one.id == record_id), None)
    if found is None:
        raise NotThere(GONE)
    if not found.waits(visit.now, visit.desk.config.words.days):
        raise Refused(LATE if found.status == "Suggested" else f"Somebody was faster: {_decided(found)}.")


def _decided(one: Answer) -> str:
    status = "deleted" if one.deleted else one.status or "of a status that is not known"
    reason = f" ({one.reason})" if one.reason else ""
    return f"this signal is {status} already{reason}: nothing was changed"


def _is(act: str, visit: Visit) -> bool:
    return visit.form.get("act") == act


def _accept(visit: Visit, answering: Answering, record_id: str) -> str:
    severity, confidence = visit.form.get("severity", ""), visit.form.get("confidence", "")
    if severity not in CHOICES.severities or confidence not in CHOICES.confidences:
        raise Refused("Choose how severe it is and how sure you are; then accept it again.")
    answering.accept(record_id, visit.person.name, severity, confidence)
    return "suggestion accepted"


def _dismiss(visit: Visit, answering: Answering, record_id: str) -> str:
    reason = visit.form.get("reason", "")
    if not _is("dismiss", visit) or reason not in CHOICES.reasons:
        raise Refused("Choose why it is dismissed; then dismiss it again.")
    answering.dismiss(record_id, visit.person.name, reason)
    return "suggestion dismissed"


def _after(visit: Visit) -> str:
    names = ("severity", "confidence") if _is("accept", visit) else ("reason",)
    return ", ".join(visit.form.get(name, "") for name in names)
