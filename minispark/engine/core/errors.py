"""Every error the engine raises on its own account, under one root.

A class says whose fault it is. What a user's function raises is not here: it reaches the caller as itself.

* :class:`UserMistake`: the program asked for something impossible; changing the program helps.
* :class:`EnvironmentFault`: a process, a disk or memory failed; the engine has already retried what it could.
* :class:`InternalError`: a bug of minispark's.

Users find them in ``minispark.errors``, and tracebacks call them by it. Messages name what failed, where (stage,
partition, attempt), the valid choices and the next step.
"""

from __future__ import annotations

from minispark.engine.core.pyspark_errors import IllegalArgumentException, PySparkPicklingError, PySparkRuntimeError


class MinisparkError(Exception):
    """Root of every error that minispark itself raises."""


# --- the program is wrong -----------------------------------------------------------------------------------------


class UserMistake(MinisparkError):
    """The program asked for something that cannot be done as asked."""


class ConfigurationError(UserMistake, IllegalArgumentException, ValueError):
    """A setting or master URL is unknown or has a value outside its range."""


class ClosureError(UserMistake, PySparkPicklingError, TypeError):
    """A function cannot travel to a worker; the message gives the path to the culprit."""


class ContextInTaskError(UserMistake, PySparkRuntimeError):
    """An RDD, a context or an action was used inside a task."""


class ResultNotSerializableError(UserMistake, TypeError):
    """A task's result, or a record to be shuffled or cached, cannot be pickled. Never retried."""


class UnstableKeyError(UserMistake, TypeError):
    """A key's hash is its address or differs between processes, so equal keys would be scattered."""


class ResultTooLargeError(UserMistake, MemoryError):
    """Results to be collected exceed ``spark.driver.maxResultSize``."""


class ContextStoppedError(UserMistake, IllegalArgumentException, RuntimeError):
    """The context was stopped before or while this was asked for."""


class LargeClosureWarning(UserWarning):
    """A function takes 100 MB or more of data along; the message names the variable. It works, but costs that in every
    worker, once for each stage: broadcast the data instead."""


class BroadcastDestroyedError(UserMistake, RuntimeError):
    """A broadcast was used after ``destroy``."""


class BroadcastChangedError(UserMistake, RuntimeError):
    """The file of a large broadcast was lost, and the driver has changed the value since: it cannot be stored again."""


class Py4JJavaError(UserMistake, PySparkRuntimeError):
    """What PySpark refuses in its JVM: another storage level for a persisted RDD, an accumulator read in a task.

    It has the name under which PySpark's programs catch it (``py4j.protocol.Py4JJavaError``); there is no Java here.
    """


class CheckpointError(UserMistake, RuntimeError):
    """A checkpoint cannot be written as asked, or a part of it cannot be read any more; the message names it."""


class ResumeError(UserMistake, RuntimeError):
    """The resume directory is in use, is not one, or is open to others; the message names it and what to do."""


class BarrierError(UserMistake, PySparkRuntimeError):
    """A barrier stage cannot run all its tasks at once, or its tasks do not meet."""


class QuarantineError(UserMistake, RuntimeError):
    """More records failed than the quarantine's ``errors_max``; the message has their number and the first error."""


class ReplayError(UserMistake, RuntimeError):
    """A replay bundle cannot be read or run; the message says why."""


class JobCancelledError(MinisparkError):
    """The job was cancelled on request."""


class InputChangedError(UserMistake, RuntimeError):
    """An input file's size or modification time changed between planning and reading."""


class InputMutatedError(UserMistake, RuntimeError):
    """Under a strict context: a function changed a record or a value that others read too."""


class UserFunctionError(MinisparkError, RuntimeError):
    """A user's function raised what cannot be raised here: its type does not survive the way from the worker, or it
    would end the driver (SystemExit, KeyboardInterrupt). The message names the type."""


# --- the machine failed -------------------------------------------------------------------------------------------


class EnvironmentFault(MinisparkError):
    """Something outside the program failed more often than the engine may retry."""


class PoisonTaskError(EnvironmentFault):
    """One partition lost its worker ``spark.task.maxFailures`` times."""


class OutOfMemoryTaskError(EnvironmentFault, MemoryError):
    """One partition ran out of memory ``spark.task.maxFailures`` times: the kernel killed its worker, though its later
    attempts ran alone, or its function raised MemoryError in a fresh worker each time."""


class StageAbortedError(EnvironmentFault):
    """A stage was run again too often because its inputs kept getting lost."""


class IndeterminateError(EnvironmentFault):
    """A recomputed output differs from the one whose results were already delivered."""


class DiskFullError(EnvironmentFault, OSError):
    """No local directory has room left for a block."""


class DiskQuotaError(DiskFullError):
    """The context's files would take more than ``spark.minispark.local.quota``."""


class LocalDirectoryError(EnvironmentFault, OSError):
    """No usable local directory remains (read-only, failing, or not ours)."""


class OutputError(EnvironmentFault, OSError):
    """A part of an output (``saveAsTextFile`` and its kind) cannot be written where it was wanted."""


class DeadLettersLostError(EnvironmentFault, OSError):
    """Dead letters could not be put into their directory, or were damaged on the way there."""


class DescriptorsExhaustedError(EnvironmentFault, OSError):
    """The process or the machine may open no further file."""


class WorkerStartError(EnvironmentFault):
    """Worker processes could not be started."""


# --- carried between layers of the engine; a user sees them only inside another error's message -------------------


class BlockError(EnvironmentFault):
    """A block is missing, truncated, corrupt, or not written by us. Verified before every decode."""


class MapOutputLost(BlockError):
    """A map output that a reducer needs cannot be read: only that map task must run again."""

    def __init__(self, shuffle_id: int, map_id: int, attempt_id: int, why: str) -> None:
        super().__init__(shuffle_id, map_id, attempt_id, why)
        self.shuffle_id = shuffle_id
        self.map_id = map_id
        self.attempt_id = attempt_id
        self.why = why

    def __str__(self) -> str:
        return f"output of map task {self.map_id} of shuffle {self.shuffle_id} is lost: {self.why}"


class SourceDataLost(BlockError):
    """The stored copy of parallelized or broadcast data cannot be read: the driver must write it again."""

    def __init__(self, data_id: int, why: str) -> None:
        super().__init__(data_id, why)
        self.data_id = data_id
        self.why = why


class UncanonicalError(UserMistake):
    """Something in a program has no canonical form, so that no run can be resumed across it. Told, never raised to the
    user. ``path`` leads to it, ``why`` says what it is."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


# --- ours ---------------------------------------------------------------------------------------------------------


class InternalError(MinisparkError):
    """A bug of minispark's; please report it with the message."""


class IllegalEventError(InternalError):
    """The scheduler was given an event that its state does not allow; nothing was changed."""


for _item in list(globals().values()):
    if isinstance(_item, type) and issubclass(_item, (MinisparkError, Warning)):
        _item.__module__ = "minispark.errors"  # the name that tracebacks show and pickles look up
