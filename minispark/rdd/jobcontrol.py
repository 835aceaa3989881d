"""Which jobs belong together, and how they are cancelled: groups, tags and local properties, all per thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import ActionSink
from minispark.errors import IllegalArgumentException
from minispark.rdd.core import checked_function

if TYPE_CHECKING:
    from minispark.engine.runtime.session import Session
    from minispark.rdd.rdd import RDD

T = TypeVar("T")
U = TypeVar("U")

GROUP = "spark.jobGroup.id"
DESCRIPTION = "spark.job.description"
INTERRUPT = "spark.job.interruptOnCancel"
TAGS = "spark.job.tags"


class LocalProperties(threading.local):
    """Settings of the jobs that a thread starts."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}


class JobControl:
    """The part of ``SparkContext`` that knows which jobs belong together."""

    _session: Session
    _local: LocalProperties

    def runJob(
        self,
        rdd: RDD[T],
        partitionFunc: Callable[[Iterable[T]], Iterable[U]],
        partitions: Sequence[int] | None = None,
        allowLocal: bool = False,
    ) -> list[U]:
        """The records of ``partitionFunc`` on the given partitions (all unless told), in the order given.

        ``allowLocal`` has had no effect in Spark since 1.5, and has none here. Raises IllegalArgumentException
        for a partition that the RDD does not have.

        >>> sc.runJob(sc.parallelize(range(6), 3), lambda part: [x * x for x in part], [0, 2])
        [0, 1, 16, 25]
        """
        checked_function(partitionFunc)
        if not hasattr(rdd, "getNumPartitions"):
            raise TypeError(f"runJob needs an RDD, not {rdd!r:.200}")
        count = rdd.getNumPartitions()
        wanted = list(range(count)) if partitions is None else list(partitions)
        for partition in wanted:
            if isinstance(partition, bool) or not isinstance(partition, int):
                raise TypeError(f"runJob needs partition numbers, not {partition!r:.200}")
            if not 0 <= partition < count:
                raise IllegalArgumentException(f"runJob was asked for partition {partition} of an RDD with {count}")
        node = rdd.mapPartitions(partitionFunc)._node
        distinct = list(dict.fromkeys(wanted))
        parts = dict(zip(distinct, rdd.ctx._run(node, ActionSink(None, "collect"), distinct, call_site()), strict=True))
        return [record for partition in wanted for record in parts[partition]]

    # --- local properties ------------------------------------------------------------------------------------------

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """Set a property of the jobs this thread starts from now on; None removes it. ``spark.scheduler.pool`` names
        the pool they run in under ``spark.scheduler.mode=FAIR``. Threads do not inherit it, but ``InheritableThread``
        does. Raises TypeError for what is not a str."""
        if not isinstance(key, str) or not (value is None or isinstance(value, str)):
            raise TypeError(
                f"setLocalProperty needs a str for the key and for the value, not {key!r} and {value!r:.200}"
            )
        if value is None:
            self._local.values.pop(key, None)
        else:
            self._local.values[key] = value

    def getLocalProperty(self, key: str) -> str | None:
        """A property of the jobs this thread starts.

        >>> sc.setLocalProperty("spark.scheduler.pool", "reports")
        >>> sc.getLocalProperty("spark.scheduler.pool")
        'reports'
        >>> sc.setLocalProperty("spark.scheduler.pool", None)
        """
        return self._local.values.get(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Put the jobs this thread starts from now on into a group, which ``cancelJobGroup`` cancels.

        A cancelled job's tasks are always ended, by killing their worker where they do not end soon, whatever
        ``interruptOnCancel`` says.
        """
        self.setLocalProperty(DESCRIPTION, description)
        self.setLocalProperty(GROUP, groupId)
        self.setInterruptOnCancel(interruptOnCancel)

    def setJobDescription(self, value: str | None) -> None:
        """Describe the jobs this thread starts from now on, for those who watch them."""
        self.setLocalProperty(DESCRIPTION, value)

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Whether a cancelled job's tasks are interrupted. They are always ended here: this is kept as the local
        property ``spark.job.interruptOnCancel`` and changes nothing else."""
        self.setLocalProperty(INTERRUPT, "true" if interruptOnCancel else "false")

    # --- tags ------------------------------------------------------------------------------------------------------

    def addJobTag(self, tag: str) -> None:
        """Add a tag to the jobs this thread starts from now on, which ``cancelJobsWithTag`` cancels. Raises
        IllegalArgumentException for a tag that is empty or has a comma.

        >>> sc.addJobTag("nightly")
        >>> sc.getJobTags()
        {'nightly'}
        >>> sc.clearJobTags()
        """
        self._set_tags(self.getJobTags() | {_checked_tag(tag)})

    def removeJobTag(self, tag: str) -> None:
        """Take a tag off; nothing happens if this thread does not have it."""
        self._set_tags(self.getJobTags() - {_checked_tag(tag)})

    def getJobTags(self) -> set[str]:
        """The tags of the jobs this thread starts."""
        return _tags_of(self._local.values)

    def clearJobTags(self) -> None:
        """Take all tags off."""
        self._set_tags(set())

    def _set_tags(self, tags: set[str]) -> None:
        self.setLocalProperty(TAGS, ",".join(sorted(tags)) or None)

    # --- cancelling ------------------------------------------------------------------------------------------------

    def cancelJobGroup(self, groupId: str) -> None:
        """Cancel the group's jobs that are running or waiting now; whoever waits for one gets JobCancelledError. Under
        master ``inline`` a job ends between two of its tasks."""
        if not isinstance(groupId, str):
            raise TypeError(f"cancelJobGroup needs a str, not {groupId!r:.200}")
        self._session.cancel_jobs(lambda job: job.get(GROUP) == groupId, f"part of cancelled job group {groupId}")

    def cancelJobsWithTag(self, tag: str) -> None:
        """Cancel the running and waiting jobs that have the tag."""
        _checked_tag(tag)
        self._session.cancel_jobs(lambda job: tag in _tags_of(job), f"part of cancelled job tag {tag}")

    def cancelAllJobs(self) -> None:
        """Cancel all jobs that are running or waiting."""
        self._session.cancel_jobs(lambda job: True, "as part of cancellation of all jobs")

    def _properties(self) -> dict[str, str]:
        return dict(self._local.values)


def _tags_of(properties: Mapping[str, str]) -> set[str]:
    return set(filter(None, properties.get(TAGS, "").split(",")))


def _checked_tag(tag: Any) -> str:
    if not isinstance(tag, str):
        raise IllegalArgumentException(f"a job tag is a str, not {tag!r:.200}")
    if not tag or "," in tag:
        raise IllegalArgumentException(f"the job tag {tag!r} cannot be used: it must not be empty or have a comma")
    return tag
