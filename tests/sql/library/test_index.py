"""The index of the library names what there is, no more and no less."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from record_index import INDEX, index


def test_index_is_up_to_date() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "run tests/sql/library/record_index.py"
