"""DataFrame, put together of its parts."""

from __future__ import annotations

from typing import Any, NoReturn

from minispark.engine.core.errors import ContextInTaskError
from minispark.engine.core.values import replace
from minispark.errors import PySparkAttributeError, PySparkTypeError
from minispark.sql.analysis.scope import quoted
from minispark.sql.column import Column
from minispark.sql.dataframe.actions import Actions
from minispark.sql.dataframe.base import expression_of, name_expression, wrong_type
from minispark.sql.dataframe.combining import Combining
from minispark.sql.dataframe.describing import Describing
from minispark.sql.dataframe.elsewhere import Elsewhere
from minispark.sql.dataframe.facts import Facts
from minispark.sql.dataframe.keeping import Keeping
from minispark.sql.dataframe.later import METHODS, deferrable
from minispark.sql.dataframe.missing import Missing
from minispark.sql.dataframe.nearest import Nearest
from minispark.sql.dataframe.observing import Observing
from minispark.sql.dataframe.reshaping import Reshaping
from minispark.sql.dataframe.selecting import Selecting
from minispark.sql.dataframe.shaping import Shaping
from minispark.sql.dataframe.statistics import Statistics
from minispark.sql.dataframe.storing import Storing
from minispark.sql.plan.expressions import Alias, Attribute, Field, Literal, Name, Star


class DataFrame(
    Selecting, Combining, Nearest, Shaping, Missing, Statistics, Describing, Reshaping, Observing, Facts, Elsewhere,
    Keeping, Storing, Actions,
):  # fmt: skip
    """Rows with named, typed columns: a plan that runs when asked for rows (``pyspark.sql.DataFrame``).

    >>> from minispark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> df = spark.createDataFrame([(2, "Alice"), (5, "Bob")], ["age", "name"])
    >>> df.filter(df.age > 3).select("name").collect()
    [Row(name='Bob')]
    """

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return [one.name for one in self._plan.output]

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """Names and types, as ``simpleString`` writes them."""
        return [(one.name, one.dtype.simpleString()) for one in self._plan.output]

    def __getitem__(self, item: Any) -> Any:
        """A column by name or position; rows by a condition; a projection by a list.

        Raises AnalysisException for a name that no column has, PySparkTypeError for anything else.
        """
        if isinstance(item, str):
            return self._column(item)
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int) and not isinstance(item, bool):
            return self._column_of(self._plan.output[item])
        raise wrong_type("item", "Column, float, integer, list or string", item)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_plan" not in self.__dict__:
            raise AttributeError(f"'DataFrame' object has no attribute {name!r}")
        if name not in self.columns:
            raise PySparkAttributeError(
                f"DataFrame has neither a method nor a column {name!r}; its columns are {', '.join(self.columns)}",
                "ATTRIBUTE_NOT_SUPPORTED",
                {"attr_name": name},
            )
        return self._column(name)

    def __dir__(self) -> list[str]:
        names = set(super().__dir__())
        names.update(name for name in self.columns if name.isidentifier())
        return sorted(names)

    def _column(self, name: str) -> Column:
        if name == "*":
            return Column(Star(columns=self._plan.output))
        expression = name_expression(name)
        if isinstance(expression, Star):
            return Column(expression)
        assert isinstance(expression, Name)
        scope = self._analyzer.scope(self._plan.output)
        found = scope.find(expression.parts)
        if found is None:
            missing = scope.missing(expression.parts)
            if "proposal" in (missing._parameters or {}):
                missing._parameters["proposal"] = ", ".join(quoted((one.name,)) for one in self._plan.output)
            raise missing
        attribute, rest = found
        column: Any = replace(attribute, origin=self._number)
        for part in rest:
            column = Field(column, _text(part), dotted=True)
        if rest:
            self._analyzer.resolve(column, scope)
            column = Alias(column, rest[-1])
        return Column(column)

    def _column_of(self, attribute: Attribute) -> Column:
        return Column(replace(attribute, origin=self._number))

    def colRegex(self, colName: str) -> Column:
        """All columns whose whole name matches the pattern in backticks; without them, the column of that name."""
        from minispark.sql.plan.expressions import ByRegex

        if not isinstance(colName, str):
            raise wrong_type("colName", "str", colName)
        table, _, pattern = (
            colName.rpartition(".`") if ".`" in colName else ("", "", colName[1:] if colName[:1] == "`" else "")
        )
        if not pattern.endswith("`"):
            named = Column(expression_of(colName))
            self.select(named)
            return named
        return Column(ByRegex(pattern[:-1], (table,) if table else ()))

    def __repr__(self) -> str:
        if str(self._session.conf.get("spark.sql.repl.eagerEval.enabled", "false")).lower() == "true":
            return self._eager_text()
        return f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in self.dtypes)}]"

    def __iter__(self) -> NoReturn:
        raise PySparkTypeError(
            "a DataFrame is not iterable; use collect() or toLocalIterator()",
            "NOT_ITERABLE",
            {"objectName": "DataFrame"},
        )

    def __reduce__(self) -> NoReturn:
        raise ContextInTaskError(
            "a DataFrame is used in a function that runs in a worker; DataFrames and sessions exist only in the "
            "driver. "
            "Join with it instead, or collect() it first and use its rows or a broadcast of them"
        )


def _text(part: str) -> Literal:
    from minispark.sql.types import StringType

    return Literal(part, StringType())


for _name in METHODS:
    setattr(DataFrame, _name, deferrable(_name, getattr(DataFrame, _name)))
