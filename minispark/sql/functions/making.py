"""What the functions have in common: how their arguments become expressions, and their calls Columns."""

from __future__ import annotations

import enum
import inspect
import itertools
import random
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from minispark.errors import PySparkValueError
from minispark.sql.column import Column, expression_of, unexpected
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Apply, Expression, LambdaFunction, Literal, Name
from minispark.sql.types import LongType

ColumnOrName = Column | str
"""A Column, or the name of one."""

_variables = itertools.count(1)


def call(name: str, *args: Any, ignore_nulls: bool | None = None, distinct: bool = False) -> Column:
    """The call of a function of SQL; arguments are Columns and names of columns, constants are Columns made by ``lit``.

    Raises PySparkTypeError for anything else.
    """
    expressions = tuple(expression_of(arg) for arg in args)
    return Column(Apply(name, expressions, ignore_nulls=ignore_nulls, distinct=distinct))


def constant(item: Any) -> Column:
    """A constant of a Python value or list of them; a Column stays what it is. Raises as ``functions.lit``."""
    if isinstance(item, Column):
        return item
    if isinstance(item, list) and any(isinstance(one, Column) for one in item):
        raise PySparkValueError(
            "lit of a list takes constants only; array() makes one of Columns", "COLUMN_IN_LIST", {"func_name": "lit"}
        )
    return Column(literal(item))


lit = constant


def seeded(given: int | None) -> Column:
    """A seed as a constant of 64 bits; a random one for None."""
    seed = random.getrandbits(64) - (1 << 63) if given is None else int(plain(given))
    return Column(Literal(seed, LongType()))


def deprecated(old: str, new: str) -> None:
    """Warn, at the user's line, of a function that has another name now."""
    warnings.warn(f"{old} is deprecated; use {new} instead", FutureWarning, stacklevel=3)


def plain(item: Any) -> Any:
    """The value of an Enum; anything else as it is."""
    return plain(item.value) if isinstance(item, enum.Enum) else item


def number(item: Any) -> Any:
    """A constant of an int; anything else, as a name or a Column, as it is."""
    item = plain(item)
    return lit(item) if isinstance(item, int) else item


def name_or_number(item: Any) -> Any:
    """A constant of what is neither a name nor a Column."""
    return item if isinstance(plain(item), (str, Column)) else lit(item)


def given(*items: Any) -> tuple[Any, ...]:
    """The arguments that were given."""
    return tuple(item for item in items if item is not None)


def given_lit(*items: Any) -> tuple[Column, ...]:
    """The arguments that were given, as constants unless Columns."""
    return tuple(lit(item) for item in items if item is not None)


def one_list(cols: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments given one by one, or as one list or set."""
    return tuple(cols[0]) if len(cols) == 1 and isinstance(cols[0], (list, set)) else cols


def options_map(options: Mapping[str, Any] | None) -> tuple[Column, ...]:
    """Options as one argument, a map of texts; none without any."""
    if not options:
        return ()
    texts = (lit(text) for key, value in options.items() for text in (str(key), _option_text(value)))
    return (call("map", *texts),)


def _option_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def text_or_column(item: Any, argument: str) -> Column:
    """A constant of a str, or a Column. Raises PySparkTypeError for anything else."""
    item = plain(item)
    if not isinstance(item, (str, Column)):
        raise unexpected(argument, "Column or str", item)
    return lit(item)


def higher_order(name: str, columns: tuple[Any, ...], *functions: Callable[..., Any]) -> Column:
    """The call of a function that takes functions of Columns."""
    args = [expression_of(one) for one in columns]
    return Column(Apply(name, (*args, *(_lambda(function) for function in functions))))


def _lambda(function: Callable[..., Any]) -> Expression:
    names = [f"{letter}_{next(_variables)}" for letter, _ in zip("xyz", _parameters(function), strict=False)]
    result = function(*(Column(Name((name,))) for name in names))
    if not isinstance(result, Column):
        raise PySparkValueError(
            f"{_name(function)} must return a Column, not {result!r:.200}; lit() makes one of a constant",
            "HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            {"func_name": _name(function), "return_type": type(result).__name__},
        )
    return LambdaFunction(tuple(names), result._expression)


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(function).parameters.values())
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            f"{_name(function)} must have one to three parameters, not {len(parameters)}",
            "WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            {"func_name": _name(function), "num_args": str(len(parameters))},
        )
    if not all(one.kind in (one.POSITIONAL_OR_KEYWORD, one.POSITIONAL_ONLY) for one in parameters):
        raise PySparkValueError(
            f"the parameters of {_name(function)} must be positional",
            "UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            {"func_name": _name(function)},
        )
    return parameters


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)
