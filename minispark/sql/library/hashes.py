"""Hashes, digests, ciphers, character sets and random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.sides import constant
from minispark.sql.plan.expressions import Apply, Attribute, Call, Cast, Expression, Literal, holds

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
        bare = args[1].child if isinstance(args[1], Cast) else args[1]
        form = bare.item if isinstance(bare, Literal) else None
        known = ("hex", "utf-8", "utf8", "base64")
        if holds(args[1], Attribute):
            raise AnalysisException(
                "to_binary: the format must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": "`fmt`", "inputType": '"STRING"', "inputExpr": f'"{getattr(args[1], "name", "fmt")}"'},
            )
        if form is not None and str(form).lower() not in known:
            raise AnalysisException(
                f"to_binary: the format is a constant, one of {', '.join(known)}",
                "DATATYPE_MISMATCH.INVALID_ARG_VALUE",
                {
                    "inputName": "fmt",
                    "requireType": 'case-insensitive "STRING"',
                    "validValues": "'hex', 'utf-8', 'utf8', or 'base64'",
                    "inputValue": f"'{form}'",
                },
            )


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
    scalar("encode", (k.STRING, k.STRING), _BINARY, _encode, factory="charsets:encoding"),
    macro("decode", 2, None, _decode),
    scalar("decode_charset", (k.BINARY, k.STRING), _STRING, factory="charsets:decoding"),
    _exact("base64", "charsets", (k.BINARY,), _STRING, _base64),
    _exact("unbase64", "charsets", (k.STRING,), _BINARY),
    _exact("to_base32", "charsets", (k.BINARY,), _STRING),
    _exact("from_base32", "charsets", (k.STRING,), _BINARY),
    _exact("to_binary", "charsets", (k.STRING, k.STRING), _BINARY, least=1, check=_form_check),
    _exact("try_to_binary", "charsets", (k.STRING, k.STRING), _BINARY, least=1, null="always"),
)
