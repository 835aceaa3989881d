"""Second attempts of tasks that take far longer than their stage's others (``spark.speculation``)."""

from __future__ import annotations

from math import inf

from minispark.engine.scheduler.books import Books, Launch, Stage
from minispark.engine.scheduler.dispatch import Dispatcher
from minispark.engine.scheduler.policy import Speculation
from minispark.engine.scheduler.states import RUNNING


class Speculator:
    """Follows Spark's rule. The first attempt that succeeds counts; the other becomes inert and is killed.

    A task that waits in the queue of a worker is as late as the one that runs there: it is copied as well. Barrier
    stages are left alone, for their tasks wait for each other.
    """

    def __init__(self, books: Books, dispatcher: Dispatcher) -> None:
        self._books = books
        self._dispatcher = dispatcher

    def look(self, rule: Speculation) -> None:
        """Nothing else is runnable: with idle workers, launch copies of what is late, the latest first, and set the
        alarm for what will be."""
        books = self._books
        if not books.attempts or books.reserved:
            return
        free = self._dispatcher.idle()
        if not free:
            return
        due = self._due(rule)
        late = [launch for when, _, launch in due if when <= books.now]
        if late and books.now >= books.looked_at + rule.interval_seconds:
            books.looked_at = books.now
            copied = min(len(late), len(free))
            for launch, worker in zip(late[:copied], free[:copied], strict=True):
                self._dispatcher.copy(launch, worker)
            due = due[copied:] if copied < len(free) else []
        if due:
            books.alarm = min(books.alarm, max(due[0][0], books.looked_at + rule.interval_seconds))

    def _due(self, rule: Speculation) -> list[tuple[float, int, Launch]]:
        """The attempts that may be copied, by when they are (or were) late."""
        limits: dict[int, float] = {}
        due = []
        for worker in self._books.workers.values():
            if worker.condemned is not None:
                continue
            for launch in worker.queue:
                stage = launch.stage
                if stage is None or launch.twin is not None or stage.was_killed_for_memory(launch.index):
                    continue
                limit = limits.get(stage.seq)
                if limit is None:
                    limit = limits[stage.seq] = late_after(stage, rule)
                if limit < inf:
                    due.append((worker.since + limit, launch.attempt.attempt_id, launch))
        due.sort()
        return due


def late_after(stage: Stage, rule: Speculation) -> float:
    """How long a task of the stage may run before it counts as late; infinite as long as nobody can say."""
    tasks = len(stage.partitions)
    done = tasks - stage.remaining
    durations = stage.durations
    if stage.barrier or stage.state is not RUNNING or not durations or done < max(1, int(rule.quantile * tasks)):
        return inf
    durations.sort()  # sorted but for the latest ones: this is cheap
    half = len(durations) // 2
    median = durations[half] if len(durations) % 2 else (durations[half - 1] + durations[half]) / 2
    return max(rule.multiplier * median, rule.run_seconds_min)
