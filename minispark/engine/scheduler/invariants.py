"""What must be true between two events. For tests: the simulator asks after each of millions of them.

Hence the plain loops.
"""

from __future__ import annotations

from itertools import compress, count
from math import inf
from typing import NoReturn

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.books import Books, Launch, Stage
from minispark.engine.scheduler.events import (
    KillWorker,
    LaunchTask,
    OutputRegistered,
    ResultReady,
    StartWorker,
    TaskEndedNotice,
)
from minispark.engine.scheduler.outputs import MISSING
from minispark.engine.scheduler.policy import Speculation
from minispark.engine.scheduler.speculation import late_after
from minispark.engine.scheduler.states import DONE, FINISHED, LAUNCHED, NEW, PENDING, RUNNING, WAITING

_IS_PENDING = bytes(state == PENDING for state in range(256))
_IS_DONE = bytes(state == DONE for state in range(256))


_QUIET = frozenset({LaunchTask, TaskEndedNotice, ResultReady, OutputRegistered, StartWorker, KillWorker})
"""Effects of events that change tasks of running stages, attempts, queues and workers, and nothing else."""

THOROUGH_EVERY = 24
"""Events between two thorough checks, at most."""

Figures = tuple[str | int, ...]


class Checker:
    """Looks at everything in the books that may have changed since it last looked.

    A thorough check looks at all queues, attempts, workers and stages, task by task where a stage's figures (counts,
    state, owner) are not what they were, or where what it makes or reads has become complete, incomplete, wanted or
    unwanted. Between two of these, after an event that did nothing but end and launch tasks, a glance is enough:
    whether the counts of tasks to do, pending and at workers agree, and nobody idles while there is work that needs no
    other to end. Where they do not, or a stage has moved, the check is thorough.
    """

    def __init__(self, books: Books) -> None:
        self._books = books
        self._seen: dict[int, Figures] = {}
        self._read: set[int] = set()
        self._incomplete: set[int] = set()
        self._moving: list[tuple[Stage, str]] = []
        self._orphans = self._twins = 0
        self._glances = 0

    def check(self, thorough: bool) -> None:
        """Raise InternalError naming the first broken invariant."""
        self._glances += 1
        if thorough or self._glances >= THOROUGH_EVERY or not self._glance():
            self._glances = 0
            self._look()

    def _look(self) -> None:
        """Look at everything."""
        books = self._books
        live, self._twins, idle = _check_queues(books)
        self._orphans = len(books.attempts) - live
        if self._check_stages() != live - self._twins // 2:
            _broken("a launched task has no attempt, or two that know nothing of each other", list(books.attempts))
        _check_dispatch(books, idle)

    def _glance(self) -> bool:
        """Whether the event did nothing but end and launch tasks, and all counts agree; else a look is needed."""
        books = self._books
        if self._twins:
            return False
        if not _QUIET.issuperset(map(type, books.effects)):
            return False
        launched = self._orphans
        for stage, state in self._moving:
            if stage.state is not state:
                return False
            launched += stage.remaining - len(stage.pending)
        attempts = books.attempts
        if launched != len(attempts) or books.solo in attempts:
            return False
        runnable = books.runnable
        if runnable and not (runnable[0].barrier or runnable[0].trouble):
            for worker in books.workers.values():
                if not worker.queue and worker.condemned is None:
                    return False
        return True

    def _check_stages(self) -> int:
        """Look at all stages and what they read; returns how many of their tasks are launched."""
        books = self._books
        incomplete = {outputs.shuffle_id for outputs in books.shuffles.values() if outputs.missing}
        stages = [*books.stages.values(), *[job.result for job in books.jobs.values()]]
        read, changed, launched = self._look_at_figures(stages)
        if sum([len(stage.parents) for stage in stages]) != sum(map(len, books.readers.values())):
            _broken("a reader is noted that is none", books.readers)
        moved = (read ^ self._read) | (incomplete ^ self._incomplete)
        self._read = read
        self._incomplete = incomplete
        for stage in stages:
            if stage.seq in changed or (moved and (stage.shuffle_id in moved or not moved.isdisjoint(stage.parents))):
                _check_tasks(stage)
                _check_place(books, stage, read)
        if not books.jobs:
            self._seen.clear()
            left = (books.stages, books.readers, books.runnable, books.restored, books.releasing, books.doomed)
            if any(left):
                _broken("something of a run is left behind", left)
        return launched

    def _look_at_figures(self, stages: list[Stage]) -> tuple[set[int], set[int], int]:
        """What unfinished stages read, the ``seq`` of stages whose figures have changed, and how many tasks are
        launched. A stage at rest has none, and few figures."""
        seen = self._seen
        self._moving = moving = []
        read: set[int] = set()
        changed: set[int] = set()
        launched = 0
        for stage in stages:
            state = stage.state
            figures: Figures
            if state is RUNNING or state is WAITING:
                read.update(stage.parents)
                pending = len(stage.pending)
                if state is RUNNING or stage.remaining > pending:
                    moving.append((stage, state))
                launched += stage.states.count(LAUNCHED)
                figures = (
                    state,
                    stage.remaining,
                    pending,
                    stage.listed,
                    len(stage.waiting),
                    len(stage.users),
                    stage.job_id,
                )
            else:
                figures = (state, stage.remaining, len(stage.users), stage.job_id)
                if stage.pending or stage.waiting or stage.listed:
                    _broken("a stage at rest has tasks, or waits", stage)
            if seen.get(stage.seq) != figures:
                seen[stage.seq] = figures
                changed.add(stage.seq)
        return read, changed, launched


def _broken(what: str, where: object) -> NoReturn:
    raise InternalError(f"{what}: {where!r}")


def _check_tasks(stage: Stage) -> None:
    """The stage's own counts agree with its tasks' states."""
    states = stage.states
    state = stage.state
    pending = stage.pending
    if stage.remaining != len(states) - states.count(DONE):
        _broken("remaining tasks are miscounted", stage)
    if stage.listed != (state is RUNNING and len(pending) > 0):
        _broken("wrongly listed as runnable, or not listed", stage)
    if state is RUNNING or state is WAITING:
        if stage.barrier and 0 < len(pending) < len(states):
            _broken("a barrier stage was launched in part", stage)
        if not stage.remaining:
            _broken("a stage with nothing to do is unfinished", stage)
        if len(pending) != states.count(PENDING) or (
            pending and sorted(pending) != list(compress(count(), states.translate(_IS_PENDING)))
        ):
            _broken("pending tasks are not those in the queue", stage)
        if (state is RUNNING) == bool(stage.waiting):
            _broken("runs without its inputs, or waits with them", stage)
        if state is RUNNING and not stage.started:
            _broken("runs unannounced", stage)
    elif pending or stage.waiting or LAUNCHED in states:
        _broken("a stage at rest has tasks, or waits", stage)
    elif state is NEW or (state is FINISHED and stage.remaining):
        _broken("a stage was never started, or is finished with tasks to do", stage)


def _check_place(books: Books, stage: Stage, read: set[int]) -> None:
    """The stage runs exactly if it must, for live jobs, and knows what it waits for."""
    unfinished = stage.state is RUNNING or stage.state is WAITING
    if stage.job_id not in stage.users or not stage.users.keys() <= books.jobs.keys():
        _broken("a stage of a dead job, or without its owner", stage)
    for parent_id in stage.parents:
        if books.readers[parent_id].get(stage.seq) is not stage:
            _broken("a reader is not noted", stage)
        waits = parent_id in stage.waiting
        if unfinished and (books.shuffles[parent_id].missing > 0) != waits:
            _broken(f"waits for {stage.waiting}, wrong for {parent_id}", stage)
        if waits and parent_id not in books.stages:
            _broken(f"shuffle {parent_id} is waited for, but not under way", stage)
    shuffle_id = stage.shuffle_id
    if shuffle_id is None:
        return
    if unfinished != (shuffle_id in read and stage.remaining > 0):
        _broken("a stage runs that nobody needs, or a needed one does not", stage)
    outputs = books.shuffles[shuffle_id]
    if outputs.missing != outputs.attempt_ids.count(MISSING):
        _broken("missing outputs are miscounted", stage)
    states = stage.states
    if outputs.missing in (0, len(states)):
        agree = states.count(DONE) + outputs.missing == len(states)
    else:
        agree = states.translate(_IS_DONE) == bytes(map(MISSING.__lt__, outputs.attempt_ids))
    if not agree:
        _broken("tasks done and outputs registered disagree", stage)


def _check_queues(books: Books) -> tuple[int, int, int]:
    """Attempts and queues are two views of one thing; returns how many attempts somebody waits for, how many of these
    have a twin, and how many workers are idle."""
    if books.reserved and len(books.attempts) > 1:
        _broken("something runs beside a task that must run alone", list(books.attempts))
    attempts = books.attempts
    live = twins = held = idle = 0
    for worker in books.workers.values():
        queue = worker.queue
        if not queue:
            if worker.condemned is None:
                idle += 1
            continue
        held += len(queue)
        if len(queue) > books.policy.queue_depth_max:
            _broken("a queue is too long", worker.worker_id)
        for launch in queue:
            if launch.worker is not worker or attempts.get(launch.attempt.attempt_id) is not launch:
                _broken("an attempt is not booked, or stands in a wrong queue", launch.attempt)
            stage = launch.stage
            if stage is not None:
                live += 1
                if launch.twin is not None:
                    twins += 1
                    _check_twins(books, launch, launch.twin)
                if stage.states[launch.index] != LAUNCHED:
                    _broken("an attempt's task is not launched", launch.attempt)
        if worker.condemned is None:
            if worker.deadline == inf and (queue[0].stage is None or books.policy.task_timeout_seconds is not None):
                _broken("a head without its deadline", queue[0].attempt)
            if books.alarm > worker.deadline:
                _broken("the alarm is late", queue[0].attempt)
    if held != len(attempts):
        _broken("an attempt stands in no queue", list(attempts))
    return live, twins, idle


def _check_twins(books: Books, launch: Launch, twin: Launch) -> None:
    """Two live attempts of one task know each other, and run on different workers."""
    if books.attempts.get(twin.attempt.attempt_id) is not twin:
        _broken("an attempt's twin is gone", launch.attempt)
    if twin.twin is not launch or twin.stage is not launch.stage or twin.index != launch.index:
        _broken("twins are not of one task", launch.attempt)
    if twin.worker is launch.worker or launch.stage is None or launch.stage.barrier:
        _broken("twins on one worker, or of a barrier stage", launch.attempt)


def _check_dispatch(books: Books, idle: int) -> None:
    """No ready worker is idle while there is work; every slot has, or is getting, its worker."""
    if books.runnable:
        last = (-1, -1)
        for stage in books.runnable:
            if not stage.listed or stage.key <= last:
                _broken("runnable stages are out of order, or one is not listed", books.runnable)
            last = stage.key
        head = books.runnable[0]
        enough = idle > 0 and idle >= (len(head.pending) if head.barrier else 1)
        if enough and not (books.reserved or (head.next_runs_alone and books.attempts)):
            _broken("a worker is idle while a task could run", head)
    elif idle and books.policy.speculation is not None:
        _check_speculation(books, books.policy.speculation)
    supply = len(books.workers) + books.starting
    if supply < books.policy.slots and (books.may_start_workers() or (books.jobs and not supply)):
        _broken("a lost worker is not replaced", books.workers.keys())


def _check_speculation(books: Books, rule: Speculation) -> None:
    """With nothing else to do, an idle worker has a copy of what is late, and an alarm for what will be."""
    if books.reserved:
        return
    workers = [worker for worker in books.workers.values() if worker.condemned is None]
    for worker in workers:
        for launch in worker.queue:
            if launch.stage is None or launch.stage.was_killed_for_memory(launch.index):
                continue
            if launch.twin is None:
                late = max(worker.since + late_after(launch.stage, rule), books.looked_at + rule.interval_seconds)
                if late <= books.now:
                    _broken("a worker is idle while a late task could be copied", launch.attempt)
                if books.alarm > late:
                    _broken("the alarm for a late task is late", launch.attempt)
