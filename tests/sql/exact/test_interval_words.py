"""What is wrong with a text that is no interval, as PySpark 4.3 tells it."""

from __future__ import annotations

import pytest

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.interval_words import read

_WRONG = [
    ("  ", "INPUT_IS_EMPTY", {}),
    ("interval", "INPUT_IS_EMPTY", {}),
    ("intervals 1 day", "INVALID_PREFIX", {"prefix": "intervals"}),
    (" 1.5 day", "INVALID_FRACTION", {"unit": "day"}),
    (" 1.1234567891 second", "INVALID_PRECISION", {"value": "1.1234567891"}),
    (" . 5 second", "INVALID_VALUE", {"value": "."}),
    (" - second", "INVALID_VALUE", {"value": "second"}),
    ("  second", "UNRECOGNIZED_NUMBER", {"number": "second"}),
    (" 1 nanosecond", "INVALID_UNIT", {"unit": "nanosecond"}),
    (" 2147483648 day", "ARITHMETIC_EXCEPTION", {}),
    ("1 day 2", "MISSING_UNIT", {"word": "2"}),
]


@pytest.mark.parametrize(("text", "condition", "parameters"), _WRONG)
def test_what_is_no_interval(text: str, condition: str, parameters: dict[str, str]) -> None:
    with pytest.raises(IllegalArgumentException) as caught:
        read(text)
    assert caught.value.getCondition() == f"INVALID_INTERVAL_FORMAT.{condition}"
    assert caught.value.getMessageParameters() == {"input": text, **parameters}


def test_intervals_in_words() -> None:
    assert read("-\t 1 day") == (0, -1, 0)
    assert read("-100 day 40 hour 299.889987299 second") == (0, -100, 144_299_889_987)
