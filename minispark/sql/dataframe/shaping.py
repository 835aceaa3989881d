"""Which rows, in which order and groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from minispark.engine.core.values import replace
from minispark.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkIndexError,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.sql.analysis import relations
from minispark.sql.analysis.windows import refuse_windows
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base, count_of, expression_of, flat, names_of, wrong_type
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Attribute, Expression, SortOrder, SqlText
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import (
    Filter,
    Hinted,
    Limit,
    Local,
    Named,
    Numbers,
    Project,
    Sample,
    Sort,
    walk_plan,
)

if TYPE_CHECKING:
    from minispark.sql.group import GroupedData


_ORDERED = (Numbers, Local, Project, Filter, Named, Hinted, Limit, Sort)
"""Plans of these alone give their rows in one order, however often they run."""


class Shaping(Base):
    """The part of DataFrame that chooses, orders and groups rows."""

    def filter(self, condition: Any) -> Self:
        """The rows where a condition holds: a Column, or SQL text. Raises AnalysisException where it is none."""
        if isinstance(condition, str):
            expression: Expression = SqlText(condition)
        elif isinstance(condition, Column):
            expression = condition._expression
        else:
            raise wrong_type("condition", "Column or str", condition)
        return self._over(relations.where(self._analyzer, self._plan, expression))

    where = filter

    def sort(self, *cols: Any, **kwargs: Any) -> Self:
        """The rows in order of the given columns: names, positions from 1 (negative: descending) or Columns.

        ``ascending`` is a bool, or a list of one for each column. Raises PySparkValueError without columns.
        """
        return self._over(relations.order(self._analyzer, self._plan, self._orders(cols, kwargs)))

    orderBy = sort

    def sortWithinPartitions(self, *cols: Any, **kwargs: Any) -> Self:
        """As ``sort``: a fused query has one partition."""
        return self._over(relations.order(self._analyzer, self._plan, self._orders(cols, kwargs), False))

    def _orders(self, cols: Any, kwargs: dict[str, Any]) -> list[Expression]:
        given = flat(cols)
        if not given:
            raise PySparkValueError("sort needs at least one column", "CANNOT_BE_EMPTY", {"item": "cols"})
        found = [self._order_key(one) for one in given]
        ascending = kwargs.get("ascending", True)
        if isinstance(ascending, (bool, int)):
            return found if ascending else [_turned(one) for one in found]
        if isinstance(ascending, list):
            return [one if up else _turned(one) for one, up in zip(found, ascending, strict=False)]
        raise wrong_type("ascending", "Column, int or str", ascending)

    def _order_key(self, one: Any) -> Expression:
        if isinstance(one, int) and not isinstance(one, bool):
            if one == 0:
                raise PySparkIndexError("positions to sort by begin at 1, or at -1 to sort down", "ZERO_INDEX", {})
            if abs(one) > len(self._plan.output):
                raise IndexError(f"a position to sort by lies between 1 and {len(self._plan.output)}, {one} does not")
            return SortOrder(self._plan.output[abs(one) - 1], one > 0)
        return expression_of(one)

    def limit(self, num: int) -> Self:
        """At most ``num`` rows, the first ones. Raises AnalysisException for a negative number."""
        return self._over(relations.limit(self._plan, count_of(num, "limit")))

    def offset(self, num: int) -> Self:
        """The rows after the first ``num``."""
        return self._over(relations.limit(self._plan, None, count_of(num, "offset")))

    def distinct(self) -> Self:
        """Each row once."""
        return self._over(relations.distinct(self._plan))

    def dropDuplicates(self, subset: Any = None) -> Self:
        """One row of each combination of the named columns (all without names).

        Raises AnalysisException for a name that no column has, PySparkTypeError for what is no list of names.
        """
        if subset is None:
            return self.distinct()
        names = names_of(subset, "subset")
        if not names:
            return self.limit(1)
        scope = self._analyzer.scope(self._plan.output)
        keys: list[Attribute] = []
        for name in names:
            found = [one for one in self._plan.output if scope.fold(one.name) == scope.fold(name)]
            if not found:
                listed = ", ".join(one.name for one in self._plan.output)
                raise AnalysisException(
                    f"there is no column {name!r}; the columns are {listed}",
                    "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
                    {"colName": name, "fieldNames": listed},
                )
            keys += found
        return self._over(relations.distinct(self._plan, keys))

    drop_duplicates = dropDuplicates

    def sample(self, withReplacement: Any = None, fraction: Any = None, seed: Any = None) -> Self:
        """A random part of the rows: each with probability ``fraction``; with replacement, so many times on average.

        Raises PySparkTypeError for arguments of other types than bool, float and int.
        """
        if isinstance(withReplacement, float) and fraction is None:
            withReplacement, fraction = None, withReplacement
        elif isinstance(withReplacement, float) and isinstance(fraction, int) and seed is None:
            withReplacement, fraction, seed = None, withReplacement, fraction
        elif not isinstance(withReplacement, bool) and withReplacement is not None or not isinstance(fraction, float):
            kinds = ", ".join(type(one).__name__ for one in (withReplacement, fraction, seed))
            raise PySparkTypeError(
                f"sample takes withReplacement (a bool), fraction (a float) and seed (an int), not {kinds}",
                "NOT_EXPECTED_TYPE",
                {
                    "arg_name": "withReplacement (optional), fraction (required) and seed (optional)",
                    "expected_type": "bool, float or int",
                    "arg_type": kinds,
                },
            )
        if fraction < 0 or (fraction > 1 and not withReplacement):
            raise IllegalArgumentException(f"fraction must lie between 0 and 1, {fraction} does not")
        return self._over(Sample(self._plan, 0.0, float(fraction), bool(withReplacement), _seed(seed)))

    def randomSplit(self, weights: list[float], seed: int | None = None) -> list[Self]:
        """Disjoint random parts whose sizes are about in proportion to the weights.

        Rows are ordered first, so that every part sees them in one order: together they are all rows.
        """
        for weight in weights:
            if weight < 0:
                raise PySparkValueError(
                    f"weights must not be negative, {weight} is",
                    "VALUE_NOT_POSITIVE",
                    {"arg_name": "weights", "arg_value": str(weight)},
                )
        chosen, total = _seed(seed), float(sum(weights))
        edges = [0.0]
        for weight in weights:
            edges.append(edges[-1] + weight / total)
        edges[-1] = 1.0
        plan = self._plan
        keys = tuple(SortOrder(one) for one in plan.output if k.is_orderable(one.dtype))
        if keys and any(not isinstance(node, _ORDERED) for node in walk_plan(plan)):
            plan = Sort(plan, keys, False)
        return [self._over(Sample(plan, low, high, False, chosen)) for low, high in zip(edges, edges[1:], strict=False)]

    def groupBy(self, *cols: Any) -> GroupedData:
        """Groups of rows that are equal in the given columns: names, positions from 1, Columns, or one list of them."""
        return self._groups(tuple(self._key(one) for one in flat(cols)))

    def _groups(
        self, keys: tuple[Expression, ...], sets: Iterable[tuple[int, ...]] | None = None, kind: str = "GroupBy"
    ) -> GroupedData:
        from minispark.sql.group import GroupedData

        return GroupedData(self._itself, keys, None if sets is None else tuple(sets), kind=kind)

    groupby = groupBy

    def rollup(self, *cols: Any) -> GroupedData:
        """Groups by all columns, by all but the last, and so on to one group of everything."""
        keys = tuple(self._key(one) for one in flat(cols))
        return self._groups(keys, (tuple(range(size)) for size in range(len(keys), -1, -1)), "Rollup")

    def cube(self, *cols: Any) -> GroupedData:
        """Groups by every subset of the columns."""
        keys = tuple(self._key(one) for one in flat(cols))
        masks = range((1 << len(keys)) - 1, -1, -1)
        bits = [tuple(place for place in range(len(keys)) if mask >> (len(keys) - 1 - place) & 1) for mask in masks]
        return self._groups(keys, bits, "Cube")

    def groupingSets(self, groupingSets: Any, *cols: Any) -> GroupedData:
        """Groups by each of the given lists of columns; ``cols`` are all that appear in them."""
        keys = [self._key(one) for one in cols]
        sets = []
        for one in groupingSets:
            places = []
            for key in map(self._key, one):
                if key not in keys:
                    keys.append(key)
                places.append(keys.index(key))
            sets.append(tuple(places))
        return self._groups(tuple(keys), sets, "GroupingSets")

    def _key(self, one: Any) -> Expression:
        if isinstance(one, int) and not isinstance(one, bool):
            if one < 1:
                raise PySparkIndexError(
                    f"positions to group by begin at 1, not at {one}", "INDEX_NOT_POSITIVE", {"index": str(one)}
                )
            if one > len(self._plan.output):
                raise IndexError(f"a position to group by lies between 1 and {len(self._plan.output)}, {one} does not")
            return self._plan.output[one - 1]
        return expression_of(one)

    def agg(self, *exprs: Any) -> Self:
        """Aggregates over all rows: as ``groupBy().agg(...)``."""
        return self.groupBy().agg(*exprs)  # type: ignore[return-value]  # a DataFrame, as this is

    # --- without effect on a fused query -----------------------------------------------------------------------------

    def hint(self, name: str, *parameters: Any) -> Self:
        """A hint to the planner: shown by explain; a fused query needs none.

        Raises PySparkTypeError for a name that is no str.
        """
        if not isinstance(name, str):
            raise wrong_type("name", "str", name)
        allowed = (str, int, float, Column, list)
        for one in parameters[0] if len(parameters) == 1 and isinstance(parameters[0], list) else parameters:
            if not isinstance(one, allowed):
                raise PySparkTypeError(
                    f"a hint's parameters are Columns, lists, floats, ints and strs, not {one!r:.200}",
                    "DISALLOWED_TYPE_FOR_CONTAINER",
                    {
                        "arg_name": "parameters",
                        "arg_type": type(parameters).__name__,
                        "allowed_types": "str, float, int, Column, list[str], list[float], list[int]",
                        "item_type": type(one).__name__,
                    },
                )
        return self._over(Hinted(self._plan, name, parameters))

    def coalesce(self, numPartitions: int) -> Self:
        """Fewer partitions: kept for explain and for ``rdd``; a fused query has one."""
        _some_partitions(numPartitions)
        return self._over(Hinted(self._plan, "coalesce", (numPartitions,)))

    def repartition(self, numPartitions: Any, *cols: Any) -> Self:
        """Another number of partitions, by the values of columns if given: kept for explain and for ``rdd``."""
        return self._partitioned("repartition", numPartitions, cols)

    def repartitionByRange(self, numPartitions: Any, *cols: Any) -> Self:
        """As ``repartition``, by ranges of values."""
        if isinstance(numPartitions, int) and not cols:
            raise PySparkValueError(
                "repartitionByRange needs at least one column", "CANNOT_BE_EMPTY", {"item": "partition-by expression"}
            )
        return self._partitioned("repartitionByRange", numPartitions, cols)

    def repartitionById(self, numPartitions: int, partitionIdCol: Any) -> Self:
        """As ``repartition``, a column saying which partition each row goes to: kept for explain and for ``rdd``.

        Raises PySparkValueError for a number of partitions below 1, AnalysisException for a column of no integers.
        """
        if not isinstance(numPartitions, int):
            raise wrong_type("numPartitions", "int", numPartitions)
        if numPartitions <= 0:
            raise PySparkValueError(
                f"numPartitions must be positive, and is {numPartitions}",
                "VALUE_NOT_POSITIVE",
                {"arg_name": "numPartitions", "arg_value": str(numPartitions)},
            )
        given = expression_of(partitionIdCol)
        key = self._analyzer.resolve(given, self._analyzer.scope(self._plan.output))
        if not k.is_integral(key.dtype):
            kind = shown_type(key.dtype)
            raise AnalysisException(
                f"repartitionById needs a column of ints, and {label(given)} is of type {kind}",
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                {
                    "sqlExpr": f'"direct_shuffle_partition_id({label(given)})"',
                    "paramIndex": "first",
                    "inputSql": f'"{label(given)}"',
                    "inputType": kind,
                    "requiredType": '"INT"',
                },
            )
        return self._over(Hinted(self._plan, "repartitionById", (numPartitions, (key,))))

    def _partitioned(self, name: str, numPartitions: Any, cols: Any) -> Self:
        count = numPartitions if isinstance(numPartitions, int) else None
        if count is None and not isinstance(numPartitions, (str, Column)):
            raise wrong_type("numPartitions", "Column or str", numPartitions)
        if count is not None:
            _some_partitions(count)
        given = cols if count is not None else (numPartitions, *cols)
        scope = self._analyzer.scope(self._plan.output)
        keys = tuple(self._analyzer.resolve(expression_of(one), scope) for one in given)
        for key in keys:
            refuse_windows(key, "RepartitionByExpression")
        return self._over(Hinted(self._plan, name, (count, keys)))


def _turned(one: Expression) -> Expression:
    return replace(one, ascending=False) if isinstance(one, SortOrder) else SortOrder(one, False)


def _some_partitions(count: Any) -> None:
    if not isinstance(count, int):
        raise wrong_type("numPartitions", "int", count)
    if count <= 0:
        raise IllegalArgumentException(f"the number of partitions must be positive, and {count} is not")


def _seed(seed: Any) -> int:
    if seed is not None:
        return int(seed)
    import random

    return random.getrandbits(62)
