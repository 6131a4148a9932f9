"""What comes of what a model answers, as botocore's stub gives it: a verified hit, none, or a failure by name."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from handlers.clients.bedrock.errors import ModelError
from handlers.detection.detected import Detected, Hit
from handlers.detection.question import ANSWER, INSTRUCTION
from scoring.categories import CATEGORIES
from tests.bedrock.stubs import MODEL, NO_SIGNAL, QUOTE, TEXT, Model, by_schema, by_tool, finding, said

RULE = "model/eu.anthropic.claude-haiku-4-5-20251001-v1:0"


def reason(model: Model) -> str:
    """Give the reason for which a question fails."""
    with pytest.raises(ModelError) as failed:
        model.detector.detect(TEXT, "en")
    assert TEXT not in repr(failed.value)
    return failed.value.reason


def test_what_a_model_asserts_and_quotes_is_a_hit(model: Model) -> None:
    """With the message's own words, and the model's name as the rule."""
    model.answers(by_schema(finding()))
    assert model.detector.detect(TEXT, "en") == Detected("en", (Hit("cancellation", QUOTE, RULE),))


def test_a_model_is_asked_steadily_in_form_and_about_data(model: Model) -> None:
    """No chance, a bound answer, the schema of closed categories; the message stands between keys, not in the rules."""
    model.answers(by_schema(NO_SIGNAL))
    model.detector.detect(TEXT, "en")
    (asked,) = model.asked
    assert asked["modelId"] == MODEL.model
    assert asked["inferenceConfig"] == {"maxTokens": 600, "temperature": 0.0}
    assert asked["system"] == [{"text": INSTRUCTION}]
    schema = json.loads(asked["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"])
    items = schema["properties"]["findings"]["items"]
    assert items["properties"]["category"]["enum"] == [*CATEGORIES, "none"]
    assert items["additionalProperties"] is schema["additionalProperties"] is False
    first, *lines, last = asked["messages"][0]["content"][0]["text"].splitlines()
    assert "\n".join(lines) == TEXT
    assert first.removeprefix("BEGIN CUSTOMER MESSAGE ") == last.removeprefix("END CUSTOMER MESSAGE ")
    assert len(first.split()[-1]) == 32


def test_addresses_and_numbers_do_not_leave(model: Model) -> None:
    """What a finding needs are the words; its quote is the message's own all the same."""
    text = "Jana (jana@hotel.example, +49 30 1234567): we have decided not to renew.\nIBAN DE89 3704 0044 0532 0130 00"
    model.answers(by_schema(finding(quote="we have decided not to renew")))
    assert [hit.quote for hit in model.detector.read(text).hits] == ["we have decided not to renew"]
    sent = str(model.asked[0]["messages"])
    assert not [told for told in ("hotel.example", "1234567", "3704") if told in sent]


def test_each_question_has_a_key_of_its_own(model: Model) -> None:
    """Who has seen one cannot write the next."""
    for _ in range(2):
        model.answers(by_schema(NO_SIGNAL))
        model.detector.detect(TEXT, "en")
    first, second = (asked["messages"][0]["content"][0]["text"].splitlines()[0] for asked in model.asked)
    assert first != second


def test_none_is_said_and_found_nothing(model: Model) -> None:
    """That alone is no signal."""
    model.answers(by_schema(NO_SIGNAL))
    assert model.detector.detect(TEXT, "en") == Detected("en")


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (said([]), "empty"),
        (said([{"text": "  "}]), "empty"),
        (by_schema(), "empty"),
        (said([{"text": "No signal here."}]), "out_of_form"),
        (said([{"text": '{"findings": "none"}'}]), "out_of_form"),
        (said([{"text": '{"findings": [], "note": "x"}'}]), "out_of_form"),
        (said([{"text": "[" * 5_000}]), "out_of_form"),
        (by_schema({"category": "cancellation", "quote": QUOTE}), "out_of_form"),
        (by_schema({"category": 1, "stance": "asserted", "quote": QUOTE}), "out_of_form"),
        (by_schema(*[finding()] * 31), "out_of_form"),
        (by_schema(finding(), stop="max_tokens"), "cut_off"),
        (by_schema(NO_SIGNAL, stop="model_context_window_exceeded"), "cut_off"),
        (by_schema(NO_SIGNAL, stop="guardrail_intervened"), "refused"),
        (by_schema(NO_SIGNAL, stop="content_filtered"), "refused"),
        (by_schema(NO_SIGNAL, stop="refusal"), "refused"),
        (by_schema(NO_SIGNAL, stop="malformed_model_output"), "out_of_form"),
        (by_schema(NO_SIGNAL, stop="a_new_reason"), "stopped"),
    ],
)
def test_an_answer_that_is_not_whole_is_a_failure_never_no_signal(
    model: Model, response: Mapping[str, Any], why: str
) -> None:
    """Empty, out of form, cut off, refused: each by its name; and it cost money all the same."""
    model.answers(response)
    assert reason(model) == why
    assert model.spent == 900 + 40 * 5


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (finding(category="weather"), "category"),
        (finding(stance="maybe"), "stance"),
        (finding(stance="negated"), "unasserted"),
        (finding(stance="hypothetical"), "unasserted"),
        (finding(stance="past"), "unasserted"),
        (finding(stance="third_party"), "unasserted"),
        (finding(stance="question"), "unasserted"),
        (finding(quote="we will leave you"), "quote"),
        (finding(quote="renew"), "quote"),
        (finding(quote=""), "quote"),
    ],
)
def test_a_claim_that_cannot_be_believed_is_dropped_and_counted(model: Model, claim: dict[str, str], why: str) -> None:
    """An unknown category, another stance, words that the message does not have; the others stand."""
    other = finding("budget", quote="Could you send me the data?")
    model.answers(by_schema(claim, other))
    believed = model.detector.read(TEXT)
    assert [(hit.category, hit.quote) for hit in believed.hits] == [("budget", "Could you send me the data?")]
    assert believed.dropped == {why: 1}


def test_a_quote_is_the_message_s_own_whatever_became_of_its_blanks(model: Model) -> None:
    """A line break that came back as a blank, curly quotes that came back straight."""
    text = "We\u2019ve decided:\n\n  we will   not “renew”\r\nthe contract \u2013 sorry."
    model.answers(by_schema(finding(quote='"We\'ve decided: we will not "renew" the contract - sorry"')))
    (hit,) = model.detector.read(text).hits
    assert hit.quote == text.removesuffix(".")


def test_words_that_somebody_else_wrote_are_neither_sent_nor_believed(model: Model) -> None:
    """A quoted mail stands between two stretches of the customer's own; what goes over both is no quote."""
    text = "We got your mail.\n> we cancel the contract\nThis is fine for us."
    quotes = ("we cancel the contract", "We got your mail. This is fine")
    model.answers(by_schema(*(finding(quote=quote) for quote in quotes)))
    assert model.detector.read(text).dropped == {"quote": 2}
    assert "we cancel" not in str(model.asked[0]["messages"])
    assert model.detector.read("> we cancel the contract\n").hits == ()
    assert len(model.asked) == 1


def test_a_category_comes_once_the_gravest_first(model: Model) -> None:
    """In the order of the categories."""
    budget = finding("budget", quote="Could you send me the data")
    model.answers(by_schema(budget, finding(), budget))
    believed = model.detector.read(TEXT)
    assert [hit.category for hit in believed.hits] == ["cancellation", "budget"]
    assert believed.dropped == {"doubled": 1}


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (by_schema(finding()), "empty"),
        (by_tool(finding(), name="delete_everything"), "out_of_form"),
        (by_tool(), "empty"),
        (by_tool({"category": "budget"}), "out_of_form"),
        (said([{"toolUse": {"toolUseId": "t", "name": ANSWER, "input": "none"}}], "tool_use"), "out_of_form"),
        (said(by_tool(finding())["output"]["message"]["content"][1:] * 2, "tool_use"), "out_of_form"),
        (said(by_tool(finding())["output"]["message"]["content"], "malformed_tool_use"), "out_of_form"),
    ],
)
def test_a_tool_is_read_as_strictly(model: Model, response: Mapping[str, Any], why: str) -> None:
    """One use of the one tool, with an input in form."""
    model.fails("ValidationException", "This model doesn't support the outputConfig field.")
    model.answers(response)
    assert reason(model) == why
