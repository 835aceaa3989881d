"""The dead letters of one partition in one attempt, on their way into a file of the attempt's own.

The file lies among the context's own files, and its name, length and digest travel in the attempt's report: the driver
puts it into the user's directory when the attempt counts, so that nothing of a failed or late one is ever seen there.
"""

from __future__ import annotations

from hashlib import blake2b

from minispark.engine.core.errors import QuarantineError
from minispark.engine.core.outcomes import QuarantineReport
from minispark.engine.core.values import field_names
from minispark.engine.formats.deadletters import DeadLetter, as_line
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.operators import Quarantine
from minispark.engine.serde.failures import capture
from minispark.engine.serde.pickling import dumps
from minispark.engine.shuffle.mistakes import short_repr
from minispark.engine.storage.appendfile import AppendFile

PICKLED_BYTES_MAX = 1 << 20
"""A larger record is kept as its repr alone."""
TEXT_CHARS_MAX = 10_000
DIGEST_BYTES = 16


class Letters:
    """``silent``: the partition is being read a second time by the same task, which reports it once."""

    def __init__(self, operator: Quarantine, partition: int, task: TaskState, environment: Environment) -> None:
        self.name = f"q{operator.id}-{partition}"
        self.silent = False
        self._operator = operator
        self._partition = partition
        self._task = task
        self._environment = environment
        self._file: AppendFile | None = None
        self._count = 0
        self._first = ""
        self._canonical = blake2b(digest_size=DIGEST_BYTES)
        self._content = blake2b(digest_size=DIGEST_BYTES)

    def add(self, site: CallSite, record: object, position: int, error: Exception) -> None:
        """Keep a record that failed. Raises QuarantineError beyond the budget: the task ends, and is not retried."""
        failure = capture(error)
        text = failure.text[:TEXT_CHARS_MAX]
        self._count += 1
        self._canonical.update(f"{position} {site.full} {failure.type_name}\n".encode("utf-8", "surrogatepass"))
        if not self._first:
            self._first = f"{failure.type_name}: {text[:500]}, in {site.full} (partition {self._partition})"
        if self._count > self._operator.errors_max:
            raise QuarantineError(over_budget(self._operator, self._count, self._first))
        if not self.silent:
            shown = short_repr(record)
            where = site.operation, site.file, site.line
            frames = "".join(failure.frames)[-TEXT_CHARS_MAX:]
            names = failure.type_name, text, frames
            self._write(DeadLetter(self._partition, position, *where, shown, *names, _pickled(record)))

    @property
    def told(self) -> bool:
        """Whether the attempt has told of this partition already."""
        return any(report[:2] == (self._operator.id, self._partition) for report in self._task.quarantined)

    def finish(self) -> None:
        """The partition is complete: put the file where the driver finds it, and tell of it in the report."""
        if self.silent:
            return
        path = "" if self._file is None else self._file.publish()
        self._file = None
        report = QuarantineReport(
            self._operator.id,
            self._partition,
            self._count,
            self._canonical.digest(),
            self._content.digest(),
            path,
            self._first,
        )
        self._task.quarantined.append(tuple(getattr(report, name) for name in field_names(report)))

    def abort(self) -> None:
        """Remove what was written; without effect when finished."""
        if self._file is not None:
            self._file.discard()
            self._file = None

    def _write(self, letter: DeadLetter) -> None:
        if self._file is None:
            unique = f"{self.name}-{self._task.attempt_id}"
            self._file = AppendFile(self._environment.directories, unique)
        line = as_line(letter)
        self._content.update(line)
        self._file.append(line)


def over_budget(operator: Quarantine, count: int, first: str) -> str:
    """What is said of a quarantine with more than ``errors_max`` dead letters."""
    return (
        f"{operator.site.full}: {count} records failed so far, and errors_max is {operator.errors_max}; the "
        f"first: {first}; "
        f"dead letters of partitions that were complete by then are in {operator.directory} (minispark.dead_letters); "
        "mend the function or the data, or allow more errors with a quarantine in another directory"
    )


def _pickled(record: object) -> bytes | None:
    try:
        data, _ = dumps(record)
    except Exception:  # whatever a user's __reduce__ raises: the repr has to do
        return None
    return data if len(data) <= PICKLED_BYTES_MAX else None
