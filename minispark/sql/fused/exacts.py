"""Exact Python functions as functions of DuckDB: a batch of Arrow columns in, one out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql.library.function import Bound

ROOT = "minispark.sql.exact."


def load(path: str) -> Any:
    """The function or factory that ``module:name`` names."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(ROOT + module), name)


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

    def compute(columns: Sequence[Any]) -> list[Any]:
        if sees_nulls:
            return list(map(row, *columns))
        if all(None not in column for column in columns):
            return list(map(row, *columns))
        return [None if None in values else row(*values) for values in zip(*columns, strict=True)]

    def batch(*columns: Any) -> Any:
        try:
            if not columns:
                return pa.array([row()], kind)
            if by_columns:
                return arrow(row(*map(vector, columns)), kind)
            return pa.array(compute([column.to_pylist() for column in columns]), kind)
        except BaseException as error:
            raise RuntimeError(f"minispark-raised {keep(_typed(error, path))};") from None

    return batch


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
