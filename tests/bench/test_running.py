"""What a resumed run may leave out, and which engines a program is asked of."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.bench.catalogue import BY_NAME
from minispark.bench.machine import describe_machine
from minispark.bench.measuring import Plan
from minispark.bench.report import EMPTY, Measured, Section
from minispark.bench.running import Order, asked, is_there

ORDER = Order((), (), Plan(3, 60.0, 1.0, 2), {"minispark": "python", "python": "python", "processes": "python"})
KEPT = {"scale": 1.0, "cores": 2, "rounds": 3, "revision": "abc", "asked": ["minispark", "python", "spark"]}


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({}, True),
        ({"scale": 0.5}, False),
        ({"cores": 4}, False),
        ({"rounds": 1}, False),
        ({"revision": "abd"}, False),
        ({"asked": ["minispark"]}, False),
    ],
)
def test_only_the_same_measurement_is_left_out(changed: dict[str, Any], there: bool) -> None:
    report = EMPTY.with_section(Section("join", {**KEPT, **changed}, {"minispark": Measured((1.0,))}))
    assert is_there(report, BY_NAME["join"], ORDER, "abc") is there
    assert is_there(report, BY_NAME["distinct"], ORDER, "abc") is False


def test_a_program_is_asked_of_its_engines() -> None:
    assert asked(BY_NAME["join"], ORDER) == ["minispark", "python"]
    assert asked(BY_NAME["narrow_json"], ORDER) == ["minispark", "processes"]
    assert asked(BY_NAME["start_up"], ORDER) == ["minispark"]


def test_the_machine_is_described_without_saying_whose_it_is() -> None:
    told = describe_machine()
    assert {"date", "revision", "processor", "cores", "memory_gib", "system", "python", "load_before"} == told.keys()
