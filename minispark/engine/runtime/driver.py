"""The driver loop: tells the scheduler what happened and carries out what it asks for.

One thread owns a driver (a thread of its own with worker processes; whoever waits, with the inline executor). Others
only put requests into its queue. All effects of the engine on the world pass through here.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from minispark.engine.core.outcomes import EnvironmentFailed, Success, TaskReport
from minispark.engine.executors.base import Event as ExecutorEvent
from minispark.engine.executors.base import Executor, Message, Started
from minispark.engine.observe import events as observed
from minispark.engine.runtime.barriers import Answer, BarrierDesk
from minispark.engine.runtime.deaths import death_of, with_operators
from minispark.engine.runtime.jobs import Announcement, JobHandle, StagePlan
from minispark.engine.runtime.loads import LoadTable
from minispark.engine.runtime.notices import announce, job_start, task_end, task_start
from minispark.engine.runtime.outputs import OutputTables
from minispark.engine.runtime.printing import show, tagged
from minispark.engine.runtime.recycling import Recycling
from minispark.engine.runtime.workerstate import WorkerState, import_path
from minispark.engine.scheduler.events import (
    AdoptedOutput,
    Attempt,
    Event,
    JobCancelled,
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    KillWorker,
    LaunchTask,
    OutputDiscarded,
    OutputForgotten,
    OutputRegistered,
    RestoreSource,
    ResultReady,
    ShuffleForgotten,
    StageEnded,
    StageSkipped,
    StageStarted,
    StartWorker,
    Stopped,
    TaskEnded,
    TaskEndedNotice,
    TimePassed,
    WorkerLost,
    WorkerNotStarted,
    WorkerStarted,
)
from minispark.engine.worker.commands import message_of
from minispark.engine.worker.endings import news_in

if TYPE_CHECKING:
    from minispark.engine.observe.bus import ListenerBus
    from minispark.engine.runtime.store import Store
    from minispark.engine.scheduler.machine import Scheduler

Request = Event | JobHandle | Announcement | threading.Event
"""A ``threading.Event`` is set once all that was requested before is done."""


class Driver:
    """Owns the scheduler and the executor. ``count_updates`` merges a committed task's accumulator updates."""

    def __init__(
        self,
        scheduler: Scheduler,
        executor: Executor,
        store: Store,
        bus: ListenerBus,
        count_updates: Callable[[TaskReport], None],
        barrier_seconds: float,
        recycling: Recycling,
    ) -> None:
        self._barriers = BarrierDesk(barrier_seconds)
        self._recycling = recycling
        self.outputs = OutputTables(store)
        self.loads = LoadTable(self.outputs)
        self._scheduler = scheduler
        self._executor = executor
        self._store = store
        self._bus = bus
        self._count_updates = count_updates
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._jobs: dict[int, JobHandle] = {}
        self._stages: dict[int, StagePlan] = {}
        self._workers: dict[int, WorkerState] = {}
        self._stale: deque[int] = deque()
        self.stopped = False
        self._perform: dict[type, Callable[[Any], None]] = {
            StartWorker: self._start_worker,
            KillWorker: self._kill_worker,
            LaunchTask: self._launch,
            OutputRegistered: self._output_registered,
            OutputForgotten: self._output_forgotten,
            OutputDiscarded: self._output_discarded,
            ShuffleForgotten: self._shuffle_forgotten,
            ResultReady: self._result_ready,
            JobSucceeded: lambda effect: self._job_ended(effect.job_id, None),
            JobFailed: lambda effect: self._job_ended(effect.job_id, effect),
            RestoreSource: lambda effect: store.restore(effect.data_id),
            StageStarted: self._stage_started,
            StageEnded: self._stage_ended,
            StageSkipped: self._stage_skipped,
            TaskEndedNotice: lambda effect: bus.post(task_end(effect)),
        }

    # --- from any thread -------------------------------------------------------------------------------------------

    def request(self, request: Request) -> None:
        """Queue a job or an event for the scheduler."""
        self._requests.put(request)
        self._executor.wake()

    # --- the owner's thread ----------------------------------------------------------------------------------------

    def start(self, workers: int) -> None:
        for _ in range(workers):
            self._start_worker(None)

    def run(self) -> None:
        """Turn until stopped."""
        while not self.stopped:
            self.turn()

    def crash(self, error: BaseException) -> None:
        """The loop itself failed, which is a bug: fail every job with it rather than hang, and end."""
        import traceback

        self.stopped = True
        message = "the driver loop failed: " + "".join(traceback.format_exception(error))
        while not self._requests.empty():
            request = self._requests.get_nowait()
            if isinstance(request, JobHandle):
                self._jobs[request.request.job_id] = request
        for job_id, handle in self._jobs.items():
            handle.finish(JobFailed(job_id, "InternalError", message))
        self._executor.close()

    def turn(self) -> None:
        """Wait for something to happen and deal with all of it."""
        wait = min(self._scheduler.alarm, self._barriers.deadline) - time.monotonic()
        for event in self._executor.poll(max(wait, 0.0) if wait < 3600 else None):
            self._executor_event(event)
        while True:
            try:
                self._take(self._requests.get_nowait())
            except Empty:
                break
        if self._scheduler.alarm <= time.monotonic():
            self._tell(TimePassed())
        if self._barriers.deadline <= time.monotonic():
            self._answer(self._barriers.overdue(time.monotonic()))
        self._flush()

    def _take(self, request: Request) -> None:
        if isinstance(request, JobHandle):
            self._submit(request)
        elif isinstance(request, Announcement):
            announce(request, self._workers.values(), self._bus)
        elif isinstance(request, threading.Event):
            request.set()
        else:
            self._tell(request)
            if isinstance(request, Stopped):
                self.stopped = True

    def _submit(self, handle: JobHandle) -> None:
        request = handle.request
        self._jobs[request.job_id] = handle
        adopted: list[AdoptedOutput] = []
        for stage in request.stages:
            self._stages.setdefault(stage.spec.stage_id, stage)
            adopted += self.outputs.declare(stage)
        self._bus.post(job_start(request))
        for note in request.notes:
            self._bus.post(note)
        for output in adopted:
            if not output.whole:
                self._count_updates(output.report)
        specs = tuple(stage.spec for stage in request.stages)
        self._tell(JobSubmitted(request.job_id, specs, request.pool, tuple(adopted)))

    def _tell(self, event: Event) -> None:
        for effect in self._scheduler.handle(event, time.monotonic()):
            self._perform[type(effect)](effect)

    # --- what workers say ------------------------------------------------------------------------------------------

    def _executor_event(self, event: ExecutorEvent) -> None:
        worker = self._workers.get(event.worker_id)
        if worker is None:
            return
        if isinstance(event, Message):
            news = news_in(event.data)
            if news[0] == "output":
                self._show(worker.attempts.get(news[1]), news[2])
                return
            if news[0] == "barrier":
                self._arrived(event.worker_id, worker.attempts.get(news[1]), *news[2:])
                return
            if news[0] == "recycle":
                worker.recycled = self._recycling.announce(event.worker_id, news[1])
                self._executor.kill(event.worker_id, graceful=True)
                return
            attempt_id, seconds, outcome = news
            ended = worker.attempts.pop(attempt_id, None)
            stage = None if ended is None else self._stages.get(ended.stage_id)  # None: its job is over already
            if ended is not None and stage is not None and isinstance(outcome, Success) and stage.spec.barrier:
                self._answer(self._barriers.leave(ended))
            worker.sent_in.pop(attempt_id, None)
            if isinstance(outcome, EnvironmentFailed) and outcome.failure.type_name.endswith("DiskQuotaError"):
                gc.collect()  # the files of shuffles that are garbage are removed before it is tried again
            self._tell(TaskEnded(event.worker_id, attempt_id, outcome, seconds))
        elif isinstance(event, Started):
            worker.pid = event.pid
            self._bus.post(observed.WorkerStart(event.worker_id, event.pid))
            self._tell(WorkerStarted(event.worker_id))
        else:
            del self._workers[event.worker_id]
            why = event.details[0] if event.details else "it ended without a word"
            if not event.started:
                self._tell(WorkerNotStarted(", ".join((why, *event.last_words[-1:]))))
                return
            died = death_of(event)
            self._bus.post(observed.WorkerEnd(event.worker_id, worker.recycled or why))
            self._tell(
                WorkerLost(
                    event.worker_id, died, self.outputs.adoptable(worker.attempts.values()), worker.began(event.taken)
                )
            )
            for attempt_id in worker.attempts:
                self._store.sweep_attempt(attempt_id)

    def _arrived(self, worker_id: int, attempt: Attempt | None, kind: str, message: str) -> None:
        """A task of a barrier stage waits for the others."""
        if attempt is not None and attempt.stage_id in self._stages:
            tasks = len(self._stages[attempt.stage_id].spec.partitions)
            self._answer(self._barriers.arrive(worker_id, attempt, tasks, kind, message, time.monotonic()))

    def _answer(self, answers: list[Answer]) -> None:
        for answer in answers:
            worker = self._workers.get(answer.worker_id)
            if worker is not None:
                worker.outbox.append(("answer", answer.attempt_id, answer.error, answer.messages))

    def _show(self, attempt: Attempt | None, text: str) -> None:
        """Words of a task go to whoever waits for its job, so that they appear where the action was called."""
        if attempt is not None:
            text = tagged(attempt, text)
            handle = self._jobs.get(attempt.job_id)
            if handle is not None:
                handle.hear(text)
                return
        show(text)

    # --- what workers are told -------------------------------------------------------------------------------------

    def _start_worker(self, effect: StartWorker | None) -> None:
        self._workers[self._executor.start_worker()] = WorkerState()

    def _launch(self, effect: LaunchTask) -> None:
        worker, attempt = self._workers.get(effect.worker_id), effect.attempt
        if worker is None:
            return  # its end is on its way to the scheduler, which re-queues the attempt
        stage = self._stages[attempt.stage_id]
        if attempt.stage_id not in worker.stages:
            self._send_path(worker)
            worker.stages.add(attempt.stage_id)
            together = len(stage.spec.partitions) if stage.spec.barrier else 0
            entry = stage.entry.name if stage.entry is not None else ""
            worker.outbox.append(
                ("stage", attempt.stage_id, stage.program, stage.owner, together, entry, dict(stage.blocks))
            )
        for shuffle_id in stage.spec.parents:
            version = self.outputs.version(shuffle_id)
            if worker.versions.get(shuffle_id) != version:
                worker.versions[shuffle_id] = version
                worker.outbox.append(self.outputs.command(shuffle_id))
        self._send_properties(worker, attempt.job_id)
        worker.attempts[attempt.attempt_id] = attempt
        if self._bus.heard:
            self._bus.post(task_start(effect.worker_id, attempt))
        worker.sent_in[attempt.attempt_id] = worker.sent + 1
        worker.outbox.append(("task", attempt.attempt_id, attempt.stage_id, attempt.partition, attempt.number))

    def _kill_worker(self, effect: KillWorker) -> None:
        """Asked first: its stack is left for the error, and commands that its task has started can clean up. Forced
        after a while, for code that does not want to end."""
        self._executor.kill(effect.worker_id, graceful=True)

    def _send_properties(self, worker: WorkerState, job_id: int) -> None:
        """The local properties of the job whose tasks follow, if they are not those of the tasks before."""
        job = self._jobs.get(job_id)
        properties = {} if job is None else dict(job.request.properties)
        if worker.properties != properties:
            worker.properties = properties
            worker.outbox.append(("properties", properties))

    def _send_path(self, worker: WorkerState) -> None:
        """Where to import from and the working directory, if they changed since the worker was told."""
        path = import_path()
        if worker.path_version != path:
            worker.path_version = path
            worker.outbox.append(("path", *path))

    def _flush(self) -> None:
        stale = tuple(self._stale)
        self._stale.clear()
        for worker_id, worker in self._workers.items():
            for stage_id in stale:
                if stage_id in worker.stages:
                    worker.stages.discard(stage_id)
                    worker.outbox.append(("forget", stage_id))
            if worker.outbox:
                self._executor.send(worker_id, message_of(worker.outbox))
                worker.outbox = []
                worker.sent += 1

    # --- outputs and results ---------------------------------------------------------------------------------------

    def _output_registered(self, effect: OutputRegistered) -> None:
        self.outputs.register(effect.shuffle_id, effect.map_id, effect.attempt_id, effect.report)
        self.loads.register(effect.shuffle_id, effect.map_id, effect.report)
        self._count_updates(effect.report)

    def _output_forgotten(self, effect: OutputForgotten) -> None:
        self.outputs.unregister(effect.shuffle_id, effect.map_id, effect.attempt_id)

    def _output_discarded(self, effect: OutputDiscarded) -> None:
        attempt = effect.attempt
        if attempt.shuffle_id is not None:
            self.outputs.remove(attempt.shuffle_id, attempt.partition, attempt.attempt_id)

    def _shuffle_forgotten(self, effect: ShuffleForgotten) -> None:
        self.outputs.forget(effect.shuffle_id)
        self.loads.forget(effect.shuffle_id)
        stale = [i for i, stage in self._stages.items() if stage.spec.shuffle_id == effect.shuffle_id]
        for stage_id in stale:
            del self._stages[stage_id]
        self._stale.extend(stale)
        for worker in self._workers.values():
            if worker.versions.pop(effect.shuffle_id, None) is not None:
                worker.outbox.append(("outputs", effect.shuffle_id, None))

    def _result_ready(self, effect: ResultReady) -> None:
        handle = self._jobs.get(effect.job_id)
        assert isinstance(effect.outcome, Success)
        if handle is None:
            return
        self._count_updates(effect.outcome.report)
        too_large = handle.deliver(effect.attempt.partition, effect.outcome.result or b"")
        if too_large is not None:
            handle.refused = too_large
            self.request(JobCancelled(effect.job_id, too_large))

    def _job_ended(self, job_id: int, failure: JobFailed | None) -> None:
        handle = self._jobs.pop(job_id)
        if failure is not None and failure.stage_id is not None and failure.stage_id in self._stages:
            failure = with_operators(failure, self._stages[failure.stage_id].operators)
        result_stage = handle.request.stages[-1].spec.stage_id
        del self._stages[result_stage]
        self._stale.append(result_stage)
        if handle.refused is not None:  # its last results may have come before the refusal was carried out
            failure = JobFailed(job_id, "ResultTooLargeError", handle.refused)
        message = "" if failure is None else failure.message
        self._bus.post(observed.JobEnd(job_id, failure is not None, message))
        handle.finish(failure)

    # --- listeners -------------------------------------------------------------------------------------------------

    def _stage_started(self, effect: StageStarted) -> None:
        name = self._stages[effect.stage_id].name
        self._bus.post(observed.StageStart(effect.job_id, effect.stage_id, effect.stage_attempt, effect.tasks, name))

    def _stage_ended(self, effect: StageEnded) -> None:
        self._barriers.forget(effect.stage_id)
        self._bus.post(observed.StageEnd(effect.job_id, effect.stage_id, effect.stage_attempt, effect.failed))
        if not effect.failed:
            self._tell_loads(effect.job_id, effect.stage_id)

    def _stage_skipped(self, effect: StageSkipped) -> None:
        self._bus.post(observed.StageSkip(effect.job_id, effect.stage_id))
        self._tell_loads(effect.job_id, effect.stage_id)

    def _tell_loads(self, job_id: int, stage_id: int) -> None:
        """What the reducers of a shuffle that is whole will have to take."""
        stage = self._stages.get(stage_id)
        for event in () if stage is None else self.loads.events_of(job_id, stage.spec, stage.name):
            self._bus.post(event)
