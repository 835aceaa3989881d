"""What a parameter takes: kinds of types, and the implicit conversions to them (Catalyst's ``AnsiTypeCoercion``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.plan.castnulls import may_fail

DataType = t.DataType


@value
class Kind:
    """A set of types. ``test`` tells those in it, ``usual`` is the type that others are converted to, None for none.

    ``group`` unites parameters whose arguments get one common type. ``constant`` asks for a constant.
    ``name`` is Spark's in error messages.
    """

    name: str
    test: Callable[[DataType], bool]
    usual: DataType | None = None
    group: str = ""
    constant: bool = False
    parameters: int = 0
    """Of a lambda: the most parameters that it may have."""
    single: bool = False
    """Whether it is exactly its usual type: then any number is converted to it, as in Spark."""
    texts: bool = True
    """Whether a text may stand for it."""
    instants: bool = False
    """Whether a timestamp may stand for it, as its seconds since 1970."""


def of(dtype: DataType) -> Kind:
    """The kind of exactly one type."""
    return Kind(dtype.simpleString().upper(), lambda given: given == dtype, dtype, single=True)


def one_of(*kinds: Kind) -> Kind:
    """The union: others are converted to the first's usual type that they can be."""
    usual = next((kind.usual for kind in kinds if kind.usual is not None), None)
    name = "(" + " or ".join(f'"{kind.name}"' for kind in kinds) + ")"
    texts = all(kind.texts for kind in kinds)
    return Kind(name, lambda given: any(kind.test(given) for kind in kinds), usual, texts=texts)


def same(kind: Kind | None = None, group: str = "same") -> Kind:
    """As ``kind`` (any without it), and of one common type with the others of the group."""
    base = kind or ANY
    return Kind(base.name, base.test, base.usual, group, base.constant)


def constant(kind: Kind) -> Kind:
    """As ``kind``, and known before the query runs."""
    return Kind(kind.name, kind.test, kind.usual, kind.group, True, single=kind.single)


def function(parameters: int) -> Kind:
    """A lambda of at most so many parameters; a rule (``binds``) says what they are."""
    return Kind("FUNCTION", lambda given: False, None, parameters=parameters)


def is_string(given: DataType) -> bool:
    return isinstance(given, t.StringType)


def is_integral(given: DataType) -> bool:
    return isinstance(given, (t.ByteType, t.ShortType, t.IntegerType, t.LongType))


def is_numeric(given: DataType) -> bool:
    return isinstance(given, t.NumericType)


def is_fractional(given: DataType) -> bool:
    return isinstance(given, (t.FloatType, t.DoubleType, t.DecimalType))


def is_timestamp(given: DataType) -> bool:
    return isinstance(given, (t.TimestampType, t.TimestampNTZType))


def is_nested(given: DataType) -> bool:
    return isinstance(given, (t.ArrayType, t.MapType, t.StructType))


def is_orderable(given: DataType) -> bool:
    """Whether values have an order: all but maps, variants and calendar intervals, at any depth."""
    if isinstance(given, t.ArrayType):
        return is_orderable(given.elementType)
    if isinstance(given, t.StructType):
        return all(is_orderable(field.dataType) for field in given.fields)
    return not isinstance(given, (t.MapType, t.VariantType, t.CalendarIntervalType))


ANY = Kind("ANY", lambda given: True)
BOOLEAN = of(t.BooleanType())
BYTE = of(t.ByteType())
SHORT = of(t.ShortType())
INT = of(t.IntegerType())
LONG = of(t.LongType())
FLOAT = of(t.FloatType())
DOUBLE = of(t.DoubleType())
DATE = of(t.DateType())
TIME = Kind("TIME", lambda given: isinstance(given, t.TimeType), t.TimeType())
TIMESTAMP = of(t.TimestampType())
TIMESTAMP_NTZ = of(t.TimestampNTZType())
ANY_TIMESTAMP = Kind("TIMESTAMP", is_timestamp, t.TimestampType())
DATETIME = Kind(
    "DATE or TIMESTAMP", lambda given: is_timestamp(given) or isinstance(given, t.DateType), t.TimestampType()
)
BINARY = of(t.BinaryType())
STRING = Kind("STRING", is_string, t.StringType())
STRING_OR_BINARY = Kind(
    "STRING or BINARY", lambda given: is_string(given) or isinstance(given, t.BinaryType), t.StringType()
)
NUMERIC = Kind("NUMERIC", is_numeric, t.DoubleType())
INTEGRAL = Kind("INTEGRAL", is_integral, t.IntegerType(), texts=False)
DECIMAL = Kind("DECIMAL", lambda given: isinstance(given, t.DecimalType), t.DecimalType(38, 18))
DAY_TIME = Kind(
    "INTERVAL DAY TO SECOND", lambda given: isinstance(given, t.DayTimeIntervalType), t.DayTimeIntervalType()
)
YEAR_MONTH = Kind(
    "INTERVAL YEAR TO MONTH", lambda given: isinstance(given, t.YearMonthIntervalType), t.YearMonthIntervalType()
)
CALENDAR = of(t.CalendarIntervalType())
ARRAY = Kind("ARRAY", lambda given: isinstance(given, t.ArrayType), t.ArrayType(t.NullType()))
MAP = Kind("MAP", lambda given: isinstance(given, t.MapType), t.MapType(t.NullType(), t.NullType()))
STRUCT = Kind("STRUCT", lambda given: isinstance(given, t.StructType))
VARIANT = of(t.VariantType())
ORDERABLE = Kind("ORDERABLE", is_orderable)


def array_of(kind: Kind) -> Kind:
    """Arrays of elements of a kind."""
    usual = None if kind.usual is None else t.ArrayType(kind.usual)
    return Kind(
        f"ARRAY<{kind.name}>", lambda given: isinstance(given, t.ArrayType) and kind.test(given.elementType), usual
    )


def implicit(given: DataType, kind: Kind) -> DataType | None:
    """The type that an argument is converted to for a parameter; None where it cannot be."""
    if kind.test(given):
        return given
    if isinstance(given, t.NullType):
        return kind.usual or given
    if kind.instants and isinstance(given, t.TimestampType):
        return t.DoubleType()
    target = kind.usual
    if target is None or (is_string(given) and not kind.texts):
        return None
    if kind.single and is_numeric(given) and is_numeric(target):
        return target
    return target if converts(given, target) else None


def converts(given: DataType, target: DataType) -> bool:
    """Whether a value of one type may stand for another without being asked: ANSI mode's implicit casts."""
    if given == target or isinstance(given, t.NullType):
        return True
    if isinstance(given, t.ArrayType) and isinstance(target, t.ArrayType):
        return converts(given.elementType, target.elementType)
    if isinstance(given, t.MapType) and isinstance(target, t.MapType):
        return converts(given.keyType, target.keyType) and converts(given.valueType, target.valueType)
    if is_nested(given) or is_nested(target) or isinstance(given, t.VariantType) or isinstance(target, t.VariantType):
        return False
    if is_string(given):
        return not isinstance(target, t.CalendarIntervalType)
    if is_string(target):
        return not isinstance(given, t.CalendarIntervalType)
    if is_numeric(given) and is_numeric(target):
        return widens(given, target)
    dates = (t.DateType, t.TimestampType, t.TimestampNTZType)
    return isinstance(given, dates) and isinstance(target, dates)


_RANKS: tuple[type[DataType], ...] = (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType)
INTEGRAL_DIGITS: dict[type[DataType], int] = {t.ByteType: 3, t.ShortType: 5, t.IntegerType: 10, t.LongType: 20}
"""Decimal digits that hold any value of an integral type."""


def widens(given: DataType, target: DataType) -> bool:
    """Whether a numeric type goes over into another without a cast that may fail."""
    if isinstance(target, t.DecimalType):
        return not is_fractional(given) or (
            isinstance(given, t.DecimalType)
            and given.scale <= target.scale
            and given.precision - given.scale <= target.precision - target.scale
        )
    if isinstance(given, t.DecimalType):
        return isinstance(target, (t.DoubleType, t.FloatType))
    return _RANKS.index(type(given)) <= _RANKS.index(type(target))


def as_decimal(given: DataType) -> t.DecimalType | None:
    """The decimal type that holds all values of an integral or decimal type."""
    if isinstance(given, t.DecimalType):
        return given
    digits = INTEGRAL_DIGITS.get(type(given))
    return None if digits is None else t.DecimalType(digits, 0)


def wider_decimal(one: t.DecimalType, other: t.DecimalType) -> t.DecimalType:
    """The decimal type with all digits of both before and after the point, cut to 38 from the digits after it."""
    scale = max(one.scale, other.scale)
    whole = max(one.precision - one.scale, other.precision - other.scale)
    return t.DecimalType(min(whole + scale, 38), min(scale, 38 if whole + scale <= 38 else max(38 - whole, 0)))


def wider(one: DataType, other: DataType, texts: bool = True) -> DataType | None:
    """The common type of two for comparison, CASE, COALESCE, set operations, arrays; None without one.

    ``AnsiTypeCoercion.findWiderTypeForTwo``: a string goes over to the other's type, beside integers to long, beside
    fractions to double; beside an interval to nothing, as text may be an interval of many kinds.
    """
    if one == other:
        return one
    if isinstance(one, t.NullType):
        return other
    if isinstance(other, t.NullType):
        return one
    if is_numeric(one) and is_numeric(other):
        return _wider_number(one, other)
    if is_string(one) and is_string(other):
        return None  # of two collations: analysis/collating.py has found the one of both before, where there is one
    if is_string(one) or is_string(other):
        if not texts:
            return None
        rest = other if is_string(one) else one
        if is_integral(rest):
            return t.LongType()
        if is_fractional(rest):
            return t.DoubleType()
        no_text = (t.CalendarIntervalType, t.DayTimeIntervalType, t.YearMonthIntervalType)
        atomic = not is_nested(rest) and not isinstance(rest, no_text)
        return rest if atomic else None
    return _wider_nested(one, other, wider if texts else plain_wider)


def plain_wider(one: DataType, other: DataType) -> DataType | None:
    """The same where texts stay apart from the rest, at any depth."""
    return wider(one, other, texts=False)


def _wider_number(one: DataType, other: DataType) -> DataType:
    if isinstance(one, t.DecimalType) or isinstance(other, t.DecimalType):
        first, second = as_decimal(one), as_decimal(other)
        return t.DoubleType() if first is None or second is None else wider_decimal(first, second)
    larger = max(one, other, key=lambda kind: _RANKS.index(type(kind)))
    return t.DoubleType() if isinstance(larger, t.FloatType) else larger  # float beside integral: no digit is lost


def _wider_nested(
    one: DataType, other: DataType, rule: Callable[[DataType, DataType], DataType | None]
) -> DataType | None:
    for shape in (t.GeographyType, t.GeometryType):
        if isinstance(one, shape) and isinstance(other, shape):
            return shape("ANY")
    dates: dict[type[DataType], int] = {t.DateType: 0, t.TimestampNTZType: 1, t.TimestampType: 2}
    if type(one) in dates and type(other) in dates:
        return max(one, other, key=lambda kind: dates[type(kind)])
    for interval in (t.DayTimeIntervalType, t.YearMonthIntervalType):
        if isinstance(one, interval) and isinstance(other, interval):
            return interval(min(one.startField, other.startField), max(one.endField, other.endField))
    return inside(one, other, rule)


def inside(one: DataType, other: DataType, rule: Callable[[DataType, DataType], DataType | None]) -> DataType | None:
    """The common type of two nested ones, ``rule`` telling that of what they hold; None without one.

    What a cast may make null may be null after it, but not in a map's key.
    """
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        element = rule(one.elementType, other.elementType)
        if element is None:
            return None
        nulls = may_fail(one.elementType, element) or may_fail(other.elementType, element)
        return t.ArrayType(element, one.containsNull or other.containsNull or nulls)
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        key, item = rule(one.keyType, other.keyType), rule(one.valueType, other.valueType)
        if key is None or item is None or may_fail(one.keyType, key) or may_fail(other.keyType, key):
            return None
        nulls = may_fail(one.valueType, item) or may_fail(other.valueType, item)
        return t.MapType(key, item, one.valueContainsNull or other.valueContainsNull or nulls)
    if isinstance(one, t.StructType) and isinstance(other, t.StructType) and len(one.fields) == len(other.fields):
        fields = []
        for first, second in zip(one.fields, other.fields, strict=True):
            kind = rule(first.dataType, second.dataType)
            if kind is None or first.name.lower() != second.name.lower():
                return None
            nulls = may_fail(first.dataType, kind) or may_fail(second.dataType, kind)
            fields.append(t.StructField(first.name, kind, first.nullable or second.nullable or nulls))
        return t.StructType(fields)
    return None


def widest(kinds: Iterable[DataType]) -> DataType | None:
    """The common type of several; None without one."""
    found: DataType | None = t.NullType()
    for kind in kinds:
        if found is None:
            return None
        found = wider(found, kind)
    return found
