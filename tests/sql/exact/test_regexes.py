"""What Java's regular expressions have no counterpart for here is an error that says so."""

from __future__ import annotations

import pytest

from minispark.errors import PySparkNotImplementedError
from minispark.sql.exact.regexes import ilike, regexp_replace, rlike


@pytest.mark.parametrize("pattern", [r"(?<=a+)b", r"\Ga", r"\X", r"\p{InGreek}"])
def test_what_python_cannot_say_is_named(pattern: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match="NOT_IMPLEMENTED"):
        rlike("ab", pattern)


def test_named_groups_in_replacements() -> None:
    assert regexp_replace("100-200", r"(?<n>\d+)", "<${n}>") == "<100>-<200>"


def test_positions_count_utf16_units() -> None:
    assert regexp_replace("😀aa", "a", "x", 4) == "😀ax"


def test_ilike_folds_all_letters() -> None:
    assert ilike("É", "é")
    assert not ilike("É", "e")
