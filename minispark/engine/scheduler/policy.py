"""The scheduler's numbers, in one value."""

from __future__ import annotations

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value


@value
class Speculation:
    """When a task's second attempt is launched though the first still runs: Spark's settings, times in seconds.

    At the earliest ``interval_seconds`` after the last look; when ``quantile`` of the stage's tasks are done; for a
    task that runs longer than ``multiplier`` times the median of those, and than ``run_seconds_min``.
    """

    interval_seconds: float = 0.1
    multiplier: float = 3.0
    quantile: float = 0.9
    run_seconds_min: float = 0.1


@value
class SchedulerPolicy:
    """Limits and sizes. Counts are attempts or tasks, times are seconds.

    ``max_task_failures`` bounds what the environment did to one task (``spark.task.maxFailures``),
    ``max_user_failures`` what the user's function did: 1 under ``local[N]``, F under ``local[N,F]``.
    """

    slots: int
    max_task_failures: int = 4
    max_user_failures: int = 1
    stage_attempts_max: int = 4
    """A map output lost this often, with no reader of it succeeding in between, aborts (Spark's attempts in a row)."""
    stage_attempts_limit: int = 20
    """So many losses, in one stage, of outputs that had been lost before abort. First losses are not counted: they are
    bounded by the number of outputs, and a whole lost directory must not look like a stage that never settles."""
    free_retries_max: int = 8
    """Re-queues of one task for reasons nobody is charged with (a lost source) before the stage is given up."""
    idle_losses_max: int = 10
    """So many workers in a row lost without ever having had a task: no more are started until there is work again."""
    failed_starts_max: int = 10
    """So many processes in a row that never came up: without any worker left, jobs fail (WorkerStartError)."""
    task_timeout_seconds: float | None = None
    orphan_grace_seconds: float = 0.1
    """How long attempts that nobody needs any more may stay on a worker if their stage's tasks are short; long ones are
    killed at once. A drained worker is cheaper than a new one."""
    prefetch_below_seconds: float = 0.05
    queue_seconds: float = 0.005
    queue_depth_max: int = 32
    speculation: Speculation | None = None
    launch_seed: int | None = None
    """A stage's tasks are launched in an order of this seed's; None: in the order of their partitions."""
    fair: bool = False
    """The pool with the fewest tasks at workers goes first (``spark.scheduler.mode=FAIR``), of several the one that
    waits longest, in a pool the earlier job; else the earliest job of all."""

    def __post_init__(self) -> None:
        for name in ("slots", "max_task_failures", "max_user_failures", "queue_depth_max"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} must be at least 1, not {getattr(self, name)}")

    def queue_depth(self, mean_seconds: float) -> int:
        """Tasks a worker may hold, the running one included: one ahead, more where a round trip outlasts a task."""
        if mean_seconds > self.prefetch_below_seconds:
            return 1
        if mean_seconds * self.queue_depth_max <= self.queue_seconds:
            return self.queue_depth_max
        depth = int(self.queue_seconds / mean_seconds) + 1
        return depth if depth > 1 else min(2, self.queue_depth_max)
