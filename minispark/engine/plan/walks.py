"""Walks through lineage: what a stage computes, and which shuffles it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep

Dep = ShuffleDep | BoundsDep


def stage_parents(node: Node, kept: Kept) -> list[ShuffleDep | BoundsDep]:
    """The shuffles that the stage ending in ``node`` reads, each once, in the order met."""
    found: dict[int, ShuffleDep | BoundsDep] = {}
    for member in stage_nodes(node, kept):
        for dep in kept.shuffles(member):
            found.setdefault(dep.shuffle_id, dep)
    return list(found.values())


def dep_parents(dep: ShuffleDep | BoundsDep, kept: Kept) -> list[ShuffleDep | BoundsDep]:
    """The shuffles that the map stage of ``dep`` reads."""
    return [dep.sorted] if isinstance(dep, BoundsDep) else stage_parents(dep.parent, kept)


def itself(dep: Dep) -> Dep:
    """What stands for a dependency: as a rule that alone."""
    return dep


def all_deps(node: Node, kept: Kept, planned: Callable[[Dep], Dep] = itself) -> list[Dep]:
    """Every shuffle in the lineage of ``node``, parents before children; ``planned`` gives what stands for each."""
    order: list[Dep] = []
    seen: set[int] = set()
    stack = [(planned(dep), False) for dep in stage_parents(node, kept)]
    while stack:
        dep, expanded = stack.pop()
        if expanded:
            order.append(dep)
        elif dep.shuffle_id not in seen:
            seen.add(dep.shuffle_id)
            stack.append((dep, True))
            stack.extend((planned(parent), False) for parent in dep_parents(dep, kept))
    return order


def merged_shuffles(node: Node, kept: Kept) -> list[tuple[int, ...]]:
    """The ids of the shuffles that each node in the lineage of ``node`` merges to its records."""
    found: dict[tuple[int, ...], None] = {}
    for above in (node, *[dep.parent for dep in all_deps(node, kept) if isinstance(dep, ShuffleDep)]):
        for member in stage_nodes(above, kept):
            found[tuple(dep.shuffle_id for dep in kept.shuffles(member) if isinstance(dep, ShuffleDep))] = None
    return list(found)


def stage_nodes(node: Node, kept: Kept) -> Iterator[Node]:
    """The nodes computed within the stage that ends in ``node``, each once."""
    seen = {node.id}
    stack = [node]
    while stack:
        member = stack.pop()
        yield member
        for parent in kept.parents(member):
            if parent.id not in seen:
                seen.add(parent.id)
                stack.append(parent)
