"""What the user gets of a failed job: its exception, and the bundle of its task where one was asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from minispark.engine.core.config import EngineConfig
from minispark.engine.runtime.jobs import JobHandle
from minispark.engine.runtime.outputs import OutputTables
from minispark.engine.runtime.raising import to_exception
from minispark.engine.runtime.store import Store
from minispark.engine.scheduler.events import JobFailed

if TYPE_CHECKING:
    from minispark.engine.runtime.replays import Replays


class FailedJobs:
    """Asked by the threads that wait for jobs."""

    def __init__(self, config: EngineConfig, store: Store, outputs: OutputTables) -> None:
        self._config = config
        self._store = store
        self._outputs = outputs
        self._replays: Replays | None = None

    def exception(self, handle: JobHandle, failure: JobFailed) -> BaseException:
        """The job's exception, with a note that names the bundle."""
        error = to_exception(failure, self._config.master.inline)
        directory = self._config.replay_dir
        if directory is not None:
            if self._replays is None:
                from minispark.engine.runtime.replays import (
                    Replays,  # the kernels, which the driver needs for this alone
                )

                settings = self._store.worker_settings()
                self._replays = Replays(directory, settings, self._outputs, self._config.app_name)
            note = self._replays.leave(handle, failure)
            if note is not None:
                with suppress(Exception):  # a user's class may forbid it
                    error.add_note(note)
        return error
