"""The model must itself be right: it answers the recorded programs as real PySpark did, and knows what is promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minispark.testing.agreement import assert_agrees
from minispark.testing.conformance import Program, read_table, run_program
from minispark.testing.oracle import NotPromised, OracleContext, OracleRDD, Order

TABLES = sorted((Path(__file__).parent.parent / "conformance" / "programs").glob("*.txt"))
PROGRAMS = [program for path in TABLES for program in read_table(path)]

BEYOND = (
    "spoil",
    "StopIteration",
    "use_unicode",
    "xef\\xbb",
    "file://",
    "gzip",
    "bz2",
    '"d',
    '","',
    "type(v)",
    "endless",
    "truncate",
    "by a function",
    "with a partition function",
    "no depth",
    "addInPlace",
)
"""Words of programs that are not the model's business: shared objects, several files, group types, users' routing."""

NAN = float("nan")


def sc() -> OracleContext:
    return OracleContext()


def is_modelled(program: Program) -> bool:
    outside = any(word in program.text + program.title for word in BEYOND) or program.title.startswith(
        "mapValues drops"
    )
    return not outside and "a +" not in program.text and not program.title.startswith("plus")


def test_the_model_answers_what_pyspark_answered(tmp_path: Path) -> None:
    agreed = 0
    for index, program in enumerate(filter(is_modelled, PROGRAMS)):
        answer = run_program(program, sc(), tmp_path / str(index))
        if answer in ("#! NotPromised", "#! AttributeError"):  # an order left open, a method that it does not have
            continue
        assert answer == program.expected, f"{program}"
        agreed += 1
    assert agreed > 190


@pytest.mark.parametrize(
    ("rdd", "order", "layout"),
    [
        (sc().range(9), Order.LISTED, True),
        (sc().range(9).map(str).filter(bool).flatMap(list), Order.LISTED, True),
        (sc().range(9).keyBy(str).partitionBy(1), Order.LISTED, True),
        (sc().range(9).keyBy(abs).partitionBy(3), Order.LISTED, True),
        (sc().range(9).keyBy(str).partitionBy(3), Order.FREE, False),
        (sc().parallelize([(NAN, 1)]).partitionBy(3), Order.FREE, False),
        (sc().range(9).distinct(2), Order.FREE, True),
        (sc().range(9).keyBy(abs).groupByKey(2), Order.FREE, True),
        (sc().range(9).keyBy(str).sortByKey(True, 2), Order.LISTED, True),
        (sc().range(99).keyBy(str).sortByKey(True, 2), Order.LISTED, False),
        (sc().range(9).distinct().keyBy(abs).sortByKey(True, 2), Order.SORTED, True),
        (sc().range(9).distinct().keyBy(abs).sortByKey(True, 2).values(), Order.FREE, True),
        (sc().range(9).union(sc().range(9).distinct()), Order.FREE, True),
    ],
)
def test_what_is_promised(rdd: OracleRDD, order: Order, layout: bool) -> None:
    assert (rdd.order, rdd.layout) == (order, layout)


def test_what_nobody_promises_cannot_be_asked() -> None:
    with pytest.raises(NotPromised):
        sc().range(9).distinct().glom()
    with pytest.raises(NotPromised):
        sc().range(9).keyBy(str).partitionBy(2).mapPartitions(list)


def test_nan_keys_are_one_group_at_any_depth() -> None:
    pairs = [(NAN, 1), (float("nan"), 2), ((1, (NAN,)), 3), ((1.0, (float("-nan"),)), 4)]
    assert sorted(values for _, values in sc().parallelize(pairs).groupByKey(3).collect()) == [[1, 2], [3, 4]]


SORTED = sc().parallelize([(2, "a"), (1, "b"), (1, "c")], 2).distinct(1).sortByKey(True, 2)
FREE = sc().parallelize([3, 1, 2, 1], 2).distinct(2)


@pytest.mark.parametrize(
    ("model", "action", "answer", "args"),
    [
        (sc().range(4), "collect", [0, 1, 2, 3], ()),
        (sc().range(4), "glom", [[0, 1], [2, 3]], ()),
        (sc().range(4), "take", [0, 1, 2], (3,)),
        (FREE, "collect", [3, 2, 1], ()),
        (FREE, "glom", [[2], [3, 1]], ()),
        (FREE, "take", [3, 2], (2,)),
        (FREE, "first", 3, ()),
        (SORTED, "collect", [(1, "c"), (1, "b"), (2, "a")], ()),
        (sc().range(4), "sum", 6, ()),
    ],
)
def test_a_right_answer_agrees(model: OracleRDD, action: str, answer: Any, args: tuple[Any, ...]) -> None:
    assert_agrees(model, action, answer, *args)


@pytest.mark.parametrize(
    ("model", "action", "answer", "args"),
    [
        (sc().range(4), "collect", [0, 1, 3, 2], ()),
        (sc().range(4), "collect", [0, 1, 2], ()),
        (sc().range(4), "glom", [[0], [1, 2, 3]], ()),
        (sc().range(4), "glom", [[0, 1], [2, 3], []], ()),
        (sc().range(4), "take", [0, 2, 1], (3,)),
        (FREE, "collect", [3, 2, 1, 1], ()),
        (FREE, "glom", [[3, 1], [2]], ()),
        (FREE, "take", [3, 3], (2,)),
        (FREE, "take", [3], (2,)),
        (FREE, "first", 4, ()),
        (SORTED, "collect", [(2, "a"), (1, "b"), (1, "c")], ()),
        (SORTED, "collect", [(1, "b"), (1, "b"), (2, "a")], ()),
        (sc().range(4), "sum", 6.0, ()),
        (sc().range(4), "count", True, ()),
    ],
)
def test_a_wrong_answer_does_not(model: OracleRDD, action: str, answer: Any, args: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError):
        assert_agrees(model, action, answer, *args)
