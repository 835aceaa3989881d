"""Large buffers stay where they are until they are written, and come back as they were: to write to, or not."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from minispark.engine.core.parts import Parts, joined
from minispark.engine.serde import codec
from minispark.engine.serde.outofband import BUFFER_BYTES_MIN, dumps_parts, loads_parts

ROWS = 20_000
LARGE = np.arange(ROWS, dtype=np.float64)


class Sub(np.ndarray):
    pass


def read_only() -> Any:
    array = LARGE.copy()
    array.flags.writeable = False
    return array


ARRAYS = {
    "plain": LARGE,
    "big-endian": LARGE.astype(">f8"),
    "two-dimensional": LARGE.reshape(100, -1),
    "fortran": np.asfortranarray(LARGE.reshape(100, -1)),
    "strided": LARGE[::2],
    "reversed": LARGE[::-1],
    "read-only": read_only(),
    "structured": np.zeros(ROWS, dtype=[("a", "i4"), ("b", "S3")]),
    "objects": np.array([{"n": n} for n in range(ROWS)], dtype=object),
    "strings": np.array(["a", "bc"] * ROWS),
    "times": LARGE.astype("datetime64[s]"),
    "subclass": LARGE.view(Sub),
    "masked": np.ma.masked_less(LARGE, 7),
    "no dimension": np.array(7.5),
    "empty": np.zeros((0, 3)),
    "matrix of truths": LARGE.reshape(100, -1) > 7,
    "broadcasted": np.broadcast_to(np.arange(200.0), (200, 200)),
}


def facts(array: Any) -> Any:
    flags = array.flags
    return type(array), array.dtype, array.shape, flags.writeable, flags.f_contiguous, flags.c_contiguous


def assert_same(before: Any, after: Any) -> None:
    plain = pickle.loads(pickle.dumps(before, 5))  # what pickle itself makes of it is what is promised
    assert facts(after) == facts(plain)
    assert np.array_equal(np.ma.getdata(before), np.ma.getdata(after))
    assert np.array_equal(np.ma.getmaskarray(before), np.ma.getmaskarray(after))


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("way", ["in pieces", "in one piece"])
def test_arrays_are_exact(name: str, way: str) -> None:
    records = [ARRAYS[name], (1, ARRAYS[name]), "text"]
    payload = codec.encode_parts(records)
    if way == "in one piece":
        payload = joined(payload)
    array, (one, again), text = codec.decode(payload)
    assert (one, text) == (1, "text")
    assert_same(ARRAYS[name], array)
    assert again is array  # as it was


@pytest.mark.parametrize("records", [1, 3, 200])
def test_chunks_columns_and_groups_hold_buffers(records: int) -> None:
    arrays = [LARGE + n for n in range(records)]
    keys = list(range(records))
    chunks = list(codec.encode_pair_chunks(keys, arrays))
    assert sum(count for _, count in chunks) == records
    pairs = [pair for payload, _ in chunks for pair in codec.decode(joined(payload))]
    assert [key for key, _ in pairs] == keys
    for (_, found), array in zip(pairs, arrays, strict=True):
        assert_same(array, found)
    groups = [pair for p, _ in codec.encode_group_chunks([0], [arrays]) for pair in codec.decode(joined(p))]
    assert [float(array[0]) for _, values in groups for array in values] == list(map(float, range(records)))


def test_a_large_buffer_is_not_copied_when_it_is_encoded() -> None:
    payload = codec.encode_parts([LARGE, b"small"])
    assert isinstance(payload, Parts)
    assert np.shares_memory(np.frombuffer(payload.pieces[1]), LARGE)
    assert len(payload) == len(joined(payload))
    assert type(codec.encode_parts([LARGE[: BUFFER_BYTES_MIN // 8 - 1]])) is bytes


def test_a_record_of_a_chunk_does_not_keep_its_neighbours_in_memory() -> None:
    first, second = codec.decode(joined(codec.encode_parts([LARGE, LARGE + 1])))
    assert not np.shares_memory(first, second)
    assert memoryview(first.base).nbytes == LARGE.nbytes


def test_arrow_tables_are_exact_and_stay_apart() -> None:
    table = pa.table({"a": range(ROWS), "b": ["x"] * ROWS})
    payload = codec.encode_parts([table])
    assert isinstance(payload, Parts)
    assert codec.decode(joined(payload))[0].equals(table)


class Local:
    def __init__(self, array: Any) -> None:
        self.array = array


def test_what_travels_by_value_holds_buffers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Local, "__module__", "__main__")
    payload = codec.encode_parts([Local(LARGE)])
    assert isinstance(payload, Parts)
    assert len(payload.pieces) == 2
    assert_same(LARGE, codec.decode(payload)[0].array)


def test_what_fails_after_a_buffer_leaves_nothing_behind() -> None:
    class Late:
        def __reduce__(self) -> Any:
            raise RuntimeError("late")

    with pytest.raises(Exception, match="late"):
        codec.encode_parts([LARGE, Late()])


def test_messages_bring_their_buffers_back_as_memory_of_their_own() -> None:
    sent = dumps_parts(("outcome", codec.encode_parts([LARGE])))
    assert isinstance(sent, Parts)
    kind, payload = loads_parts(Parts((sent.pieces[0], *map(bytearray, sent.pieces[1:]))))
    assert kind == "outcome"
    (array,) = codec.decode(payload)
    array[0] = 7.0
    assert LARGE[0] == 0.0
