"""What readers of records in texts have in common: options, modes, malformed records, dates and times in fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, ArithmeticException, IllegalArgumentException, SparkRuntimeException
from minispark.sql.convert.physical import physical_names
from minispark.sql.convert.timetext import date_text
from minispark.sql.types import (
    DataType,
    DateType,
    DecimalType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings

Options = Mapping[str, str]
"""Options by their names in lower case."""


class Unconvertible(Exception):
    """A value has no counterpart in the type asked for."""


class Partial(Exception):
    """A value could be read in part: ``item`` has nulls where it could not."""

    def __init__(self, item: Any) -> None:
        super().__init__()
        self.item = item


def options_of(text: str | None) -> dict[str, str]:
    """Options from the JSON that plans carry them in."""
    return {} if text is None else {name.lower(): item for name, item in json.loads(text).items()}


LEGACY = "legacytimeparser"
"""The option, set by no user, that says that formats of dates and times are those of Spark 2.4."""


def time_policy(settings: Settings) -> dict[str, str]:
    """The option that carries what ``spark.sql.legacy.timeParserPolicy`` says of formats, if it says anything."""
    policy = (settings.conf("spark.sql.legacy.timeParserPolicy") or "").lower()
    return {LEGACY: policy} if policy in ("legacy", "exception") else {}


def flag(options: Options, name: str, default: bool) -> bool:
    """A truth value among options. Raises IllegalArgumentException for another text than true or false."""
    given = options.get(name.lower())
    if given is None:
        return default
    if given.lower() not in ("true", "false"):
        raise IllegalArgumentException(f"the option {name} is true or false, not {given!r}")
    return given.lower() == "true"


def checked_locale(options: Options) -> None:
    """Raises IllegalArgumentException for a locale other than English ones, whose names of days and months differ."""
    given = options.get("locale", "en-US")
    if not given.lower().startswith("en"):
        raise IllegalArgumentException(f"the option locale is {given!r}; minispark reads and writes English texts only")


@value
class Mode:
    """How malformed records are met: ``fail`` raises, else fields are null; ``corrupt`` names the column that gets
    the whole text of a malformed record, if the schema has one."""

    fail: bool
    corrupt: str | None


def mode_of(function: str, options: Options, schema: DataType, default_corrupt: str) -> Mode:
    """The mode that options ask of a function. Raises AnalysisException for DROPMALFORMED, and where the column for
    malformed records is no text."""
    given = options.get("mode", "PERMISSIVE").upper()
    if given == "DROPMALFORMED":
        raise AnalysisException(
            f"{function} gives a value for each row and cannot drop any: its modes are PERMISSIVE and FAILFAST",
            "PARSE_MODE_UNSUPPORTED",
            {"funcName": f"`{function}`", "mode": "DROPMALFORMED"},
        )
    name = options.get("columnnameofcorruptrecord", default_corrupt)
    if not isinstance(schema, StructType) or name not in schema.names:
        return Mode(given == "FAILFAST", None)
    field = schema.fields[schema.names.index(name)]
    if not isinstance(field.dataType, StringType):
        raise AnalysisException(
            f"the column {name!r} takes malformed records and must be a string, not {field.dataType.simpleString()}",
            "INVALID_CORRUPT_RECORD_TYPE",
            {"columnName": f"`{name}`", "actualType": f'"{field.dataType.simpleString().upper()}"'},
        )
    return Mode(given == "FAILFAST", name)


def malformed(text: str, why: str = "WITHOUT_SUGGESTION") -> SparkRuntimeException:
    """The error for a malformed record under FAILFAST."""
    return SparkRuntimeException(
        f"the record {text!r:.200} does not fit its schema, and the mode is FAILFAST; PERMISSIVE gives nulls",
        f"MALFORMED_RECORD_IN_PARSING.{why}",
        {"badRecord": text, "failFastMode": "FAILFAST"},
    )


def whole_record(
    schema: StructType, mode: Mode, read: Callable[[str, dict[str, Any]], None]
) -> Callable[[str], dict[str, Any]]:
    """A function that reads records as structs. ``read`` fills in the fields of a text by their physical names, and
    raises Partial (whose item is not looked at) or Unconvertible for a malformed one."""
    names = physical_names(schema)
    empty = dict.fromkeys(names)
    corrupt = None if mode.corrupt is None else names[schema.names.index(mode.corrupt)]

    def record(text: str) -> dict[str, Any]:
        row = dict(empty)
        try:
            read(text, row)
        except (Partial, Unconvertible) as error:
            if mode.fail:
                raise malformed(text) from error
            if isinstance(error, Unconvertible):
                row = dict(empty)
            if corrupt is not None:
                row[corrupt] = text
        return row

    return record


# --- fields ----------------------------------------------------------------------------------------------------------

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400_000_000


def decimal_reader(dtype: DecimalType) -> Callable[[str], Decimal]:
    """A reader of decimals; commas between digits do not count."""

    def read(text: str) -> Decimal:
        plain = text.replace(",", "")
        if not _DECIMAL.fullmatch(plain):
            raise Unconvertible
        return decimal_of(plain, dtype)

    return read


def decimal_of(text: str, dtype: DecimalType) -> Decimal:
    """Digits as a decimal of a type, rounded half up. Raises Unconvertible where there are too many."""
    try:
        made = fitted(Decimal(text), dtype.precision, dtype.scale)
    except (InvalidOperation, OverflowError):
        raise Unconvertible from None
    if made is None:
        raise Unconvertible
    return made


_WIDE = Context(prec=400, Emax=10**6, Emin=-(10**6))


def fitted(item: Decimal, precision: int, scale: int) -> Decimal | None:
    """A decimal rounded half up to a scale, None where it has more digits than the precision.

    >>> fitted(Decimal("1.25"), 5, 1), fitted(Decimal("12345.6"), 5, 1)
    (Decimal('1.3'), None)
    """
    if item.adjusted() > 400:
        return None
    made = item.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    return made if made == 0 or made.adjusted() + scale < precision else None


def instant_of_seconds(seconds: int) -> datetime:
    """The instant so many seconds after 1970."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        raise Unconvertible from None


BINARY_STYLE = "binaryoutputstyle"
"""The option in which writers are told ``spark.sql.binaryOutputStyle``."""


def styled(options: Options, bound: Any) -> Options:
    """The options of a writing function with the session's style of bytes."""
    style = bound.settings.conf("spark.sql.binaryOutputStyle")
    return {**options, BINARY_STYLE: style.upper()} if style else options


class Times:
    """Reads and writes dates and times by the options ``dateFormat``, ``timestampFormat``, ``timestampNTZFormat``,
    ``timeFormat``, ``timeZone`` and ``enableDateTimeParsingFallback``."""

    def __init__(self, options: Options, session_zone: str) -> None:
        from minispark.sql.exact.zones import zone

        checked_locale(options)
        self.zone = zone(options.get("timezone", session_zone))
        self.date_format = options.get("dateformat")
        self.timestamp_format = options.get("timestampformat")
        self.ntz_format = options.get("timestampntzformat")
        self.time_format = options.get("timeformat")
        self.policy = options.get(LEGACY, "")
        self.binary_style = options.get(BINARY_STYLE, "HEX_DISCRETE")
        self.fallback = flag(options, "enableDateTimeParsingFallback", self.policy == "legacy")

    def checked(self, dtype: DataType) -> None:
        """Raise Spark's error for a format by which values of a type cannot be read."""
        from minispark.sql.exact import patterns

        known: dict[type[DataType], str | None] = {
            DateType: self.date_format,
            TimestampType: self.timestamp_format,
            TimestampNTZType: self.ntz_format,
        }
        form = known.get(type(dtype))
        if form is not None and self.policy != "legacy":
            patterns.compile_pattern(form, True, isinstance(dtype, TimestampNTZType))

    def read_date(self, text: str) -> Any:
        """A date."""
        from minispark.sql.exact import datetime_text

        if self.date_format is None:
            return _found(self._any_year(datetime_text.read_date, text, DateType()))
        local = self._by_format(text, self.date_format)
        if local is not None:
            return local.date()
        return _found(self._any_year(datetime_text.read_date, text, DateType()) if self.fallback else None)

    def read_timestamp(self, text: str) -> Any:
        """An instant."""
        from minispark.sql.exact import datetime_text, reading

        found = None
        if self.timestamp_format is None:
            found = self._any_year(lambda given: datetime_text.read_timestamp(given, self.zone), text, TimestampType())
        elif self.policy:
            local = self._by_format(text, self.timestamp_format)
            found = None if local is None else self.zone.instant(local)
        else:
            try:
                return reading.read_instant(text, self.timestamp_format, self.zone)
            except reading.Unreadable:
                pass
        if found is None and self.fallback:
            found = datetime_text.read_timestamp(text, self.zone)
        return _found(found)

    def _any_year(self, read: Callable[[str], Any], text: str, dtype: DataType) -> Any:
        """What is read; of a year that Python's own types do not reach, its number of days or microseconds."""
        try:
            return read(text)
        except ArithmeticException:
            from minispark.sql.exact import far

            return far.number(text, dtype, self.zone)

    def _by_format(self, text: str, form: str) -> datetime | None:
        """The local time in the zone that a text names by a format, None for one that does not fit."""
        from minispark.sql.exact import legacydates, reading, simplereading

        try:
            if self.policy == "legacy":
                return simplereading.read(text, form, self.zone, lenient=True)
            if self.policy:
                return self.zone.local(reading.read_instant(text, form, self.zone))
            return reading.read_local(text, form)
        except reading.Unreadable:
            if self.policy == "exception":
                legacydates.same_as_before(text, form, self.zone, lenient=True)
            return None
        except SparkRuntimeException:
            if self.policy != "legacy":
                raise
            return None  # a pattern that is none of SimpleDateFormat's

    def read_ntz(self, text: str) -> Any:
        """A local time."""
        from minispark.sql.exact import datetime_text, reading

        if self.ntz_format is None:
            plain = TimestampNTZType()
            return _found(self._any_year(lambda given: datetime_text.read_timestamp_ntz(given, False), text, plain))
        try:
            return reading.read_local(text, self.ntz_format)
        except reading.Unreadable:
            raise Unconvertible from None

    def read_time(self, text: str) -> Any:
        """A time of day."""
        from minispark.sql.exact import datetime_text, reading

        if self.time_format is None:
            return _found(datetime_text.read_time(text))
        try:
            return reading.read_clock(text, self.time_format)
        except reading.Unreadable:
            raise Unconvertible from None

    def write_date(self, item: Any) -> str:
        """A date's text."""
        from minispark.sql.exact import printing

        if isinstance(item, int):
            from minispark.sql.exact import fartwins
            from minispark.sql.exact.zones import zone

            micros = item * _DAY
            return date_text(item) if self.date_format is None else fartwins.text(micros, self.date_format, zone("UTC"))
        if self.date_format is None:
            return str(item.isoformat())
        local = datetime(item.year, item.month, item.day)
        if self.policy == "legacy":
            return self._by_old_format(local, self.date_format)
        return printing.format_local(local, self.date_format)

    def _write_far(self, micros: int, offset: int) -> str:
        days, rest = divmod(micros + offset, _DAY)
        return f"{date_text(days)}T{(_EPOCH + timedelta(microseconds=rest)).time().isoformat(timespec='milliseconds')}"

    def write_timestamp(self, item: datetime | int) -> str:
        """An instant's text: without a format in ISO 8601, with milliseconds and offset."""
        if isinstance(item, int):
            from minispark.sql.exact import fartwins

            if self.timestamp_format is not None:
                return fartwins.text(item, self.timestamp_format, self.zone)
            offset_there = fartwins.offset_at(item, self.zone)
            from minispark.sql.exact.zones import offset_text as shown

            return self._write_far(item, offset_there) + shown(offset_there // 1_000_000)
        from minispark.sql.exact import printing
        from minispark.sql.exact.zones import offset_text

        if self.timestamp_format is not None and self.policy == "legacy":
            return self._by_old_format(self.zone.local(item), self.timestamp_format)
        if self.timestamp_format is not None:
            return printing.format_instant(item, self.timestamp_format, self.zone)
        offset = self.zone.offset(item)
        return (item + offset).isoformat(timespec="milliseconds") + offset_text(int(offset.total_seconds()))

    def _by_old_format(self, local: datetime, form: str) -> str:
        from minispark.sql.exact import simplepatterns

        return simplepatterns.write(local, form, self.zone, self.zone.local_offset(local))

    def write_ntz(self, item: datetime | int) -> str:
        """A local time's text."""
        if isinstance(item, int):
            from minispark.sql.exact import fartwins
            from minispark.sql.exact.zones import zone

            return (
                self._write_far(item, 0)
                if self.ntz_format is None
                else fartwins.text(item, self.ntz_format, zone("UTC"))
            )
        from minispark.sql.exact import printing

        if self.ntz_format is not None:
            return printing.format_local(item, self.ntz_format)
        return item.isoformat(timespec="milliseconds")

    def write_time(self, item: Any) -> str:
        """A time of day's text."""
        from minispark.sql.exact import datetime_text, printing

        if self.time_format is None:
            return datetime_text.time_text(item)
        return printing.format_local(datetime.combine(datetime(1970, 1, 1).date(), item), self.time_format)


def _found(item: Any) -> Any:
    if item is None:
        raise Unconvertible
    return item
