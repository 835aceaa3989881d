"""Column: an expression that the user builds from names, constants, operators and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from minispark.errors import (
    IllegalArgumentException,
    PySparkAttributeError,
    PySparkTypeError,
    PySparkValueError,
)
from minispark.sql.literals import literal
from minispark.sql.operands import (
    deprecated_key,
    kept_metadata,
    plain,
    text_of,
    type_of,
)
from minispark.sql.operands import (
    expression_of as expression_of,
)
from minispark.sql.operands import (
    named as named,
)
from minispark.sql.operands import (
    operand as operand,
)
from minispark.sql.operands import (
    unexpected as unexpected,
)
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Cast,
    Expression,
    Field,
    MultiAlias,
    Over,
    SortOrder,
    Subquery,
    WithField,
    WithoutFields,
)
from minispark.sql.plan.names import parse_name
from minispark.sql.plan.shown import shown
from minispark.sql.plan.sites import made_here
from minispark.sql.types import DataType
from minispark.sql.window import WindowSpec


class Column:
    """A column of a DataFrame, or a value computed from columns (``pyspark.sql.Column``).

    Nothing is computed or looked up before a DataFrame's method takes it: a name may turn out to be no column's then.
    Where the other side of an operator is no Column it is a constant, as ``lit`` makes it.

    >>> from minispark.sql.functions import col
    >>> (col("a") + 1).alias("b")
    Column<'+(a, 1) AS b'>
    >>> ~(col("a") == "x") & col("s.f").isNull()
    Column<'and(!(=(a, 'x')), isNull(s.f))'>
    """

    __slots__ = ("_expression", "__weakref__")

    def __init__(self, expression: Expression) -> None:
        self._expression = made_here(expression)

    # --- arithmetic ------------------------------------------------------------------------------------------------

    def __neg__(self) -> Column:
        return self._call("negative")

    def __add__(self, other: Any) -> Column:
        return self._call("+", other)

    def __sub__(self, other: Any) -> Column:
        return self._call("-", other)

    def __mul__(self, other: Any) -> Column:
        return self._call("*", other)

    def __truediv__(self, other: Any) -> Column:
        return self._call("/", other)

    __div__ = __truediv__

    def __mod__(self, other: Any) -> Column:
        return self._call("%", other)

    def __pow__(self, other: Any) -> Column:
        return self._call("power", other)

    def __radd__(self, other: Any) -> Column:
        return self._call("+", other)

    def __rsub__(self, other: Any) -> Column:
        return Column(operand(other))._call("-", self)

    def __rmul__(self, other: Any) -> Column:
        return self._call("*", other)

    def __rtruediv__(self, other: Any) -> Column:
        return Column(operand(other))._call("/", self)

    __rdiv__ = __rtruediv__

    def __rmod__(self, other: Any) -> Column:
        return Column(operand(other))._call("%", self)

    def __rpow__(self, other: Any) -> Column:
        return Column(operand(other))._call("power", self)

    def bitwiseOR(self, other: Any) -> Column:
        """The bits set in either."""
        return self._call("|", other)

    def bitwiseAND(self, other: Any) -> Column:
        """The bits set in both."""
        return self._call("&", other)

    def bitwiseXOR(self, other: Any) -> Column:
        """The bits set in one of the two."""
        return self._call("^", other)

    # --- comparison and logic --------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Column:  # type: ignore[override]  # a condition, no bool
        return self._call("=", other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]  # likewise
        return self._call("=", other)._call("!")

    def __lt__(self, other: Any) -> Column:
        return self._call("<", other)

    def __le__(self, other: Any) -> Column:
        return self._call("<=", other)

    def __gt__(self, other: Any) -> Column:
        return self._call(">", other)

    def __ge__(self, other: Any) -> Column:
        return self._call(">=", other)

    __hash__ = None  # type: ignore[assignment]  # two columns are never just equal

    def eqNullSafe(self, other: Any) -> Column:
        """Whether the two are equal, where null is equal to null and to nothing else: never null itself."""
        return self._call("<=>", other)

    def __and__(self, other: Any) -> Column:
        return self._logical("and", other)

    def __or__(self, other: Any) -> Column:
        return self._logical("or", other)

    __rand__ = __and__
    __ror__ = __or__

    def __invert__(self) -> Column:
        return self._call("!")

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether the value lies between the two, each of them included."""
        return self._call(">=", lowerBound)._logical("and", self._call("<=", upperBound))

    def isin(self, *cols: Any) -> Column:
        """Whether the value is one of those given, one by one or as a list or set; or of a DataFrame's only column."""
        if len(cols) == 1:
            plan = None if isinstance(cols[0], Column) else getattr(cols[0], "_plan", None)
            if plan is not None:
                return Column(Subquery("in", plan, (self._expression,)))
            if isinstance(cols[0], (list, set)):
                cols = tuple(cols[0])
        return Column(Apply("in", (self._expression, *map(operand, cols))))

    def isNull(self) -> Column:
        """Whether the value is null."""
        return self._call("isNull")

    def isNotNull(self) -> Column:
        """Whether the value is not null."""
        return self._call("isNotNull")

    def isNaN(self) -> Column:
        """Whether the value is not a number (of floating point); false for null."""
        return self._call("isNaN")

    # --- text ------------------------------------------------------------------------------------------------------

    def contains(self, other: Any) -> Column:
        """Whether the text has the other within."""
        return self._call("contains", other)

    def startswith(self, other: Any) -> Column:
        """Whether the text begins with the other."""
        return self._call("startswith", other)

    def endswith(self, other: Any) -> Column:
        """Whether the text ends with the other."""
        return self._call("endswith", other)

    def like(self, other: str) -> Column:
        """Whether the whole text fits a pattern of SQL: ``%`` stands for any signs, ``_`` for one."""
        return self._call("like", other)

    def rlike(self, other: str) -> Column:
        """Whether a part of the text fits a regular expression."""
        return self._call("rlike", other)

    def ilike(self, other: str) -> Column:
        """As ``like``, whatever the case of letters."""
        return self._call("ilike", other)

    def substr(self, startPos: int | Column, length: int | Column) -> Column:
        """``length`` signs from the one at ``startPos`` on, which counts from 1, or from the end if negative.

        Raises PySparkTypeError unless both are ints or both are Columns.
        """
        start, count = plain(startPos), plain(length)
        if type(start) is not type(count):
            first, second = type(start).__name__, type(count).__name__
            raise PySparkTypeError(
                f"startPos and length must be of one type, not {first} and {second}; make both Columns by lit()",
                "NOT_SAME_TYPE",
                {"arg_name1": "startPos", "arg_name2": "length", "arg_type1": first, "arg_type2": second},
            )
        if not isinstance(start, (int, Column)):
            raise unexpected("startPos", "Column or int", start)
        return self._call("substr", start, count)

    # --- parts of nested values ------------------------------------------------------------------------------------

    def getItem(self, key: Any) -> Column:
        """The element at a position of an array (from 0), or the value of a map's key. As ``column[key]``."""
        if isinstance(key, Column):
            deprecated_key("getItem", "key")
        return self[key]

    def getField(self, name: Any) -> Column:
        """A struct's field by its name. As ``column.name``."""
        if isinstance(name, Column):
            deprecated_key("getField", "name")
        return self[name]

    def withField(self, fieldName: str, col: Column) -> Column:
        """The struct with a field added or replaced; a name with dots is a field of a struct within."""
        if not isinstance(fieldName, str):
            raise unexpected("fieldName", "str", fieldName)
        if not isinstance(col, Column):
            raise unexpected("col", "Column", col)
        return Column(WithField(self._expression, parse_name(fieldName), col._expression))

    def dropFields(self, *fieldNames: str) -> Column:
        """The struct without some fields; names that it has not are passed over."""
        return Column(WithoutFields(self._expression, tuple(map(parse_name, fieldNames))))

    def __getitem__(self, k: Any) -> Column:
        if isinstance(k, slice):
            if k.step is not None:
                raise PySparkValueError("a slice of a Column has no step", "SLICE_WITH_STEP", {})
            return self.substr(k.start, k.stop)
        return Column(Field(self._expression, operand(k)))

    def __getattr__(self, item: str) -> Column:
        if item.startswith("__") or item == "_expression":
            raise PySparkAttributeError(
                f"a Column has no attribute {item}; a field of that name is column[{item!r}]",
                "CANNOT_ACCESS_TO_DUNDER",
                {},
            )
        return self[item]

    # --- order -----------------------------------------------------------------------------------------------------

    def asc_nulls_first(self) -> Column:
        """An order by it, smallest first, nulls before all others."""
        return self._order(True, True)

    asc = asc_nulls_first

    def asc_nulls_last(self) -> Column:
        """An order by it, smallest first, nulls after all others."""
        return self._order(True, False)

    def desc_nulls_first(self) -> Column:
        """An order by it, largest first, nulls before all others."""
        return self._order(False, True)

    def desc_nulls_last(self) -> Column:
        """An order by it, largest first, nulls after all others."""
        return self._order(False, False)

    desc = desc_nulls_last

    # --- names, types, conditions, windows -------------------------------------------------------------------------

    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """The same under another name, or several for a generator's columns; the schema keeps ``metadata``, a dict.

        Raises PySparkValueError for metadata with several names.
        """
        metadata = kwargs.pop("metadata", None)
        assert not kwargs, f"alias takes names and metadata, not {', '.join(kwargs)}"
        if len(alias) == 1:
            kept = None if metadata is None else kept_metadata(metadata)
            return Column(Alias(self._expression, text_of(alias[0]), kept))
        if metadata is not None:
            raise PySparkValueError(
                "metadata goes with one name only", "ONLY_ALLOWED_FOR_SINGLE_COLUMN", {"arg_name": "metadata"}
            )
        return Column(MultiAlias(self._expression, tuple(map(text_of, alias))))

    def name(self, *alias: str, **kwargs: Any) -> Column:
        """As ``alias``."""
        return self.alias(*alias, **kwargs)

    def cast(self, dataType: DataType | str) -> Column:
        """The value converted to a type, given as such or by its name. Fails when run where a value cannot be."""
        return Column(Cast(self._expression, type_of(dataType)))

    def astype(self, dataType: DataType | str) -> Column:
        """As ``cast``."""
        return self.cast(dataType)

    def try_cast(self, dataType: DataType | str) -> Column:
        """As ``cast``, but null where a value cannot be converted."""
        return Column(Cast(self._expression, type_of(dataType), "try"))

    def when(self, condition: Column, value: Any) -> Column:
        """A further branch of what ``functions.when`` began: ``value`` where its condition is the first true one."""
        if not isinstance(condition, Column):
            raise unexpected("condition", "Column", condition)
        branches = self._branches("when")
        return Column(Apply("case", (*branches, condition._expression, operand(value))))

    def otherwise(self, value: Any) -> Column:
        """The value where no condition of ``when`` is true; null without it."""
        return Column(Apply("case", (*self._branches("otherwise"), operand(value))))

    def over(self, window: WindowSpec) -> Column:
        """The function's value over a window of rows around each row."""
        if not isinstance(window, WindowSpec):
            raise unexpected("window", "WindowSpec", window)
        return Column(Over(self._expression, window._partition, window._order, window._frame))

    def transform(self, f: Callable[[Column], Column]) -> Column:
        """``f`` of it: chains functions of Columns."""
        return f(self)

    def outer(self) -> Column:
        """The same, for use in a subquery whose own columns do not have it: a column of the query around."""
        return Column(Apply("lazy", (self._expression,)))

    # --- what a Column is not --------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"Column<'{shown(self._expression)}'>"

    def __bool__(self) -> NoReturn:
        text = shown(self._expression)
        raise PySparkValueError(
            f"{text} has no truth value before a query runs; conditions are joined by '&', '|' and '~', not by 'and', "
            "'or' and 'not', each in parentheses",
            "CANNOT_CONVERT_COLUMN_INTO_BOOL",
            {"column": text},
        )

    def __iter__(self) -> NoReturn:
        raise PySparkTypeError(f"{self!r} is not iterable", "NOT_ITERABLE", {"objectName": "Column"})

    def __contains__(self, item: object) -> NoReturn:
        raise PySparkValueError(
            "'in' does not work with a Column: use contains() for text, array_contains() for arrays",
            "CANNOT_APPLY_IN_FOR_COLUMN",
            {},
        )

    # --- inside ----------------------------------------------------------------------------------------------------

    def _call(self, function: str, *others: Any) -> Column:
        return Column(Apply(function, (self._expression, *map(operand, others))))

    def _logical(self, function: str, other: Any) -> Column:
        return Column(Apply(function, (self._expression, literal(other))))

    def _order(self, ascending: bool, nulls_first: bool) -> Column:
        return Column(SortOrder(self._expression, ascending, nulls_first))

    def _branches(self, method: str) -> tuple[Expression, ...]:
        held = self._expression
        if not isinstance(held, Apply) or held.name != "case":
            raise IllegalArgumentException(f"{method}() can only be applied on a Column that when() made")
        if len(held.args) % 2:
            raise IllegalArgumentException(f"{method}() cannot be applied once otherwise() has been")
        return held.args
