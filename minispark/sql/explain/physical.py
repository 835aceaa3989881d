"""Physical plans: what runs, and where.

Operators of the one DuckDB query stand below ``FusedQuery``; of a mere chain, each is marked ``*(1)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql.explain import logical
from minispark.sql.explain.expressions import columns, text, texts
from minispark.sql.explain.tree import tree
from minispark.sql.plan import expressions as e
from minispark.sql.plan import nodes as n
from minispark.sql.plan.conditions import conjuncts

_OUTSIDE = (n.Kept, n.EvalPython)


def physical_tree(plan: n.Node) -> str:
    """A plan as a tree of the operators that run.

    >>> print(physical_tree(n.Limit(n.OneRow(), 3)), end="")
    *(1) Limit 3
    +- *(1) Scan OneRowRelation[]
    """
    if not any(map(_moves, n.walk_plan(plan))):
        return tree(plan, lambda node: _marked(node, "*(1) "))
    return "FusedQuery\n" + tree(plan, lambda node: _marked(node, ""), top=(True,))


def _marked(node: n.Node, mark: str) -> str | None:
    shown = _shown(node)
    return shown if shown is None or isinstance(node, _OUTSIDE) else f"{mark}{shown}"


def _moves(node: n.Node) -> bool:
    """Whether Spark would exchange rows between partitions for a node."""
    if isinstance(node, n.Hinted):
        return node.name.startswith("repartition")
    return isinstance(node, (n.Join, n.Aggregate, n.Sort, n.Distinct)) or (
        isinstance(node, n.Merged) and node.kind != "union"
    )


def _shown(node: n.Node) -> str | None:
    """Name and arguments of an operator; None for those that do nothing in the query."""
    name = operator(node)
    return None if name is None else f"{name}{_ARGUMENTS.get(type(node), lambda one: '')(node)}"


def operator(node: n.Node) -> str | None:
    """The name of the operator that runs a node."""
    if isinstance(node, (n.Named, n.Hinted, n.Once)):
        return None
    if isinstance(node, n.Join):
        return _join_name(node)
    if isinstance(node, n.Local):
        return node.kind
    if isinstance(node, n.Merged):
        return node.kind.capitalize()
    if isinstance(node, n.Scan):
        form, table, _ = node.source.describe()
        return f"FileScan {form} {table}".rstrip()
    return _NAMES.get(type(node), type(node).__name__)


def _join_name(node: n.Join) -> str:
    if not equal_keys(node)[0]:
        return "CartesianProduct" if node.condition is None and node.kind == "inner" else "NestedLoopJoin"
    return "BroadcastHashJoin" if any(map(_broadcast, node.children)) else "HashJoin"


def _broadcast(side: n.Node) -> bool:
    """Whether the user hinted that a side is small."""
    while len(side.children) == 1:
        if isinstance(side, n.Hinted) and side.name.lower() in ("broadcast", "broadcastjoin", "mapjoin"):
            return True
        side = side.children[0]
    return False


def equal_keys(node: n.Join) -> tuple[list[e.Expression], list[e.Expression], list[e.Expression]]:
    """The keys that a join's condition compares, of the left and of the right, and the rest of the condition."""
    ids = {one.id for one in node.left.output}
    lefts: list[e.Expression] = []
    rights: list[e.Expression] = []
    rest: list[e.Expression] = []
    for one in [] if node.condition is None else conjuncts(node.condition):
        if isinstance(one, e.Call) and one.name in ("=", "<=>"):
            first, second = one.args
            sides = [e.references(part) <= ids for part in (first, second)]
            others = [not (e.references(part) & ids) for part in (first, second)]
            if sides[0] and others[1]:
                lefts.append(first)
                rights.append(second)
            elif sides[1] and others[0]:
                lefts.append(second)
                rights.append(first)
            else:
                rest.append(one)
        else:
            rest.append(one)
    return lefts, rights, rest


def _join(node: Any) -> str:
    lefts, rights, rest = equal_keys(node)
    condition = f", {' AND '.join(map(text, rest))}" if rest else ""
    if not lefts:
        return f" {logical.JOINS[node.kind]}{condition}"
    return f" {texts(lefts)}, {texts(rights)}, {logical.JOINS[node.kind]}, BuildRight{condition}"


def _aggregate(node: Any) -> str:
    calls = [one for one in node.items if isinstance(one, e.Alias)]
    return f"(keys={columns(node.keys)}, functions={texts([one.child for one in calls])})"


def _limit(node: Any) -> str:
    offset = f", offset={node.offset}" if node.offset else ""
    return f" {'all' if node.count is None else node.count}{offset}"


def _distinct(node: Any) -> str:
    return f"(keys={columns(node.output if node.keys is None else node.keys)}, functions=[])"


def _files(node: Any) -> str:
    form, _, where = node.source.describe()
    return f"Format: {form.upper() if form in ('csv', 'json', 'orc', 'xml') else form.capitalize()}, Location: {where}"


_NAMES: dict[type, str] = {
    n.OneRow: "Scan OneRowRelation", n.Numbers: "Range", n.Kept: "InMemoryTableScan",
    n.Aggregate: "HashAggregate", n.Distinct: "HashAggregate", n.Unpivot: "Expand", n.Observed: "CollectMetrics",
    n.EvalPython: "BatchEvalPython",
}  # fmt: skip

_ARGUMENTS: dict[type, Callable[[Any], str]] = {
    n.OneRow: lambda node: "[]",
    n.Numbers: lambda node: f" ({node.start}, {node.end}, step={node.step}, splits={node.partitions or 1})",
    n.Local: lambda node: f"{' ' if node.kind == 'LocalTableScan' else ''}{columns(node.output, ',')}",
    n.Scan: lambda node: f"{'' if node.source.table else ' '}{columns(node.output, ',')} {_files(node)}",
    n.Kept: lambda node: f" {columns(node.output)}\n   InMemoryRelation {columns(node.output)}, {node.store.level}",
    n.Project: lambda node: f" {texts(node.items)}",
    n.Filter: lambda node: f" {text(node.condition)}",
    n.Aggregate: _aggregate,
    n.Sort: lambda node: f" {texts(node.orders)}, {str(node.everywhere).lower()}, 0",
    n.Limit: _limit,
    n.Distinct: _distinct,
    n.Generate: lambda node: f" {text(node.generator)}, {str(node.outer).lower()}, {columns(node.made)}",
    n.Unpivot: lambda node: f" {columns(node.output)}",
    n.Sample: lambda node: f" {node.low}, {node.high}, {str(node.replacement).lower()}, {node.seed}",
    n.Observed: lambda node: f" {node.name}, {texts(node.items)}",
    n.EvalPython: lambda node: f" {texts(node.calls)}, {columns(node.output)}",
    n.Join: _join,
    n.Merged: lambda node: "" if node.kind == "union" else f" {'All' if node.all else 'Distinct'}",
}


# --- in two parts ----------------------------------------------------------------------------------------------------


def formatted_text(plan: n.Node, query: str | None) -> str:
    """An outline with numbers, then the details of each number, then the query that DuckDB is given."""
    numbers: dict[int, int] = {}
    order: list[n.Node] = []

    def number(node: n.Node, below: list[None]) -> None:
        if operator(node) is not None:
            numbers[id(node)] = len(numbers) + 1
            order.append(node)

    n.fold_plan(plan, number)

    def outline(node: n.Node) -> str | None:
        name = operator(node)
        star = "" if isinstance(node, _OUTSIDE) else "* "
        return None if name is None else f"{star}{name} ({numbers[id(node)]})"

    details = "\n\n".join(_details(node, numbers[id(node)]) for node in order)
    fused = "" if query is None else f"\n\n===== Fused Query =====\n\n{query}"
    return f"== Physical Plan ==\n{tree(plan, outline)}\n\n{details}{fused}\n"


def _details(node: n.Node, number: int) -> str:
    lines = [f"({number}) {operator(node)}{'' if isinstance(node, _OUTSIDE) else ' [codegen id : 1]'}"]
    if not isinstance(node, (n.Filter, n.Sort, n.Limit, n.Sample)):
        lines.append(f"Output [{len(node.output)}]: {columns(node.output)}")
    sides = ("Left output", "Right output") if isinstance(node, n.Join) else ("Input",) * len(node.children)
    for side, child in zip(sides, node.children, strict=True):
        lines.append(f"{side} [{len(child.output)}]: {columns(child.output)}")
    lines += _own_details(node)
    return "\n".join(lines)


def _own_details(node: Any) -> Sequence[str]:
    if isinstance(node, n.Filter):
        return [f"Condition : {text(node.condition)}"]
    if isinstance(node, n.Join):
        lefts, rights, rest = equal_keys(node)
        condition = " AND ".join(map(text, rest)) or "None"
        keys = [f"Left keys [{len(lefts)}]: {texts(lefts)}", f"Right keys [{len(rights)}]: {texts(rights)}"]
        return [*keys, f"Join type: {logical.JOINS[node.kind]}", f"Join condition: {condition}"]
    if isinstance(node, n.Aggregate):
        calls = [one for one in node.items if isinstance(one, e.Alias)]
        made = texts([one.child for one in calls])
        return [f"Keys [{len(node.keys)}]: {columns(node.keys)}", f"Functions [{len(calls)}]: {made}"]
    if isinstance(node, n.Scan):
        return [f"Location: {node.source.describe()[2]}"]
    arguments = _ARGUMENTS.get(type(node), lambda one: "")(node).strip().replace("\n  ", "")
    return [f"Arguments: {arguments}"] if arguments and not isinstance(node, n.Project) else []
