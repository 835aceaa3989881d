"""Record again what real PySpark answers to the programs in ``programs/``.

    path/to/python-with-pyspark tests/conformance/record.py [table ...]

Needs a Python that has PySpark 4.3 and Java. The tables are rewritten in place: ``git diff`` shows what changed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from minispark.testing.conformance import read_table, record, write_table  # noqa: E402 (after the path is set)


def main() -> None:
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster("local[2]").setAppName("record").set("spark.ui.showConsoleProgress", "false")
    context = SparkContext(conf=conf)
    context.setLogLevel("OFF")
    wanted = sys.argv[1:]
    for path in sorted((HERE / "programs").glob("*.txt")):
        if not wanted or path.stem in wanted:
            with tempfile.TemporaryDirectory() as folder:
                write_table(path, record(read_table(path), context, folder))
            print(f"{path.stem}: {len(read_table(path))} programs", flush=True)
    context.stop()


if __name__ == "__main__":
    main()
