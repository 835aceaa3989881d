"""Record again what the scripts in ``examples/`` print under real PySpark.

    path/to/python-with-pyspark tests/conformance/record_examples.py

Needs a Python that has PySpark 4.3, numpy and Java. The files are rewritten in place: ``git diff`` shows what changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"


def main() -> None:
    for script in sorted(EXAMPLES.glob("*.py")):
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYSPARK_SUBMIT_ARGS": "--master local[2] pyspark-shell"}
        done = subprocess.run([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, check=True)
        (HERE / "examples" / f"{script.stem}.txt").write_bytes(done.stdout)
        print(script.name, flush=True)


if __name__ == "__main__":
    main()
