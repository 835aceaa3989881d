"""Logical plans: nodes under the names that Spark gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.explain.expressions import columns, text, texts
from minispark.sql.explain.tree import tree
from minispark.sql.plan import nodes as n

JOINS = {
    "inner": "Inner", "left": "LeftOuter", "right": "RightOuter", "full": "FullOuter", "semi": "LeftSemi",
    "anti": "LeftAnti",
}  # fmt: skip


def logical_tree(plan: n.Node) -> str:
    """A plan as a tree of logical operators.

    >>> print(logical_tree(n.Limit(n.OneRow(), 3)), end="")
    GlobalLimit 3
    +- LocalLimit 3
       +- OneRowRelation
    """
    return tree(plan, line)


def analyzed_text(plan: n.Node) -> str:
    """The same after the names and types of its columns."""
    shown = ", ".join(f"{one.name}: {one.dtype.simpleString()}" for one in plan.output)
    return f"{shown}\n{logical_tree(plan)}"


def line(node: n.Node) -> str:
    """The line of one node; two joined by a line break where Spark has two operators."""
    shown = _LINES.get(type(node))
    return type(node).__name__ if shown is None else shown(node)


def _limit(node: Any) -> str:
    parts = []
    if node.count is not None:
        parts = [f"GlobalLimit {node.count}", f"LocalLimit {node.count + node.offset}"]
    if node.offset:
        parts.append(f"Offset {node.offset}")
    return "\n".join(parts)


def _hinted(node: Any) -> str:
    count, keys = (*node.parameters, None, None)[:2]
    if node.name == "coalesce":
        return f"Repartition {count}, false"
    if node.name.startswith("repartition") and keys:
        kind = "RepartitionByExpression" if node.name == "repartition" else "RepartitionByRange"
        return f"{kind} {texts(keys)}{'' if count is None else f', {count}'}"
    if node.name == "repartition":
        return f"Repartition {count}, true"
    return f"ResolvedHint (strategy={node.name.lower()})"


def _merged(node: Any) -> str:
    if node.kind == "union":
        return "Union false, false"
    return f"{node.kind.capitalize()} {'All ' if node.all else ''}{str(node.all).lower()}"


def _distinct(node: Any) -> str:
    return "Distinct" if node.keys is None else f"Deduplicate {columns(node.keys)}"


def _join(node: Any) -> str:
    condition = "" if node.condition is None else f", {text(node.condition)}"
    return f"{'LateralJoin' if node.lateral else 'Join'} {JOINS[node.kind]}{condition}"


def _range(node: Any) -> str:
    splits = "None" if node.partitions is None else f"Some({node.partitions})"
    return f"Range ({node.start}, {node.end}, step={node.step}, splits={splits})"


def _relation(node: Any) -> str:
    form, table, _ = node.source.describe()
    return f"Relation {table}{columns(node.output, ',')} {form}"


def _aggregate(node: Any) -> str:
    return f"Aggregate {columns(node.keys)}, {texts(node.items)}"


_LINES: dict[type, Callable[[Any], str]] = {
    n.OneRow: lambda node: "OneRowRelation",
    n.Numbers: _range,
    n.Local: lambda node: (
        f"{'LocalRelation' if node.kind == 'LocalTableScan' else 'LogicalRDD'} {columns(node.output)}"
    ),
    n.Scan: _relation,
    n.Kept: lambda node: f"InMemoryRelation {columns(node.output)}, {node.store.level}",
    n.Project: lambda node: f"Project {texts(node.items)}",
    n.Filter: lambda node: f"Filter {text(node.condition)}",
    n.Aggregate: _aggregate,
    n.Sort: lambda node: f"Sort {texts(node.orders)}, {str(node.everywhere).lower()}",
    n.Limit: _limit,
    n.Distinct: _distinct,
    n.Generate: lambda node: f"Generate {text(node.generator)}, {str(node.outer).lower()}, {columns(node.made)}",
    n.Unpivot: lambda node: f"Expand {columns(node.output)}",
    n.Sample: lambda node: f"Sample {node.low}, {node.high}, {str(node.replacement).lower()}, {node.seed}",
    n.Named: lambda node: f"SubqueryAlias {'.'.join(node.name)}",
    n.Hinted: _hinted,
    n.Once: lambda node: "Once",
    n.Observed: lambda node: f"CollectMetrics {node.name}, {texts(node.items)}, 0",
    n.EvalPython: lambda node: f"BatchEvalPython {texts(node.calls)}, {columns(node.output)}",
    n.Join: _join,
    n.Merged: _merged,
}
