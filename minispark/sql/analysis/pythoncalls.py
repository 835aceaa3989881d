"""Python functions of columns: workers compute them below the node that uses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql.plan.expressions import Alias, Attribute, Expression, PythonCall, fresh_id, holds, transform
from minispark.sql.plan.nodes import EvalPython, Node
from minispark.sql.plan.nodes import project as project_node


def with_python(child: Node, items: Sequence[Any]) -> tuple[Node, list[Any]]:
    """The child with a column for each outermost call of a Python function, and the items over it."""
    if not any(holds(item, PythonCall) for item in items):
        return child, list(items)
    calls: list[tuple[PythonCall, Attribute]] = []
    inputs: list[Alias] = []

    def argument(one: Expression) -> Expression:
        if isinstance(one, Attribute):
            return one
        if isinstance(one, PythonCall):
            return replace(one, args=tuple(map(argument, one.args)))
        for known in inputs:
            if known.child == one:
                return known.attribute
        inputs.append(Alias(one, "input", None, fresh_id()))
        return inputs[-1].attribute

    def before(one: Expression) -> Expression | None:
        if not isinstance(one, PythonCall):
            return None
        made = replace(one, args=tuple(map(argument, one.args)))
        attribute = Attribute(one.name, one.dtype, True, fresh_id())
        calls.append((made, attribute))
        return attribute

    changed = [transform(item, lambda one: one, before) for item in items]
    if inputs:
        child = project_node(child, (*child.output, *inputs))
    attributes = tuple(attribute for _, attribute in calls)
    return EvalPython(child, tuple(call for call, _ in calls), (*child.output, *attributes)), changed
