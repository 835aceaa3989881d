"""``explain``: plans as text, in Spark's layout with our operators.

May import ``running`` and below. Operators that DuckDB runs as one query stand below ``FusedQuery`` where Spark has an
adaptive plan, and are marked ``*(1)`` where it compiles a chain; ``formatted`` ends with that query's SQL.
Invariants: nothing is run; ids and names are those of the plan.
"""

from __future__ import annotations

from typing import Any

from minispark.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.sql.explain.logical import analyzed_text, logical_tree
from minispark.sql.explain.physical import formatted_text, physical_tree
from minispark.sql.explain.statistics import cost_tree
from minispark.sql.plan.nodes import EvalPython, Node, walk_plan

MODES = ("simple", "extended", "codegen", "cost", "formatted")


def explained(session: Any, plan: Node, extended: Any = None, mode: Any = None) -> str:
    """The text that ``DataFrame.explain`` prints. Raises as PySpark does for wrong arguments."""
    chosen = _mode(extended, mode)
    planned = session._runner.planned(plan)
    if chosen == "simple":
        return f"== Physical Plan ==\n{physical_tree(planned)}\n"
    if chosen == "extended":
        whole = analyzed_text(plan)
        parts = (
            ("Parsed Logical Plan", logical_tree(plan)),
            ("Analyzed Logical Plan", whole),
            ("Optimized Logical Plan", logical_tree(planned)),
            ("Physical Plan", physical_tree(planned)),
        )
        return "\n".join(f"== {title} ==\n{text}" for title, text in parts)
    if chosen == "cost":
        return f"== Optimized Logical Plan ==\n{cost_tree(planned)}\n== Physical Plan ==\n{physical_tree(planned)}\n"
    query = _query(session, planned)
    if chosen == "codegen":
        if query is None:
            return "Found 0 WholeStageCodegen subtrees."
        tree = physical_tree(planned)
        return f"Found 1 WholeStageCodegen subtrees.\n== Subtree 1 / 1 ==\n{tree}\nGenerated code:\n{query}\n"
    return formatted_text(planned, query)


def _mode(extended: Any, mode: Any) -> str:
    if extended is not None and mode is not None:
        raise PySparkValueError(
            "explain takes extended or mode, not both", "CANNOT_SET_TOGETHER", {"arg_list": "extended and mode"}
        )
    for name, given, kinds, expected in (
        ("extended", extended, (bool, str), "bool or str"),
        ("mode", mode, str, "str"),
    ):
        if given is not None and not isinstance(given, kinds):
            raise PySparkTypeError(
                f"{name} must be of type {expected}, not {given!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"arg_name": name, "expected_type": expected, "arg_type": type(given).__name__},
            )
    chosen = mode if mode is not None else extended if isinstance(extended, str) else None
    if chosen is None:
        return "extended" if extended else "simple"
    if chosen.lower() not in MODES:
        raise IllegalArgumentException(
            f"Unknown explain mode: {chosen}. Accepted explain modes are 'simple', 'extended', 'codegen', 'cost', "
            "'formatted'."
        )
    return chosen.lower()


def _query(session: Any, planned: Node) -> str | None:
    """The SQL of a plan; None where Python functions have to run first."""
    if any(isinstance(node, EvalPython) for node in walk_plan(planned)):
        return None
    found: str = session._runner.sql_of(planned)
    return found
