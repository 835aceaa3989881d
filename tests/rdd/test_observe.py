"""Listeners and the event log: what they see of jobs that end well, fail, skip stages and are told to stop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.core.errors import ConfigurationError, ContextInTaskError
from minispark.observe import JobEnd, Listener, StageTable, TaskEnd, add_listener, listening, remove_listener


class Story(Listener):
    def __init__(self) -> None:
        self.events: list[Any] = []

    def on_event(self, event: Any) -> None:
        self.events.append(event)
        super().on_event(event)

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events if not type(event).__name__.startswith("Worker")]


def test_a_job_is_told_from_start_to_end(sc: SparkContext) -> None:
    with listening(sc, Story()) as story:
        assert sc.parallelize([1, 2], 1).map(lambda x: (x, x)).reduceByKey(max, 1).count() == 2
    once = ["StageStart", "TaskStart", "TaskEnd", "StageEnd"]
    assert story.names() == ["JobStart", *once, "ShuffleMeasured", *once, "JobEnd"]
    starts = [event for event in story.events if type(event).__name__ == "TaskStart"]
    ends = [event for event in story.events if isinstance(event, TaskEnd)]
    assert [event.attempt_id for event in starts] == [event.attempt_id for event in ends]
    sc.parallelize([1]).count()
    assert story.names()[-1] == "JobEnd" and story.names().count("JobEnd") == 1, "it was removed"


def test_each_event_calls_its_method(sc: SparkContext) -> None:
    called: list[str] = []

    class Hears(Listener):
        def on_job_start(self, event: Any) -> None:
            called.append(event.description)

        def on_stage_skip(self, event: Any) -> None:
            called.append("skip")

        def on_job_end(self, event: JobEnd) -> None:
            called.append(f"failed {event.failed}")

    rdd = sc.parallelize([1, 1], 2).distinct()
    rdd.count()
    with listening(sc, Hears()):
        rdd.collect()
        with pytest.raises(ZeroDivisionError):
            rdd.map(lambda x: x // 0).collect()
    assert [text.split(" at ")[0] for text in called] == [
        *("collect", "skip", "failed False"),
        *("collect", "skip", "failed True"),
    ]


def test_a_stage_table_is_a_listener(sc: SparkContext) -> None:
    with listening(sc, StageTable()) as table:
        sc.parallelize(range(10), 2).map(str).collect()
    (row,) = table.rows()
    assert (row.tasks, row.records_read) == (2, 10)


def test_what_is_no_listener_is_refused(sc: SparkContext) -> None:
    with pytest.raises(TypeError, match="on_event"):
        add_listener(sc, print)
    remove_listener(sc, Story())


def test_an_action_in_a_listener_is_an_error_not_a_hang(sc: SparkContext) -> None:
    caught: list[BaseException] = []

    class Eager(Listener):
        def on_job_end(self, event: JobEnd) -> None:
            try:
                sc.parallelize([1]).count()
            except Exception as error:
                caught.append(error)

    with listening(sc, Eager()):
        assert sc.parallelize([1]).count() == 1
    assert [type(error) for error in caught] == [ContextInTaskError]


# --- the event log ---------------------------------------------------------------------------------------------------


@pytest.fixture
def free() -> Any:
    """No other context is active."""
    active = SparkContext._active
    SparkContext._active = None
    yield
    SparkContext._active = active


def conf(master: str, **settings: str) -> SparkConf:
    made = SparkConf().setMaster(master).setAppName("logged").set("spark.ui.showConsoleProgress", "false")
    return made.setAll((key.replace("_", "."), value) for key, value in settings.items())


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["", "file://"])
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_the_event_log(free: None, tmp_path: Path, master: str, scheme: str) -> None:
    settings = {"spark_eventLog_enabled": "true", "spark_eventLog_dir": f"{scheme}{tmp_path}"}
    with SparkContext(conf=conf(master, **settings)) as sc:
        app_id = sc.applicationId
        sc.setLocalProperty("my.key", "mine")
        assert sc.parallelize(range(10), 3).map(lambda x: (x % 2, x)).reduceByKey(max, 2).count() == 2
        with pytest.raises(ValueError):
            sc.parallelize([1], 1).map(lambda x: int("x")).collect()
        assert (tmp_path / f"{app_id}.inprogress").exists()
    assert [path.name for path in tmp_path.iterdir()] == [app_id]
    lines = [json.loads(line) for line in (tmp_path / app_id).read_text().splitlines()]
    names = [line["Event"].removeprefix("SparkListener") for line in lines]
    assert names[:2] == ["LogStart", "ApplicationStart"] and names[-1] == "ApplicationEnd"
    count = {name: names.count(name) for name in set(names)}
    assert (count["JobStart"], count["JobEnd"], count["StageSubmitted"], count["StageCompleted"]) == (2, 2, 3, 3)
    assert (count["TaskStart"], count["TaskEnd"]) == (6, 6)
    first = lines[names.index("JobStart")]
    assert first["Properties"]["my.key"] == "mine"
    assert [info["Number of Tasks"] for info in first["Stage Infos"]] == [3, 2]
    assert [line["Job Result"]["Result"] for line in lines if "Job Result" in line] == ["JobSucceeded", "JobFailed"]
    ends = [line for line in lines if line["Event"] == "SparkListenerTaskEnd"]
    assert [end["Task Type"] for end in ends] == ["ShuffleMapTask"] * 3 + ["ResultTask"] * 3
    assert [end["Task End Reason"]["Reason"] for end in ends] == ["Success"] * 5 + ["ExceptionFailure"]
    assert sum(end["Task Metrics"]["Input Metrics"]["Records Read"] for end in ends[:3]) == 10
    for end in ends:
        assert end["Task Info"]["Launch Time"] <= end["Task Info"]["Finish Time"]


@pytest.mark.parametrize(
    ("directory", "text"),
    [("/nowhere/at/all", "no such directory"), ("hdfs://there/logs", "a local directory is needed")],
)
def test_a_log_that_cannot_be_written_is_an_error_at_once(free: None, directory: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        SparkContext(conf=conf("inline", spark_eventLog_enabled="true", spark_eventLog_dir=directory))


def test_no_log_unless_asked_for(free: None, tmp_path: Path) -> None:
    with SparkContext(conf=conf("inline", spark_eventLog_dir=str(tmp_path))) as sc:
        sc.parallelize([1]).count()
    assert list(tmp_path.iterdir()) == []
