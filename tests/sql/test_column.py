"""Column: what its operators and methods make, and what they refuse."""

from __future__ import annotations

import datetime
import decimal
import enum
from typing import Any

import pytest

from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkAttributeError,
    PySparkException,
    PySparkTypeError,
    PySparkValueError,
    SparkRuntimeException,
)
from minispark.sql import functions
from minispark.sql import types as t
from minispark.sql.column import Column
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Apply, Literal, Name
from minispark.sql.types import LongType
from minispark.sql.window import Window, WindowSpec

F: Any = functions
col, lit, when = F.col, F.lit, F.when
A: Any = col("a")


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (1 - A, "-(1, a)"), (2 / A, "/(2, a)"), (5 % A, "%(5, a)"), (2**A, "power(2, a)"), (-A, "negative(a)"),
        (A != 1, "!(=(a, 1))"), (A.eqNullSafe(None), "<=>(a, NULL)"), (True & A, "and(a, true)"),
        (A.between(1, 2), "and(>=(a, 1), <=(a, 2))"), (A.isin(1, "x"), "in(a, 1, 'x')"), (A.isin([1]), "in(a, 1)"),
        (A[0], "a[0]"), (A["k"], "a['k']"), (A.k, "a['k']"), (A[1:3], "substr(a, 1, 3)"), (A.getItem(1), "a[1]"),
        (A.withField("x.y", lit(1)), "update_field(a, x.y, 1)"), (A.dropFields("x"), "drop_field(a, x)"),
        (A.cast("array<int>"), "CAST(a AS ARRAY<INT>)"), (A.astype(LongType()), "CAST(a AS BIGINT)"),
        (A.try_cast("date"), "TRY_CAST(a AS DATE)"), (A.desc(), "a DESC NULLS LAST"), (A.asc(), "a ASC NULLS FIRST"),
        (A.alias("b", metadata={"k": [1]}), "a AS b"), (A.name("k", "v"), "a AS (k, v)"),
        (A == Colour.RED, "=(a, 'red')"),
        (when(A > 1, 1).when(A < 0, None).otherwise(A), "CASE WHEN >(a, 1) THEN 1 WHEN <(a, 0) THEN NULL ELSE a END"),
        (A.transform(lambda one: one + 1), "+(a, 1)"), (col("t.`b.c`"), "t.`b.c`"), (col("t.*"), "t.*"),
    ],
)  # fmt: skip
def test_expressions(column: Column, text: str) -> None:
    assert repr(column) == f"Column<'{text}'>"


@pytest.mark.parametrize(
    ("make", "error", "condition"),
    [
        (lambda: bool(A == 1), PySparkValueError, "CANNOT_CONVERT_COLUMN_INTO_BOOL"),
        (lambda: list(A), PySparkTypeError, "NOT_ITERABLE"),
        (lambda: 1 in A, PySparkValueError, "CANNOT_APPLY_IN_FOR_COLUMN"),
        (lambda: A.__len__, PySparkAttributeError, "CANNOT_ACCESS_TO_DUNDER"),
        (lambda: A[1:3:2], PySparkValueError, "SLICE_WITH_STEP"),
        (lambda: A.substr(1, A), PySparkTypeError, "NOT_SAME_TYPE"),
        (lambda: A.substr("x", "y"), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: A.cast(5), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: A.over("w"), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: A.withField("x", 1), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: A.when(True, 1), PySparkTypeError, "NOT_EXPECTED_TYPE"),
        (lambda: A.alias("x", "y", metadata={}), PySparkValueError, "ONLY_ALLOWED_FOR_SINGLE_COLUMN"),
        (lambda: A + {"x": 1}, SparkRuntimeException, "UNSUPPORTED_FEATURE.LITERAL_TYPE"),
        (lambda: A == [1], SparkRuntimeException, "UNSUPPORTED_FEATURE.LITERAL_TYPE"),
        (lambda: col("a..b"), AnalysisException, "INVALID_ATTRIBUTE_NAME_SYNTAX"),
        (lambda: col(5), PySparkTypeError, "NOT_EXPECTED_TYPE"),
    ],
)
def test_what_is_refused(make: Any, error: type[PySparkException], condition: str) -> None:
    with pytest.raises(error) as raised:
        make()
    assert raised.value.getCondition() == condition


def test_branches_follow_when_only() -> None:
    makers: tuple[Any, ...] = (
        lambda: A.when(A > 1, 2),
        lambda: A.otherwise(1),
        lambda: when(A > 1, 2).otherwise(3).otherwise(4),
    )
    for make in makers:
        with pytest.raises(IllegalArgumentException):
            make()


def test_columns_as_keys_warn() -> None:
    with pytest.warns(FutureWarning):
        assert repr(A.getField(col("n"))) == "Column<'a[n]'>"


@pytest.mark.parametrize(
    ("item", "stored", "dtype"),
    [
        (True, True, t.BooleanType()), (5, 5, t.IntegerType()), (1 << 31, 1 << 31, t.LongType()),
        (1 << 63, decimal.Decimal(1 << 63), t.DecimalType(19, 0)), (1.5, 1.5, t.DoubleType()),
        ("x", "x", t.StringType()),
        (b"x", b"x", t.BinaryType()), (None, None, t.NullType()), (Colour.RED, "red", t.StringType()),
        (decimal.Decimal("1.50"), decimal.Decimal("1.50"), t.DecimalType(3, 2)),
        (decimal.Decimal("0.001"), decimal.Decimal("0.001"), t.DecimalType(3, 3)),
        (decimal.Decimal("1E+3"), decimal.Decimal(1000), t.DecimalType(4, 0)),
        (datetime.date(2020, 1, 2), datetime.date(2020, 1, 2), t.DateType()),
        (datetime.time(1, 2), datetime.time(1, 2), t.TimeType()),
        (datetime.timedelta(days=1, microseconds=-1), 86_400_000_000 - 1, t.DayTimeIntervalType()),
        (
            datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
            datetime.datetime(2020, 1, 2, 1),
            t.TimestampType(),
        ),
    ],
)  # fmt: skip
def test_constants(item: Any, stored: Any, dtype: t.DataType) -> None:
    assert literal(item) == Literal(stored, dtype)


def test_constants_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    assert repr(lit(np.int8(5))) == "Column<'CAST(5 AS TINYINT) AS 5'>"
    assert literal(np.array([1.5, 2.0])) == Literal((1.5, 2.0), t.ArrayType(t.DoubleType()))
    with pytest.raises(PySparkTypeError):
        literal(np.complex64(1))


def test_windows() -> None:
    spec = Window.partitionBy("k", "l").orderBy(col("t").desc(), "u").rowsBetween(-1, Window.currentRow)
    assert repr(A.over(spec)) == (
        "Column<'a OVER (PARTITION BY k, l ORDER BY t DESC NULLS LAST, u ASC NULLS FIRST "
        "ROWS BETWEEN -1 AND CURRENT ROW)'>"
    )
    spec = Window.orderBy(["t"]).rangeBetween(Window.unboundedPreceding, 5).partitionBy()
    assert repr(A.over(spec)) == (
        "Column<'a OVER (ORDER BY t ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND 5L)'>"
    )
    assert repr(A.over(WindowSpec())) == "Column<'a OVER ()'>"
    with pytest.raises(PySparkTypeError):
        Window.partitionBy(5)


def test_long_sums_are_no_matter() -> None:
    column = A
    for _ in range(5000):
        column = column + 1
    assert repr(column).count("+(") == 5000
    assert isinstance(column._expression, Apply) and A._expression == Name(("a",))
