"""The part of SparkSession that makes plans, and runs them."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from minispark.sql.analysis.resolver import Analyzer
from minispark.sql.conf import local_zone as local_zone
from minispark.sql.keeping import KeptPlans, forget_memory
from minispark.sql.plan.expressions import Attribute, Expression, Literal, Subquery, fresh_id
from minispark.sql.plan.nodes import Local, Node, Numbers
from minispark.sql.plan.written import written
from minispark.sql.types import LongType, StringType, StructType

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.conf import RuntimeConfig
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.parsing.planning import Planner
    from minispark.sql.row import Row
    from minispark.sql.session import SparkSession


class SessionPlans:
    """What a session needs for DataFrames."""

    _context: SparkContext

    @property
    def _itself(self) -> SparkSession:
        return self  # type: ignore[return-value]  # every instance is a SparkSession: this class is its base alone

    @property
    def conf(self) -> RuntimeConfig:
        """The session's settings."""
        raise NotImplementedError

    def _begin_plans(self) -> None:
        from minispark.rdd.rdd import RDD
        from minispark.sql.running import Runner

        RDD.frame_of = self._frame_of_rdd
        self._runner = Runner(self._itself)
        self._kept = KeptPlans(self._itself)
        self._functions: dict[str, Callable[..., Expression]] = {}
        self._variables: MutableMapping[str, Expression] = {}
        self._variable_defaults: dict[str, str] = {}

    def _end_plans(self) -> None:
        from minispark.sql.running import forget_engine

        self._kept.clear()
        forget_memory(self._context)
        forget_engine(self._context)

    @property
    def _zone(self) -> str:
        """The session's time zone."""
        return self.conf.get("spark.sql.session.timeZone", None) or local_zone()

    @property
    def _analyzer(self) -> Analyzer:
        """The session's view on names, by its settings now."""

        def parse(text: str) -> Expression:
            from minispark.sql.parsing.queries import parse_expression
            from minispark.sql.parsing.settings import parse_settings
            from minispark.sql.parsing.substituting import substituted

            whole = substituted(self, text)
            with written(whole) as places:
                made = parse_expression(whole, parse_settings(self))
            places.note()
            return made

        def subquery(one: Subquery, scope: Scope, analyzer: Analyzer) -> Subquery:
            return self._planner(analyzer).subquery(one, scope, analyzer)

        return Analyzer(self._runner.settings(), self._function, parse, subquery, self._variable)

    def _planner(self, analyzer: Analyzer | None = None) -> Planner:
        """What makes plans of parsed queries, with the session's tables and functions."""
        from minispark.sql.commands.statements import planner_of

        return planner_of(self, analyzer)

    def _function(self, name: str) -> Callable[..., Expression] | None:
        """A function of the program's own by its name, which may have a database in front; None where there is none."""
        from minispark.sql.library import lookup

        known = self._functions.get(name.lower())
        if known is not None:
            self._note("FUNCTION", (name,))
            return known
        if name in ("current_user", "session_user", "user") and lookup(name) is None:
            return lambda: Literal(_user(), StringType())
        if name in ("current_database", "current_schema", "current_catalog"):
            text = "spark_catalog" if name == "current_catalog" else self._itself._catalog.current
            return lambda: Literal(text, StringType())
        if name == "current_path":
            searched = f"system.builtin,system.session,spark_catalog.{self._itself._catalog.current}"
            return lambda: Literal(searched, StringType())
        if "_names" not in self.__dict__:
            return None
        if lookup(name) is not None:
            return None
        found = self.__dict__["_names"].function(tuple(name.split(".")))
        if found is None:
            return None
        from minispark.sql.commands.routines import call_function

        called: Callable[..., Expression] = call_function(self, found)
        return called

    def _variable(self, parts: tuple[str, ...]) -> Expression | None:
        """A session variable's value by its name, None where there is none of that name."""
        names = tuple(part.lower() for part in parts)
        if len(names) > 1 and names[:-1] not in (("session",), ("system", "session")):
            return self._variables.get(".".join(names))  # of a script's block or loop
        qualified = len(names) > 1 and not isinstance(self._variables, dict)
        found = self._variables.get(f"session.{names[-1]}" if qualified else names[-1])
        if found is not None:
            self._note("VARIABLE", parts)
        return found

    def _note(self, kind: str, parts: tuple[str, ...]) -> None:
        if self.__dict__.get("_noting"):
            from minispark.sql.commands.noting import note

            note(self, kind, parts)

    def sql(self, sqlQuery: str, args: Any = None, **kwargs: Any) -> DataFrame:
        """Run a SQL statement: of a query its rows, lazily; commands run at once and give their result, if any.

        ``args`` are values for ``:name`` (a dict) or for ``?`` (a list); ``kwargs`` fill ``{name}`` in the text, also
        with DataFrames and Columns. Raises ParseException for what Spark's grammar does not have, AnalysisException for
        names and types that do not fit.

        >>> from minispark.sql import SparkSession
        >>> spark = SparkSession.builder.getOrCreate()
        >>> spark.sql("SELECT id * :by AS n FROM {numbers}", {"by": 10}, numbers=spark.range(2)).collect()
        [Row(n=0), Row(n=10)]
        """
        from minispark.sql.commands.statements import sql

        return sql(self, sqlQuery, args, kwargs)

    def _frame(self, plan: Node) -> DataFrame:
        from minispark.sql.dataframe import DataFrame

        return DataFrame(plan, self._itself)

    def _range(self, start: int, end: int, step: int, partitions: int | None) -> DataFrame:
        return self._frame(Numbers(start, end, step, partitions, (Attribute("id", LongType(), False, fresh_id()),)))

    def _local(
        self,
        table: Callable[[], Any],
        schema: StructType,
        kind: str = "LocalTableScan",
        rows: int | None = None,
        columns: tuple[Sequence[Any], ...] | None = None,
    ) -> DataFrame:
        """A DataFrame of physical columns, a pyarrow.Table that ``table()`` gives."""
        output = tuple(
            Attribute(field.name, field.dataType, field.nullable, fresh_id(), (), tuple((field.metadata or {}).items()))
            for field in schema.fields
        )
        return self._frame(Local(table, output, kind, rows, columns))

    def createDataFrame(
        self, data: Any, schema: Any = None, samplingRatio: float | None = None, verifySchema: bool = True
    ) -> DataFrame:
        """A DataFrame of rows.

        Rows are a list or RDD of Rows, tuples, dicts, objects or single values, a pandas.DataFrame, Arrow table or
        numpy array.

        ``schema`` is a list of names, a type, or its DDL text; without it types are inferred from all rows of a list
        and from the first of an RDD (or a part of it, ``samplingRatio``).
        """
        from minispark.sql.creating import created

        return created(self._itself, data, schema, samplingRatio, verifySchema)

    @classmethod
    def _frame_of_rdd(cls: Any, rdd: Any, schema: Any = None, ratio: float | None = None) -> DataFrame:
        """``RDD.toDF``: in the active session, or a new one on the RDD's context."""
        session = cls.getActiveSession() or cls(rdd.context)
        frame: DataFrame = session.createDataFrame(rdd, schema, ratio)
        return frame

    def emptyDataFrame(self, schema: Any) -> DataFrame:
        """A DataFrame of no rows. ``schema`` is a StructType or its DDL text."""
        return self.createDataFrame([], schema)

    def _run_rows(self, plan: Node, action: str = "collect") -> list[Row]:
        return self._runner.rows(plan, action)

    def _run_table(self, plan: Node, action: str = "collect") -> Any:
        return self._runner.table(plan, action)


def _user() -> str:
    """Who runs this process."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
