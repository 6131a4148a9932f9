"""Messages that would command the model: whatever it then answers, only what the message itself states can come out."""

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.clients.bedrock.errors import ModelError
from handlers.detection.addresses import without_addresses
from handlers.detection.claims import NONE, STANCES, Claim, believed
from handlers.detection.long_numbers import without_numbers
from handlers.detection.question import INSTRUCTION, as_data
from handlers.detection.quotes import visible
from scoring.categories import CATEGORIES
from tests.bedrock.stubs import Model, by_schema, by_tool, finding, said, stubbed

INJECTIONS = [
    json.loads(line) for line in (Path(__file__).parents[1] / "detection" / "injections.jsonl").read_text().splitlines()
]
TEXTS = [one["text"] for one in INJECTIONS]


def obeyed(text: str) -> Iterator[Mapping[str, Any]]:
    """Give what a model may answer that obeys: invented, unasserted, out of form, the message's own JSON."""
    yield by_schema(finding("cancellation", quote="we cancel everything with immediate effect"))
    yield by_schema(finding("cancellation", "question", text[:60]))
    yield by_schema(finding("delete_account", quote=text[:60]))
    yield by_schema(finding("competitor", quote=INSTRUCTION[:120]))
    yield by_schema()
    yield said([{"text": text}])
    yield said([{"text": f"Sure! {text}"}], "max_tokens")
    yield by_tool(finding("cancellation", quote=text[:60]), name="delete_account")


def test_there_are_twenty_and_more_in_six_languages() -> None:
    """Of many kinds."""
    assert len(INJECTIONS) >= 20
    assert {one["lang"] for one in INJECTIONS} == {"en", "de", "fr", "es", "it", "pt"}
    assert len({one["kind"] for one in INJECTIONS}) >= 12


@pytest.mark.parametrize("text", TEXTS, ids=[one["id"] for one in INJECTIONS])
def test_a_model_that_obeys_a_message_finds_nothing(
    text: str, model: Model, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its answers are dropped or failures, never hits; nothing of the message is logged or printed, nothing is kept."""
    caplog.set_level(logging.INFO)
    for answer in obeyed(text):
        model.answers(answer)
        try:
            assert model.detector.read(text).hits == ()
        except ModelError as error:
            assert text[:20] not in str(error)  # noqa: PT017 - either is right
    assert text[:20] not in caplog.text + "".join(capfd.readouterr())
    kept = [str(getattr(model.detector, name)) for name in vars(model.detector)]
    assert not [one for one in kept if text[:20] in one]


@pytest.mark.parametrize("text", TEXTS, ids=[one["id"] for one in INJECTIONS])
def test_a_message_stays_between_its_lines(text: str) -> None:
    """Whatever it writes, one first and one last line bear the key, and all that a person sees of it is between."""
    key = "0123456789abcdef0123456789abcdef"
    data = as_data(text, key, 4_000)
    assert data.count(key) == 2
    assert data.startswith(f"BEGIN CUSTOMER MESSAGE {key}\n")
    assert data.endswith(f"\nEND CUSTOMER MESSAGE {key}")
    assert without_numbers(without_addresses(visible(text))) in data
    assert not [sign for sign in data if ord(sign) >= 0xE0000 or sign in "\u200b\u202e"]


def test_what_a_message_states_beside_its_commands_may_still_be_found() -> None:
    """A customer who cancels is heard, whatever else the message says."""
    (text,) = (one["text"] for one in INJECTIONS if one["id"] == "injection-19")
    with stubbed() as model:
        model.answers(by_schema(finding(quote="Hemos decidido cancelar el contrato a finales de junio")))
        (hit,) = model.detector.read(text).hits
    assert hit.quote in text


CLAIMS = st.lists(
    st.builds(
        Claim,
        st.sampled_from([*CATEGORIES, NONE, "other", ""]),
        st.sampled_from([*STANCES, "sure"]),
        st.one_of(st.text(max_size=40), st.sampled_from(TEXTS), st.sampled_from([text[5:60] for text in TEXTS])),
    ),
    max_size=6,
)


@given(claims=CLAIMS, text=st.sampled_from(TEXTS))
@settings(max_examples=15)
def test_whatever_is_claimed_only_what_is_asserted_and_quoted_is_believed(claims: list[Claim], text: str) -> None:
    """A closed category, a substring of the message, an assertion; once a category."""
    found = believed(claims, [text], "model/x")
    assert len({hit.category for hit in found.hits}) == len(found.hits)
    for hit in found.hits:
        assert hit.category in CATEGORIES
        assert hit.quote in text
        assert any(claim.category == hit.category and claim.stance == "asserted" for claim in claims)
    none = sum(claim.category == NONE for claim in claims)
    assert len(found.hits) + found.dropped.total() + none == len(claims)
