"""Averages and quotients of decimals: Spark's digits, at the ends of the types too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.errors import ArithmeticException
from minispark.sql import SparkSession


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


# a query, and what PySpark 4.3 shows of its rows
SHOWN = [
    ("avg(x) from values (cast(0.5 as decimal(38,37))), (cast(0.25 as decimal(38,37))) t(x)", ["0.375" + "0" * 35]),
    ("avg(x) from values (cast(0.5 as decimal(38,38))), (cast(-0.2 as decimal(38,38))) t(x)", ["0.15" + "0" * 36]),
    ("avg(x) from values (cast(null as decimal(15,2))) t(x)", ["None"]),
    (
        "avg(x) from values (1, null), (2, -0.05), (2, 0.02), (2, 0.02) t(g, x) group by g order by g",
        ["None", "-0.003333"],
    ),
    ("avg(x) from values (0.01), (0.02), (-0.02), (-0.02) t(x)", ["-0.002500"]),
    ("a/b from values (cast(0.5 as decimal(38,38)), cast(3 as decimal(38,0))) t(a,b)", ["0." + "1" + "6" * 36 + "7"]),
    ("a/b from values (cast(5 as decimal(38,0)), cast(0.3 as decimal(38,37))) t(a,b)", ["16.666667"]),
    ("a/b from values (cast(0.3 as decimal(1,1)), cast(0.7 as decimal(38,38))) t(a,b)", ["0.428571"]),
    ("a/b from values (12345678901234567890.12BD, 0.01BD) t(a,b)", ["1234567890123456789012.000000"]),
    ("a/b from values (-2BD, 3BD), (1BD, -16BD), (1BD, 64BD) t(a,b)", ["-0.666667", "-0.062500", "0.015625"]),
]


@pytest.mark.parametrize(("query", "shown"), SHOWN)
def test_digits(spark: SparkSession, query: str, shown: list[str]) -> None:
    assert [str(row[0]) for row in spark.sql(f"select {query}").collect()] == shown


def test_a_sum_beyond_all_types_is_an_error(spark: SparkSession) -> None:
    with pytest.raises(ArithmeticException) as caught:
        spark.sql("select avg(x) from values (99999999999999999999999999999999999999BD), (-1BD) t(x)").collect()
    assert caught.value.getCondition() == "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"
