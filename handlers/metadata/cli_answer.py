"""What Salesforce's CLI answers with --json: a result, or why there is none."""

from typing import Generic, TypeVar

import msgspec

Result = TypeVar("Result")
Row = TypeVar("Row")
_SHOWN = 200


class NoAnswerError(ValueError):
    """A text is no answer of the CLI, or not of the form that was asked for; the message says which."""


class RefusedError(Exception):
    """Salesforce or its CLI refused what was asked: the name of the error, perhaps none, and why."""

    def __init__(self, name: str, message: str) -> None:
        """Keep both."""
        super().__init__(f"{name}: {message}" if name else message)
        self.name, self.message = name, message


class Records(msgspec.Struct, Generic[Row], frozen=True, rename="camel"):
    """What a query finds: some records, and how many there are."""

    records: list[Row]
    total_size: int
    done: bool

    @property
    def is_whole(self) -> bool:
        """Tell whether all records are in the answer."""
        return self.done and len(self.records) == self.total_size


class _Answer(msgspec.Struct):
    status: int
    name: str = ""
    message: str = ""
    result: msgspec.Raw = msgspec.Raw()


def result_of(text: str, form: type[Result]) -> Result:
    """Read the result of an answer. Raises NoAnswerError or RefusedError where there is none."""
    try:
        answer = msgspec.json.decode(text, type=_Answer)
        if answer.status != 0:
            raise RefusedError(answer.name, short(answer.message) or "it gave no reason")
        if not answer.result:
            raise NoAnswerError("the answer has no result")
        return msgspec.json.decode(answer.result, type=form)
    except msgspec.ValidationError as error:
        raise NoAnswerError(f"the answer is not of the form that was asked for ({error})") from error
    except msgspec.DecodeError as error:
        raise NoAnswerError(f"the answer is no JSON: {short(text) or 'nothing'}") from error


def short(text: str) -> str:
    """Put a text on one line of no great length."""
    return " ".join(text.split())[:_SHOWN]
