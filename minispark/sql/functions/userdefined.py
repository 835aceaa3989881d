"""Python functions of columns: ``udf``, and those of pandas and Arrow data, which come later."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from minispark.errors import PySparkNotImplementedError
from minispark.sql.column import Column, expression_of, unexpected
from minispark.sql.plan.expressions import PythonCall
from minispark.sql.types import DataType, StringType

__all__ = ["ArrowUDFType", "PandasUDFType", "arrow_udf", "arrow_udtf", "pandas_udf", "udf", "udtf"]

_PLAIN = 100
"""PySpark's number for functions of plain values (``PythonEvalType.SQL_BATCHED_UDF``)."""


class PandasUDFType:
    """The kinds of functions of pandas data, as ``pandas_udf`` once took them."""

    SCALAR = 200
    GROUPED_MAP = 201
    GROUPED_AGG = 202
    SCALAR_ITER = 204


class ArrowUDFType:
    """The kinds of functions of Arrow data, as ``arrow_udf`` takes them."""

    SCALAR = 250
    SCALAR_ITER = 251
    GROUPED_AGG = 252
    GROUPED_AGG_ITER = 254


def udf(
    f: Callable[..., Any] | DataType | str | None = None,
    returnType: DataType | str = StringType(),  # noqa: B008  PySpark's signature
    *,
    useArrow: bool | None = None,
) -> Any:
    """Make a function of columns of a Python function; also a decorator, with or without arguments.

    ``returnType``, or the first argument in place of a function, is a type or its text: ``INT``, ``ARRAY<STRING>``,
    ``STRUCT<a: INT, b: STRING>``. What the function returns becomes a value of that type, None where it is of another
    Python type; a struct takes a Row, tuple, list or dict. ParseException for no such type, PySparkTypeError for no
    function; PySparkNotImplementedError for ``useArrow=True``.

    >>> from minispark.sql import SparkSession
    >>> @udf("int")
    ... def doubled(x):
    ...     return 2 * x
    >>> SparkSession(sc).range(3).select(doubled("id").alias("twice")).collect()
    [Row(twice=0), Row(twice=2), Row(twice=4)]
    """
    if useArrow:
        raise _later("udf(useArrow=True)", "use udf without useArrow")
    if f is None or isinstance(f, (str, DataType)):
        kind = _type(f or returnType)
        return lambda function: _made(function, kind, useArrow)
    return _made(f, returnType, useArrow)


def _made(function: Any, return_type: Any, use_arrow: bool | None) -> Any:
    """A function whose hints say that it takes pandas or Arrow data is one of those, as in PySpark."""
    kind = _batches(function) if use_arrow is None else None
    if kind is None:
        return function_of_columns(function, return_type)
    made: Any = _refusing("udf with hints of pandas or Arrow data", function)
    made.func, made.returnType, made.evalType = function, _type(return_type), kind
    return made


def _batches(function: Any) -> int | None:
    """PySpark's number for what a function's type hints say; None for plain values."""
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):
        return None
    result = hints.pop("return", None)
    taken = [_library(hint) for hint in hints.values()]
    found = next((one for one in taken if one), None)
    if found is None:
        return None
    by_parts = any(typing.get_origin(hint) is Iterator for hint in hints.values())
    kinds = PandasUDFType if found == "pandas" else ArrowUDFType
    if _library(result):
        return kinds.SCALAR_ITER if by_parts else kinds.SCALAR
    return kinds.GROUPED_AGG


def _library(hint: Any) -> str | None:
    names = [_library(part) for part in typing.get_args(hint)]
    own = str(getattr(hint, "__module__", "")).partition(".")[0]
    return own if own in ("pandas", "pyarrow") else next((name for name in names if name), None)


def pandas_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """A decorator that lets programs be read which define functions of pandas data, but not use them.

    Calling what it makes raises PySparkNotImplementedError. The type is checked as ``udf`` does.
    """
    if functionType is not None:
        raise _later(f"pandas_udf(functionType={functionType!r})", "use udf")
    return _unready("pandas_udf", f, returnType)


def arrow_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """A decorator that lets programs be read which define functions of Arrow data, but not use them.

    Calling what it makes raises PySparkNotImplementedError. The type is checked as ``udf`` does.
    """
    if functionType is not None:
        raise _later(f"arrow_udf(functionType={functionType!r})", "use udf")
    return _unready("arrow_udf", f, returnType)


def udtf(cls: type | None = None, *, returnType: Any = None, useArrow: bool | None = None) -> NoReturn:
    """Table functions of Python come later: raises PySparkNotImplementedError."""
    raise _later("udtf", f"make rows of arrays by a udf and explode (returnType={returnType!r}, useArrow={useArrow})")


def arrow_udtf(cls: type | None = None, *, returnType: Any = None) -> NoReturn:
    """Table functions of Arrow data come later: raises PySparkNotImplementedError."""
    raise _later("arrow_udtf", f"make rows of arrays by a udf and explode (returnType={returnType!r})")


def function_of_columns(
    function: Any, return_type: Any, name: str | None = None, deterministic: bool = True
) -> Callable[..., Column]:
    """What ``udf`` makes: takes Columns and names of columns, by position and by keyword."""
    kind = _type(return_type)
    _callable(function)
    if getattr(function, "_of_columns", False) is True:
        function = function.func
    called = name or str(getattr(function, "__name__", type(function).__name__))

    def wrapper(*args: Any, **kwargs: Any) -> Column:
        given = tuple(expression_of(arg) for arg in (*args, *kwargs.values()))
        return Column(PythonCall(function, called, kind, given, tuple(kwargs), deterministic))

    made: Any = functools.update_wrapper(wrapper, function, _kept(function))
    made.__name__ = called
    made.func = function
    made.returnType = kind
    made.evalType = _PLAIN
    made.deterministic = deterministic
    made.asNondeterministic = lambda: function_of_columns(function, kind, called, False)
    made._of_columns = True
    return wrapper


def _unready(what: str, f: Any, return_type: Any) -> Any:
    if f is None or isinstance(f, (str, DataType)):
        _type(f or return_type)
        return lambda function: _refusing(what, function)
    _type(return_type)
    return _refusing(what, f)


def _refusing(what: str, function: Any) -> Callable[..., NoReturn]:
    _callable(function)
    name = getattr(function, "__name__", type(function).__name__)

    def wrapper(*args: Any, **kwargs: Any) -> NoReturn:
        raise _later(f"{name}, made by {what}", "use udf")

    functools.update_wrapper(wrapper, function, _kept(function))
    return wrapper


def _later(what: str, instead: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"{what}: functions of pandas or Arrow data and table functions come later; {instead}",
        "NOT_IMPLEMENTED",
        {"feature": what},
    )


def _kept(function: Any) -> list[str]:
    return [name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(function, name)]


def _callable(function: Any) -> None:
    if not callable(function):
        raise unexpected("func", "callable", function)


def _type(given: Any) -> DataType:
    if isinstance(given, DataType):
        return given
    if isinstance(given, str):
        return DataType.fromDDL(given)
    raise unexpected("returnType", "DataType or str", given)
