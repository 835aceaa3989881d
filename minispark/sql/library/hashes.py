"""Hashes, digests, ciphers, character sets and random numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.sides import convert
from minispark.sql.library.strings import constant
from minispark.sql.plan.expressions import Apply, Call, Cast, Expression, Literal

_STRING, _BINARY, _INT, _LONG, _DOUBLE = t.StringType(), t.BinaryType(), t.IntegerType(), t.LongType(), t.DoubleType()


def _maps_inside(dtype: t.DataType) -> bool:
    if isinstance(dtype, t.ArrayType):
        return _maps_inside(dtype.elementType)
    if isinstance(dtype, t.StructType):
        return any(_maps_inside(field.dataType) for field in dtype.fields)
    return isinstance(dtype, t.MapType)


def _hash_check(name: str) -> Callable[[Sequence[Any], Settings], None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        if any(_maps_inside(arg.dtype) for arg in args) and (
            settings.conf("spark.sql.legacy.allowHashOnMapType") != "true"
        ):
            raise AnalysisException(
                f"{name} takes no maps, whose equal values may hash differently; hash map_entries of it, sorted",
                "DATATYPE_MISMATCH.HASH_MAP_TYPE",
                {"functionName": f"`{name}`"},
            )

    return check


def _hashing(name: str, gives: t.DataType, factory: str) -> Function:
    return Function(
        name, (k.ANY,), gives, factory=f"hashes:{factory}", more=k.ANY, null="never", check=_hash_check(name)
    )


def _sha2(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"sha256({args[0]})" if constant(call, 1) in (0, 256) else emit.exact(call, args)


def _encode(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    charset = constant(call, 1)
    utf8 = isinstance(charset, str) and charset.upper() == "UTF-8"
    return f"encode({args[0]})" if utf8 else emit.exact(call, args)


def _decode(args: tuple[Expression, ...], settings: Settings) -> Expression:
    """``decode(bytes, charset)``; with more arguments, a CASE that finds nulls too."""
    if len(args) == 2:
        return Apply("decode_charset", args)
    subject, rest = args[0], args[1:]
    cases: list[Expression] = []
    for place in range(0, len(rest) - 1, 2):
        cases += (Apply("<=>", (subject, rest[place])), rest[place + 1])
    default = rest[-1] if len(rest) % 2 else Literal(None, t.NullType())
    return Apply("case", (*cases, default))


def _base64(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if (emit.settings.conf("spark.sql.chunkBase64String.enabled") or "true") == "false":
        return f"to_base64({args[0]})"
    return f"(CASE WHEN octet_length({args[0]}) <= 57 THEN to_base64({args[0]}) ELSE {emit.exact(call, args)} END)"


def _form_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    if len(args) == 2:
        form = args[1].item if isinstance(args[1], Literal) else None
        known = ("hex", "utf-8", "utf8", "base64")
        if not isinstance(args[1], Literal) or (form is not None and str(form).lower() not in known):
            raise AnalysisException(
                f"to_binary: the format is a constant, one of {', '.join(known)}",
                "DATATYPE_MISMATCH.INVALID_ARG_VALUE",
                {"inputName": "fmt", "requireType": "case-insensitive STRING literal"},
            )


# --- chance: a seed makes it repeatable; one is chosen where none is given -------------------------------------------


def _seeded(before: int) -> Callable[[Sequence[Any], Settings], Sequence[Any]]:
    """Arguments with a seed behind the first ``before``."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        if len(args) == before:
            return [*args, Literal(random.getrandbits(63), _LONG)]
        seed = args[before]
        if isinstance(seed, Cast) and isinstance(seed.child, Literal) and isinstance(seed.child.item, int):
            seed = seed.child
        if isinstance(seed, Literal) and seed.item is None:
            seed = Literal(0, _LONG)
        return [*args[:before], convert(seed, _LONG)]

    return binds


def _seed_check(name: str, before: int) -> Callable[[Sequence[Any], Settings], None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        seed = args[before]
        if not isinstance(seed, Literal) or not isinstance(seed.item, int):
            raise AnalysisException(
                f"{name}: the seed must be an integer constant",
                "SEED_EXPRESSION_IS_UNFOLDABLE",
                {"seedExpr": '"seed"', "exprWithSeed": f'"{name}"'},
            )

    return check


def _drawn(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Calls the generator once a row: ``random()`` keeps DuckDB from taking the call for a constant."""
    return emit.exact(call, ["random()"])


def _drawing(name: str, gives: t.DataType, factory: str, **more: Any) -> Function:
    return Function(
        name,
        (k.LONG,),
        gives,
        _drawn,
        factory=f"chance:{factory}",
        least=0,
        null="never",
        binds=_seeded(0),
        check=_seed_check(name, 0),
        deterministic=False,
        **more,
    )


def _letters_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    _seed_check("randstr", 1)(args, settings)
    length = args[0]
    if not isinstance(length, Literal) or not isinstance(length.item, int):
        raise AnalysisException(
            "randstr: the length must be an integer constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": "`length`"},
        )
    if length.item < 0:
        raise AnalysisException(
            f"randstr: the length must not be negative, as {length.item} is",
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            {"exprName": "`length`", "valueRange": "[0, 2147483647]", "currentValue": str(length.item)},
        )


def _uniform(args: tuple[Expression, ...], settings: Settings) -> Expression:
    low, high = args[:2]
    return Apply("uniform_between", (low, high, Apply("rand", args[2:])))


def _uniform_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    one, other = args[0].dtype, args[1].dtype
    if isinstance(one, t.NullType) or isinstance(other, t.NullType):
        return t.NullType()
    decimals = [kind for kind in (one, other) if isinstance(kind, t.DecimalType)]
    fractions = [kind for kind in (one, other) if isinstance(kind, (t.FloatType, t.DoubleType))]
    if fractions:
        double = any(isinstance(kind, t.DoubleType) for kind in fractions)
        return t.DoubleType() if double or decimals else t.FloatType()
    if decimals:
        widest: t.DataType = max(decimals, key=lambda kind: (kind.precision - kind.scale, kind.scale))
        return widest
    found = coercion.plain_wider(one, other, settings.ansi)
    assert found is not None
    return found


def _uniform_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    for name, arg in zip(("min", "max"), args[:2], strict=True):
        if not (k.is_numeric(arg.dtype) or isinstance(arg.dtype, t.NullType)):
            raise AnalysisException(
                f"uniform: {name} must be a number, not {arg.dtype.simpleString()}",
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                {"functionName": "`uniform`", "inputType": f'"{arg.dtype.simpleString().upper()}"'},
            )
        if not _constant(arg):
            raise AnalysisException(
                f"uniform: {name} must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": f"`{name}`"},
            )


def _constant(expression: Any) -> bool:
    while isinstance(expression, Cast):
        expression = expression.child
    return isinstance(expression, Literal) or (
        isinstance(expression, Call) and bool(expression.args) and all(_constant(arg) for arg in expression.args)
    )


def _uniform_sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    low, high, drawn = args
    if isinstance(call.dtype, t.NullType):
        return "NULL"
    found = f"({low}::DOUBLE + ({high}::DOUBLE - {low}::DOUBLE) * {drawn})"
    if k.is_integral(call.dtype):
        return f"CAST(trunc{found} AS {emit.duck(call.dtype)})"
    return emit.cast(found, _DOUBLE, call.dtype, "ansi")


def _exact(
    name: str, module: str, takes: tuple[k.Kind, ...], gives: t.DataType, sql: Any = None, **more: Any
) -> Function:
    return scalar(name, takes, gives, sql, exact=f"{module}:{name}", **more)


_AES = (k.BINARY, k.BINARY, k.STRING, k.STRING)

FUNCTIONS = (
    _hashing("hash", _INT, "murmur3_bound"),
    _hashing("xxhash64", _LONG, "xxh64_bound"),
    _exact("crc32", "digests", (k.BINARY,), _LONG),
    scalar("md5", (k.BINARY,), _STRING, "md5({0})"),
    scalar("sha1", (k.BINARY,), _STRING, "sha1({0})", aliases=("sha",)),
    _exact("sha2", "digests", (k.BINARY, k.INT), _STRING, _sha2, null="always"),
    _exact("hmac", "digests", (k.BINARY, k.BINARY, k.STRING), _BINARY, least=2),
    _exact("aes_encrypt", "aes", (*_AES, k.BINARY, k.BINARY), _BINARY, least=2),
    _exact("aes_decrypt", "aes", (*_AES, k.BINARY), _BINARY, least=2),
    _exact("try_aes_decrypt", "aes", (*_AES, k.BINARY), _BINARY, least=2, null="always"),
    _exact("encode", "charsets", (k.STRING, k.STRING), _BINARY, _encode),
    macro("decode", 2, None, _decode),
    scalar("decode_charset", (k.BINARY, k.STRING), _STRING, exact="charsets:decode"),
    _exact("base64", "charsets", (k.BINARY,), _STRING, _base64),
    _exact("unbase64", "charsets", (k.STRING,), _BINARY),
    _exact("to_base32", "charsets", (k.BINARY,), _STRING),
    _exact("from_base32", "charsets", (k.STRING,), _BINARY),
    _exact("to_binary", "charsets", (k.STRING, k.STRING), _BINARY, least=1, check=_form_check),
    _exact("try_to_binary", "charsets", (k.STRING, k.STRING), _BINARY, least=1, null="always"),
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
        binds=_seeded(1),
        check=_letters_check,
        deterministic=False,
    ),
    macro("uniform", 2, 3, _uniform),
    Function(
        "uniform_between",
        (k.ANY, k.ANY, k.DOUBLE),
        _uniform_type,
        _uniform_sql,
        binds=lambda args, settings: args,
        check=_uniform_check,
        deterministic=False,
    ),
)
