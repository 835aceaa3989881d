"""GroupedData: groups before their aggregates are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException, PySparkTypeError, UnsupportedOperationException
from minispark.sql import types as t
from minispark.sql.analysis.aggregates import aggregate
from minispark.sql.analysis.pivots import pivoted, value_names
from minispark.sql.column import Column
from minispark.sql.convert.javaorder import argument_order
from minispark.sql.dataframe.base import expression_of, name_expression
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Expression, Star
from minispark.sql.plan.names import parse_name
from minispark.sql.plan.shown import shown

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame


class GroupedData:
    """Groups of a DataFrame's rows (``pyspark.sql.GroupedData``).

    Made by ``groupBy``, ``rollup``, ``cube`` and ``groupingSets``.

    >>> from minispark.sql import SparkSession
    >>> df = SparkSession.builder.getOrCreate().createDataFrame([(1, "a"), (2, "a"), (3, "b")], ["n", "k"])
    >>> df.groupBy("k").sum("n").sort("k").collect()
    [Row(k='a', sum(n)=3), Row(k='b', sum(n)=3)]
    """

    def __init__(
        self,
        frame: DataFrame,
        keys: tuple[Expression, ...],
        sets: tuple[tuple[int, ...], ...] | None = None,
        column: Expression | None = None,
        values: tuple[tuple[Expression, str], ...] = (),
        kind: str = "GroupBy",
    ) -> None:
        self._frame = frame
        self._keys = keys
        self._sets = sets
        self._column = column
        self._values = values
        self._kind = kind
        frame._analyzer.scope(frame._plan.output)
        self._check()

    def _check(self) -> None:
        scope = self._frame._analyzer.scope(self._frame._plan.output)
        for key in self._keys:
            self._frame._analyzer.resolve(key.child if isinstance(key, Alias) else key, scope)

    def agg(self, *exprs: Any) -> DataFrame:
        """A row for each group: its keys and the given aggregates.

        Aggregates are Columns, or a dict of columns' names and functions' names.

        Raises AssertionError without any, and for anything else.
        """
        if not exprs:
            raise AssertionError("exprs should not be empty: agg needs at least one aggregate")
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            items = [self._by_name(column, function) for column, function in argument_order(exprs[0]).items()]
        elif all(isinstance(one, Column) for one in exprs):
            items = [one._expression for one in exprs]
        else:
            raise AssertionError(f"all exprs should be Column (or one dict), not {exprs!r:.200}")
        return self._made(items)

    def _by_name(self, column: str, function: str) -> Expression:
        if column == "*":
            return Apply(function.lower(), (literal(1) if function.lower() == "count" else Star(),))
        return Apply(function.lower(), (name_expression(column),))

    def _made(self, items: list[Expression]) -> DataFrame:
        frame, analyzer = self._frame, self._frame._analyzer
        if self._column is not None:
            return frame._over(pivoted(analyzer, frame._plan, self._keys, self._column, self._values, items))
        retain = str(frame._session.conf.get("spark.sql.retainGroupColumns", "true")).lower() != "false"
        shown = [*self._keys, *items] if retain else items
        return frame._over(aggregate(analyzer, frame._plan, self._keys, shown, self._sets))

    def count(self) -> DataFrame:
        """The number of rows of each group."""
        return self._made([Alias(Apply("count", (literal(1),)), "count")])

    def _each(self, function: str, cols: tuple[Any, ...]) -> DataFrame:
        names = list(cols[0]) if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else list(cols)
        plan, analyzer = self._frame._plan, self._frame._analyzer
        scope = analyzer.scope(plan.output)
        if names:
            found = []
            for name in names:
                column = scope.find(parse_name(name)) if isinstance(name, str) else None
                if column is None:
                    raise scope.missing((str(name),))
                if not isinstance(column[0].dtype, t.NumericType):
                    raise AnalysisException(
                        f"`{name}` is of type {column[0].dtype.simpleString()}, and {function} of groups needs "
                        "numbers; use agg()",
                        "_LEGACY_ERROR_TEMP_1323",
                        {"colName": str(name)},
                    )
                found.append(name_expression(name))
            return self._made([Apply(function, (one,)) for one in found])
        keys = {getattr(analyzer.resolve(key, scope), "id", None) for key in self._keys if not isinstance(key, Alias)}
        numbers = [one for one in plan.output if isinstance(one.dtype, t.NumericType) and one.id not in keys]
        return (
            self._made([Apply(function, (one,)) for one in numbers])
            if numbers
            else self._frame._over(aggregate(analyzer, plan, self._keys, self._keys, self._sets))
        )

    def sum(self, *cols: str) -> DataFrame:
        """The sum of each column (all numeric ones without names) in each group."""
        return self._each("sum", cols)

    def avg(self, *cols: str) -> DataFrame:
        """The mean of each column in each group."""
        return self._each("avg", cols)

    mean = avg

    def min(self, *cols: str) -> DataFrame:
        """The least value of each column in each group."""
        return self._each("min", cols)

    def max(self, *cols: str) -> DataFrame:
        """The greatest value of each column in each group."""
        return self._each("max", cols)

    def pivot(self, pivot_col: Any, values: list[Any] | None = None) -> GroupedData:
        """A column for each value of ``pivot_col``; without ``values`` a query finds them (sorted) first.

        Raises AnalysisException for more values than ``spark.sql.pivotMaxValues``, and for a second pivot.
        """
        from minispark.sql.analysis import relations
        from minispark.sql.plan.nodes import Limit

        if not isinstance(pivot_col, str):
            raise PySparkTypeError(
                f"pivot needs a column's name, not {pivot_col!r:.200}",
                "NOT_ITERABLE",
                {"objectName": type(pivot_col).__name__},
            )
        if self._column is not None:
            raise UnsupportedOperationException(
                "pivot cannot follow another pivot",
                "REPEATED_CLAUSE",
                {"clause": "PIVOT", "operation": "SUBQUERY"},
            )
        if self._sets is not None:
            raise UnsupportedOperationException(
                "pivot cannot follow rollup, cube or groupingSets", "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY", {}
            )
        frame = self._frame
        column = expression_of(pivot_col, "pivot_col")
        if values is None:
            most = int(frame._session.conf.get("spark.sql.pivotMaxValues", None) or 10000)
            one = relations.distinct(relations.select(frame._analyzer, frame._plan, [Alias(column, "value")]))
            ordered = relations.order(frame._analyzer, one, [one.output[0]])
            rows = frame._rows(Limit(ordered, most + 1))
            if len(rows) > most:
                raise AnalysisException(
                    f"the column to pivot by has more than {most} values; name those wanted, or raise "
                    f"spark.sql.pivotMaxValues",
                    "_LEGACY_ERROR_TEMP_1324",
                    {"maxValues": str(most)},
                )
            values = [row[0] for row in rows]
        scope = frame._analyzer.scope(frame._plan.output)
        dtype = frame._analyzer.resolve(column, scope).dtype
        given = [one._expression if isinstance(one, Column) else one for one in values]
        return GroupedData(frame, self._keys, None, column, value_names(given, dtype, frame._session._zone))

    def __repr__(self) -> str:
        keys = ", ".join(shown(key) for key in self._keys)
        fields = [f"{name}: {kind}" for name, kind in self._frame.dtypes]
        rest = f" ... {len(fields) - 2} more field{'s' if len(fields) > 3 else ''}" if len(fields) > 2 else ""
        kind = "Pivot" if self._column is not None else self._kind
        return f"GroupedData[grouping expressions: [{keys}], value: [{', '.join(fields[:2])}{rest}], type: {kind}]"

    def __getattr__(self, name: str) -> Any:
        from minispark.errors import PySparkNotImplementedError

        if name in (
            "apply",
            "applyInPandas",
            "applyInArrow",
            "cogroup",
            "applyInPandasWithState",
            "transformWithState",
            "transformWithStateInPandas",
        ):
            raise PySparkNotImplementedError(
                f"GroupedData.{name} runs Python functions over groups, which minispark does not do yet; "
                "use df.rdd.groupBy(...), or run the program with PySpark"
            )
        raise AttributeError(f"'GroupedData' object has no attribute {name!r}")
