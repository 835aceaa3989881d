"""Judges second attempts of tasks: who may be copied, when and where, and who was first."""

from __future__ import annotations

from collections import defaultdict

from minispark.engine.scheduler.events import LaunchTask, StageEnded
from minispark.testing.simulation_ledger import Ledger
from minispark.testing.simulation_parts import Violation
from minispark.testing.simulation_plan import STAGE_IDS_PER_JOB, Plan
from minispark.testing.simulation_views import QueueView, expect
from minispark.testing.simulation_world import World

Task = tuple[int, int]


class Race:
    """The attempts of each task that somebody waits for: one or, where the policy speculates, two. Attempts of a stage
    that ended, and those of a task that is done, are out of the race."""

    world: World

    def __init__(self, plan: Plan, ledger: Ledger, queues: dict[int, QueueView]) -> None:
        self._queues = queues
        self._ledger = ledger
        self._alone = -1
        self._rule = plan.policy.speculation
        self._slots = plan.policy.slots
        self._sizes = {stage.key: len(stage.partitions) for stage in plan.stages}
        self._running: dict[Task, int] = {}
        self._beside: dict[Task, int] = {}
        self._tasks: dict[int, Task] = {}
        self._done: defaultdict[int, set[int]] = defaultdict(set)
        self._ended: set[int] = set()
        self._losers: set[int] = set()
        self._copies: set[int] = set()
        self._copied_at = float("-inf")

    def launched(self, effect: LaunchTask, task: Task, worker: QueueView) -> None:
        """Before the attempt is noted in its worker's queue."""
        attempt = effect.attempt
        if self._alone >= 0 or task in self._ledger.memory:
            self._judge_alone(effect, task)
        attempt_id = attempt.attempt_id
        running = self._running
        if attempt.speculative:
            self._judge_copy(effect, task, worker)
            if task in running:
                self._beside[task] = attempt_id
            else:
                running[task] = attempt_id
        elif task in running:
            raise Violation(f"a task is launched while it runs: {attempt}")
        else:
            running[task] = attempt_id
        self._tasks[attempt_id] = task

    def _judge_alone(self, effect: LaunchTask, task: Task) -> None:
        """After the kernel has taken a worker for its memory, its task runs alone."""
        if self._alone >= 0:
            beside = any(self._alone in queue.attempts for queue in self._queues.values())
            expect(not beside, "a task is launched beside one that must run alone:", effect)
        if task in self._ledger.memory and self._sizes[task[0]] > self._slots:
            running = any(queue.attempts for queue in self._queues.values())
            expect(not running, "a task that must run alone is launched beside others:", effect)
            self._alone = effect.attempt.attempt_id
            self.world.branches.add("ran alone")

    def _judge_copy(self, effect: LaunchTask, task: Task, worker: QueueView) -> None:
        rule = self._rule
        now = self.world.now
        expect(rule is not None, "a task is copied without being asked to:", effect)
        assert rule is not None
        expect(task not in self._beside, "a copy is not the second attempt of its task:", effect)
        expect(not worker.attempts, "a copy is launched on a worker that is not free:", effect)
        expect(self._sizes[task[0]] > self._slots, "a task of a barrier stage is copied:", effect)
        original = self._running.get(task)
        expect(original is not None or task[0] in self._ended, "a task is copied that does not run:", effect)
        for queue in self._queues.values():
            if original in queue.attempts:
                expect(now >= queue.since + rule.run_seconds_min, "a task is copied that is not late:", effect)
        done = len(self._done[task[0]])
        expect(done >= int(rule.quantile * self._sizes[task[0]]), "a task is copied too early in its stage:", effect)
        waited = now == self._copied_at or now >= self._copied_at + rule.interval_seconds
        expect(waited, "tasks are copied more often than asked for:", effect)
        self._copied_at = now
        self._copies.add(effect.attempt.attempt_id)
        self.world.branches.add("copied")

    def ended(self, attempt_id: int) -> None:
        """A worker tells of the attempt's end, or is lost with it."""
        task = self._tasks.pop(attempt_id)
        running = self._running
        if running.get(task) == attempt_id:
            if task in self._beside:
                running[task] = self._beside.pop(task)
            else:
                del running[task]
        elif self._beside and self._beside.get(task) == attempt_id:
            del self._beside[task]

    def won(self, task: Task, attempt_id: int) -> None:
        """The attempt's outcome counts; another that still runs has lost."""
        if self._rule is not None:
            self._done[task[0]].add(task[1])
        if self._ledger.memory:
            self._ledger.memory.discard(task)
        loser = self._running.pop(task, None)
        if loser is not None:
            self._losers.update((loser, self._beside.pop(task, loser)))
            self.world.branches.add("copy first" if attempt_id in self._copies else "copy beaten")

    def undone(self, task: Task) -> None:
        """The output is forgotten."""
        self._done[task[0]].discard(task[1])

    def lost(self, attempt_id: int) -> bool:
        """Whether another attempt of its task was first."""
        return attempt_id in self._losers

    def stage_ended(self, effect: StageEnded) -> None:
        """What still runs of the stage is not waited for any more, unless another job takes the stage over."""
        place = effect.stage_id % STAGE_IDS_PER_JOB
        key = -1 - effect.job_id if place == STAGE_IDS_PER_JOB - 1 else place
        self._ended.add(key)
        self._ledger.memory = {task for task in self._ledger.memory if task[0] != key}
        for task in [task for task in self._running if task[0] == key]:
            del self._running[task]
            self._beside.pop(task, None)
