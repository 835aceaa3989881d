"""What the outcome of an attempt means for its task, its stage and its jobs."""

from __future__ import annotations

from minispark.engine.core.errors import InternalError
from minispark.engine.core.outcomes import (
    EnvironmentFailed,
    Failure,
    FetchFailed,
    Outcome,
    SourceLost,
    Success,
    UserError,
    WorkerDied,
)
from minispark.engine.scheduler.books import Books, Launch, Stage, TaskTrouble
from minispark.engine.scheduler.demand import Demand
from minispark.engine.scheduler.dispatch import Dispatcher
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSucceeded,
    OutputDiscarded,
    OutputRegistered,
    RestoreSource,
    ResultReady,
    TaskEndedNotice,
)
from minispark.engine.scheduler.recovery import Recovery
from minispark.engine.scheduler.states import DONE, FINISHED, SUCCEEDED

_MEAN_WEIGHT = 0.25


class Settlement:
    """Settles attempts that have just left the books: counts, charges, re-queues, registers, delivers."""

    def __init__(self, books: Books, dispatcher: Dispatcher, demand: Demand, recovery: Recovery) -> None:
        self._books = books
        self._dispatcher = dispatcher
        self._demand = demand
        self._recovery = recovery

    def settle(self, launch: Launch, outcome: Outcome, seconds: float) -> None:
        """Apply an outcome. Attempts nobody wants, or that read a stale generation, count for nothing."""
        stage = launch.stage
        if stage is None:
            self._discard(launch, outcome)
        elif type(outcome) is Success:
            self._succeeded(launch, stage, outcome, seconds)
        elif type(outcome) is FetchFailed:
            self._demand.give_back(launch, stage)
            self._notice(launch, outcome, counted=False)
            self._fetch_failed(launch, stage, outcome)
        elif type(outcome) is SourceLost:
            self._demand.give_back(launch, stage)
            self._notice(launch, outcome, counted=False)
            self._source_lost(launch, stage, outcome)
        elif type(outcome) is UserError:
            stale = launch.attempt.attempt_id < stage.valid_from
            self._demand.give_back(launch, stage)
            self._notice(launch, outcome, counted=not stale)
            if not stale:
                self._charge_user(launch, stage, outcome)
        elif type(outcome) is EnvironmentFailed or type(outcome) is WorkerDied:
            self._demand.give_back(launch, stage)
            self._notice(launch, outcome, counted=True)
            self._charge_environment(launch, stage, outcome)
        else:
            raise InternalError(f"unknown outcome {outcome!r}")

    def release(self, launch: Launch, outcome: Outcome) -> None:
        """The attempt went down with its worker through no fault of its own: re-queued, not charged."""
        if launch.stage is not None:
            self._demand.give_back(launch, launch.stage)
        self._notice(launch, outcome, counted=False)

    def never_began(self, launch: Launch, outcome: Outcome) -> None:
        """Its worker was gone before the attempt reached it: not charged, but not for ever."""
        stage = launch.stage
        self.release(launch, outcome)
        if stage is not None:
            why = outcome.why if isinstance(outcome, WorkerDied) else type(outcome).__name__
            self._count_free_retry(launch, stage, f"lost its worker before it began: {why}")

    def _notice(self, launch: Launch, outcome: Outcome, counted: bool) -> None:
        self._books.effects.append(TaskEndedNotice(launch.attempt, launch.worker.worker_id, outcome, counted))

    def _discard(self, launch: Launch, outcome: Outcome) -> None:
        if type(outcome) is Success:
            self._books.effects.append(OutputDiscarded(launch.attempt))
        self._notice(launch, outcome, counted=False)

    # --- success ---------------------------------------------------------------------------------------------------

    def _succeeded(self, launch: Launch, stage: Stage, outcome: Success, seconds: float) -> None:
        books = self._books
        attempt = launch.attempt
        if attempt.attempt_id < stage.valid_from or stage.states[launch.index] == DONE:
            if stage.states[launch.index] != DONE:
                self._demand.give_back(launch, stage)
            self._discard(launch, outcome)
            return
        if not stage.barrier:
            self._measure(stage, seconds or outcome.report.seconds)
        stage.move_task(launch.index, DONE)
        twin = launch.twin
        if twin is not None:
            launch.part()
            self._dispatcher.abandon(twin, stage)
        if stage.trouble:
            if not stage.barrier:
                stage.trouble.pop(launch.index, None)
            elif not stage.remaining:  # before that, another's failure may make it run again
                stage.trouble.clear()
        if stage.parents:
            self._recovery.progressed(stage)
        if stage.shuffle_id is None:
            self._deliver(launch, stage, outcome)
            if not stage.remaining and stage.job_id not in books.doomed:
                self._job_succeeded(stage)
            return
        shuffle_id = stage.shuffle_id
        report = outcome.report
        differs = books.shuffles[shuffle_id].register(
            launch.index, attempt.attempt_id, report.digest, books.next_attempt_id
        )
        books.effects.append(OutputRegistered(shuffle_id, launch.index, attempt.attempt_id, report))
        books.effects.append(TaskEndedNotice(attempt, launch.worker.worker_id, outcome, True))
        if differs:
            self._recovery.roll_back(shuffle_id)
        if not stage.remaining:
            self._demand.finish(stage)

    def _deliver(self, launch: Launch, stage: Stage, outcome: Success) -> None:
        """Give the result to the job, unless an earlier run of a barrier stage has given it."""
        attempt = launch.attempt
        again = launch.index in stage.delivered
        effects = self._books.effects
        effects.append(OutputDiscarded(attempt) if again else ResultReady(stage.job_id, attempt, outcome))
        if stage.barrier:
            stage.delivered.add(launch.index)
        effects.append(TaskEndedNotice(attempt, launch.worker.worker_id, outcome, not again))

    def _measure(self, stage: Stage, seconds: float) -> None:
        """Follow the stage's task time, recent tasks counting more: a cold first task must not set the pace."""
        if seconds <= 0.0:
            return
        mean = stage.mean_seconds
        stage.mean_seconds = mean = seconds if mean < 0.0 else mean + _MEAN_WEIGHT * (seconds - mean)
        policy = self._books.policy
        stage.depth = policy.queue_depth(mean)
        if policy.speculation is not None:
            stage.durations.append(seconds)

    def _job_succeeded(self, result: Stage) -> None:
        books = self._books
        job = books.jobs[result.job_id]
        result.waiting.clear()
        result.move(FINISHED)
        self._dispatcher.unlist(result)
        books.announce_end(result, failed=False)
        self._demand.close_job(job, SUCCEEDED)
        books.effects.append(JobSucceeded(job.job_id))

    # --- nobody's fault --------------------------------------------------------------------------------------------

    def _fetch_failed(self, launch: Launch, stage: Stage, outcome: FetchFailed) -> None:
        """The named output is lost, or was already replaced since the attempt was launched; anything else is odd."""
        books = self._books
        lost = ((outcome.map_id, outcome.map_attempt_id),)
        if self._recovery.lose(outcome.shuffle_id, lost, outcome.why):
            return
        outputs = books.shuffles.get(outcome.shuffle_id)
        if outputs is None or launch.attempt.attempt_id >= outputs.changed_at:
            self._count_free_retry(launch, stage, f"could not read an output that was never its input: {outcome.why}")

    def _source_lost(self, launch: Launch, stage: Stage, outcome: SourceLost) -> None:
        """Have the data written again, once for all attempts launched before that."""
        books = self._books
        if launch.attempt.attempt_id >= books.restored.get(outcome.data_id, 0):
            books.restored[outcome.data_id] = books.next_attempt_id
            books.effects.append(RestoreSource(outcome.data_id))
        self._count_free_retry(launch, stage, f"lost its source data {outcome.data_id}: {outcome.why}")

    def _count_free_retry(self, launch: Launch, stage: Stage, why: str) -> None:
        trouble = stage.trouble.setdefault(launch.index, TaskTrouble())
        trouble.free += 1
        if trouble.free > self._books.policy.free_retries_max:
            partition = launch.attempt.partition
            message = f"task {partition} of stage {launch.attempt.stage_id} {why} ({trouble.free} times)"
            self._recovery.abort(stage, "StageAbortedError", message, partition)

    # --- charged ---------------------------------------------------------------------------------------------------

    def _charge_user(self, launch: Launch, stage: Stage, outcome: UserError) -> None:
        trouble = stage.trouble.setdefault(launch.index, TaskTrouble())
        trouble.user += 1
        if outcome.retriable and trouble.user < self._books.policy.max_user_failures:
            return
        failure = outcome.failure
        message = f"{_where(launch)} failed {_times(trouble.user)}: {failure.summary}"
        self._fail_dependents(launch, stage, "user", message, failure)

    def _charge_environment(self, launch: Launch, stage: Stage, outcome: EnvironmentFailed | WorkerDied) -> None:
        trouble = stage.trouble.setdefault(launch.index, TaskTrouble())
        trouble.environment += 1
        trouble.deaths.append(_describe(launch, outcome))
        if isinstance(outcome, WorkerDied):
            trouble.peak_memory_bytes = max(trouble.peak_memory_bytes, outcome.peak_memory_bytes)
            trouble.memory_kills += outcome.out_of_memory
            if outcome.out_of_memory and stage.pending and stage.pending[0] == launch.index:
                stage.pending.rotate(
                    -1
                )  # it runs alone from now on: after the stage's other tasks, which need not wait
        if trouble.environment < self._books.policy.max_task_failures:
            return
        told = _tell(trouble)
        times = _times(trouble.environment)
        if isinstance(outcome, EnvironmentFailed):
            kind = outcome.failure.type_name.rpartition(".")[2]
            message = f"{_where(launch)} failed {times} because of its environment: {told}"
            self._fail_dependents(launch, stage, kind, message, outcome.failure)
        elif outcome.out_of_memory:
            message = (
                f"{_where(launch)} lost its worker {times} (spark.task.maxFailures), the last to the kernel for lack "
                f"of memory, {_company(stage)}: {told}"
            )
            failure = Failure("OutOfMemoryTaskError", message, outcome.trace)
            self._fail_dependents(launch, stage, "OutOfMemoryTaskError", message, failure)
        else:
            message = f"{_where(launch)} lost its worker {times} (spark.task.maxFailures): {told}"
            failure = Failure("PoisonTaskError", message, outcome.trace)
            self._fail_dependents(launch, stage, "PoisonTaskError", message, failure)

    def _fail_dependents(self, launch: Launch, stage: Stage, kind: str, message: str, failure: Failure | None) -> None:
        attempt = launch.attempt
        for job in self._demand.dependents(stage):
            self._books.doom(
                job.job_id,
                JobFailed(job.job_id, kind, message, failure, attempt.stage_id, attempt.partition, attempt.number),
            )


def _where(launch: Launch) -> str:
    return f"partition {launch.attempt.partition} of stage {launch.attempt.stage_id}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _company(stage: Stage) -> str:
    return "beside the others of its barrier stage" if stage.barrier else "though it ran alone after the first such end"


def _tell(trouble: TaskTrouble) -> str:
    """How each attempt ended, equal ends told once."""
    ends: dict[str, list[str]] = {}
    for number, death in enumerate(trouble.deaths, 1):
        ends.setdefault(death, []).append(str(number))
    if len(ends) == 1:
        told = next(iter(ends)) + (" each time" if len(trouble.deaths) > 1 else "")
    else:
        told = "; ".join(f"{death} (time {', '.join(numbers)})" for death, numbers in ends.items())
    if trouble.peak_memory_bytes:
        told += f"; peak memory {trouble.peak_memory_bytes / 2**20:.0f} MB"
    return told


def _describe(launch: Launch, outcome: EnvironmentFailed | WorkerDied) -> str:
    if isinstance(outcome, EnvironmentFailed):
        return outcome.failure.summary
    return ", ".join([launch.worker.condemned or outcome.why, *outcome.details])
