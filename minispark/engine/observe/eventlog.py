"""The event log: one JSON object a line, with the names and fields of Spark's own log where the meaning is the same.

``spark.eventLog.enabled`` turns it on; ``spark.eventLog.dir`` must exist. The file is named after the application's id
and ends in ``.inprogress`` until the context has stopped. Times are milliseconds since 1970.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.observe.events import (
    Adapted,
    JobEnd,
    JobStart,
    ObservedEvent,
    ShuffleMeasured,
    StageEnd,
    StageInfo,
    StageStart,
    TaskEnd,
    TaskStart,
    WorkerEnd,
    WorkerStart,
)
from minispark.version import __version__

_REASONS = {
    "Success": "Success",
    "UserError": "ExceptionFailure",
    "EnvironmentFailed": "ExceptionFailure",
    "FetchFailed": "FetchFailed",
    "SourceLost": "UnknownReason",
    "WorkerDied": "ExecutorLostFailure",
}


def log_directory(text: str) -> str:
    """The local directory that ``spark.eventLog.dir`` names. Raises ConfigurationError if it is none."""
    parts = urlsplit(text)
    if parts.scheme not in ("", "file") or parts.netloc:
        raise ConfigurationError(f"spark.eventLog.dir={text!r}: a local directory is needed, as a path or a file: URI")
    path = unquote(parts.path) if parts.scheme else text
    if not os.path.isdir(path):
        raise ConfigurationError(f"spark.eventLog.dir={text!r}: there is no such directory; create it first")
    if not os.access(path, os.W_OK | os.X_OK):
        raise ConfigurationError(f"spark.eventLog.dir={text!r}: it cannot be written to")
    return path


def open_log(directory: str | None, app_id: str | None, app_name: str) -> EventLog | None:
    """The log in this directory; None where none is wanted. Raises ConfigurationError, OSError."""
    if directory is None:
        return None
    user = os.environ.get("LOGNAME") or os.environ.get("USER") or str(os.getuid())
    name = app_id or f"local-{time.time_ns() // 1_000_000}"
    return EventLog(log_directory(directory), name, app_name, f"minispark {__version__}", user)


class EventLog:
    """A listener that writes. ``clock`` gives seconds since 1970. Raises OSError if the file cannot be made."""

    def __init__(
        self,
        directory: str,
        app_id: str,
        app_name: str,
        version: str,
        user: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = os.path.join(directory, app_id)
        self._clock = clock
        self._lock = threading.Lock()
        self._stages: dict[int, StageInfo] = {}
        self._submitted: dict[int, int] = {}
        self._launched: dict[int, int] = {}
        self._file = open(self.path + ".inprogress", "w", encoding="utf-8")
        self._write("LogStart", {"Spark Version": version})
        self._write(
            "ApplicationStart", {"App Name": app_name, "App ID": app_id, "Timestamp": self._now(), "User": user}
        )

    def on_event(self, event: ObservedEvent) -> None:
        method = _METHODS.get(type(event))
        if method is not None:
            with self._lock:
                if not self._file.closed:
                    method(self, event)

    def close(self) -> None:
        """Write the end and give the file its name. Idempotent."""
        with self._lock:
            if self._file.closed:
                return
            self._write("ApplicationEnd", {"Timestamp": self._now()})
            self._file.close()
            os.replace(self.path + ".inprogress", self.path)

    # --- one method an event ---------------------------------------------------------------------------------------

    def _job_start(self, event: JobStart) -> None:
        for info in event.stages:
            self._stages[info.stage_id] = info
        self._write(
            "JobStart",
            {
                "Job ID": event.job_id,
                "Submission Time": self._now(),
                "Stage Infos": [_stage(info) for info in event.stages],
                "Stage IDs": [info.stage_id for info in event.stages],
                "Properties": {"spark.job.description": event.description, **dict(event.properties)},
            },
        )

    def _job_end(self, event: JobEnd) -> None:
        result: dict[str, Any] = {"Result": "JobSucceeded"}
        if event.failed:
            result = {"Result": "JobFailed", "Exception": {"Message": event.message, "Stack Trace": []}}
        self._write("JobEnd", {"Job ID": event.job_id, "Completion Time": self._now(), "Job Result": result})
        self._file.flush()

    def _stage_start(self, event: StageStart) -> None:
        self._submitted[event.stage_id] = self._now()
        self._write("StageSubmitted", {"Stage Info": self._run(event.stage_id, event.attempt), "Properties": {}})

    def _stage_end(self, event: StageEnd) -> None:
        info = {**self._run(event.stage_id, event.attempt), "Completion Time": self._now()}
        if event.failed:
            info["Failure Reason"] = "it must run again, or its job failed"
        self._submitted.pop(event.stage_id, None)
        self._write("StageCompleted", {"Stage Info": info})

    def _task_start(self, event: TaskStart) -> None:
        now = self._now()
        self._launched[event.attempt_id] = now
        task = _task(event, now)
        self._write(
            "TaskStart", {"Stage ID": event.stage_id, "Stage Attempt ID": event.stage_attempt, "Task Info": task}
        )

    def _task_end(self, event: TaskEnd) -> None:
        now = self._now()
        launched = self._launched.pop(event.attempt_id, now)
        task = _task(event, launched)
        reason = _REASONS.get(event.outcome_name, "UnknownReason") if event.counted else "TaskKilled"
        info = self._stages.get(event.stage_id)
        line: dict[str, Any] = {
            "Stage ID": event.stage_id,
            "Stage Attempt ID": event.stage_attempt,
            "Task Type": "ResultTask" if info is None or info.shuffle_id is None else "ShuffleMapTask",
            "Task End Reason": {"Reason": reason},
            "Task Info": {
                **task,
                "Finish Time": now,
                "Failed": reason != "Success",
                "Killed": reason == "TaskKilled",
            },
        }
        if event.report is not None:
            line["Task Metrics"] = {
                "Executor Run Time": round(event.seconds * 1000),
                "Peak Execution Memory": event.report.peak_memory_bytes,
                "Disk Bytes Spilled": event.report.spill_bytes,
                "Input Metrics": {"Records Read": event.report.records_read},
                "Shuffle Read Metrics": {"Local Bytes Read": event.report.shuffle_bytes_read},
                "Shuffle Write Metrics": {
                    "Shuffle Bytes Written": event.report.shuffle_bytes_written,
                    "Shuffle Records Written": event.report.records_written,
                },
            }
        self._write("TaskEnd", line)

    def _shuffle_measured(self, event: ShuffleMeasured) -> None:
        loads = event.loads
        keys = [
            {
                "Key": key.name,
                "Records": key.records,
                "Bytes": key.bytes,
                "Records Met": key.met,
                "Reducer": key.reducer,
            }
            for key in loads.keys
        ]
        line = {
            "Stage ID": event.stage_id,
            "Operator": event.operator,
            "Shuffle ID": loads.shuffle_id,
            "Records": loads.records,
            "Bytes": loads.bytes,
            "Records Met": loads.met,
            "Reducer Records": loads.reducer_records,
            "Reducer Bytes": loads.reducer_bytes,
            "Heavy Keys": keys,
        }
        self._write("ShuffleMeasured", line)

    def _adapted(self, event: Adapted) -> None:
        line = {
            "Stage Name": event.stage,
            "Shuffle IDs": event.shuffle_ids,
            "Partition": event.partition,
            "Decision": event.what,
            "Reason": event.why,
        }
        self._write("Adapted", line)

    def _worker_start(self, event: WorkerStart) -> None:
        executor = {"Host": "localhost", "Total Cores": 1}
        self._write(
            "ExecutorAdded",
            {"Timestamp": self._now(), "Executor ID": str(event.worker_id), "Executor Info": executor},
        )

    def _worker_end(self, event: WorkerEnd) -> None:
        removed = {"Timestamp": self._now(), "Executor ID": str(event.worker_id), "Removed Reason": event.reason}
        self._write("ExecutorRemoved", removed)

    # --- lines -----------------------------------------------------------------------------------------------------

    def _run(self, stage_id: int, attempt: int) -> dict[str, Any]:
        info = self._stages.get(stage_id) or StageInfo(stage_id, "", 0)
        return {**_stage(info), "Stage Attempt ID": attempt, "Submission Time": self._submitted.get(stage_id)}

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        self._file.write(json.dumps({"Event": f"SparkListener{name}", **fields}) + "\n")

    def _now(self) -> int:
        return int(self._clock() * 1000)


def _stage(info: StageInfo) -> dict[str, Any]:
    return {
        "Stage ID": info.stage_id,
        "Stage Attempt ID": 0,
        "Stage Name": info.name,
        "Number of Tasks": info.tasks,
        "Details": info.name,
    }


def _task(event: TaskStart | TaskEnd, launched: int) -> dict[str, Any]:
    return {
        "Task ID": event.attempt_id,
        "Index": event.partition,
        "Attempt": event.attempt,
        "Partition ID": event.partition,
        "Launch Time": launched,
        "Executor ID": str(event.worker_id),
        "Host": "localhost",
        "Speculative": event.speculative,
    }


_METHODS: dict[type, Callable[[EventLog, Any], None]] = {
    JobStart: EventLog._job_start,
    JobEnd: EventLog._job_end,
    StageStart: EventLog._stage_start,
    StageEnd: EventLog._stage_end,
    TaskStart: EventLog._task_start,
    TaskEnd: EventLog._task_end,
    ShuffleMeasured: EventLog._shuffle_measured,
    Adapted: EventLog._adapted,
    WorkerStart: EventLog._worker_start,
    WorkerEnd: EventLog._worker_end,
}
