"""What a catalog holds: databases, tables, views, functions."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value
from minispark.sql.types import StructType

CATALOG = "spark_catalog"
DEFAULT = "default"
GLOBAL = "global_temp"

Pairs = tuple[tuple[str, str], ...]


@value
class Buckets:
    """``bucketBy(count, *columns).sortBy(*order)``."""

    count: int
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()


@value
class Database:
    """``location`` is the directory of its managed tables."""

    name: str
    location: str
    comment: str = ""
    properties: Pairs = ()


@value(eq=False)
class Table:
    """A table of files, or a view.

    ``kind`` is MANAGED (its files are deleted with it), EXTERNAL or VIEW. ``provider`` is the format. ``schema`` has
    the partition columns last. Of a view, ``text`` is its query, ``setting`` the database that names in it mean,
    ``columns`` the names given.
    """

    database: str
    name: str
    kind: str
    schema: StructType
    provider: str = ""
    location: str = ""
    partitions: tuple[str, ...] = ()
    buckets: Buckets | None = None
    options: Pairs = ()
    properties: Pairs = ()
    comment: str | None = None
    created_ms: int = 0
    owner: str = ""
    text: str | None = None
    original: str | None = None
    setting: str = DEFAULT
    columns: tuple[str, ...] = ()
    statistics: Pairs = ()
    cluster: tuple[str, ...] = ()
    """The columns of CLUSTER BY, kept as metadata."""
    binding: str = ""
    """Of a view, what happens when its query's columns change: BINDING, COMPENSATION, TYPE EVOLUTION, EVOLUTION."""
    given: tuple[str, ...] = ()
    """Of a view, the names that its query's columns had."""
    captured: Pairs = ()
    """Of a view, the settings that its query keeps."""
    pending: tuple[str, ...] = ()
    """Directories of partitions that lay there when the table was declared: no rows of it until it is repaired."""
    elsewhere: Pairs = ()
    """Partitions outside of its directory: the names of theirs, and where they lie."""
    collation: str | None = None
    """Its DEFAULT COLLATION."""

    @property
    def is_view(self) -> bool:
        return self.kind == "VIEW"

    @property
    def path(self) -> tuple[str, str, str]:
        """Its whole name."""
        return (CATALOG, self.database, self.name)


@value(eq=False, aside=("named",))
class TempView:
    """A plan under a name, until its session (or, if global, its context) ends.

    ``text`` is its query where SQL made it. ``options`` are those of ``CREATE TEMPORARY VIEW ... USING``. Beside it
    queries note the plan under its name, ``named``, when one first reads it.
    """

    name: str
    plan: Any
    is_global: bool = False
    text: str | None = None
    comment: str | None = None
    properties: Pairs = ()
    created_ms: int = 0
    setting: str = DEFAULT
    given: tuple[str, ...] = ()
    """The names that its query's columns had."""
    collation: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Its whole name."""
        return (GLOBAL, self.name) if self.is_global else (self.name,)


@value(eq=False)
class StoredFunction:
    """A function that a program made: a Python one (``target`` is what was registered), or one of SQL (``text`` is its
    body).

    ``parameters`` are pairs of a name and a type's text; ``returns`` is the result's type as text.
    """

    name: str
    target: Any = None
    database: str | None = None
    text: str | None = None
    parameters: Pairs = ()
    defaults: Pairs = ()
    returns: str = ""
    comment: str | None = None
    is_table: bool = False
    reads: bool = False
    """Whether it says READS SQL DATA."""
    captured: Pairs = ()
    """The settings that its body keeps."""

    @property
    def is_temporary(self) -> bool:
        return self.database is None
