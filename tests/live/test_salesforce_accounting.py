"""Whatever part of an answer is cut, blanked or reordered, no row counts as written that was not."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.clients.crm import RowResult
from handlers.clients.salesforce.accounting import Job, Line, Written, accounted, all_written, answered

FAULT = "FIELD_CUSTOM_VALIDATION_EXCEPTION:no:--"


@dataclass(frozen=True, slots=True)
class Truth:
    """What became of the rows of a job: `w`ritten, `f`ailed or `l`eft, by their place."""

    fates: str
    state: str

    @property
    def keys(self) -> list[str]:
        """Give the rows' keys."""
        return [f"00{place}_2026-10" for place in range(len(self.fates))]

    def of(self, fate: str) -> list[str]:
        """Give the keys of a fate."""
        return [key for key, one in zip(self.keys, self.fates, strict=True) if one == fate]

    def job(self, *, counted: bool) -> Job:
        """Give the job with its counts, or with those of one whose batch failed as a whole."""
        good, bad = (len(self.of(fate)) if counted else 0 for fate in "wf")
        return Job("750", self.state, good + bad, bad)

    def lists(self) -> list[list[Line]]:
        """Give the lists of results, as they should be."""
        written = [Line(key, f"a0H{key}") for key in self.of("w")]
        return [written, [Line(key, "", FAULT) for key in self.of("f")], [Line(key) for key in self.of("l")]]


TRUTHS = st.builds(
    Truth,
    st.text("wwwwfl", min_size=1, max_size=8),
    st.sampled_from(["JobComplete", "JobComplete", "Failed", "Aborted"]),
)


def bent(lines: Sequence[Line], random: Random) -> list[Line]:
    """Shuffle a list, and cut it, blank some of it, repeat some, or leave it as it is."""
    told = random.sample(list(lines), len(lines))
    kind = random.choice(["", "", "nothing", "cut", "keys", "ids", "repeat", "capitals"])
    if kind == "nothing":
        return []
    if kind == "cut":
        return told[: random.randrange(len(told) + 1)]
    if kind == "repeat":
        return told + told[:1]
    some = [random.random() < 0.5 for _ in told]
    blanks = {"keys": Line("", "x", FAULT), "ids": Line("?", "", "")}
    if kind in blanks:
        return [
            line._replace(key="" if kind == "keys" else line.key, id="" if kind == "ids" else line.id) if lost else line
            for line, lost in zip(told, some, strict=True)
        ]
    return [line._replace(key=f" {line.key.upper()} ") for line in told] if kind == "capitals" else told


@given(truth=TRUTHS, counted=st.booleans(), said=st.booleans(), random=st.randoms(use_true_random=False))
def test_no_row_of_a_job_is_written_for_sure_that_is_not(
    *, truth: Truth, counted: bool, said: bool, random: Random
) -> None:
    """Nor is one refused for sure that was written, where the job is whole."""
    job = truth.job(counted=counted)
    if not said:
        job.failed = None
    told = accounted(truth.keys, job, *(bent(lines, random) for lines in truth.lists()))
    assert [one.key for one in told] == truth.keys
    sure = {one.key for one in told if one.ok and one.sure}
    assert sure <= set(truth.of("w"))
    assert all(one.errors for one in told if not one.ok)
    if truth.state == "JobComplete" and counted:
        assert {one.key for one in told if one.sure and not one.ok}.isdisjoint(truth.of("w"))


@given(TRUTHS)
def test_an_answer_as_it_should_be_leaves_nothing_open(truth: Truth) -> None:
    """Of a whole job each row has its fate, and each that failed its reason."""
    whole = Truth(truth.fates, "JobComplete")
    told = accounted(whole.keys, whole.job(counted=True), *whole.lists())
    assert all(one.sure for one in told)
    assert [one.key for one in told if one.ok] == whole.of("w")
    assert {one.key: one.errors for one in told if not one.ok} == {
        **dict.fromkeys(whole.of("f"), (FAULT,)),
        **dict.fromkeys(whole.of("l"), ("not processed: try again",)),
    }
    assert all_written(whole.job(counted=True), len(whole.keys)) is (set(whole.fates) == {"w"})


@pytest.mark.parametrize("failed", [None, "2", 2.5, {}])
def test_counts_that_are_none_count_nothing(failed: object) -> None:
    """A job whose counts cannot be read proves nothing."""
    job = Job("750", "JobComplete", 1, failed)
    assert (job.written, all_written(job, 1)) == (None, False)
    assert accounted(["a"], job, [Line("a", "x")], [], []) == [RowResult("a", ok=True, sure=False)]


@given(st.text("wwwf", min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_no_row_of_a_collection_is_written_for_sure_that_is_not(fates: str, random: Random) -> None:
    """Answers that are swapped, null, blank, repeated or missing leave their rows open."""
    keys = [str(place) for place in range(len(fates))]
    told: list[Written | None] = [Written(fate == "w", f"a0H{place}") for place, fate in enumerate(fates)]
    kind = random.choice(["", "swapped", "null", "blank", "repeated", "missing"])
    place = random.randrange(len(told))
    if kind == "swapped":
        random.shuffle(told)
    elif kind == "missing":
        told.pop(place)
    elif kind:
        told[place] = {"null": None, "blank": Written(True), "repeated": told[place - 1]}[kind]
    results = answered(keys, told)
    assert [one.key for one in results] == keys
    sure = {one.key for one in results if one.ok and one.sure}
    assert sure <= {key for key, fate in zip(keys, fates, strict=True) if fate == "w"}
    if not kind:
        assert all(one.sure for one in results) is (set(fates) == {"w"})
