"""``pyspark.sql.functions`` as far as it goes: columns by name and Python functions of columns."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from minispark.errors import PySparkNotImplementedError, PySparkTypeError
from minispark.sql.column import Call, Column, Reference, expression_of
from minispark.sql.ddl import parse_type

_PANDAS = "functions of pandas or Arrow data come with DataFrames, which minispark has the beginnings of only; use udf"


def col(col: str) -> Column:
    """The column of that name. Raises PySparkTypeError for anything but a str."""
    if not isinstance(col, str):
        raise PySparkTypeError(f"a column's name is a str, not {col!r:.200}")
    return Column(Reference(col))


column = col


def udf(f: Any = None, returnType: str = "string", *, useArrow: bool | None = None) -> Any:
    """Make a function of columns of a Python function; also a decorator, with or without arguments.

    ``returnType``, or the first argument in place of a function, is a type's text: ``INT``, ``ARRAY<STRING>``,
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
        raise PySparkNotImplementedError(f"udf(useArrow=True): {_PANDAS} without useArrow")
    if f is None or isinstance(f, str):
        kind = f or returnType
        _checked_type(kind)
        return lambda function: _function_of_columns(function, kind)
    return _function_of_columns(f, returnType)


def pandas_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """A decorator that lets programs be read which define functions of pandas data, but not use them.

    Calling what it makes raises PySparkNotImplementedError. The type's text is checked as ``udf`` does.
    """
    if functionType is not None:
        raise PySparkNotImplementedError(f"pandas_udf(functionType={functionType!r}): {_PANDAS}")
    if f is None or isinstance(f, str):
        kind = f or returnType
        _checked_type(kind)
        return lambda function: _refusing(function)
    _checked_type(returnType)
    return _refusing(f)


def _function_of_columns(function: Any, return_type: Any) -> Callable[..., Column]:
    kind = _checked_type(return_type)
    _checked_callable(function)
    if getattr(function, "_of_columns", False) is True:
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)

    def wrapper(*args: Any, **kwargs: Any) -> Column:
        given = [expression_of(arg, name) for arg in (*args, *kwargs.values())]
        return Column(Call(function, name, kind, tuple(given), tuple(kwargs)))

    made: Any = functools.update_wrapper(wrapper, function, _kept(function))
    made.__name__ = name
    made.func = function
    made.returnType = kind
    made._of_columns = True
    return wrapper


def _refusing(function: Any) -> Callable[..., NoReturn]:
    _checked_callable(function)
    name = getattr(function, "__name__", type(function).__name__)

    def wrapper(*args: Any, **kwargs: Any) -> NoReturn:
        raise PySparkNotImplementedError(f"{name}, made by pandas_udf: {_PANDAS}")

    functools.update_wrapper(wrapper, function, _kept(function))
    return wrapper


def _kept(function: Any) -> list[str]:
    return [name for name in functools.WRAPPER_ASSIGNMENTS if hasattr(function, name)]


def _checked_callable(function: Any) -> Any:
    if not callable(function):
        raise PySparkTypeError(
            f"udf needs a function, not {function!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "func", "expected_type": "callable", "arg_type": type(function).__name__},
        )
    return function


def _checked_type(text: Any) -> Any:
    if not isinstance(text, str):
        raise PySparkTypeError(
            f"a function's type is a text as 'int' or 'array<string>', not {text!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "returnType", "expected_type": "str", "arg_type": type(text).__name__},
        )
    return parse_type(text)
