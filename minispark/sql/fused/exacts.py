"""Exact Python functions as functions of DuckDB: a batch of Arrow columns in, one out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import ArithmeticException
from minispark.sql.library.function import Bound

ROOT = "minispark.sql.exact."
BY_ARROW = {"jsonwriting:to_json": "jsoncolumns:to_json", "csvs:to_csv": "csvcolumns:to_csv"}
"""Functions with a twin in ``sql/convert/`` that is made for types, or None, and works on Arrow columns."""


def load(path: str, root: str = ROOT) -> Any:
    """The function or factory that ``module:name`` names."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(root + module), name)


def batch_function(
    path: str, bound: Bound, factory: bool, sees_nulls: bool, keep: Callable[[BaseException], int]
) -> Callable[..., Any]:
    """A function over Arrow columns. Rows with a null are null unless it ``sees_nulls``; one that works by columns
    (``exact/vectors.py``) is given them whole.

    What it raises is given to ``keep``, and its number travels through DuckDB in its stead.
    """
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_type
    from minispark.sql.fused.vectors import arrow, vector

    row = load(path)(bound) if factory else load(path)
    kind = arrow_type(bound.result)
    by_columns = getattr(row, "columnwise", False)
    twin = None if path not in BY_ARROW else load(BY_ARROW[path], "minispark.sql.convert.")(bound)

    def compute(columns: Sequence[Any]) -> list[Any]:
        if sees_nulls:
            return list(map(row, *columns))
        if all(None not in column for column in columns):
            return list(map(row, *columns))
        return [None if None in values else row(*values) for values in zip(*columns, strict=True)]

    def usual(columns: Sequence[Any]) -> Any:
        if not columns:
            return pa.array([row()], kind)
        if twin is not None:
            return twin(*columns)
        if by_columns:
            return arrow(row(*map(vector, columns)), kind)
        return pa.array(compute([column.to_pylist() for column in columns]), kind)

    def batch(*columns: Any) -> Any:
        try:
            try:
                return usual(columns)
            except (OverflowError, ArithmeticException) as error:
                found = _far(path, bound, row, columns, sees_nulls, kind, compute) if _overflowed(error) else None
                if found is None:
                    raise
                return found
        except BaseException as error:
            raise RuntimeError(f"minispark-raised {keep(_typed(error, path))};") from None

    return batch


def _overflowed(error: BaseException) -> bool:
    """Whether Python's dates and timestamps do not reach far enough."""
    return isinstance(error, OverflowError) or getattr(error, "getCondition", lambda: None)() == "DATETIME_OVERFLOW"


def _far(
    path: str,
    bound: Bound,
    row: Any,
    columns: Sequence[Any],
    sees_nulls: bool,
    kind: Any,
    compute: Callable[[Sequence[Any]], list[Any]],
) -> Any:
    """The batch once more, by the function's twin over numbers where the function itself does not reach."""
    from minispark.sql.convert.farcolumns import deep_numbers, moments, numbers, of_numbers
    from minispark.sql.exact import fartwins

    twin = fartwins.twin(path, bound, row)
    if twin is None and fartwins.takes_numbers(path):
        return of_numbers(compute([deep_numbers(column) for column in columns]), kind)
    if twin is None:
        return None
    places = [fartwins.is_moment(dtype) for dtype in bound.types]
    given = [numbers(column) if far else column.to_pylist() for column, far in zip(columns, places, strict=True)]

    def one(*values: Any) -> Any:
        if not sees_nulls and None in values:
            return None
        try:
            return as_number(row(*moments(values, bound.types)))
        except (OverflowError, ArithmeticException) as error:
            if not _overflowed(error):
                raise
            found = twin(*values)
            if found in fartwins.NEVER:
                raise OverflowError(found) from None
            return found

    as_number = fartwins.numbers_of(bound.result)
    return of_numbers([one(*values) for values in zip(*given, strict=True)], kind)


def _typed(error: BaseException, path: str) -> BaseException:
    """A date or timestamp that Python's types do not reach is a typed error; everything else is as it is."""
    if not isinstance(error, OverflowError):
        return error
    from minispark.sql.exact.zones import out_of_range

    return out_of_range(f"{path.partition(':')[2]} of a date or timestamp")


def raise_text(texts: Any) -> Any:
    """Raise the first of a column of texts, as DuckDB's ``error`` does; a column of nulls for no text at all."""
    import pyarrow as pa

    for text in texts.to_pylist():
        raise RuntimeError(text)
    return pa.nulls(0)
