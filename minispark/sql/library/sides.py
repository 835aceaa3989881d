"""The two sides of an operator: what they are converted to, and the errors where they do not go together.

Spark converts a pair only to a type that the operator takes (``BinaryOperator.inputType``); other pairs stay as they
are, and then the operator says that they differ, or that it does not take their type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Settings
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import Attribute, Call, Cast, Expression, Literal, Outer, Over, Subquery
from minispark.sql.plan.trees import walk

_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)
Accepts = Callable[[t.DataType], bool]


def convert(expression: Any, dtype: t.DataType) -> Expression:
    """The expression as a value of a type: itself, a constant of the type, or a cast that is not shown."""
    given: t.DataType = expression.dtype
    if given == dtype or (isinstance(given, t.StringType) and isinstance(dtype, t.StringType)):
        return expression  # type: ignore[no-any-return]  # which collation strings have, analysis/collating.py says
    if isinstance(expression, Literal):
        if expression.item is None:
            return Literal(None, dtype)
        if (
            k.is_integral(given)
            and isinstance(dtype, (t.LongType, t.IntegerType, t.ShortType))
            and k.widens(given, dtype)
        ):
            return Literal(expression.item, dtype)
        if k.is_integral(given) and isinstance(dtype, t.DoubleType):
            return Literal(float(expression.item), dtype)
        if (
            k.is_integral(given)
            and isinstance(dtype, t.DecimalType)
            and dtype.scale == 0
            and len(str(abs(expression.item))) <= dtype.precision
        ):
            return Literal(Decimal(expression.item), dtype)
    return Cast(expression, dtype, "", given=False)


def constant(call: Call, place: int) -> Any:
    """The value of an argument that is a constant, else None."""
    found = call.args[place] if place < len(call.args) else None
    return found.item if isinstance(found, Literal) else None


def is_constant(given: Any) -> bool:
    """Whether a resolved expression has one value for all rows."""
    return all(
        not isinstance(part, (Attribute, Outer, Subquery, Over))
        and (not isinstance(part, Call) or (part.function.deterministic and part.function.kind == "scalar"))
        for part in walk(given)
    )


ORDINALS = ("first", "second", "third")


def ordinal(place: int) -> str:
    """A parameter's place as error messages name it."""
    return ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"


def fitted(name: str, args: Sequence[Any], place: int, kind: k.Kind, settings: Settings) -> Any:
    """An argument converted to a parameter's kind; raises AnalysisException where it cannot be."""
    given = args[place].dtype
    target = coercion.implicit(given, kind, settings.ansi)
    if target is None:
        raise wrong_type(name, place, kind.name, given)
    return convert(args[place], target)


def wrong_type(name: str, place: int, wanted: str, given: t.DataType) -> AnalysisException:
    """The error for an argument of a type that the parameter does not take."""
    required = wanted
    if not wanted.startswith(("(", '"')):
        choices = [f'"{one}"' for one in wanted.split(" or ")]
        required = choices[0] if len(choices) == 1 else f"({' or '.join(choices)})"
    return AnalysisException(
        f"argument {place + 1} of {name} must be {required}, not {shown(given)}; cast it",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        {"paramIndex": ordinal(place), "requiredType": required, "inputType": shown(given)},
    )


def pair(args: Sequence[Any], settings: Settings, accepts: Accepts) -> list[Any]:
    """Both sides in the type that texts and nulls make of them, if the operator ``accepts`` it; else as they are."""
    left, right = args
    one, other = left.dtype, right.dtype
    if any(isinstance(kind, _INTERVALS) for kind in (one, other)) and not isinstance(one, t.NullType):
        return [left, right if not isinstance(other, t.NullType) or not accepts(one) else convert(right, one)]
    if not settings.ansi:
        left, right = (convert(arg, t.DoubleType()) if k.is_string(arg.dtype) else arg for arg in args)
    elif k.is_string(one) or k.is_string(other):
        target = coercion.wider(one, other, True)
        return [left, right] if target is None else [convert(left, target), convert(right, target)]
    target = coercion.plain_wider(left.dtype, right.dtype, settings.ansi)
    decimal = isinstance(left.dtype, t.DecimalType) or isinstance(right.dtype, t.DecimalType)
    nothing = isinstance(left.dtype, t.NullType) or isinstance(right.dtype, t.NullType)
    if target is None or not accepts(target) or (decimal and not nothing):
        return [left, right]
    return [convert(left, target), convert(right, target)]


def _decimal_of(expression: Any) -> t.DecimalType:
    """The decimal type of an integer beside a decimal: a constant's has just its digits."""
    if isinstance(expression, Literal) and k.is_integral(expression.dtype) and expression.item is not None:
        return t.DecimalType(max(len(str(abs(expression.item))), 1), 0)
    found = k.as_decimal(expression.dtype)
    assert found is not None
    return found


def numbers(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """Both sides in one numeric type; decimals keep their own precisions."""
    return _decimals(_void_as_double(pair(args, settings, k.is_numeric)))


def _void_as_double(sides: list[Any]) -> list[Any]:
    if all(isinstance(one.dtype, t.NullType) for one in sides):
        return [convert(one, t.DoubleType()) for one in sides]
    return sides


def _decimals(sides: list[Any]) -> list[Any]:
    kinds = [one.dtype for one in sides]
    if not all(k.is_numeric(kind) for kind in kinds) or not any(isinstance(kind, t.DecimalType) for kind in kinds):
        return sides
    if any(k.as_decimal(kind) is None for kind in kinds):
        return [convert(one, t.DoubleType()) for one in sides]
    return [convert(one, _decimal_of(one)) for one in sides]


def fractions(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The sides of ``/``: doubles, or decimals of which both sides are some."""
    null = isinstance(args[0].dtype, t.NullType)
    sides = [convert(arg, t.DoubleType()) if null and k.is_numeric(arg.dtype) else arg for arg in args]
    found = numbers(sides, settings)
    if not all(k.is_numeric(one.dtype) for one in found) or isinstance(found[0].dtype, t.DecimalType):
        return found
    return [convert(one, t.DoubleType()) for one in found]


def whole(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The sides of ``div``: integers as long, decimals as they are."""

    def accepts(kind: t.DataType) -> bool:
        return k.is_integral(kind) or isinstance(kind, (t.DecimalType, t.NullType, *_INTERVALS))

    sides = pair(args, settings, accepts)
    if any(isinstance(one.dtype, t.DecimalType) for one in sides):
        exact = all(k.as_decimal(one.dtype) is not None for one in sides)
        sides = _decimals(sides) if exact else [_as_double(one) for one in sides]
    if all(k.is_integral(one.dtype) or isinstance(one.dtype, t.NullType) for one in sides):
        return [convert(one, t.LongType()) for one in sides]
    return sides


def _as_double(side: Any) -> Any:
    return convert(side, t.DoubleType()) if isinstance(side.dtype, t.DecimalType) else side


def integers(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The sides of operators on bits: the wider of two types of integers."""
    if all(isinstance(arg.dtype, t.NullType) for arg in args):
        return [convert(arg, t.IntegerType()) for arg in args]
    sides = pair(args, settings, k.is_integral)
    binary = any(isinstance(one.dtype, (t.FloatType, t.DoubleType)) for one in sides)
    return [_as_double(one) for one in sides] if binary else sides


def conditions(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The sides of AND and OR; a text beside a condition is one in ANSI mode."""
    kinds = [arg.dtype for arg in args]
    if any(k.is_string(kind) for kind in kinds):
        target = coercion.wider(kinds[0], kinds[1], True) if settings.ansi else None
        return args if target is None else [convert(arg, target) for arg in args]
    if any(isinstance(kind, (t.FloatType, t.DoubleType)) for kind in kinds):
        return [_as_double(arg) for arg in args]
    fits = all(isinstance(kind, (t.BooleanType, t.NullType)) for kind in kinds)
    return [convert(arg, t.BooleanType()) for arg in args] if fits else args


def checked(symbol: str, accepts: Accepts, required: str) -> Callable[[Sequence[Any], Settings], None]:
    """A check that both sides are of one type, decimals aside, and that the operator takes it."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        one, other = (arg.dtype for arg in args)
        decimals = isinstance(one, t.DecimalType) and isinstance(other, t.DecimalType) and accepts(one)
        if one != other and not decimals:
            raise differing(symbol, one, other)
        if not accepts(one):
            raise AnalysisException(
                f"{symbol} takes {required}, not {shown(one)}: cast its sides",
                "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
                {"inputType": required, "actualDataType": shown(one)},
            )

    return check


def differing(symbol: str, one: t.DataType, other: t.DataType) -> AnalysisException:
    """The error for sides of types that have nothing in common."""
    return AnalysisException(
        f"{symbol} takes two values of one type; here are {shown(one)} and {shown(other)}: cast one of them",
        "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
        {"left": shown(one), "right": shown(other)},
    )
