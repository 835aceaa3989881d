"""Spark's RDD programs in one Python process and its workers, without a JVM.

The public names, and nothing else. Importing this module is light: each name is loaded when it is first used.

>>> from minispark import SparkConf
>>> SparkConf().setMaster("local[2]").get("spark.master")
'local[2]'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.version import __version__ as __version__

if TYPE_CHECKING:
    from minispark.deadletters import dead_letters as dead_letters
    from minispark.deadletters import quarantine as quarantine
    from minispark.engine.formats.deadletters import DeadLetter as DeadLetter
    from minispark.engine.plan.partitioners import Partitioner as Partitioner
    from minispark.pyspark_alias import as_pyspark as as_pyspark
    from minispark.rdd.approximate import BoundedFloat as BoundedFloat
    from minispark.rdd.barrier import RDDBarrier as RDDBarrier
    from minispark.rdd.broadcast import Broadcast as Broadcast
    from minispark.rdd.conf import SparkConf as SparkConf
    from minispark.rdd.context import SparkContext as SparkContext
    from minispark.rdd.files import SparkFiles as SparkFiles
    from minispark.rdd.rdd import RDD as RDD
    from minispark.rdd.resources import ExecutorResourceRequest as ExecutorResourceRequest
    from minispark.rdd.resources import ExecutorResourceRequests as ExecutorResourceRequests
    from minispark.rdd.resources import ResourceInformation as ResourceInformation
    from minispark.rdd.resources import ResourceProfile as ResourceProfile
    from minispark.rdd.resources import ResourceProfileBuilder as ResourceProfileBuilder
    from minispark.rdd.resources import TaskResourceRequest as TaskResourceRequest
    from minispark.rdd.resources import TaskResourceRequests as TaskResourceRequests
    from minispark.rdd.resultiterable import ResultIterable as ResultIterable
    from minispark.rdd.shared import Accumulator as Accumulator
    from minispark.rdd.shared import AccumulatorParam as AccumulatorParam
    from minispark.rdd.statcounter import StatCounter as StatCounter
    from minispark.rdd.status import SparkJobInfo as SparkJobInfo
    from minispark.rdd.status import SparkStageInfo as SparkStageInfo
    from minispark.rdd.status import StatusTracker as StatusTracker
    from minispark.rdd.storagelevel import StorageLevel as StorageLevel
    from minispark.rdd.taskcontext import BarrierTaskContext as BarrierTaskContext
    from minispark.rdd.taskcontext import BarrierTaskInfo as BarrierTaskInfo
    from minispark.rdd.taskcontext import TaskContext as TaskContext
    from minispark.rdd.threads import InheritableThread as InheritableThread
    from minispark.rdd.threads import inheritable_thread_target as inheritable_thread_target

_HOMES = {
    "DeadLetter": "minispark.engine.formats.deadletters",
    "dead_letters": "minispark.deadletters",
    "quarantine": "minispark.deadletters",
    "RDDBarrier": "minispark.rdd.barrier",
    "BarrierTaskInfo": "minispark.rdd.taskcontext",
    "BarrierTaskContext": "minispark.rdd.taskcontext",
    "TaskContext": "minispark.rdd.taskcontext",
    "Partitioner": "minispark.engine.plan.partitioners",
    "TaskResourceRequests": "minispark.rdd.resources",
    "TaskResourceRequest": "minispark.rdd.resources",
    "ResourceProfileBuilder": "minispark.rdd.resources",
    "ResourceProfile": "minispark.rdd.resources",
    "ResourceInformation": "minispark.rdd.resources",
    "ExecutorResourceRequests": "minispark.rdd.resources",
    "ExecutorResourceRequest": "minispark.rdd.resources",
    "Accumulator": "minispark.rdd.shared",
    "AccumulatorParam": "minispark.rdd.shared",
    "BoundedFloat": "minispark.rdd.approximate",
    "Broadcast": "minispark.rdd.broadcast",
    "InheritableThread": "minispark.rdd.threads",
    "RDD": "minispark.rdd.rdd",
    "ResultIterable": "minispark.rdd.resultiterable",
    "SparkConf": "minispark.rdd.conf",
    "SparkContext": "minispark.rdd.context",
    "as_pyspark": "minispark.pyspark_alias",
    "SparkFiles": "minispark.rdd.files",
    "SparkJobInfo": "minispark.rdd.status",
    "SparkStageInfo": "minispark.rdd.status",
    "StatusTracker": "minispark.rdd.status",
    "StorageLevel": "minispark.rdd.storagelevel",
    "StatCounter": "minispark.rdd.statcounter",
    "inheritable_thread_target": "minispark.rdd.threads",
    "portable_hash": "minispark.engine.plan.partitioners",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'minispark' has no attribute {name!r}; it has {', '.join(__all__)}")
    import importlib

    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
