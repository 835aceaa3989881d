"""Environments for the peers: a virtual environment for each, with the versions that ``engines`` names."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

from minispark.bench.engines import ENGINES, FRAME_PEERS, Engine

PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def make_environments(folder: Path, engines: Sequence[Engine], say: Callable[[str], None]) -> bool:
    """Make those that are not there yet, and say of each how it went; whether all are there.

    An environment that could not be made is left out by later runs, so one peer's trouble is not the others'.
    PySpark needs a Java runtime besides, which is the user's to install.
    """
    whole = True
    wanted = [(engine.title, engine.environment, engine.requirements) for engine in engines or ENGINES]
    if not engines:
        wanted += [(name, name, requirements) for name, requirements in FRAME_PEERS.items()]
    for title, environment, requirements in wanted:
        if not environment:
            continue
        place = folder / environment
        if (place / "bin" / "python").exists():
            say(f"{title} is there: {place}")
            continue
        problem = _make(place, requirements)
        say(f"{title}: {problem or 'made'}")
        whole = whole and not problem
    return whole


def _make(place: Path, requirements: Sequence[str]) -> str:
    """What was wrong, "" for nothing. An environment that is not whole is removed; it could not be moved when it is."""
    problem = "interrupted"
    try:
        venv.EnvBuilder(with_pip=True).create(place)
        command = [str(place / "bin" / "python"), *PIP, *requirements]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stderr.strip().splitlines()
        problem = f"pip cannot install {' '.join(requirements)}: {lines[-1:]}" if done.returncode != 0 else ""
    except (OSError, subprocess.CalledProcessError) as error:
        problem = f"no virtual environment by {sys.executable}: {error}"
    finally:
        if problem:
            shutil.rmtree(place, ignore_errors=True)
    return problem
