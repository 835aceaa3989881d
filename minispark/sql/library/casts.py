"""Conversions between types as Spark's CAST makes them: which there are, and their SQL.

A cast is DuckDB's own where that is exactly Spark's. Casts of text try a plain form in SQL first, and read the rest in
Python (``exact/anycasts.py``), which also raises the errors.
"""

from __future__ import annotations

from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.castrules import castable
from minispark.sql.library.function import Emitting, Function, macro, scalar
from minispark.sql.library.zonesql import instant_sql, local_sql, of_number
from minispark.sql.plan.expressions import Attribute, Call, Cast

_EXACT = scalar("cast", (k.ANY,), t.NullType(), exact="anycasts:cast", factory="anycasts:cast")
_TEXT_TO_MOMENT = scalar("text to moment", (k.ANY,), t.NullType(), factory="far:text_cast")
_BY_NAME: dict[str, t.DataType] = {
    "boolean": t.BooleanType(),
    "tinyint": t.ByteType(),
    "smallint": t.ShortType(),
    "int": t.IntegerType(),
    "bigint": t.LongType(),
    "float": t.FloatType(),
    "double": t.DoubleType(),
    "decimal": t.DecimalType(10, 0),
    "date": t.DateType(),
    "timestamp": t.TimestampType(),
    "time": t.TimeType(),
    "binary": t.BinaryType(),
    "string": t.StringType(),
}


def _cast_to(dtype: t.DataType) -> Any:
    return lambda args, settings: Cast(args[0], dtype, "", given=False)


FUNCTIONS: tuple[Function, ...] = tuple(macro(name, 1, 1, _cast_to(dtype)) for name, dtype in _BY_NAME.items())
"""Types' names as functions: ``int(x)`` is a cast."""

_RANKS: dict[type[t.DataType], int] = {t.ByteType: 2, t.ShortType: 4, t.IntegerType: 9, t.LongType: 18}
"""For each integral type, how many digits surely fit."""
_FLOATS = (t.FloatType, t.DoubleType)
_DATETIMES = (t.DateType, t.TimestampType, t.TimestampNTZType, t.TimeType)

__all__ = ["FUNCTIONS", "cast", "castable"]


def cast(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str:
    """SQL of the value ``sql`` of one type as another. ``mode`` is ``ansi`` (errors), ``try`` (null) or ``legacy``."""
    mode = mode or ("ansi" if emit.settings.ansi else "legacy")
    if source == target:
        return sql
    if isinstance(source, t.SpatialType) and isinstance(target, t.SpatialType):
        return sql
    if _certain(source, target):
        return f"CAST({sql} AS {emit.duck(target)})"
    return _in_sql(emit, sql, source, target, mode) or exact_cast(emit, sql, source, target, mode)


def exact_cast(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str:
    """SQL that calls the Python function of a cast; that of text to a date or timestamp gives a number."""
    if isinstance(source, t.StringType) and isinstance(target, (t.DateType, t.TimestampType, t.TimestampNTZType)):
        number = t.IntegerType() if isinstance(target, t.DateType) else t.LongType()
        far = Call(_TEXT_TO_MOMENT, (Attribute("value", source, True, 0),), number, extra=(mode, target))
        return of_number(emit.exact(far, [sql]), target)
    call = Call(_EXACT, (Attribute("value", source, True, 0),), target, extra=mode)
    return emit.exact(call, [sql])


def _certain(source: t.DataType, target: t.DataType) -> bool:
    """Whether DuckDB's cast is Spark's and can fail for no value."""
    if isinstance(source, t.NullType):
        return True
    if isinstance(source, t.StringType) and isinstance(target, t.StringType):
        return True
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return source.elementType == target.elementType or _certain(source.elementType, target.elementType)
    if isinstance(source, t.BooleanType):
        whole = not isinstance(target, t.DecimalType) or target.precision > target.scale
        return k.is_numeric(target) and whole
    if k.is_integral(source) and isinstance(target, _FLOATS):
        return True
    if k.is_integral(source) and k.is_integral(target):
        return k.widens(source, target)
    if isinstance(target, t.DecimalType) and k.as_decimal(source) is not None:
        digits = k.as_decimal(source)
        assert digits is not None
        return digits.scale <= target.scale and digits.precision - digits.scale <= target.precision - target.scale
    return isinstance(source, t.FloatType) and isinstance(target, t.DoubleType)


def _in_sql(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str | None:
    """The cast in SQL, wholly or with Python for what remains; None where only Python has it."""
    if isinstance(target, t.StringType):
        return _to_text(emit, sql, source, mode)
    if isinstance(target, t.BooleanType) and k.is_numeric(source):
        return f"({sql} <> 0)"
    if isinstance(source, t.StringType):
        return _of_text(emit, sql, source, target, mode)
    if mode != "legacy" and k.is_numeric(source) and k.is_numeric(target):
        return _number(emit, sql, source, target, mode)
    if isinstance(source, t.DecimalType) and isinstance(target, _FLOATS):
        return f"CAST(CAST({sql} AS VARCHAR) AS {emit.duck(target)})"
    if k.is_integral(source) and isinstance(target, t.TimestampType):
        quick = f"try(make_timestamp(CAST({sql} AS BIGINT) * 1000000))"
        return f"coalesce({quick}, {exact_cast(emit, sql, source, target, mode)})"
    if isinstance(source, _DATETIMES):
        return _of_datetime(emit, sql, source, target, mode)
    return None


# --- numbers ---------------------------------------------------------------------------------------------------------


def _number(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str | None:
    kind = emit.duck(target)
    word = "TRY_CAST" if mode == "try" else "CAST"
    if k.is_integral(target):
        if k.is_integral(source):
            return f"{word}({sql} AS {kind})"
        text = f"{word}(trunc({sql}) AS {kind})"
        if isinstance(target, t.LongType) and isinstance(source, _FLOATS):
            return f"CASE WHEN {sql} = 9223372036854775808 THEN 9223372036854775807 ELSE {text} END"
        return text
    if isinstance(target, t.DecimalType):
        return _decimal(emit, sql, target, mode, isinstance(source, _FLOATS))
    if isinstance(source, t.DecimalType):
        narrow = source.precision <= 15 and isinstance(target, t.DoubleType)
        return f"CAST({sql} AS {kind})" if narrow else f"CAST(CAST({sql} AS VARCHAR) AS {kind})"
    ends = f"CASE WHEN {sql} > 0 THEN 'inf'::FLOAT WHEN {sql} < 0 THEN '-inf'::FLOAT END"
    return f"coalesce(TRY_CAST({sql} AS FLOAT), {ends})"


def _decimal(emit: Emitting, sql: str, target: t.DecimalType, mode: str, of_float: bool) -> str | None:
    """A number in a decimal type; of a float its shortest digits, and null where it is not finite."""
    given = sql
    if of_float:
        if target.scale == 38:
            return None
        given = f"TRY_CAST(CAST(CAST({sql} AS DOUBLE) AS VARCHAR) AS DECIMAL(38,{target.scale}))"
    tried = f"TRY_CAST({given} AS {emit.duck(target)})"
    if mode == "try":
        return tried
    message = (
        f"CAST({sql} AS VARCHAR) || ' cannot be represented as Decimal({target.precision}, {target.scale}). "
        "Use try_cast, which gives null instead, or a type of more digits.'"
    )
    failed = emit.failure("ArithmeticException", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", message, target)
    wrong = f"isfinite({sql})" if of_float else f"{sql} IS NOT NULL"
    return f"coalesce({tried}, CASE WHEN {wrong} THEN {failed} END)"


# --- text ------------------------------------------------------------------------------------------------------------


def _of_text(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str | None:
    if isinstance(target, t.BinaryType):
        return f"encode({sql})"
    if isinstance(target, t.BooleanType):
        word = f"CASE {sql} WHEN 'true' THEN true WHEN 'false' THEN false END"
        return f"coalesce({word}, {exact_cast(emit, sql, source, target, mode)})"
    if isinstance(target, t.TimestampType):
        return _text_to_timestamp(emit, sql, source, target, mode)
    plain = _plain_form(target)
    if plain is None:
        return None
    quick = f"CASE WHEN regexp_full_match({sql}, '{plain}') THEN TRY_CAST({sql} AS {emit.duck(target)}) END"
    return f"coalesce({quick}, {exact_cast(emit, sql, source, target, mode)})"


_PLAIN_TIMESTAMP = r"[12][0-9]{3}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"


def _text_to_timestamp(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str | None:
    """In SQL where no zone matters."""
    if local_sql("x", emit.settings.zone) != "x":
        return None
    quick = f"CASE WHEN regexp_full_match({sql}, '{_PLAIN_TIMESTAMP}') THEN TRY_CAST({sql} AS TIMESTAMP) END"
    return f"coalesce({quick}, {exact_cast(emit, sql, source, target, mode)})"


def _plain_form(target: t.DataType) -> str | None:
    """A form of text that DuckDB certainly reads as Spark does."""
    digits = _RANKS.get(type(target))
    if digits is not None:
        return f"-?[0-9]{{1,{digits}}}"
    if isinstance(target, t.DoubleType):
        return r"-?[0-9]{1,15}(\.[0-9]{1,15})?"
    if isinstance(target, t.DecimalType):
        whole = target.precision - target.scale
        return None if whole == 0 else rf"-?[0-9]{{1,{whole}}}(\.[0-9]{{1,{max(target.scale, 1)}}})?"
    if isinstance(target, t.DateType):
        return "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
    if isinstance(target, t.TimestampNTZType):
        return _PLAIN_TIMESTAMP
    return None


def _to_text(emit: Emitting, sql: str, source: t.DataType, mode: str) -> str | None:
    if k.is_integral(source) or isinstance(source, (t.BooleanType, t.TimeType)):
        return f"CAST({sql} AS VARCHAR)"
    if isinstance(source, t.DateType):
        days = _far(emit, "days_text", f"CAST({sql} - DATE '1970-01-01' AS INTEGER)", t.IntegerType())
        usual = f"{sql} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"
        return f"CASE WHEN {usual} THEN CAST({sql} AS VARCHAR) ELSE {days} END"
    if isinstance(source, t.TimestampNTZType):
        return _timestamp_text(emit, sql)
    if isinstance(source, t.DecimalType):
        return _decimal_text(sql, source, mode)
    if isinstance(source, t.DoubleType):
        quick = f"CASE WHEN abs({sql}) >= 0.001 AND abs({sql}) < 10000000 THEN CAST({sql} AS VARCHAR) END"
        return f"coalesce({quick}, {exact_cast(emit, sql, source, t.StringType(), mode)})"
    if isinstance(source, t.TimestampType):
        local = local_sql(sql, emit.settings.zone)
        return _timestamp_text(emit, local)
    if isinstance(source, t.BinaryType):
        return f"coalesce(try(decode({sql})), {exact_cast(emit, sql, source, t.StringType(), mode)})"
    return None


def _timestamp_text(emit: Emitting, local: str) -> str:
    micros = _far(emit, "micros_text", f"epoch_us({local})", t.LongType())
    usual = f"{local} >= TIMESTAMP '0001-01-01' AND {local} < TIMESTAMP '10000-01-01'"
    return f"CASE WHEN {usual} THEN CAST({local} AS VARCHAR) ELSE {micros} END"


def _far(emit: Emitting, name: str, sql: str, kind: t.DataType) -> str:
    """Text of a date or time in years that Python's own types do not reach, from its number."""
    entry = scalar(name, (k.ANY,), t.StringType(), exact=f"far:{name}")
    return emit.exact(Call(entry, (Attribute("value", kind, True, 0),), t.StringType()), [sql])


def _decimal_text(sql: str, source: t.DecimalType, mode: str) -> str | None:
    if mode == "legacy" and source.scale > 6:
        return None
    if source.precision > source.scale:
        return f"CAST({sql} AS VARCHAR)"
    # DuckDB leaves out the zero before the point where no digit may stand there
    return f"regexp_replace(CAST({sql} AS VARCHAR), '^(-?)\\.', '\\10.')"


# --- dates and times -------------------------------------------------------------------------------------------------


def _of_datetime(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str | None:
    zone = emit.settings.zone
    if isinstance(source, t.TimestampType):
        return _of_timestamp(emit, sql, target, mode)
    if isinstance(source, (t.DateType, t.TimestampNTZType)):
        if isinstance(target, (t.DateType, t.TimestampNTZType)):
            return f"CAST({sql} AS {emit.duck(target)})"
        if isinstance(target, t.TimestampType):
            return instant_sql(f"CAST({sql} AS TIMESTAMP)", zone)
    return None


def _of_timestamp(emit: Emitting, sql: str, target: t.DataType, mode: str) -> str | None:
    if isinstance(target, (t.DateType, t.TimestampNTZType)):
        local = local_sql(sql, emit.settings.zone)
        return None if local is None else f"CAST({local} AS {emit.duck(target)})"
    if isinstance(target, t.LongType):
        return f"(epoch_us(date_trunc('second', {sql})) // 1000000)"
    if isinstance(target, t.DoubleType):
        return f"(CAST(epoch_us({sql}) AS DOUBLE) / 1000000)"
    return None
