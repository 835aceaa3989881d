"""Numbers to text and from text: number formats, Java's format strings, other bases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Function, Settings, macro, scalar
from minispark.sql.library.sides import convert, fitted
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Attribute, Expression, Literal

STRING = t.StringType()
_DATES = (t.DateType, t.TimestampType, t.TimestampNTZType)
_FLOATS = {t.FloatType: t.DecimalType(14, 7), t.DoubleType: t.DecimalType(30, 15)}


def _wrong(function: str, position: str, wanted: str, given: t.DataType) -> AnalysisException:
    return AnalysisException(
        f"the {position} argument of {function} must be {wanted}, not {given.simpleString()}",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        {"paramIndex": position, "requiredType": f'"{wanted}"', "inputType": shown_type(given)},
    )


def _constant(function: str, arg: Any) -> str | None:
    if not isinstance(arg, Literal):
        raise AnalysisException(
            f"the format of {function} must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {
                "inputName": "`attributereference`" if isinstance(arg, Attribute) else "`format`",
                "inputType": '"STRING"',
            },
        )
    found: str | None = arg.item
    return found


# --- number formats --------------------------------------------------------------------------------------------------


def _number_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    from minispark.sql.exact.numberpatterns import number_format

    text = _constant("to_number", args[1])
    if text is None:
        return t.DecimalType(38, 0)
    form = number_format(text)
    return t.DecimalType(form.precision, form.scale)


def _to_char(args: tuple[Expression, ...], settings: Settings) -> Expression:
    """Of a date or time by a datetime pattern, of bytes by the name of an encoding, of a number by a number format."""
    source: t.DataType = args[0].dtype
    if isinstance(source, _DATES):
        return Apply("date_format", args)
    if isinstance(source, t.BinaryType):
        form = _constant("to_char", args[1])
        if form is not None and form.lower() not in ("base64", "hex", "utf-8"):
            raise AnalysisException(
                f"to_char of bytes gives base64, hex or utf-8, not {form!r}",
                "INVALID_PARAMETER_VALUE.BINARY_FORMAT",
                {"functionName": "`to_char`", "parameter": "`format`", "invalidFormat": f"'{form}'"},
            )
        return Apply("bytes_text", args)
    return Apply("number_text", args)


def _as_decimal(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    number, form = args
    given = number.dtype
    target = _FLOATS.get(type(given)) or k.as_decimal(given)
    if target is None:
        if not isinstance(given, (t.StringType, t.NullType)):
            raise _wrong("to_char", "first", "DECIMAL", given)
        target = t.DecimalType(38, 18)
    return [convert(number, target), convert(form, STRING)]


def _check_format(args: Sequence[Any], settings: Settings) -> None:
    from minispark.sql.exact.numberpatterns import number_format

    text = _constant("to_char", args[1])
    if text is not None:
        number_format(text)


# --- Java's formats --------------------------------------------------------------------------------------------------


def _number_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    number, form = args
    if not k.is_numeric(number.dtype):
        if not isinstance(number.dtype, t.NullType):
            raise _wrong("format_number", "first", "NUMERIC", number.dtype)
        number = convert(number, t.DoubleType())
    if not isinstance(form.dtype, t.StringType):
        if not k.is_integral(form.dtype) and not isinstance(form.dtype, t.NullType):
            raise _wrong("format_number", "second", "INT or STRING", form.dtype)
        form = convert(form, t.IntegerType())
    return [number, form]


def _string_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    form, *values = args
    if not isinstance(form.dtype, (t.StringType, t.NullType)):
        raise _wrong("format_string", "first", "STRING", form.dtype)
    if isinstance(form, Literal) and isinstance(form.item, str) and "%0$" in form.item:
        raise AnalysisException(
            "the arguments of a format are counted from 1: %0$ names none",
            "INVALID_PARAMETER_VALUE.ZERO_INDEX",
            {"parameter": "`strfmt`", "functionName": "`format_string`"},
        )
    return [convert(form, STRING), *values]


# --- bases -----------------------------------------------------------------------------------------------------------


def _hex_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    given = args[0].dtype
    if isinstance(given, (t.StringType, t.BinaryType)):
        return args
    if k.is_numeric(given) or isinstance(given, t.NullType):
        return [convert(args[0], t.LongType())]
    return [fitted("hex", args, 0, _HEXED, settings)]


_HEXED = k.Kind('("BIGINT" or "BINARY" or "STRING")', k.is_string, t.StringType())


FUNCTIONS = (
    scalar("to_number", (k.STRING, k.STRING), _number_type, factory="numbercalls:to_number"),
    scalar("try_to_number", (k.STRING, k.STRING), _number_type, factory="numbercalls:try_to_number", null="maybe"),
    macro("to_char", 2, 2, _to_char, aliases=("to_varchar",)),
    Function(
        "number_text", (k.ANY, k.ANY), STRING, binds=_as_decimal, check=_check_format, exact="numbercalls:to_char"
    ),
    scalar("bytes_text", (k.BINARY, k.STRING), STRING, exact="numbercalls:bytes_text"),
    Function(
        "format_number",
        (k.ANY, k.ANY),
        STRING,
        binds=_number_binds,
        factory="decimalformat:format_number",
        null="maybe",
    ),
    Function(
        "format_string",
        (k.ANY,),
        STRING,
        least=1,
        more=k.ANY,
        binds=_string_binds,
        factory="javaformat:format_string",
        null=lambda args: bool(args[0].nullable),
        aliases=("printf",),
    ),
    scalar("conv", (k.STRING, k.INT, k.INT), STRING, factory="bases:conv", null="maybe"),
    scalar("bin", (k.LONG,), STRING, "bin({0})"),
    Function("hex", (k.ANY,), STRING, "hex({0})", binds=_hex_binds),
    scalar("unhex", (k.STRING,), t.BinaryType(), exact="bases:unhex", null="maybe"),
)
