"""How a context makes an RDD of a plan of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.units import parse_bytes
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.nodes import SourceNode
from minispark.rdd.core import checked_partitions
from minispark.rdd.rdd import RDD
from minispark.rdd.splits import RECURSIVE_KEY, InputPlan, InputSettings

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext


class FileSources:
    """What the families of file sources of ``SparkContext`` share."""

    def _as_context(self) -> SparkContext:
        return self  # type: ignore[return-value]  # every instance is a SparkContext: this class is its base alone

    def _source(self, plan: InputPlan) -> RDD[Any]:
        context = self._as_context()
        context._check_running()
        return RDD(context, SourceNode(context._next_id(), plan.count, call_site(), plan.source))

    def _wanted(self, partitions_min: int | None) -> int:
        context = self._as_context()
        context._check_running()
        return context.defaultMinPartitions if partitions_min is None else checked_partitions(partitions_min)

    def _input_settings(self) -> InputSettings:
        conf = self._as_context()._conf
        return InputSettings(
            recursive=conf.get(RECURSIVE_KEY, "false").lower() == "true",
            partition_bytes=parse_bytes(conf.get("spark.files.maxPartitionBytes", "128m")),
            open_cost_bytes=parse_bytes(conf.get("spark.files.openCostInBytes", "4m")),
        )


def checked_path(path: Any) -> str:
    """A path as given by the user. Raises TypeError naming what was given instead, and to which method."""
    if not isinstance(path, str):
        raise TypeError(f"{call_site().operation} needs a path as a str, not {path!r:.200}")
    return path
