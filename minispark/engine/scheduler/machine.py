"""The scheduler: one method takes an event and returns what must be done about it."""

from __future__ import annotations

from minispark.engine.core.errors import IllegalEventError
from minispark.engine.core.outcomes import EnvironmentFailed, Outcome, Success, WorkerDied
from minispark.engine.scheduler.adoption import adopt, require_legal_adoption
from minispark.engine.scheduler.books import Books, Job, Launch, Worker
from minispark.engine.scheduler.demand import Demand
from minispark.engine.scheduler.dispatch import Dispatcher
from minispark.engine.scheduler.events import (
    Effect,
    Event,
    JobCancelled,
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    KillWorker,
    OutputsLost,
    ShuffleForgotten,
    ShuffleReleased,
    StageSpec,
    Stopped,
    TaskEnded,
    TimePassed,
    WorkerLost,
    WorkerNotStarted,
    WorkerStarted,
)
from minispark.engine.scheduler.invariants import Checker
from minispark.engine.scheduler.outputs import MapOutputs
from minispark.engine.scheduler.policy import SchedulerPolicy
from minispark.engine.scheduler.recovery import Recovery
from minispark.engine.scheduler.settlement import Settlement
from minispark.engine.scheduler.speculation import Speculator
from minispark.engine.scheduler.states import FAILED, FINISHED, RUNNING, SUCCEEDED


class Scheduler:
    """Pure: the same events at the same times give the same effects, on any machine.

    The driver starts ``policy.slots`` workers on its own when the context starts, and reports each as WorkerStarted;
    lost ones are asked for with StartWorker. ``alarm`` is the earliest time at which a TimePassed would have an effect;
    infinite if none would.
    """

    def __init__(self, policy: SchedulerPolicy) -> None:
        self._books = books = Books(policy)
        self.alarm = books.alarm
        self._speculation = policy.speculation
        self.checker = Checker(books)
        self._dispatcher = Dispatcher(books)
        self._speculator = Speculator(books, self._dispatcher)
        self._demand = Demand(books, self._dispatcher)
        self._recovery = Recovery(books, self._demand)
        self._settlement = Settlement(books, self._dispatcher, self._demand, self._recovery)

    @property
    def idle(self) -> bool:
        """Nothing runs and nothing is queued at a worker."""
        return not self._books.jobs and not self._books.attempts

    def check(self, thorough: bool = True) -> None:
        """Raise InternalError if an invariant is broken. For tests: looks at everything that may have changed or,
        where it need not be thorough, at what the last event can have changed."""
        self.checker.check(thorough)

    def handle(self, event: Event, now: float) -> tuple[Effect, ...]:
        """Take one event; returns what to do, in this order. Raises IllegalEventError, with nothing changed, for an
        event that cannot be true; late and repeated news of attempts and workers is no such event, but inert."""
        books = self._books
        books.now = now
        books.effects = []
        touched = None
        if type(event) is TaskEnded:
            touched = self._task_ended(event)
        else:
            self._take(event)
        if books.doomed:
            self._fail_doomed()
        if books.job_ended:
            self._after_jobs()
        if books.torn:
            self._demand.mend()
        if books.failed_starts and books.failed_starts >= books.policy.failed_starts_max:
            self._give_up_large_stages()
        if now >= books.alarm:
            self._dispatcher.check_deadlines()
        if books.runnable:
            self._dispatcher.fill(touched)
        if self._speculation is not None and not books.runnable:
            self._speculator.look(self._speculation)
        books.stirred = False
        self.alarm = books.alarm
        return tuple(books.effects)

    def _take(self, event: Event) -> None:
        match event:
            case JobSubmitted():
                self._job_submitted(event)
            case JobCancelled():
                self._job_cancelled(event)
            case WorkerStarted():
                self._worker_started(event)
            case WorkerNotStarted():
                self._worker_not_started(event)
            case WorkerLost():
                self._worker_lost(event)
            case OutputsLost():
                self._outputs_lost(event)
            case ShuffleReleased():
                self._shuffle_released(event)
            case Stopped():
                self._stopped(event)
            case TimePassed():
                pass  # ``handle`` looks at the clock after every event
            case _:
                raise IllegalEventError(f"unknown event {event!r}")

    # --- jobs ------------------------------------------------------------------------------------------------------

    def _job_submitted(self, event: JobSubmitted) -> None:
        books = self._books
        self._require_legal_job(event)
        if books.stopped:
            books.effects.append(JobFailed(event.job_id, "ContextStoppedError", "the context has been stopped"))
            return
        fresh = {spec.shuffle_id for spec in event.stages[:-1] if self._know_shuffle(spec)}
        adopt(books, event.adopted, fresh)
        order = books.next_order
        books.next_order += 1
        spec = event.stages[-1]
        result = books.new_stage(spec, event.job_id, (order, len(event.stages)))
        job = books.jobs[event.job_id] = Job(event.job_id, order, event.stages, result, event.pool)
        books.idle_losses = books.failed_starts = 0
        self._dispatcher.restock()
        self._demand.open_job(job)
        if not result.remaining:
            result.move(RUNNING)
            result.move(FINISHED)
            self._demand.close_job(job, SUCCEEDED)
            books.effects.append(JobSucceeded(job.job_id))

    def _require_legal_job(self, event: JobSubmitted) -> None:
        books = self._books
        if event.job_id in books.jobs:
            raise IllegalEventError(f"job {event.job_id} is already running")
        if not event.stages or event.stages[-1].shuffle_id is not None:
            raise IllegalEventError(f"the last stage of job {event.job_id} must be a result stage")
        seen: set[int] = set()
        for spec in event.stages:
            if not seen.issuperset(spec.parents):
                raise IllegalEventError(f"stage {spec.stage_id} reads shuffles no earlier stage writes: {spec.parents}")
            size = len(spec.partitions)
            if spec.barrier and size > books.policy.slots:
                raise IllegalEventError(f"barrier stage {spec.stage_id} needs {size} of {books.policy.slots} workers")
            if spec.shuffle_id is None:
                if spec is not event.stages[-1]:
                    raise IllegalEventError(f"job {event.job_id} has more than one result stage")
                if len(set(spec.partitions)) != size:
                    raise IllegalEventError(f"stage {spec.stage_id} lists a partition twice")
                continue
            if spec.shuffle_id in seen:
                raise IllegalEventError(f"shuffle {spec.shuffle_id} is written by two stages of job {event.job_id}")
            seen.add(spec.shuffle_id)
            known = books.shuffles.get(spec.shuffle_id)
            if known is None and spec.partitions != tuple(range(size)):
                raise IllegalEventError(f"map stage {spec.stage_id} must list range(n), not {spec.partitions[:5]}...")
            if known is not None and len(known.attempt_ids) != size:
                raise IllegalEventError(
                    f"shuffle {spec.shuffle_id} has {len(known.attempt_ids)} map tasks, stage {spec.stage_id} {size}"
                )
        if event.adopted:
            require_legal_adoption(event)

    def _know_shuffle(self, spec: StageSpec) -> bool:
        """Note what there is to know of a shuffle; True if it is new."""
        books = self._books
        assert spec.shuffle_id is not None
        outputs = books.shuffles.get(spec.shuffle_id)
        fresh = outputs is None
        if outputs is None:
            outputs = books.shuffles[spec.shuffle_id] = MapOutputs(spec.shuffle_id, len(spec.partitions))
        books.releasing.pop(spec.shuffle_id, None)
        for parent in spec.parents:
            outputs.parents[parent] = None
            books.shuffles[parent].children[spec.shuffle_id] = None
        return fresh

    def _job_cancelled(self, event: JobCancelled) -> None:
        if event.job_id in self._books.jobs:
            failure = JobFailed(event.job_id, "JobCancelledError", f"job {event.job_id} was cancelled: {event.reason}")
            self._books.doom(event.job_id, failure)

    def _fail_doomed(self) -> None:
        """Close the last job first: a shared stage then passes at most once to a job that lives on."""
        books = self._books
        failures = sorted(books.doomed.values(), key=lambda failure: books.jobs[failure.job_id].order)
        for failure in reversed(failures):
            self._demand.close_job(books.jobs[failure.job_id], FAILED)
        books.effects.extend(failures)
        books.doomed.clear()

    def _after_jobs(self) -> None:
        """Do what had to wait for a job to end."""
        books = self._books
        books.job_ended = False
        for shuffle_id in list(books.releasing):
            self._release(shuffle_id)
        if not books.jobs:
            books.restored.clear()

    # --- workers ---------------------------------------------------------------------------------------------------

    def _worker_started(self, event: WorkerStarted) -> None:
        books = self._books
        if event.worker_id in books.workers:
            raise IllegalEventError(f"worker {event.worker_id} has already started")
        if books.stopped:
            books.effects.append(KillWorker(event.worker_id, "the context has stopped"))
            return
        books.starting = max(0, books.starting - 1)
        books.failed_starts = 0
        books.workers[event.worker_id] = Worker(event.worker_id)
        books.stirred = True
        self._dispatcher.restock()

    def _worker_not_started(self, event: WorkerNotStarted) -> None:
        books = self._books
        if books.stopped:
            return
        books.starting = max(0, books.starting - 1)
        books.failed_starts += 1
        self._dispatcher.restock()
        self._fail_without_workers(event.why)

    def _fail_without_workers(self, why: str) -> None:
        """With no worker left, and none to be had, jobs would wait for ever; with too few, those of barrier stages."""
        books = self._books
        supply = len(books.workers) + books.starting
        message = f"{books.failed_starts} worker processes in a row did not start; the last: {why}"
        if not supply:
            for job in books.jobs.values():
                books.doom(job.job_id, JobFailed(job.job_id, "WorkerStartError", message))
        elif not books.may_start_workers():
            for stage in books.runnable:
                if stage.barrier and len(stage.partitions) > supply:
                    self._recovery.abort(stage, "WorkerStartError", message)

    def _give_up_large_stages(self) -> None:
        """No worker is to be had any more: barrier stages that have come up since, too large for what is left, would
        wait for ever."""
        self._fail_without_workers("too few are left")
        if self._books.doomed:
            self._fail_doomed()
            self._after_jobs()
            if self._books.torn:
                self._demand.mend()

    def _worker_lost(self, event: WorkerLost) -> None:
        outcome = event.outcome
        if not isinstance(outcome, WorkerDied | EnvironmentFailed):
            raise IllegalEventError(f"worker {event.worker_id} cannot be lost by {type(outcome).__name__}")
        for _, adopted in event.adopted:
            if type(adopted) is not Success:
                raise IllegalEventError(f"only a Success can be adopted, not {type(adopted).__name__}")
        books = self._books
        worker = books.workers.pop(event.worker_id, None)
        if worker is None:
            return
        queue = list(worker.queue)
        for launch in queue:
            del books.attempts[launch.attempt.attempt_id]
        self._let_go(worker, queue, dict(event.adopted), outcome, event.begun)
        if not (queue and event.begun) and not worker.proven and worker.condemned is None:
            books.idle_losses += 1
        self._dispatcher.restock()
        self._fail_without_workers("no worker is left")

    def _let_go(
        self, worker: Worker, queue: list[Launch], adopted: dict[int, Outcome], outcome: Outcome, begun: bool
    ) -> None:
        """Take what can be adopted; charge the attempt that ran, unless the death was our wish; re-queue the rest."""
        by_request = isinstance(outcome, WorkerDied) and outcome.by_request
        rest = []
        for launch in queue:
            if launch.attempt.attempt_id in adopted:
                self._settle_detached(launch, adopted[launch.attempt.attempt_id])
            else:
                rest.append(launch)
        for launch in reversed(rest):
            if launch is queue[0] and (not by_request or worker.overdue == launch.attempt.attempt_id):
                self._settle_detached(launch, outcome, begun)
            else:
                self._settlement.release(launch, outcome)

    def _settle_detached(self, launch: Launch, outcome: Outcome, begun: bool = True) -> None:
        """Settle an attempt taken from a lost worker, whose stage may have been dropped on behalf of another one."""
        if launch.stage is not None and not launch.stage.unfinished:
            self._demand.give_back(launch, launch.stage)
            launch.stage = None
        if begun:
            self._settlement.settle(launch, outcome, 0.0)
        else:
            self._settlement.never_began(launch, outcome)

    def _task_ended(self, event: TaskEnded) -> Worker | None:
        books = self._books
        launch = books.attempts.get(event.attempt_id)
        if launch is None:
            return None
        worker = launch.worker
        outcome = event.outcome
        if worker.worker_id != event.worker_id:
            raise IllegalEventError(
                f"attempt {event.attempt_id} runs on worker {worker.worker_id}, not on {event.worker_id}"
            )
        if type(outcome) is WorkerDied:
            raise IllegalEventError("a worker's death is told by WorkerLost, not by TaskEnded")
        del books.attempts[event.attempt_id]
        worker.proven = True
        if books.idle_losses:
            books.idle_losses = 0
            self._dispatcher.restock()
        self._dispatcher.remove(launch)
        self._settlement.settle(launch, outcome, event.seconds)
        if type(outcome) is EnvironmentFailed and outcome.recycle_worker:
            self._dispatcher.condemn(worker, f"not to be trusted after {outcome.failure.type_name}")
        return worker

    # --- the rest --------------------------------------------------------------------------------------------------

    def _outputs_lost(self, event: OutputsLost) -> None:
        self._recovery.lose(event.shuffle_id, event.outputs, event.why)

    def _shuffle_released(self, event: ShuffleReleased) -> None:
        """Wait with it while a live job lists the shuffle."""
        if event.shuffle_id in self._books.shuffles:
            self._books.releasing[event.shuffle_id] = None
            self._release(event.shuffle_id)

    def _release(self, shuffle_id: int) -> None:
        books = self._books
        if any(shuffle_id in job.specs for job in books.jobs.values()):
            return
        del books.releasing[shuffle_id]
        outputs = books.shuffles.pop(shuffle_id)
        for parent in outputs.parents:
            if parent in books.shuffles:
                books.shuffles[parent].children.pop(shuffle_id, None)
        for child in outputs.children:
            if child in books.shuffles:
                books.shuffles[child].parents.pop(shuffle_id, None)
        books.effects.append(ShuffleForgotten(shuffle_id))

    def _stopped(self, event: Stopped) -> None:
        """Fail every job, kill every worker, forget everything. A job submitted later fails at once; a worker that
        starts later is killed; all else is inert."""
        books = self._books
        if books.stopped:
            return
        for job in list(books.jobs.values()):
            message = event.message or f"the context was stopped before job {job.job_id} ended"
            books.effects.append(JobFailed(job.job_id, event.kind, message))
        for worker in books.workers.values():
            if worker.condemned is None:
                books.effects.append(KillWorker(worker.worker_id, "the context has stopped"))
        books.clear()
        books.stopped = True
        books.starting = 0
