"""What Java's regular expressions have no counterpart for here is an error that says so."""

from __future__ import annotations

import pytest

from minispark.errors import PySparkNotImplementedError, SparkRuntimeException
from minispark.sql.exact.regexes import ilike, regexp_replace, rlike


@pytest.mark.parametrize("pattern", [r"(?<=ba+)c", r"(?<=(a|bc))e", r"\Ga", r"\X", r"\p{InGreek}"])
def test_what_python_cannot_say_is_named(pattern: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match="NOT_IMPLEMENTED"):
        rlike("ab", pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(?<=a{1,3})b", "aab b ab xb bb", "aa# b a# xb bb"),
        (r"(?<=ab?c)d", "abcd acd bcd ad", "abc# ac# bcd ad"),
        (r"(?<!a{0,2}x)y", "xy axy aaxy y ay", "xy axy aaxy # a#"),
        (r"(?<=(?:a|bc)d)e", "ade bcde de cde", "ad# bcd# de cde"),
        (r"(?<!\d{1,2})z", "1z 12z z az", "1z 12z # a#"),
        (r"(?i)(?<=a{1,2})B", "aB AAB b", "a# AA# b"),
        (r"(?<=(?i:A)?)b", "ab b", "a# #"),
        (r"(?<=a+)b", "aab b ab", "aa# b a#"),
        (r"(?<=a*)b", "aab b", "aa# #"),
        (r"(?<=(?:a)+)b", "aab b", "aa# b"),
        (r"(?<=a+?)b", "aab b", "aa# b"),
        (r"(?<=a{2,})b", "aab ab", "aa# ab"),
    ],
)
def test_lookbehinds_of_several_widths(pattern: str, text: str, found: str) -> None:
    assert regexp_replace(text, pattern, "#") == found


@pytest.mark.parametrize("pattern", [r"(?<=(?:ab?){1,2})c", r"(?<=(?:a|b){2})c"])
def test_lookbehinds_that_java_refuses(pattern: str) -> None:
    with pytest.raises(SparkRuntimeException, match="INVALID_PARAMETER_VALUE.PATTERN"):
        regexp_replace("abc", pattern, "#")


def test_named_groups_in_replacements() -> None:
    assert regexp_replace("100-200", r"(?<n>\d+)", "<${n}>") == "<100>-<200>"


def test_positions_count_utf16_units() -> None:
    assert regexp_replace("😀aa", "a", "x", 4) == "😀ax"


def test_ilike_folds_all_letters() -> None:
    assert ilike("É", "é")
    assert not ilike("É", "e")
