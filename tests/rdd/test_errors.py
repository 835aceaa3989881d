"""What a user sees when their function fails: their own exception, and where in their program it was raised."""

from __future__ import annotations

import threading
import traceback
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import RDD, SparkContext
from minispark.testing.marks import Marks

HERE = Path(__file__).name


def story(error: BaseException) -> str:
    """All that is told about an error: its text, its notes, and those of its cause."""
    shown = "".join(traceback.format_tb(error.__traceback__))
    parts = [str(error), shown, *getattr(error, "__notes__", [])]
    return "\n".join([*parts, story(error.__cause__)] if error.__cause__ is not None else parts)


def run(operator: str, rdd: RDD[Any], f: Any) -> Any:
    """An action under which ``f`` is called by this operator, with records that are ints."""
    pairs, keyed = rdd.map(lambda x: (0, x)), rdd.map(lambda x: (x, x))
    match operator:
        case "map" | "filter" | "flatMap" | "keyBy" | "mapPartitions":
            return getattr(rdd, operator)(f).collect()
        case "mapPartitionsWithIndex":
            return rdd.mapPartitionsWithIndex(lambda i, it: f(i)).collect()
        case "mapValues" | "flatMapValues":
            return getattr(pairs, operator)(f).collect()
        case "reduceByKey":
            return pairs.reduceByKey(lambda a, b: f(b), 2).collect()
        case "createCombiner":
            return keyed.combineByKey(f, add, add, 2).collect()
        case "mergeCombiners":
            return pairs.combineByKey(lambda v: v, max, lambda a, b: f(b), 1).collect()
        case "partitionBy":
            return keyed.partitionBy(3, f).collect()
        case "sortByKey":
            return keyed.sortByKey(True, 2, f).collect()
        case "reduce":
            return rdd.reduce(lambda a, b: f(b))
        case "fold":
            return rdd.fold(0, lambda a, b: f(b))
        case "foreach":
            return rdd.foreach(f)
        case "takeOrdered":
            return rdd.takeOrdered(2, f)
        case "before a shuffle":
            return rdd.map(f).distinct().collect()
        case "after a shuffle":
            return rdd.distinct().map(f).collect()
        case "take":
            return rdd.map(f).take(3)
        case "cache":
            return rdd.map(f).cache().count()
    raise ValueError(operator)


OPERATORS = [
    *("map", "filter", "flatMap", "keyBy", "mapPartitions", "mapPartitionsWithIndex", "mapValues", "flatMapValues"),
    *("reduceByKey", "createCombiner", "mergeCombiners", "partitionBy", "sortByKey"),
    *("reduce", "fold", "foreach", "takeOrdered", "before a shuffle", "after a shuffle", "take", "cache"),
]


@pytest.mark.slow
@pytest.mark.parametrize("operator", OPERATORS)
def test_the_users_own_exception_arrives_from_every_operator(sc: SparkContext, operator: str) -> None:
    class Mine(LookupError):
        pass

    def fail(x: Any) -> Any:
        raise Mine("out of luck")

    with pytest.raises(LookupError, match="out of luck") as caught:
        run(operator, sc.parallelize([1, 2, 3, 4], 2), fail)
    assert type(caught.value).__name__ == "Mine"
    assert HERE in story(caught.value), "the user's file is named"
    assert "in fail" in story(caught.value), "the user's frame is shown"
    assert "partition" in story(caught.value)
    assert sc.parallelize([1, 2], 2).sum() == 3, "the context is usable"


@pytest.mark.matrix(38)
@pytest.mark.parametrize("operator", OPERATORS)
def test_stop_iteration_never_ends_the_data(sc: SparkContext, operator: str) -> None:
    def stop(x: Any) -> Any:
        raise StopIteration

    with pytest.raises(RuntimeError):
        run(operator, sc.parallelize([1, 2, 3, 4], 2), stop)


@pytest.mark.matrix(38)
@pytest.mark.parametrize("operator", [name for name in OPERATORS if not name.startswith("mapPartitions")])
def test_stop_iteration_of_a_late_record_never_cuts_the_data(sc: SparkContext, operator: str) -> None:
    def stop_late(x: Any) -> Any:
        if isinstance(x, int) and x < 3000:
            return [x] if operator in ("flatMap", "flatMapValues") else x
        return next(iter([]))

    with pytest.raises(RuntimeError):
        if operator == "take":
            sc.parallelize(range(4000), 1).map(stop_late).take(3500)
        else:
            run(operator, sc.parallelize(range(4000), 2), stop_late)


def test_a_generators_own_end_is_no_error(sc: SparkContext) -> None:
    def some(records: Any) -> Any:
        for record in records:
            if record > 2:
                return
            yield record

    assert sc.parallelize(range(10), 1).mapPartitions(some).collect() == [0, 1, 2]


def test_an_error_tells_operator_line_partition_and_record(sc: SparkContext) -> None:
    rdd = sc.parallelize([1, 2, 3, 0, 4, 5], 3)
    halves = rdd.map(lambda x: 12 // x)  # the line of the operator
    with pytest.raises(ZeroDivisionError) as caught:
        halves.map(str).collect()
    told = story(caught.value)
    line = next(i for i, text in enumerate(Path(__file__).read_text().splitlines(), 1) if "the line of the op" in text)
    assert f"map at {__file__}:{line}" in told
    assert "partition 1" in told
    assert "record: 0" in told


@pytest.mark.parametrize(
    ("name", "record"),
    [("mapValues", "('b', 0)"), ("flatMapValues", "('b', 0)"), ("filter", "0"), ("flatMap", "0"), ("keyBy", "0")],
)
def test_the_record_is_found_under_other_operators_too(sc: SparkContext, name: str, record: str) -> None:
    rdd: RDD[Any] = sc.parallelize([("a", 5), ("b", 0), ("c", 7)], 1)
    rdd = rdd if "Values" in name else rdd.values()
    with pytest.raises(ZeroDivisionError) as caught:
        getattr(rdd, name)(lambda x: [1 // x]).collect()
    shown = story(caught.value)
    assert f"record: {record}" in shown or f"record: {record.split()[-1].rstrip(')')}" in shown
    assert f"{name} at {__file__}" in shown


def test_a_builtin_that_fails_has_a_record_too(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="invalid literal for int") as caught:
        sc.parallelize(["1", "2", "three", "4"], 1).map(int).collect()
    assert "record: 'three'" in story(caught.value)


def test_a_huge_record_is_shown_in_brief(sc: SparkContext) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        sc.parallelize(["x" * 100_000], 1).map(lambda x: 1 // 0).collect()
    assert "xxx" in story(caught.value)
    assert len(story(caught.value)) < 10_000


def test_an_exception_with_attributes_keeps_them(sc: SparkContext) -> None:
    class Refused(Exception):
        def __init__(self, code: int, reason: str) -> None:
            super().__init__(code, reason)
            self.code = code

    def refuse(x: int) -> int:
        raise Refused(7, "closed")

    with pytest.raises(Exception) as caught:  # the class is a copy of the test's
        sc.parallelize([1], 1).map(refuse).collect()
    assert type(caught.value).__name__ == "Refused"
    assert caught.value.args == (7, "closed")
    assert caught.value.code == 7


@pytest.mark.matrix(24)
def test_an_exception_that_cannot_be_rebuilt_still_tells_everything(sc: SparkContext) -> None:
    class Awkward(Exception):
        def __init__(self, left: int, right: int) -> None:
            super().__init__(f"{left} against {right}")  # unpickling calls Awkward(text), which fails

    def fail(x: int) -> int:
        raise Awkward(1, 2)

    with pytest.raises(Exception, match="1 against 2") as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert "Awkward" in type(caught.value).__name__ + story(caught.value)
    assert "in fail" in story(caught.value)


@pytest.mark.matrix(25)
def test_an_exception_whose_str_or_pickling_raises_still_arrives(sc: SparkContext) -> None:
    class Hostile(Exception):
        def __str__(self) -> str:
            raise ValueError("no text")

        def __reduce__(self) -> Any:
            raise ValueError("no pickle")

    def fail(x: int) -> int:
        raise Hostile

    with pytest.raises(Exception) as caught:
        sc.parallelize([1], 1).map(fail).collect()
    try:
        told = story(caught.value)
    except ValueError:
        told = ""
    assert "Hostile" in type(caught.value).__name__ + told
    assert sc.parallelize([1], 1).count() == 1


@pytest.mark.matrix(24)
def test_an_exception_that_holds_what_cannot_be_pickled(sc: SparkContext) -> None:
    def fail(x: int) -> int:
        import threading

        raise RuntimeError("locked", threading.Lock())

    with pytest.raises(Exception, match="locked") as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert "RuntimeError" in type(caught.value).__name__ + story(caught.value)


def test_causes_are_told(sc: SparkContext) -> None:
    def fail(x: int) -> int:
        try:
            return int(1 / 0)
        except ZeroDivisionError as error:
            raise KeyError("outer") from error

    with pytest.raises(KeyError, match="outer") as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert "ZeroDivisionError" in story(caught.value)


@pytest.mark.matrix(18, 39, 40)
@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit, MemoryError])
def test_what_is_no_plain_exception_fails_the_job_and_not_the_context(
    sc: SparkContext, error: type[BaseException]
) -> None:
    def fail(x: int) -> int:
        raise error("from a task")

    with pytest.raises(BaseException) as caught:
        sc.parallelize([1], 1).map(fail).collect()
    assert error.__name__ in type(caught.value).__name__ + story(caught.value)
    assert sc.parallelize([1, 2, 3], 2).sum() == 6


@pytest.mark.matrix(27)
def test_a_key_whose_hash_or_equality_raises(sc: SparkContext) -> None:
    class Bad:
        def __init__(self, n: int) -> None:
            self.n = n

        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            raise ArithmeticError("cannot compare")

    class Worse(Bad):
        def __hash__(self) -> int:
            raise ArithmeticError("cannot hash")

    for kind, text in ((Bad, "cannot compare"), (Worse, "cannot hash")):
        with pytest.raises(ArithmeticError, match=text):
            sc.parallelize(range(4), 2).map(lambda i, kind=kind: (kind(i), i)).groupByKey(1).count()
    assert sc.parallelize([1, 1], 2).distinct().collect() == [1]


def test_a_users_error_is_not_tried_again(tmp_path: Path, sc: SparkContext) -> None:
    marks = Marks(tmp_path / "tries")

    def fail(x: int) -> int:
        marks.leave(x)
        raise ValueError("always")

    with pytest.raises(ValueError, match="always"):
        sc.parallelize([1], 1).map(fail).collect()
    assert marks.read() == ["1"]


def test_the_first_of_several_failures_is_reported(sc: SparkContext) -> None:
    def fail(x: int) -> int:
        raise ValueError(f"record {x}")

    with pytest.raises(ValueError, match=r"record \d"):
        sc.parallelize(range(10), 10).map(fail).collect()


def test_a_class_without_a_usable_repr_is_no_obstacle(sc: SparkContext) -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("no repr")

    with pytest.raises(AttributeError, match="missing"):
        sc.parallelize([1], 1).map(lambda x: Shy()).map(lambda shy: shy.missing).collect()


def frames(error: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(error.__traceback__))


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_traceback_shows_frames_of_the_user_only(sc: SparkContext, operator: str) -> None:
    def inner(x: Any) -> Any:
        raise LookupError("deep")

    def fail(x: Any) -> Any:
        return inner(x)

    with pytest.raises(LookupError) as caught:
        run(operator, sc.parallelize([1, 2, 3, 4], 2), fail)
    shown = [(entry.name, entry.line) for entry in frames(caught.value)]
    assert {Path(entry.filename).name for entry in frames(caught.value)} == {HERE}
    assert shown[-2:] == [("fail", "return inner(x)"), ("inner", 'raise LookupError("deep")')]
    assert shown[0][0].startswith("test_")


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_note_names_the_operator_whose_function_raised(sc: SparkContext, operator: str) -> None:
    def fail(x: Any) -> Any:
        raise LookupError("deep")

    with pytest.raises(LookupError) as caught:
        run(operator, sc.parallelize([1, 2, 3, 4], 2), fail)
    named = {"createCombiner": "combineByKey", "mergeCombiners": "combineByKey", "before a shuffle": "map"}
    named |= {"after a shuffle": "map", "cache": "map", "take": "map"}
    assert caught.value.__notes__[0].startswith(f"in {named.get(operator, operator)} at {__file__}:")


def test_a_generator_functions_frames_are_shown(sc: SparkContext) -> None:
    def halves(records: Any) -> Any:
        for record in records:
            yield 1 // record

    with pytest.raises(ZeroDivisionError) as caught:
        sc.parallelize([1, 0], 1).mapPartitions(halves).map(str).collect()
    assert frames(caught.value)[-1].line == "yield 1 // record"
    assert "mapPartitions at" in caught.value.__notes__[0]


def test_a_mistake_of_the_users_shows_their_frames_only(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="pickle") as caught:
        unsendable = threading.Lock()
        sc.parallelize([1], 1).map(lambda x: unsendable.locked()).filter(bool).collect()
    assert {Path(entry.filename).name for entry in frames(caught.value)} == {HERE}
    assert f"map at {__file__}" in str(caught.value)
    assert "<closure>.unsendable" in str(caught.value)


def test_a_bug_of_ours_keeps_its_frames(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    rdd = sc.parallelize([1], 1)
    monkeypatch.setattr(type(sc), "_run", None)
    with pytest.raises(TypeError) as caught:
        rdd.collect()
    assert any("actions.py" in entry.filename for entry in frames(caught.value))


@pytest.mark.matrix(44)
def test_an_rdd_in_a_function_is_named_with_the_operator_and_without_inner_frames(sc: SparkContext) -> None:
    other = sc.parallelize([1], 1)
    with pytest.raises(RuntimeError, match="is used inside a function") as caught:
        sc.parallelize([1], 1).map(str).filter(lambda x: other.count()).collect()
    reached, where = caught.value.__notes__
    assert reached.endswith("<closure>.other")
    assert where.startswith(f"in filter at {__file__}:")
    assert {Path(entry.filename).name for entry in frames(caught.value)} == {HERE}


def test_a_partition_function_that_errs_names_the_shuffle(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="must return an int") as caught:
        sc.parallelize([1], 1).map(lambda x: (x, x)).partitionBy(2, lambda key: 0.5).collect()
    assert caught.value.__notes__[0].startswith("in partitionBy at ")


def test_a_function_called_in_the_driver_shows_its_frames_only(sc: SparkContext) -> None:
    def merge(a: int, b: int) -> int:
        if b == 2:
            raise LookupError("in the driver")
        return a + b

    with pytest.raises(LookupError) as caught:
        sc.parallelize([1, 2], 2).reduce(merge)
    assert [entry.name for entry in frames(caught.value)][1:] == ["merge"]
