"""Which values can be grouped by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Attribute


def groupable(one: Any, name: str) -> bool:
    """Whether values have maps in them, which are compared by their sorted entries.

    Raises AnalysisException for types whose values cannot be grouped by.
    """
    waiting = [one.dtype]
    found = False
    while waiting:
        dtype = waiting.pop()
        if isinstance(dtype, t.VariantType):
            raise AnalysisException(
                f"{name} is of type {one.dtype.simpleString()}, whose values cannot be grouped by",
                "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE",
                {"sqlExpr": f'"{name}"', "dataType": shown_type(one.dtype)},
            )
        if isinstance(dtype, t.ArrayType):
            waiting.append(dtype.elementType)
        elif isinstance(dtype, t.StructType):
            waiting += [field.dataType for field in dtype.fields]
        elif isinstance(dtype, t.MapType):
            found = True
            waiting += [dtype.keyType, dtype.valueType]
    return found


def check_comparable(columns: Sequence[Attribute]) -> None:
    """Raises AnalysisException for columns of whose rows one cannot say which are the same."""
    for one in columns:
        if any(isinstance(part, (t.MapType, t.VariantType)) for part in _types_in(one.dtype)):
            what = "MAP" if not isinstance(one.dtype, t.VariantType) else "VARIANT"
            raise AnalysisException(
                f"`{one.name}` is of type {one.dtype.simpleString()}, whose values cannot be compared; drop or "
                f"convert it",
                f"UNSUPPORTED_FEATURE.SET_OPERATION_ON_{what}_TYPE",
                {"colName": f"`{one.name}`", "dataType": shown_type(one.dtype)},
            )


def _types_in(dtype: t.DataType) -> list[t.DataType]:
    found, waiting = [], [dtype]
    while waiting:
        one = waiting.pop()
        found.append(one)
        if isinstance(one, t.ArrayType):
            waiting.append(one.elementType)
        elif isinstance(one, t.StructType):
            waiting += [field.dataType for field in one.fields]
    return found
