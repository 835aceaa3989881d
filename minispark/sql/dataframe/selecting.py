"""Which columns: select, withColumn, drop, rename."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from minispark.errors import AnalysisException
from minispark.sql.analysis import relations
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base, expression_of, flat, wrong_type
from minispark.sql.plan.expressions import Alias, Attribute, Name, SqlText, fresh_id
from minispark.sql.plan.nodes import project


def _typed(item: Any, kind: type, name: str) -> None:
    if not isinstance(item, kind):
        raise wrong_type(name, kind.__name__, item)


class Selecting(Base):
    """The part of DataFrame that chooses and makes columns."""

    def select(self, *cols: Any) -> Self:
        """The given columns: names (``"*"`` for all), Columns, or one list of them.

        Raises AnalysisException for what cannot be resolved.
        """
        items = [expression_of(one) for one in flat(cols)]
        return self._over(relations.select(self._analyzer, self._plan, items))

    def selectExpr(self, *expr: Any) -> Self:
        """The given SQL expressions. Raises ParseException for text that is none."""
        return self._over(relations.select(self._analyzer, self._plan, [SqlText(one) for one in flat(expr)]))

    def withColumn(self, colName: str, col: Column) -> Self:
        """A column added, or replaced where one has the name."""
        _typed(colName, str, "colName")
        _typed(col, Column, "col")
        return self._over(relations.with_columns(self._analyzer, self._plan, [(colName, col._expression)]))

    def withColumns(self, *colsMap: dict[str, Column]) -> Self:
        """Several columns added or replaced: all are computed from the columns before."""
        if len(colsMap) != 1 or not isinstance(colsMap[0], dict):
            raise wrong_type("colsMap", "dict", colsMap[0] if colsMap else None)
        columns = []
        for name, col in colsMap[0].items():
            _typed(col, Column, "col")
            columns.append((name, col._expression))
        return self._over(relations.with_columns(self._analyzer, self._plan, columns))

    def withColumnRenamed(self, existing: str, new: str) -> Self:
        """A column under another name; nothing where no column has the old one."""
        return self._over(relations.renamed(self._analyzer, self._plan, [(existing, new)]))

    def withColumnsRenamed(self, colsMap: dict[str, str]) -> Self:
        """Columns under other names, by a dict from old to new; names that no column has are let be."""
        _typed(colsMap, dict, "colsMap")
        return self._over(relations.renamed(self._analyzer, self._plan, list(colsMap.items())))

    def withMetadata(self, columnName: str, metadata: dict[str, Any]) -> Self:
        """A column with other metadata: a dict of what JSON can say."""
        _typed(metadata, dict, "metadata")
        item = Alias(expression_of(columnName), columnName, tuple(metadata.items()))
        return self._over(relations.with_columns(self._analyzer, self._plan, [(columnName, item)]))

    def drop(self, *cols: Any) -> Self:
        """The columns without the given ones: names (as they are, dots and all) or Columns; others are let be.

        Raises PySparkTypeError for anything else.
        """
        scope = self._analyzer.scope(self._plan.output)
        names: set[str] = set()
        ids: set[int] = set()
        for one in cols:
            if isinstance(one, str):
                names.add(scope.fold(one))
            elif isinstance(one, Column):
                expression = one._expression
                if isinstance(expression, Name):
                    found = scope.find(expression.parts)
                    if found is not None and not found[1]:
                        ids.add(found[0].id)
                elif isinstance(expression, Attribute):
                    ids.add(expression.id)
            else:
                raise wrong_type("col", "Column or str", one)
        kept = [one for one in self._plan.output if one.id not in ids and scope.fold(one.name) not in names]
        return self._over(project(self._plan, tuple(kept)))

    def toDF(self, *cols: str) -> Self:
        """The same columns under other names, by position. Raises for another number of names."""
        for one in cols:
            if not isinstance(one, str):
                raise wrong_type("cols", "list[str]", one)
        count = len(self._plan.output)
        if len(cols) != count:
            raise AnalysisException(
                f"toDF needs a name for each of the {count} columns, not {len(cols)}: {', '.join(cols)}",
                "ASSIGNMENT_ARITY_MISMATCH",
                {"numExpr": str(len(cols)), "numTarget": str(count)},
            )
        items = [Alias(one, name, None, fresh_id()) for one, name in zip(self._plan.output, cols, strict=True)]
        return self._over(project(self._plan, tuple(items)))

    def to(self, schema: Any) -> Self:
        """The columns of a schema: reordered, nested fields too, and cast where nothing can be lost.

        Raises AnalysisException for a column that is not there, or whose type or nullability does not fit.
        """
        from minispark.sql.analysis.schemas import conformed

        return self._over(conformed(self._analyzer, self._plan, schema))

    def transform(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """``func(self, *args, **kwargs)``, which must give a DataFrame; for chains of functions."""
        result = func(self, *args, **kwargs)
        if not isinstance(result, type(self)):
            raise AssertionError(f"transform's function must return a DataFrame, and returned {type(result)}")
        return result

    def alias(self, alias: str) -> Self:
        """The same under a table's name, for ``col("alias.column")``."""
        if not isinstance(alias, str):
            raise AssertionError(f"alias should be a string, not {alias!r:.200}")
        return self._over(relations.alias(self._plan, alias))
