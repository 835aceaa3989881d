"""What ``minispark.testing`` offers is there, and costs nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import minispark.testing


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50)
    return done.stdout + done.stderr


def test_every_name_is_there() -> None:
    for name in minispark.testing.__all__:
        assert getattr(minispark.testing, name).__name__ == name
    with pytest.raises(AttributeError, match="it has .*check_reducer"):
        _ = minispark.testing.nothing
    assert "check_reducer" in dir(minispark.testing)


def test_importing_the_kit_loads_none_of_it() -> None:
    program = "import sys, minispark.testing; print([m for m in sys.modules if m.startswith(('minispark.', 'hypoth'))])"
    assert run(program).split() == ["['minispark.version',", "'minispark.testing']"]


def test_without_hypothesis_the_strategies_say_what_to_install() -> None:
    program = """
import sys
sys.modules["hypothesis"] = None
from minispark.testing import OracleContext, check_reducer
import minispark.testing.strategies
"""
    assert run(program).splitlines()[-1].endswith("needs hypothesis: pip install hypothesis")
