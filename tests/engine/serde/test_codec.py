from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import math
import pickle
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minispark.engine.core.errors import ContextInTaskError, ResultNotSerializableError
from minispark.engine.serde import codec

Point = collections.namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = 1


class Text(str):
    pass


@dataclasses.dataclass(frozen=True)
class Row:
    a: Any
    b: Any


def same(a: Any, b: Any) -> bool:
    """Equal in value and type at every depth; NaN equals NaN, 0.0 differs from -0.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.copysign(1, a) == math.copysign(1, b) and (a == b or (a != a and b != b))
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, (set, frozenset)):
        return same(sorted(a, key=repr), sorted(b, key=repr))
    if isinstance(a, Row):
        return same(a.a, b.a) and same(a.b, b.b)
    return bool(a == b)


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters(), max_size=8),
    st.binary(max_size=8),
    st.builds(bytearray, st.binary(max_size=4)),
    st.dates(),
    st.decimals(allow_nan=False),
    st.just(Color.RED),
    st.builds(Text, st.text(max_size=3)),
    st.just(range(3)),
    st.just(Ellipsis),
)
KEYS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.tuples(inner, inner),
        st.builds(Point, inner, inner),
        st.builds(Row, inner, inner),
        st.dictionaries(KEYS, inner, max_size=3),
        st.frozensets(KEYS, max_size=3),
        st.sets(KEYS, max_size=3),
    ),
    max_leaves=12,
)
BATCHES = st.one_of(
    st.lists(VALUES, max_size=8),
    st.lists(st.tuples(st.text(max_size=4), st.integers()), max_size=8),
    st.lists(st.tuples(KEYS, VALUES), max_size=8),
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_decode_gives_back_every_value_and_type(records: list[Any]) -> None:
    assert same(codec.decode(codec.encode(records)), records)
    assert same([r for data, _ in codec.encode_chunks(records, 40) for r in codec.decode(data)], records)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(KEYS, VALUES), max_size=8))
def test_pairs_round_trip_as_columns(pairs: list[tuple[Any, Any]]) -> None:
    keys, values = [k for k, _ in pairs], [v for _, v in pairs]
    data = codec.encode_columns(keys, values)
    assert same(codec.decode(data), pairs)
    assert same(codec.decode_pairs(data), (keys, values, False))
    assert same(codec.decode_pairs(codec.encode(pairs or [(1, 2)])), (keys or [1], values or [2], False))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(KEYS, st.lists(VALUES, max_size=5)), max_size=6))
def test_groups_round_trip(rows: list[tuple[Any, list[Any]]]) -> None:
    keys, groups = [k for k, _ in rows], [g for _, g in rows]
    data = codec.encode_groups(keys, groups)
    assert same(codec.decode(data), rows)
    assert same(codec.decode_pairs(data), (keys, groups, True))


@pytest.mark.parametrize(
    "record",
    [
        bytearray(b"x"),
        memoryview,
        Point(1, 2),
        Color.RED,
        Text("x"),
        datetime.date(2020, 1, 1),
        decimal.Decimal("1.10"),
        True,
        -0.0,
        float("nan"),
        "\ud800",
        10**30,
        Row(1, [2]),
    ],
    ids=repr,
)
def test_what_a_naive_marshal_or_pickle_would_change(record: Any) -> None:
    assert same(codec.decode(codec.encode([record])), [record])
    assert same(codec.decode(codec.encode([(1, [{"k": record}])])), [(1, [{"k": record}])])


def test_numpy_scalars_and_arrays_keep_their_types() -> None:
    numpy = pytest.importorskip("numpy")
    records = [(numpy.int64(3), numpy.float32(0.5)), (numpy.bool_(True), numpy.arange(3))]
    back = codec.decode(codec.encode(records))
    assert [[type(x) for x in record] for record in back] == [[type(x) for x in record] for record in records]
    assert back[1][1].tolist() == [0, 1, 2]


def test_marshal_is_used_where_it_is_exact_and_only_there() -> None:
    assert codec.is_canonical(codec.encode([("a", 1), ("b", 2)]))
    assert codec.is_canonical(codec.encode([("a", [1, {"x": (2.0, None)}])]))
    assert not codec.is_canonical(codec.encode([{1, 2}]))
    assert not codec.is_canonical(codec.encode([bytearray(b"a")]))


def test_bytes_do_not_depend_on_reference_counts() -> None:
    word = "".join(["sh", "ared"])
    assert codec.encode([(word, 1), (word, 1)]) == codec.encode([("".join(["sh", "ared"]), 1) for _ in range(2)])


def test_deep_and_cyclic_records() -> None:
    deep: list[Any] = []
    for _ in range(100):
        deep = [deep]
    assert codec.decode(codec.encode([deep])) == [deep]
    cycle: list[Any] = [1]
    cycle.append(cycle)
    back = codec.decode(codec.encode([cycle]))[0]
    assert back[0] == 1 and back[1] is back
    wide: list[Any] = []
    wide.extend([wide] * 1000)
    back = codec.decode(codec.encode([wide]))[0]
    assert len(back) == 1000 and back[999] is back


@pytest.mark.slow
@pytest.mark.parametrize(
    "shared", ["x" * 1_000_000, [1] * 200_000, {"k": "y" * 1_000_000}], ids=["str", "list", "dict"]
)
def test_records_that_share_a_large_object_do_not_multiply_it(shared: Any) -> None:
    records = [(i, shared) for i in range(500)]
    data = codec.encode(records)
    assert len(data) < 3_000_000
    assert codec.decode(data) == records
    assert sum(len(data) for data, _ in codec.encode_chunks(records)) < 20_000_000
    assert sum(len(data) for data, _ in codec.encode_chunks(records, 10_000)) < 20_000_000
    assert sum(len(data) for data, _ in codec.encode_chunks(records, step=codec.CAREFUL)) < 20_000_000
    keys, values = [i for i, _ in records], [value for _, value in records]
    encoder = codec.PairEncoder(keys, values)
    assert sum(len(data) for data, _ in encoder.chunks(keys, values)) < 20_000_000
    assert sum(len(data) for data, _ in codec.encode_group_chunks(keys[:500], [values[:4]] * 500)) < 20_000_000


def test_laughing_billions_are_pickled() -> None:
    value: Any = "ha"
    for _ in range(12):
        value = (value,) * 10
    assert len(codec.encode([value])) < 10_000


def test_large_records_that_share_nothing_are_not_pickled() -> None:
    assert codec.is_canonical(codec.encode([[str(i) * 100 for i in range(50)] for _ in range(20)]))


@pytest.mark.parametrize("count", [1, 100, 5000, 100_000])
def test_chunks_are_bounded_and_whole(count: int) -> None:
    records = [(i, "v" * (i % 40)) for i in range(count)]
    chunks = list(codec.encode_chunks(records, 10_000))
    assert [r for data, _ in chunks for r in codec.decode(data)] == records
    assert [len(codec.decode(data)) for data, _ in chunks] == [n for _, n in chunks]
    assert max(len(data) for data, _ in chunks) <= 12_500
    assert len(chunks) <= 3 + 2 * sum(len(data) for data, _ in chunks) // 10_000


def test_chunk_sizes_follow_records_that_grow() -> None:
    records = ["a"] * 5000 + [f"{i}b" * 1500 for i in range(100)] + ["c" * 50_000] + ["d"] * 5000
    chunks = list(codec.encode_chunks(records, 10_000))
    assert [r for data, _ in chunks for r in codec.decode(data)] == records
    assert [n for data, n in chunks if len(data) > 12_500] == [1]


def test_parts_of_a_batch_are_encoded_as_the_whole_would_be() -> None:
    keys, values = list(range(1000)), ["v" * (i % 7) for i in range(999)] + ["w" * 50_000]
    encoder = codec.PairEncoder(keys, values)
    chunks = [*encoder.chunks(keys[::2], values[::2], 10_000), *encoder.chunks(keys[1::2], values[1::2], 10_000)]
    pairs = list(zip(keys, values, strict=True))
    assert [r for data, _ in chunks for r in codec.decode(data)] == pairs[::2] + pairs[1::2]
    assert [n for data, n in chunks if len(data) > 12_500] == [1]
    mixed = codec.PairEncoder([1, bytearray(b"x")], ["a", "b"])
    [(data, _)] = mixed.chunks([bytearray(b"x")], ["b"])
    assert same(codec.decode(data), [(bytearray(b"x"), "b")])


def test_whether_keys_may_be_nan_is_told_without_looking() -> None:
    nan = float("nan")
    for keys in ([1.0], [(1, (2.0, "x"))], [nan, 1], [Row(nan, 1)]):
        assert codec.may_hold_nan(codec.encode_columns(keys, ["v"] * len(keys)))
    for keys in ([1], ["a"], [(1, ("x", None))]):
        assert not codec.may_hold_nan(codec.encode_columns(keys, [nan]))
        assert not codec.may_hold_nan(codec.encode_groups(keys, [[nan]]))
    assert codec.may_hold_nan(codec.encode([(1, nan)]))
    assert codec.may_hold_nan(codec.encode([nan]))
    assert not codec.may_hold_nan(codec.encode([(1, "x")]))


def test_a_large_group_is_cut_and_keeps_its_order() -> None:
    groups = [list(range(100_000)), [1]]
    chunks = list(codec.encode_group_chunks(["big", "small"], groups, 50_000))
    assert max(len(data) for data, _ in chunks) <= 62_500
    assert sum(n for _, n in chunks) == 100_001
    merged: dict[str, list[int]] = {}
    for data, _ in chunks:
        for key, part in codec.decode(data):
            merged.setdefault(key, []).extend(part)
    assert merged == {"big": groups[0], "small": [1]}


class Holder:
    def __init__(self, conn: Any) -> None:
        self.conn = conn


def test_what_cannot_be_pickled_is_named_with_its_path() -> None:
    conn = sqlite3.connect(":memory:")
    try:
        with pytest.raises(ResultNotSerializableError, match=r"record\[1\]\['a'\]\[0\]\.conn -> sqlite3\.Connection"):
            codec.encode([(1, 2), (3, {"a": [Holder(conn)]})])
    finally:
        conn.close()


class Refuses:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def __reduce__(self) -> Any:
        raise self.error


def test_an_error_of_ours_or_of_memory_passes_unchanged() -> None:
    with pytest.raises(ContextInTaskError):
        codec.encode([Refuses(ContextInTaskError("no"))])
    with pytest.raises(MemoryError):
        codec.encode([Refuses(MemoryError())])
    with pytest.raises(ResultNotSerializableError, match="ZeroDivisionError"):
        codec.encode([Refuses(ZeroDivisionError("no"))])


SCRIPT = """
import pickle, subprocess, sys
from minispark.engine.serde import codec
class Mine:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return type(self) is type(other) and self.x == other.x
def double(x): return x * 2
records = [(Mine(1), "a"), (Mine(double), "b")]
data = codec.encode(records)
reader = '''
import sys
sys.path[:] = %r
from minispark.engine.serde import codec
records = codec.decode(sys.stdin.buffer.read())
assert type(records[0][0]).__name__ == "Mine" and type(records[0][0]) is type(records[1][0])
assert records[1][0].x(4) == 8
sys.stdout.buffer.write(codec.encode(records[:1]))
''' % (sys.path,)
done = subprocess.run([sys.executable, "-c", reader], input=data, stdout=subprocess.PIPE, check=True)
assert codec.decode(done.stdout) == [(Mine(1), "a")]
assert codec.decode(codec.encode(["__main__"])) == ["__main__"]
print("ok")
"""


def test_classes_of_main_travel_by_value_and_come_home() -> None:
    code = f"import sys; sys.path[:] = {sys.path!r}\n" + SCRIPT
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("ok\n", 0), done.stderr


def test_local_classes_travel_by_value() -> None:
    class Local:
        pass

    back = codec.decode(codec.encode([Local()]))
    assert type(back[0]).__qualname__.endswith("Local")
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(Local())
