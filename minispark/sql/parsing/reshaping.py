"""PIVOT and UNPIVOT of SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis import pivots
from minispark.sql.analysis.relations import cast_to
from minispark.sql.analysis.resolver import constant
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Expression, Name, find, fresh_id, walk
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node, Unpivot

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def pivoted(planner: Planner, pivot: s.Pivoted, outer: Scope | None) -> Node:
    """A column for each value and aggregate; rows are grouped by all columns that the clause does not name."""
    analyzer = planner.analyzer
    child = planner.plan(pivot.relation, outer)
    scope = analyzer.scope(child.output, outer)
    used: set[int] = set()
    for item in (*pivot.aggregates, *pivot.columns):
        for part in walk(item):
            if isinstance(part, Name):
                found = analyzer.resolve(part, scope)
                used |= {one.id for one in find(found, Attribute)}
    keys = [one for one in child.output if one.id not in used]
    column: Expression = pivot.columns[0]
    if len(pivot.columns) > 1:
        column = Apply("struct", tuple(Alias(one, f"col{place}") for place, one in enumerate(pivot.columns, 1)))
    _check_values(analyzer, column, pivot, scope)
    values = [(item, _value_name(planner, item) if name is None else name) for item, name in pivot.values]
    return pivots.pivoted(analyzer, child, keys, column, values, pivot.aggregates)


def _quoted(one: Any, written: Expression) -> str:
    if not isinstance(one, Attribute):
        return label(written)
    return ".".join(f"`{part}`" for part in (*one.qualifier[-1:], one.name))


def _check_values(analyzer: Analyzer, column: Expression, pivot: s.Pivoted, scope: Scope) -> None:
    """Raises AnalysisException for values that are no constants, or that the column cannot be compared with."""
    subject = analyzer.resolve(column, scope)
    if not k.is_orderable(subject.dtype):
        raise AnalysisException(
            f"the column to pivot by is of type {subject.dtype.simpleString()}, whose values cannot be compared",
            "INCOMPARABLE_PIVOT_COLUMN", {"columnName": _quoted(subject, column)},
        )  # fmt: skip
    for item, _ in pivot.values:
        resolved = analyzer.resolve(item, scope)
        if not constant(resolved):
            raise AnalysisException(
                f"Literal expressions required for pivot values, found {label(item)}", "NON_LITERAL_PIVOT_VALUES",
                {"expression": f'"{label(item)}"'},
            )  # fmt: skip
        if t.StringType.in_use:
            from minispark.sql.analysis.collating import coerced

            resolved = coerced("=", (subject, resolved))[1]
        if coercion.wider(subject.dtype, resolved.dtype, analyzer.settings.ansi) is None:
            raise AnalysisException(
                f"Invalid pivot value {label(item)}: value data type {resolved.dtype.simpleString()} does not match "
                f"pivot column data type {subject.dtype.simpleString()}", "PIVOT_VALUE_DATA_TYPE_MISMATCH",
                {
                    "value": label(item),
                    "valueType": resolved.dtype.simpleString(),
                    "pivotType": subject.dtype.simpleString(),
                },
            )  # fmt: skip


def _value_name(planner: Planner, item: Expression) -> str:
    """The text of a value: as CAST to a string gives it."""
    from minispark.sql.convert.text import cast_text
    from minispark.sql.parsing.organizing import constant_value

    resolved = planner.resolve(item)
    found = constant_value(planner, resolved)
    return "null" if found is None else cast_text(resolved.dtype, planner.analyzer.settings.zone)(found)


def unpivoted(planner: Planner, unpivot: s.Unpivoted, outer: Scope | None) -> Node:
    """A row for each set of columns."""
    analyzer = planner.analyzer
    child = planner.plan(unpivot.relation, outer)
    scope = analyzer.scope(child.output, outer)
    groups = [[analyzer.resolve(Name(parts), scope) for parts in columns] for columns, _ in unpivot.sets]
    used = {one.id for group in groups for column in group for one in walk(column) if isinstance(one, Attribute)}
    ids = tuple(one for one in child.output if one.id not in used)
    labels = tuple(
        "_".join(parts[-1] for parts in columns) if label is None else label for columns, label in unpivot.sets
    )
    places = range(len(unpivot.values))
    kinds = [_common([group[place] for group in groups], labels, analyzer.settings.ansi) for place in places]
    values = tuple(
        tuple(cast_to(analyzer, one, dtype) for one, dtype in zip(group, kinds, strict=True)) for group in groups
    )
    made = [
        Attribute(name, dtype, unpivot.keep_nulls or any(group[place].nullable for group in groups), fresh_id())
        for place, (name, dtype) in enumerate(zip(unpivot.values, kinds, strict=True))
    ]
    name = Attribute(unpivot.name, t.StringType(), False, fresh_id())
    return Unpivot(child, ids, values, labels, unpivot.keep_nulls, (*ids, name, *made))


def _common(columns: Sequence[Any], labels: Sequence[str], ansi: bool) -> t.DataType:
    found = coercion.plainly_widest((one.dtype for one in columns), ansi)
    if found is None:
        kinds: dict[str, list[str]] = {}
        for name, one in zip(labels, columns, strict=True):
            kinds.setdefault(shown_type(one.dtype), []).append(f"`{name}`")
        shown = ", ".join(f"{kind} ({', '.join(names)})" for kind, names in sorted(kinds.items()))
        raise AnalysisException(
            f"UNPIVOT needs columns of one type for each value; here are {shown}: cast them",
            "UNPIVOT_VALUE_DATA_TYPE_MISMATCH", {"types": shown},
        )  # fmt: skip
    return found
