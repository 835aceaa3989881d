"""Records of which even a few are too many to be held together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.kernels.parts import write_part
from minispark.engine.plan.program import FileSink
from minispark.engine.serde.codec import decode
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.kept import KeptRecords
from minispark.engine.shuffle.pace import FIRST, Pace
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.sort import KEY_LENGTH_MAX, SortWriter
from minispark.engine.shuffle.spread import SpreadWriter

LIMIT = 1 << 20
LARGE = LIMIT // 8


class Ahead:
    """Pairs of large texts, made as they are asked for; ``ahead`` is how many were, at most, between two writes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.ahead = self._since = 0

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for number in range(self.count):
            self._since += 1
            self.ahead = max(self.ahead, self._since)
            yield f"{number:08d}" * (LARGE // 8), number

    def written(self, *_: Any) -> None:
        self._since = 0


WRITERS: dict[str, Any] = {
    "plain": PlainWriter,
    "group": GroupWriter,
    "combine": lambda o, m: CombineWriter(o, m, None, max),
    "count": lambda o, m: CombineWriter(o, m, None, lambda a, b: a + b),
    "distinct": DistinctWriter,
    "sort": lambda o, m: SortWriter(o, m, None, True),
    "spread": lambda o, m: SpreadWriter(o, m, 0),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_takes_a_few_at_a_time(harness: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    records = Ahead(64)

    def make(output: Any, memory: Any) -> Any:
        put = output.put
        monkeypatch.setattr(type(output), "put", lambda self, *args: (records.written(), put(*args))[1])
        return WRITERS[name](output, memory)

    if name == "count":
        monkeypatch.setattr(
            CombineWriter, "consume", lambda self, pairs: self.consume_counted((k for k, _ in pairs), 1)
        )
    harness.write([records], make, partitions=2, limit=LIMIT)
    assert harness.written == 64
    assert records.ahead <= 6, "of which five fill the share of the memory that may be used"


def test_kept_records_take_a_few_at_a_time(harness: Any) -> None:
    records, workspace = Ahead(64), harness.workspace(LIMIT)
    kept = KeptRecords(records, workspace)
    assert max(map(len, kept.blocks())) == 1
    assert workspace.memory.held_bytes <= LIMIT * 0.6


def test_a_pace_looks_at_the_first_record_before_it_takes_others() -> None:
    pace = Pace(LIMIT)
    numbers = iter(range(10_000))
    assert pace.take(numbers) == list(range(FIRST)), "small ones: as many as ever"
    assert len(pace.take(numbers)) == 16 * FIRST
    pace = Pace(LIMIT)
    assert [len(pace.take(texts)) for texts in [iter(["x" * LIMIT] * 3)] for _ in range(4)] == [1, 1, 1, 0]
    assert pace.take(iter([])) == []


def test_a_part_file_is_written_a_few_records_at_a_time(tmp_path: Any) -> None:
    made = []

    def lines() -> Iterator[str]:
        for number in range(20):
            made.append(number - written())
            yield "x" * (2 << 20)

    def written() -> int:
        return sum(path.stat().st_size for path in tmp_path.iterdir()) // (2 << 20)

    assert write_part(FileSink(str(tmp_path), "text", None, ("", ""), 0), str(tmp_path / "part"), lines()) == 20
    assert max(made) <= 4


@pytest.mark.parametrize("count", [1, 9, 10, 25, 100])
def test_tens_stay_together_however_large_they_are(harness: Any, count: int) -> None:
    def layout(records: list[Any], limit: int) -> list[list[Any]]:
        outputs = harness.write([records], lambda o, m: SpreadWriter(o, m, 3), partitions=3, limit=limit)
        parts = harness.read(outputs, lambda chunks, _: [r for chunk in chunks for r in decode(chunk)])
        return [[number for number, _ in part] for part in parts]

    large = [(number, "x" * LARGE) for number in range(count)]
    assert layout(large, LIMIT) == layout([(number, "") for number, _ in large], 1 << 30)


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    with SparkContext("inline", "large records") as context:
        yield context


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("kind", [str, bytes])
def test_long_keys_that_begin_alike_are_in_order(sc: SparkContext, kind: type, ascending: bool) -> None:
    begin = "m" * KEY_LENGTH_MAX
    texts = [begin[:-1], begin, begin + "\0", begin + "\0\0", begin + "a", begin + "b" * 10, begin[:-1] + "z", "a", "z"]
    texts += [begin + f"{number:04d}" for number in range(300)] + [f"{number:03d}" for number in range(100)]
    keys: list[Any] = [text if kind is str else text.encode() for text in texts[::-1]]
    ordered = sc.parallelize(keys, 3).sortBy(lambda key: key, ascending, 5)
    assert ordered.collect() == sorted(keys, reverse=not ascending)
    assert ordered.count() == len(keys)
