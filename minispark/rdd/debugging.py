"""An RDD's lineage as text, and the resources its tasks are to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.engine.plan.describe import describe
from minispark.rdd.core import RDDBase, T_co
from minispark.rdd.resources import ResourceProfile
from minispark.rdd.storagelevel import StorageLevel

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD


class Debugging(RDDBase[T_co]):
    """``toDebugString``, ``withResources`` and ``getResourceProfile``."""

    _profile: ResourceProfile | None = None

    def toDebugString(self) -> bytes:
        """The lineage as Spark prints it: the number of partitions, an RDD a line with the user's line, an indented
        block behind each shuffle, and this RDD's storage level in brackets. What was decided of its joins because of
        skew, the last time they were computed, follows in lines of its own.

        >>> pairs = sc.parallelize([(1, 2)], 2)
        >>> print(pairs.reduceByKey(max, 3).map(str).toDebugString().decode())  # doctest: +ELLIPSIS
        (3) PythonRDD[...] at map at ... []
         |  ShuffledRDD[...] at reduceByKey at ... []
         +-(2) ParallelCollectionRDD[...] at parallelize at ... []
        """
        level = self._self().getStorageLevel()
        storage = "" if level == StorageLevel.NONE else str(level)
        session = self.ctx._session
        text = describe(self._node, self._name, storage, session.kept.tiers)
        decided = [f"adaptive, {each.stage}: {each.what}: {each.why}" for each in session.adapted(self._node)]
        return "\n".join([text, *decided]).encode()

    def withResources(self, profile: ResourceProfile) -> RDD[T_co]:
        """Ask that this RDD is computed with the resources of ``profile``.

        Every task has one core, and there are no executors to size: a profile that asks for no more than that is kept,
        any other is a NotImplementedError that names the setting to use. Raises TypeError for what is no profile.

        >>> from minispark import ResourceProfileBuilder, TaskResourceRequests
        >>> profile = ResourceProfileBuilder().require(TaskResourceRequests().cpus(1)).build
        >>> sc.parallelize([1]).withResources(profile).getResourceProfile() is profile
        True
        """
        if not isinstance(profile, ResourceProfile):
            raise TypeError(f"withResources needs a ResourceProfile, not {profile!r:.200}")
        wanted = {name: request.amount for name, request in profile.taskResources.items()}
        if wanted.pop("cpus", 1.0) > 1 or wanted or profile.executorResources:
            asked = ", ".join(map(str, (*profile.taskResources.values(), *profile.executorResources.values())))
            raise NotImplementedError(
                f"withResources: minispark gives each task one core and assigns no devices; it was asked for {asked}. "
                "Set local[N] for the number of tasks at a time, spark.python.worker.memory for a worker's memory"
            )
        self._profile = profile
        return self._self()

    def getResourceProfile(self) -> ResourceProfile | None:
        """The profile given to ``withResources``, or None.

        >>> sc.parallelize([1]).getResourceProfile() is None
        True
        """
        return self._profile
