"""What a value's type is, where a row comes from, and arithmetic that gives null where it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library import operators as o
from minispark.sql.library.constants import text_sql
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.sides import checked, numbers
from minispark.sql.plan.expressions import Apply, Call, Expression

_STRING, _INT, _LONG = t.StringType(), t.IntegerType(), t.LongType()


def _typeof(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return text_sql(call.args[0].dtype.simpleString())


def _no_java(name: str) -> Function:
    def rule(args: tuple[Expression, ...], settings: Settings) -> Expression:
        from minispark.errors import PySparkNotImplementedError
        from minispark.sql.plan.expressions import Literal

        called = tuple(arg.item if isinstance(arg, Literal) else None for arg in args[:2])
        if called == ("java.util.UUID", "randomUUID") and len(args) == 2:
            return Apply("uuid")
        if called == ("java.util.UUID", "fromString") and len(args) == 3 and k.is_string(args[2].dtype):
            return Apply("try_uuid_of" if name.startswith("try") else "uuid_of", args[2:])
        raise PySparkNotImplementedError(
            f"{name} calls a method of a Java class, and there is no JVM here but for java.util.UUID's fromString and"
            " randomUUID; write a Python function with udf()",
            "NOT_IMPLEMENTED",
            {"feature": name},
        )

    return macro(name, 2, None, rule)


def _no_blocks(name: str) -> Function:
    def rule(args: tuple[Expression, ...], settings: Settings) -> Expression:
        from minispark.errors import PySparkNotImplementedError

        raise PySparkNotImplementedError(
            f"{name}: files are read whole here, not in blocks; _metadata.file_size tells of them",
            "NOT_IMPLEMENTED",
            {"feature": name},
        )

    return macro(name, 0, 0, rule)


def _version(args: tuple[Expression, ...], settings: Settings) -> Expression:
    from minispark.rdd.versions import API_VERSION
    from minispark.sql.plan.expressions import Literal

    return Literal(API_VERSION, _STRING)


# --- try_...: null where the operator fails --------------------------------------------------------------------------


def _tried(symbol: str, binds: Any) -> Callable[[Sequence[Any], Settings], Any]:
    """The operator's own arguments; where it stands for a function of dates and times, that one tried."""

    def rule(args: Sequence[Any], settings: Settings) -> Any:
        found = binds(args, settings)
        return Apply("try_eval", (found,)) if isinstance(found, Apply) else found

    return rule


def _try_sql(symbol: str) -> Callable[[Emitting, Call, Sequence[str]], str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        one, other = args
        if isinstance(call.dtype, t.DecimalType):
            return emit.exact(call, args)
        if symbol in "/%":
            return f"({one} {symbol} nullif({other}, 0))"
        if k.is_integral(call.dtype):
            # not TRY, which would forgive the arguments' errors too
            return f"TRY_CAST(({one})::HUGEINT {symbol} ({other})::HUGEINT AS {emit.duck(call.dtype)})"
        return f"({one} {symbol} {other})"

    return sql


def _try(name: str, symbol: str, binds: Any, required: str = '"NUMERIC"') -> Function:
    return Function(
        name,
        (k.ANY, k.ANY),
        o._result(symbol),
        _try_sql(symbol),
        factory=f"tried:{name}",
        null="always",
        binds=_tried(symbol, binds),
        check=checked(symbol, k.is_numeric, required),
    )


FUNCTIONS = (
    scalar("typeof", (k.ANY,), _STRING, _typeof, null="never"),
    scalar("as_string", (k.STRING,), _STRING, "{0}"),
    macro("version", 0, 0, _version),
    macro("equal_null", 2, 2, lambda args, settings: Apply("<=>", args)),
    scalar("monotonically_increasing_id", (), _LONG, "(row_number() OVER () - 1)", null="never", deterministic=False),
    scalar("spark_partition_id", (), _INT, "0::INTEGER", null="never", deterministic=False),
    scalar("input_file_name", (), _STRING, "''", null="never", deterministic=False),
    _no_blocks("input_file_block_start"),
    _no_blocks("input_file_block_length"),
    scalar("uuid_of", (k.STRING,), _STRING, exact="texts:uuid_of", null="always"),
    scalar("try_uuid_of", (k.STRING,), _STRING, exact="texts:try_uuid_of", null="always"),
    _no_java("java_method"),
    _no_java("reflect"),
    _no_java("try_reflect"),
    scalar("try_eval", (k.ANY,), 0, "TRY({0})", null="always"),
    _try("try_add", "+", o._adding("+"), o.SUMMED),
    _try("try_subtract", "-", o._adding("-"), o.SUMMED),
    _try("try_multiply", "*", o._scaling("*")),
    _try("try_divide", "/", o._scaling("/"), o.FRACTION),
    _try("try_mod", "%", numbers),
)
