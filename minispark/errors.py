"""Every error class that a user can meet: minispark's own under one root, and PySpark's (``pyspark.errors``).

What a user's function raises reaches the caller as itself. Whatever minispark raises on its own account, or because
a machine failed, is a :class:`MinisparkError`, and its base says whose fault it is and so what helps:

* :class:`UserMistake`: the program asked for what cannot be done as asked; the message names the way out.
* :class:`EnvironmentFault`: a process, a disk or memory failed more often than the engine may retry.
* :class:`InternalError`: a bug of minispark's; please report it with its message.

``JobCancelledError`` is nobody's fault (the job was cancelled on request), and ``UserFunctionError`` stands for an
exception of a user's function that could not travel as itself.

>>> from minispark.errors import MinisparkError, UserMistake
>>> try:
...     sc.parallelize([1]).map(lambda x: (x, sc)).collect()
... except UserMistake as error:
...     print(type(error))
<class 'minispark.errors.ContextInTaskError'>
"""

from __future__ import annotations

from minispark.engine.core.errors import (
    BarrierError,
    BlockError,
    BroadcastDestroyedError,
    CheckpointError,
    ClosureError,
    ConfigurationError,
    ContextInTaskError,
    ContextStoppedError,
    DescriptorsExhaustedError,
    DiskFullError,
    EnvironmentFault,
    IllegalEventError,
    IndeterminateError,
    InputChangedError,
    InternalError,
    JobCancelledError,
    LocalDirectoryError,
    MapOutputLost,
    MinisparkError,
    OutputError,
    PoisonTaskError,
    Py4JJavaError,
    ResultNotSerializableError,
    ResultTooLargeError,
    SourceDataLost,
    StageAbortedError,
    UnstableKeyError,
    UserFunctionError,
    UserMistake,
    WorkerStartError,
)
from minispark.engine.core.pyspark_errors import (
    CLASSES,
    AnalysisException,
    ArithmeticException,
    ArrayIndexOutOfBoundsException,
    DateTimeException,
    IllegalArgumentException,
    NumberFormatException,
    ParseException,
    PySparkAssertionError,
    PySparkAttributeError,
    PySparkException,
    PySparkImportError,
    PySparkIndexError,
    PySparkKeyError,
    PySparkNotImplementedError,
    PySparkPicklingError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
    PythonException,
    QueryExecutionException,
    SessionNotSameException,
    SparkNoSuchElementException,
    SparkRuntimeException,
    SparkUpgradeException,
    StreamingQueryException,
    TempTableAlreadyExistsException,
    UnknownException,
    UnsupportedOperationException,
)

__all__ = [
    "AnalysisException",
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "BarrierError",
    "BlockError",
    "BroadcastDestroyedError",
    "CLASSES",
    "CheckpointError",
    "ClosureError",
    "ConfigurationError",
    "ContextInTaskError",
    "ContextStoppedError",
    "DateTimeException",
    "DescriptorsExhaustedError",
    "DiskFullError",
    "EnvironmentFault",
    "IllegalArgumentException",
    "IllegalEventError",
    "IndeterminateError",
    "InputChangedError",
    "InternalError",
    "JobCancelledError",
    "LocalDirectoryError",
    "MapOutputLost",
    "MinisparkError",
    "NumberFormatException",
    "OutputError",
    "ParseException",
    "PoisonTaskError",
    "Py4JJavaError",
    "PySparkAssertionError",
    "PySparkAttributeError",
    "PySparkException",
    "PySparkImportError",
    "PySparkIndexError",
    "PySparkKeyError",
    "PySparkNotImplementedError",
    "PySparkPicklingError",
    "PySparkRuntimeError",
    "PySparkTypeError",
    "PySparkValueError",
    "PythonException",
    "QueryExecutionException",
    "ResultNotSerializableError",
    "ResultTooLargeError",
    "SessionNotSameException",
    "SourceDataLost",
    "SparkNoSuchElementException",
    "SparkRuntimeException",
    "SparkUpgradeException",
    "StageAbortedError",
    "StreamingQueryException",
    "TempTableAlreadyExistsException",
    "UnknownException",
    "UnstableKeyError",
    "UnsupportedOperationException",
    "UserFunctionError",
    "UserMistake",
    "WorkerStartError",
]
