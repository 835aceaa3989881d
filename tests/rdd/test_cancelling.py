"""Cancelling jobs by group, by tag, and all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.core.errors import JobCancelledError
from minispark.testing.marks import Marks


@pytest.fixture(scope="module")
def two() -> Iterator[SparkContext]:
    conf = SparkConf().setMaster("local[2]").setAppName("jobs").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        yield context


CANCELS: dict[str, tuple[Callable[[SparkContext], None], Callable[[SparkContext], None], str]] = {
    "group": (
        lambda sc: sc.setJobGroup("slow", "a job to cancel", True),
        lambda sc: sc.cancelJobGroup("slow"),
        "part of cancelled job group slow",
    ),
    "tag": (lambda sc: sc.addJobTag("slow"), lambda sc: sc.cancelJobsWithTag("slow"), "part of cancelled job tag slow"),
    "all": (lambda sc: None, lambda sc: sc.cancelAllJobs(), "cancellation of all jobs"),
}


@pytest.mark.parametrize("how", CANCELS)
def test_cancelling_ends_a_job_that_would_not(two: SparkContext, marks: Marks, how: str) -> None:
    mark, cancel, reason = CANCELS[how]
    ended: list[BaseException] = []

    def run() -> None:
        mark(two)
        try:
            two.parallelize([1], 1).foreach(lambda _: (marks.leave("begun"), threading.Event().wait())[0])
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: "begun" in marks.read())
    two.cancelJobGroup("another")
    two.cancelJobsWithTag("another")
    cancel(two)
    thread.join(30)
    assert [type(error) for error in ended] == [JobCancelledError]
    assert reason in str(ended[0])
    assert two.parallelize([1, 2], 2).sum() == 3


def test_a_group_is_cancelled_alone(two: SparkContext, marks: Marks) -> None:
    ended: dict[str, Any] = {}

    def run(group: str) -> None:
        two.setJobGroup(group, "one of two")

        def hold(item: int) -> int:
            marks.leave(group)
            while not ("go" in marks.read() and group == "good"):
                threading.Event().wait(0.01)
            return item

        try:
            ended[group] = two.parallelize([7], 1).map(hold).collect()
        except JobCancelledError:
            ended[group] = "cancelled"

    threads = [threading.Thread(target=run, args=(group,)) for group in ("good", "bad")]
    for thread in threads:
        thread.start()
    wait_until(lambda: {"good", "bad"} <= set(marks.read()))
    two.cancelJobGroup("bad")
    threads[1].join(30)
    marks.leave("go")
    threads[0].join(30)
    assert ended == {"good": [7], "bad": "cancelled"}


def wait_until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(3000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come")


def test_ctrl_c_as_soon_as_a_job_is_handed_over_cancels_it(
    two: SparkContext, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tasks run already when the call that has handed it over comes back."""
    driver = two._session._driver
    handed_over = driver.request

    def interrupted(request: Any) -> None:
        handed_over(request)
        monkeypatch.undo()
        wait_until(lambda: "begun" in marks.read())
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "request", interrupted)
    with pytest.raises(KeyboardInterrupt):
        two.parallelize([1], 1).foreach(lambda _: (marks.leave("begun"), threading.Event().wait())[0])
    assert two.parallelize([1, 2], 2).sum() == 3
    wait_until(lambda: two.statusTracker().getActiveJobsIds() == [])
