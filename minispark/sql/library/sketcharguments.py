"""What the functions of sketches take beside their sketches: constants of certain types and ranges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException, PySparkException, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Settings
from minispark.sql.library.sides import convert, is_constant, wrong_type
from minispark.sql.plan.expressions import Cast, Literal
from minispark.sql.plan.labels import label

Binds = Callable[[Sequence[Any], Settings], Sequence[Any]]
_INT, _STRING = t.IntegerType(), t.StringType()
_SMALL = (t.ByteType, t.ShortType, t.IntegerType, t.NullType)
MODES = ("sum", "min", "max", "alwaysone")
NUMBERS: dict[str, tuple[tuple[type[t.DataType], ...], str]] = {
    "bigint": (
        (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.NullType),
        '("TINYINT" or "INT" or "BIGINT" or "SMALLINT")',
    ),
    "float": ((t.FloatType, t.NullType), '"FLOAT"'),
    "double": ((t.FloatType, t.DoubleType, t.NullType), '("FLOAT" or "DOUBLE")'),
}
"""What a KLL sketch of a kind takes up, as Spark names it: no number is converted to another kind."""


def whole(name: str, args: Sequence[Any], place: int) -> Any:
    """The argument as an INT. Raises AnalysisException for what Spark takes for none."""
    if not isinstance(args[place].dtype, _SMALL):
        raise wrong_type(name, place, "INT", args[place].dtype)
    return convert(args[place], _INT)


def value_of(given: Any) -> Any:
    """A constant's value as far as it is known in analysis: of a number, or of sums of numbers."""
    from minispark.sql.plan.expressions import Call

    while isinstance(given, Cast):
        given = given.child
    if isinstance(given, Literal):
        return given.item
    if isinstance(given, Call) and given.name in ("+", "-", "*") and len(given.args) == 2:
        one, other = map(value_of, given.args)
        if isinstance(one, int) and isinstance(other, int):
            return {"+": one + other, "-": one - other, "*": one * other}[given.name]
    return None


def unknown(given: Any) -> bool:
    """Whether the argument is a null."""
    while isinstance(given, Cast):
        given = given.child
    return isinstance(given, Literal) and given.item is None


def _not_constant(name: str, what: str, kind: str, given: Any) -> PySparkException:
    parameters = {"inputName": what, "inputType": kind, "inputExpr": label(given)}
    return AnalysisException(f"{name}: {what} must be a constant", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", parameters)


def _null(name: str, what: str) -> PySparkException:
    return AnalysisException(
        f"{name}: {what} must not be null", "DATATYPE_MISMATCH.UNEXPECTED_NULL", {"exprName": what}
    )


def _refused(said: str, condition: str) -> PySparkException:
    parameters = {"msg": f"[{condition}] {said}", "hint": ""}
    return AnalysisException(said, "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", parameters)


# --- KLL -------------------------------------------------------------------------------------------------------------


def kll_gathers(name: str, kind: str | None) -> Binds:
    """Of ``kll_sketch_agg`` (numbers of a kind) and ``kll_merge_agg`` (sketches): what is gathered, and k."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        given = args[0]
        if kind is None:
            given = binary(name, args, 0)
        elif not isinstance(given.dtype, NUMBERS[kind][0]):
            raise wrong_type(name, 0, NUMBERS[kind][1], given.dtype)
        else:
            given = convert(given, _ITEMS[kind])
        return [given] if len(args) == 1 else [given, _k(name, args)]

    return binds


_ITEMS: dict[str, t.DataType] = {"bigint": t.LongType(), "float": t.FloatType(), "double": t.DoubleType()}


def _k(name: str, args: Sequence[Any]) -> Any:
    given = whole(name, args, 1)
    if not is_constant(args[1]):
        raise _not_constant(name, "k", "int", args[1])
    if unknown(args[1]):
        raise _null(name, "k")
    number = value_of(args[1])
    if number is not None and not 8 <= number <= 65535:
        raise _refused(f"{name}: k lies between 8 and 65535, which {number} does not", "KLL_SKETCH_K_OUT_OF_RANGE")
    return given


def binary(name: str, args: Sequence[Any], place: int) -> Any:
    """A sketch's bytes; texts are taken for bytes, which then are none of a sketch."""
    given = args[place]
    if not isinstance(given.dtype, (t.BinaryType, t.StringType, t.NullType)):
        raise wrong_type(name, place, "BINARY", given.dtype)
    return convert(given, t.BinaryType())


def kll_looks(name: str, what: str, wanted: t.DataType) -> Binds:
    """Of a sketch and a rank or quantile (``what``), or an array of them."""
    shown = wanted.simpleString().upper()
    required = f'("{shown}" or "ARRAY<{shown}>")'

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        dtype: t.DataType = args[1].dtype
        several = isinstance(dtype, t.ArrayType)
        one = dtype.elementType if isinstance(dtype, t.ArrayType) else dtype
        fits = k.is_numeric(one) or isinstance(one, (t.NullType, t.StringType))
        if not fits or (isinstance(dtype, t.ArrayType) and dtype.containsNull and one != wanted):
            raise wrong_type(name, 1, required, dtype)
        target = t.ArrayType(wanted) if several else wanted
        if not is_constant(args[1]):
            kind = f'"ARRAY<{shown}>"' if several else f'"{shown}"'
            raise _not_constant(name, f"`{what}`", kind, args[1])
        return [binary(name, args, 0), convert(args[1], target)]

    return binds


# --- HLL, theta ------------------------------------------------------------------------------------------------------


def sized(name: str, accepts: k.Kind, condition: str) -> Binds:
    """Of what is gathered, and the logarithm of the size: a constant, of which null is 0."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        if not (accepts.test(args[0].dtype) or isinstance(args[0].dtype, t.NullType)):
            raise wrong_type(name, 0, accepts.name, args[0].dtype)
        given = convert(args[0], accepts.usual) if isinstance(args[0].dtype, t.NullType) and accepts.usual else args[0]
        if len(args) == 1:
            return [given]
        size = whole(name, args, 1)
        if not is_constant(args[1]):
            raise SparkRuntimeException(f"{name}: the size must be a constant", condition, {"function": f"`{name}`"})
        return [given, Literal(0, _INT) if unknown(args[1]) else size]

    return binds


def united(name: str, third: t.DataType) -> Binds:
    """Of two sketches and a third argument of exactly this type."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        for place in (0, 1):
            if not isinstance(args[place].dtype, (t.BinaryType, t.NullType)):
                raise wrong_type(name, place, "BINARY", args[place].dtype)
        rest = []
        if len(args) == 3:
            fits = _SMALL if isinstance(third, t.IntegerType) else (type(third), t.NullType)
            if not isinstance(args[2].dtype, fits):
                raise wrong_type(name, 2, third.simpleString().upper(), args[2].dtype)
            rest = [convert(args[2], third)]
        return [*(convert(arg, t.BinaryType()) for arg in args[:2]), *rest]

    return binds


# --- tuples ----------------------------------------------------------------------------------------------------------


def tuple_check(name: str, lg: int | None, mode: int) -> Callable[[Sequence[Any], Settings], None]:
    """For the places of the logarithm of the size (None for none) and of the mode."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        places = [(place, what) for place, what in ((lg, "lgNomEntries"), (mode, "mode")) if place is not None]
        for place, what in places:
            if place >= len(args):
                continue
            given = args[place]
            if not is_constant(given):
                raise _not_constant(name, what, "int" if what != "mode" else "string", given)
            if unknown(given):
                raise _null(name, what)
            found = value_of(given)
            if what == "mode" and isinstance(found, str) and found.lower() not in MODES:
                said = f"{name}: the mode is one of {', '.join(MODES)}, not {found!r}"
                raise _refused(said, "TUPLE_INVALID_SKETCH_MODE")
            if what != "mode" and isinstance(found, int) and not 4 <= found <= 26:
                said = f"{name}: lgNomEntries lies between 4 and 26, which {found} does not"
                raise _refused(said, "SKETCH_INVALID_LG_NOM_ENTRIES")

    return check
