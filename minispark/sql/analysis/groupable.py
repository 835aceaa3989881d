"""Which values can be grouped by."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.typenames import shown as shown_type


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
