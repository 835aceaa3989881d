"""Types of spans of time."""

from __future__ import annotations

import datetime
import os
from typing import Any, ClassVar

from minispark.errors import PySparkNotImplementedError, PySparkRuntimeError
from minispark.sql.types.base import AnsiIntervalType, DataType, DataTypeSingleton


class _Fields(AnsiIntervalType):
    """An interval from one of its fields to another of the same or lower order."""

    _fields: ClassVar[dict[int, str]]
    _inverted_fields: ClassVar[dict[str, int]]

    def __init__(self, startField: int | None = None, endField: int | None = None) -> None:
        if startField is None and endField is None:
            startField, endField = min(self._fields), max(self._fields)
        elif endField is None:
            endField = startField
        if startField not in self._fields or endField not in self._fields:
            raise PySparkRuntimeError(
                f"an interval cannot go from field {startField} to field {endField}; the fields are "
                f"{', '.join(f'{number} ({name})' for number, name in self._fields.items())}",
                "INVALID_INTERVAL_CASTING",
                {"start_field": str(startField), "end_field": str(endField)},
            )
        self.startField = startField
        self.endField = endField

    def simpleString(self) -> str:
        start, end = self._fields[self.startField], self._fields[self.endField]
        return f"interval {start}" if start == end else f"interval {start} to {end}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.startField}, {self.endField})"


class DayTimeIntervalType(_Fields):
    """Days to seconds: ``datetime.timedelta``; kept as microseconds.

    >>> DayTimeIntervalType().simpleString(), DayTimeIntervalType(DayTimeIntervalType.HOUR)
    ('interval day to second', DayTimeIntervalType(1, 1))
    """

    DAY = 0
    HOUR = 1
    MINUTE = 2
    SECOND = 3

    _fields = {DAY: "day", HOUR: "hour", MINUTE: "minute", SECOND: "second"}
    _inverted_fields = {"day": DAY, "hour": HOUR, "minute": MINUTE, "second": SECOND}

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.timedelta | None) -> int | None:
        return None if dt is None else (dt.days * 86400 + dt.seconds) * 1_000_000 + dt.microseconds

    def fromInternal(self, micros: int | None) -> datetime.timedelta | None:
        return None if micros is None else datetime.timedelta(microseconds=micros)


class YearMonthIntervalType(_Fields):
    """Years and months; kept as months. Python has no such value, so that none can be collected, as in PySpark."""

    YEAR = 0
    MONTH = 1

    _fields = {YEAR: "year", MONTH: "month"}
    _inverted_fields = {"year": YEAR, "month": MONTH}

    def needConversion(self) -> bool:
        return os.environ.get("PYSPARK_YM_INTERVAL_LEGACY") != "1"

    def toInternal(self, obj: Any) -> Any:
        raise _no_python_value("YearMonthIntervalType.toInternal")

    def fromInternal(self, obj: Any) -> Any:
        raise _no_python_value("YearMonthIntervalType.fromInternal")


class CalendarIntervalType(DataType, metaclass=DataTypeSingleton):
    """Months, days and a part of a day, each for itself. Python has no such value, so that none can be collected."""

    @classmethod
    def typeName(cls) -> str:
        return "interval"

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        raise _no_python_value("CalendarIntervalType.toInternal")

    def fromInternal(self, obj: Any) -> Any:
        raise _no_python_value("CalendarIntervalType.fromInternal")


def _no_python_value(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"{feature}: Python has no value for such an interval; cast it to string, or show it",
        "NOT_IMPLEMENTED",
        {"feature": feature},
    )
