"""Whether the type TIME is there: Spark 4.3 leaves it switched off (``spark.sql.timeType.enabled``).

Values of it may be written down, compared and shown even then. Conversions to it, functions of it, and columns of it in
files and tables are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.types.merge import has_type

SWITCH = "spark.sql.timeType.enabled"
_TAKING = frozenset(("hour", "minute", "second", "second_of", "add_interval", "subtract_interval", "subtract_times"))
_ALWAYS = frozenset(
    (
        "make_time", "time_diff", "time_from_micros", "time_from_millis", "time_from_seconds", "time_to_micros",
        "time_to_millis", "time_to_seconds", "time_trunc", "to_time", "try_to_time",
    )
)  # fmt: skip


def check_time(dtype: t.DataType, conf: Callable[[str], Any]) -> None:
    """Raises AnalysisException (UNSUPPORTED_TIME_TYPE) for a type with TIME in it while that is switched off.

    >>> check_time(t.TimeType(), lambda key: "true")
    """
    if has_type(dtype, t.TimeType) and str(conf(SWITCH)).lower() != "true":
        raise AnalysisException(
            f"the type TIME is switched off; set {SWITCH} to true to use it", "UNSUPPORTED_TIME_TYPE", {}
        )


def check_call(name: str, args: Sequence[Any], conf: Callable[[str], Any]) -> None:
    """The same for a call of a function, over resolved arguments."""
    if name in _ALWAYS or name in _TAKING and any(isinstance(arg.dtype, t.TimeType) for arg in args):
        check_time(t.TimeType(), conf)
