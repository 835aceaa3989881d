"""For testing programs, and minispark itself: the simulator of the scheduler, models, oracles, random programs.

May import everything below the command line. Nothing of minispark imports it, and importing it loads none of its
modules: a name loads its own when it is first used. What is random here is seeded; a failure names its seed.
``minispark.testing.strategies`` needs hypothesis, and is imported by its own name.

>>> from minispark.testing import assert_same_records, check_reducer
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minispark.testing.agreement import assert_agrees as assert_agrees
    from minispark.testing.chaos import Chaos as Chaos
    from minispark.testing.compare import assert_same_records as assert_same_records
    from minispark.testing.compare import canonical as canonical
    from minispark.testing.compare import same as same
    from minispark.testing.faults import FaultPlan as FaultPlan
    from minispark.testing.frames import assertDataFrameEqual as assertDataFrameEqual
    from minispark.testing.frames import assertSchemaEqual as assertSchemaEqual
    from minispark.testing.lineages import Lineage as Lineage
    from minispark.testing.lineages import Program as Program
    from minispark.testing.marks import Marks as Marks
    from minispark.testing.oracle import NotPromised as NotPromised
    from minispark.testing.oracle import OracleContext as OracleContext
    from minispark.testing.oracle import OracleRDD as OracleRDD
    from minispark.testing.reducers import NotAReducer as NotAReducer
    from minispark.testing.reducers import check_combiner as check_combiner
    from minispark.testing.reducers import check_reducer as check_reducer
    from minispark.testing.simulation import Simulation as Simulation
    from minispark.testing.simulation import SimulationReport as SimulationReport

_HOMES = {
    "Chaos": "chaos",
    "FaultPlan": "faults",
    "Lineage": "lineages",
    "Marks": "marks",
    "NotAReducer": "reducers",
    "NotPromised": "oracle",
    "OracleContext": "oracle",
    "OracleRDD": "oracle",
    "Program": "lineages",
    "Simulation": "simulation",
    "SimulationReport": "simulation",
    "assertDataFrameEqual": "frames",
    "assertSchemaEqual": "frames",
    "assert_agrees": "agreement",
    "assert_same_records": "compare",
    "canonical": "compare",
    "check_combiner": "reducers",
    "check_reducer": "reducers",
    "same": "compare",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """A public name, from the module that has it, imported only now."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
