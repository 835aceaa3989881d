"""Functions of strings. DuckDB's where they answer as Spark's, which for letters' case is so for ASCII only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.sides import constant, convert, fitted, wrong_type
from minispark.sql.plan.expressions import Call, Literal

_STRING, _INT, _BOOLEAN = t.StringType(), t.IntegerType(), t.BooleanType()


def is_binary(expression: Any) -> bool:
    """Whether it gives bytes."""
    return isinstance(expression.dtype, t.BinaryType)


def _binary_or(sql: Any) -> Callable[[Emitting, Call, Sequence[str]], str]:
    """SQL of strings, the entry's exact function for bytes."""

    def rule(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if is_binary(call.args[0]):
            return emit.exact(call, args)
        return str(sql(emit, call, args)) if callable(sql) else str(sql.format(*args))

    return rule


def _ascii_or_exact(sql: str) -> Callable[[Emitting, Call, Sequence[str]], str]:
    """SQL for strings of ASCII alone, the entry's exact function for others."""

    def rule(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        return (
            f"(CASE WHEN strlen({args[0]}) = length({args[0]}) THEN {sql.format(*args)}"
            f" ELSE {emit.exact(call, args)} END)"
        )

    return rule


def _alike(count: int) -> Callable[[Sequence[Any], Settings], Sequence[Any]]:
    """The first ``count`` arguments as bytes if all of them are, else as strings; the others as integers."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        kind: t.DataType = t.BinaryType() if all(is_binary(arg) for arg in args[:count]) else _STRING
        for place, arg in enumerate(args[:count]):
            if coercion.implicit(arg.dtype, k.STRING, settings.ansi) is None:
                raise wrong_type("the function", place, "STRING", arg.dtype)
        return [*(convert(arg, kind) for arg in args[:count]), *(convert(arg, _INT) for arg in args[count:])]

    return binds


# --- parts of strings ------------------------------------------------------------------------------------------------


def _substring(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    text, position = args[0], args[1]
    start, length = constant(call, 1), constant(call, 2)
    if start is not None and start > 0 and (len(args) == 2 or (length is not None and length >= 0)):
        return f"substring({', '.join(args)})"
    position = f"({position})::BIGINT"
    first = f"(CASE WHEN {position} > 0 THEN {position} - 1 WHEN {position} < 0"
    first += f" THEN length({text}) + {position} ELSE 0 END)"
    if len(args) == 2:
        return f"(CASE WHEN {position} IS NOT NULL THEN substring({text}, greatest({first}, 0) + 1) END)"
    end = f"greatest({first} + {args[2]}::BIGINT, 0)"
    part = f"substring({text}, greatest({first}, 0) + 1, greatest({end} - greatest({first}, 0), 0))"
    return f"(CASE WHEN {position} IS NOT NULL AND {args[2]} IS NOT NULL THEN {part} END)"


def _split_part(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    text, delimiter, index = args
    whole = f"(CASE WHEN abs({index}::BIGINT) = 1 THEN {text} ELSE '' END)"
    found = f"split_part({text}, {delimiter}, {index})"
    if not constant(call, 1):
        found = f"(CASE WHEN {delimiter} = '' THEN {whole} ELSE {found} END)"
    if constant(call, 2):
        return found
    said = "'split_part counts parts from 1, or from -1 at the end: 0 is none'"
    failure = emit.failure("SparkRuntimeException", "INVALID_INDEX_OF_ZERO", said, _STRING)
    return (
        f"(CASE WHEN {text} IS NULL OR {delimiter} IS NULL THEN NULL WHEN {index} = 0 THEN {failure} ELSE {found} END)"
    )


def _locate(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    part, text = args[:2]
    if len(args) == 2 or constant(call, 2) == 1:
        return f"CAST(instr({text}, {part}) AS INTEGER)"
    at = args[2]
    later = f"coalesce(nullif(instr(substring({text}, {at}), {part}), 0) + {at} - 1, 0)"
    return (
        f"(CASE WHEN {at} IS NULL THEN 0 WHEN {part} IS NULL OR {text} IS NULL THEN NULL WHEN {at} < 1 THEN 0"
        f" WHEN {part} = '' THEN 1 ELSE CAST({later} AS INTEGER) END)"
    )


def _instr(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"CAST(instr({args[0]}, {args[1]}) AS INTEGER)" if len(args) == 2 else emit.exact(call, args)


def _levenshtein(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """DuckDB counts code points, as Spark does."""
    found = f"CAST(levenshtein({args[0]}, {args[1]}) AS INTEGER)"
    if len(args) == 2:
        return found
    limit = args[2]
    return f"(CASE WHEN {limit} IS NULL THEN NULL WHEN {found} > {limit} OR {limit} < 0 THEN -1 ELSE {found} END)"


def _locate_null(args: Sequence[Any]) -> bool:
    return any(arg.nullable for arg in args[:2])


def _elt(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    index, items = args[0], args[1:]
    cases = " ".join([f"WHEN {index} = {place + 1} THEN {item}" for place, item in enumerate(items)])
    if not emit.settings.ansi:
        return f"(CASE {cases} END)"
    said = f"'the index ' || {index} || ' is out of bounds: elt has {len(items)} elements, from 1 on'"
    failure = emit.failure("ArrayIndexOutOfBoundsException", "INVALID_ARRAY_INDEX", said, call.dtype)
    return f"(CASE WHEN {index} IS NULL THEN NULL {cases} ELSE {failure} END)"


def _elt_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    texts = (settings.conf("spark.sql.function.eltOutputAsString") or "false").lower() == "true"
    for arg in args[1:]:
        if coercion.implicit(arg.dtype, k.STRING_OR_BINARY, settings.ansi) is None:
            wrong = wrong_type("elt", 1, '"STRING" or "BINARY"', arg.dtype)
            (wrong._parameters or {})["paramIndex"] = "second..."
            raise wrong
    binary = not texts and all(is_binary(arg) for arg in args[1:])
    kind: t.DataType = t.BinaryType() if binary else _STRING
    return [convert(args[0], _INT), *(convert(arg, kind) for arg in args[1:])]


# --- padding ---------------------------------------------------------------------------------------------------------


def _padding(name: str) -> Function:
    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        pads = args[2:] or (Literal(b"\0", t.BinaryType()) if is_binary(args[0]) else Literal(" ", _STRING),)
        binary = is_binary(args[0]) and is_binary(pads[0])
        kind: t.DataType = t.BinaryType() if binary else _STRING
        given = [args[0], args[1], pads[0]]
        taken = (k.STRING_OR_BINARY, k.INT, k.STRING_OR_BINARY)
        fits = [fitted(name, given, place, one, settings) for place, one in enumerate(taken)]
        return [convert(fits[0], kind), fits[1], convert(fits[2], kind)]

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        padded = f"{name}({', '.join(args)})"
        if constant(call, 2):
            return padded
        cut = f"left({args[0]}, CASE WHEN {args[1]} < 0 THEN 0 ELSE {args[1]} END)"
        return f"(CASE WHEN {args[2]} = '' THEN {cut} ELSE {padded} END)"

    takes = (k.STRING_OR_BINARY, k.INT, k.STRING_OR_BINARY)
    return Function(name, takes, 0, _binary_or(sql), exact=f"texts:{name}", least=2, binds=binds)


def _trimming(name: str) -> Function:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        return f"{name}({args[1]}, {args[0]})" if len(args) == 2 else f"{name}({args[0]}, ' ')"

    return Function(name, (k.STRING, k.STRING), _STRING, sql, least=1)


# --- the rest --------------------------------------------------------------------------------------------------------


def _concat_ws_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    arrays = t.ArrayType(_STRING)
    return [
        convert(arg, arrays)
        if place and isinstance(arg.dtype, t.ArrayType)
        else fitted("concat_ws", args, place, _WORDS if place else k.STRING, settings)
        for place, arg in enumerate(args)
    ]


_STRICT = k.Kind("STRING", k.is_string)
_WORDS = k.Kind('("ARRAY<STRING>" or "STRING")', k.is_string, _STRING)


def _concat_ws(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    separator, parts = args[0], args[1:]
    if not parts:
        return f"(CASE WHEN {separator} IS NOT NULL THEN '' END)"
    if not any(isinstance(arg.dtype, t.ArrayType) for arg in call.args):
        return f"concat_ws({', '.join(args)})"
    lists = [
        part if isinstance(arg.dtype, t.ArrayType) else f"[{part}]"
        for part, arg in zip(parts, call.args[1:], strict=True)
    ]
    whole = " || ".join(f"coalesce({one}, []::VARCHAR[])" for one in lists)
    return f"(CASE WHEN {separator} IS NOT NULL THEN coalesce(array_to_string({whole}, {separator}), '') END)"


def _bytes_of(factor: str) -> Callable[[Emitting, Call, Sequence[str]], str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        return f"CAST({factor}{'octet_length' if is_binary(call.args[0]) else 'strlen'}({args[0]}) AS INTEGER)"

    return sql


def _length(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"CAST({'octet_length' if is_binary(call.args[0]) else 'length'}({args[0]}) AS INTEGER)"


def _mask_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    for name, arg in zip(("upperChar", "lowerChar", "digitChar", "otherChar"), args[1:], strict=False):
        if not isinstance(arg, Literal):
            raise AnalysisException(
                f"mask: {name} must be a constant", "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {"inputName": f"`{name}`"}
            )
        if arg.item is not None and len(arg.item) != 1:
            raise AnalysisException(
                f"mask: {name} is one character, not {arg.item!r}",
                "DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE",
                {"exprName": name},
            )


def _mask_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    for place, arg in enumerate(args):
        if not isinstance(arg.dtype, t.NullType) and not k.is_string(arg.dtype):
            raise wrong_type("mask", place, "STRING", arg.dtype)
    usual = [Literal(item, _STRING) for item in ("X", "x", "n", None)]
    return [convert(arg, _STRING) for arg in (*args, *usual[len(args) - 1 :])]


def _utf8(name: str, of_string: str, gives: t.DataType) -> Function:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if is_binary(call.args[0]):
            return emit.exact(call, args)
        return of_string.format(*args)

    return Function(
        name,
        (k.STRING_OR_BINARY,),
        gives,
        sql,
        exact=f"charsets:{name}",
        null="always" if name.startswith("try") else "any",
    )


def _exact(name: str, takes: tuple[k.Kind, ...], gives: Any, **more: Any) -> Function:
    return scalar(name, takes, gives, exact=f"texts:{name}", **more)


_SAME = (k.STRING_OR_BINARY, k.STRING_OR_BINARY)
_CHR = "(CASE WHEN {0} < 0 THEN '' ELSE chr(CAST({0} & 255 AS INTEGER)) END)"

FUNCTIONS = (
    scalar("upper", (k.STRING,), 0, _ascii_or_exact("upper({0})"), exact="texts:upper", aliases=("ucase",)),
    scalar("lower", (k.STRING,), 0, _ascii_or_exact("lower({0})"), exact="texts:lower", aliases=("lcase",)),
    _exact("initcap", (k.STRING,), 0),
    scalar("length", (k.STRING_OR_BINARY,), _INT, _length, aliases=("len", "char_length", "character_length")),
    scalar("octet_length", (k.STRING_OR_BINARY,), _INT, _bytes_of("")),
    scalar("bit_length", (k.STRING_OR_BINARY,), _INT, _bytes_of("8 * ")),
    scalar(
        "substring",
        (k.STRING_OR_BINARY, k.INT, k.INT),
        0,
        _binary_or(_substring),
        exact="texts:substring",
        least=2,
        aliases=("substr",),
    ),
    _exact("substring_index", (k.STRING, k.STRING, k.INT), _STRING),
    scalar(
        "left",
        (k.STRING_OR_BINARY, k.INT),
        0,
        _binary_or("left({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)"),
        exact="texts:left",
    ),
    scalar("right", (k.STRING, k.INT), _STRING, "right({0}, CASE WHEN {1} < 0 THEN 0 ELSE {1} END)"),
    scalar("split_part", (k.STRING, k.STRING, k.INT), _STRING, _split_part),
    scalar("locate", (k.STRING, k.STRING, k.INT), _INT, _locate, least=2, null=_locate_null, aliases=("position",)),
    _exact("instr", (k.STRING, k.STRING, k.INT, k.INT), _INT, sql=_instr, least=2),
    Function("elt", (k.INT, k.STRING), 1, _elt, more=k.STRING, null="always", binds=_elt_binds),
    _padding("lpad"),
    _padding("rpad"),
    _trimming("trim"),
    _trimming("ltrim"),
    _trimming("rtrim"),
    scalar(
        "btrim",
        (k.STRING, k.STRING),
        _STRING,
        lambda emit, call, args: f"trim({args[0]}, {args[1] if len(args) == 2 else repr(' ')})",
        least=1,
    ),
    scalar("repeat", (k.STRING, k.INT), _STRING, "repeat({0}, {1})"),
    scalar("space", (k.INT,), _STRING, "repeat(' ', {0})"),
    scalar(
        "replace",
        (k.STRING, k.STRING, k.STRING),
        _STRING,
        lambda emit, call, args: f"replace({args[0]}, {args[1]}, {args[2] if len(args) == 3 else repr('')})",
        least=2,
    ),
    scalar("translate", (k.STRING, k.STRING, k.STRING), _STRING, "translate({0}, {1}, {2})"),
    Function(
        "overlay",
        (k.STRING_OR_BINARY, k.STRING_OR_BINARY, k.INT, k.INT),
        0,
        exact="texts:overlay",
        least=3,
        binds=_alike(2),
    ),
    scalar("ascii", (k.STRING,), _INT, "ascii({0})"),
    scalar("chr", (k.LONG,), _STRING, _CHR, aliases=("char",)),
    Function("contains", _SAME, _BOOLEAN, _binary_or("contains({0}, {1})"), exact="texts:contains", binds=_alike(2)),
    Function(
        "startswith", _SAME, _BOOLEAN, _binary_or("starts_with({0}, {1})"), exact="texts:startswith", binds=_alike(2)
    ),
    Function("endswith", _SAME, _BOOLEAN, _binary_or("ends_with({0}, {1})"), exact="texts:endswith", binds=_alike(2)),
    Function(
        "concat_ws",
        (k.STRING,),
        _STRING,
        _concat_ws,
        more=k.ANY,
        binds=_concat_ws_binds,
        null=lambda args: args[0].nullable,
    ),
    _exact("find_in_set", (k.STRING, k.STRING), _INT),
    scalar("levenshtein", (k.STRING, k.STRING, k.INT), _INT, _levenshtein, least=2),
    _exact("jaro_winkler_similarity", (k.STRING, k.STRING), t.DoubleType()),
    _exact("soundex", (k.STRING,), _STRING),
    _exact("luhn_check", (k.STRING,), _BOOLEAN),
    _exact("quote", (k.STRING,), _STRING),
    Function(
        "mask",
        (_STRICT, *(k.STRING,) * 4),
        _STRING,
        exact="texts:mask",
        least=1,
        null="given",
        check=_mask_check,
        binds=_mask_binds,
        parameters=("str", "upperChar", "lowerChar", "digitChar", "otherChar"),
        defaults=("", "X", "x", "n", None),
    ),
    scalar(
        "sentences",
        (k.STRING, k.STRING, k.STRING),
        t.ArrayType(t.ArrayType(_STRING, False), False),
        exact="sentences:sentences",
        least=1,
    ),
    _utf8("is_valid_utf8", "({0} IS NOT NULL OR NULL)", _BOOLEAN),
    _utf8("make_valid_utf8", "{0}", _STRING),
    _utf8("validate_utf8", "{0}", _STRING),
    _utf8("try_validate_utf8", "{0}", _STRING),
)
