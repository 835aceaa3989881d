"""Comparing DataFrames and schemas as ``pyspark.testing`` does: small differences of floats pass, order need not count.

A failure shows both sides, row by row, with a mark on what differs.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from minispark.engine.core.values import value
from minispark.errors import PySparkAssertionError, PySparkTypeError
from minispark.sql.row import Row
from minispark.sql.types import ArrayType, DataType, DecimalType, MapType, StructField, StructType, VariantVal


def assertSchemaEqual(
    actual: StructType,
    expected: StructType,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
) -> None:
    """PySparkAssertionError (DIFFERENT_SCHEMA) unless the schemas are equal, but for what is to be ignored.

    Raises PySparkTypeError for what is no StructType.

    >>> assertSchemaEqual(StructType.fromDDL("a int not null"), StructType.fromDDL("a int"))
    """
    __tracebackhide__ = True
    for name, given in (("actual", actual), ("expected", expected)):
        if not isinstance(given, StructType):
            raise PySparkTypeError(
                f"{name} is a schema, a StructType, not {given!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"arg_name": name, "expected_type": "struct type", "arg_type": type(given).__name__},
            )
    if ignoreColumnOrder:
        actual, expected = _sorted(actual), _sorted(expected)
    if ignoreColumnName:
        actual, expected = _numbered(actual), _numbered(expected)
    if not (_alike(actual, expected) if ignoreNullable else actual == expected):
        raise _different_schema(actual, expected)


def _different_schema(actual: StructType, expected: StructType) -> PySparkAssertionError:
    lines = "\n".join(difflib.ndiff(str(actual).splitlines(), str(expected).splitlines()))
    return PySparkAssertionError(
        f"Schemas do not match.\n--- actual\n+++ expected\n{lines}", "DIFFERENT_SCHEMA", {"error_msg": lines}
    )


def _sorted(schema: StructType) -> StructType:
    return StructType(sorted(schema, key=lambda field: field.name))


def _numbered(schema: StructType) -> StructType:
    return StructType([StructField(str(place), f.dataType, f.nullable) for place, f in enumerate(schema)])


def _alike(a: DataType, b: DataType) -> bool:
    """Whether the types are equal but for where None may be."""
    if isinstance(a, StructType) and isinstance(b, StructType):
        if a.names != b.names:
            return False
        return all(_alike(one.dataType, other.dataType) for one, other in zip(a, b, strict=True))
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        return _alike(a.elementType, b.elementType)
    if isinstance(a, MapType) and isinstance(b, MapType):
        return _alike(a.keyType, b.keyType) and _alike(a.valueType, b.valueType)
    return a == b if isinstance(a, DecimalType) else a.typeName() == b.typeName()


def assertDataFrameEqual(
    actual: Any,
    expected: Any,
    checkRowOrder: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
    ignoreColumnType: bool = False,
    maxErrors: int | None = None,
    showOnlyDiff: bool = False,
    includeDiffRows: bool = False,
) -> bool | None:
    """PySparkAssertionError unless two DataFrames (or lists of Rows, or pandas.DataFrames) hold the same rows.

    Schemas are compared where both are DataFrames (DIFFERENT_SCHEMA), then rows (DIFFERENT_ROWS), floats and decimals
    within ``atol + rtol * abs(expected)``. ``maxErrors`` ends the comparison early; ``showOnlyDiff`` leaves equal rows
    out of the message; ``includeDiffRows`` puts the pairs that differ into the error's ``data``.

    >>> assertDataFrameEqual([Row(a=1), Row(a=2.0)], [Row(a=2.000001), Row(a=1)])
    """
    __tracebackhide__ = True
    if actual is None and expected is None:
        return True
    pandas = sys.modules.get("pandas")
    if pandas is not None and (isinstance(actual, pandas.DataFrame) or isinstance(expected, pandas.DataFrame)):
        return _pandas_equal(actual, expected, checkRowOrder, rtol, atol)
    from minispark.sql.dataframe import DataFrame

    for name, given in (("actual", actual), ("expected", expected)):
        if not isinstance(given, (DataFrame, list)):
            raise _wrong_argument(name, given)
    if ignoreColumnOrder:
        actual, expected = actual.select(*sorted(actual.columns)), expected.select(*sorted(expected.columns))
    if ignoreColumnName:
        actual, expected = (frame.toDF(*map(str, range(len(frame.columns)))) for frame in (actual, expected))
    if ignoreColumnType:
        actual, expected = _as_texts(actual), _as_texts(expected)
    if not isinstance(actual, list) and not isinstance(expected, list):
        assertSchemaEqual(actual.schema, expected.schema, ignoreNullable)
    rows = [given if isinstance(given, list) else given.collect() for given in (actual, expected)]
    if not checkRowOrder:
        rows = [sorted(part, key=str) for part in rows]
    merge = not checkRowOrder and len(rows[0]) != len(rows[1])
    pairs = _merged(rows[0], rows[1], rtol, atol) if merge else iter(zip_longest(*rows))
    _compare(pairs, max(map(len, rows)), _Report(rtol, atol, maxErrors, showOnlyDiff, includeDiffRows))
    return None


def _wrong_argument(name: str, given: Any) -> PySparkAssertionError:
    kinds = "Union[DataFrame, ps.DataFrame, List[Row]]"
    kind = None if given is None else type(given)
    return PySparkAssertionError(
        f"{name} is a DataFrame, a pandas.DataFrame or a list of Rows, not {given!r:.200}",
        "INVALID_TYPE_DF_EQUALITY_ARG",
        {"expected_type": kinds, "arg_name": name, "actual_type": kind},  # type: ignore[dict-item]  # PySpark's, too
    )


def _pandas_equal(actual: Any, expected: Any, ordered: bool, rtol: float, atol: float) -> bool:
    from pandas.testing import assert_frame_equal

    frames = [given.toPandas() if hasattr(given, "toPandas") else given for given in (actual, expected)]
    if not ordered:
        frames = [frame.sort_values(list(frame.columns), ignore_index=True) for frame in frames]
    try:
        assert_frame_equal(*frames, check_exact=False, rtol=rtol, atol=atol)
    except AssertionError as error:
        raise PySparkAssertionError(
            f"DataFrames are not almost equal:\n{error}",
            "DIFFERENT_PANDAS_DATAFRAME",
            {"left": str(frames[0]), "right": str(frames[1])},
        ) from None
    return True


def _as_texts(frame: Any) -> Any:
    """All columns as text, whole numbers without a point."""
    from minispark.sql.functions import col, when

    for name in frame.columns:
        number = col(name).cast("float")
        whole = number.isNotNull() & (number == col(name).cast("int"))
        text = when(whole, col(name).cast("int").cast("string")).otherwise(col(name).cast("string"))
        frame = frame.withColumn(name, text)
    return frame


@value
class _Report:
    rtol: float
    atol: float
    most: int | None
    only_different: bool
    with_rows: bool


def _merged(actual: list[Any], expected: list[Any], rtol: float, atol: float) -> Iterator[tuple[Any, Any]]:
    """Sorted rows of different numbers, side by side; a row that the other side has not stands against None."""
    i = j = 0
    while i < len(actual) and j < len(expected):
        one, other = actual[i], expected[j]
        if _near(one, other, rtol, atol) or str(one) == str(other):
            yield one, other
            i, j = i + 1, j + 1
        elif str(one) < str(other):
            yield one, None
            i += 1
        else:
            yield None, other
            j += 1
    yield from ((one, None) for one in actual[i:])
    yield from ((None, other) for other in expected[j:])


def _compare(pairs: Iterator[tuple[Any, Any]], total: int, report: _Report) -> None:
    different: list[tuple[Any, Any]] = []
    shown: tuple[list[str], list[str]] = ([], [])
    for pair in pairs:
        same = _near(*pair, report.rtol, report.atol)
        if not same:
            different.append(pair)
        if not same or not report.only_different:
            for lines, row in zip(shown, pair, strict=True):
                if row is not None:
                    lines.append(str(row))
        if report.most is not None and len(different) >= report.most:
            break
    if different:
        share = len(different) / total * 100
        text = "\n".join([f"Results do not match: ( {share:.5f} % )", *_sides(*shown, total)])
        data = different if report.with_rows else None
        raise PySparkAssertionError(text, "DIFFERENT_ROWS", {"error_msg": text}, data)


def _near(a: Any, b: Any, rtol: float, atol: float) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_near(one, other, rtol, atol) for one, other in zip(a, b, strict=True))
    if isinstance(a, Row) and isinstance(b, Row):
        return all(_near(one, other, rtol, atol) for one, other in zip(a, b, strict=False))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_near(a[key], b[key], rtol, atol) for key in a)
    if isinstance(a, float) and isinstance(b, float):
        return not abs(a - b) > atol + rtol * abs(b)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return not abs(a - b) > Decimal(atol) + Decimal(rtol) * abs(b)
    if isinstance(a, VariantVal) and isinstance(b, VariantVal):
        return _near(a.toPython(), b.toPython(), rtol, atol)
    return bool(a == b)


_MARKS = {"insert": "+ ", "delete": "- ", "replace": "! ", "equal": "  "}


def _sides(actual: Sequence[str], expected: Sequence[str], context: int) -> Iterator[str]:
    """Both sides with marks on the lines that differ; without colours, which a log cannot show."""
    for group in difflib.SequenceMatcher(None, actual, expected).get_grouped_opcodes(context):
        yield "*** actual ***"
        if any(tag in ("replace", "delete") for tag, *_ in group):
            yield from (_MARKS[tag] + line for tag, i, j, _, _ in group for line in actual[i:j])
        yield "\n"
        yield "*** expected ***"
        if any(tag in ("replace", "insert") for tag, *_ in group):
            yield from (_MARKS[tag] + line for tag, _, _, i, j in group for line in expected[i:j])
