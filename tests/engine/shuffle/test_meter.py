"""What writers measure of the keys that pass through them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from operator import add
from typing import Any

import pytest

from minispark.engine.core.outcomes import HeavyKey
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.shuffle import combine
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.meter import KeyMeter
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.sort import SortWriter
from minispark.engine.storage.blockfile import BlockFileWriter

KEY = b"k" * 32
Make = Callable[[ShuffleOutput, Any], Any]


def adding(o: Any, m: Any) -> CombineWriter:
    return CombineWriter(o, m, None, add)


def joining(o: Any, m: Any) -> CombineWriter:
    return CombineWriter(o, m, lambda v: [v], lambda c, v: [*c, v])


def sorting(o: Any, m: Any) -> SortWriter:
    return SortWriter(o, m, None, True)


class Measured:
    """One map task's output: ``told`` by key, ``records`` and ``bytes`` in all, ``met`` before combining."""

    def __init__(self, harness: Any, make: Make, records: Any, seed: int, partitioner: Partitioner) -> None:
        combining = make in (adding, joining, Counting, DistinctWriter)
        meter = KeyMeter(seed, combining)
        memory = harness.memory()
        file = BlockFileWriter(harness.directories, f"measured-{random.random()}", KEY)
        writer = make(ShuffleOutput(file, partitioner, memory.chunk_bytes, meter), memory)
        writer.consume(iter(records))
        writer.finish()
        self.heavy: tuple[HeavyKey, ...] = meter.finish(None if make is sorting else partitioner)
        self.told = {key if named is None else named[2]: figures for key, named, *figures in self.heavy}
        self.records, self.bytes, self.met = writer.records_written, file.size, meter.met.total
        file.abort()


@pytest.fixture
def measure(harness: Any) -> Callable[..., Measured]:
    def run(make: Make, records: Any, seed: int = 1, partitioner: Partitioner | None = None) -> Measured:
        return Measured(harness, make, records, seed, partitioner or Partitioner(8))

    return run


def planted(seed: int, key: Any, share: float, count: int = 40_000, keys: int = 5_000) -> list[tuple[Any, str]]:
    draw = random.Random(seed)
    return [
        (key if draw.random() < share else f"k{draw.randrange(keys)}", "v" * draw.randrange(5, 50))
        for _ in range(count)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [500, 40_000])
@pytest.mark.parametrize("make", [PlainWriter, GroupWriter, sorting])
def test_records_and_bytes_of_a_planted_key(measure: Any, make: Make, count: int, seed: int) -> None:
    records = planted(seed, "hot", 0.1, count)
    found = measure(make, records, seed)
    share = sum(key == "hot" for key, _ in records) / count
    told, size, met, reducer = found.told["hot"]
    assert told == met
    assert abs(told / found.records - share) < 0.1 * share
    parts = [(8 if make is not GroupWriter else 0) + len(value) + 5 for key, value in records if key == "hot"]
    assert abs(size - sum(parts)) < 0.1 * sum(parts)
    assert reducer == (-1 if make is sorting else Partitioner(8)("hot"))


@pytest.mark.parametrize("make", [adding, joining])
def test_combining_tells_what_came_before(measure: Any, make: Make) -> None:
    records = planted(5, "hot", 0.2)
    found = measure(make, records)
    records_sent, size, met, _ = found.told["hot"]
    share = sum(key == "hot" for key, _ in records) / len(records)
    assert records_sent == 1
    assert abs(met / found.met - share) < 0.1 * share
    texts = sum(len(value) for key, value in records if key == "hot")
    assert size > 0.9 * texts  # the combiner that grew large


class Counting(CombineWriter):
    """Counts keys, as ``map(lambda w: (w, 1)).reduceByKey(add)`` does."""

    def __init__(self, o: Any, m: Any) -> None:
        super().__init__(o, m, None, add)

    def consume(self, records: Any) -> None:
        self.consume_counted(records, 1)


def test_counted_keys_are_met_exactly(measure: Any) -> None:
    found = measure(Counting, ["hot" if n % 4 == 0 else f"k{n % 997}" for n in range(30_000)])
    assert found.told["hot"][2] == 7_500
    assert found.met == 30_000


def test_distinct(measure: Any) -> None:
    draw = random.Random(2)
    few = ["hot" if draw.random() < 0.3 else f"k{draw.randrange(300)}" for _ in range(40_000)]
    found = measure(DistinctWriter, few)
    assert found.told["hot"][0] == 1
    assert found.told["hot"][2] / found.met == pytest.approx(0.3, rel=0.1)


@pytest.mark.parametrize("make", [PlainWriter, GroupWriter, adding, sorting])
@pytest.mark.parametrize("keys", [20, 100, 5_000])
def test_uniform_keys_are_told_as_uniform(measure: Any, make: Make, keys: int) -> None:
    found = measure(make, [(n % keys, n) for n in range(40_000)])
    counts = [met for _, _, met, _ in found.told.values()]
    assert all(met / found.met < 1.4 / keys for met in counts)
    assert len(counts) == (keys if keys == 20 else 0) or keys == 100


@pytest.mark.parametrize("make", [PlainWriter, GroupWriter])
def test_a_key_of_few_but_large_values(measure: Any, make: Make) -> None:
    found = measure(make, [(n % 1_000, "x" * (20_000 if n % 1_000 == 7 else 20)) for n in range(20_000)])
    records, size, _, _ = found.told[7]
    assert records < 100
    assert size / found.bytes == pytest.approx(400_000 / 980_000, rel=0.3)


def test_the_same_task_tells_the_same(measure: Any) -> None:
    records = planted(4, "hot", 0.1)
    assert measure(PlainWriter, records, 9).heavy == measure(PlainWriter, records, 9).heavy


@pytest.mark.parametrize("make", [PlainWriter, GroupWriter, adding])
def test_keys_that_are_equal_are_one(measure: Any, make: Make) -> None:
    nan = float("nan")
    found = measure(make, [(key, 1) for _ in range(500) for key in (1, 1.0, True, None, nan, float("nan"), ("a", 1))])
    met = {key: figures[2] for key, figures in found.told.items()}
    assert met == pytest.approx({1: 1500, None: 500, "nan": 1000, ("a", 1): 500}, rel=0.05 if make is adding else 0)


class Key:
    """Hashable, and no simple data."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.number == self.number

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"Key({self.number})"


def test_keys_of_a_class_are_told_by_name(measure: Any) -> None:
    found = measure(PlainWriter, [(Key(1 if n % 2 else n), n) for n in range(2_000)])
    (entry,) = found.heavy
    assert entry[0] is None
    assert entry[1] == ("Key", 1, "Key(1)")
    assert entry[2] == 1_000


def test_keys_without_a_hash_make_it_blind_and_no_more(measure: Any) -> None:
    def by_length(key: list[int]) -> int:
        return len(key)

    found = measure(PlainWriter, [([n], n) for n in range(100)], partitioner=Partitioner(3, by_length))
    assert found.records == 100
    assert found.heavy == ()


def test_sort_keys_without_a_hash(measure: Any) -> None:
    assert measure(sorting, [([n], n) for n in range(100)]).heavy == ()


def test_records_are_taken_one_by_one_while_some_are_noted(harness: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that an error of the user's merge is that of the record taken last."""
    monkeypatch.setattr(combine, "LOOKS", ((float("inf"), 4, 8),))
    taken = []

    def records() -> Iterator[tuple[str, int]]:
        for number in range(40):
            taken.append(number)
            yield "a", number

    def merge(a: int, b: int) -> int:
        if b == 30:
            raise KeyError(b)
        return a

    with pytest.raises(KeyError):
        harness.write([records()], lambda o, m: CombineWriter(o, m, None, merge))
    assert taken[-1] == 30


def test_the_report_is_bounded(measure: Any) -> None:
    found = measure(PlainWriter, [(n % 150, "x" * (n % 150)) for n in range(30_000)])
    assert len(found.heavy) <= 256


def test_small_tasks_tell_by_chance_for_each_other(harness: Any) -> None:
    """The first ones always; of the others about as many as their records are worth, in all what all of them have."""
    told: list[HeavyKey] = []
    for map_id in range(4_000):
        meter = KeyMeter(map_id)
        meter.records(["hot", "hot", "hot", map_id], 40)
        entries = meter.finish(Partitioner(8), map_id)
        assert entries or map_id >= 64
        told += entries if map_id >= 64 else ()
    hot = sum(entry[2] for entry in told if entry[0] == "hot")
    assert hot == pytest.approx(3 * 3_936, rel=0.15)
    assert len(told) < 2 * 4_000 * 4 / 64 * 1.3
