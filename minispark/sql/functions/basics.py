"""Columns by name, constants, SQL texts, conditions and orders."""

from __future__ import annotations

from typing import Any

from minispark.errors import PySparkValueError
from minispark.sql.column import Column, expression_of, named, operand, unexpected
from minispark.sql.functions.making import ColumnOrName, call, constant, given, plain, text_or_column
from minispark.sql.plan.expressions import Apply, SqlText

__all__ = [
    "asc",
    "asc_nulls_first",
    "asc_nulls_last",
    "assert_true",
    "broadcast",
    "call_function",
    "call_udf",
    "coalesce",
    "col",
    "column",
    "current_catalog",
    "current_database",
    "current_path",
    "current_schema",
    "current_user",
    "desc",
    "desc_nulls_first",
    "desc_nulls_last",
    "equal_null",
    "expr",
    "greatest",
    "ifnull",
    "ilike",
    "input_file_block_length",
    "input_file_block_start",
    "input_file_name",
    "isnan",
    "isnotnull",
    "isnull",
    "java_method",
    "least",
    "like",
    "lit",
    "monotonically_increasing_id",
    "nanvl",
    "nullif",
    "nullifzero",
    "nvl",
    "nvl2",
    "raise_error",
    "reflect",
    "session_user",
    "spark_partition_id",
    "try_reflect",
    "typeof",
    "unwrap_udt",
    "user",
    "version",
    "when",
    "zeroifnull",
]


def coalesce(*cols: ColumnOrName) -> Column:
    """The first of the columns' values that is not null.

    >>> coalesce("a", lit(0))
    Column<'coalesce(a, 0)'>
    """
    return call("coalesce", *cols)


def ifnull(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The second value where the first is null."""
    return call("ifnull", col1, col2)


def nanvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The second value where the first, of floating point, is not a number."""
    return call("nanvl", col1, col2)


def nullif(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or null where it equals the second."""
    return call("nullif", col1, col2)


def nullifzero(col: ColumnOrName) -> Column:
    """The value, or null where it is 0."""
    return call("nullifzero", col)


def nvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The second value where the first is null."""
    return call("nvl", col1, col2)


def nvl2(col1: ColumnOrName, col2: ColumnOrName, col3: ColumnOrName) -> Column:
    """The second value where the first is not null, else the third."""
    return call("nvl2", col1, col2, col3)


def zeroifnull(col: ColumnOrName) -> Column:
    """The value, or 0 where it is null."""
    return call("zeroifnull", col)


def equal_null(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Whether the two are equal, where null equals null: never null itself."""
    return call("equal_null", col1, col2)


def ilike(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """Whether the whole text fits a pattern of SQL, whatever the case of letters; after ``escapeChar``, ``%`` and
    ``_`` mean themselves.
    """
    return call("ilike", str, pattern, *given(escapeChar))


def isnan(col: ColumnOrName) -> Column:
    """Whether a value of floating point is not a number; false for null."""
    return call("isNaN", col)


def isnotnull(col: ColumnOrName) -> Column:
    """Whether the value is not null."""
    return call("isnotnull", col)


def isnull(col: ColumnOrName) -> Column:
    """Whether the value is null."""
    return call("isNull", col)


def like(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """Whether the whole text fits a pattern of SQL; after ``escapeChar``, ``%`` and ``_`` mean themselves."""
    return call("like", str, pattern, *given(escapeChar))


def typeof(col: ColumnOrName) -> Column:
    """The name of the value's type."""
    return call("typeof", col)


def monotonically_increasing_id() -> Column:
    """Numbers that grow from row to row, each only once: the partition's number in the upper 31 bits, the row's in it
    below.
    """
    return call("monotonically_increasing_id")


def spark_partition_id() -> Column:
    """The number of the partition that the row is in."""
    return call("spark_partition_id")


def input_file_name() -> Column:
    """The path of the file that the row was read from; empty where it was not read from one."""
    return call("input_file_name")


def input_file_block_length() -> Column:
    """The length of the block of the file that the row was read from, -1 where there is none."""
    return call("input_file_block_length")


def input_file_block_start() -> Column:
    """Where the block of the file begins that the row was read from, -1 where there is none."""
    return call("input_file_block_start")


def current_catalog() -> Column:
    """The name of the catalog in use."""
    return call("current_catalog")


def current_path() -> Column:
    """The catalogs and schemas where functions are looked for."""
    return call("current_path")


def current_database() -> Column:
    """The name of the database in use."""
    return call("current_database")


def current_schema() -> Column:
    """The name of the database in use."""
    return call("current_schema")


def current_user() -> Column:
    """The user who runs the query."""
    return call("current_user")


def user() -> Column:
    """The user who runs the query."""
    return call("user")


def session_user() -> Column:
    """The user who runs the query."""
    return call("session_user")


def version() -> Column:
    """Spark's version and revision."""
    return call("version")


def reflect(*cols: ColumnOrName) -> Column:
    """The result of a static method of a Java class; there is no JVM, so that using it fails."""
    return call("reflect", *cols)


def java_method(*cols: ColumnOrName) -> Column:
    """The result of a static method of a Java class; there is no JVM, so that using it fails."""
    return call("java_method", *cols)


def try_reflect(*cols: ColumnOrName) -> Column:
    """As ``reflect``, but null where the method raises."""
    return call("try_reflect", *cols)


def col(col: str) -> Column:
    """The column of that name: ``a``, ``t.a``, ``s.f``, ``*``; a part with other signs stands in backticks.

    Raises PySparkTypeError for anything but a str, AnalysisException for a text that is no name.

    >>> col("a") + 1
    Column<'+(a, 1)'>
    """
    col = plain(col)
    if not isinstance(col, str):
        raise unexpected("col", "str", col)
    return Column(named(col))


column = col


def lit(col: Any) -> Column:
    """A constant; a Column stays what it is, a list is an array of constants.

    Raises PySparkValueError for a list with a Column in it, SparkRuntimeException for values without a type of Spark's.

    >>> lit(5), lit("x"), lit([1, 2])
    (Column<'5'>, Column<''x''>, Column<'array(1, 2)'>)
    """
    return constant(col)


def expr(str: str) -> Column:
    """What a text of SQL says; it is read when a DataFrame's method takes it, and errors in it are raised then.

    >>> expr("a + 1")
    Column<'a + 1'>
    """
    return Column(SqlText(plain(str)))


def broadcast(df: Any) -> Any:
    """The DataFrame, with the hint that it is small enough to be sent whole to where it is joined."""
    return df.hint("broadcast")


def greatest(*cols: ColumnOrName) -> Column:
    """The largest of the values of a row, nulls passed over; null if all are. At least two columns."""
    _at_least_two("greatest", cols)
    return call("greatest", *cols)


def least(*cols: ColumnOrName) -> Column:
    """The smallest of the values of a row, nulls passed over; null if all are. At least two columns."""
    _at_least_two("least", cols)
    return call("least", *cols)


def _at_least_two(name: str, cols: tuple[Any, ...]) -> None:
    if len(cols) < 2:
        raise PySparkValueError(
            f"{name} needs at least two columns", "WRONG_NUM_COLUMNS", {"func_name": name, "num_cols": "2"}
        )


def when(condition: Column, value: Any) -> Column:
    """``value`` where the condition is true; further branches by ``Column.when``, the rest by ``Column.otherwise``.

    >>> when(col("a") > 1, "many").otherwise("few")
    Column<'CASE WHEN >(a, 1) THEN 'many' ELSE 'few' END'>
    """
    if not isinstance(condition, Column):
        raise unexpected("condition", "Column", condition)
    return Column(Apply("case", (condition._expression, operand(value))))


def asc(col: ColumnOrName) -> Column:
    """An order by it, smallest first, nulls before all others."""
    return _column(col).asc()


def asc_nulls_first(col: ColumnOrName) -> Column:
    """An order by it, smallest first, nulls before all others."""
    return _column(col).asc_nulls_first()


def asc_nulls_last(col: ColumnOrName) -> Column:
    """An order by it, smallest first, nulls after all others."""
    return _column(col).asc_nulls_last()


def desc(col: ColumnOrName) -> Column:
    """An order by it, largest first, nulls after all others."""
    return _column(col).desc()


def desc_nulls_first(col: ColumnOrName) -> Column:
    """An order by it, largest first, nulls before all others."""
    return _column(col).desc_nulls_first()


def desc_nulls_last(col: ColumnOrName) -> Column:
    """An order by it, largest first, nulls after all others."""
    return _column(col).desc_nulls_last()


def _column(given: ColumnOrName) -> Column:
    return Column(expression_of(given))


def call_udf(udfName: str, *cols: ColumnOrName) -> Column:
    """The call of a function of the session's, by its name."""
    return call(udfName, *cols)


def call_function(funcName: str, *cols: ColumnOrName) -> Column:
    """The call of a function of SQL or the session's, by its name."""
    return call(funcName, *cols)


def unwrap_udt(col: ColumnOrName) -> Column:
    """A value of a user-defined type as that of the type it is kept as."""
    return call("unwrap_udt", col)


def assert_true(col: ColumnOrName, errMsg: Column | str | None = None) -> Column:
    """Null where true; else the query fails with the message."""
    return call("assert_true", col) if errMsg is None else call("assert_true", col, text_or_column(errMsg, "errMsg"))


def raise_error(errMsg: Column | str) -> Column:
    """The query fails with the message where this is computed."""
    return call("raise_error", text_or_column(errMsg, "errMsg"))
