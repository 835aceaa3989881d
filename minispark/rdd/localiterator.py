"""Records in the driver partition by partition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minispark.engine.plan.callsite import CallSite, call_site
from minispark.engine.plan.program import ActionSink
from minispark.rdd.core import RDDBase, T_co


class LocalIterator(RDDBase[T_co]):
    """``toLocalIterator``."""

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[T_co]:
        """The records, one partition in the driver at a time: each is a job of its own, run when it is asked for.

        With ``prefetchPartitions`` the job of the next partition runs while the records of one are used. An iterator
        closed or dropped early cancels it. Raises TypeError where ``prefetchPartitions`` is no bool; errors of the
        jobs are raised where the iterator is read.

        >>> [x for x in sc.parallelize(range(10)).toLocalIterator()]
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        """
        if not isinstance(prefetchPartitions, bool):
            raise TypeError(f"toLocalIterator: prefetchPartitions must be a bool, not {prefetchPartitions!r:.200}")
        self.ctx._check_running()
        site = call_site()
        return self._prefetched(site) if prefetchPartitions else self._one_by_one(site)

    def _one_by_one(self, site: CallSite) -> Iterator[Any]:
        sink = ActionSink(None, "collect")
        for partition in range(self._node.partitions):
            yield from self.ctx._run(self._node, sink, [partition], site)[0]

    def _prefetched(self, site: CallSite) -> Iterator[Any]:
        sink = ActionSink(None, "collect")
        context, ahead = self.ctx, None
        try:
            for partition in range(self._node.partitions):
                handle = ahead or context._submit(self._node, sink, partition, site)
                ahead = None
                records = context._session.result(handle)[0]
                if partition + 1 < self._node.partitions:
                    ahead = context._submit(self._node, sink, partition + 1, site)
                yield from records
        finally:
            if ahead is not None:
                context._session.cancel(ahead, "the iterator over its records was closed")
