"""What a task may ask about itself."""

from __future__ import annotations

from decimal import Decimal

from minispark.engine.kernels.current import TaskState, current_task
from minispark.rdd.resources import ResourceInformation


class TaskContext:
    """The task that runs the user's function (``pyspark.TaskContext``). Get it with ``TaskContext.get()``.

    >>> sc.parallelize(range(2), 2).map(lambda x: TaskContext.get().partitionId()).collect()
    [0, 1]
    """

    def __init__(self, task: TaskState) -> None:
        self._task = task

    @classmethod
    def get(cls) -> TaskContext | None:
        """The running task's context; None in the driver.

        >>> TaskContext.get() is None
        True
        """
        task = current_task()
        return TaskContext(task) if task is not None else None

    def stageId(self) -> int:
        """The stage that the task belongs to; unique in its context."""
        return self._task.stage_id

    def partitionId(self) -> int:
        """The partition that the task computes."""
        return self._task.partition

    def attemptNumber(self) -> int:
        """How often the task was tried before: 0 the first time."""
        return self._task.number

    def taskAttemptId(self) -> int:
        """A number that no other attempt of any task in the context has."""
        return self._task.attempt_id

    def getLocalProperty(self, key: str) -> str | None:
        """A local property of the thread that started the job (``SparkContext.setLocalProperty``); None if not set."""
        return self._task.properties.get(key)

    def cpus(self) -> int:
        """Cores that the task has: 1, since each worker runs one task at a time."""
        return 1

    def cpuAmount(self) -> Decimal:
        """The same as a decimal number."""
        return Decimal(1)

    def resources(self) -> dict[str, ResourceInformation]:
        """Other resources (GPUs) given to the task: none, minispark assigns no devices."""
        return {}

    def __repr__(self) -> str:
        task = self._task
        return f"<{type(self).__name__} of stage {task.stage_id}, partition {task.partition}, attempt {task.number}>"
