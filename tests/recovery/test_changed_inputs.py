"""An input that changes between two attempts of one job: an error, never records of two versions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import InputChangedError
from minispark.testing.marks import Marks

pytestmark = [pytest.mark.chaos, pytest.mark.matrix(52)]


@pytest.mark.parametrize("change", ["longer", "as long, later"])
@pytest.mark.parametrize("fault", ["an exception", "a death"])
def test_between_two_attempts(bench: Any, tmp_path: Path, marks: Marks, change: str, fault: str) -> None:
    sc = bench.start("local[2,4]")
    path = tmp_path / "input.txt"
    path.write_text("a\nb\nc\n" * 100)
    later = path.stat().st_mtime_ns + 1

    def disturb(index: int, lines: Any) -> Any:
        yield next(lines)
        if index == 0 and marks.first("fault"):
            path.write_text("d\ne\nf\n" * (100 if change == "as long, later" else 101))
            os.utime(path, ns=(later, later))
            if fault == "a death":
                os.kill(os.getpid(), 9)
            raise ValueError("the first attempt")
        yield from lines

    with pytest.raises(InputChangedError, match=r"input\.txt.*changed") as caught:
        sc.textFile(str(path), 2).mapPartitionsWithIndex(disturb).collect()
    assert any("test_changed_inputs.py" in note for note in caught.value.__notes__)
    assert sc.textFile(str(path), 2).count() >= 300
