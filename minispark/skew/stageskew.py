"""One stage of a report."""

from __future__ import annotations

from minispark.engine.core.values import value
from minispark.skew.advice import Advice
from minispark.skew.hotness import HotLoad
from minispark.skew.spread import Spread


@value
class StageSkew:
    """The tasks that read one shuffle, or both sides of a join.

    ``stage_ids`` are the map stages that wrote it, ``operator`` is what the user has called, with the line. ``records``
    and ``bytes`` are what each partition takes, ``task_records`` and ``task_bytes`` one by one; of a sort, estimates.
    ``decided`` tells which partitions were divided among tasks, and which were not, with the reason.
    """

    stage_ids: tuple[int, ...]
    operator: str
    kind: str
    tasks: int
    records: Spread
    bytes: Spread
    hot: tuple[HotLoad, ...]
    advice: Advice
    task_records: tuple[int, ...]
    task_bytes: tuple[int, ...]
    decided: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The operator with its line, and the stages that wrote for it."""
        stages = "stages" if len(self.stage_ids) > 1 else "stage"
        return f"{self.operator} ({stages} {', '.join(map(str, self.stage_ids))})"

    @property
    def ratio(self) -> float:
        """The longest task's bytes against the median one's; against one byte where that has none."""
        return self.bytes.longest / max(self.bytes.median, 1.0)

    def side_name(self, key: HotLoad) -> str:
        """Which side of a join a key is on; empty where there is one."""
        if self.kind == "cogroup":
            return f"side {key.side + 1}"
        return ("left", "right")[key.side] if self.kind.lower().endswith("join") else ""
