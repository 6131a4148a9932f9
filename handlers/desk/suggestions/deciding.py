"""A person accepts or dismisses a suggestion: in the CRM or the store, and the account's score at once."""

from handlers.clients.remote import SourceError
from handlers.desk.suggestions.waits import waiting_one
from handlers.desk.visit import Refused, Visit
from handlers.environment import SettingsError
from handlers.jobs.suggestion_answers import REASONS, Answering
from handlers.jobs.waiting import Waiting
from handlers.sinks.suggested import UndecidedError
from handlers.stores.protocol import Store
from scoring.signals import CONFIDENCES, SEVERITIES

NO_PLACE = (
    "Suggestions cannot be answered here: this desk may not write churn signals. Accept or dismiss them in Salesforce, "
    "on the account's page."
)


def decide(visit: Visit, record_id: str) -> str:
    """Do what the form says; gives a sentence of what was done. Raises Refused, NotThere."""
    with visit.store() as store:
        one = waiting_one(visit, store, record_id)
        answering = _answering(visit, store)
        try:
            told = (
                _accept(visit, answering, one) if visit.form.get("act") == "accept" else _dismiss(visit, answering, one)
            )
        except UndecidedError as error:
            visit.desk.memory.forget_all()
            raise Refused(f"Somebody was faster: {error}.") from error
        except (SourceError, SettingsError) as error:
            raise Refused(f"Nothing was changed: {error}") from error
        visit.note(store, told, f"{one.account.id} {one.answer.id}", before="Suggested", after=_after(visit))
    visit.desk.memory.forget_all()
    service = visit.desk.services.rescores
    return "" if service is None else service.rescore([one.account.id])


def _answering(visit: Visit, store: Store) -> Answering:
    place = visit.desk.services.suggestions
    if place is None:
        raise Refused(NO_PLACE)
    return Answering(store, visit.desk.config, place.sink(store, visit.now), visit.now)


def _accept(visit: Visit, answering: Answering, one: Waiting) -> str:
    severity, confidence = visit.form.get("severity", ""), visit.form.get("confidence", "")
    if severity not in SEVERITIES or confidence not in CONFIDENCES:
        raise Refused("Choose how severe it is and how sure you are; then accept it again.")
    answering.accept(one.answer.id, visit.person.name, severity, confidence)
    return "suggestion accepted"


def _dismiss(visit: Visit, answering: Answering, one: Waiting) -> str:
    reason = visit.form.get("reason", "")
    if visit.form.get("act") != "dismiss" or reason not in REASONS:
        raise Refused("Choose why it is dismissed; then dismiss it again.")
    answering.dismiss(one.answer.id, visit.person.name, reason)
    return "suggestion dismissed"


def _after(visit: Visit) -> str:
    said = (visit.form.get(name, "") for name in ("severity", "confidence", "reason"))
    return ", ".join(word for word in said if word)
