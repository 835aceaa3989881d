"""Stages whose tasks wait for each other, and what they ask of the lineage."""

from __future__ import annotations

from minispark.engine.core.errors import BarrierError
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import NarrowNode, Node
from minispark.engine.plan.operators import MapPartitions
from minispark.engine.plan.walks import stage_nodes


def require_barrier(node: Node, kept: Kept, tasks: int, slots: int) -> bool:
    """Whether the stage that ends in ``node`` is a barrier stage, run as ``tasks`` tasks on ``slots`` workers.

    Raises BarrierError if it cannot be run all at once, or if not each of its tasks is one of the barrier's.
    """
    site = barrier_site(node, kept)
    if site is None:
        return False
    for member in stage_nodes(node, kept):
        if member.partitions != tasks:
            raise BarrierError(
                f"{site.full}: all tasks of a barrier stage run at once, and each must compute one of its partitions; "
                f"but the stage has {tasks} tasks, and {member.site} in it has {member.partitions} partitions. take, "
                "first, coalesce, union, cartesian and other numbers of partitions have to stay out of the stage: put "
                "a shuffle (repartition) between, or collect()"
            )
    if tasks > slots:
        raise BarrierError(
            f"{site.full}: a barrier stage needs a worker for each of its {tasks} tasks at once, and there are "
            f"{slots}: use local[{tasks}], or at most {slots} partitions (coalesce before barrier())"
        )
    return True


def barrier_site(node: Node, kept: Kept) -> CallSite | None:
    """Where the stage that ends in ``node`` was made a barrier stage, if it was."""
    sites = map(_barrier, stage_nodes(node, kept))
    return next(filter(None, sites), None)


def _barrier(node: Node) -> CallSite | None:
    if isinstance(node, NarrowNode) and isinstance(node.operator, MapPartitions) and node.operator.barrier:
        return node.site
    return None
