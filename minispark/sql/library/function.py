"""Function: an entry of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from minispark.engine.core.values import value
from minispark.sql.library.kinds import Kind

if TYPE_CHECKING:
    from minispark.sql.plan.expressions import Call, Expression
    from minispark.sql.types import DataType


@value
class Settings:
    """What a session's settings mean for expressions; ``conf`` looks any other setting up (None where not set)."""

    zone: str
    ansi: bool
    case_sensitive: bool
    conf: Callable[[str], str | None]
    pinned: bool = False
    """Whether what is analysed keeps this ANSI mode when it runs."""


EMPTY_OF_TEXTS = "legacy.createEmptyCollectionUsingStringType"
"""The setting by which ``array()`` and ``map()`` are of strings."""


def flag(settings: Settings, name: str, usual: bool = False) -> bool:
    """Whether a boolean setting is true; ``usual`` where nobody set it."""
    found = settings.conf(f"spark.sql.{name}")
    return usual if found is None else found == "true"


class Emitting(Protocol):
    """What SQL rules may ask for."""

    settings: Settings
    wide: bool
    """Whether decimals are to be computed with all room there is: a narrow width, tried first, was too small."""
    chains: dict[tuple[str, str], Any]
    """Of what AND and OR (first) with this text (second) were joined, where that matters: ``shortcircuit.py``'s."""

    def exact(self, call: Call, args: Sequence[str], path: str | None = None) -> str:
        """SQL that calls an exact Python function with these arguments: the call's own, or that of a ``path``."""

    def sql(self, expression: Expression) -> str:
        """The text of a resolved expression."""

    def cast(self, sql: str, source: DataType, target: DataType, mode: str) -> str:
        """SQL of a conversion as Spark makes it."""

    def duck(self, dtype: DataType) -> str:
        """The DuckDB type that holds values of a type."""

    def either(self, alone: str, over: str) -> str:
        """SQL of an aggregate that is written otherwise where it stands over a window."""

    def failure(self, kind: str, condition: str, message: str, dtype: DataType | None = None) -> str:
        """SQL that raises a typed error when (and only when) it is evaluated: the class's name, Spark's error class,
        SQL of a text for the message. For use in branches of CASE; its type is NULL's, or ``dtype``'s."""


@value
class Function:
    """What is known of a function or operator.

    name, aliases: Spark's names, lower case.
    kind: ``scalar``; ``aggregate`` (also over windows); ``window`` (only there); ``generator`` (gives rows).
    takes: the kind of each parameter (``kinds.py``); arguments are converted to it as Spark's ANSI coercion does.
    least: how many must be given; all without it.
    more: the kind of any further arguments.
    gives: the result's type; or the position of the argument whose type it is; or a rule
        ``(args, settings) -> DataType`` over the converted arguments (each has ``dtype`` and ``nullable``).
        A generator's is a StructType: its columns.
    null: when the result may be null: ``any`` argument is (and then it is: exact functions are not called), ``maybe``
        also for others (exact functions are not called with nulls), ``always``, ``never``; or a rule
        ``(args) -> bool``, or ``given`` for exact functions that want to see nulls.
    sql: DuckDB's SQL, with ``{0}``, ``{1}`` ... for the arguments (all of them: ``{all}``); or a rule
        ``(emit, call, args) -> str``. An aggregate's text writes ``{d}`` before the first argument (DISTINCT), and
        ``{f}`` right after the closing parenthesis of each aggregate of DuckDB's in it (FILTER and OVER). A
        generator's text is a DuckDB list of structs, one an output row (fields as in ``gives``), null or empty for 0.
    exact: ``module:function`` below ``minispark.sql.exact``, called for each row with the physical Python values of the
        arguments and giving that of the result; of an aggregate with one list for each argument: its values in the
        group.
    factory: the same for functions that prepare: called with a ``Bound`` once for a query, gives the function for rows.
    macro: ``(args, settings) -> Expression``: the function is another expression of its unresolved arguments.
    check: ``(args, settings) -> None`` raises typed errors for wrong arguments, after conversion.
    parameters: the parameters' names, for arguments given by name. defaults: the values (strings, ints, None) of those
        that may be left out before one that is given by name.
    deterministic: False where each row (or run) has an answer of its own.
    """

    name: str
    takes: tuple[Kind, ...] = ()
    gives: Any = None
    sql: Any = None
    kind: str = "scalar"
    least: int | None = None
    more: Kind | None = None
    null: Any = "any"
    exact: str | None = None
    factory: str | None = None
    macro: Callable[[tuple[Expression, ...], Settings], Expression] | None = None
    check: Callable[[Sequence[Any], Settings], None] | None = None
    parameters: tuple[str, ...] = ()
    defaults: tuple[Any, ...] = ()
    deterministic: bool = True
    aliases: tuple[str, ...] = ()
    binds: Callable[[Sequence[Any], Settings], Sequence[Any] | Expression] | None = None
    """A rule that converts the arguments by itself, in place of ``takes`` (which then only counts them)."""
    keyed: bool = False
    """Whether the key of WITHIN GROUP is the first argument, as of ``mode() WITHIN GROUP (ORDER BY x)``."""


@value
class Bound:
    """What the ``factory`` of an exact function is told.

    types: of the arguments. literals: their values where they are constants, else None (a constant null is None too).
    constant: which of them are constants. result: the type to give.
    """

    types: tuple[DataType, ...]
    literals: tuple[Any, ...]
    constant: tuple[bool, ...]
    result: DataType
    settings: Settings
    extra: Any = None


def scalar(name: str, takes: tuple[Kind, ...], gives: Any, sql: Any = None, **more: Any) -> Function:
    """An entry of a scalar function."""
    return Function(name, takes, gives, sql, **more)


def aggregate(name: str, takes: tuple[Kind, ...], gives: Any, sql: Any = None, **more: Any) -> Function:
    """An entry of an aggregate function. Null unless said otherwise: a group may be empty."""
    return Function(name, takes, gives, sql, kind="aggregate", **{"null": "always", **more})


def generator(name: str, takes: tuple[Kind, ...], gives: Any, sql: Any = None, **more: Any) -> Function:
    """An entry of a generator."""
    return Function(name, takes, gives, sql, kind="generator", **more)


def macro(name: str, least: int, most: int | None, rule: Callable[..., Expression], **more: Any) -> Function:
    """An entry that stands for another expression; ``most`` is None for any number of arguments."""
    from minispark.sql.library import kinds

    takes = (kinds.ANY,) * (least if most is None else most)
    return Function(name, takes, least=least, more=kinds.ANY if most is None else None, macro=rule, **more)
