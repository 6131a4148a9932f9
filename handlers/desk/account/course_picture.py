"""The course of a score as a picture: tiers as zones, the range as a band, a line as known today, rings as recorded."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from markupsafe import Markup

from handlers.desk.account.course import Course, figures_said, text_of
from handlers.desk.words import month, month_name, tier_class
from handlers.pages.svg import across, dot, element, hidden, line, picture
from handlers.words.figures import points
from handlers.words.history import figures
from scoring.history import MonthEnd
from scoring.score import Score

_TOP, _HIGH, _BELOW = 24.0, 230.0, 40.0
HEIGHT = _TOP + _HIGH + _BELOW


def _down(score: float) -> float:
    return _TOP + _HIGH * (1 - score / 100)


def course_picture(course: Course) -> Markup:
    """Draw the course; beside it stand `axis` and `tiers`."""
    count = len(course.scores)
    places = [(number + 0.5) / count for number in range(count)]
    parts = [
        *_zones(course),
        *_bands(course.scores, places),
        *_marks(course, count),
        *_chosen(course, places),
        *_lines(course.scores, places),
        *_caps(course, places),
        *_rings(course.months, places),
        *_dots(course, places),
        *_labels(course, places),
    ]
    return picture(*parts, height=HEIGHT, title="Score over 13 months", text=text_of(course), class_="course")


def axis(course: Course) -> Markup:
    """Write the figures at the left: the ends of the scale and the floors of the tiers."""
    floors = [floor for _, floor in course.model.tiers]
    values = sorted({0.0, 100.0, *floors})
    labels = (_text("100%", _down(value) + 4, f"{value:g}", "tick", "end") for value in values)
    return hidden(*labels, height=HEIGHT, class_="axis")


def tiers(course: Course) -> Markup:
    """Write the names of the tiers at the right, each in the middle of its zone."""
    labels = (
        _text("0", (_down(low) + _down(high)) / 2 + 4, name, "tick", "start") for name, low, high in _spans(course)
    )
    return hidden(*labels, height=HEIGHT, class_="zones")


def _spans(course: Course) -> Iterator[tuple[str, float, float]]:
    high = 100.0
    for name, floor in course.model.tiers:
        yield name, floor, high
        high = floor


def _text(place: str, down: float, said: str, class_: str, anchor: str = "middle") -> Markup:
    return element("text", said, x=place, y=down, class_=class_, text_anchor=anchor)


def _zones(course: Course) -> Iterator[Markup]:
    for name, low, high in _spans(course):
        yield element(
            "rect", x=0, y=_down(high), width="100%", height=_down(low) - _down(high), class_=f"zone {tier_class(name)}"
        )
        yield line(0, 1, _down(low), _down(low), "grid")


def _bands(scores: Sequence[Score], places: Sequence[float]) -> Iterator[Markup]:
    """Draw what missing data could make of the score, month by month on end; one month alone as a bar."""
    known = [(place, score.low, score.high) for place, score in zip(places, scores, strict=True)]
    for is_known, run in groupby(known, lambda one: one[1] is not None and one[2] is not None):
        across_ = [(place, low, high) for place, low, high in run if low is not None and high is not None]
        if is_known and len(across_) == 1:
            place, low, high = across_[0]
            yield line(place, place, _down(high), _down(low), "band-alone")
        elif is_known:
            yield _band(across_)


def _band(run: Sequence[tuple[float, float, float]]) -> Markup:
    upper = [f"{round(100 * place, 2):g},{100 - high:g}" for place, _, high in run]
    lower = [f"{round(100 * place, 2):g},{100 - low:g}" for place, low, _ in reversed(run)]
    drawn = element("polygon", points=" ".join([*upper, *lower]), class_="band")
    return element(
        "svg",
        drawn,
        x=0,
        y=_TOP,
        width="100%",
        height=_HIGH,
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _marks(course: Course, count: int) -> Iterator[Markup]:
    """Draw where a source begins to be covered, and where a model begins; letters that fall together stand apart."""
    last = -1.0
    for mark in course.marks:
        place = (mark.place + 0.5) / count
        shown = max(place, last + 0.03)
        last = shown
        yield line(place, place, _TOP - 6, _TOP + _HIGH, "mark")
        yield _text(across(shown), _TOP - 10, mark.letter, "mark-letter")


def _chosen(course: Course, places: Sequence[float]) -> Iterator[Markup]:
    for one, place in zip(course.months, places, strict=False):
        if one.period == course.chosen:
            yield line(place, place, _TOP, _TOP + _HIGH, "chosen")


def _lines(scores: Sequence[Score], places: Sequence[float]) -> Iterator[Markup]:
    """Join months that follow each other; dashed where either is not sure, nothing where either has no score."""
    for (one, start), (other, end) in pairwise(zip(scores, places, strict=True)):
        if one.final_score is not None and other.final_score is not None:
            class_ = "line unsure" if _is_unsure(one) or _is_unsure(other) else "line"
            yield line(start, end, _down(one.final_score), _down(other.final_score), class_)


def _is_unsure(score: Score) -> bool:
    return score.tier == "Unknown" or "low_confidence" in score.flags


def _caps(course: Course, places: Sequence[float]) -> Iterator[Markup]:
    """Mark what a score would be before its cap; in words at the month that is chosen, else at the last."""
    capped = [number for number, score in enumerate(course.scores) if _is_capped(score)]
    chosen = [
        number for number in capped if number < len(course.months) and course.months[number].period == course.chosen
    ]
    for number in capped:
        score, place = course.scores[number], places[number]
        free = score.quantitative_score or 0.0
        yield line(place, place, _down(free), _down(score.final_score or 0.0), "cap-line")
        yield line(place - 0.012, place + 0.012, _down(free), _down(free), "cap")
        if number in (chosen or capped[-1:]):
            yield _text(across(place - 0.015), _down(free) - 13, f"{points(free)} before cap", "cap-said", "end")


def _is_capped(score: Score) -> bool:
    final, free = score.final_score, score.quantitative_score
    return final is not None and free is not None and final < free


def _rings(months: Sequence[MonthEnd], places: Sequence[float]) -> Iterator[Markup]:
    for one, place in zip(months, places, strict=False):
        final = None if one.recorded is None else one.recorded.score.final_score
        if final is not None:
            yield dot(place, _down(final), 6.5, "ring")


def _dots(course: Course, places: Sequence[float]) -> Iterator[Markup]:
    for number, (score, place) in enumerate(zip(course.scores, places, strict=True)):
        if score.final_score is not None:
            is_live = number == len(course.months)
            said = f"{'Live' if is_live else month(course.months[number].period)}: {figures_said(score)}"
            class_ = "live" if is_live else "dot unsure" if _is_unsure(score) else "dot"
            yield element(
                "circle", element("title", said), cx=across(place), cy=_down(score.final_score), r=3.5, class_=class_
            )


def _labels(course: Course, places: Sequence[float]) -> Iterator[Markup]:
    """Write the months below, and what became of the account in them; a month without a score by a dash."""
    foot = _TOP + _HIGH
    for number, (one, place) in enumerate(zip(course.months, places, strict=False)):
        year = f" {one.period[2:4]}" if number == 0 or one.period.endswith("-01") else ""
        class_ = "tick month" if (len(course.months) - number) % 2 == 0 else "tick month other"
        yield _text(across(place), foot + 32, f"{month_name(one.period)[:3]}{year}", class_)
        if one.known.final_score is None:
            yield _text(across(place), foot - 6, figures(one.known, None)[0], "tick none")
        if course.fell[number]:
            fell = element("title", "; ".join(course.fell[number]))
            yield element(
                "text", fell, "\N{BLACK DIAMOND}", x=across(place), y=foot + 14, class_="fell", text_anchor="middle"
            )
    yield _text(across(places[-1]), foot + 32, "Live", "tick month live-label")
