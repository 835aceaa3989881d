"""What must be true between two events. For tests: looks at everything, so it costs as much as there is."""

from __future__ import annotations

from math import inf

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.books import Books, Stage
from minispark.engine.scheduler.outputs import MISSING
from minispark.engine.scheduler.states import DONE, FINISHED, LAUNCHED, NEW, PENDING, RUNNING


def check(books: Books) -> None:
    """Raise InternalError naming the first broken invariant."""
    stages = [*books.stages.values(), *(job.result for job in books.jobs.values())]
    for outputs in books.shuffles.values():
        _expect(outputs.missing == outputs.attempt_ids.count(MISSING), "missing outputs miscounted", outputs.shuffle_id)
    for stage in stages:
        _check_tasks(stage)
        _check_users(books, stage)
        if stage.shuffle_id is not None:
            _check_map_stage(books, stage, stage.shuffle_id)
        if stage.unfinished:
            _check_demand(books, stage)
        else:
            _expect(not stage.waiting, "a stage at rest waits", stage)
    _expect(sum(len(stage.parents) for stage in stages) == sum(map(len, books.readers.values())), "stray reader", "")
    _check_queues(books, stages)
    _check_dispatch(books)
    if not books.jobs:
        left = (books.stages, books.readers, books.runnable, books.restored, books.releasing, books.doomed)
        _expect(not any(left), "something of a run is left behind", left)


def _expect(truth: bool, what: str, where: object) -> None:
    if not truth:
        raise InternalError(f"{what}: {where!r}")


def _check_tasks(stage: Stage) -> None:
    states = stage.states
    _expect(stage.remaining == len(states) - states.count(DONE), "remaining tasks miscounted", stage)
    if stage.unfinished:
        pending = set(stage.pending)
        _expect(len(pending) == len(stage.pending) == states.count(PENDING), "pending tasks miscounted", stage)
        _expect(all(states[index] == PENDING for index in pending), "a pending task is not pending", stage)
        _expect(stage.remaining > 0, "a stage with nothing to do is unfinished", stage)
    else:
        _expect(not stage.pending and not states.count(LAUNCHED), "a stage at rest has tasks", stage)
        _expect(stage.state is not NEW, "a stage was never started", stage)
        _expect(stage.state is not FINISHED or not stage.remaining, "a finished stage has tasks to do", stage)
    _expect(stage.listed == (stage.state is RUNNING and bool(stage.pending)), "wrongly (not) runnable", stage)


def _check_users(books: Books, stage: Stage) -> None:
    _expect(bool(stage.users) and stage.job_id in stage.users, "a stage without its owner", stage)
    _expect(all(job_id in books.jobs for job_id in stage.users), "a stage of a dead job", stage)
    for parent in stage.parents:
        _expect(books.readers.get(parent, {}).get(stage.seq) is stage, "a reader is not noted", stage)


def _check_map_stage(books: Books, stage: Stage, shuffle_id: int) -> None:
    attempt_ids = books.shuffles[shuffle_id].attempt_ids
    for index, state in enumerate(stage.states):
        _expect((state == DONE) == (attempt_ids[index] != MISSING), f"task {index} and its output disagree", stage)
    read = bool(books.unfinished_readers(shuffle_id))
    _expect(read or not stage.unfinished, "a stage runs that nobody needs", stage)
    _expect(not read or stage.unfinished or not stage.remaining, "a needed stage does not run", stage)


def _check_demand(books: Books, stage: Stage) -> None:
    missing = {parent for parent in stage.parents if books.shuffles[parent].missing}
    _expect(stage.waiting == missing, f"waits for {stage.waiting}, but {missing} are incomplete", stage)
    _expect((stage.state is RUNNING) == (not missing), "runs without its inputs, or waits with them", stage)
    _expect(stage.started or stage.state is not RUNNING, "runs unannounced", stage)
    for parent in missing:
        _expect(parent in books.stages and books.stages[parent].unfinished, f"shuffle {parent} is not under way", stage)


def _check_queues(books: Books, stages: list[Stage]) -> None:
    live = 0
    held = 0
    for worker in books.workers.values():
        queue = worker.queue
        held += len(queue)
        _expect(len(queue) <= books.policy.queue_depth_max, "a queue is too long", worker.worker_id)
        for launch in queue:
            _expect(books.attempts.get(launch.attempt.attempt_id) is launch, "an attempt is not booked", launch.attempt)
            _expect(launch.worker is worker, "an attempt stands in a wrong queue", launch.attempt)
            if launch.stage is not None:
                live += 1
                launched = launch.stage.states[launch.index] == LAUNCHED
                _expect(launched, "an attempt's task is not launched", launch.attempt)
        if queue and worker.condemned is None:
            bounded = queue[0].stage is None or books.policy.task_timeout_seconds is not None
            _expect(not bounded or worker.deadline < inf, "a head without its deadline", queue[0].attempt)
            _expect(books.alarm <= worker.deadline, "the alarm is late", queue[0].attempt)
    _expect(held == len(books.attempts), "an attempt stands in no queue", books.attempts.keys())
    _expect(live == sum(stage.states.count(LAUNCHED) for stage in stages), "a launched task without attempt", stages)


def _check_dispatch(books: Books) -> None:
    if books.runnable:
        _expect(all(stage.listed for stage in books.runnable), "a stage is listed twice or wrongly", books.runnable)
        keys = [stage.key for stage in books.runnable]
        _expect(keys == sorted(set(keys)), "stages are out of order", keys)
        for worker in books.workers.values():
            _expect(bool(worker.queue) or worker.condemned is not None, "a worker is idle", worker.worker_id)
    if not books.stopped and books.idle_losses < books.policy.idle_losses_max:
        _expect(len(books.workers) + books.starting >= books.policy.slots, "a lost worker is not replaced", "")
