"""PySpark's error classes (``pyspark.errors``), so that a program's ``except`` clauses mean what they meant there.

Every class is also the builtin exception it refines. Errors that minispark raises where PySpark raises one of these are
instances of it; the rest exists to be named in ``except`` clauses. Messages are plain text: there is no catalogue of
error conditions, so a condition's message is what the raiser wrote. They are public as ``minispark.errors``.
"""

from __future__ import annotations

from pickle import PicklingError
from typing import TYPE_CHECKING, Any

from minispark.engine.core.sqlstates import state_of

if TYPE_CHECKING:
    from minispark.engine.core.querycontext import QueryContext


_ALWAYS = {
    "DUPLICATED_MAP_KEY": {"mapKeyDedupPolicy": '"spark.sql.mapKeyDedupPolicy"'},
    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION": {"docroot": "https://spark.apache.org/docs/latest"},
}
"""Parameters that every message of a condition has."""


class PySparkException(Exception):
    """Root of PySpark's errors. ``errorClass`` is the name of an error condition, in capitals; None for most of ours.

    >>> error = PySparkValueError("no such thing", errorClass="NO_SUCH_THING", messageParameters={"name": "x"})
    >>> str(error), error.getCondition(), error.getMessageParameters(), isinstance(error, ValueError)
    ('[NO_SUCH_THING] no such thing', 'NO_SUCH_THING', {'name': 'x'}, True)
    """

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: dict[str, str] | None = None,
        contexts: list[QueryContext] | None = None,
    ) -> None:
        if message is None:
            given = ", ".join(f"{name}={text}" for name, text in (messageParameters or {}).items())
            message = given if errorClass is not None else ""
        given_args = (message, errorClass, messageParameters, contexts)
        super().__init__(*(given_args if any(given_args[1:]) else given_args[:1]))
        self._message = message
        self._condition = errorClass
        always = _ALWAYS.get(str(errorClass)) if messageParameters is not None else None
        self._parameters = messageParameters if always is None else {**always, **(messageParameters or {})}
        self._contexts: list[QueryContext] = list(contexts or [])

    def getCondition(self) -> str | None:
        """The name of the error condition, if it has one."""
        return self._condition

    def getErrorClass(self) -> str | None:
        """The same, by its older name."""
        return self._condition

    def getMessageParameters(self) -> dict[str, str] | None:
        """What the message speaks of, by name."""
        return self._parameters

    def getSqlState(self) -> str | None:
        """The SQLSTATE of the error's condition; None where it has none."""
        return state_of(self._condition)

    def getMessage(self) -> str:
        """The message after the name of its condition in brackets."""
        return f"[{self._condition}] {self._message}"

    def getQueryContext(self) -> list[QueryContext]:
        """Where in a query the error arose, as far as that is known; empty for RDD programs."""
        return self._contexts

    def getBreakingChangeInfo(self) -> None:
        """None: no error of minispark's tells of a change between versions of Spark."""

    def __str__(self) -> str:
        text = self._message if self._condition is None else self.getMessage()
        return f"{text}\n{self._contexts[0].summary()}" if self._contexts else text


class AnalysisException(PySparkException):
    """A query cannot be analysed."""


class ParseException(AnalysisException):
    """A query cannot be parsed; its message shows the place."""

    def __str__(self) -> str:
        return self._message if self._condition is None else self.getMessage()


class TempTableAlreadyExistsException(AnalysisException):
    """A temporary view of that name exists."""


class SessionNotSameException(PySparkException):
    """Two sessions were mixed."""


class IllegalArgumentException(PySparkException):
    """An argument is outside its range."""


class NumberFormatException(IllegalArgumentException):
    """A text is no number."""


class ArithmeticException(PySparkException):
    """A calculation has no result."""


class UnsupportedOperationException(PySparkException):
    """This cannot be done here."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """An array has no such element."""


class DateTimeException(PySparkException):
    """A text is no date or time."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """The Python side of a streaming query did not start."""


class StreamingQueryException(PySparkException):
    """A streaming query ended with an error."""


class PickleException(PySparkException):
    """The JVM could not read a pickle."""


class QueryExecutionException(PySparkException):
    """A query failed while it ran."""


class PythonException(PySparkException):
    """A Python function failed in a query."""


class SparkRuntimeException(PySparkException):
    """A failure at run time."""


class SparkUpgradeException(PySparkException):
    """Behaviour differs between versions of Spark."""


class SparkNoSuchElementException(PySparkException):
    """There is no such element."""


class UnknownException(PySparkException):
    """None of the others."""


class PySparkValueError(PySparkException, ValueError):
    """A ValueError of PySpark's."""


class PySparkTypeError(PySparkException, TypeError):
    """A TypeError of PySpark's."""


class PySparkIndexError(PySparkException, IndexError):
    """An IndexError of PySpark's."""


class PySparkAttributeError(PySparkException, AttributeError):
    """An AttributeError of PySpark's."""


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A RuntimeError of PySpark's."""


class PySparkAssertionError(PySparkException, AssertionError):
    """An AssertionError of PySpark's. ``data`` is what did not compare equal."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: dict[str, str] | None = None,
        data: Any = None,
    ) -> None:
        super().__init__(message, errorClass, messageParameters)
        self.data = data

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._message, self._condition, self._parameters, self.data)


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """A NotImplementedError of PySpark's."""


class PySparkPicklingError(PySparkException, PicklingError):
    """A PicklingError of PySpark's."""


class PySparkKeyError(PySparkException, KeyError):
    """A KeyError of PySpark's."""


class PySparkImportError(PySparkException, ImportError):
    """An ImportError of PySpark's."""


CLASSES = tuple(name for name, item in list(globals().items()) if getattr(item, "__module__", "") == __name__)
"""The names of all of them."""

for _name in CLASSES:
    globals()[_name].__module__ = "minispark.errors"  # the name that tracebacks show and pickles look up
