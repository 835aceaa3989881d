"""Longer measurements of minispark alone: scripts of the checkout, each in a process of its own.

A study is ``benchmarks/NAME.py``, which takes ``--out FILE`` and writes its rows there, as JSON. It may say on its exit
code that a promise is not kept; the rows say which. Of the benchmark's options it gets those of ``OPTIONS``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minispark.bench.launching import NOT_PASSED_ON
from minispark.bench.machine import ROOT
from minispark.bench.measuring import Plan
from minispark.engine.core.errors import ConfigurationError, EnvironmentFault

SERIES_MAX = 100
"""Points of a series that are kept: what a picture can show."""


OPTIONS: Mapping[str, tuple[str, ...]] = {"skew": ("scale", "cores", "rounds"), "frames": ("rounds", "peers")}
"""By study, which fields of a ``Plan`` its script has options for."""


def run_study(name: str, root: Path = ROOT, plan: Plan | None = None) -> Any:
    """The study's rows. Its own lines go to standard output.

    Raises ConfigurationError where minispark is not a checkout, EnvironmentFault where the script leaves no rows.
    """
    script = root / "benchmarks" / f"{name}.py"
    if not script.exists():
        raise ConfigurationError(f"study {name!r}: {script.name} is not there; studies need a checkout of minispark")
    environment = {key: text for key, text in os.environ.items() if key not in NOT_PASSED_ON}
    with tempfile.TemporaryDirectory(prefix="minispark-study-") as folder:
        out = Path(folder) / "rows.json"
        told = [] if plan is None else [f"--{option}={getattr(plan, option)}" for option in OPTIONS.get(name, ())]
        command = [sys.executable, str(script), "--out", str(out), *told]
        done = subprocess.run(command, env={**environment, "PYTHONPATH": str(root)}, check=False)
        try:
            return [_thinned(row) for row in json.loads(out.read_text(encoding="utf-8"))]
        except (OSError, ValueError) as error:
            raise EnvironmentFault(f"study {name!r} left no rows (exit code {done.returncode}): {error}") from None


def _thinned(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the largest point of each stretch of its series, if it has one."""
    series = row.get("series") or []
    step = -(-len(series) // SERIES_MAX) or 1
    thin = [max(series[i : i + step], key=lambda point: point[1]) for i in range(0, len(series), step)]
    return {**row, "series": [[round(at, 2), size] for at, size in thin]} if series else row
