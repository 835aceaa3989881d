"""Lines of nodes as a tree, with Spark's branches."""

from __future__ import annotations

from collections.abc import Callable

from minispark.sql.plan.nodes import Node


def tree(plan: Node, line: Callable[[Node], str | None], top: tuple[bool, ...] = ()) -> str:
    """Each node's line before those of its children, which are indented below it; nodes without a line are left out.

    ``top`` says for each level above the plan whether it is the last branch there.
    """
    lines: list[str] = []
    waiting: list[tuple[Node, tuple[bool, ...]]] = [(plan, top)]
    while waiting:
        node, lasts = waiting.pop()
        shown = line(node)
        children = node.children
        if shown is None:
            waiting += [(child, lasts) for child in reversed(children)]
            continue
        for number, part in enumerate(shown.split("\n")):
            inner_line = part.startswith("   ")
            mine = lasts + (True,) * (number + inner_line)
            lines.append(_branches(mine) + part.lstrip())
        below = lasts + (True,) * shown.count("\n")
        several = [(child, (*below, place == len(children) - 1)) for place, child in enumerate(children)]
        waiting += reversed(several)
    return "\n".join(lines) + "\n"


def _branches(lasts: tuple[bool, ...]) -> str:
    if not lasts:
        return ""
    return "".join("   " if last else ":  " for last in lasts[:-1]) + ("+- " if lasts[-1] else ":- ")
