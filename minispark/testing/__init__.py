"""For testing programs, and minispark itself: the simulator of the scheduler, models, oracles, random programs.

May import everything below the command line. Nothing of minispark imports it, and importing it loads none of its
modules. What is random here is seeded; a failure names its seed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minispark.testing.chaos import Chaos
    from minispark.testing.faults import FaultPlan
    from minispark.testing.simulation import Simulation, SimulationReport

_HOMES = {
    "Chaos": "minispark.testing.chaos",
    "FaultPlan": "minispark.testing.faults",
    "Simulation": "minispark.testing.simulation",
    "SimulationReport": "minispark.testing.simulation",
}

__all__ = ["Chaos", "FaultPlan", "Simulation", "SimulationReport"]


def __getattr__(name: str) -> object:
    """A public name, from the module that has it, imported only now."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
