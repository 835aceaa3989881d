"""Expressions: what a Column holds before analysis, and what a plan holds after it.

Every class lists the names of its fields that hold expressions in ``inner``: a field is one expression, a tuple of
them, or None. All walks go through ``children`` and ``with_children``. Catalyst's ``Expression`` is the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.sql.plan.castnulls import may_fail
from minispark.sql.plan.sites import SITE
from minispark.sql.plan.trees import Expression as Expression
from minispark.sql.plan.trees import find as find
from minispark.sql.plan.trees import fold as fold
from minispark.sql.plan.trees import fresh_id as fresh_id
from minispark.sql.plan.trees import holds as holds
from minispark.sql.plan.trees import transform as transform
from minispark.sql.plan.trees import walk as walk

if TYPE_CHECKING:
    from minispark.sql.types import DataType

# --- before analysis -------------------------------------------------------------------------------------------------


@value(aside=SITE)
class Name(Expression):
    """A column as the user named it: ``parts`` of ``a.b.c``, without their backticks."""

    parts: tuple[str, ...]


@value
class Star(Expression):
    """All columns, or those of a table, or the fields of a struct column; ``without`` names those to leave out."""

    target: tuple[str, ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    columns: tuple[Attribute, ...] = ()
    """The columns that a DataFrame had, for ``df["*"]``."""


@value
class ByRegex(Expression):
    """All columns whose whole name matches a pattern (``df.colRegex``)."""

    pattern: str
    target: tuple[str, ...] = ()


@value(aside=SITE)
class Apply(Expression):
    """A function or operator by its name in Spark's SQL: ``+``, ``upper``, ``sum``. Names do not distinguish case.

    ``names`` holds the parameter name of each argument given by name, None for those by position (empty if all are).
    ``within`` is ``WITHIN GROUP (ORDER BY ...)``, ``where`` is ``FILTER (WHERE ...)``. ``label`` is the text shown
    where it is not the usual.
    """

    inner = ("args", "where", "within")
    name: str
    args: tuple[Expression, ...] = ()
    distinct: bool = False
    where: Expression | None = None
    within: tuple[Expression, ...] = ()
    ignore_nulls: bool | None = None
    names: tuple[str | None, ...] = ()
    label: str | None = None


@value
class LambdaFunction(Expression):
    """``x -> body``: an argument of ``transform`` and its like.

    In ``body``, a ``Name`` of one part may be a parameter.
    """

    inner = ("body",)
    parameters: tuple[str, ...]
    body: Expression


@value(aside=SITE)
class Field(Expression):
    """``child[key]`` or ``child.key``: an element, a map's value or a struct's field, as the child's type says."""

    inner = ("child", "key")
    child: Expression
    key: Expression
    dotted: bool = False


@value(aside=SITE)
class WithField(Expression):
    """A struct with a field added or replaced (``Column.withField``)."""

    inner = ("child", "item")
    child: Expression
    path: tuple[str, ...]
    item: Expression


@value(aside=SITE)
class WithoutFields(Expression):
    """A struct without some fields (``Column.dropFields``)."""

    inner = ("child",)
    child: Expression
    paths: tuple[tuple[str, ...], ...]


@value
class MultiAlias(Expression):
    """Names for all columns of a generator: ``explode(m).alias("k", "v")``."""

    inner = ("child",)
    child: Expression
    names: tuple[str, ...]


@value
class SqlText(Expression):
    """An expression as SQL text (``F.expr``), read when it is resolved."""

    text: str


# --- before and after ------------------------------------------------------------------------------------------------


@value
class Literal(Expression):
    """A constant in its physical representation (decisions/0018).

    Its SQL text is in ``text`` where the user wrote one.
    """

    item: Any
    dtype: DataType
    text: str | None = None

    @property
    def nullable(self) -> bool:
        return self.item is None


@value
class Alias(Expression):
    """An expression under a name; ``id`` is that of the attribute it makes, 0 before analysis."""

    inner = ("child",)
    child: Expression
    name: str
    metadata: tuple[tuple[str, Any], ...] | None = None
    id: int = 0

    @property
    def dtype(self) -> DataType:
        return self.child.dtype  # type: ignore[no-any-return]  # resolved, it has one

    @property
    def nullable(self) -> bool:
        return self.child.nullable

    @property
    def attribute(self) -> Attribute:
        """The column it makes."""
        metadata = self.metadata
        if metadata is None:
            metadata = self.child.metadata if isinstance(self.child, (Attribute, Alias)) else ()
        return Attribute(self.name, self.dtype, self.nullable, self.id, (), metadata or ())


@value(aside=SITE)
class Cast(Expression):
    """A conversion to a type. ``mode`` is ``ansi`` (errors), ``try`` (null) or ``legacy`` (null, and wraps around).

    ``given`` tells a user's cast from one that coercion put in, which is not shown in names.
    """

    inner = ("child",)
    child: Expression
    dtype: DataType
    mode: str = ""
    given: bool = True

    @property
    def nullable(self) -> bool:
        child: Any = self.child
        return self.mode == "try" or child.nullable or may_fail(child.dtype, self.dtype)


@value
class SortOrder(Expression):
    """A key of an order. Nulls come first in ascending and last in descending orders unless said otherwise."""

    inner = ("child",)
    child: Expression
    ascending: bool = True
    nulls_first: bool | None = None

    @property
    def puts_nulls_first(self) -> bool:
        return self.ascending if self.nulls_first is None else self.nulls_first

    @property
    def dtype(self) -> DataType:
        return self.child.dtype  # type: ignore[no-any-return]  # resolved, it has one

    @property
    def nullable(self) -> bool:
        return self.child.nullable


UNBOUNDED_PRECEDING = -(1 << 63)
UNBOUNDED_FOLLOWING = (1 << 63) - 1


@value
class Frame(Expression):
    """``ROWS`` or ``RANGE`` between bounds: ints (0 is the current row), expressions or the unbounded constants."""

    inner = ()
    kind: str
    start: Any
    end: Any
    text: str | None = None
    """As it shows in names, where SQL wrote it."""


@value
class Distance(Expression):
    """A bound of a RANGE frame: how far it is from the current row's value, and on which side."""

    inner = ("child",)
    child: Expression
    before: bool


@value(aside=SITE)
class Over(Expression):
    """A window function: ``child OVER (PARTITION BY ... ORDER BY ... frame)``."""

    inner = ("child", "partition", "order")
    child: Expression
    partition: tuple[Expression, ...]
    order: tuple[Expression, ...]
    frame: Frame | None = None
    named: str | None = None
    """The name of a window declared elsewhere in the query, before analysis."""

    @property
    def dtype(self) -> DataType:
        return self.child.dtype  # type: ignore[no-any-return]  # resolved, it has one

    @property
    def nullable(self) -> bool:
        return self.child.nullable


# --- queries in expressions: the plan is a tree of plan/nodes.py, or a parsed query before analysis ------------------


@value(eq=False)
class Subquery(Expression):
    """A query as a value: ``kind`` is ``scalar``, ``exists`` or ``in`` (of ``left``, one or several expressions)."""

    inner = ("left",)
    kind: str
    plan: Any
    left: tuple[Expression, ...] = ()
    dtype: Any = None
    nullable: bool = True
    outer: tuple[Attribute, ...] = ()
    """The attributes of queries around it that it uses."""
    written: Any = None
    """The parsed query, by which two of them are known to be equal."""
    of_function: bool = False
    """Whether it is the body of a SQL function, whose arguments hold the columns around it."""


# --- after analysis --------------------------------------------------------------------------------------------------


@value
class Attribute(Expression):
    """A column that a plan node gives.

    ``id`` alone tells columns apart; ``qualifier`` is the path of its table's name.
    """

    name: str
    dtype: DataType
    nullable: bool
    id: int
    qualifier: tuple[str, ...] = ()
    metadata: tuple[tuple[str, Any], ...] = ()
    origin: int = 0
    """The DataFrame whose column the user asked for by ``df["name"]``, 0 for none."""
    copied: tuple[tuple[int, Any], ...] = ()
    """Where a plan is joined with itself: the ids that the column has outside of its side, and that side's plan."""
    hidden: bool = False
    """A key of a join that shows it once: there for those who say its table, not for ``*``."""


@value
class Outer(Expression):
    """An attribute of a query around this one."""

    attribute: Attribute

    @property
    def dtype(self) -> DataType:
        return self.attribute.dtype

    @property
    def nullable(self) -> bool:
        return self.attribute.nullable


@value
class LambdaVariable(Expression):
    """A parameter of a lambda, bound to its type."""

    name: str
    dtype: DataType
    nullable: bool
    id: int


@value
class Lambda(Expression):
    """A resolved lambda."""

    inner = ("body",)
    parameters: tuple[LambdaVariable, ...]
    body: Expression

    @property
    def dtype(self) -> DataType:
        return self.body.dtype  # type: ignore[no-any-return]  # resolved, it has one

    @property
    def nullable(self) -> bool:
        return self.body.nullable


@value(aside=SITE)
class Call(Expression):
    """A function of the library applied to arguments of the types that it takes; ``dtype`` is what it gives.

    ``extra`` holds what the function's rule decided at analysis and its SQL needs (hashable).
    """

    inner = ("args", "where", "within")
    function: Any
    args: tuple[Expression, ...]
    dtype: DataType
    nullable: bool = True
    distinct: bool = False
    where: Expression | None = None
    within: tuple[Expression, ...] = ()
    ignore_nulls: bool = False
    extra: Any = None
    ansi: bool | None = None
    """The ANSI mode that it keeps to; None for the session's when it runs."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name  # type: ignore[no-any-return]  # a Function of the library, further up


@value(eq=False)
class PythonCall(Expression):
    """A user's Python function of columns: keyword arguments come last and are named in ``keywords``."""

    inner = ("args",)
    function: Callable[..., Any]
    name: str
    dtype: DataType
    args: tuple[Expression, ...]
    keywords: tuple[str, ...] = ()
    deterministic: bool = True
    nullable: bool = True


def references(expression: Expression) -> set[int]:
    """The ids of the attributes in it, those that subqueries take from around them included."""
    around = {attribute.id for one in find(expression, Subquery) for attribute in one.outer}
    return around | {one.id for one in find(expression, Attribute)}


def named(expression: Expression) -> Attribute:
    """The attribute that an ``Alias`` or ``Attribute`` of a list of outputs makes."""
    made: Any = expression
    return made.attribute if isinstance(expression, Alias) else made  # type: ignore[no-any-return]  # one or the other
