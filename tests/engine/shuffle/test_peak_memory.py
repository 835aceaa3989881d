"""Six times the memory limit through each operator: private memory stays within the limit and a fifth."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("peak_memory_program.py")
LIMIT = 20 << 20

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc"),
]


def operators() -> list[str]:
    spec = importlib.util.spec_from_file_location("peak_memory_program", PROGRAM)
    assert spec is not None and spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return list(program.OPERATORS)


@pytest.mark.parametrize("operator", operators())
def test_memory_stays_within_the_limit(tmp_path: Path, operator: str) -> None:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; import runpy; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(LIMIT), operator]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    peak, spilled = map(int, done.stdout.split())
    assert spilled > 2 * LIMIT
    assert peak <= 1.2 * LIMIT, f"{peak / (1 << 20):.1f} MB, the limit is {LIMIT >> 20}"
