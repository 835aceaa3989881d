"""Java's StrictMath: what Spark 4.3 answers, mostly where numpy's own functions give another last digit.

``strictmath.json`` has, for each function, the arguments and the result in hexadecimal.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from minispark.sql.exact.strictmath import functions
from minispark.sql.exact.vectors import Vector

ANSWERS = json.loads(Path(__file__).with_name("strictmath.json").read_text("utf-8"))
NAMES = {"ln": "log", "pow": "power"}


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_numbers_are_those_of_java(name: str) -> None:
    rows = [[float.fromhex(word) for word in line.split()] for line in ANSWERS[name]]
    *columns, expected = np.array(rows).T.copy()
    found = getattr(functions, NAMES.get(name, name))(*map(Vector, columns))
    wrong = [(*row, got) for row, got in zip(rows, found.values.tolist(), strict=True) if got.hex() != row[-1].hex()]
    assert wrong == []
    assert expected.size == found.values.size
