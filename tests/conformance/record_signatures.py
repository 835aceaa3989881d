"""Record again the names, arguments and defaults of PySpark's classes for RDD programs in ``signatures.txt``.

    path/to/python-with-pyspark tests/conformance/record_signatures.py

Needs a Python that has PySpark 4.3; no Java. The file is rewritten in place: ``git diff`` shows what changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from minispark.testing.surface import surface  # noqa: E402 (after the path is set)

IN_PYSPARK = (
    *("SparkContext", "SparkConf", "RDD", "RDDBarrier", "Broadcast", "Accumulator", "AccumulatorParam"),
    *("TaskContext", "BarrierTaskContext", "BarrierTaskInfo", "StorageLevel", "SparkFiles"),
    *("StatusTracker", "SparkJobInfo", "SparkStageInfo", "InheritableThread", "inheritable_thread_target"),
)
ELSEWHERE = [
    "pyspark.accumulators:AddingAccumulatorParam",
    "pyspark.rdd:Partitioner",
    "pyspark.rdd:portable_hash",
    "pyspark.resultiterable:ResultIterable",
    "pyspark.statcounter:StatCounter",
    *(f"pyspark.resource:{name}Resource{end}" for name in ("Task", "Executor") for end in ("Request", "Requests")),
    "pyspark.resource:ResourceInformation",
    "pyspark.resource:ResourceProfile",
    "pyspark.resource:ResourceProfileBuilder",
]
NO_ERRORS = ("QueryContext", "QueryContextType")


def main() -> None:
    import pyspark.errors

    errors = [f"pyspark.errors:{name}" for name in sorted(pyspark.errors.__all__) if name not in NO_ERRORS]
    lines = surface([*(f"pyspark:{name}" for name in IN_PYSPARK), *ELSEWHERE, *errors])
    (HERE / "signatures.txt").write_text("".join(f"{line}\n" for line in lines))
    print(len(lines), "lines")


if __name__ == "__main__":
    main()
