"""From a context's settings to the scheduler's policy."""

from __future__ import annotations

from minispark.engine.core.config import EngineConfig
from minispark.engine.scheduler.policy import SchedulerPolicy, Speculation


def policy_of(config: EngineConfig) -> SchedulerPolicy:
    """The numbers the scheduler goes by."""
    return SchedulerPolicy(
        slots=config.master.parallelism,
        max_task_failures=config.environment_failures_max,
        max_user_failures=config.master.user_failures_max,
        task_timeout_seconds=config.task_timeout_seconds or None,
        fair=config.fair,
        launch_seed=config.strict_seed,
        speculation=_speculation(config),
    )


def _speculation(config: EngineConfig) -> Speculation | None:
    if not config.speculation:
        return None
    return Speculation(
        config.speculation_interval_seconds,
        config.speculation_multiplier,
        config.speculation_quantile,
        config.speculation_run_seconds_min,
    )
