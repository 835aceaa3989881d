"""What a program learns of its jobs and stages."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.observe.events import JobEnd, JobStart, StageEnd, StageInfo, StageStart, TaskEnd, TaskStart
from minispark.engine.observe.status import StatusBoard
from minispark.testing.marks import Marks


def test_jobs_by_group_and_their_stages(sc: SparkContext) -> None:
    tracker = sc.statusTracker()
    sc.setJobGroup("grouped", "two jobs")
    try:
        pairs = sc.parallelize(range(6), 3).map(lambda x: (x % 2, x)).reduceByKey(lambda a, b: a + b, 2)
        assert sorted(pairs.collect()) == [(0, 6), (1, 9)]
        pairs.count()
    finally:
        sc._local.values.clear()
    second, first = tracker.getJobIdsForGroup("grouped")
    info = tracker.getJobInfo(first)
    assert info is not None and info.status == "SUCCEEDED" and len(info.stageIds) == 2
    stages: Any = [tracker.getStageInfo(stage_id) for stage_id in info.stageIds]
    assert [(s.numTasks, s.numActiveTasks, s.numCompletedTasks, s.numFailedTasks) for s in stages] == [
        (3, 0, 3, 0),
        (2, 0, 2, 0),
    ]
    assert "reduceByKey at test_status.py:" in stages[0].name and "collect at" in stages[1].name
    assert tracker.getJobInfo(second) == (second, [info.stageIds[0], info.stageIds[1] + 1], "SUCCEEDED")
    assert first not in tracker.getJobIdsForGroup()
    assert (tracker.getActiveJobsIds(), tracker.getActiveStageIds()) == ([], [])
    assert (tracker.getJobInfo(10**9), tracker.getStageInfo(10**9)) == (None, None)
    assert tracker.getJobIdsForGroup("nobody's") == []


def test_a_failed_job(sc: SparkContext) -> None:
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()
    tracker = sc.statusTracker()
    info: Any = tracker.getJobInfo(max(tracker.getJobIdsForGroup()))
    stage: Any = tracker.getStageInfo(info.stageIds[0])
    assert (info.status, stage.numFailedTasks) == ("FAILED", 1)
    assert tracker.getActiveStageIds() == []


def test_while_it_runs(sc: SparkContext, tmp_path: Path) -> None:
    begun, go = Marks(tmp_path / "begun"), Marks(tmp_path / "go")

    def hold(x: int) -> int:
        begun.leave(x)
        while not len(go):
            threading.Event().wait(0.01)
        return x

    thread = threading.Thread(target=lambda: sc.parallelize(range(8), 8).map(hold).count())
    thread.start()
    try:
        while not len(begun):
            threading.Event().wait(0.01)
        tracker = sc.statusTracker()
        (job,) = tracker.getActiveJobsIds()
        (stage,) = tracker.getActiveStageIds()
        info: Any = tracker.getStageInfo(stage)
        assert tracker.getJobInfo(job) == (job, [stage], "RUNNING")
        assert (info.numTasks, info.numCompletedTasks) == (8, 0)
        assert 1 <= info.numActiveTasks <= sc.defaultParallelism
    finally:
        go.leave("on")
        thread.join()
    assert sc.statusTracker().getActiveJobsIds() == []


def test_executors_are_not_offered(sc: SparkContext) -> None:
    with pytest.raises(NotImplementedError, match=r"minispark\.observe"):
        sc.statusTracker().getExecutorInfos()


def test_the_board_forgets_the_oldest() -> None:
    board = StatusBoard(retained=2)
    for job in range(4):
        board.on_event(JobStart(job, "count", (StageInfo(job, "count", 1),), (("spark.jobGroup.id", f"g{job}"),)))
    assert [(view.job_id, view.group) for view in board.jobs()] == [(3, "g3"), (2, "g2")]
    assert board.stage(0) is None and board.stage(3) is not None
    board.on_event(TaskStart(0, 0, 0, 0, 0, 1, 0))
    board.on_event(TaskEnd(0, 0, 0, 0, 0, "Success", 0.1))
    board.on_event(StageStart(0, 0, 0, 1, "count"))
    board.on_event(StageEnd(0, 0, 0))
    board.on_event(JobEnd(0))
    assert board.job(0) is None


def test_a_second_run_of_a_stage_counts_anew() -> None:
    board = StatusBoard(retained=2)
    board.on_event(JobStart(0, "count", (StageInfo(7, "count", 3),)))
    board.on_event(StageStart(0, 7, 0, 3, "count"))
    for attempt, outcome in enumerate(["Success", "WorkerDied"]):
        board.on_event(TaskStart(0, 7, attempt, 0, attempt, attempt, 0))
        board.on_event(TaskEnd(0, 7, attempt, 0, attempt, outcome, 0.1, attempt_id=attempt))
    view: Any = board.stage(7)
    assert (view.tasks, view.completed, view.failed, view.active) == (3, 1, 1, 0)
    board.on_event(StageStart(0, 7, 1, 2, "count"))
    for attempt in (5, 6):
        board.on_event(TaskStart(0, 7, 1, 0, 0, attempt, 1))
    again: Any = board.stage(7)
    assert (again.attempt, again.tasks, again.completed, again.failed, again.active) == (1, 2, 0, 0, 1)
