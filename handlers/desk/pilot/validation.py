"""The validation report: the values of 3 to 5 accounts as they were extracted, marked by who knows them."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from config.source import label_of
from handlers.desk.downloads import csv_answer
from handlers.desk.pilot.sheets import LEAST, MOST, Report, Sheet, report_of, sheet_of
from handlers.desk.seen import latest_seen, seen_lines
from handlers.desk.visit import NotThere, Refused, Visit
from handlers.jobs.checks import SAID, Check, Mark, Marked, add_check, marks_of
from handlers.words.layout import clean
from scoring.instants import format_instant

_HEAD = "account,account_id,month,model,sources,value,extracted,how_to_check,said,note,by,at".split(",")
_FORGOTTEN = "A value was changed on the way: load the page again, and mark it as it stands now."


def validation_page(visit: Visit) -> Response:
    """Answer with the report, and with what it may be on."""
    report = report_of(visit)
    return visit.page(
        "pilot/validation.html.j2",
        report=report,
        seen=report.seen,
        most=MOST,
        least=LEAST,
        said=SAID,
        label_of=label_of,
    )


def mark_values(visit: Visit) -> Response:
    """Keep what was said of an account's values; what is as it was before is not kept again."""
    account_id = visit.request.path_params["id"]
    seen = seen_lines(visit, visit.form.get("period") or latest_seen(visit))
    line = seen.by_id.get(account_id)
    if line is None:
        raise NotThere("There is no such account, or it is not yours to see.")
    with visit.store() as store:
        sheet = sheet_of(visit, store, line, marks_of(store))
        given = list(_given(visit, sheet))
        if given:
            check = Check(
                format_instant(visit.now),
                visit.person.id,
                visit.person.name,
                account_id,
                line.summary.period,
                tuple(given),
            )
            add_check(store, check)
            visit.note(store, "values checked", account_id, after=_counted(given))
    chosen = [one for one in visit.form.getlist("account") if one in seen.by_id]
    asked = [("account", one) for one in chosen]
    asked += [("period", seen.period)] if visit.form.get("period") and seen.period else []
    return visit.to(f"/pilot/validation?{urlencode(asked)}#at-{account_id}")


def _given(visit: Visit, sheet: Sheet) -> Iterator[Mark]:
    for one in sheet.values:
        said = visit.form.get(f"said.{one.name}", "")
        if not said:
            continue
        if said not in SAID:
            raise Refused("Mark each value as right or wrong, or say that you cannot say.")
        if visit.form.get(f"value.{one.name}") != one.value:
            raise Refused(_FORGOTTEN)
        note = clean(visit.form.get(f"note.{one.name}", ""))
        made = Mark(one.name, one.sources, one.value, SAID[SAID.index(said)], note)
        before = sheet.mark(one)
        if before is None or before.mark != made:
            yield made


def _counted(given: Sequence[Mark]) -> str:
    counts = {said: sum(one.said == said for one in given) for said in SAID}
    return ", ".join(f"{n} {said}" for said, n in counts.items() if n)


def validation_file(visit: Visit) -> Response:
    """Answer with the report as CSV: each value of its accounts, with what was said of it."""
    report = report_of(visit)
    with visit.store() as store:
        visit.note(store, "export made", "validation report", after=", ".join(report.chosen))
    return csv_answer(f"healthscore-validation-{report.seen.period or 'empty'}.csv", [_HEAD, *_rows(report)])


def _rows(report: Report) -> Iterator[Sequence[object]]:
    for sheet in report.sheets:
        one = sheet.line.summary
        for value in sheet.values:
            found = sheet.mark(value)
            told = ("", "", "", "") if found is None else _told(found)
            sources = " or ".join(map(label_of, value.sources))
            yield (
                one.account_name,
                one.account_id,
                one.period,
                sheet.model,
                sources,
                value.label,
                value.value,
                value.how,
                *told,
            )


def _told(found: Marked) -> tuple[str, str, str, str]:
    return found.mark.said, found.mark.note, found.check.name, found.check.at
