"""TRANSFORM: rows through a program, as PySpark 4.3 has it."""

from __future__ import annotations

import datetime

import pytest

from minispark.errors import PySparkException
from minispark.sql import SparkSession

SOURCE = "from values (1, 'a', true), (null, 'c', false) t(a, b, c)"
RESULTS = [
    (f"select transform(a, b) using 'cat' as (x, y) {SOURCE}", [("1", "a"), (None, "c")]),
    (f"select transform(a, b, c) using 'cat' {SOURCE}", [("1", "a"), ("\\N", "c")]),
    (f"select transform(*) using 'cat' as (x int, y string, z boolean, more string) {SOURCE}",
     [(1, "a", True, None), (None, "c", False, None)]),
    (f"select transform(a, b) row format delimited fields terminated by ',' null defined as '-' "
     f"using 'cat' as (x string) row format delimited fields terminated by ';' {SOURCE}", [("1,a",), ("-,c",)]),
    ("select transform(array(1, 2), map('a', 1), struct(1, 'b'), date'2020-01-01') using 'cat' "
     "as (a array<int>, b string, c string, d date)",
     [([1, 2], '{"a":1}', '{"col1":1,"col2":"b"}', datetime.date(2020, 1, 1))]),
    (f"map b using 'tr a-z A-Z' as (x) {SOURCE} where a = 1", [("A",)]),
    (f"select transform(b, max(a)) using 'cat' as (x, y) {SOURCE} group by b having max(a) > 0", [("a", "1")]),
    ("from (from values (1, 'a') t(a, b) map a, b using 'cat' as k, v) x select v, k", [("a", "1")]),
]  # fmt: skip


def test_results(spark: SparkSession) -> None:
    found = [[tuple(row) for row in spark.sql(text).collect()] for text, _ in RESULTS]
    assert found == [expected for _, expected in RESULTS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"select transform(distinct a) using 'cat' as x {SOURCE}", "UNSUPPORTED_FEATURE.TRANSFORM_DISTINCT_ALL"),
        (f"select transform(a) row format serde 'x' using 'cat' {SOURCE}", "UNSUPPORTED_FEATURE.TRANSFORM_NON_HIVE"),
        (f"select transform(a as b) using 'cat' as x {SOURCE}", "PARSE_SYNTAX_ERROR"),
        (f"select transform(a, b) using 'cat' as (x int, y) {SOURCE}", "PARSE_SYNTAX_ERROR"),
        (f"select transform(a) using 'exit 3' as x {SOURCE}", "SCRIPT_TRANSFORMATION_FAILED"),
    ],
)
def test_errors(spark: SparkSession, text: str, expected: str) -> None:
    with pytest.raises(PySparkException) as caught:
        spark.sql(text).collect()
    assert caught.value.getCondition() == expected
