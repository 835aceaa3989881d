"""Every fault at every point of the table: the right answer, or the error that the table promises; nothing is left."""

from __future__ import annotations

from typing import Any

import pytest
from chaos_programs import distinct_programs, program_of

from minispark import errors
from minispark.testing.faults import Injection
from minispark.testing.points import BY_NAME, POINTS

pytestmark = pytest.mark.chaos

ROWS = {
    ("task.before", "kill"): (1,),
    ("task.after", "kill"): (1,),
    ("map output.before open", "kill"): (2,),
    ("map output.before write", "kill"): (2,),
    ("map output.before rename", "kill"): (3,),
    ("map output.after rename", "kill"): (4,),
    ("result.half sent", "kill"): (5,),
    ("result.sent", "kill"): (6,),
    ("map output.before reading", "delete"): (8,),
    ("map output.before reading", "truncate"): (9,),
    ("map output.before reading", "bit flip"): (10,),
    ("map output.before read", "bit flip"): (10,),
    ("cached block.before reading", "delete"): (12,),
    ("cached block.before reading", "bit flip"): (12,),
    ("cached block.before reading", "truncate"): (12,),
    ("checkpoint part.before reading", "delete"): (13,),
    ("checkpoint part.before reading", "bit flip"): (13,),
    ("checkpoint part.before reading", "truncate"): (13,),
    ("task.before", "kill helper"): (62,),
    ("task.after", "kill helper"): (62,),
    ("stored data.before reading", "delete"): (63,),
    ("stored data.before reading", "bit flip"): (63,),
    ("stored data.before reading", "truncate"): (63,),
}
TWICE = [f"{kind}.{when} rename" for kind in ("cached block", "checkpoint part") for when in ("before", "after")]
"""Renamed once by the writer, and once more to the name under which the file is looked for."""
BY_FAULT = {"ENOSPC": (14,), "EIO": (15,), "hang": (20,)}


def cases() -> list[Any]:
    found = []
    for point in POINTS:
        for fault in point.faults:
            for time in (1, 2) if point.name in TWICE else (1,):
                name = f"{point.name}-{fault}" + (f"-time {time}" if time > 1 else "")
                found.append(pytest.param(point.name, fault, time, id=name))
    return found


@pytest.mark.matrix(1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 20, 62, 63)
@pytest.mark.parametrize(("point", "fault", "time"), cases())
def test_a_fault_at_a_point(lab: Any, point: str, fault: str, time: int) -> None:
    program, wanted = program_of(point)
    if point.startswith("worker."):
        lab.run(lambda sc, folder: None)
        lab.ledger.arm((Injection(point, fault),))
        lose_workers(lab)
        assert program(lab.sc, lab.folder) == wanted
        assert lab.ledger.happened()
        return
    promised = dict(BY_NAME[point].errors).get(fault)
    if promised is None:
        assert lab.run(program, Injection(point, fault, time=time)) == wanted
        return
    with pytest.raises(getattr(errors, promised), match="part"):
        lab.run(program, Injection(point, fault))
    assert lab.run(program) == wanted, "the context is usable"


def test_its_mark_names_what_the_cases_prove() -> None:
    proved = {row for rows in (*ROWS.values(), *BY_FAULT.values()) for row in rows}
    (marked,) = (mark.args for mark in test_a_fault_at_a_point.pytestmark if mark.name == "matrix")
    assert set(marked) == proved
    offered = {(point.name, fault) for point in POINTS for fault in point.faults}
    assert set(ROWS) <= offered and set(BY_FAULT) <= {fault for _, fault in offered}


def lose_workers(lab: Any) -> None:
    """So that others start."""
    import os
    import signal

    pids = set(lab.sc.parallelize(range(8), 8).map(lambda x: os.getpid()).collect())
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.timeout(120)
def test_the_table_lists_what_the_engine_passes(lab: Any) -> None:
    """No point that no program passes, and none that is passed and not listed."""
    passed = set()
    for program, wanted in distinct_programs():
        lab.ledger.arm((), survey=True)
        assert program(lab.sc, lab.folder) == wanted
        passed |= {point for point, _, _ in lab.ledger.passed()}
    lab.ledger.arm((), survey=True)
    lose_workers(lab)
    assert lab.sc.parallelize(range(4), 4).sum() == 6
    passed |= {point for point, _, _ in lab.ledger.passed()}
    assert passed == set(BY_NAME)
