"""Random tables and expressions, answered by minispark and by real PySpark.

Needs a Python that has PySpark, and a Java for it: ``MINISPARK_SPARK_PYTHON=PATH pytest tests/sql/differential``.
``MINISPARK_DIFFERENTIAL=1000`` asks for more expressions, ``MINISPARK_SEED=7`` for others.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from programs import COLUMNS, programs

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SPARK = os.environ.get("MINISPARK_SPARK_PYTHON")


def answers(python: str, engine: str, cases: list[dict[str, Any]], folder: Path) -> list[list[Any]]:
    """The engine's answers, from a process of its own."""
    source, target = folder / "cases.json", folder / f"{engine}.json"
    source.write_text(json.dumps({"cases": cases, "columns": list(COLUMNS)}), encoding="utf-8")
    environment = {**os.environ, "TZ": "America/Los_Angeles", "PYTHONPATH": str(ROOT) if engine == "minispark" else ""}
    command = [python, str(HERE / "answer.py"), engine, str(source), str(target)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return json.loads(target.read_text(encoding="utf-8"))


def test_generator_gives_what_the_seed_says() -> None:
    first, again, other = programs(3, 40), programs(3, 40), programs(4, 40)
    assert first == again != other
    assert [len(case["expressions"]) for case in first] == [20, 20]


@pytest.mark.slow
@pytest.mark.skipif(SPARK is None, reason="MINISPARK_SPARK_PYTHON names no Python that has PySpark")
@pytest.mark.timeout(3600)
def test_answers_are_sparks(tmp_path: Path) -> None:
    cases = programs(int(os.environ.get("MINISPARK_SEED", "1")), int(os.environ.get("MINISPARK_DIFFERENTIAL", "100")))
    assert SPARK is not None
    theirs = answers(SPARK, "spark", cases, tmp_path)
    ours = answers(sys.executable, "minispark", cases, tmp_path)
    different = [
        (case["seed"], text, right, got)
        for case, rights, gots in zip(cases, theirs, ours, strict=True)
        for text, right, got in zip(case["expressions"], rights, gots, strict=True)
        if right != got
    ]
    assert not different
