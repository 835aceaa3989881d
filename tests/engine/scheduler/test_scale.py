"""Costs are linear in tasks: counted in events and bytes, and in seconds only far from the limit."""

from __future__ import annotations

import tracemalloc
from collections import deque
from time import process_time

import pytest

from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.scheduler.events import (
    JobSubmitted,
    JobSucceeded,
    LaunchTask,
    StageSpec,
    TaskEnded,
    WorkerStarted,
)
from minispark.engine.scheduler.machine import Scheduler
from minispark.engine.scheduler.policy import SchedulerPolicy

SHORT = Success(TaskReport(seconds=0.0001))


def play_all(scheduler: Scheduler, maps: int, results: int) -> tuple[int, float]:
    """Runs a job of two stages; returns its events, and the scheduler's processor seconds."""
    job = JobSubmitted(1, (StageSpec(0, 0, tuple(range(maps)), ()), StageSpec(1, None, tuple(range(results)), (0,))))
    queue: deque[LaunchTask] = deque()
    spent = 0.0
    events = 0
    event: JobSubmitted | TaskEnded = job
    while True:
        begun = process_time()
        effects = scheduler.handle(event, 0.0)
        spent += process_time() - begun
        events += 1
        queue.extend(effect for effect in effects if isinstance(effect, LaunchTask))
        if any(isinstance(effect, JobSucceeded) for effect in effects):
            return events, spent
        launch = queue.popleft()
        event = TaskEnded(launch.worker_id, launch.attempt.attempt_id, SHORT, 0.0001)


@pytest.fixture
def scheduler() -> Scheduler:
    scheduler = Scheduler(SchedulerPolicy(slots=2))
    for worker_id in range(2):
        scheduler.handle(WorkerStarted(worker_id), 0.0)
    return scheduler


def test_a_shuffle_of_two_thousand_by_two_thousand_is_four_thousand_tasks(scheduler):
    events, spent = play_all(scheduler, 2_000, 2_000)
    assert events == 4_001
    assert spent / 4_000 < 150e-6, "ten times the promised 15 us a task"
    scheduler.check()
    assert scheduler.idle


@pytest.mark.slow
def test_memory_is_linear_in_tasks_and_given_back(scheduler):
    tracemalloc.start()
    try:
        play_all(scheduler, 4_000, 4_000)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000 * 400
    assert kept < 4_000 * 150, "of a finished job only the registered outputs stay"
