"""Kept results: what ``cache``, ``persist`` and ``checkpoint`` have a session hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.plan.nodes import Kept, Node, transform_plan

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession


class Store:
    """The rows of a plan, computed when first asked for."""

    def __init__(self, compute: Callable[[], Any], level: Any) -> None:
        self._compute = compute
        self._table: Any = None
        self._lock = threading.Lock()
        self.level = level

    def table(self) -> Any:
        """A pyarrow.Table of physical columns."""
        with self._lock:
            if self._table is None:
                self._table = self._compute()
            return self._table


class KeptPlans:
    """Which plans of a session are kept."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._stores: dict[int, tuple[Node, Store]] = {}
        self.tables: dict[tuple[str, ...], Node] = {}
        """The plans by which tables and lasting views are kept, by their whole names."""

    def add(self, plan: Node, level: Any) -> None:
        """Keep a plan's rows from its next run on."""
        if id(plan) not in self._stores:
            self._stores[id(plan)] = (plan, Store(lambda: self._session._run_table(self._below(plan), "cache"), level))

    def remove(self, plan: Node) -> None:
        """Drop them."""
        self._stores.pop(id(plan), None)

    def clear(self) -> None:
        """Drop all."""
        self._stores.clear()
        self.tables.clear()

    def holds(self, plan: Node) -> bool:
        """Whether a plan's rows are kept."""
        return id(plan) in self._stores

    def level(self, plan: Node) -> Any:
        """The storage level; none's for a plan that is not kept."""
        from minispark.rdd.storagelevel import StorageLevel

        found = self._stores.get(id(plan))
        return StorageLevel.NONE if found is None else found[1].level

    def _below(self, plan: Node) -> Node:
        """The plan, so that it does not find itself."""
        return transform_plan(plan, lambda node: node).with_children(tuple(plan.children)) if plan.children else plan

    def substituted(self, plan: Node) -> Node:
        """The plan with kept results in place of the plans that made them."""
        if not self._stores:
            return plan
        from minispark.sql.plan.nodes import fold_plan

        def over(node: Node, below: list[Node]) -> Node:
            found = self._stores.get(id(node))
            if found is not None and found[0] is node:
                return Kept(found[1], node.output)
            if any(new is not old for new, old in zip(below, node.children, strict=True)):
                return node.with_children(tuple(below))  # type: ignore[no-any-return]
            return node

        return fold_plan(plan, over)  # type: ignore[no-any-return]

    def checkpoint(self, plan: Node, eager: bool, reliable: bool) -> Node:
        """A leaf of the plan's rows."""
        from minispark.rdd.storagelevel import StorageLevel

        store = Store(lambda: self._session._run_table(plan, "checkpoint"), StorageLevel.MEMORY_AND_DISK)
        if eager:
            store.table()
        return Kept(store, plan.output)
