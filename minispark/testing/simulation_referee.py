"""Judges what the scheduler does, event by event, from its own account of what must be true.

It knows the plan, the world's files, and what the scheduler was told; of the scheduler itself it asks nothing but
``check()`` and ``idle``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from minispark.engine.core.outcomes import EnvironmentFailed, FetchFailed, Success, WorkerDied
from minispark.engine.scheduler.events import (
    Attempt,
    Effect,
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
    OutputsLost,
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
    WorkerLost,
    WorkerNotStarted,
    WorkerStarted,
)
from minispark.testing.simulation_ledger import Ledger
from minispark.testing.simulation_outputs import NOTHING, OutputJudge
from minispark.testing.simulation_parts import Violation, task_of
from minispark.testing.simulation_plan import STAGE_IDS_PER_JOB, Plan
from minispark.testing.simulation_race import Race
from minispark.testing.simulation_views import JobView, QueueView, complain, expect, expected_values
from minispark.testing.simulation_world import Watch, World

_number_of = attrgetter("job_id", "stage_id", "partition", "number")


class Referee(Watch):
    """Raises Violation at the first broken promise. ``endings`` says how each job ended."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.jobs: dict[int, JobView] = {}
        self.endings: dict[int, str] = {}
        self.workers: dict[int, QueueView] = {}
        self.ledger = Ledger(plan)
        self.race = Race(plan, self.ledger, self.workers)
        self.outputs = OutputJudge(plan, self.ledger, self.race)
        self.attempts: list[Attempt] = []
        self._queue_depth_max = plan.policy.queue_depth_max
        self.last_attempt_id = -1
        self.starting = plan.policy.slots
        self.stopped = False
        self.cancelled: set[int] = set()
        self.owners: dict[int, int] = {}
        self.again: set[int] = set()
        self._values: dict[int, dict[int, int]] = {}
        self._inert = False
        self._effects: tuple[Effect, ...] = ()
        self._to_charge: int | None = None
        self._recycled: QueueView | None = None
        self._kills: list[KillWorker] = []
        self._judges: dict[type, Callable[[Any], None]] = {
            LaunchTask: self._launch,
            OutputRegistered: self._registered,
            OutputForgotten: self.outputs.forgotten,
            OutputDiscarded: self.outputs.discarded,
            ResultReady: self._result,
            JobSucceeded: self._succeeded,
            JobFailed: self._failed,
            KillWorker: self._kill,
            StartWorker: self._start,
            StageStarted: self._of_job,
            StageEnded: self._of_job,
            StageSkipped: self._of_job,
            RestoreSource: self._restore,
            ShuffleForgotten: self._shuffle_forgotten,
            TaskEndedNotice: self._notice,
        }

    def attach(self, world: World) -> None:
        self.world = world
        self._check = world.scheduler.checker.check
        self.outputs.world = self.race.world = world

    def leave(self) -> None:
        """All is judged: let go of the world, and of what else would wait for the collector."""
        self._judges.clear()
        del self.world, self.outputs.world, self.race.world

    def live_jobs(self) -> list[int]:
        return list(self.jobs)

    # --- before: what the scheduler may know from now on -----------------------------------------------------------

    def before(self, event: Event) -> None:
        self._inert = False
        self._to_charge = self._recycled = None
        self.outputs.forgettable = NOTHING
        if isinstance(event, TaskEnded):
            self._told_end(event)
        elif isinstance(event, WorkerLost):
            self._told_loss(event)
        elif isinstance(event, WorkerStarted):
            self.workers[event.worker_id] = QueueView()
            self.starting = max(0, self.starting - 1)
            self.ledger.failed_starts = 0
        elif isinstance(event, WorkerNotStarted):
            self.starting = max(0, self.starting - 1)
            self.ledger.failed_starts += 1
        elif isinstance(event, JobSubmitted):
            if not self.stopped:
                self.jobs[event.job_id] = JobView(event)
        elif isinstance(event, JobCancelled):
            self.cancelled.add(event.job_id)
            self._inert = event.job_id not in self.jobs
        elif isinstance(event, OutputsLost):
            self.outputs.forgettable = {(event.shuffle_id, map_id) for map_id, _ in event.outputs}
        elif isinstance(event, Stopped):
            self.stopped = True

    def _told_end(self, event: TaskEnded) -> None:
        worker = self.workers.get(event.worker_id)
        attempt_id = event.attempt_id
        if worker is None or attempt_id not in worker.attempts:
            self._inert = True
            self.world.branches.add("inert message")
            return
        if attempt_id == next(iter(worker.attempts)):
            worker.since = self.world.now
        del worker.attempts[attempt_id]
        self.race.ended(attempt_id)
        outcome = event.outcome
        if isinstance(outcome, Success):
            return
        if isinstance(outcome, FetchFailed):
            lost = (outcome.shuffle_id, outcome.map_id)
            if self.world.registered[lost[0]][lost[1]] == outcome.map_attempt_id:
                self.outputs.forgettable = {lost}
            else:
                self.world.branches.add("stale fetch failure")
        elif isinstance(outcome, EnvironmentFailed) and outcome.recycle_worker:
            worker.recycle = True
            self._recycled = worker

    def _told_loss(self, event: WorkerLost) -> None:
        worker = self.workers.pop(event.worker_id, None)
        if worker is None:
            self._inert = True
            return
        for attempt_id in worker.attempts:
            self.race.ended(attempt_id)
        adopted = {attempt_id for attempt_id, _ in event.adopted}
        if adopted:
            self.world.branches.add("adopted")
        if worker.attempts:
            head = next(iter(worker.attempts))
            by_request = type(event.outcome) is WorkerDied and event.outcome.by_request
            if head not in adopted and (worker.overdue == head or not by_request):
                self._to_charge = head

    # --- after -------------------------------------------------------------------------------------------------------

    def after(self, event: Event, effects: tuple[Effect, ...]) -> None:
        judges = self._judges
        if self._inert:
            for effect in effects:
                expect(type(effect) in (LaunchTask, KillWorker), "an inert event had an effect:", effect)
        self._effects = effects
        for effect in effects:
            judges[type(effect)](effect)
        if self._kills:
            for effect in self._kills:
                self._judge_kill(effect)
            self._kills.clear()
        self._check(isinstance(event, JobSubmitted))
        if self.ledger.must_end:
            late = self.ledger.must_end & self.jobs.keys()
            expect(not late, "jobs live on after a failure that ends them:", late)
            self.ledger.must_end.clear()
        if self._recycled is not None:
            expect(self._recycled.condemned, "a worker is trusted that is not to be:", event)
        if isinstance(event, TaskEnded):
            return
        if isinstance(event, Stopped):
            expect(not self.jobs, "jobs outlive the context:", self.jobs)
            left = [worker_id for worker_id, worker in self.workers.items() if not worker.condemned]
            expect(not left, "workers outlive the context:", left)
        elif type(event) is JobCancelled:
            expect(event.job_id not in self.jobs, "a job lives on after it was cancelled:", event)

    def _of_job(self, effect: StageStarted | StageEnded | StageSkipped) -> None:
        expect(effect.job_id in self.jobs, "something happens in a job that has ended:", effect)
        branches = self.world.branches
        if type(effect) is StageStarted:
            key = effect.stage_id % STAGE_IDS_PER_JOB
            if effect.stage_attempt > 0:
                branches.add("map stage run again")
                if self.again & self.outputs.descendants.get(key, set()):
                    branches.add("parent run again for a stage run again")
                self.again.add(key)
            if key < STAGE_IDS_PER_JOB - 1 and self.owners.get(key, effect.job_id) != effect.job_id:
                branches.add("shared stage taken over")
            self.owners[key] = effect.job_id
        elif type(effect) is StageEnded:
            self.race.stage_ended(effect)
            if not effect.failed:
                self.owners.pop(effect.stage_id % STAGE_IDS_PER_JOB, None)
            elif not any(type(effect) is JobFailed or type(effect) is JobSucceeded for effect in self._effects):
                branches.add("needless stage dropped")
        else:
            branches.add("stage skipped")

    def _launch(self, effect: LaunchTask) -> None:
        attempt = effect.attempt
        attempt_id = attempt.attempt_id
        world = self.world
        if attempt_id <= self.last_attempt_id:
            raise Violation(f"an attempt id is used twice: {attempt}")
        self.last_attempt_id = attempt_id
        if attempt.job_id not in self.jobs:
            raise Violation(f"a task is launched for a job that has ended: {attempt}")
        worker = self.workers.get(effect.worker_id)
        if worker is None or worker.condemned:
            raise Violation(f"a task is launched on a lost worker: {effect}")
        task = task_of(attempt)
        self.race.launched(effect, task, worker)
        queue = worker.attempts
        if not queue:
            worker.since = world.now
        queue[attempt_id] = effect
        if len(queue) > self._queue_depth_max:
            raise Violation(f"a queue overflows: {effect}")
        self.attempts.append(attempt)
        inputs = world.inputs(task[0])
        if inputs.missing:
            raise Violation(f"a task is launched that reads an unregistered output: {attempt}")
        if inputs.mask:
            self.outputs.expect_one_generation(inputs.mask, "a task is launched over mixed generations:", attempt)

    def _registered(self, effect: OutputRegistered) -> None:
        self.race.won((effect.shuffle_id, effect.map_id), effect.attempt_id)
        self.outputs.registered(effect)

    def _result(self, effect: ResultReady) -> None:
        attempt = effect.attempt
        job = self.jobs.get(effect.job_id)
        if job is None:
            raise Violation(f"a result is delivered to a job that has ended: {effect}")
        if attempt.partition not in job.wanted or attempt.partition in job.delivered:
            raise Violation(f"a result that nobody asked for, or that was there: {effect}")
        partition = attempt.partition
        self.race.won((-1 - effect.job_id, partition), attempt.attempt_id)
        assert type(effect.outcome) is Success
        job.delivered[partition] = content = self.world.files.contents[effect.outcome.result]
        job.mask |= content[1]

    def _succeeded(self, effect: JobSucceeded) -> None:
        job = self.jobs.pop(effect.job_id, None)
        expect(job is not None, "a job ends twice:", effect)
        assert job is not None
        self.endings[effect.job_id] = "success"
        expect(job.wanted == set(job.delivered), "a job succeeds without all its results:", effect)
        self.outputs.expect_one_generation(job.mask, "a job succeeds on mixed generations:", effect)
        key = -1 - effect.job_id
        values = self._values.setdefault(job.mask, {})
        expected = expected_values(self.world, key, job.delivered, job.mask, values)
        expect([value for value, _ in job.delivered.values()] == expected, "a wrong value is delivered:", effect)

    def _failed(self, effect: JobFailed) -> None:
        if self.stopped:
            expect(effect.kind == "ContextStoppedError", "a job of a stopped context fails otherwise:", effect)
            expect(effect.job_id not in self.endings, "a job ends twice:", effect)
            self.jobs.pop(effect.job_id, None)
            self.endings[effect.job_id] = effect.kind
            return
        job = self.jobs.pop(effect.job_id, None)
        expect(job is not None, "a job ends twice:", effect)
        assert job is not None
        self.endings[effect.job_id] = effect.kind
        expect(self._justified(effect, job), "a job fails for no reason:", effect)

    def _justified(self, effect: JobFailed, job: JobView) -> bool:
        if effect.kind == "JobCancelledError":
            return effect.job_id in self.cancelled
        if effect.kind == "IndeterminateError":
            return bool(job.delivered) and bool(self.outputs.changed & job.stages)
        together = self.outputs.together & {*job.stages, -1 - effect.job_id}  # for these too few are as bad as none
        if effect.kind == "WorkerStartError" and self.workers and not together:
            return False
        return self.ledger.explains(effect, job.stages)

    def _kill(self, effect: KillWorker) -> None:
        worker = self.workers.get(effect.worker_id)
        expect(worker is not None, "a lost worker is killed:", effect)
        assert worker is not None
        expect(not worker.condemned, "a worker is killed twice:", effect)
        worker.condemned = True
        self._kills.append(effect)

    def _judge_kill(self, effect: KillWorker) -> None:
        """Whether there was a reason, all other effects of the event considered."""
        if self.stopped:
            return
        worker = self.workers[effect.worker_id]
        timeout = self.plan.policy.task_timeout_seconds
        if worker.recycle:
            self.world.branches.add("worker recycled")
        elif timeout is not None and self.world.now >= worker.since + timeout:
            worker.overdue = next(iter(worker.attempts))
            self.world.branches.add("timed out")
        else:
            expect(bool(worker.attempts), "an idle worker is killed:", effect)
            head = next(iter(worker.attempts.values()))
            expect(not self._needs(head.attempt), "a needed task is killed:", effect)
            lost = self.race.lost(head.attempt.attempt_id)
            self.world.branches.add("loser killed" if lost else "orphan killed")

    def _needs(self, attempt: Attempt) -> bool:
        """Whether a job waits for this attempt, as far as can be told: it does for every result it does not have yet,
        but barrier stages begin again."""
        job = self.jobs.get(attempt.job_id)
        if job is None or attempt.shuffle_id is not None or -1 - attempt.job_id in self.outputs.together:
            return False
        return attempt.partition not in job.delivered

    def _start(self, effect: StartWorker) -> None:
        self.starting += 1
        expect(len(self.workers) + self.starting <= self.plan.policy.slots, "more workers than slots", effect)

    def _restore(self, effect: RestoreSource) -> None:
        self.ledger.restores[effect.data_id] += 1
        self.world.branches.add("source restored")

    def _shuffle_forgotten(self, effect: ShuffleForgotten) -> None:
        users = [job_id for job_id, job in self.jobs.items() if effect.shuffle_id in job.stages]
        expect(not users, f"a shuffle is forgotten that jobs {users} use:", effect)
        self.outputs.shuffle_forgotten(effect.shuffle_id)

    def _notice(self, effect: TaskEndedNotice) -> None:
        attempt = effect.attempt
        ledger = self.ledger
        if type(effect.outcome) is Success:
            if not effect.counted:
                needed = attempt.job_id in self.jobs and not self.race.lost(attempt.attempt_id)
                self.world.branches.add("stale success" if needed else "orphan ended by itself")
            elif ledger.streaks:
                ledger.succeeded(task_of(attempt))
            return
        complain(ledger.failed(effect, task_of(attempt)))
        if type(effect.outcome) is WorkerDied:
            if effect.counted:
                expect(attempt.attempt_id == self._to_charge, "a death is charged to the wrong task:", effect)
            elif attempt.attempt_id != self._to_charge:
                self.world.branches.add("re-queued free")
            else:
                expect(not self._needs(attempt), "a death is not charged:", effect)

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """All is over: everything has ended, nothing is left behind."""
        world = self.world
        self._check(True)
        if len(set(map(_number_of, self.attempts))) < len(self.attempts):
            twice = Counter(map(_number_of, self.attempts)).most_common(1)
            raise Violation(f"attempts of a task have one number: {twice}")
        expect(not self.jobs, f"jobs have not ended by {world.now:.3f}:", sorted(self.jobs))
        ended = {job.job_id for job in self.plan.jobs}
        expect(ended == set(self.endings), "jobs were never submitted or never ended:", ended ^ set(self.endings))
        if self.stopped:
            return
        expect(world.scheduler.idle, "the scheduler is not idle after the last job")
        registered = {attempt_id for attempts in world.registered.values() for attempt_id in attempts} - {-1}
        expect(world.files.present == registered, "files are left behind:", world.files.present ^ registered)
