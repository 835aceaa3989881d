"""What a quarantine promises: bad records put aside with all that is known of them, a budget that holds exactly."""

from __future__ import annotations

import json
import os
import sys
from operator import add
from pathlib import Path
from typing import Any

import pytest

import minispark
from minispark import RDD, DeadLetter, SparkContext
from minispark.errors import IndeterminateError, Py4JJavaError, QuarantineError, UserFunctionError
from minispark.testing.marks import Marks

HERE = Path(__file__).name


def half(x: int) -> int:
    """Raises for multiples of five."""
    if x % 5 == 0:
        raise ValueError(f"no half of {x}")
    return x // 2


def letters(folder: Path) -> list[DeadLetter]:
    return list(minispark.dead_letters(str(folder)))


def shown(folder: Path) -> list[str]:
    return [letter.shown for letter in letters(folder)]


@pytest.mark.slow
def test_a_letter_says_what_failed_where_and_why(sc: SparkContext, tmp_path: Path) -> None:
    numbers = sc.parallelize(range(12), 3)
    halves = numbers.map(half)
    good = minispark.quarantine(halves, str(tmp_path / "bad"), errors_max=3)
    assert good.collect() == [x // 2 for x in range(12) if x % 5]
    found = letters(tmp_path / "bad")
    assert [(x.partition, x.position, x.record()) for x in found] == [(0, 0, 0), (1, 1, 5), (2, 2, 10)]
    letter = found[1]
    assert (letter.operator, letter.error, letter.text) == ("map", "ValueError", "no half of 5")
    assert os.path.basename(letter.file) == HERE
    assert Path(letter.file).read_text().splitlines()[letter.line - 1].strip() == "halves = numbers.map(half)"
    assert "in half\n" in letter.traceback and "raise ValueError" in letter.traceback
    assert "engine" not in letter.traceback
    assert sorted(os.listdir(tmp_path / "bad")) == ["part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl"]


def of(operator: str, rdd: RDD[int]) -> tuple[RDD[Any], list[Any], list[str]]:
    """An operator that fails on the records 0 and 5 of range(8): with what goes on, and what is put aside."""
    rest = [1, 2, 3, 4, 6, 7]
    pairs, bad = rdd.map(lambda x: (x, x)), ["(0, 0)", "(5, 5)"]
    match operator:
        case "map":
            return rdd.map(half), [x // 2 for x in rest], ["0", "5"]
        case "filter":
            return rdd.filter(lambda x: half(x) > 1), [4, 6, 7], ["0", "5"]
        case "flatMap":
            return rdd.flatMap(lambda x: [half(x)] * 2), [x // 2 for x in rest for _ in range(2)], ["0", "5"]
        case "keyBy":
            return rdd.keyBy(half), [(x // 2, x) for x in rest], ["0", "5"]
        case "mapValues":
            return pairs.mapValues(half), [(x, x // 2) for x in rest], bad
        case "flatMapValues":
            return pairs.flatMapValues(lambda x: [half(x)]), [(x, x // 2) for x in rest], bad
        case "keys":
            return rdd.map(lambda x: (x,) if x % 5 else x).keys(), rest, ["0", "5"]
    return rdd.map(lambda x: (x, x) if x % 5 else (x,)).values(), rest, ["(0,)", "(5,)"]


OPERATORS = ["map", "filter", "flatMap", "keyBy", "mapValues", "flatMapValues", "keys", "values"]


@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_on_records_is_covered(sc: SparkContext, tmp_path: Path, operator: str) -> None:
    rdd, rest, bad = of(operator, sc.parallelize(range(8), 3))
    good = minispark.quarantine(rdd, str(tmp_path / "bad"), errors_max=2)
    assert good.collect() == rest
    assert shown(tmp_path / "bad") == bad
    assert {letter.operator for letter in letters(tmp_path / "bad")} == {operator}
    assert good.partitioner == rdd.partitioner and good.getNumPartitions() == 3 and type(good) is type(rdd)


def test_a_builtin_and_a_function_that_changes_its_argument_show_the_record_given(
    sc: SparkContext, tmp_path: Path
) -> None:
    def tidy(text: str) -> str:
        text = text.strip()
        text.index("x")
        return text

    words = sc.parallelize(["x1", " 2 ", "x3", "xx"], 1).map(tidy).map(lambda text: text[1:]).map(int)
    assert minispark.quarantine(words, str(tmp_path), errors_max=5).collect() == [1, 3]
    assert [(x.operator, x.record(), x.error) for x in letters(tmp_path)] == [
        ("map", " 2 ", "ValueError"),
        ("map", "x", "ValueError"),
    ]
    assert len({letter.line for letter in letters(tmp_path)}) == 1


def test_a_record_of_flat_map_goes_on_whole_or_not_at_all(sc: SparkContext, tmp_path: Path) -> None:
    def upto(x: int) -> Any:
        for y in range(x):
            yield 6 // (3 - y)

    good = minispark.quarantine(sc.parallelize([2, 5, 1], 1).flatMap(upto), str(tmp_path), errors_max=1)
    assert good.collect() == [2, 3, 2]
    assert shown(tmp_path) == ["5"]


def test_stop_iteration_is_no_end(sc: SparkContext, tmp_path: Path) -> None:
    good = minispark.quarantine(sc.parallelize([[1], [], [2]], 1).map(lambda x: next(iter(x))), str(tmp_path), 1)
    assert good.collect() == [1, 2]
    assert [letter.error for letter in letters(tmp_path)] == ["RuntimeError"]


def test_the_budget_is_one_for_all_partitions(sc: SparkContext, tmp_path: Path) -> None:
    numbers = sc.parallelize(range(20), 10).map(half)
    assert minispark.quarantine(numbers, str(tmp_path / "four"), errors_max=4).count() == 16
    good = minispark.quarantine(numbers, str(tmp_path / "three"), errors_max=3)
    for _ in range(2):
        with pytest.raises(QuarantineError, match="errors_max is 3; the first: ValueError: no half of .*three") as info:
            good.count()
        assert "4 records failed" in str(info.value)
    with pytest.raises(QuarantineError):
        good.map(lambda x: (x, 1)).reduceByKey(add).collect()
    assert sc.parallelize([1]).count() == 1


def test_a_task_above_the_budget_fails_at_once(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    def bad(x: int) -> int:
        marks.leave(str(x))
        raise ValueError(x)

    good = minispark.quarantine(sc.parallelize(range(100), 1).map(bad), str(tmp_path / "bad"), errors_max=4)
    with pytest.raises(QuarantineError, match="5 records failed.*errors_max is 4.*ValueError: 0"):
        good.count()
    assert len(marks) == 5
    assert letters(tmp_path / "bad") == []


def test_a_budget_of_nothing(sc: SparkContext, tmp_path: Path) -> None:
    assert minispark.quarantine(sc.parallelize([1, 2]).map(half), str(tmp_path / "none"), errors_max=0).count() == 2
    with pytest.raises(QuarantineError):
        minispark.quarantine(sc.parallelize([5]).map(half), str(tmp_path / "one"), errors_max=0).count()


def test_every_action_sees_the_same_and_letters_are_there_once(sc: SparkContext, tmp_path: Path) -> None:
    good = minispark.quarantine(sc.parallelize(range(10), 2).map(half), str(tmp_path), errors_max=2)
    assert good.take(1) == [0]
    assert shown(tmp_path) == ["0"], "a partition that was begun is quarantined to its end, the others are not"
    assert good.count() == good.count() == len(good.collect()) == 8
    assert good.zip(good).count() == 8
    assert good.cartesian(good).count() == 64
    assert good.union(good).coalesce(1).count() == 16
    assert shown(tmp_path) == ["0", "5"]


def test_other_failures_the_second_time_are_an_error(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    def once(x: int) -> int:
        if x == 3 and marks.first("3"):
            raise ValueError(x)
        return x

    good = minispark.quarantine(sc.parallelize(range(6), 2).map(once), str(tmp_path / "bad"), errors_max=9)
    assert good.count() == 5
    with pytest.raises(IndeterminateError, match="partition 1 was computed again.*persist"):
        good.count()


def test_persisted_above_it_is_computed_once(sc: SparkContext, tmp_path: Path, marks: Marks) -> None:
    def once(x: int) -> int:
        if x == 3 and marks.first("3"):
            raise ValueError(x)
        return x

    good = minispark.quarantine(sc.parallelize(range(6), 2).map(once), str(tmp_path / "bad"), errors_max=9).cache()
    assert [good.count(), good.count(), good.sum()] == [5, 5, 12]
    assert shown(tmp_path / "bad") == ["3"]


def test_below_what_is_persisted_nothing_is_left_out(sc: SparkContext, tmp_path: Path) -> None:
    halves = sc.parallelize(range(6), 1).map(half).cache()
    good = minispark.quarantine(halves.map(lambda x: x), str(tmp_path), errors_max=9)
    with pytest.raises(ValueError, match="no half of 0"):
        good.count()
    assert letters(tmp_path) == []


def test_it_reaches_through_unions_and_back_to_a_shuffle(sc: SparkContext, tmp_path: Path) -> None:
    one, two = sc.parallelize([1, 5], 1).map(half), sc.parallelize([10, 4], 2).map(half)
    both = one.union(two).coalesce(2).map(lambda x: 4 // x)
    good = minispark.quarantine(both, str(tmp_path / "bad"), errors_max=9)
    assert good.collect() == [2]
    assert sorted(shown(tmp_path / "bad")) == ["0", "10", "5"]
    shuffled = sc.parallelize([5, 6], 1).map(half).map(lambda x: (x, x)).reduceByKey(add).map(lambda pair: pair[0])
    with pytest.raises(ValueError, match="no half of 5"):
        minispark.quarantine(shuffled, str(tmp_path / "none"), errors_max=9).count()


def test_an_unguarded_reader_of_the_same_records_sees_the_error(sc: SparkContext, tmp_path: Path) -> None:
    both = sc.parallelize([1], 1).union(sc.parallelize([5], 1).map(half))
    good = minispark.quarantine(both.map(str), str(tmp_path), errors_max=9)
    assert good.collect() == ["1"]
    with pytest.raises(ValueError, match="no half of 5"):
        good.union(both).collect()


def test_a_zip_is_not_shifted(sc: SparkContext, tmp_path: Path) -> None:
    rdd = sc.parallelize([1, 5, 2], 1)
    good = minispark.quarantine(rdd.map(half).zip(rdd).map(str), str(tmp_path), errors_max=9)
    with pytest.raises(ValueError, match="no half of 5"):
        good.collect()


def test_whole_partitions_are_not_covered_and_say_so(sc: SparkContext, tmp_path: Path) -> None:
    def total(records: Any) -> Any:
        yield 1 // (sum(records) - 5)

    def run(numbers: list[int]) -> list[int]:
        rdd = sc.parallelize(numbers, 1).map(half).mapPartitions(total).map(half)
        return minispark.quarantine(rdd, str(tmp_path / str(len(numbers))), errors_max=9).collect()

    assert run([1, 5, 3, 11]) == [0]
    assert shown(tmp_path / "4") == ["5"]
    with pytest.raises(ZeroDivisionError) as info:
        run([11])
    assert any("works on whole partitions" in note for note in info.value.__notes__)


def test_quarantines_in_one_another(sc: SparkContext, tmp_path: Path) -> None:
    inner = minispark.quarantine(sc.parallelize(range(7), 2).map(half), str(tmp_path / "inner"), errors_max=2)
    outer = minispark.quarantine(inner.map(lambda x: 1 // (x - 1)), str(tmp_path / "outer"), errors_max=2)
    assert outer.map(lambda x: x).collect() == [-1, 1, 0]
    assert (shown(tmp_path / "inner"), shown(tmp_path / "outer")) == (["0", "5"], ["1", "1"])


def test_accumulators_count_what_was_called_once(sc: SparkContext, tmp_path: Path) -> None:
    called = sc.accumulator(0)

    def count(x: int) -> int:
        called.add(1)
        return half(x)

    counted = sc.parallelize(range(9000), 2).map(count)
    assert minispark.quarantine(counted, str(tmp_path), errors_max=1800).count() == 7200
    assert called.value == 9000


def test_behind_it_errors_are_as_ever(sc: SparkContext, tmp_path: Path) -> None:
    good = minispark.quarantine(sc.parallelize([1, 2], 1), str(tmp_path), errors_max=9)
    with pytest.raises(ValueError, match="no half of 5") as info:
        good.map(lambda x: x * 5).map(half).count()
    assert "record: 5" in info.value.__notes__


def test_lines_that_are_not_utf8(sc: SparkContext, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes("é\r\n".encode() + b"a\xff\n" + b"c\n\xfe")
    lines = sc.textFile(str(tmp_path / "in"), 1)
    good = minispark.quarantine(lines.map(str.upper), str(tmp_path / "bad"), errors_max=2)
    assert good.collect() == ["É", "C"]
    found = letters(tmp_path / "bad")
    assert [(x.position, x.record(), x.operator, x.error) for x in found] == [
        (1, b"a\xff", "textFile", "UnicodeDecodeError"),
        (3, b"\xfe", "textFile", "UnicodeDecodeError"),
    ]
    assert "in, byte 5" in found[0].text
    with pytest.raises(UnicodeDecodeError):
        lines.count()


def test_a_source_that_cannot_be_read_is_an_error(sc: SparkContext, tmp_path: Path) -> None:
    good = minispark.quarantine(sc.textFile(str(tmp_path / "none")).map(len), str(tmp_path / "bad"), errors_max=9)
    with pytest.raises(FileNotFoundError):
        good.count()


def test_what_is_not_the_records_fault_fails_the_job(sc: SparkContext, tmp_path: Path) -> None:
    total = sc.accumulator(0)
    with pytest.raises(Py4JJavaError):
        minispark.quarantine(sc.parallelize([1]).map(lambda x: total.value), str(tmp_path / "a"), errors_max=9).count()
    with pytest.raises(UserFunctionError, match="SystemExit"):
        minispark.quarantine(sc.parallelize([1]).map(lambda x: sys.exit(3)), str(tmp_path / "b"), errors_max=9).count()


def test_long_chains(sc: SparkContext, tmp_path: Path) -> None:
    rdd: RDD[int] = sc.parallelize(range(10), 2)
    for _ in range(300):
        rdd = rdd.map(lambda x: x + 1)
    assert minispark.quarantine(rdd.map(half), str(tmp_path), errors_max=2).count() == 8


def test_records_that_cannot_be_pickled_or_shown(sc: SparkContext, tmp_path: Path) -> None:
    class Odd:
        def __repr__(self) -> str:
            raise KeyError("no repr")

        def __reduce__(self) -> Any:
            raise KeyError("no pickle")

    good = minispark.quarantine(sc.parallelize([1], 1).map(lambda x: Odd()).map(half), str(tmp_path), errors_max=1)
    assert good.count() == 0
    (letter,) = letters(tmp_path)
    assert letter.shown.startswith("<Odd instance at ")
    with pytest.raises(ValueError, match="could not be kept"):
        letter.record()


def test_mistakes_are_refused_before_any_work(sc: SparkContext, tmp_path: Path) -> None:
    rdd = sc.parallelize([1])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(FileExistsError, match="not empty"):
        minispark.quarantine(rdd, str(tmp_path / "full"), errors_max=1)
    with pytest.raises(FileExistsError):
        minispark.quarantine(rdd, str(tmp_path / "full" / "file"), errors_max=1)
    minispark.quarantine(rdd, str(tmp_path / "new"), errors_max=1)
    with pytest.raises(FileExistsError, match="quarantine at"):
        minispark.quarantine(rdd, str(tmp_path / "new"), errors_max=1)
    for arguments, kind in [
        (([1], "x", 1), TypeError),
        ((rdd, 3, 1), TypeError),
        ((rdd, "x", "1"), TypeError),
        ((rdd, "x", True), TypeError),
        ((rdd, "x", -1), ValueError),
        ((rdd, "hdfs://x/y", 1), ValueError),
    ]:
        with pytest.raises(kind):
            minispark.quarantine(*arguments)


def test_it_is_seen_in_the_lineage(sc: SparkContext, tmp_path: Path) -> None:
    good = minispark.quarantine(sc.parallelize([1]).map(half), str(tmp_path), errors_max=1)
    assert f"quarantine at {HERE}" in good.toDebugString().decode()


@pytest.mark.matrix(59)
def test_reading_letters_unpickles_nothing(tmp_path: Path) -> None:
    letter = dict.fromkeys(("operator", "file", "shown", "error", "text", "traceback"), "")
    code = "Y29zCnN5c3RlbQooUydlY2hvIGJvb20nCnRSLg=="
    planted = {**letter, "partition": 0, "position": 0, "line": 0, "pickled": code}
    (tmp_path / "part-00000.jsonl").write_text(json.dumps(planted) + "\n")
    (found,) = minispark.dead_letters(str(tmp_path))
    assert found.pickled is not None and found.pickled.startswith(b"cos\nsystem")
    (tmp_path / "part-00001.jsonl").write_text("{}\n")
    with pytest.raises(ValueError, match=r"part-00001.jsonl, line 1: .*JSON object with the fields partition"):
        list(minispark.dead_letters(str(tmp_path)))
    with pytest.raises(FileNotFoundError):
        minispark.dead_letters(str(tmp_path / "none"))
