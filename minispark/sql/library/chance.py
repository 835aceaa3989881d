"""Random numbers, texts and identifiers: a seed makes them repeatable; one is chosen where none is given."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings
from minispark.sql.library.sides import convert, is_constant, wrong_type
from minispark.sql.plan.expressions import Call, Cast, Literal
from minispark.sql.plan.labels import label

_STRING, _INT, _LONG, _DOUBLE = t.StringType(), t.IntegerType(), t.LongType(), t.DoubleType()


def _error(name: str, said: str, condition: str, parameters: dict[str, str]) -> Exception:
    from minispark.errors import AnalysisException

    return AnalysisException(f"{name}: {said}", condition, parameters)


def _not_constant(name: str, what: str, kind: str, given: Any) -> Exception:
    parameters = {"inputName": f"`{what}`", "inputType": kind, "inputExpr": f'"{label(given)}"'}
    return _error(name, f"the {what} must be a constant", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", parameters)


def _seeded(name: str, before: int) -> Callable[[Sequence[Any], Settings], Sequence[Any]]:
    """Arguments with a seed behind the first ``before``. Raises AnalysisException for one that cannot be one."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        if len(args) == before:
            return [*args, Literal(random.getrandbits(63), _LONG)]
        seed = args[before]
        if not (k.is_integral(seed.dtype) or isinstance(seed.dtype, t.NullType)):
            raise wrong_type(name, before, '("INT" or "BIGINT")', seed.dtype)
        if not is_constant(seed):
            if before:
                kind = "integer" if name == "randstr" else "integer or floating-point"
                raise _not_constant(name, "seed", kind, seed)
            shown = {"seedExpr": f'"{label(seed)}"', "exprWithSeed": f'"{name}({label(seed)})"'}
            raise _error(name, "the seed must be an integer constant", "SEED_EXPRESSION_IS_UNFOLDABLE", shown)
        if isinstance(seed, Cast) and isinstance(seed.child, Literal) and isinstance(seed.child.item, int):
            seed = seed.child
        if isinstance(seed, Literal):
            seed = Literal(seed.item or 0, _LONG)
        return [*args[:before], convert(seed, _LONG)]

    return binds


def _drawn(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Calls the generator once a row: ``random()`` keeps DuckDB from taking the call for a constant."""
    return emit.exact(call, ["random()", *args])


def _drawing(name: str, gives: t.DataType, factory: str, **more: Any) -> Function:
    return Function(
        name,
        (k.LONG,),
        gives,
        _drawn,
        factory=f"chance:{factory}",
        least=0,
        null="never",
        binds=_seeded(name, 0),
        deterministic=False,
        **more,
    )


# --- texts -----------------------------------------------------------------------------------------------------------


def _letters_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    length, *rest = args
    if not is_constant(length):
        raise _not_constant("randstr", "length", "integer", length)
    if isinstance(length, Literal) and length.item is None:
        length = Literal(0, _INT)
    if not isinstance(length.dtype, t.IntegerType):
        length = convert(length, _INT)
    return _seeded("randstr", 1)([length, *rest], settings)


def _letters_check(args: Sequence[Any], settings: Settings) -> None:
    length = args[0]
    if isinstance(length, Literal) and isinstance(length.item, int) and length.item < 0:
        shown = {"exprName": "`length`", "valueRange": "[0, 2147483647]", "currentValue": str(length.item)}
        said = f"the length must not be negative, as {length.item} is"
        raise _error("randstr", said, "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", shown)


# --- numbers between two bounds --------------------------------------------------------------------------------------


def _uniform_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    for place, (name, arg) in enumerate(zip(("min", "max"), args[:2], strict=True)):
        if not (k.is_numeric(arg.dtype) or isinstance(arg.dtype, t.NullType)):
            raise wrong_type("uniform", place, "integer or floating-point", arg.dtype)
        if not is_constant(arg):
            raise _not_constant("uniform", name, "integer or floating-point", arg)
    return _seeded("uniform", 2)(args, settings)


def _uniform_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    one, other = args[0].dtype, args[1].dtype
    if isinstance(one, t.NullType) or isinstance(other, t.NullType):
        return _DOUBLE
    decimals = [kind for kind in (one, other) if isinstance(kind, t.DecimalType)]
    fractions = [kind for kind in (one, other) if isinstance(kind, (t.FloatType, t.DoubleType))]
    if fractions:
        double = any(isinstance(kind, t.DoubleType) for kind in fractions)
        return _DOUBLE if double or decimals else t.FloatType()
    if decimals:
        widest: t.DataType = max(decimals, key=lambda kind: (kind.precision - kind.scale, kind.scale))
        return widest
    found = coercion.plain_wider(one, other, settings.ansi)
    assert found is not None
    return found


def _uniform_sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    low, high, seed = args
    if any(isinstance(arg.dtype, t.NullType) for arg in call.args[:2]):
        return "CAST(NULL AS DOUBLE)"
    drawing = replace(call, args=call.args[2:], dtype=_DOUBLE)
    drawn = emit.exact(drawing, ["random()", seed], "chance:uniform_bound")
    found = f"({low}::DOUBLE + ({high}::DOUBLE - {low}::DOUBLE) * {drawn})"
    if k.is_integral(call.dtype):
        return f"CAST(trunc{found} AS {emit.duck(call.dtype)})"
    return emit.cast(found, _DOUBLE, call.dtype, "ansi")


FUNCTIONS = (
    _drawing("rand", _DOUBLE, "uniform_bound", aliases=("random",)),
    _drawing("randn", _DOUBLE, "gaussian_bound"),
    _drawing("uuid", _STRING, "uuid_bound"),
    Function(
        "randstr",
        (k.INT, k.LONG),
        _STRING,
        _drawn,
        factory="chance:letters_bound",
        least=1,
        null="never",
        binds=_letters_binds,
        check=_letters_check,
        deterministic=False,
    ),
    Function(
        "uniform",
        (k.ANY, k.ANY, k.ANY),
        _uniform_type,
        _uniform_sql,
        least=2,
        null=lambda args: any(arg.nullable for arg in args[:2]),
        binds=_uniform_binds,
        deterministic=False,
    ),
)
