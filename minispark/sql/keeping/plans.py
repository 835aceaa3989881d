"""Which plans of a session are kept."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import CheckpointError
from minispark.engine.core.values import replace
from minispark.engine.storage.directories import LocalDirectories
from minispark.sql.keeping.memory import memory_of
from minispark.sql.keeping.store import Store, Take
from minispark.sql.plan.nodes import Kept, Node, fold_plan, over_children
from minispark.sql.plan.subplans import transform_subplans

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession

_numbers = itertools.count(1)


class KeptPlans:
    """Which plans of a session are kept."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._stores: dict[int, tuple[Node, Store]] = {}
        self.tables: dict[tuple[str, ...], Node] = {}
        """The plans by which tables and lasting views are kept, by their whole names."""

    def add(self, plan: Node, level: Any) -> None:
        """Keep a plan's rows from its next run on; nothing where they are kept already."""
        if id(plan) not in self._stores:
            compute = self._computing(replace(plan), "cache")
            store = Store(compute, level, memory_of(self._session.sparkContext), self._own_place)
            self._stores[id(plan)] = (plan, store)

    def remove(self, plan: Node) -> None:
        """Drop them."""
        found = self._stores.pop(id(plan), None)
        if found is not None:
            found[1].free()

    def clear(self) -> None:
        """Drop all."""
        for plan, _ in list(self._stores.values()):
            self.remove(plan)
        self.tables.clear()

    def holds(self, plan: Node) -> bool:
        """Whether a plan's rows are kept."""
        return id(plan) in self._stores

    def level(self, plan: Node) -> Any:
        """The storage level; none's for a plan that is not kept."""
        from minispark.rdd.storagelevel import StorageLevel

        found = self._stores.get(id(plan))
        return StorageLevel.NONE if found is None else found[1].level

    def substituted(self, plan: Node, without: Collection[Store] = ()) -> Node:
        """The plan with kept results in place of the plans that made them; those ``without`` are computed."""
        if not self._stores:
            return plan

        def over(node: Node, below: list[Node]) -> Node:
            found = self._stores.get(id(node))
            if found is not None and found[0] is node and not found[1].hopeless and found[1] not in without:
                return Kept(found[1], node.output)
            return over_children(node, below)

        return transform_subplans(fold_plan(plan, over), self.substituted)

    def checkpoint(self, plan: Node, eager: bool, reliable: bool, level: Any = None) -> Node:
        """A leaf of the plan's rows: ``reliable`` ones lie in the checkpoint directory and outlive the context.

        Raises CheckpointError where that directory is not set.
        """
        from minispark.rdd.storagelevel import StorageLevel

        chosen = level or StorageLevel.MEMORY_AND_DISK
        place = self._own_place
        if reliable:
            directory = self._session.sparkContext._checkpoint_directory
            if directory is None:
                raise CheckpointError(
                    "Checkpoint directory has not been set in the SparkContext; call sc.setCheckpointDir(path) first"
                )
            chosen = StorageLevel.DISK_ONLY
            place = lambda: (LocalDirectories((directory,)), f"frame-{next(_numbers)}.arrow")  # noqa: E731 (short)
        compute, memory = self._computing(plan, "checkpoint"), memory_of(self._session.sparkContext)
        store = Store(compute, chosen, memory, place, checkpoint=True, lasting=reliable)
        if eager:
            with store.lent():
                pass
        return Kept(store, plan.output)

    def stored(self, plan: Node, action: str, level: Any) -> Store:
        """A plan's rows for somebody's own use: they go with the store."""
        return Store(self._computing(plan, action), level, memory_of(self._session.sparkContext), self._own_place)

    def _computing(self, plan: Node, action: str) -> Callable[[Take], None]:
        return lambda take: self._session._runner.batches(plan, action, take)

    def _own_place(self) -> tuple[LocalDirectories, str]:
        """For a file that goes with the context."""
        return self._session.sparkContext._session.local_directories(), f"kept-{next(_numbers)}.arrow"
