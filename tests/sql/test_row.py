"""Rows: tuples with names, alone and in RDDs."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from minispark import SparkContext, StorageLevel, portable_hash
from minispark.errors import (
    PySparkAttributeError,
    PySparkException,
    PySparkKeyError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.sql import Row
from minispark.sql.row import named_rows

ALICE = Row(name="Alice", age=11)
Person = Row("name", "age")


class Tagged(Row):
    """A row of the user's own."""

    @property
    def tag(self) -> str:
        return f"<{self[0]}>"


def test_values_by_position_name_and_attribute() -> None:
    assert (ALICE.name, ALICE["age"], ALICE[0], ALICE[-1], ALICE[:1]) == ("Alice", 11, "Alice", 11, ("Alice",))
    assert type(ALICE[:1]) is tuple
    assert Row(count=1)["count"] == 1 and callable(Row(count=1).count)
    assert ALICE.__fields__ == ["name", "age"]
    assert [*Row(b=1, a=2)] == [1, 2]


def test_membership_is_of_names_where_there_are_any() -> None:
    assert "name" in ALICE and "Alice" not in ALICE
    assert "name" in Person and "Alice" in Row("Alice", 1)


def test_a_row_of_names_makes_rows() -> None:
    bob = Person("Bob", 7)
    assert (bob, bob.age, bob.__fields__) == (("Bob", 7), 7, Person)
    short = Person("Bob")
    assert (short, short.asDict(), repr(short)) == (("Bob",), {"name": "Bob"}, "Row(name='Bob')")
    assert Row("a")(1)(2).asDict() == {1: 2}


def test_it_equals_and_hashes_as_a_tuple() -> None:
    assert ALICE == ("Alice", 11) == Row("Alice", 11) == Row(x="Alice", y=11)
    assert len({ALICE, ("Alice", 11), Row("Alice", 11)}) == 1
    assert portable_hash(ALICE) == portable_hash(("Alice", 11))
    assert ALICE < ("Bob", 0) and ALICE + (1,) == ("Alice", 11, 1)


def test_repr() -> None:
    assert repr(ALICE) == "Row(name='Alice', age=11)"
    assert repr(Person) == "<Row('name', 'age')>"
    assert (repr(Row()), repr(Row(**{"a b": Row(c=None)}))) == ("<Row()>", "Row(a b=Row(c=None))")


def test_as_dict() -> None:
    row = Row(a=[Row(b=1), (Row(b=2),)], c={"k": Row(d=3)}, e=Row(f=Row(g=4)))
    assert row.asDict() == {"a": row.a, "c": row.c, "e": row.e}
    assert row.asDict(recursive=True) == {"a": [{"b": 1}, (Row(b=2),)], "c": {"k": {"d": 3}}, "e": {"f": {"g": 4}}}
    assert type(row.asDict(True)["a"][1][0]) is Row


@pytest.mark.parametrize(
    ("wrong", "error", "condition"),
    [
        (lambda: Row(1, a=2), PySparkValueError, "CANNOT_SET_TOGETHER"),
        (lambda: Person(1, 2, 3), PySparkValueError, "TOO_MANY_VALUES"),
        (lambda: Person.asDict(), PySparkTypeError, "CANNOT_CONVERT_TYPE"),
        (lambda: ALICE["size"], PySparkValueError, None),
        (lambda: Person("Bob")["age"], PySparkKeyError, "KEY_NOT_EXISTS"),
        (lambda: ALICE.size, PySparkAttributeError, "ATTRIBUTE_NOT_SUPPORTED"),
        (lambda: Person("Bob").age, PySparkAttributeError, "ATTRIBUTE_NOT_SUPPORTED"),
        (lambda: Person.name, PySparkAttributeError, "ATTRIBUTE_NOT_SUPPORTED"),
        (lambda: Person["name"], PySparkAttributeError, "ATTRIBUTE_NOT_SUPPORTED"),
        (lambda: setattr(ALICE, "age", 12), PySparkRuntimeError, "READ_ONLY"),
    ],
)
def test_errors(wrong: Callable[[], Any], error: type[PySparkException], condition: str | None) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert caught.value.getCondition() == condition


def test_an_index_past_the_end_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        ALICE[2]


def test_errors_name_the_fields() -> None:
    with pytest.raises(ValueError, match="no field 'size'; the fields are 'name', 'age'"):
        ALICE["size"]
    with pytest.raises(AttributeError, match="its fields are 'name', 'age'"):
        _ = ALICE.size


@pytest.mark.parametrize("row", [ALICE, Person, Person("Bob", 1), Person("Bob"), Row(), Row(a=Row(b=[1])), Tagged(x=1)])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_pickles_and_copies(row: Row, protocol: int) -> None:
    for again in (pickle.loads(pickle.dumps(row, protocol)), copy.copy(row), copy.deepcopy(row)):
        assert (type(again), again, repr(again), vars(again)) == (type(row), row, repr(row), vars(row))


def test_names_may_be_given_to_a_row_without() -> None:
    row = Row(1, 2)
    row.__fields__ = ["a", "b"]
    assert (row.b, repr(row)) == (2, "Row(a=1, b=2)")


def test_other_names_for_one_row_leave_its_neighbours_alone() -> None:
    one, other = named_rows(["a", "b"], [(1, 2), (3, 4)])
    one.__fields__ = ["x", "y"]
    assert (repr(one), repr(other), pickle.loads(pickle.dumps(other))) == ("Row(x=1, y=2)", "Row(a=3, b=4)", (3, 4))


# --- in RDDs ------------------------------------------------------------------------------------------------------


def described(records: list[Any]) -> list[str]:
    return sorted(map(repr, records))


ROWS = [Row(k="a", v=1), Row(k="b", v=2), Row(k="a", v=3)]


def test_rows_survive_collect_cache_and_shuffles(sc: SparkContext, tmp_path: Any) -> None:
    rdd = sc.parallelize(ROWS, 2)
    expected = described(ROWS)
    assert rdd.collect() == ROWS and described(rdd.collect()) == expected
    assert described(rdd.map(lambda row: row).collect()) == expected
    for level in (StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY):
        kept = rdd.map(lambda row: Row(**row.asDict())).persist(level)
        assert described(kept.collect()) == described(kept.collect()) == expected
    assert described(rdd.repartition(3).collect()) == expected
    assert described(rdd.sortBy(lambda row: row.v).collect()) == expected
    assert described(rdd.distinct().collect()) == expected
    assert described(rdd.map(lambda row: (row.k, row)).groupByKey().flatMap(lambda kv: kv[1]).collect()) == expected
    assert described(rdd.keyBy(lambda row: row).keys().collect()) == expected
    assert rdd.max(key=lambda row: row.v).v == 3 and rdd.first().k == "a"
    rdd.saveAsPickleFile(str(tmp_path / "rows"))
    assert described(sc.pickleFile(str(tmp_path / "rows")).collect()) == expected


def test_rows_are_pairs_and_keys(sc: SparkContext) -> None:
    rdd = sc.parallelize(ROWS, 2)
    assert sorted(rdd.reduceByKey(lambda a, b: a + b).collect()) == [("a", 4), ("b", 2)]
    assert sorted(rdd.mapValues(str).collect()) == [("a", "1"), ("a", "3"), ("b", "2")]
    assert sorted(rdd.join(sc.parallelize([("a", "x")])).collect()) == [("a", (1, "x")), ("a", (3, "x"))]
    assert rdd.countByKey() == {"a": 2, "b": 1}
    assert rdd.collectAsMap() == {"a": 3, "b": 2}
    mixed = sc.parallelize([(Row(x=1, y=2), 1), ((1, 2), 2), (Row(1, 2), 3)], 3)
    assert [(key, sorted(values)) for key, values in mixed.groupByKey(4).collect()] == [((1, 2), [1, 2, 3])]


def test_rows_of_a_class_of_the_users(sc: SparkContext) -> None:
    assert sc.parallelize([1, 2], 2).map(lambda x: Tagged(x=x)).map(lambda row: row.tag).collect() == ["<1>", "<2>"]
    assert {type(row) for row in sc.parallelize([1, 2], 2).map(lambda x: Tagged(x=x)).collect()} == {Tagged}
