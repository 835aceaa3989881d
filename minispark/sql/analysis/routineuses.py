"""Where Spark takes no SQL functions: keys of an order or a distribution, LIMIT, generators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from minispark.errors import AnalysisException
from minispark.sql.plan.expressions import Apply, Expression, walk

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def refuse_routines(analyzer: Analyzer, expressions: Iterable[Expression], node: str) -> None:
    """Raises AnalysisException (UNSUPPORTED_SQL_UDF_USAGE) for a SQL function; ``node`` is the place."""
    for one in expressions:
        for part in walk(one):
            path = getattr(analyzer.functions(part.name), "path", None) if isinstance(part, Apply) else None
            if path is not None:
                raise AnalysisException(
                    f"the SQL function {path} cannot be used in {node}; compute it in a query below",
                    "UNSUPPORTED_SQL_UDF_USAGE",
                    {"functionName": path, "nodeName": node},
                )
