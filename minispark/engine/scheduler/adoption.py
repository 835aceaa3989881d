"""Map outputs that an earlier driver registered: a job brings them along, and what is whole need not run again."""

from __future__ import annotations

from collections.abc import Iterable

from minispark.engine.core.errors import IllegalEventError
from minispark.engine.scheduler.books import Books
from minispark.engine.scheduler.events import AdoptedOutput, JobSubmitted, OutputRegistered


def adopt(books: Books, adopted: Iterable[AdoptedOutput], fresh: set[int | None]) -> None:
    """Register the outputs of ``fresh`` shuffles, whose stages have not run here; of an output that is not whole,
    remember the content. Readers and rollbacks then see them as any other output."""
    for output in adopted:
        if output.shuffle_id not in fresh:
            continue
        outputs = books.shuffles[output.shuffle_id]
        if not output.whole:
            outputs.digests[output.map_id] = output.report.digest
            continue
        attempt_id = books.next_attempt_id
        books.next_attempt_id += 1
        outputs.register(output.map_id, attempt_id, output.report.digest, books.next_attempt_id)
        books.effects.append(OutputRegistered(output.shuffle_id, output.map_id, attempt_id, output.report))


def require_legal_adoption(event: JobSubmitted) -> None:
    """Raise IllegalEventError for an output of no map task of the job, or of a barrier stage, which runs as a whole."""
    tasks = {spec.shuffle_id: 0 if spec.barrier else len(spec.partitions) for spec in event.stages[:-1]}
    places = {(output.shuffle_id, output.map_id) for output in event.adopted}
    if len(places) < len(event.adopted):
        raise IllegalEventError(f"job {event.job_id} adopts two outputs of one map task")
    for shuffle_id, map_id in places:
        if not 0 <= map_id < tasks.get(shuffle_id, 0):
            raise IllegalEventError(f"job {event.job_id} has no map task {map_id} of shuffle {shuffle_id} to adopt for")
