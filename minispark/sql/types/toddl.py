"""Types as the texts that SQL has for them, which ``ddl`` reads."""

from __future__ import annotations

import re

from minispark.sql.types.base import DataType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.struct import StructField, StructType
from minispark.sql.types.udt import UserDefinedType

_PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def fields_ddl(schema: StructType) -> str:
    """The fields of ``schema``, as a table's definition lists them.

    >>> from minispark.sql.types import IntegerType
    >>> fields_ddl(StructType([StructField("a b", IntegerType(), False, {"comment": "it's"})]))
    "`a b` INT NOT NULL COMMENT 'it\\\\'s'"
    """
    return ",".join(_field(field, " ") for field in schema.fields)


def sql_type(kind: DataType) -> str:
    """The type in capitals, as error messages and ``CAST`` write it.

    >>> from minispark.sql.types import IntegerType
    >>> sql_type(ArrayType(StructType([StructField("a", IntegerType())])))
    'ARRAY<STRUCT<a: INT>>'
    """
    if isinstance(kind, ArrayType):
        return f"ARRAY<{sql_type(kind.elementType)}>"
    if isinstance(kind, MapType):
        return f"MAP<{sql_type(kind.keyType)}, {sql_type(kind.valueType)}>"
    if isinstance(kind, StructType):
        return f"STRUCT<{', '.join(_field(field, ': ') for field in kind.fields)}>"
    if isinstance(kind, UserDefinedType):
        return sql_type(kind.sqlType())
    return kind.simpleString().upper()


def quoted_if_needed(name: str) -> str:
    """``name`` as SQL takes it: in backquotes unless it is a word that begins with no digit."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    return f"`{name.replace('`', '``')}`"


def _field(field: StructField, between: str) -> str:
    comment = field.metadata.get("comment")
    escaped = str(comment).replace("\\", "\\\\").replace("'", "\\'")
    ending = f" COMMENT '{escaped}'" if comment is not None else ""
    null = "" if field.nullable else " NOT NULL"
    return f"{quoted_if_needed(field.name)}{between}{sql_type(field.dataType)}{null}{ending}"
