"""``minispark bench`` of this checkout, where the command is not installed.

usage: python benchmarks/workloads.py [--only NAME ...] [--engines NAME ...] ...     --help lists the options
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from minispark.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["bench", *sys.argv[1:]]))
