"""Columns: what to select, by name or as the result of a Python function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from minispark.engine.core.values import value
from minispark.errors import PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from minispark.sql.datatypes import DataType


@value
class Reference:
    """A column of the DataFrame, as named by the user."""

    name: str

    def __str__(self) -> str:
        return self.name


@value
class Call:
    """A Python function of other columns; keyword arguments come last."""

    function: Callable[..., Any]
    name: str
    kind: DataType
    args: tuple[Any, ...]
    keywords: tuple[str, ...]

    def __str__(self) -> str:
        first = len(self.args) - len(self.keywords)
        parts = [str(arg) for arg in self.args[:first]]
        parts += [f"{word} => {arg}" for word, arg in zip(self.keywords, self.args[first:], strict=True)]
        return f"{self.name}({', '.join(parts)})"


@value
class Alias:
    """An expression under another name."""

    expression: Any
    name: str

    def __str__(self) -> str:
        return f"{self.expression} AS {self.name}"


class Column:
    """A column to select (``pyspark.sql.Column``), made by ``col``, by ``df["name"]`` or by calling a ``udf``.

    Arithmetic, comparisons and all methods but ``alias`` raise PySparkNotImplementedError: they come with DataFrames.

    >>> from minispark.sql.functions import col
    >>> col("id").alias("n")
    Column<'id AS n'>
    """

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def alias(self, *alias: str) -> Column:
        """The same column under another name. Raises PySparkTypeError for anything else than one str."""
        if len(alias) != 1 or not isinstance(alias[0], str):
            raise PySparkTypeError(f"alias needs one name, a str, not {alias!r:.200}")
        return Column(Alias(_bare(self._expression), alias[0]))

    name = alias

    def __repr__(self) -> str:
        return f"Column<'{self._expression}'>"

    def __bool__(self) -> NoReturn:
        raise PySparkValueError(
            f"{self!r} has no truth value: its values are known in tasks only",
            "CANNOT_CONVERT_COLUMN_INTO_BOOL",
            {"column": str(self._expression)},
        )

    def __iter__(self) -> NoReturn:
        raise PySparkTypeError(f"{self!r} is not iterable", "NOT_ITERABLE", {"objectName": "Column"})

    def __contains__(self, item: object) -> NoReturn:
        raise PySparkValueError(
            f"'in' does not work with {self!r}: its values are known in tasks only", "CANNOT_APPLY_IN_FOR_COLUMN", {}
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(f"'Column' object has no attribute {name!r}")
        raise _later(name)


def _later(name: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"Column.{name} belongs to DataFrames, which minispark has the beginnings of only; compute it in a udf, "
        "in an RDD (df.rdd), or run the program with PySpark"
    )


def _operator(name: str) -> Callable[..., NoReturn]:
    def refuse(self: Column, *_: object) -> NoReturn:
        raise _later(name)

    return refuse


_OPERATORS = (
    "add sub mul truediv floordiv mod pow radd rsub rmul rtruediv rmod rpow neg invert and or rand ror eq ne lt le gt "
    "ge getitem"
)
for _name in _OPERATORS.split():
    setattr(Column, f"__{_name}__", _operator(f"__{_name}__"))


def expression_of(given: Any, where: str) -> Any:
    """The expression of a Column or of a column's name. Raises PySparkTypeError for anything else."""
    if isinstance(given, Column):
        return given._expression
    if isinstance(given, str):
        return Reference(given)
    raise PySparkTypeError(
        f"{where} needs a Column or a column's name, not {given!r:.200}",
        "NOT_EXPECTED_TYPE",
        {"arg_name": "col", "expected_type": "Column or str", "arg_type": type(given).__name__},
    )


def _bare(expression: Any) -> Any:
    return expression.expression if isinstance(expression, Alias) else expression
