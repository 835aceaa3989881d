"""Missing values: rows dropped, nulls filled, values replaced (Spark's ``DataFrameNaFunctions``)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self

from minispark.errors import (
    IllegalArgumentException,
    PySparkTypeError,
    PySparkValueError,
    UnsupportedOperationException,
)
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.analysis.scope import quoted
from minispark.sql.dataframe.base import Base, name_expression, wrong_type
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Cast, Expression
from minispark.sql.plan.names import parse_name

if TYPE_CHECKING:
    from minispark.sql.dataframe.frame import DataFrame

_REQUIRED = object()
"""Stands for a value that was not given, where None is one."""


class Missing(Base):
    """The part of DataFrame for nulls and NaN."""

    @property
    def na(self) -> DataFrameNaFunctions:
        """The same methods under the names ``drop``, ``fill`` and ``replace``."""
        return DataFrameNaFunctions(self._itself)

    def dropna(self, how: str = "any", thresh: int | None = None, subset: Any = None) -> Self:
        """The rows without nulls and NaN in the given columns (all without ``subset``).

        With ``how="all"`` only rows that have nothing else there go; ``thresh`` is how many values a row needs.
        Raises PySparkValueError for another ``how``, AnalysisException for a name that no column has.
        """
        if how is not None and how not in ("any", "all"):
            raise PySparkValueError(
                f"how is 'any' or 'all', not {how!r:.200}",
                "VALUE_NOT_ALLOWED",
                {"arg_name": "how", "allowed_values": "['any', 'all']"},
            )
        columns: list[Any] = list(self._plan.output)
        if subset is not None:
            columns = [self._resolved(name) for name in self._names(subset, "list, str or tuple")]
        least = (len(columns) if how == "any" else 1) if thresh is None else thresh
        return self._over(relations.where(self._analyzer, self._plan, _present(columns, least)))

    def fillna(self, value: Any, subset: Any = None) -> Self:
        """Nulls and NaN replaced by a number, str or bool in columns of that kind, or by a dict of columns and values.

        Raises PySparkTypeError for another value, AnalysisException for a name that no column has.
        """
        if not isinstance(value, (float, int, str, bool, dict)):
            raise wrong_type("value", "bool, dict, float, int or str", value)
        if isinstance(value, dict):
            chosen = {self._of_name(name).id: _fillable(item) for name, item in value.items()}
        else:
            columns = list(self._plan.output)
            if subset is not None:
                found = [self._resolved(name) for name in self._names(subset, "list or tuple")]
                columns = [one for one in found if isinstance(one, Attribute)]
            item = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
            chosen = {one.id: item for one in columns if _fits(one.dtype, item)}
        items = [_filled(one, chosen[one.id]) if one.id in chosen else one for one in self._plan.output]
        return self._over(relations.keeping(self._analyzer, self._plan, items))

    def replace(self, to_replace: Any, value: Any = _REQUIRED, subset: Any = None) -> Self:
        """Values replaced by others: numbers in all columns of numbers, or strings, or bools.

        ``to_replace`` is a value, a list of them, or a dict of old and new values.
        Raises PySparkTypeError and PySparkValueError for arguments of other types, lengths, and for types mixed.
        """
        changes = _changes(to_replace, value, subset)
        columns = list(self._plan.output)
        if subset is not None:
            columns = [self._of_name(name) for name in self._names(subset, "list, str or tuple")]
        kind = next((type(key) for key in changes), None)
        if kind is None or not columns:
            return self
        ids = {one.id for one in columns if _fits(one.dtype, next(iter(changes)))}
        items = [_replaced(one, changes) if one.id in ids else one for one in self._plan.output]
        return self._over(relations.keeping(self._analyzer, self._plan, items))

    def _names(self, subset: Any, expected: str) -> list[str]:
        if isinstance(subset, str):
            subset = [subset]
        if not isinstance(subset, (list, tuple)):
            raise wrong_type("subset", expected, subset)
        return list(subset)

    def _resolved(self, name: str) -> Any:
        return self._analyzer.resolve(name_expression(name), self._analyzer.scope(self._plan.output))

    def _of_name(self, name: str) -> Attribute:
        """A column by its name. Raises UnsupportedOperationException for a field of a struct."""
        found = self._resolved(name)
        if not isinstance(found, Attribute):
            raise UnsupportedOperationException(
                f"{name} is a field of a struct, and only whole columns can be replaced; use withField",
                "UNSUPPORTED_FEATURE.REPLACE_NESTED_COLUMN",
                {"colName": quoted(parse_name(name))},
            )
        return found


class DataFrameNaFunctions:
    """What a DataFrame does about missing values (``df.na``).

    >>> from minispark.sql import SparkSession
    >>> df = SparkSession.builder.getOrCreate().createDataFrame([(1, None), (None, "a")], "n int, s string")
    >>> df.na.fill(0).na.fill("none").collect()
    [Row(n=1, s='none'), Row(n=0, s='a')]
    """

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def drop(self, how: str = "any", thresh: int | None = None, subset: Any = None) -> DataFrame:
        """As ``DataFrame.dropna``."""
        return self.df.dropna(how, thresh, subset)

    def fill(self, value: Any, subset: Any = None) -> DataFrame:
        """As ``DataFrame.fillna``."""
        return self.df.fillna(value, subset)

    def replace(self, to_replace: Any, value: Any = _REQUIRED, subset: Any = None) -> DataFrame:
        """As ``DataFrame.replace``."""
        return self.df.replace(to_replace, value, subset)


def _present(columns: list[Any], least: int) -> Expression:
    """Whether at least so many columns hold a value."""
    tests: list[Expression] = []
    for one in columns:
        test: Expression = Apply("isnotnull", (one,))
        if isinstance(one.dtype, (t.FloatType, t.DoubleType)):
            test = Apply("and", (test, Apply("not", (Apply("isnan", (one,)),))))
        tests.append(test)
    if least <= 0:
        return literal(True)
    if least > len(tests):
        return literal(False)
    if least in (1, len(tests)):
        return _joined("or" if least == 1 else "and", tests)
    counted = _joined("+", [Apply("case", (test, literal(1), literal(0))) for test in tests])
    return Apply(">=", (counted, literal(least)))


def _joined(operator: str, parts: list[Expression]) -> Expression:
    found = parts[0]
    for part in parts[1:]:
        found = Apply(operator, (found, part))
    return found


def _fillable(item: Any) -> Any:
    if not isinstance(item, (bool, int, float, str)):
        raise IllegalArgumentException(f"a value to fill with is a bool, number or str, not {item!r:.200}")
    return item


def _fits(dtype: t.DataType, item: Any) -> bool:
    """Whether a column is of the kind that a value fills."""
    if isinstance(item, bool):
        return isinstance(dtype, t.BooleanType)
    return dtype == t.StringType() if isinstance(item, str) else isinstance(dtype, t.NumericType)


def _filled(one: Attribute, item: Any) -> Expression:
    value = Cast(literal(item), one.dtype, "", given=False)
    column: Expression = one
    if isinstance(one.dtype, (t.FloatType, t.DoubleType)):
        column = Apply("nanvl", (one, literal(None)))
    return Alias(Apply("coalesce", (column, value)), one.name)


def _replaced(one: Attribute, changes: dict[Any, Any]) -> Expression:
    branches: list[Expression] = []
    for old, new in changes.items():
        branches += [Apply("=", (one, literal(_number(old)))), Cast(literal(_number(new)), one.dtype, "", given=False)]
    return Alias(Apply("case", (*branches, one)), one.name)


def _number(item: Any) -> Any:
    return float(item) if isinstance(item, int) and not isinstance(item, bool) else item


def _changes(to_replace: Any, value: Any, subset: Any) -> dict[Any, Any]:
    """The arguments of ``replace`` as a dict of old and new values."""
    if value is _REQUIRED:
        if not isinstance(to_replace, dict):
            raise PySparkTypeError(
                "replace needs value, unless to_replace is a dict",
                "ARGUMENT_REQUIRED",
                {"arg_name": "value", "condition": "`to_replace` is dict"},
            )
        value = None
    plain = (bool, float, int, str, list, tuple)
    if not isinstance(to_replace, (*plain, dict)):
        raise wrong_type("to_replace", "bool, dict, float, int, str or tuple", to_replace)
    if not isinstance(value, plain) and value is not None and not isinstance(to_replace, dict):
        raise wrong_type("value", "bool, float, int, list, None, str or tuple", value)
    if not (subset is None or isinstance(subset, (list, tuple, str))):
        raise wrong_type("subset", "list, str or tuple", subset)
    changes = _paired(to_replace, value)
    new = [item for item in changes.values() if item is not None]
    for kinds in (bool, str, (float, int)):
        if all(isinstance(item, kinds) for item in (*changes, *new)):
            return changes
    raise PySparkValueError(
        "replace takes numbers, or strings, or bools, not several of these at once", "MIXED_TYPE_REPLACEMENT", {}
    )


def _paired(to_replace: Any, value: Any) -> dict[Any, Any]:
    if isinstance(to_replace, dict):
        if value is not None:
            warnings.warn("to_replace is a dict and value is not None. value will be ignored.", stacklevel=5)
        return to_replace
    old = list(to_replace) if isinstance(to_replace, (list, tuple)) else [to_replace]
    if not isinstance(value, (list, tuple)):
        return dict.fromkeys(old, value)
    if isinstance(to_replace, (list, tuple)) and len(old) != len(value):
        raise PySparkValueError(
            f"replace has {len(old)} values to replace and {len(value)} to put in their places",
            "LENGTH_SHOULD_BE_THE_SAME",
            {"arg1": "to_replace", "arg2": "value", "arg1_length": str(len(old)), "arg2_length": str(len(value))},
        )
    return dict(zip(old, value, strict=False))
