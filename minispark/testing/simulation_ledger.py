"""Who was charged with what in a simulated schedule, which failures that explains, and which it demands.

Counted from what the scheduler was told and from its own notices, not from how it counts. Where stages are shared, a
count of the scheduler's may start anew when the jobs that used the stage are gone: limits on map tasks are therefore
only held to within a factor.
"""

from __future__ import annotations

from collections import Counter

from minispark.engine.core.outcomes import EnvironmentFailed, SourceLost, UserError, WorkerDied
from minispark.engine.scheduler.events import JobFailed, TaskEndedNotice
from minispark.testing.simulation_plan import Plan, StagePlan

Task = tuple[int, int]


class Ledger:
    """Accounts of tasks. ``memory`` are those that the kernel killed, which must run alone, ``must_end`` the jobs that
    cannot live beyond the present event; ``streaks`` are losses of outputs, by shuffle and map task, since a reader of
    the shuffle last succeeded."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._stages: dict[int, StagePlan] = {stage.key: stage for stage in plan.stages}
        self._factor = len(plan.jobs) + 1
        self._user: Counter[Task] = Counter()
        self._mistakes: Counter[Task] = Counter()
        self._environment: Counter[Task] = Counter()
        self.memory: set[Task] = set()
        self._ever_memory: set[Task] = set()
        self._starved: Counter[Task] = Counter()
        self._losses: Counter[Task] = Counter()
        self.streaks: dict[int, Counter[int]] = {}
        self.restores: Counter[int] = Counter()
        self.failed_starts = 0
        self.must_end: set[int] = set()

    def failed(self, notice: TaskEndedNotice, task: Task) -> str | None:
        """Book the end of an attempt that did not succeed; returns what is wrong with it, if anything is."""
        outcome = notice.outcome
        kind = type(outcome)
        if kind is SourceLost:
            self._starved[task] += 1
        elif not notice.counted:
            return None
        elif isinstance(outcome, UserError):
            self._user[task] += 1
            if outcome.retriable:
                return self._enough(task, self._user[task], self._plan.policy.max_user_failures, notice)
            self._mistakes[task] += 1
            return self._enough(task, self._mistakes[task], 1, notice)
        elif kind is EnvironmentFailed or kind is WorkerDied:
            self._environment[task] += 1
            if isinstance(outcome, WorkerDied) and outcome.out_of_memory:
                self.memory.add(task)
                self._ever_memory.add(task)
            return self._enough(task, self._environment[task], self._plan.policy.max_task_failures, notice)
        return None

    def _enough(self, task: Task, count: int, limit: int, notice: TaskEndedNotice) -> str | None:
        if task[0] < 0 and count >= limit:
            self.must_end.add(notice.attempt.job_id)
        elif count > limit * self._factor:
            return f"task {task} may fail {limit} times, but has failed {count} times"
        return None

    def succeeded(self, task: Task) -> None:
        """What the task read was readable."""
        for parent in self._stages[task[0]].parents:
            self.streaks.pop(parent, None)

    def lost(self, task: Task) -> str | None:
        """Book a lost output; returns what is wrong, if anything is."""
        policy = self._plan.policy
        self._losses[task] += 1
        streak = self.streaks.setdefault(task[0], Counter())
        streak[task[1]] += 1
        if streak[task[1]] > policy.stage_attempts_max * self._factor:
            return f"output {task} was lost {streak[task[1]]} times in a row, and nobody gives up"
        if self._losses[task] - 1 > policy.stage_attempts_limit * self._factor:
            return f"output {task} was lost {self._losses[task]} times, and nobody gives up"
        return None

    def explains(self, failure: JobFailed, shuffles: set[int]) -> bool:
        """Whether what happened to the job's own tasks is reason enough."""
        policy = self._plan.policy
        own = shuffles | {-1 - failure.job_id}

        def worst(counts: Counter[Task]) -> int:
            return max((count for task, count in counts.items() if task[0] in own), default=0)

        if failure.kind == "user":
            mistake = any(task[0] in own for task in self._mistakes)
            return mistake or worst(self._user) >= policy.max_user_failures
        if failure.kind == "OutOfMemoryTaskError":
            return (
                any(task[0] in own for task in self._ever_memory)
                and worst(self._environment) >= policy.max_task_failures
            )
        if failure.kind in ("PoisonTaskError", "DiskFullError", "MemoryError"):
            return worst(self._environment) >= policy.max_task_failures
        if failure.kind == "WorkerStartError":
            return self.failed_starts >= policy.failed_starts_max
        assert failure.kind == "StageAbortedError", failure.kind
        streak = max((n for key, counts in self.streaks.items() if key in own for n in counts.values()), default=0)
        repeated = sum(n - 1 for task, n in self._losses.items() if task[0] in own)
        starved = worst(self._starved) > policy.free_retries_max and max(self.restores.values(), default=0) > 1
        return streak >= policy.stage_attempts_max or repeated >= policy.stage_attempts_limit or starved
