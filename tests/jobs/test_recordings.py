"""Recordings as people's tools save them hold the same messages, each with the line that it begins on."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.jobs.recordings import entries

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), min_size=1, max_size=5)


def read(content: bytes) -> list[tuple[int, bytes]]:
    """Read a recording."""
    return list(entries(content.splitlines(keepends=True) if b"\n" in content else [content]))


def compact(messages: list[object], end: str = "\n") -> str:
    """Write a message a line."""
    return "".join(json.dumps(message) + end for message in messages)


FORMS: dict[str, Callable[[list[object]], str]] = {
    "a message a line": compact,
    "Windows line ends": lambda messages: compact(messages, "\r\n"),
    "line ends of old Macs": lambda messages: compact(messages, "\r"),
    "blank lines": lambda messages: "\n \n" + compact(messages, "\n\n"),
    "no end": lambda messages: compact(messages)[:-1],
    "a mark": lambda messages: "\ufeff" + compact(messages),
    "NUL padding": lambda messages: compact(messages) + "\0" * 5000,
    "NUL padding between": lambda messages: compact(messages, "\n" + "\0" * 7),
    "record separators": lambda messages: "".join(f"\x1e{json.dumps(message)}\n" for message in messages),
    "an array in a line": json.dumps,
    "an indented array": lambda messages: json.dumps(messages, indent=2),
    "an array indented by tabs": lambda messages: json.dumps(messages, indent="\t") + "\n",
    "an array with a message a line": lambda messages: "[\n" + ",\n".join(map(json.dumps, messages)) + "\n]\n",
    "an array with commas before": lambda messages: "[\n" + "\n, ".join(map(json.dumps, messages)) + "\n]\n",
    "indented documents": lambda messages: "".join(json.dumps(message, indent=4) + "\n" for message in messages),
    "indented, a blank line between": lambda messages: "\n\n".join(json.dumps(one, indent=2) for one in messages),
    "indented, Windows line ends": lambda messages: json.dumps(messages, indent=2).replace("\n", "\r\n"),
    "indented, line ends of old Macs": lambda messages: json.dumps(messages, indent=2).replace("\n", "\r"),
    "indented, padded": lambda messages: json.dumps(messages, indent=2) + "\0" * 4096,
}


@settings(max_examples=20)
@given(MESSAGES)
def test_every_form_holds_the_same_messages(messages: list[object]) -> None:
    """One indented document, an array, a message a line: whatever ends lines, and whatever stands around."""
    found = {form: [json.loads(body) for _, body in read(write(messages).encode())] for form, write in FORMS.items()}
    assert [form for form, said in found.items() if said != messages] == []


def test_a_message_is_named_by_the_line_it_begins_on() -> None:
    """In an array and among documents, behind blank lines."""
    array = b'\n[\n  {\n    "a": 1\n  },\n\n  {\n    "b": 2\n  }\n]\n'
    assert [line for line, _ in read(array)] == [3, 7]
    documents = b'{\n "a": 1\n}\n{\n "b": 2\n}\n'
    assert [line for line, _ in read(documents)] == [1, 4]
    assert [line for line, _ in read(b'{"a": 1}\n\n{"b": 2}\n')] == [1, 3]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\0\0\0", b"[]", b"[\n]\n", b"\xef\xbb\xbf"])
def test_what_is_empty_holds_nothing(content: bytes) -> None:
    """Not a message that cannot be read, either."""
    assert read(content) == []


BROKEN: dict[str, tuple[bytes, list[tuple[int, bytes]]]] = {
    "one line alone": (b'{"a": ', [(1, b'{"a":')]),
    "a first line among messages": (b'{"a": \n{"b": 2}\n', [(1, b'{"a":'), (2, b'{"b": 2}')]),
    "two first lines": (
        b'{"a": \n{"b": \n{"c": 3}\n{"d": 4}\n',
        [(1, b'{"a":'), (2, b'{"b":'), (3, b'{"c": 3}'), (4, b'{"d": 4}')],
    ),
    "words": (b"nothing\nat all\n", [(1, b"nothing"), (2, b"at all")]),
    "an array among messages": (b'{"a": 1}\n[1]\n{"b": 2}\n', [(1, b'{"a": 1}'), (2, b"[1]"), (3, b'{"b": 2}')]),
    "arrays, one a line": (b"[1]\n[2]\n", [(1, b"[1]"), (2, b"[2]")]),
    "bytes that are no text": (b'{"a": "\xff"}\n{"b": 2}\n', [(1, b'{"a": "\xff"}'), (2, b'{"b": 2}')]),
    "a document in the middle": (
        b'[\n  {\n    "a": 1\n  },\n  {\n    "b" 2,\n    "in": {\n      "x": 1\n    }\n  },\n  {\n    "c": 3\n  }\n]\n',
        [
            (2, b'{\n    "a": 1\n  }'),
            (5, b'{\n    "b" 2,\n    "in": {\n      "x": 1\n    }\n  },'),
            (11, b'{\n    "c": 3\n  }'),
        ],
    ),
    "the first of indented documents": (
        b'{\n  "a" 1,\n  "b": 1\n}\n{\n  "c": 3\n}\n',
        [(1, b'{\n  "a" 1,\n  "b": 1\n}'), (5, b'{\n  "c": 3\n}')],
    ),
    "an array that is cut off": (
        b'[\n  {\n    "a": 1\n  },\n  {\n    "b": [1,\n',
        [(2, b'{\n    "a": 1\n  }'), (5, b'{\n    "b": [1,')],
    ),
    "bytes that are no text in an array": (
        b'[\n{"a": "\xff"},\n{"b": 2}\n]\n',
        [(2, b'{"a": "\xff"}'), (3, b'{"b": 2}')],
    ),
}


@pytest.mark.parametrize(("content", "messages"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_one_message_and_spoils_no_other(content: bytes, messages: list[tuple[int, bytes]]) -> None:
    """It is given as it stands there, once; whoever reads it says why it cannot be read."""
    assert read(content) == messages


def test_messages_that_come_a_line_at_a_time_are_given_at_once() -> None:
    """A program that waits for the answer to each can wait for it."""

    def lines() -> object:
        yield b'{"a": 1}\n'
        raise AssertionError

    assert next(entries(lines())) == (1, b'{"a": 1}')  # type: ignore[arg-type]
