"""Kept results: what ``cache``, ``persist`` and ``checkpoint`` have a session hold."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import CheckpointError
from minispark.engine.core.values import replace
from minispark.sql.plan.nodes import Kept, Node, fold_plan
from minispark.sql.plan.subplans import transform_subplans

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession


class Store:
    """The rows of a plan, computed when first asked for; in memory, or in the file that ``path()`` names."""

    def __init__(self, compute: Callable[[], Any], level: Any, path: Callable[[], str] | None = None) -> None:
        self._compute = compute
        self._path = path
        self._table: Any = None
        self._file: str | None = None
        self._lock = threading.Lock()
        self.level = level

    def table(self) -> Any:
        """A pyarrow.Table of physical columns."""
        with self._lock:
            if self._table is None:
                table = self._compute()
                self._table = table if self._path is None else self._filed(table, self._path())
            return self._table

    def _filed(self, table: Any, path: str) -> Any:
        """The table as a file gives it: pages come and go as they are read. The file appears whole or not at all."""
        import pyarrow as pa

        unfinished = f"{path}.unfinished"
        with pa.OSFile(unfinished, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        os.replace(unfinished, path)
        self._file = path
        with pa.memory_map(path) as source:
            return pa.ipc.open_file(source).read_all()

    def free(self) -> None:
        """Give memory and file back; the rows are computed again when asked for."""
        with self._lock:
            self._table = None
            path, self._file = self._file, None
        if path is not None:
            os.unlink(path)


class KeptPlans:
    """Which plans of a session are kept."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._stores: dict[int, tuple[Node, Store]] = {}
        self._numbers = itertools.count(1)
        self._directory: str | None = None
        self._lock = threading.Lock()
        self.tables: dict[tuple[str, ...], Node] = {}
        """The plans by which tables and lasting views are kept, by their whole names."""

    def add(self, plan: Node, level: Any) -> None:
        """Keep a plan's rows from its next run on; nothing where they are kept already."""
        if id(plan) not in self._stores:
            path = None if level.useMemory or level.useOffHeap else self._own_file
            store = Store(lambda: self._session._run_table(replace(plan), "cache"), level, path)
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

    def substituted(self, plan: Node) -> Node:
        """The plan with kept results in place of the plans that made them."""
        if not self._stores:
            return plan

        def over(node: Node, below: list[Node]) -> Node:
            found = self._stores.get(id(node))
            if found is not None and found[0] is node:
                return Kept(found[1], node.output)
            if any(new is not old for new, old in zip(below, node.children, strict=True)):
                return node.with_children(tuple(below))  # type: ignore[no-any-return]
            return node

        return transform_subplans(fold_plan(plan, over), self.substituted)

    def checkpoint(self, plan: Node, eager: bool, reliable: bool, level: Any = None) -> Node:
        """A leaf of the plan's rows: ``reliable`` ones lie in the checkpoint directory and outlive the context.

        Raises CheckpointError where that directory is not set.
        """
        from minispark.rdd.storagelevel import StorageLevel

        chosen = level or StorageLevel.MEMORY_AND_DISK
        path: Callable[[], str] | None = None if chosen.useMemory or chosen.useOffHeap else self._own_file
        if reliable:
            directory = self._session.sparkContext._checkpoint_directory
            if directory is None:
                raise CheckpointError(
                    "Checkpoint directory has not been set in the SparkContext; call sc.setCheckpointDir(path) first"
                )
            path = lambda: os.path.join(directory, f"frame-{next(self._numbers)}.arrow")  # noqa: E731
        store = Store(lambda: self._session._run_table(plan, "checkpoint"), chosen, path)
        if eager:
            store.table()
        return Kept(store, plan.output)

    def _own_file(self) -> str:
        """A path for a file that goes with the context."""
        with self._lock:
            number = next(self._numbers)
            if self._directory is None:
                self._directory = self._session.sparkContext._session.make_directory(f"kept-{id(self)}")
            return os.path.join(self._directory, f"{number}.arrow")
