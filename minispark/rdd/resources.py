"""What tasks and workers may be asked to have: the classes of ``pyspark.resource``."""

from __future__ import annotations

from itertools import count

from minispark.engine.core.units import parse_bytes
from minispark.engine.core.values import value

_ids = count(1)


@value
class ResourceInformation:
    """A resource and the addresses of its devices (``pyspark.resource.ResourceInformation``).

    >>> ResourceInformation("gpu", ["0", "1"]).addresses
    ['0', '1']
    """

    name: str
    addresses: list[str]


@value
class TaskResourceRequest:
    """So much of one resource for each task."""

    resourceName: str
    amount: float


@value
class ExecutorResourceRequest:
    """So much of one resource for each executor; memory in MiB."""

    resourceName: str
    amount: int
    discoveryScript: str = ""
    vendor: str = ""


class TaskResourceRequests:
    """What each task is to have.

    >>> TaskResourceRequests().cpus(1).requests
    {'cpus': TaskResourceRequest(resourceName='cpus', amount=1.0)}
    """

    def __init__(self) -> None:
        self._requests: dict[str, TaskResourceRequest] = {}

    def cpus(self, amount: float) -> TaskResourceRequests:
        """So many cores a task. Raises ValueError unless positive."""
        return self.resource("cpus", amount)

    def resource(self, resourceName: str, amount: float) -> TaskResourceRequests:
        """So much of another resource a task. Raises ValueError unless positive."""
        self._requests[resourceName] = TaskResourceRequest(resourceName, float(_positive(resourceName, amount)))
        return self

    @property
    def requests(self) -> dict[str, TaskResourceRequest]:
        """All of them by name."""
        return dict(self._requests)


class ExecutorResourceRequests:
    """What each executor is to have. Memory is given as Spark writes it ("2g"); without a unit it is MiB.

    >>> ExecutorResourceRequests().memory("2g").cores(4).requests["memory"].amount
    2048
    """

    def __init__(self) -> None:
        self._requests: dict[str, ExecutorResourceRequest] = {}

    def memory(self, amount: str) -> ExecutorResourceRequests:
        """Memory of the process."""
        return self._memory("memory", amount)

    def memoryOverhead(self, amount: str) -> ExecutorResourceRequests:
        """Memory beside that of the process's heap."""
        return self._memory("memoryOverhead", amount)

    def pysparkMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory of Python workers."""
        return self._memory("pyspark.memory", amount)

    def offheapMemory(self, amount: str) -> ExecutorResourceRequests:
        """Memory beside the heap."""
        return self._memory("offHeap", amount)

    def cores(self, amount: int) -> ExecutorResourceRequests:
        """Cores of the process."""
        return self.resource("cores", amount)

    def resource(
        self, resourceName: str, amount: int, discoveryScript: str = "", vendor: str = ""
    ) -> ExecutorResourceRequests:
        """Another resource. Raises ValueError unless ``amount`` is positive."""
        checked = int(_positive(resourceName, amount))
        self._requests[resourceName] = ExecutorResourceRequest(resourceName, checked, discoveryScript, vendor)
        return self

    @property
    def requests(self) -> dict[str, ExecutorResourceRequest]:
        """All of them by name."""
        return dict(self._requests)

    def _memory(self, name: str, amount: str) -> ExecutorResourceRequests:
        return self.resource(name, parse_bytes(amount, "m") >> 20)


class ResourceProfile:
    """What a stage asks for; made by :class:`ResourceProfileBuilder`."""

    def __init__(
        self,
        _exec_req: dict[str, ExecutorResourceRequest] | None = None,
        _task_req: dict[str, TaskResourceRequest] | None = None,
    ) -> None:
        self._id = next(_ids)
        self._executor = dict(_exec_req or {})
        self._task = dict(_task_req or {})

    @property
    def id(self) -> int:
        """A number that no other profile has."""
        return self._id

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """What each task is to have, by name."""
        return dict(self._task)

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """What each executor is to have, by name."""
        return dict(self._executor)


class ResourceProfileBuilder:
    """Puts requests together.

    >>> profile = ResourceProfileBuilder().require(TaskResourceRequests().cpus(1)).build
    >>> profile.taskResources["cpus"].amount, profile.executorResources
    (1.0, {})
    """

    def __init__(self) -> None:
        self._executor: dict[str, ExecutorResourceRequest] = {}
        self._task: dict[str, TaskResourceRequest] = {}

    def require(self, resourceRequest: ExecutorResourceRequests | TaskResourceRequests) -> ResourceProfileBuilder:
        """Add requests, in place of earlier ones of the same names. Raises TypeError for what is none."""
        if isinstance(resourceRequest, TaskResourceRequests):
            self._task.update(resourceRequest.requests)
        elif isinstance(resourceRequest, ExecutorResourceRequests):
            self._executor.update(resourceRequest.requests)
        else:
            raise TypeError(
                f"require needs ExecutorResourceRequests or TaskResourceRequests, not {resourceRequest!r:.200}"
            )
        return self

    def clearExecutorResourceRequests(self) -> None:
        """Forget those for executors."""
        self._executor.clear()

    def clearTaskResourceRequests(self) -> None:
        """Forget those for tasks."""
        self._task.clear()

    @property
    def taskResources(self) -> dict[str, TaskResourceRequest]:
        """Those for tasks so far."""
        return dict(self._task)

    @property
    def executorResources(self) -> dict[str, ExecutorResourceRequest]:
        """Those for executors so far."""
        return dict(self._executor)

    @property
    def build(self) -> ResourceProfile:
        """The profile."""
        return ResourceProfile(self._executor, self._task)


def _positive(name: str, amount: float) -> float:
    if not amount > 0:
        raise ValueError(f"the amount of {name} must be positive, not {amount!r}")
    return amount
