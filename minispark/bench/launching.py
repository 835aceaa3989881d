"""From an engine's description to its process."""

from __future__ import annotations

import os
from pathlib import Path

from minispark.bench import served
from minispark.bench.engines import Engine
from minispark.bench.machine import ROOT
from minispark.bench.process import EngineProcess
from minispark.bench.words import text_file

SERVED = Path(served.__file__).parent
NOT_PASSED_ON = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""An installed engine does not compile itself at every start; and none sees another's packages."""


def make_process(engine: Engine, python: str, cores: int, scale: float, root: Path = ROOT) -> EngineProcess:
    """The engine's process, not started yet. ``root`` is the folder from which minispark is imported."""
    text = str(text_file(scale))

    def command(folder: str) -> list[str]:
        workers = str(engine.cores or cores)
        return [python, "-m", "programs.serve", engine.adapter, workers, text, str(scale), folder]

    path = [str(SERVED), str(root)] if engine.adapter == "minispark" else [str(SERVED)]
    environment = {name: text for name, text in os.environ.items() if name not in NOT_PASSED_ON}
    return EngineProcess(engine.title, command, {**environment, "PYTHONPATH": os.pathsep.join(path)}, engine.stays)
