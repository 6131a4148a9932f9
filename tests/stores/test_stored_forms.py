"""What is stored says its form: any one of before is read, a later one refused by name, a damaged one never misread."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from handlers.stores.codec import decode_record, encode_record
from handlers.stores.dynamodb.packing import unpack
from handlers.stores.dynamodb.rows import Row, attributes, observations_in, row_of
from handlers.stores.dynamodb.scores import pack_record, unpack_record
from handlers.stores.protocol import NewerFormError, StoreError
from scoring.instants import Instant
from scoring.observations import Content, Observation, Subject, Tombstone
from scoring.record import holds
from tests.golden.sample import FULL, MESSAGE
from tests.scoring.foreign import Proved, records
from tests.stores.test_record_contract import a_record

T = TypeVar("T")

SUBJECT = Subject("intercom", "conversation", "1")
RECORD = a_record("001", "2026-10")

PLAIN: dict[object, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    bool: st.booleans(),
    int: st.integers(0, 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**52), 2**52),
    str: st.text(max_size=20),
}


def of_type(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  # any type
    """Give values of a type that a member of a content has."""
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of(*map(of_type, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return whole(hint)
    if get_origin(hint) is not tuple:
        return PLAIN[hint]
    inner = get_args(hint)
    if inner[-1] is Ellipsis:
        return st.lists(of_type(inner[0]), max_size=3).map(tuple)
    return st.tuples(*map(of_type, inner))


def whole(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Give values of a frozen type, each member of its type, at its default or not."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of_type(hints[field.name]) for field in structs.fields(kind)})


CONTENTS = st.one_of(*map(whole, get_args(Content)))


def observations() -> st.SearchStrategy[Observation]:
    """Give observations of every content, of an owner, of none, or of nobody."""
    owners = st.none() | st.text(max_size=20).filter(lambda owner: owner != " ")
    return st.builds(Observation, st.just(SUBJECT), PLAIN[int], CONTENTS, owners)


def read(row: Row) -> Observation:
    """Read an observation from its attribute."""
    (observation,) = observations_in(attributes([row]), SUBJECT).values()
    return observation


def read_or_refused(reading: Callable[[], T]) -> T | None:
    """Give what is read; None where it is refused."""
    try:
        return reading()
    except StoreError:
        return None


def as_in_form_1(packed: bytes) -> bytes:
    """Pack as the first form did, but for its dictionary, which is left to the golden samples: no mark."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(unpack(packed)) + packer.flush()


def flipped(packed: bytes, bit: int) -> bytes:
    """Turn one bit over."""
    changed = bytearray(packed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@given(observations())
def test_a_packed_observation_comes_back_equal(observation: Observation) -> None:
    """Any content, in any script, survives packing."""
    assert read(row_of(observation)) == observation


@given(observations(), st.data())
def test_no_flipped_bit_makes_another_observation(observation: Observation, data: st.DataObject) -> None:
    """It is refused, or says the same."""
    row = row_of(observation)
    damaged = row._replace(packed=flipped(row.packed, data.draw(st.integers(0, 8 * len(row.packed) - 1))))
    assert read_or_refused(partial(read, damaged)) in (observation, None)


@pytest.mark.parametrize(("form", "content"), [(1, FULL), (2, FULL), (3, MESSAGE)])
def test_none_of_all_the_bits_of_an_observation_can_be_flipped_unseen(form: int, content: Content) -> None:
    """Whether it bears the mark of its form or, as those of before, none; a few bits say nothing."""
    row = row_of(Observation(SUBJECT, FULL.created, content, "acme"))
    packed = row.packed if form > 1 else as_in_form_1(row.packed)
    damaged = [row._replace(packed=flipped(packed, bit)) for bit in range(8 * len(packed))]
    answers = [read_or_refused(partial(read, one)) for one in damaged]
    assert {*answers} <= {read(row), None}
    assert answers.count(None) >= len(answers) - 8


def test_a_bit_flipped_in_the_name_of_an_attribute_is_found() -> None:
    """The name is the check sum of the text; a text under another name is refused."""
    row = row_of(Observation(SUBJECT, Instant(1), FULL))
    with pytest.raises(StoreError, match="not what its name was made of; restore the store"):
        read(row._replace(name=row.name[:-1] + chr(ord(row.name[-1]) ^ 1)))


@given(observations())
def test_an_observation_has_one_name_in_whatever_form_it_is_packed(observation: Observation) -> None:
    """What an earlier version of the program wrote, without a mark, is the same attribute today."""
    row = row_of(observation)
    assert read(row._replace(packed=as_in_form_1(row.packed))) == observation


@pytest.mark.parametrize("form", [4, 5, 31])
def test_an_observation_of_a_later_form_is_refused_by_its_number(form: int) -> None:
    """An older version of the program, put back, does not misread what a newer one wrote."""
    row = row_of(Observation(SUBJECT, Instant(1), FULL))
    with pytest.raises(NewerFormError, match=f"an observation has form {form}, .* reads up to 3: use the newer"):
        read(row._replace(packed=bytes([form << 3 | 7]) + row.packed[1:]))


def test_a_message_is_of_a_form_that_earlier_versions_refuse_by_its_number() -> None:
    """So a version that was put back says to use the newer one; all else is packed as it was."""
    message = row_of(Observation(SUBJECT, Instant(1), MESSAGE))
    assert message.packed[0] >> 3 == 3
    assert {row_of(Observation(SUBJECT, Instant(1), one)).packed[0] >> 3 for one in (FULL, Tombstone())} == {2}


@pytest.mark.parametrize("packed", [b"", b"\x17", b"\x07", b"\x0f", b"\x06", b"\xff"])
def test_a_packed_observation_that_says_nothing_is_refused(packed: bytes) -> None:
    """Cut short, or no form at all."""
    with pytest.raises(StoreError):
        read(row_of(Observation(SUBJECT, Instant(1), FULL))._replace(packed=packed))


@given(records())
def test_a_record_comes_back_equal_and_holds(proved: Proved) -> None:
    """As text and packed, whatever its dimensions and metrics are called."""
    for again in (
        decode_record(encode_record(proved.record)),
        unpack_record(pack_record(encode_record(proved.record))),
    ):
        assert again == proved.record
        assert holds(again, proved.model)


def test_a_correction_comes_back_with_what_was_shown_first() -> None:
    """As text and packed."""
    corrected = replace(RECORD, first=RECORD)
    assert decode_record(encode_record(corrected)) == unpack_record(pack_record(encode_record(corrected))) == corrected


@pytest.mark.parametrize("form", [1, 2])
def test_no_flipped_bit_makes_another_record(form: int) -> None:
    """Of every seventh bit, in the packing of today and in that of before."""
    packed = pack_record(encode_record(RECORD)) if form > 1 else zlib.compress(encode_record(RECORD).encode(), 9)
    assert unpack_record(packed) == RECORD
    for bit in range(0, 8 * len(packed), 7):
        assert read_or_refused(partial(unpack_record, flipped(packed, bit))) in (RECORD, None)


def test_a_packed_record_of_a_later_form_is_refused_by_its_number() -> None:
    """Its packing may be another, or its text."""
    with pytest.raises(NewerFormError, match=r"a record has form 3, this version of the program reads up to 2: use"):
        unpack_record(b"\x03" + pack_record(encode_record(RECORD))[1:])
    later = encode_record(RECORD).replace('"form":4', '"form":5')
    with pytest.raises(NewerFormError, match=r"a record has form 5, this version of the program reads up to 4: use"):
        decode_record(later)


@pytest.mark.parametrize(
    ("was", "said"), [("", None), ('"raw":', "alien"), (',"flags":', "flags"), ('"moved":', "moved")]
)
def test_a_record_of_the_form_before_is_read_and_as_strictly(was: str, said: str | None) -> None:
    """It ends without what came since; a member more or less is refused by its name."""
    head, _, rest = encode_record(RECORD).replace('"form":4', '"form":3').rpartition(',"steady_before":')
    assert rest.endswith('"first":null}')
    before = f"{head}}}"
    if said is None:
        assert decode_record(before) == RECORD
        return
    changed = before.replace(was, '"alien":1,"raw":' if said == "alien" else was.replace('":', 's":'), 1)
    with pytest.raises(StoreError, match=f"{said}.*no part of a record of form 3"):
        decode_record(changed)


def test_a_record_that_bears_no_form_is_of_the_first() -> None:
    """So the records of before are read."""
    assert decode_record(encode_record(RECORD).replace('"form":4,', "")) == RECORD


@pytest.mark.parametrize("path", ["measurements.window_days", "measurements.flags", "score.flags", "measurements"])
def test_a_record_that_lost_a_member_is_refused_by_its_name(path: str) -> None:
    """A member that would be filled in is no less lost."""
    said = msgspec.json.decode(encode_record(RECORD))
    *way, name = path.split(".")
    inner = said[way[0]] if way else said
    del inner[name]
    with pytest.raises(StoreError, match=rf"a record cannot be read; restore .*{name}"):
        decode_record(msgspec.json.encode(said).decode())


def test_a_record_with_a_member_that_its_form_does_not_have_is_refused_by_its_name() -> None:
    """What the program would overlook could be what the score hangs on."""
    text = encode_record(RECORD).replace('"raw":', '"alien":1,"raw":', 1)
    with pytest.raises(StoreError, match="alien: missing, or no part of a record of form 4"):
        decode_record(text)


@given(st.integers(-(2**52), 2**52))
def test_equal_records_have_one_text(number: int) -> None:
    """A whole number is the same with and without a decimal point."""
    one, other = (replace(RECORD, score=replace(RECORD.score, final_score=same)) for same in (number, float(number)))
    assert encode_record(one) == encode_record(other)
