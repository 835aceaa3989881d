"""Metrics on the way: a query tells the aggregates of the rows that pass an Observed node, in the same run.

The rows are kept as a WITH table that is read twice: by what comes above, and by the aggregates, whose one row goes to
a Python function that lets nothing through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.convert.physical import duck_type
from minispark.sql.plan.expressions import named
from minispark.sql.plan.nodes import Observed

Heard = dict[int, list[Any]]
"""The Arrow columns of one row of metrics, by the identity of the Observed node."""


def listener(node: Observed, heard: Heard) -> Callable[..., Any]:
    """The function that DuckDB calls with the metrics."""

    def listen(*columns: Any) -> Any:
        import pyarrow as pa

        heard[id(node)] = list(columns)
        return pa.array([False] * len(columns[0]), pa.bool_())

    return listen


def observed_sql(node: Observed, below: str, columns: str, name: str, sql: Callable[[Any], str]) -> str:
    """The rows of ``below`` with their aggregates told to the function ``name``."""
    types = [duck_type(named(item).dtype) for item in node.items]
    metrics = ", ".join(
        f"CAST({sql(item)} AS {kind}) AS m{place}"
        for place, (item, kind) in enumerate(zip(node.items, types, strict=True))
    )
    row = f"SELECT {metrics}, count(*) AS everything FROM passing"
    told = f"{name}({', '.join(f'm{place}' for place in range(len(types)))})"
    nothing = f"SELECT * FROM passing WHERE (SELECT {told} FROM ({row}))"
    return f"WITH passing AS MATERIALIZED ({below}) SELECT {columns} FROM passing UNION ALL ({nothing})"
