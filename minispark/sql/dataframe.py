"""DataFrame: rows in an RDD and the names of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, PySparkNotImplementedError, PySparkTypeError
from minispark.rdd.rdd import RDD
from minispark.sql.column import Alias, Call, Column, Reference, expression_of
from minispark.sql.row import Row, named_row

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession


@value
class _Field:
    place: int

    def of(self, row: Row) -> Any:
        return tuple.__getitem__(row, self.place)


@value
class _Result:
    call: Call
    args: tuple[Any, ...]

    def of(self, row: Row) -> Any:
        values = [arg.of(row) for arg in self.args]
        words = self.call.keywords
        first = len(values) - len(words)
        return self.call.kind.convert(
            self.call.function(*values[:first], **dict(zip(words, values[first:], strict=True)))
        )


@value
class _Projection:
    names: list[str]
    parts: tuple[Any, ...]

    def __call__(self, row: Row) -> Row:
        return named_row(self.names, [part.of(row) for part in self.parts])


class DataFrame:
    """Rows with named columns, as ``SparkSession.range`` and ``select`` make them (``pyspark.sql.DataFrame``).

    Lazy as an RDD is. What is not here raises PySparkNotImplementedError; ``rdd`` has the rows for anything else.
    """

    def __init__(self, session: SparkSession, rdd: RDD[Row], names: list[str], uncounted: RDD[Any]) -> None:
        self._session = session
        self._rdd = rdd
        self._names = names
        self._uncounted = uncounted

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self._names)

    @property
    def rdd(self) -> RDD[Row]:
        """The rows."""
        return self._rdd

    @property
    def sparkSession(self) -> SparkSession:
        """The session that made it."""
        return self._session

    def select(self, *cols: Any) -> DataFrame:
        """Other columns of the same rows: names, ``"*"``, Columns, or one list of them.

        Raises AnalysisException for a name that is no column's, PySparkTypeError for anything but names and Columns.

        >>> from minispark.sql import SparkSession
        >>> SparkSession(sc).range(2).select("id").collect()
        [Row(id=0), Row(id=1)]
        """
        given = cols[0] if len(cols) == 1 and isinstance(cols[0], list) else cols
        names: list[str] = []
        parts: list[Any] = []
        for expression in (expression_of(one, "select") for one in given):
            if expression == Reference("*"):
                names += self._names
                parts += map(_Field, range(len(self._names)))
            else:
                names.append(_name(expression))
                parts.append(self._resolved(expression))
        rows = self._rdd.map(_Projection(names, tuple(parts)))
        return DataFrame(self._session, rows, names, self._uncounted)

    def collect(self) -> list[Row]:
        """All rows."""
        return self._rdd.collect()

    def count(self) -> int:
        """How many rows there are; functions of columns are not run for it."""
        return self._uncounted.count()

    def take(self, num: int) -> list[Row]:
        """The first ``num`` rows. Raises PySparkTypeError for no int, AnalysisException for a negative one."""
        if not isinstance(num, int) or isinstance(num, bool):
            raise PySparkTypeError(f"the number of rows must be an int, not {num!r:.200}")
        if num < 0:
            raise AnalysisException(
                f"the number of rows must be at least 0, not {num}", "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", {}
            )
        return self._rdd.take(num)

    def first(self) -> Row | None:
        """The first row, None without any."""
        rows = self.take(1)
        return rows[0] if rows else None

    def head(self, n: int | None = None) -> Any:
        """The first row, or None; with ``n`` a list of the first ``n`` rows."""
        return self.first() if n is None else self.take(n)

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """The rows, a partition at a time; see ``RDD.toLocalIterator``."""
        return self._rdd.toLocalIterator(prefetchPartitions)

    def __getitem__(self, item: Any) -> Column:
        if not isinstance(item, (str, int)):
            raise PySparkNotImplementedError(f"df[{item!r:.100}]: use a name or a position, or select")
        name = self._names[item] if isinstance(item, int) else item
        self._place(name)
        return Column(Reference(name))

    def __getattr__(self, name: str) -> Column:
        if name.startswith("_"):
            raise AttributeError(f"'DataFrame' object has no attribute {name!r}")
        if name in self._names:
            return self[name]
        raise PySparkNotImplementedError(
            f"DataFrame.{name}: DataFrames come later, minispark has their beginnings of only; this one has the "
            f"columns {', '.join(self._names)}; use df.rdd, or run the program with PySpark"
        )

    def __repr__(self) -> str:
        return f"DataFrame[{', '.join(self._names)}]"

    def _resolved(self, expression: Any) -> Any:
        if isinstance(expression, Alias):
            return self._resolved(expression.expression)
        if isinstance(expression, Call):
            return _Result(expression, tuple(map(self._resolved, expression.args)))
        return _Field(self._place(_name(expression)))

    def _place(self, name: str) -> int:
        found = [place for place, one in enumerate(self._names) if one.lower() == name.lower()]
        if len(found) == 1:
            return found[0]
        what = "several columns are" if found else "no column is"
        raise AnalysisException(
            f"{what} named {name!r:.200}; the columns are {', '.join(self._names)}",
            "AMBIGUOUS_REFERENCE" if found else "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            {"objectName": name},
        )


def range_frame(session: SparkSession, numbers: range, partitions: int | None) -> DataFrame:
    """The DataFrame of one column ``id``."""
    source = session.sparkContext.parallelize(numbers, partitions)
    return DataFrame(session, source.mapPartitions(_id_rows), ["id"], source)


def _id_rows(numbers: Iterator[int]) -> Iterator[Row]:
    return map(named_row, repeat(["id"]), zip(numbers))


def _name(expression: Any) -> str:
    if isinstance(expression, Alias):
        return expression.name
    text = str(expression)
    return text[1:-1] if isinstance(expression, Reference) and len(text) > 2 and text[0] == text[-1] == "`" else text
