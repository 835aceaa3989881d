"""What a task may ask about itself."""

from __future__ import annotations

from decimal import Decimal

from minispark.engine.core.values import value
from minispark.engine.kernels.current import TaskState, current_task
from minispark.errors import PySparkRuntimeError
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
        if task is None:
            return None
        return BarrierTaskContext(task) if task.together else TaskContext(task)

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


@value
class BarrierTaskInfo:
    """A task of a barrier stage. ``address`` is its host and a port, which is 0: minispark's workers listen on none."""

    address: str


class BarrierTaskContext(TaskContext):
    """A task of a barrier stage (``pyspark.BarrierTaskContext``). All tasks must make the same calls in the same order.

    >>> def largest(records):
    ...     numbers = BarrierTaskContext.get().allGather(str(max(records)))
    ...     return [max(map(int, numbers))]
    >>> sc.parallelize([3, 8, 5], 1).barrier().mapPartitions(largest).collect()
    [8]
    """

    @classmethod
    def get(cls) -> BarrierTaskContext:
        """The running task's context. Raises PySparkRuntimeError outside a barrier stage."""
        task = current_task()
        if task is None or not task.together:
            raise PySparkRuntimeError(
                "BarrierTaskContext exists in barrier stages only: run the function by rdd.barrier().mapPartitions",
                errorClass="NOT_IN_BARRIER_STAGE",
            )
        return BarrierTaskContext(task)

    def barrier(self) -> None:
        """Wait until every task of the stage has called this.

        Raises RuntimeError if a task has ended or calls ``allGather`` instead, or after ``spark.barrier.sync.timeout``.
        """
        self._meet("barrier", "")

    def allGather(self, message: str = "") -> list[str]:
        """Wait as ``barrier`` does; returns the messages of all tasks in order of partitions."""
        if not isinstance(message, str):
            raise TypeError(f"allGather needs a str, not {message!r:.200}")
        return self._meet("allGather", message)

    def getTaskInfos(self) -> list[BarrierTaskInfo]:
        """One entry a task of the stage, in order of partitions. All are on this machine."""
        return [BarrierTaskInfo("127.0.0.1:0")] * self._task.together

    def _meet(self, kind: str, message: str) -> list[str]:
        assert self._task.meet is not None
        return self._task.meet(kind, message)
