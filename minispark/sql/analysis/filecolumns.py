"""``_metadata``: the column of files that only those see who name it (Spark's ``AddMetadataColumns``)."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.engine.core.values import replace
from minispark.sql.plan.expressions import Attribute, Expression, Name, find, fresh_id
from minispark.sql.plan.nodes import Filter, Hinted, Limit, Named, Node, Sample, Scan, Sort

METADATA = "_metadata"


def with_metadata(child: Node, items: Sequence[Expression]) -> Node:
    """The child with the files' ``_metadata`` as its last column, where the items name it and files lie below.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(with_metadata(OneRow(), [Name(("_metadata",))])).__name__
    'OneRow'
    """
    if not any(METADATA in map(str.lower, name.parts[:2]) for one in items for name in find(one, Name)):
        return child
    if any(one.name.lower() == METADATA for one in child.output):
        return child
    return _extended(child) or child


def _extended(node: Node) -> Node | None:
    if isinstance(node, Scan):
        field = getattr(node.source, "hidden", {}).get(METADATA)
        if field is None:
            return None
        made = Attribute(field.name, field.dataType, field.nullable, fresh_id())
        return replace(node, columns=(*node.columns, METADATA), output=(*node.output, made))
    if not isinstance(node, (Filter, Hinted, Limit, Named, Sample, Sort)):
        return None
    below = _extended(node.child)
    if below is None:
        return None
    if isinstance(node, Named):
        made = replace(below.output[-1], qualifier=node.name)
        return replace(node, child=below, output=(*node.output, made))
    return replace(node, child=below)
