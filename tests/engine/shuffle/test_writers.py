"""What writers do with wrong records and raising functions, and what they promise of their output."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from operator import add
from typing import Any

import pytest

from minispark.engine.core.errors import ResultNotSerializableError, UnstableKeyError
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.serde.codec import decode
from minispark.engine.shuffle import combine, distinct, group, output, trial
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.recognised import is_addition, is_identity
from minispark.engine.shuffle.sort import SortWriter


def adding(o: Any, m: Any) -> CombineWriter:
    return CombineWriter(o, m, None, add)


def appending(o: Any, m: Any) -> CombineWriter:
    return CombineWriter(o, m, lambda v: [v], lambda c, v: [*c, v])


def maximum(o: Any, m: Any) -> CombineWriter:
    return CombineWriter(o, m, None, max)


def sorting(o: Any, m: Any) -> SortWriter:
    return SortWriter(o, m, None, True)


PAIR_WRITERS = [PlainWriter, GroupWriter, adding, appending, maximum, sorting]
HASHING_WRITERS = [PlainWriter, GroupWriter, adding, appending, maximum]


@pytest.mark.parametrize("make", PAIR_WRITERS)
@pytest.mark.parametrize("record", [5, None, (), (1,), (1, 2, 3), "abc"])
def test_a_record_that_is_no_pair_is_shown(harness: Any, make: Any, record: Any) -> None:
    with pytest.raises(TypeError, match=r"is not a \(key, value\) pair") as caught:
        harness.write([[record, (1, 2)]], make)
    assert repr(record) in str(caught.value)


@pytest.mark.parametrize("make", PAIR_WRITERS)
def test_a_later_record_that_is_no_pair(harness: Any, make: Any) -> None:
    records = [(i, 1) for i in range(500)]
    with pytest.raises(TypeError, match=r"is not a \(key, value\) pair"):
        harness.write([[*records, 5, *records]], make)


def test_the_text_of_a_wrong_record_is_bounded(harness: Any) -> None:
    with pytest.raises(TypeError) as caught:
        harness.write([["x" * 100_000]], PlainWriter)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("make", PAIR_WRITERS)
def test_whatever_unpacks_into_two_is_a_pair(harness: Any, make: Any) -> None:
    [output] = harness.write([[[1, 2], "ab"]] if make is not sorting else [[[1, 2], [3, 4]]], make, 1)
    reader = harness.reader(output)
    records = [record for chunk in reader.chunks(0) for record in decode(reader.read(chunk))]
    assert len(records) == 2 and all(type(record) is tuple for record in records)


@pytest.mark.parametrize("make", [*HASHING_WRITERS, DistinctWriter])
@pytest.mark.parametrize("key", [[1], {}, {1}, (1, [2])], ids=repr)
def test_an_unhashable_key_is_named(harness: Any, make: Any, key: Any) -> None:
    record = key if make is DistinctWriter else (key, 1)
    good = [i if make is DistinctWriter else (i, 1) for i in range(300)]
    for records in ([record], [*good, record]):
        with pytest.raises(TypeError, match=rf"a key of type {type(key).__name__} cannot be hashed"):
            harness.write([records], make)


class ByAddress:
    pass


@pytest.mark.parametrize("make", [*HASHING_WRITERS, DistinctWriter])
def test_a_key_that_hashes_by_its_address_is_refused(harness: Any, make: Any) -> None:
    record = ByAddress() if make is DistinctWriter else (ByAddress(), 1)
    with pytest.raises(UnstableKeyError):
        harness.write([[record]], make, 1)


class HashRaises:
    def __hash__(self) -> int:
        raise TypeError("the user's own")


@pytest.mark.parametrize("make", [*HASHING_WRITERS, DistinctWriter])
def test_what_a_keys_own_hash_raises_passes_unchanged(harness: Any, make: Any) -> None:
    record = HashRaises() if make is DistinctWriter else (HashRaises(), 1)
    with pytest.raises(TypeError, match="^the user's own$"):
        harness.write([[record]], make)


def failing(kind: type[Exception], cause: Exception | None = None) -> Iterator[Any]:
    yield 1, 2
    yield 1, 2
    raise kind("the user's own") from cause


@pytest.mark.parametrize("make", [*PAIR_WRITERS, DistinctWriter])
@pytest.mark.parametrize("kind", [TypeError, ValueError, KeyError, ZeroDivisionError])
def test_what_the_source_raises_passes_unchanged(harness: Any, make: Any, kind: type[Exception]) -> None:
    cause = OSError("behind it")
    with pytest.raises(kind, match="the user's own") as caught:
        harness.write([failing(kind, cause)], make)
    assert caught.value.__cause__ is cause


def test_a_builtin_of_the_user_that_raises_passes_unchanged(harness: Any) -> None:
    for make in PAIR_WRITERS:
        with pytest.raises(ValueError, match="invalid literal"):
            harness.write([zip([1, 2], map(int, ["1", "x"]), strict=True)], make)


def raises_like_unpacking(a: Any, b: Any) -> Any:
    x, y = 5


@pytest.mark.parametrize("create", [None, lambda v: v + 0])
@pytest.mark.parametrize("function", [raises_like_unpacking, lambda a, b: hash([]), lambda a, b: {}["k"]])
def test_what_a_merge_function_raises_passes_unchanged(harness: Any, function: Any, create: Any) -> None:
    with pytest.raises(Exception) as direct:
        function(1, 2)
    with pytest.raises(direct.type) as caught:
        harness.write([[(1, 1), (1, 2)]], lambda o, m: CombineWriter(o, m, create, function))
    assert str(caught.value) == str(direct.value)


def test_an_addition_that_fails_shows_the_users_own_line(harness: Any) -> None:
    with pytest.raises(TypeError, match="unsupported operand") as caught:
        harness.write([[(1, 1), (1, "x")]], lambda o, m: CombineWriter(o, m, None, lambda a, b: a + b))
    frames = [entry.name for entry in caught.traceback]
    assert frames[-1] == "<lambda>"
    with pytest.raises(TypeError, match="unsupported operand"):
        harness.write([[(1, 1), (1, "x")]], adding)


def test_adding_lists_changes_none_of_the_users(harness: Any) -> None:
    first, second = [1], [2]
    harness.write([[("k", first), ("k", second)]], adding)
    assert (first, second) == ([1], [2])


def test_only_additions_are_recognised() -> None:
    three = 3
    assert is_addition(add) and is_addition(lambda x, y: x + y)
    others: list[Any] = [
        lambda x, y: y + x,
        lambda x, y: x - y,
        lambda x, y: x + three,
        lambda x, y=1: x + y,
        lambda *x: x[0] + x[1],
        lambda x, y, z: x + y,
        lambda x, *, y: x + y,
        max,
        str.join,
    ]
    assert not any(map(is_addition, others))
    assert is_identity(lambda v: v)
    assert not any(map(is_identity, [lambda v: [v], lambda v=1: v, lambda *v: v, lambda v, w: v, str]))


class Unpicklable:
    def __reduce__(self) -> Any:
        raise ZeroDivisionError


@pytest.mark.parametrize("make", [PlainWriter, GroupWriter, maximum, sorting])
def test_a_value_that_cannot_be_pickled_is_named(harness: Any, make: Any) -> None:
    with pytest.raises(ResultNotSerializableError, match="Unpicklable"):
        harness.write([[(1, Unpicklable()), (2, 1)]], make)


def test_nothing_is_left_when_a_writer_is_given_up(harness: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        harness.write([failing(ZeroDivisionError)], PlainWriter)
    assert list(harness.directory.iterdir()) == []


# --- output --------------------------------------------------------------------------------------------------------


def sums(harness: Any, outputs: Any, partitions: int) -> list[dict[Any, int]]:
    results = []
    for slot in range(partitions):
        found: dict[Any, int] = {}
        for out in outputs:
            reader = harness.reader(out)
            for chunk in reader.chunks(slot):
                for key, value in decode(reader.read(chunk)):
                    found[key] = found.get(key, 0) + value
        results.append(found)
    return results


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1 << 30, 1 << 16])
@pytest.mark.parametrize("keys", [5, 200_000])
def test_every_record_goes_to_the_reducer_of_its_key(harness: Any, keys: int, limit: int) -> None:
    rng = random.Random(keys)
    records = [(rng.randrange(keys), i) for i in range(100_000)]
    outputs = harness.write([iter(records)], adding, 4, limit)
    results = sums(harness, outputs, 4)
    route = Partitioner(4)
    expected: dict[int, int] = {}
    for key, value in records:
        expected[key] = expected.get(key, 0) + value
    assert {k: v for result in results for k, v in result.items()} == expected
    assert all(route(key) == slot for slot, result in enumerate(results) for key in result)


def test_combining_is_given_up_where_keys_hardly_repeat(harness: Any) -> None:
    many = 2 * trial.TRIAL_RECORDS_MAX
    harness.write([((i % (many // 8), 1) for i in range(many))], adding)
    assert harness.written == many // 8
    harness.write([((i, 1) for i in range(many))], adding)
    assert harness.written == many
    harness.write([((i % (many - 1000), 1) for i in range(many))], adding)
    assert harness.written > many - 1000
    harness.write([(i % 10 for i in range(many))], DistinctWriter)
    assert harness.written == 10
    harness.write([(i % (many - 1000) for i in range(many))], DistinctWriter)
    assert harness.written > many - 1000


def test_a_novelty_trial_goes_on_while_keys_are_new() -> None:
    coming_in_turn = trial.Trial(0.5)
    assert coming_in_turn.verdict(trial.TRIAL_RECORDS_MIN) is None
    assert coming_in_turn.verdict(trial.TRIAL_RECORDS_MIN + 10) is True
    always_new = trial.Trial(0.5)
    verdicts = itertools.takewhile(
        lambda verdict: verdict is None, (always_new.verdict(always_new.records + always_new.round) for _ in range(9))
    )
    assert len(list(verdicts)) < 5 and always_new.records == trial.TRIAL_RECORDS_MAX
    assert trial.Trial(0.5).verdict(10) is True


@pytest.mark.parametrize("make", [*PAIR_WRITERS, DistinctWriter])
def test_equal_records_have_equal_digests(harness: Any, make: Any) -> None:
    def records(seed: int, last: int) -> list[Any]:
        rng = random.Random(seed)
        return [("".join(["k", str(rng.randrange(50))]), rng.randrange(1000)) for _ in range(3000)] + [("z", last)]

    parts = [records(1, 5), records(1, 5), records(2, 5), records(1, 6)]
    harness.write(parts, make)
    first, same, other, changed = harness.digests
    assert first is not None and first == same
    assert len({first, other, changed}) == 3


def test_a_digest_does_not_depend_on_the_file(harness: Any) -> None:
    digests = []
    for _ in range(2):
        harness.write([[(i, i) for i in range(1000)]], PlainWriter)
        digests += harness.digests
    assert digests[0] == digests[1]


def test_no_digest_where_equal_records_may_differ_in_bytes(harness: Any) -> None:
    harness.write([[(1, {1, 2})], [(1, ByAddress())], [(1, 2)]], PlainWriter)
    assert [digest is None for digest in harness.digests] == [True, True, False]


def test_memory_pressure_cuts_chunks_not_content(harness: Any) -> None:
    records = [(i % 300, "v" * 50 + str(i)) for i in range(20_000)]
    [plenty] = harness.write([records], GroupWriter, 1, 1 << 30)
    [little] = harness.write([records], GroupWriter, 1, 1 << 17)
    assert len(harness.reader(little).chunks(0)) > 3 * len(harness.reader(plenty).chunks(0))
    lengths = [harness.reader(little).length(chunk) for chunk in harness.reader(little).chunks(0)]
    assert max(lengths) <= 5120


def test_batches_suit_the_number_of_reducers() -> None:
    assert output.batch_records(2) == 1 << 14
    assert output.batch_records(1000) // 1000 >= 512
    assert combine.NOVEL_SHARE_MAX <= 1 >= group.NOVEL_SHARE_MAX and distinct.NOVEL_SHARE_MAX < 1
