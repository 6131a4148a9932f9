"""`words detect` and `words evaluate`: what they print, what they refuse, what they name."""

import json
from pathlib import Path

import pytest

from tests.calling import call

LEAVING = {"id": "1", "lang": "en", "text": "Hello,\nplease cancel our subscription at the end of March."}
NOTHING = {"id": 2, "text": "Could you send us the guide for the new tablets? Thank you."}


def _lines(*rows: object) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def test_detect_prints_a_line_for_each_message(tmp_path: Path) -> None:
    """Every line has the members of the contract; a quote is a substring of the text."""
    answer = call("words", "detect", "-", folder=tmp_path, given=_lines(LEAVING, NOTHING))
    assert answer.returncode == 0, answer.stderr
    first, second = map(json.loads, answer.stdout.splitlines())
    assert list(first) == ["id", "lang", "category", "quote", "rule", "sentiment"]
    assert (first["id"], first["lang"], first["category"]) == ("1", "en", "cancellation")
    assert first["quote"] in LEAVING["text"]
    assert second == {"id": "2", "lang": "en", "category": None, "quote": None, "rule": None} | {
        "sentiment": second["sentiment"]
    }
    assert -1 <= second["sentiment"] <= 1


def test_of_a_long_text_as_much_is_read_as_fold_reads(tmp_path: Path) -> None:
    """A line of 100 KB ends in time: what tells quoted mails takes longer by the square of the length."""
    row = {"id": "1", "text": "x" * 20_000 + f". {LEAVING['text']}", "lang": "en"}
    answer = call("words", "detect", "-", folder=tmp_path, given=_lines(row))
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["category"] is None


def test_a_language_without_rules_is_said_and_never_guessed(tmp_path: Path) -> None:
    """A text of an unknown language has neither finding nor sentiment; one that the file names is named."""
    rows = [
        {"id": "a", "text": "Proszę anulować naszą umowę"},
        {"id": "b", "lang": "nl", "text": "cancel our contract"},
    ]
    answer = call("words", "detect", "-", folder=tmp_path, given=_lines(*rows))
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [(one["lang"], one["category"], one["sentiment"]) for one in told] == [
        (None, None, None),
        ("nl", None, None),
    ]


BAD = (
    (b"no json\n", b"line 2: not JSON"),
    (_lines({"id": "x"}), b"line 3: text is missing"),
    (_lines({"text": "x"}), b"line 4: id is missing"),
    (_lines({"id": "x", "text": 5}), b"line 5: text is 5: expected a text"),
    (_lines({"id": "x", "text": "x", "lang": 5}), b"line 6: lang: expected text"),
)


def test_bad_lines_are_named_and_the_rest_read(tmp_path: Path) -> None:
    """Nothing is passed over without a word."""
    given = _lines(NOTHING) + b"".join(bad for bad, _ in BAD) + _lines(LEAVING)
    answer = call("words", "detect", "-", folder=tmp_path, given=given)
    assert answer.returncode == 3
    assert [named for _, named in BAD if named not in answer.stderr] == []
    assert len(answer.stdout.splitlines()) == 2


def test_a_language_may_have_a_region(tmp_path: Path) -> None:
    """As BCP 47 writes it."""
    rows = [{**LEAVING, "lang": tag} for tag in ("en-GB", "EN", "en_us")]
    told = call("words", "detect", "-", folder=tmp_path, given=_lines(*rows)).stdout.splitlines()
    assert [(one["lang"], one["category"]) for one in map(json.loads, told)] == [("en", "cancellation")] * 3


LABELLED = (
    {"text": LEAVING["text"], "lang": "en", "label": "cancellation", "kind": "signal"},
    {
        "text": "The new owner asked for a list of all tools.",
        "lang": "en",
        "label": "budget",
        "kind": "signal",
        "note": "indirect; hint",
    },
    {"text": "Please cancel the booking of room 5.", "lang": "en", "label": "none", "kind": "hard_negative"},
    {"text": NOTHING["text"], "lang": "en", "label": "none", "kind": "ordinary"},
)


def test_evaluate_counts_by_language_and_category(tmp_path: Path) -> None:
    """What is found, what is a false alarm, with limits; signals that are only implied stand apart."""
    answer = call("words", "evaluate", "-", "--json", folder=tmp_path, given=_lines(*LABELLED))
    assert answer.returncode == 0, answer.stderr
    (line,) = map(json.loads, answer.stdout.splitlines())
    assert (line["lang"], line["messages"], line["recall"]) == ("en", 4, 1.0)
    assert {name: line[name]["part"] for name in ("false_alarms", "hard_negatives", "indirect", "right")} == {
        "false_alarms": 0,
        "hard_negatives": 0,
        "indirect": 0,
        "right": 1,
    }
    assert line["false_alarms"]["high"] == pytest.approx(0.7935, abs=1e-4)
    assert line["categories"]["cancellation"]["found"]["of"] == 1
    assert line["categories"]["budget"]["found"]["of"] == 0


def test_evaluate_prints_tables_for_people(tmp_path: Path) -> None:
    """The tables name the prevalence and the cost."""
    answer = call("words", "evaluate", "-", "--prevalence", "0.02", folder=tmp_path, given=_lines(*LABELLED))
    assert "2.0% of messages" in answer.stdout.decode()
    assert "CPU a message" in answer.stdout.decode()
    assert "cancellation" in answer.stdout.decode()


WRONG = (
    ({"text": "x", "label": "none", "kind": "signal"}, b"line 1: kind is signal, and label none: a signal has a cat"),
    ({"text": "x", "label": "budget", "kind": "ordinary"}, b"line 2: kind is ordinary, and label budget: a signal has"),
    ({"text": "x", "label": "sales", "kind": "signal"}, b"line 3: label is 'sales': expected none, or one of cancella"),
    ({"text": "x", "label": "none", "kind": "odd"}, b"line 4: kind is 'odd': expected signal"),
)


def test_wrong_labels_are_named(tmp_path: Path) -> None:
    """A label that is none is never counted as one."""
    given = _lines(*(row for row, _ in WRONG), LABELLED[0])
    answer = call("words", "evaluate", "-", folder=tmp_path, given=given)
    assert answer.returncode == 3
    assert [named for _, named in WRONG if named not in answer.stderr] == []
    assert b"1 messages of " in answer.stdout


def test_a_file_without_any_labelled_message_is_refused(tmp_path: Path) -> None:
    """Nothing measured is no good news."""
    answer = call("words", "evaluate", "-", folder=tmp_path, given=b"")
    assert answer.returncode == 1
    assert b"no labelled message" in answer.stderr


@pytest.mark.parametrize("command", ["detect", "evaluate"])
def test_a_model_that_is_not_set_up_is_refused(tmp_path: Path, command: str) -> None:
    """Nothing is measured in its place."""
    unset = {"WORDS_MODEL": "", "WORDS_MODEL_REGION": ""}
    told = call(
        "words", command, "-", "--detector", "model", folder=tmp_path, given=_lines(*LABELLED), environment=unset
    )
    assert told.returncode == 1
    assert b"set WORDS_MODEL and WORDS_MODEL_REGION" in told.stderr


def test_a_model_that_cannot_be_asked_counts_nowhere(tmp_path: Path) -> None:
    """A message without an answer is named and is no "nothing found"."""
    nowhere = {
        "WORDS_MODEL": "eu.some-model",
        "WORDS_MODEL_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    rows = _lines({"id": "1", **LABELLED[0]})
    told = call("words", "detect", "-", "--detector", "model", folder=tmp_path, given=rows, environment=nowhere)
    assert (told.returncode, told.stdout) == (3, b"")
    assert b"line 1: the model gave no answer (unreachable): Bedrock cannot be reached" in told.stderr


def test_a_model_that_nobody_may_ask_ends_the_run(tmp_path: Path) -> None:
    """Without credentials no message would be answered: it is said once, and what to do."""
    nobody = {"WORDS_MODEL": "eu.some-model", "WORDS_MODEL_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}
    unset = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "none"}
    rows = _lines({"id": "1", **LABELLED[0]}, {"id": "2", **LABELLED[1]})
    told = call("words", "detect", "-", "--detector", "model", folder=tmp_path, given=rows, environment=nobody | unset)
    assert (told.returncode, told.stdout) == (3, b"")
    assert b"(credentials): AWS credentials or a region are missing" in told.stderr
    assert b"the rest was not read" in told.stderr
    assert b"line 2" not in told.stderr
