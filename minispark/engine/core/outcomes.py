"""What a task attempt came to: values that travel from worker to driver and from driver to scheduler.

Failures that cross a process are data. They become exceptions again only at the user's boundary.
"""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value


@value
class Failure:
    """An exception as data: enough to raise it again in the user's process, or to tell about it if that fails.

    ``pickled`` is the exception itself where it survives a round trip, else None; ``type_name``, ``text`` and
    ``frames`` (formatted traceback lines of the user's own frames) always arrive. ``notes`` are lines for the reader:
    operator and line in the user's file, partition, the record's bounded repr. ``trace`` has file, line and function
    of the user's frames, outermost first, for a traceback like that of a call in the driver.
    """

    type_name: str
    text: str
    frames: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pickled: bytes | None = None
    trace: tuple[tuple[str, int, str], ...] = ()

    @property
    def summary(self) -> str:
        """The type's name, and the text if there is any, as a traceback's last line has them."""
        return f"{self.type_name}: {self.text}" if self.text else self.type_name


@value
class QuarantineReport:
    """How one partition went through quarantine ``id``: ``letters`` dead letters in the file at ``path`` ("" if none).

    ``content`` is a digest of the file, ``canonical`` one of which records failed where, the same when the partition is
    computed again by functions that depend on their arguments alone. ``first`` tells of the first error.
    """

    id: int
    partition: int
    letters: int
    canonical: bytes
    content: bytes = b""
    path: str = ""
    first: str = ""


HeavyKey = tuple[Any, tuple[str, int, str] | None, int, int, int, int]
"""A key that is heavy in a map output: itself, if it is simple data, or else the fields of a ``core.loads.NamedKey``;
its records, their bytes, its records before combining, and its reducer (-1: not known)."""


@value(guarded=False)
class TaskReport:
    """What one successful attempt did. Travels in the footer of a committed output, and in the result message.

    Sizes are bytes, ``seconds`` is wall time in the worker. ``accumulators`` holds, per identity
    ``(owner id, partition)``, a pickled ``{accumulator id: update}``. ``digest`` is a checksum of the output's
    canonical content, or None where the encoding is not canonical. ``cached`` lists blocks newly stored as
    ``(node id, partition, stored bytes)``. ``quarantined`` has the fields of a :class:`QuarantineReport` for each
    partition that went through a quarantine.

    Of a map output that is routed to ``reducers``, ``reducer_records`` and ``reducer_bytes`` (as ``core.loads.packed``)
    have one entry each; they do not stand in the footer, as the file's index has them. ``heavy`` are its heaviest keys,
    ``records_met`` counts what came before records of one key were combined. Of the bounds of a sort, the entries are
    those of its ranges; ``by_bytes`` if these are made to have as many bytes, not records.
    """

    records_read: int = 0
    records_written: int = 0
    shuffle_bytes_read: int = 0
    shuffle_bytes_written: int = 0
    spill_bytes: int = 0
    peak_memory_bytes: int = 0
    seconds: float = 0.0
    digest: bytes | None = None
    accumulators: tuple[tuple[int, int, bytes], ...] = ()
    cached: tuple[tuple[int, int, int], ...] = ()
    quarantined: tuple[tuple[Any, ...], ...] = ()
    reducers: int = 0
    reducer_records: bytes = b""
    reducer_bytes: bytes = b""
    heavy: tuple[HeavyKey, ...] = ()
    records_met: int = 0
    by_bytes: bool = False


@value(guarded=False)
class Success:
    """The attempt finished; for a result task ``result`` is its encoded value (a ``kernels.results.Result``), for a map
    task it is None."""

    report: TaskReport
    result: Any = None


@value
class UserError:
    """The user's function, or a user's mistake found in the task, ended it."""

    failure: Failure
    retriable: bool = True
    """False for what cannot succeed another time: an unpicklable result, an unstable key, an action inside a task."""


@value
class FetchFailed:
    """An input block of ``shuffle_id`` written by ``map_attempt_id`` of ``map_id`` could not be read. Not charged."""

    shuffle_id: int
    map_id: int
    map_attempt_id: int
    why: str


@value
class SourceLost:
    """The stored copy of driver-held data could not be read; the driver writes it again. Not charged."""

    data_id: int
    why: str


@value
class EnvironmentFailed:
    """The environment failed inside a live worker (disk, memory): charged and retried ``maxFailures`` times."""

    failure: Failure
    recycle_worker: bool = False
    """True where the worker should not be trusted with another task (MemoryError)."""


@value
class WorkerDied:
    """The worker process went away while this attempt was at its head. Charged unless ``by_request``.

    ``details`` are more facts, ``trace`` are the lines of the stack that it left, if any. ``out_of_memory`` says that
    it was the kernel's killer, which frees memory, not somebody else's signal.
    """

    why: str
    exit_code: int | None = None
    signal: int | None = None
    by_request: bool = False
    details: tuple[str, ...] = ()
    peak_memory_bytes: int = 0
    trace: tuple[str, ...] = ()
    out_of_memory: bool = False


Outcome = Success | UserError | FetchFailed | SourceLost | EnvironmentFailed | WorkerDied
