"""What a query's text says, before names mean anything: frozen values that ``planning`` makes plans of."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value
from minispark.sql.plan.expressions import Expression


@value
class Cte:
    """``name (columns) AS (query)`` of a WITH clause."""

    name: str
    columns: tuple[str, ...]
    query: Any
    levels: int | None = None
    """MAX RECURSION LEVEL, where given."""


@value
class With:
    """A query and the named queries before it."""

    ctes: tuple[Cte, ...]
    recursive: bool
    query: Any


@value
class Organized:
    """A query with an order, a distribution or a limit: ORDER BY ... OFFSET."""

    query: Any
    order: tuple[Expression, ...] = ()
    cluster: tuple[Expression, ...] = ()
    distribute: tuple[Expression, ...] = ()
    sort: tuple[Expression, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    unlimited: bool = False
    """LIMIT ALL, which takes the limit of rows off recursive queries."""


@value
class Grouping:
    """GROUP BY: ``keys`` as written; ``sets`` of them where grouping sets, a cube or a rollup are asked for."""

    keys: tuple[Expression, ...]
    sets: tuple[tuple[Expression, ...], ...] | None = None
    everything: bool = False
    """GROUP BY ALL."""


@value
class Select:
    """One SELECT. ``source`` is None without FROM; ``views`` are LATERAL VIEWs of it."""

    items: tuple[Expression, ...]
    source: Any = None
    views: tuple[LateralView, ...] = ()
    where: Expression | None = None
    grouping: Grouping | None = None
    having: Expression | None = None
    qualify: Expression | None = None
    distinct: bool = False
    hints: tuple[Hint, ...] = ()


@value
class Hint:
    """``/*+ name(parameters) */``."""

    name: str
    parameters: tuple[Expression, ...] = ()


@value
class LateralView:
    """``LATERAL VIEW [OUTER] function(args) table AS columns``."""

    outer: bool
    generator: Expression
    table: str
    columns: tuple[str, ...]


@value
class SetOperation:
    """``left UNION | INTERSECT | EXCEPT [ALL] right``; ``kind`` in lower case."""

    kind: str
    all: bool
    left: Any
    right: Any


@value
class Values:
    """``VALUES (1, 'a'), (2, 'b')``: each row one expression or several."""

    rows: tuple[tuple[Expression, ...], ...]


@value
class Piped:
    """``query |> WHERE ...``: one step of pipe syntax; ``step`` says which, ``parts`` what it holds."""

    query: Any
    step: str
    parts: tuple[Any, ...] = ()


# --- relations -------------------------------------------------------------------------------------------------------


@value
class Table:
    """A table, view, named query or ``format.`path```; ``version`` and ``timestamp`` ask for an older state."""

    parts: tuple[str, ...]
    place: int = 0
    temporal: bool = False
    options: tuple[tuple[str, str], ...] = ()


@value
class TableFunction:
    """A function that gives rows, in FROM: ``range(3)``, ``explode(...)``."""

    name: str
    args: tuple[Any, ...]
    names: tuple[str | None, ...] = ()
    place: int = 0


@value
class Aliased:
    """A relation under another name, maybe with other column names. ``name`` is None for one without."""

    relation: Any
    name: str | None
    columns: tuple[str, ...] = ()


@value
class Stepped:
    """A query that a step of pipe syntax goes on with: its columns, and no others, under their tables' names."""

    relation: Any


@value
class Lateral:
    """A relation that may use the columns of those before it."""

    relation: Any


@value
class Joined:
    """A join; ``kind`` as in plan nodes: inner, cross, left, right, full, semi, anti."""

    left: Any
    right: Any
    kind: str
    condition: Expression | None = None
    using: tuple[str, ...] | None = None
    natural: bool = False


@value
class Sampled:
    """TABLESAMPLE: ``kind`` is percent, rows or bucket (as a share)."""

    relation: Any
    kind: str
    amount: Any
    seed: int | None = None


@value
class Pivoted:
    """PIVOT (aggregates FOR columns IN (values))."""

    relation: Any
    aggregates: tuple[Expression, ...]
    columns: tuple[Expression, ...]
    values: tuple[tuple[Expression, str | None], ...]


@value
class Unpivoted:
    """UNPIVOT (values FOR name IN (columns)): ``sets`` hold the columns of each row and its label."""

    relation: Any
    values: tuple[str, ...]
    name: str
    sets: tuple[tuple[tuple[tuple[str, ...], ...], str | None], ...]
    keep_nulls: bool = False
