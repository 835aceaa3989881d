"""Columns into rows: ``unpivot`` and ``transpose``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.naming import name_of
from minispark.sql.analysis.relations import cast_to
from minispark.sql.analysis.stars import expanded
from minispark.sql.library import coercion
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Attribute, Expression, fresh_id, references
from minispark.sql.plan.nodes import Node, Unpivot

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def unpivoted(
    analyzer: Analyzer,
    child: Node,
    ids: Sequence[Expression],
    values: Sequence[Expression] | None,
    names: Sequence[str],
) -> Node:
    """A row for each of the value columns: the ids, the column's name, its value. Without ``values`` all but the ids.

    Raises AnalysisException without value columns, and for those of types that have nothing in common.
    """
    scope = analyzer.scope(child.output)
    kept = [analyzer.resolve(one, scope) for one in expanded(analyzer, ids, scope)]
    if values is None:
        used = set().union(*map(references, kept)) if kept else set()
        given: list[Expression] = [one for one in child.output if one.id not in used]
    else:
        given = expanded(analyzer, values, scope)
    if not given:
        raise AnalysisException(
            "unpivot needs at least one column of values, and all columns are ids",
            "UNPIVOT_REQUIRES_VALUE_COLUMNS",
            {},
        )
    columns = [analyzer.resolve(one, scope) for one in given]
    labels = tuple(name_of(analyzer, one, scope) if not isinstance(found, Attribute) else found.name
                   for one, found in zip(given, columns, strict=True))  # fmt: skip
    dtype = _common(labels, columns, analyzer.settings.ansi)
    made = tuple((cast_to(analyzer, one, dtype),) for one in columns)
    output = (
        *(
            _id(one, name_of(analyzer, given, scope))
            for one, given in zip(kept, expanded(analyzer, ids, scope), strict=True)
        ),
        Attribute(names[0], t.StringType(), False, fresh_id()),
        Attribute(names[1], dtype, any(one.nullable for one in columns), fresh_id()),
    )
    return Unpivot(child, tuple(kept), made, labels, True, output)


def _id(one: Any, name: str) -> Attribute:
    return one if isinstance(one, Attribute) else Attribute(name, one.dtype, one.nullable, fresh_id())


def _common(labels: Sequence[str], columns: Sequence[Any], ansi: bool) -> t.DataType:
    found = coercion.plainly_widest((one.dtype for one in columns), ansi)
    if found is None:
        kinds: dict[str, list[str]] = {}
        for name, one in zip(labels, columns, strict=True):
            kinds.setdefault(shown_type(one.dtype), []).append(f"`{name}`")
        shown = ", ".join(f"{kind} ({', '.join(names)})" for kind, names in sorted(kinds.items()))
        raise AnalysisException(
            f"unpivot needs value columns of one type; here are {shown}: cast them",
            "UNPIVOT_VALUE_DATA_TYPE_MISMATCH",
            {"types": shown},
        )
    return found
