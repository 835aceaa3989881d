"""Statistics over columns: correlation, quantiles, counts of pairs, frequent values (``DataFrameStatFunctions``)."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from minispark.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.dataframe.base import Base, expression_of, name_expression, wrong_type
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Cast, Expression, Literal

if TYPE_CHECKING:
    from minispark.sql.dataframe.frame import DataFrame


class Statistics(Base):
    """The part of DataFrame that counts and measures."""

    @property
    def stat(self) -> DataFrameStatFunctions:
        """The same methods as an object of their own."""
        return DataFrameStatFunctions(self._itself)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """Pearson's correlation of two columns of numbers, a null counting as 0; NaN where there is none.

        Raises PySparkValueError for another method, IllegalArgumentException for columns of other types.
        """
        if (method or "pearson") != "pearson":
            raise PySparkValueError(
                f"corr knows the method 'pearson', not {method!r:.200}",
                "VALUE_NOT_ALLOWED",
                {"arg_name": "method", "allowed_values": "['pearson']"},
            )
        found = self._of_two("corr", "correlation", col1, col2)
        return math.nan if found is None else found

    def cov(self, col1: str, col2: str) -> float:
        """The sample covariance of two columns of numbers, a null counting as 0; 0.0 where there is none."""
        found = self._of_two("covar_samp", "covariance", col1, col2)
        return 0.0 if found is None else found

    def _of_two(self, function: str, what: str, *names: Any) -> float | None:
        for place, name in enumerate(names, 1):
            if not isinstance(name, str):
                raise wrong_type(f"col{place}", "str", name)
        columns = [self._as_double(name, f"currently {what} calculation") for name in names]
        plan = relations.select(self._analyzer, self._plan, [Apply(function, tuple(columns))])
        found: float | None = self._rows(plan, what)[0][0]
        return found

    def _as_double(self, name: str, what: str) -> Expression:
        """A column of numbers as double, 0 for null."""
        column = expression_of(name)
        resolved = self._analyzer.resolve(column, self._analyzer.scope(self._plan.output))
        if not isinstance(resolved.dtype, t.NumericType):
            raise IllegalArgumentException(
                f"{what} for columns with dataType {resolved.dtype.simpleString()} not supported: {name!r}"
            )
        return Apply("coalesce", (Cast(resolved, t.DoubleType(), "", given=False), literal(0.0)))

    def crosstab(self, col1: str, col2: str) -> Self:
        """How often each pair of values occurs: a row for each value of one column, a column for each of the other."""
        for place, name in enumerate((col1, col2), 1):
            if not isinstance(name, str):
                raise wrong_type(f"col{place}", "str", name)
        frame: Any = self
        one = expression_of(col1)
        text = Cast(one, t.StringType(), "", given=False)
        first = Alias(Apply("case", (Apply("isnull", (one,)), literal("null"), text)), f"{col1}_{col2}")
        second = Alias(Apply("replace", (_text(expression_of(col2)), literal("`"), literal(""))), "__value")
        plan = relations.select(self._analyzer, self._plan, [first, second])
        pairs = frame._over(plan)
        counted = pairs.groupBy(pairs[0]).pivot("__value").count()
        zero = Literal(0, t.LongType())
        items = [Alias(Apply("coalesce", (one, zero)), one.name) for one in counted._plan.output[1:]]
        return self._over(relations.keeping(self._analyzer, counted._plan, [counted._plan.output[0], *items]))

    def freqItems(self, cols: Any, support: float | None = None) -> Self:
        """Values that make up more than ``support`` of each column, among others (Karp, Schenker and Papadimitriou).

        Raises IllegalArgumentException for a support outside of [0.0001, 1].
        """
        if not isinstance(cols, (list, tuple)):
            raise wrong_type("cols", "list or tuple", cols)
        support = support or 0.01
        if not 1e-4 <= support <= 1:
            raise IllegalArgumentException(f"support must be in [1e-4, 1], but got {support}")
        scope = self._analyzer.scope(self._plan.output)
        found = [self._analyzer.resolve(name_expression(name), scope) for name in cols]
        items = [Alias(one, name) for one, name in zip(found, cols, strict=True)]
        table = self._table(relations.select(self._analyzer, self._plan, items), "freqItems")
        fields, values = [], []
        for name, one, column in zip(cols, found, table.columns, strict=True):
            fields.append(t.StructField(f"{name}_freqItems", t.ArrayType(one.dtype, one.nullable), False))
            values.append(_frequent(column.to_pylist(), int(1 / support)))
        return self._of_physical(values, t.StructType(fields))

    def _of_physical(self, row: list[Any], schema: t.StructType) -> Self:
        from minispark.sql.convert.physical import arrow_schema

        def table() -> Any:
            import pyarrow as pa

            kinds = arrow_schema(schema)
            columns = [pa.array([item], kind.type) for item, kind in zip(row, kinds, strict=True)]
            return pa.Table.from_arrays(columns, schema=kinds)

        return self._over(self._session._local(table, schema, rows=1)._plan)

    def sampleBy(self, col: Any, fractions: Any, seed: int | None = None) -> Self:
        """A random part of the rows, with a fraction for each value of a column; values without one are left out.

        Raises PySparkTypeError for arguments of other types, IllegalArgumentException for fractions outside of [0, 1].
        """
        column = expression_of(col)
        if not isinstance(fractions, dict):
            raise wrong_type("fractions", "dict", fractions)
        branches: list[Expression] = []
        for key, fraction in fractions.items():
            if not isinstance(key, (float, int, str)):
                raise PySparkTypeError(
                    f"the values to sample by are floats, ints and strs, not {key!r:.200}",
                    "DISALLOWED_TYPE_FOR_CONTAINER",
                    {
                        "arg_name": "fractions",
                        "arg_type": type(fractions).__name__,
                        "allowed_types": "float, int, str",
                        "item_type": type(key).__name__,
                    },
                )
            if not 0 <= float(fraction) <= 1:
                raise IllegalArgumentException(f"fractions must be in [0, 1], and that of {key!r} is {fraction}")
            branches += [Apply("=", (column, literal(key))), literal(float(fraction))]
        chosen = Apply("case", (*branches, literal(0.0))) if branches else literal(0.0)
        number = Apply("rand", (literal(random.randint(0, sys.maxsize) if seed is None else seed),))
        return self._over(relations.where(self._analyzer, self._plan, Apply("<", (number, chosen))))

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """The values at the given ranks (0 the least, 0.5 the median, 1 the greatest) of columns of numbers.

        Nulls and NaN do not count. The answers are exact, whatever error is allowed. A list, or one for each column.
        Raises PySparkTypeError and PySparkValueError for wrong arguments, IllegalArgumentException for other columns.
        """
        names = _quantile_arguments(col, probabilities, relativeError)
        found = [self._quantiles(name, list(probabilities)) for name in names]
        return found[0] if isinstance(col, str) else found

    def _quantiles(self, name: str, probabilities: Sequence[float]) -> list[float]:
        analyzer = self._analyzer
        one = analyzer.resolve(expression_of(name), analyzer.scope(self._plan.output))
        if not isinstance(one.dtype, t.NumericType):
            raise IllegalArgumentException(
                f"quantiles are those of numbers, and the column {name} is of type {one.dtype.simpleString()}; cast it"
            )
        double = Alias(Cast(one, t.DoubleType(), "", given=False), "value")
        plan = relations.select(analyzer, self._plan, [double])
        value = plan.output[0]
        there = Apply("and", (Apply("isnotnull", (value,)), Apply("not", (Apply("isnan", (value,)),))))
        plan = relations.where(analyzer, plan, there)
        count = int(self._rows(relations.select(analyzer, plan, [Apply("count")]), "approxQuantile")[0][0])
        if not count:
            return []
        ordered = relations.order(analyzer, plan, [value])
        ranks = [min(max(math.ceil(one * count), 1), count) for one in probabilities]
        at = {
            rank: float(self._rows(relations.limit(ordered, 1, rank - 1), "approxQuantile")[0][0])
            for rank in set(ranks)
        }
        return [at[rank] for rank in ranks]


class DataFrameStatFunctions:
    """A DataFrame's statistics (``df.stat``).

    >>> from minispark.sql import SparkSession
    >>> SparkSession.builder.getOrCreate().range(11).stat.approxQuantile("id", [0.0, 0.5, 1.0], 0.0)
    [0.0, 5.0, 10.0]
    """

    def __init__(self, df: DataFrame) -> None:
        self.df = df

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: float) -> Any:
        """As ``DataFrame.approxQuantile``."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """As ``DataFrame.corr``."""
        return self.df.corr(col1, col2, method)

    def cov(self, col1: str, col2: str) -> float:
        """As ``DataFrame.cov``."""
        return self.df.cov(col1, col2)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """As ``DataFrame.crosstab``."""
        return self.df.crosstab(col1, col2)

    def freqItems(self, cols: Any, support: float | None = None) -> DataFrame:
        """As ``DataFrame.freqItems``."""
        return self.df.freqItems(cols, support)

    def sampleBy(self, col: Any, fractions: Any, seed: int | None = None) -> DataFrame:
        """As ``DataFrame.sampleBy``."""
        return self.df.sampleBy(col, fractions, seed)


def _text(column: Expression) -> Expression:
    return Apply("coalesce", (Cast(column, t.StringType(), "", given=False), literal("null")))


def _frequent(values: Sequence[Any], most: int) -> list[Any]:
    """The counters that are left: a value beyond the most takes one off from every other."""
    counts: dict[Any, list[Any]] = {}
    for item in values:
        key = repr(item) if isinstance(item, (list, dict, float)) else item
        if key in counts:
            counts[key][1] += 1
        elif len(counts) < most:
            counts[key] = [item, 1]
        else:
            counts = {name: [one, count - 1] for name, (one, count) in counts.items() if count > 1}
    return [item for item, _ in counts.values()]


def _quantile_arguments(col: Any, probabilities: Any, error: Any) -> list[str]:
    if not isinstance(col, (str, list, tuple)):
        raise wrong_type("col", "list, str or tuple", col)
    names = [col] if isinstance(col, str) else list(col)
    for name in names:
        if not isinstance(name, str):
            raise PySparkTypeError(
                f"approxQuantile takes names of columns, not {name!r:.200}",
                "DISALLOWED_TYPE_FOR_CONTAINER",
                {
                    "arg_name": "col",
                    "arg_type": type(col).__name__,
                    "allowed_types": "str",
                    "item_type": type(name).__name__,
                },
            )
    if not isinstance(probabilities, (list, tuple)):
        raise wrong_type("probabilities", "list or tuple", probabilities)
    for one in probabilities:
        if not isinstance(one, (float, int)) or not 0 <= one <= 1:
            raise wrong_type("probabilities", "list[float, int]", one)
    if not isinstance(error, (float, int)):
        raise wrong_type("relativeError", "float or int", error)
    if error < 0:
        raise PySparkValueError(
            f"relativeError must not be negative, and is {error}",
            "NEGATIVE_VALUE",
            {"arg_name": "relativeError", "arg_value": str(error)},
        )
    return names
