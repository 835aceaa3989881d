"""``spark.udf``: Python functions that SQL calls by a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import PySparkNotImplementedError, PySparkTypeError
from minispark.sql.functions.userdefined import function_of_columns
from minispark.sql.plan.expressions import PythonCall
from minispark.sql.types import StringType

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession

__all__ = ["UDFRegistration"]


class UDFRegistration:
    """Names Python functions for a session (``pyspark.sql.UDFRegistration``).

    >>> from minispark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> twice = spark.udf.register("twice", lambda x: 2 * x, "int")
    >>> spark.sql("SELECT twice(4) AS n").collect()
    [Row(n=8)]
    """

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, name: str, f: Any, returnType: Any = None) -> Callable[..., Any]:
        """Name a function, or what ``udf`` made of one; gives it as a function of columns, too.

        A plain function's results are strings without ``returnType``. Raises PySparkTypeError for a type given with
        what ``udf`` made, which has its own, and for what is no function.
        """
        if hasattr(f, "asNondeterministic"):
            if returnType is not None:
                raise PySparkTypeError(
                    f"{name} has its return type from udf(); leave returnType={returnType!r} out",
                    "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF",
                    {"arg_name": "f", "return_type": str(returnType)},
                )
            made = function_of_columns(f.func, f.returnType, name, f.deterministic)
        else:
            made = function_of_columns(f, StringType() if returnType is None else returnType, name)
        self.sparkSession._functions[name.lower()] = _Named(made)
        return made

    def registerJavaFunction(self, name: str, javaClassName: str, returnType: Any = None) -> NoReturn:
        """There is no JVM: raises PySparkNotImplementedError."""
        raise _java(name, javaClassName)

    def registerJavaUDAF(self, name: str, javaClassName: str) -> NoReturn:
        """There is no JVM: raises PySparkNotImplementedError."""
        raise _java(name, javaClassName)


class _Named:
    """What the analyzer calls with resolved arguments; ``shown`` is the name as it was registered."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self.shown: str = made.__name__

    def __call__(self, *args: Any, names: tuple[str | None, ...] = ()) -> PythonCall:
        made, words = self._made, tuple(word for word in names if word is not None)
        return PythonCall(made.func, self.shown, made.returnType, args, words, made.deterministic)


def _java(name: str, class_name: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"{name} is to be the Java class {class_name}, and there is no JVM here; register a Python function",
        "NOT_IMPLEMENTED",
        {"feature": "functions of Java classes"},
    )
